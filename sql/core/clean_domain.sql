-- A domain as people type it (@stanford.edu, https://www.mit.edu/~x, CMU.edu.) to its host name; null when
-- it is no domain (berkeley, tum).
create or replace function core.clean_domain(raw_domain text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    cleaned text := lower(btrim(left(raw_domain, 500)) collate "C");
begin
    cleaned := regexp_replace(cleaned, '^[a-z]+://', '');
    cleaned := regexp_replace(cleaned, '^.*@', '');
    cleaned := regexp_replace(cleaned, '[/:?#].*$', '');
    cleaned := btrim(cleaned, '. ');
    cleaned := regexp_replace(cleaned, '^www\.', '');
    if cleaned !~ '^([a-z0-9_-]+\.)+[a-z][a-z0-9-]*[a-z0-9]$' then
        return null;
    end if;
    return cleaned;
end
$$;
comment on function core.clean_domain(text) is 'Host name of a domain as typed; null when it is none.';
