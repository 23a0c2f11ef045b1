-- requires: core.source_papers, core.source_authorships, core.source_affiliations, core.apply_rows, core.rule_value
-- Papers, author slots and their affiliations, for the notes of w_scope_notes.
--
-- One note id is one paper. Where OpenReview has the note, the note speaks (title, status, year); archives fill
-- what it leaves empty. A blind submission and its original are one paper: the blind one, with the authors of
-- the original while its own are anonymous. A deleted note is no paper, whatever archives say. Among archive
-- files: for title and status the latest crawl (unknown date = latest) and then the fuller layout; for authors
-- the files whose lists line up and that carry affiliations first, then aligned layouts over compact, then the
-- latest crawl. Affiliations of the other source stay claims, but do not speak for the slot when its own
-- source names an affiliation there.
create or replace function core.build_papers(is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
    from_scope text := case
        when is_full then 'from core.%1$s as records'
        else 'from pg_temp.w_scope_notes as scope '
            'cross join lateral (select * from core.%1$s as every where every.note_id = scope.note_id) as records'
    end;
    max_id_chars integer := core.rule_value('max_id_chars');
begin
    drop table if exists pg_temp.w_records, pg_temp.w_slots, pg_temp.w_affiliations, pg_temp.w_editions,
        pg_temp.w_note_papers, pg_temp.w_papers, pg_temp.w_author_sources, pg_temp.w_chosen_slots,
        pg_temp.w_authorships, pg_temp.w_affiliation_claims, pg_temp.w_ratings, pg_temp.w_scope_papers;

    execute 'create temp table w_records on commit drop as select records.* ' || format(from_scope, 'source_papers');
    execute 'create temp table w_slots on commit drop as select records.* ' || format(from_scope, 'source_authorships');
    execute 'create temp table w_affiliations on commit drop as select records.* ' || format(from_scope, 'source_affiliations');
    analyze pg_temp.w_records;
    analyze pg_temp.w_slots;
    analyze pg_temp.w_affiliations;

    update pg_temp.w_slots
    set tilde_id = null
    where tilde_id is not null and (tilde_id not like '~_%' or length(tilde_id) > max_id_chars);

    -- Archive files by how much they are worth for the authors of a paper.
    create temp table w_editions on commit drop as
    with
    affiliated as (
        select distinct
            affiliations.note_id,
            affiliations.edition_key
        from pg_temp.w_affiliations as affiliations
        where affiliations.source = 'papercopilot'
    ),
    identified as (
        select distinct
            slots.note_id,
            slots.edition_key
        from pg_temp.w_slots as slots
        where slots.source = 'papercopilot' and slots.tilde_id is not null
    )
    select distinct on (records.note_id)
        records.note_id,
        records.edition_key,
        records.is_aligned,
        identified.note_id is not null as has_people
    from pg_temp.w_records as records
    left join affiliated
        on records.note_id = affiliated.note_id and records.edition_key = affiliated.edition_key
    left join identified
        on records.note_id = identified.note_id and records.edition_key = identified.edition_key
    where
        records.source = 'papercopilot'
        and exists (
            select
            from pg_temp.w_slots as slots
            where slots.note_id = records.note_id and slots.edition_key = records.edition_key
        )
    order by
        records.note_id,
        identified.note_id is not null desc,
        (records.is_aligned and affiliated.note_id is not null) desc,
        (records.layout_rank >= 3),
        records.crawled_on desc nulls first,
        records.layout_rank,
        records.edition_key collate "C";

    create temp table w_note_papers on commit drop as
    with
    folded as (
        select distinct blind.original_id as note_id
        from pg_temp.w_records as blind
        where blind.source = 'openreview' and not blind.is_deleted and blind.original_id is not null
            and blind.original_id != blind.note_id
    ),
    notes as (
        select records.*
        from pg_temp.w_records as records
        where records.source = 'openreview'
    ),
    dated as (
        select distinct on (records.note_id) records.*
        from pg_temp.w_records as records
        where records.source = 'papercopilot'
        order by
            records.note_id,
            records.crawled_on desc nulls first,
            records.layout_rank,
            records.edition_key collate "C"
    ),
    titled as (
        select distinct on (records.note_id)
            records.note_id,
            records.title
        from pg_temp.w_records as records
        where records.source = 'papercopilot' and records.title is not null
        order by
            records.note_id,
            records.crawled_on desc nulls first,
            records.layout_rank,
            records.edition_key collate "C"
    ),
    judged as (
        select distinct on (records.note_id)
            records.note_id,
            records.archive_status
        from pg_temp.w_records as records
        where records.source = 'papercopilot' and nullif(btrim(records.archive_status), '') is not null
        order by
            records.note_id,
            records.crawled_on desc nulls first,
            records.layout_rank,
            records.edition_key collate "C"
    ),
    rated as (
        select distinct on (records.note_id)
            records.note_id,
            records.rating_mean,
            records.n_ratings
        from pg_temp.w_records as records
        where records.source = 'papercopilot' and records.rating_mean is not null
        order by
            records.note_id,
            records.crawled_on desc nulls first,
            records.layout_rank,
            records.edition_key collate "C"
    )
    select
        coalesce(notes.note_id, dated.note_id) as note_id,
        case when notes.note_id is null then 'papercopilot' else 'openreview' end as source,
        case when notes.note_id is null then dated.edition_key else '' end as edition_key,
        notes.original_id,
        coalesce(notes.venue_key, dated.venue_key) as venue_key,
        case when notes.venue_key is null then dated.venue_text else notes.venue_text end as venue_text,
        coalesce(notes.venue_year, notes.note_year, dated.venue_year) as paper_year,
        coalesce(notes.title, titled.title) as title,
        notes.venueid,
        notes.invitation,
        notes.decision,
        notes.venue,
        judged.archive_status,
        notes.venueid_status,
        notes.is_submission_venueid,
        notes.is_accept_decision,
        rated.rating_mean,
        rated.n_ratings
    from notes
    full join dated
        on notes.note_id = dated.note_id
    left join titled
        on titled.note_id = coalesce(notes.note_id, dated.note_id)
    left join judged
        on judged.note_id = coalesce(notes.note_id, dated.note_id)
    left join rated
        on rated.note_id = coalesce(notes.note_id, dated.note_id)
    where
        not coalesce(notes.is_deleted, false)
        and not exists (
            select from folded where folded.note_id = coalesce(notes.note_id, dated.note_id)
        );
    create unique index on pg_temp.w_note_papers (note_id);
    analyze pg_temp.w_note_papers;

    -- Reviews: the mean over integers; a decision note speaks where the submission itself has none.
    create temp table w_ratings on commit drop as
    select
        reviews.forum_id as note_id,
        count(*) filter (where reviews.kind = 'review' and reviews.rating is not null)::integer as n_ratings,
        sum(reviews.rating) filter (where reviews.kind = 'review') as rating_sum,
        lower(min(reviews.decision collate "C") filter (where reviews.kind = 'decision')) as decision
    from stg.openreview_reviews as reviews
    where
        reviews.deleted_at is null
        and (is_full or reviews.forum_id in (select scope.note_id from pg_temp.w_scope_notes as scope))
    group by reviews.forum_id;

    analyze pg_temp.w_ratings;
    analyze pg_temp.w_editions;

    insert into core.paper_keys (note_id, paper_id)
    select
        papers.note_id,
        (
            coalesce((select max(every.paper_id) from core.paper_keys as every), 0)
            + row_number() over (order by papers.note_id collate "C")
        )::integer as paper_id
    from pg_temp.w_note_papers as papers
    where not exists (select from core.paper_keys as olds where olds.note_id = papers.note_id);

    insert into core.venue_keys (venue_key, venue_id)
    select
        venues.venue_key,
        (
            coalesce((select max(every.venue_id) from core.venue_keys as every), 0)
            + row_number() over (order by venues.venue_key collate "C")
        )::integer as venue_id
    from (
        select distinct papers.venue_key
        from pg_temp.w_note_papers as papers
        where papers.venue_key is not null
    ) as venues
    where not exists (select from core.venue_keys as olds where olds.venue_key = venues.venue_key);

    -- Who speaks for the authors: the note when it names a person, else its original, else an archive.
    create temp table w_author_sources on commit drop as
    with
    named as (
        select
            slots.note_id,
            bool_or(slots.tilde_id is not null) as has_people
        from pg_temp.w_slots as slots
        where slots.source = 'openreview'
        group by slots.note_id
    )
    select
        papers.note_id,
        keys.paper_id,
        papers.paper_year,
        case
            when own.has_people or original.has_people then 'openreview'
            when editions.has_people then 'papercopilot'
            when own.note_id is not null or original.note_id is not null then 'openreview'
            when editions.note_id is not null then 'papercopilot'
            else papers.source
        end as author_source,
        case
            when own.has_people or (own.note_id is not null and not coalesce(original.has_people, false))
                then papers.note_id
            when original.note_id is not null and not coalesce(editions.has_people and not original.has_people, false)
                then papers.original_id
            else papers.note_id
        end as author_note_id,
        editions.edition_key as archive_edition_key,
        coalesce(editions.is_aligned, false) as is_archive_aligned
    from pg_temp.w_note_papers as papers
    inner join core.paper_keys as keys
        on papers.note_id = keys.note_id
    left join named as own
        on papers.note_id = own.note_id and papers.source = 'openreview'
    left join named as original
        on papers.original_id = original.note_id
    left join pg_temp.w_editions as editions
        on papers.note_id = editions.note_id;
    update pg_temp.w_author_sources
    set author_note_id = note_id
    where author_source = 'papercopilot';
    analyze pg_temp.w_author_sources;

    create temp table w_chosen_slots on commit drop as
    select
        sources.paper_id,
        sources.note_id,
        slots.author_position,
        slots.tilde_id as author_id,
        slots.author_name,
        coalesce(aliases.openreview_id, slots.tilde_id) as openreview_id
    from pg_temp.w_author_sources as sources
    inner join pg_temp.w_slots as slots
        on
            sources.author_note_id = slots.note_id
            and sources.author_source = slots.source
            and (sources.author_source = 'openreview' or sources.archive_edition_key = slots.edition_key)
    left join core.person_aliases as aliases
        on slots.tilde_id = aliases.alias;
    analyze pg_temp.w_chosen_slots;

    perform core.number_people();

    create temp table w_papers on commit drop as
    with
    counted as (
        select
            slots.paper_id,
            count(*)::integer as n_authors
        from pg_temp.w_chosen_slots as slots
        group by slots.paper_id
    ),
    tested as (
        select
            papers.note_id,
            papers.venueid_status,
            coalesce(papers.decision, ratings.decision) as decision,
            papers.venueid,
            papers.invitation,
            papers.venue,
            papers.archive_status,
            papers.is_submission_venueid,
            papers.is_accept_decision,
            ratings.n_ratings,
            ratings.rating_sum
        from pg_temp.w_note_papers as papers
        left join pg_temp.w_ratings as ratings
            on papers.note_id = ratings.note_id
    ),
    texts as (
        select 'venueid' as subject, tested.venueid as text_tested from tested
        union
        select 'invitation' as subject, tested.invitation as text_tested from tested
        union
        select 'decision' as subject, tested.decision as text_tested from tested
        union
        select 'venue' as subject, tested.venue as text_tested from tested
        union
        select 'archive' as subject, tested.archive_status as text_tested from tested
    ),
    rated_texts as (
        select distinct on (texts.subject, texts.text_tested)
            texts.subject,
            texts.text_tested,
            rules.rule_order,
            rules.status
        from texts
        inner join core.status_rule as rules
            on texts.subject = rules.subject and texts.text_tested ~ rules.pattern
        order by texts.subject, texts.text_tested, rules.rule_order
    )
    select
        keys.paper_id,
        papers.note_id,
        papers.source,
        papers.edition_key,
        sources.author_source,
        case when sources.author_source = 'papercopilot' then coalesce(sources.archive_edition_key, '') else '' end
            as author_edition_key,
        sources.author_note_id,
        papers.venue_key,
        papers.venue_text,
        papers.paper_year,
        papers.title,
        case
            when tested.venueid_status in ('withdrawn', 'desk_rejected', 'rejected') then tested.venueid_status
            when by_venueid.status is not null then by_venueid.status
            when by_invitation.status is not null then by_invitation.status
            when tested.is_accept_decision then 'accepted'
            when by_decision.status is not null then by_decision.status
            when tested.venueid_status is not null then tested.venueid_status
            when by_venue.status is not null and by_venue.status != 'under_review' then by_venue.status
            when by_archive.status is not null then by_archive.status
            when tested.is_submission_venueid then 'under_review'
            else coalesce(by_venue.status, 'unknown')
        end as status,
        coalesce(
            tested.rating_sum::double precision / nullif(tested.n_ratings, 0),
            papers.rating_mean
        ) as mean_rating,
        case
            when coalesce(tested.n_ratings, 0) > 0 then tested.n_ratings
            else coalesce(papers.n_ratings, 0)
        end as n_reviews,
        coalesce(counted.n_authors, 0) as n_authors
    from pg_temp.w_note_papers as papers
    inner join core.paper_keys as keys
        on papers.note_id = keys.note_id
    inner join pg_temp.w_author_sources as sources
        on papers.note_id = sources.note_id
    inner join tested
        on papers.note_id = tested.note_id
    left join counted
        on keys.paper_id = counted.paper_id
    left join rated_texts as by_venueid
        on by_venueid.subject = 'venueid' and by_venueid.text_tested = tested.venueid
    left join rated_texts as by_invitation
        on by_invitation.subject = 'invitation' and by_invitation.text_tested = tested.invitation
    left join rated_texts as by_decision
        on by_decision.subject = 'decision' and by_decision.text_tested = tested.decision
    left join rated_texts as by_venue
        on by_venue.subject = 'venue' and by_venue.text_tested = tested.venue
    left join rated_texts as by_archive
        on by_archive.subject = 'archive' and by_archive.text_tested = tested.archive_status;

    create temp table w_authorships on commit drop as
    select
        coalesce(keys.person_id, 0) as person_id,
        slots.paper_id,
        slots.author_position,
        slots.author_id,
        slots.author_name
    from pg_temp.w_chosen_slots as slots
    left join core.person_keys as keys
        on slots.openreview_id = keys.openreview_id;
    analyze pg_temp.w_authorships;

    -- Affiliations of the slot's own source by position; of the other source by person.
    create temp table w_affiliation_claims on commit drop as
    with
    own as (
        select
            authorships.person_id,
            authorships.paper_id,
            authorships.author_position,
            affiliations.source,
            affiliations.affiliation_position,
            affiliations.organisation_name,
            affiliations.organisation_domain,
            affiliations.role_text,
            affiliations.country_code,
            sources.paper_year as claim_year,
            true as is_slot
        from pg_temp.w_author_sources as sources
        inner join pg_temp.w_affiliations as affiliations
            on
                sources.author_note_id = affiliations.note_id
                and sources.author_source = affiliations.source
                and (
                    sources.author_source = 'openreview'
                    or (sources.archive_edition_key = affiliations.edition_key and sources.is_archive_aligned)
                )
        inner join pg_temp.w_authorships as authorships
            on
                sources.paper_id = authorships.paper_id
                and affiliations.author_position = authorships.author_position
    ),
    others as (
        select
            authorships.person_id,
            authorships.paper_id,
            authorships.author_position,
            affiliations.source,
            affiliations.affiliation_position,
            affiliations.organisation_name,
            affiliations.organisation_domain,
            affiliations.role_text,
            affiliations.country_code,
            sources.paper_year as claim_year,
            not exists (
                select
                from own
                where own.paper_id = authorships.paper_id and own.author_position = authorships.author_position
            ) as is_slot
        from pg_temp.w_author_sources as sources
        inner join pg_temp.w_affiliations as affiliations
            on
                sources.note_id = affiliations.note_id
                and sources.archive_edition_key = affiliations.edition_key
                and affiliations.source = 'papercopilot'
        inner join pg_temp.w_slots as slots
            on
                affiliations.note_id = slots.note_id
                and affiliations.source = slots.source
                and affiliations.edition_key = slots.edition_key
                and affiliations.author_position = slots.author_position
        left join core.person_aliases as aliases
            on slots.tilde_id = aliases.alias
        inner join core.person_keys as keys
            on keys.openreview_id = coalesce(aliases.openreview_id, slots.tilde_id)
        inner join pg_temp.w_authorships as authorships
            on sources.paper_id = authorships.paper_id and keys.person_id = authorships.person_id
        where sources.author_source = 'openreview' and sources.is_archive_aligned
    ),
    every as (
        select * from own
        union all
        select * from others
    )
    select distinct on (
        every.person_id, every.paper_id, every.author_position, every.source, every.affiliation_position
    )
        every.*
    from every
    order by
        every.person_id,
        every.paper_id,
        every.author_position,
        every.source,
        every.affiliation_position,
        every.organisation_name collate "C",
        every.organisation_domain collate "C";

    -- Papers to write: those in scope, and those in scope that are papers no more.
    create temp table w_scope_papers on commit drop as
    select keys.paper_id
    from core.paper_keys as keys
    inner join pg_temp.w_scope_notes as scope
        on keys.note_id = scope.note_id;
    create unique index on pg_temp.w_scope_papers (paper_id);
    analyze pg_temp.w_scope_papers;
end
$$;
comment on function core.build_papers(boolean) is 'Papers, author slots and affiliations of the notes in scope; part of core.build.';
