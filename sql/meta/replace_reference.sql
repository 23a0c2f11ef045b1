-- Makes the rows of a reference table those of its landing table; equal rows are not touched.
-- requires: meta.begin_reference
create or replace function meta.replace_reference(table_name regclass)
returns void
language plpgsql
set search_path = ''
as $$
declare
    columns text;
    same_key text;
    new_values text;
    keys text;
begin
    select
        string_agg(format('%I', names.attname), ', ' order by names.attnum),
        string_agg(format('%1$I = excluded.%1$I', names.attname), ', ' order by names.attnum)
    into columns, new_values
    from pg_catalog.pg_attribute as names
    where names.attrelid = table_name
        and names.attnum > 0
        and not names.attisdropped;

    select
        string_agg(format('%I', names.attname), ', ' order by parts.position),
        string_agg(
            format('landed.%1$I = kept.%1$I', names.attname), ' and ' order by parts.position
        )
    into keys, same_key
    from pg_catalog.pg_constraint as constraints
    cross join lateral unnest(constraints.conkey) with ordinality as parts (attnum, position)
    inner join pg_catalog.pg_attribute as names
        on constraints.conrelid = names.attrelid and parts.attnum = names.attnum
    where constraints.conrelid = table_name
        and constraints.contype = 'p';
    if keys is null then
        raise exception 'reference table % has no primary key', table_name
            using errcode = 'invalid_table_definition';
    end if;

    execute format(
        'delete from %1$s as kept where not exists '
        '(select from reference_landing as landed where %2$s)',
        table_name, same_key
    );
    execute format(
        'insert into %1$s (%2$s) select %2$s from reference_landing as landed where not exists '
        '(select from %1$s as kept where %3$s and row(kept.*) is not distinct from row(landed.*)) '
        'order by %4$s on conflict (%4$s) do update set %5$s',
        table_name, columns, same_key, keys, new_values
    );
end
$$;
comment on function meta.replace_reference(regclass) is
    'Makes the rows of a reference table those of reference_landing, by primary key.';
