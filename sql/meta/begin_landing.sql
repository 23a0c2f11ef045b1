-- A landing table of this session, emptied at each commit: the columns that a source fills, and what the merge
-- needs to know.
create or replace function meta.begin_landing(
    landing_name text, table_name regclass, columns text[], is_refusals boolean
)
returns void
language plpgsql
set search_path = ''
as $$
declare
    definitions text;
begin
    if pg_catalog.to_regclass(format('pg_temp.%I', landing_name)) is not null then
        return;
    end if;
    select
        string_agg(
            format('%I %s', names.attname, format_type(names.atttypid, names.atttypmod)), ', '
            order by given.position
        )
    into definitions
    from unnest(columns) with ordinality as given (name, position)
    inner join pg_catalog.pg_attribute as names
        on names.attrelid = table_name and names.attname = given.name;

    execute format(
        'create temporary table %I (%s, %s) on commit delete rows',
        landing_name,
        definitions,
        case
            when is_refusals then 'refused_version_at timestamptz'
            else 'content_hash bytea not null, landing_ordinal bigint not null'
        end
    );
    -- Children are looked up by their record; without it a wrong estimate costs a scan for each of them.
    if not is_refusals then
        execute format(
            'create index %I on pg_temp.%I (landing_ordinal)', landing_name || '_idx', landing_name
        );
    end if;
end
$$;
comment on function meta.begin_landing(text, regclass, text[], boolean) is
    'Makes a temporary landing table for some columns of a staging table, unless this session has it.';
