-- requires: core.apply_rows
-- Which current id each former id stands for. An id that several profiles claim belongs to a live one before a
-- deleted or merged one, then to the one modified last, then to the one that lists it as a name of its own
-- past; a chain of renames is followed to its end. All claims to ids that are not simply a profile's own id are
-- looked at in every build: they are few. Leaves w_changed_aliases (alias, old_id, new_id).
create or replace function core.build_aliases()
returns void
language plpgsql
set search_path = ''
as $$
declare
    n_moved bigint := 1;
    n_rounds integer := 0;
begin
    drop table if exists pg_temp.w_aliases;
    create temp table w_aliases on commit drop as
    with
    listed as (
        select distinct
            btrim(names.username) as alias,
            names.profile_id
        from stg.openreview_profile_names as names
        where names.username like '~%' and names.username != names.profile_id
    ),
    candidates as (
        select
            listed.alias,
            listed.profile_id
        from listed
        union
        select
            listed.alias,
            listed.alias as profile_id
        from listed
    ),
    ranked as (
        select distinct on (candidates.alias)
            candidates.alias,
            candidates.profile_id as openreview_id
        from candidates
        inner join stg.openreview_profiles as profiles
            on candidates.profile_id = profiles.profile_id
        order by
            candidates.alias,
            (profiles.deleted_at is null and coalesce(lower(profiles.state), '') != 'merged') desc,
            profiles.version_at desc nulls last,
            candidates.profile_id != candidates.alias desc,
            candidates.profile_id collate "C"
    )
    select
        ranked.alias,
        ranked.openreview_id
    from ranked
    where ranked.alias != ranked.openreview_id;

    -- Two profiles that claim each other, modified at the same time: the smaller id stays.
    delete from pg_temp.w_aliases as aliases
    using pg_temp.w_aliases as others
    where
        aliases.openreview_id = others.alias
        and others.openreview_id = aliases.alias
        and aliases.alias collate "C" < others.alias collate "C";

    while n_moved > 0 and n_rounds < 20 loop
        update pg_temp.w_aliases as aliases
        set openreview_id = others.openreview_id
        from pg_temp.w_aliases as others
        where
            aliases.openreview_id = others.alias
            and aliases.alias != others.openreview_id;
        get diagnostics n_moved = row_count;
        n_rounds := n_rounds + 1;
    end loop;

    drop table if exists pg_temp.w_changed_aliases;
    create temp table w_changed_aliases on commit drop as
    select
        coalesce(olds.alias, news.alias) as alias,
        olds.openreview_id as old_id,
        news.openreview_id as new_id
    from core.person_aliases as olds
    full join pg_temp.w_aliases as news
        on olds.alias = news.alias
    where olds.openreview_id is distinct from news.openreview_id;

    perform core.apply_rows('core.person_aliases', 'pg_temp.w_aliases');
end
$$;
comment on function core.build_aliases() is 'Former OpenReview ids to current ones; part of core.build.';
