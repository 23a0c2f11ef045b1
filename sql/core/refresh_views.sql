-- Refreshes every materialized view of cache inside the caller's transaction without blocking readers.
create or replace function core.refresh_views()
returns integer
language plpgsql
set search_path = ''
as $$
declare
    cache_name text;
    n_refreshed integer := 0;
begin
    -- One row, too few changes for autovacuum: unanalysed it is taken for hundreds, and each view for millions.
    analyze core.build_state;
    for cache_name in
        select views.matviewname
        from pg_catalog.pg_matviews as views
        where views.schemaname = 'cache'
        order by views.matviewname collate "C"
    loop
        execute format('refresh materialized view concurrently cache.%I', cache_name);
        n_refreshed := n_refreshed + 1;
    end loop;
    return n_refreshed;
end
$$;
comment on function core.refresh_views() is 'Refreshes all materialized views of schema cache; part of core.build.';
