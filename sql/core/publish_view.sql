-- Defines a public view over a materialized view named with the hash of its query: mart.x over cache.x_<hash8>.
-- The same query again changes nothing. A new one is built aside, the view is switched to it, the old one is
-- dropped; readers see one or the other. The key columns get the unique index that REFRESH … CONCURRENTLY needs.
create or replace function core.publish_view(view_schema text, view_name text, key_columns text[], query text)
returns text
language plpgsql
set search_path = ''
as $$
declare
    cache_name text := view_name || '_' || left(md5(query), 8);
    column_list text;
    old_columns text;
    old_name text;
begin
    if to_regclass(format('cache.%I', cache_name)) is null then
        execute format('create materialized view cache.%I as %s', cache_name, query);
        execute format(
            'create unique index %I on cache.%I (%s)',
            cache_name || '_key',
            cache_name,
            (select string_agg(quote_ident(keys.column_name), ', ' order by keys.ordinal)
                from unnest(key_columns) with ordinality as keys (column_name, ordinal))
        );
        execute format(
            'comment on materialized view cache.%I is %L',
            cache_name,
            format('Rows of %s.%s. Named with the hash of its query.', view_schema, view_name)
        );
    end if;

    select string_agg(quote_ident(attributes.attname), ', ' order by attributes.attnum)
    into column_list
    from pg_catalog.pg_attribute as attributes
    where
        attributes.attrelid = to_regclass(format('cache.%I', cache_name))
        and attributes.attnum > 0
        and not attributes.attisdropped;

    begin
        execute format('create or replace view %I.%I as select %s from cache.%I', view_schema, view_name, column_list, cache_name);
    exception when invalid_table_definition then
        execute format('drop view %I.%I', view_schema, view_name);
        execute format('create view %I.%I as select %s from cache.%I', view_schema, view_name, column_list, cache_name);
    end;
    if view_schema = 'mart' then
        execute format('grant select on mart.%I to tenure_analyst', view_name);
    end if;

    for old_name in
        select views.matviewname
        from pg_catalog.pg_matviews as views
        where
            views.schemaname = 'cache'
            and views.matviewname ~ ('^' || view_name || '_[0-9a-f]{8}$')
            and views.matviewname != cache_name
    loop
        execute format('drop materialized view cache.%I', old_name);
    end loop;
    return cache_name;
end
$$;
comment on function core.publish_view(text, text, text[], text) is
    'Deploys a public view over a hash-named materialized view and drops the one it replaces.';
