-- requires: core.rules_hash, core.read_changes, core.build_aliases, core.number_people, core.build_papers, core.build_claims, core.build_organisations, core.build_stints, core.build_dimensions, core.build_facts, core.prune_dimension, core.refresh_views, core.run_checks, core.build_scope, core.widen_scope, core.renew_texts, core.count_streams, core.apply_rows
-- Staging to core to mart, in the caller's transaction. is_full => false recomputes only people and papers whose
-- staging rows changed since the last build, and those whom a changed organisation text concerns; the result is
-- the same as that of a full build. The first build, and the first after a change of rules, reference rows or
-- definitions, is full whatever is asked.
create or replace function core.build(is_full boolean, run_id bigint, built_at timestamptz)
returns table (
    was_full boolean,
    n_people_changed integer,
    n_people integer,
    n_papers integer,
    n_claims bigint,
    n_refused_claims bigint,
    n_stints bigint,
    n_group_stints bigint,
    n_unresolved_strings bigint,
    data_end_year integer
)
language plpgsql
-- As the owner: refreshing views and analysing tables takes ownership, which a loader need not have.
security definer
set search_path = ''
as $$
#variable_conflict use_column
declare
    state record;
    new_rules_hash text;
    latest_profile_at timestamptz;
    keys_dropped text[];
    statement text;
begin
    perform set_config('client_min_messages', 'warning', true);
    perform set_config('jit', 'off', true);
    perform set_config('work_mem', '128MB', true);
    perform set_config('citus.multi_shard_modify_mode', 'sequential', true);
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('tenure.core.build', 0));

    select states.* into state from core.build_state as states;
    new_rules_hash := core.rules_hash();
    was_full := build.is_full or state.built_at is null or state.rules_hash != new_rules_hash;

    if was_full and (state.rules_hash is null or state.rules_hash != new_rules_hash) then
        -- Texts are classified and folded when first seen: other rules, other answers.
        perform core.renew_texts();
    end if;

    perform core.build_scope(was_full);
    perform core.build_aliases();
    perform core.widen_scope(was_full);
    perform core.build_papers(was_full);

    -- People in scope: authors of papers in scope, before and after, and people whose profile changed.
    create temp table if not exists w_scope_people (person_id integer primary key) on commit drop;
    truncate pg_temp.w_scope_people;
    insert into pg_temp.w_scope_people (person_id)
    select authorships.person_id
    from pg_temp.w_scope_papers as scope
    inner join core.authorships as authorships
        on scope.paper_id = authorships.paper_id
    where not was_full and authorships.person_id > 0
    union
    select authorships.person_id
    from pg_temp.w_authorships as authorships
    where authorships.person_id > 0
    union
    select keys.person_id
    from pg_temp.w_scope_profiles as profiles
    left join core.person_aliases as aliases
        on profiles.profile_id = aliases.alias
    inner join core.person_keys as keys
        on keys.openreview_id in (profiles.profile_id, aliases.openreview_id)
    where not was_full
    union
    select keys.person_id
    from pg_temp.w_changed_aliases as changed
    inner join core.person_keys as keys
        on keys.openreview_id in (changed.alias, changed.old_id, changed.new_id)
    where not was_full
    union
    select people.person_id
    from core.people as people
    where was_full;
    analyze pg_temp.w_scope_people;

    drop table if exists pg_temp.w_core_papers, pg_temp.w_people;
    create temp table w_core_papers on commit drop as
    select
        papers.paper_id,
        papers.note_id,
        papers.source,
        papers.edition_key,
        papers.author_source,
        papers.author_edition_key,
        papers.author_note_id,
        papers.venue_key,
        papers.paper_year
    from pg_temp.w_papers as papers;
    perform core.apply_rows(
        'core.papers', 'pg_temp.w_core_papers',
        case when was_full then 'true' else 'old.paper_id in (select scope.paper_id from pg_temp.w_scope_papers as scope)' end
    );
    perform core.apply_rows(
        'core.authorships', 'pg_temp.w_authorships',
        case when was_full then 'true' else 'old.paper_id in (select scope.paper_id from pg_temp.w_scope_papers as scope)' end
    );

    create temp table w_people on commit drop as
    select distinct
        keys.person_id,
        keys.openreview_id
    from pg_temp.w_scope_people as scope
    inner join core.person_keys as keys
        on scope.person_id = keys.person_id
    where
        not exists (select from core.person_aliases as aliases where aliases.alias = keys.openreview_id)
        and exists (select from core.authorships as authorships where authorships.person_id = scope.person_id);
    perform core.apply_rows(
        'core.people', 'pg_temp.w_people',
        case when was_full then 'true' else 'old.person_id in (select scope.person_id from pg_temp.w_scope_people as scope)' end
    );

    perform core.build_claims(was_full);
    if was_full then
        analyze core.papers, core.authorships, core.people, core.person_keys, core.paper_keys,
            core.person_aliases, core.history_claims, core.affiliation_claims, core.organisation_strings,
            core.role_texts;
    end if;
    perform core.build_organisations();
    if not was_full then
        insert into pg_temp.w_scope_people (person_id)
        select claims.person_id
        from pg_temp.w_changed_strings as strings
        inner join core.history_claims as claims
            on strings.string_id = claims.string_id
        where strings.is_meaning_changed
        union
        select claims.person_id
        from pg_temp.w_changed_strings as strings
        inner join core.affiliation_claims as claims
            on strings.string_id = claims.string_id
        where strings.is_meaning_changed and claims.person_id > 0
        on conflict (person_id) do nothing;
        analyze pg_temp.w_scope_people;
    end if;

    select max(profiles.version_at) into latest_profile_at from stg.openreview_profiles as profiles;
    select greatest(max(papers.paper_year), extract(year from latest_profile_at at time zone 'UTC')::integer)
    into data_end_year
    from core.papers as papers;

    perform core.build_stints(was_full);
    perform core.build_dimensions(data_end_year, latest_profile_at);

    -- Into empty facts rows go first and keys after: one validation instead of millions of look-ups.
    if
        not exists (select from mart.fct_stint)
        and not exists (select from mart.fct_authorship)
        and to_regclass('pg_catalog.pg_dist_partition') is null
    then
        select array_agg(
            format(
                'alter table %s add constraint %I %s',
                constraints.conrelid::regclass, constraints.conname,
                pg_catalog.pg_get_constraintdef(constraints.oid)
            )
            order by constraints.conname
        )
        into keys_dropped
        from pg_catalog.pg_constraint as constraints
        where
            constraints.contype = 'f'
            and constraints.conrelid in (
                'mart.fct_stint'::regclass, 'mart.fct_group_stint'::regclass,
                'mart.fct_person_group_year'::regclass, 'mart.fct_authorship'::regclass
            );
        foreach statement in array coalesce(keys_dropped, '{}') loop
            execute regexp_replace(statement, '^(alter table \S+) add constraint (\S+) .*$', '\1 drop constraint \2');
        end loop;
    end if;

    perform core.build_facts(was_full, data_end_year, state.data_end_year is distinct from data_end_year);

    foreach statement in array coalesce(keys_dropped, '{}') loop
        execute statement;
    end loop;

    if was_full then
        analyze core.organisations, core.published_people, mart.dim_person, mart.dim_organisation, mart.dim_group,
            mart.fct_paper, mart.fct_authorship, mart.fct_stint, mart.fct_group_stint, mart.fct_person_group_year;
    end if;

    perform core.prune_dimension(
        'mart.fct_paper', 'pg_temp.w_fct_paper',
        case when was_full then 'true' else 'old.paper_id in (select scope.paper_id from pg_temp.w_scope_papers as scope)' end
    );
    perform core.prune_dimension(
        'mart.dim_person', 'pg_temp.w_dim_person',
        case
            when was_full then 'old.person_id > 0'
            else 'old.person_id in (select scope.person_id from pg_temp.w_scope_people as scope)'
        end
    );
    perform core.prune_dimension('mart.dim_venue', 'pg_temp.w_dim_venue');
    perform core.prune_dimension('mart.dim_unit', 'pg_temp.w_dim_unit');
    perform core.prune_dimension('mart.dim_organisation', 'pg_temp.w_dim_organisation');
    perform core.prune_dimension('mart.dim_group', 'pg_temp.w_dim_group');
    delete from mart.dim_year as years
    where
        years.year > 0
        and years.year not between
        (
            select min(bounds.year)
            from (
                select min(papers.paper_year) as year from core.papers as papers
                union all
                select min(venues.year) as year from mart.dim_venue as venues where venues.year > 0
                union all
                select min(stints.begin_year) as year from mart.fct_group_stint as stints
                union all
                select data_end_year as year
            ) as bounds
        )
        and (
            select max(bounds.year)
            from (
                select max(papers.paper_year) as year from core.papers as papers
                union all
                select max(venues.year) as year from mart.dim_venue as venues where venues.year > 0
                union all
                select max(stints.begin_year) as year from mart.fct_group_stint as stints
                union all
                select data_end_year as year
            ) as bounds
        );

    perform core.count_streams(was_full);

    -- State of this build.
    insert into core.source_marks as olds (table_name, changed_at, n_at_mark, run_id)
    select marks.table_name, marks.changed_at, marks.n_at_mark, marks.run_id
    from pg_temp.w_marks as marks
    on conflict (table_name) do update
    set changed_at = excluded.changed_at, n_at_mark = excluded.n_at_mark, run_id = excluded.run_id;
    insert into core.build_state as olds (
        is_only, built_at, run_id, rules_hash, data_end_year, latest_profile_at
    )
    values (true, build.built_at, build.run_id, new_rules_hash, data_end_year, latest_profile_at)
    on conflict (is_only) do update
    set
        built_at = excluded.built_at,
        run_id = excluded.run_id,
        rules_hash = excluded.rules_hash,
        data_end_year = excluded.data_end_year,
        latest_profile_at = excluded.latest_profile_at;

    perform core.refresh_views();
    perform core.run_checks();

    select count(*) into n_people_changed from pg_temp.w_scope_people;
    select count(*) into n_people from core.people;
    select count(*) into n_papers from core.papers;
    select count(*), count(*) filter (where claims.refused_code is not null)
    into n_claims, n_refused_claims
    from core.history_claims as claims;
    select n_claims + count(*) into n_claims from core.affiliation_claims as claims where claims.person_id > 0;
    select count(*) into n_stints from mart.fct_stint;
    select count(*) into n_group_stints from mart.fct_group_stint;
    select count(*)
    into n_unresolved_strings
    from core.organisation_strings as strings
    where strings.organisation_id = 0 and strings.n_claims > 0;
    return next;
end
$$;
comment on function core.build(boolean, bigint, timestamptz) is
    'Builds core and mart from staging, refreshes the public views and runs the checks, all in the caller''s transaction.';
