-- "a, b" -> "x.a, x.b": a list of quoted names, each with a table's alias before it.
create or replace function meta.qualified(alias_name text, names text)
returns text
language sql
immutable
strict
set search_path = ''
as $$
select alias_name || '.' || replace(names, ', ', ', ' || alias_name || '.');
$$;
comment on function meta.qualified(text, text) is 'Puts an alias before each name of a list.';
