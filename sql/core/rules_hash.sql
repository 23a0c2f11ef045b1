-- One hash over everything besides sources that figures depend on: rules, reference rows, and the text of the
-- functions and views of core. When it changes, the next build is a full one.
create or replace function core.rules_hash()
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
    table_name text;
    table_hash text;
    all_hashes text := '';
begin
    for table_name in
        select classes.relname
        from pg_catalog.pg_class as classes
        inner join pg_catalog.pg_namespace as namespaces
            on classes.relnamespace = namespaces.oid
        where
            namespaces.nspname = 'core'
            and classes.relkind = 'r'
            and (
                classes.relname like 'ref\_%'
                or classes.relname in ('rule', 'role_rule', 'age_rule', 'era', 'status_rule')
            )
            and classes.relname not in ('ref_seed_claims', 'ref_unit_leaders')
        order by classes.relname collate "C"
    loop
        execute format(
            'select md5(string_agg(md5(rows_of::text), '''' order by md5(rows_of::text))) from core.%I as rows_of',
            table_name
        ) into table_hash;
        all_hashes := all_hashes || table_name || coalesce(table_hash, '');
    end loop;

    select all_hashes || coalesce(string_agg(md5(functions.prosrc), '' order by functions.proname collate "C", functions.oid), '')
    into all_hashes
    from pg_catalog.pg_proc as functions
    inner join pg_catalog.pg_namespace as namespaces
        on functions.pronamespace = namespaces.oid
    where namespaces.nspname = 'core';

    select all_hashes || coalesce(string_agg(md5(views.definition), '' order by views.viewname collate "C"), '')
    into all_hashes
    from pg_catalog.pg_views as views
    where views.schemaname = 'core';

    return md5(all_hashes);
end
$$;
comment on function core.rules_hash() is
    'Hash of rules, reference rows and definitions; a change of it makes the next build a full one.';
