-- Inserts and updates the members of a dimension from a working table with the same columns. Members that are
-- gone stay until core.prune_dimension: facts may still point to them.
create or replace function core.apply_dimension(target text, working text)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    column_list text;
    key_list text;
    assignments text;
    differences text;
    n_written bigint;
begin
    select
        string_agg(quote_ident(attributes.attname), ', ' order by attributes.attnum),
        string_agg(quote_ident(attributes.attname), ', ' order by attributes.attnum)
            filter (where indexes.indexrelid is not null),
        string_agg(format('%1$I = excluded.%1$I', attributes.attname), ', ' order by attributes.attnum)
            filter (where indexes.indexrelid is null),
        string_agg(format('old.%1$I is distinct from excluded.%1$I', attributes.attname), ' or ' order by attributes.attnum)
            filter (where indexes.indexrelid is null)
    into column_list, key_list, assignments, differences
    from pg_catalog.pg_attribute as attributes
    left join pg_catalog.pg_index as indexes
        on
            attributes.attrelid = indexes.indrelid
            and indexes.indisprimary
            and attributes.attnum = any(indexes.indkey)
    where
        attributes.attrelid = target::regclass
        and attributes.attnum > 0
        and not attributes.attisdropped;

    execute format(
        'insert into %1$s as old (%2$s) select %2$s from %3$s order by %4$s '
        'on conflict (%4$s) do update set %5$s where %6$s',
        target, column_list, working, key_list, assignments, differences
    );
    get diagnostics n_written = row_count;
    return n_written;
end
$$;
comment on function core.apply_dimension(text, text) is
    'Inserts and updates dimension members from a working table; returns rows written.';
