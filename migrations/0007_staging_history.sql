-- Earlier versions of staging rows, and the helper that makes a history table.

create function fn.create_history(table_name regclass, distribution_column text default null)
returns void
language plpgsql
set search_path = ''
as $$
declare
    schema_name text;
    stem text;
    history regclass;
    key_columns text;
    commented record;
begin
    select
        namespaces.nspname,
        classes.relname
    into schema_name, stem
    from pg_catalog.pg_class as classes
    inner join pg_catalog.pg_namespace as namespaces
        on classes.relnamespace = namespaces.oid
    where classes.oid = table_name;

    select string_agg(format('%I', columns.attname), ', ' order by keys.position)
    into key_columns
    from pg_catalog.pg_constraint as constraints
    cross join lateral unnest(constraints.conkey) with ordinality as keys (attnum, position)
    inner join pg_catalog.pg_attribute as columns
        on constraints.conrelid = columns.attrelid and keys.attnum = columns.attnum
    where constraints.conrelid = table_name
        and constraints.contype = 'p';

    execute format(
        'create table %1$I.%2$I ('
        'like %3$s, valid_from timestamptz not null, valid_to timestamptz not null, '
        'constraint %4$I primary key (%5$s, valid_from, run_id))',
        schema_name, stem || '_history', table_name, stem || '_history_pkey', key_columns
    );
    history := format('%I.%I', schema_name, stem || '_history')::regclass;
    if distribution_column is null then
        perform fn.reference(history);
    else
        perform fn.distribute(history, distribution_column, table_name::text);
    end if;

    execute format(
        'comment on table %s is %L', history,
        format('One row per version of a row of %s that was replaced or has left.', table_name)
    );
    for commented in
        select
            columns.attname,
            pg_catalog.col_description(table_name, columns.attnum) as description
        from pg_catalog.pg_attribute as columns
        where columns.attrelid = table_name
            and columns.attnum > 0
            and not columns.attisdropped
            and pg_catalog.col_description(table_name, columns.attnum) is not null
    loop
        execute format(
            'comment on column %s.%I is %L', history, commented.attname, commented.description
        );
    end loop;
    execute format(
        'comment on column %s.valid_from is %L', history, 'Ingestion time of this version.'
    );
    execute format(
        'comment on column %s.valid_to is %L', history,
        'Ingestion time of the version that replaced it, or of its leaving.'
    );
end
$$;
comment on function fn.create_history(regclass, text) is
    'Makes the history table of a staging table: same columns, valid_from and valid_to. Call it after '
    'fn.distribute with the same column, or after fn.reference without one.';

select fn.create_history('stg.openreview_venues');
select fn.create_history('stg.openreview_notes', 'note_id');
select fn.create_history('stg.openreview_note_authors', 'note_id');
select fn.create_history('stg.openreview_note_affiliations', 'note_id');
select fn.create_history('stg.openreview_reviews', 'review_id');
select fn.create_history('stg.openreview_profiles', 'profile_id');
select fn.create_history('stg.openreview_profile_names', 'profile_id');
select fn.create_history('stg.openreview_profile_history', 'profile_id');
select fn.create_history('stg.openreview_profile_email_domains', 'profile_id');
select fn.create_history('stg.openreview_profile_expertise', 'profile_id');
select fn.create_history('stg.openreview_institutions');
select fn.create_history('stg.papercopilot_papers', 'paper_id');
select fn.create_history('stg.papercopilot_authors', 'paper_id');
select fn.create_history('stg.papercopilot_affiliations', 'paper_id');
