-- requires: meta.keep_history, meta.merge_children, meta.remove_children, meta.qualified
--
-- Landing tables of one page -> a staging table, its children and their histories. The rules are in
-- docs/design/contract.md; everything that costs is done only for records that are new or differ.
--
--     refusals against landing -> duplicates -> todo (hash anti-join) -> history -> children -> parent -> refusals
--
-- children: one element for each child table, in their order, as
-- {"table": "stg.x", "landing": "landing_x", "keys": ["a", "b"], "parent_keys": ["a"]}.
create or replace function meta.merge_records(
    table_name regclass,
    landing_name text,
    key_columns text[],
    has_version boolean,
    has_duplicates boolean,
    refusals_name text,
    children jsonb,
    merging_run_id bigint,
    merged_at timestamptz,
    out n_inserted bigint,
    out n_updated bigint,
    out n_removed bigint,
    out n_child_changes bigint
)
language plpgsql
set search_path = ''
as $$
declare
    landing text := format('pg_temp.%I', landing_name);
    refusals text := 'pg_temp.' || quote_ident(refusals_name);
    keys text := (
        select string_agg(format('%I', name), ', ' order by position)
        from unnest(key_columns) with ordinality as given (name, position)
    );
    same_key text := (
        select string_agg(format('kept.%1$I = landed.%1$I', name), ' and ' order by position)
        from unnest(key_columns) with ordinality as given (name, position)
    );
    version_of_kept text := case
        when has_version then 'coalesce(kept.version_at, ''-infinity'')' else '''-infinity''::timestamptz'
    end;
    version_of_landed text := replace(version_of_kept, 'kept.', 'landed.');
    newer text := case
        when has_version
            then format(
                '(%s, landed.content_hash) > (%s, kept.content_hash)', version_of_landed, version_of_kept
            )
        -- A row that this very page has put there follows the rule for rows of one page.
        else format(
            '(kept.run_id != %s or kept.changed_at != %L::timestamptz or landed.content_hash > kept.content_hash)',
            merging_run_id, merged_at
        )
    end;
    beaten text := format(
        '(landed.refused_version_at is null or not %L::boolean or %s <= landed.refused_version_at)',
        has_version, version_of_kept
    );
    own_columns text;
    new_values text;
    child jsonb;
    n_rows bigint;
begin
    n_inserted := 0;
    n_updated := 0;
    n_removed := 0;
    n_child_changes := 0;

    select
        string_agg(format('%I', names.attname), ', ' order by names.attnum),
        string_agg(format('%1$I = excluded.%1$I', names.attname), ', ' order by names.attnum)
    into own_columns, new_values
    from pg_catalog.pg_attribute as names
    where names.attrelid = landing::regclass
        and names.attnum > 0
        and names.attname != 'landing_ordinal';

    if refusals_name is not null then
        execute format(
            'delete from %1$s as kept using %2$s as landed where %3$s and %4$s',
            landing, refusals, same_key, beaten
        );
        execute format(
            'delete from %2$s as landed using %1$s as kept where %3$s',
            landing, refusals, same_key
        );
    end if;

    if has_duplicates then
        execute format(
            'delete from %1$s as kept using ('
            'select landed.landing_ordinal, row_number() over ('
            'partition by %2$s order by %3$s desc, landed.content_hash desc, landed.landing_ordinal'
            ') as place from %1$s as landed'
            ') as ranked '
            'where kept.landing_ordinal = ranked.landing_ordinal and ranked.place > 1',
            landing, keys, version_of_landed
        );
    end if;

    create temporary table if not exists landing_todo (
        landing_ordinal bigint not null,
        landing_place tid not null,
        is_update boolean not null
    ) on commit delete rows;
    delete from pg_temp.landing_todo;
    execute format(
        'insert into pg_temp.landing_todo (landing_ordinal, landing_place, is_update) '
        'select landed.landing_ordinal, landed.ctid, kept.content_hash is not null '
        'from %1$s as landed left join %2$s as kept on %3$s '
        'where kept.content_hash is null or (kept.content_hash != landed.content_hash and %4$s)',
        landing, table_name, same_key, newer
    );
    get diagnostics n_rows = row_count;

    if n_rows > 0 then
        -- Whether few of many or all are to be written decides between look-ups and scans.
        analyze pg_temp.landing_todo;
        select count(*) filter (where todo.is_update)
        into n_updated
        from pg_temp.landing_todo as todo;
        n_inserted := n_rows - n_updated;

        for child in
            select element
            from jsonb_array_elements(children) as elements (element)
        loop
            n_child_changes := n_child_changes + meta.merge_children(
                landing, child, n_updated > 0, merging_run_id, merged_at
            );
        end loop;

        if n_updated > 0 then
            perform meta.keep_history(
                table_name,
                format(
                    'pg_temp.landing_todo as todo '
                    'inner join %1$s as landed on todo.landing_place = landed.ctid '
                    'inner join %2$s as kept on %3$s',
                    landing, table_name, same_key
                ),
                'todo.is_update', merging_run_id, merged_at
            );
        end if;

        execute format(
            'insert into %1$s as kept (%2$s, run_id, first_seen_at, changed_at) '
            'select %3$s, $1, $2, $2 '
            'from pg_temp.landing_todo as todo '
            'inner join %4$s as landed on todo.landing_place = landed.ctid '
            'on conflict (%5$s) do update set %6$s, run_id = excluded.run_id, '
            'changed_at = greatest(excluded.changed_at, kept.changed_at)',
            table_name, own_columns, meta.qualified('landed', own_columns), landing,
            keys, new_values
        )
        using merging_run_id, merged_at;
    end if;

    if refusals_name is not null then
        for child in
            select element
            from jsonb_array_elements(children) as elements (element)
        loop
            n_child_changes := n_child_changes + meta.remove_children(
                table_name, refusals, same_key, beaten, child, merging_run_id, merged_at
            );
        end loop;
        perform meta.keep_history(
            table_name,
            format('%1$s as landed inner join %2$s as kept on %3$s', refusals, table_name, same_key),
            beaten, merging_run_id, merged_at
        );
        execute format(
            'delete from %1$s as kept using %2$s as landed where %3$s and %4$s',
            table_name, refusals, same_key, beaten
        );
        get diagnostics n_removed = row_count;
    end if;
end
$$;
comment on function meta.merge_records(
    regclass, text, text[], boolean, boolean, text, jsonb, bigint, timestamptz
) is 'Merges landing tables of one page into a staging table and its children, keeping history.';
