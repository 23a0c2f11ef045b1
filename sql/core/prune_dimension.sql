-- Deletes the members of a dimension that a working table lacks (ledger reason: no source record or curated
-- row has them any more). Runs after the facts have let go of them.
create or replace function core.prune_dimension(target text, working text, scope text default 'true')
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    key_match text;
    n_removed bigint;
begin
    select string_agg(format('old.%1$I = new.%1$I', attributes.attname), ' and ' order by attributes.attnum)
    into key_match
    from pg_catalog.pg_index as indexes
    inner join pg_catalog.pg_attribute as attributes
        on indexes.indrelid = attributes.attrelid and attributes.attnum = any(indexes.indkey)
    where indexes.indrelid = target::regclass and indexes.indisprimary;

    execute format(
        'delete from %s as old where (%s) and not exists (select from %s as new where %s)',
        target, scope, working, key_match
    );
    get diagnostics n_removed = row_count;
    return n_removed;
end
$$;
comment on function core.prune_dimension(text, text, text) is
    'Deletes dimension members that a working table lacks; returns rows deleted.';
