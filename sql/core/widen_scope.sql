-- Adds to w_scope_notes the papers of authors whose current id changed, and of every note in scope its
-- original and its blind versions: they are one paper.
create or replace function core.widen_scope(is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
begin
    if not is_full then
        insert into pg_temp.w_scope_notes (note_id)
        select papers.note_id
        from pg_temp.w_changed_aliases as changed
        inner join core.authorships as authorships
            on changed.alias = authorships.author_id
        inner join core.papers as papers
            on authorships.paper_id = papers.paper_id
        union
        select notes.original_id as note_id
        from pg_temp.w_scope_notes as scope
        inner join stg.openreview_notes as notes
            on scope.note_id = notes.note_id
        where notes.original_id is not null
        union
        select papers.author_note_id as note_id
        from pg_temp.w_scope_notes as scope
        inner join core.paper_keys as keys
            on scope.note_id = keys.note_id
        inner join core.papers as papers
            on keys.paper_id = papers.paper_id;
        insert into pg_temp.w_scope_notes (note_id)
        select notes.note_id
        from pg_temp.w_scope_notes as scope
        inner join stg.openreview_notes as notes
            on scope.note_id = notes.original_id;
        -- The original of a blind note that is no longer there.
        insert into pg_temp.w_scope_notes (note_id)
        select notes.original_id as note_id
        from pg_temp.w_scope_notes as scope
        inner join stg.openreview_notes as notes
            on scope.note_id = notes.note_id
        where notes.original_id is not null;
    end if;

    drop table if exists pg_temp.w_unique_notes;
    create temp table w_unique_notes on commit drop as
    select distinct scope.note_id
    from pg_temp.w_scope_notes as scope;
    truncate pg_temp.w_scope_notes;
    insert into pg_temp.w_scope_notes (note_id)
    select notes.note_id
    from pg_temp.w_unique_notes as notes;
    create unique index on pg_temp.w_scope_notes (note_id);
    analyze pg_temp.w_scope_notes;
end
$$;
comment on function core.widen_scope(boolean) is 'Notes that hang together with those in scope; part of core.build.';
