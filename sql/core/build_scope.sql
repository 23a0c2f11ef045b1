-- requires: core.read_changes
-- What changed in staging since the last build: w_scope_notes and w_scope_profiles (all of them in a full build).
create or replace function core.build_scope(is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
begin
    drop table if exists pg_temp.w_changed, pg_temp.w_marks, pg_temp.w_scope_notes, pg_temp.w_scope_profiles;
    create temp table w_changed (kind text not null, key text not null) on commit drop;
    create temp table w_marks (
        table_name text not null,
        changed_at timestamptz,
        n_at_mark bigint not null,
        run_id bigint,
        is_changed boolean not null
    ) on commit drop;

    perform core.read_changes('stg.openreview_notes', 'note_id', 'note', is_full);
    perform core.read_changes('stg.openreview_note_authors', 'note_id', 'note', is_full);
    perform core.read_changes('stg.openreview_note_affiliations', 'note_id', 'note', is_full);
    perform core.read_changes('stg.openreview_reviews', 'forum_id', 'note', is_full);
    perform core.read_changes('stg.openreview_venues', 'venue_id', 'venue', is_full);
    perform core.read_changes('stg.openreview_profiles', 'profile_id', 'profile', is_full);
    perform core.read_changes('stg.openreview_profile_names', 'profile_id', 'profile', is_full);
    perform core.read_changes('stg.openreview_profile_history', 'profile_id', 'profile', is_full);
    perform core.read_changes('stg.papercopilot_papers', 'paper_id', 'note', is_full);
    perform core.read_changes('stg.papercopilot_authors', 'paper_id', 'note', is_full);
    perform core.read_changes('stg.papercopilot_affiliations', 'paper_id', 'note', is_full);

    create temp table w_scope_notes (note_id text not null) on commit drop;
    create temp table w_scope_profiles (profile_id text not null) on commit drop;
    if is_full then
        insert into pg_temp.w_scope_notes (note_id)
        select notes.note_id from stg.openreview_notes as notes
        union
        select papers.paper_id as note_id from stg.papercopilot_papers as papers
        union
        select papers.note_id from core.papers as papers;
        return;
    end if;

    insert into pg_temp.w_scope_notes (note_id)
    select changed.key as note_id
    from pg_temp.w_changed as changed
    where changed.kind = 'note'
    union
    select notes.note_id
    from pg_temp.w_changed as changed
    inner join stg.openreview_notes as notes
        on changed.key = notes.venue_id
    where changed.kind = 'venue';
    insert into pg_temp.w_scope_profiles (profile_id)
    select distinct changed.key as profile_id
    from pg_temp.w_changed as changed
    where changed.kind = 'profile';
end
$$;
comment on function core.build_scope(boolean) is 'Notes and profiles that changed since the last build; part of core.build.';
