-- Helpers for hand-made worlds: each test file includes this one, fills the staging tables through the
-- procedures below, builds, and compares what mart says with answers computed by hand.
--
-- Everything lives in pg_temp and ends with the session. Rows carry the lineage of the current run
-- (pg_temp.begin_run); run 1 is current at the start. Nothing here reads the clock.
--
-- pg_temp.group_stints and pg_temp.stints show stints as one line of text each, in a fixed order, so that
-- a failing test prints the whole answer:
--
--     tencent 2018-2021 start 2018! end none
--         group, begin_year-finish_year, start_year, end_year; ! = known (is_start_known / is_end_known)
--     tencent employment research_staff start 2018! end none evidence 2018-2020
--         organisation, kind, role class [degree], start_year, end_year, first-last evidence year

set client_min_messages = warning;

create temporary table world_runs (
    run_id integer not null,
    built_at timestamptz not null,
    changed_at timestamptz not null
);

create procedure pg_temp.begin_run(new_run_id integer)
language plpgsql
as $$
begin
    insert into pg_temp.world_runs (run_id, built_at, changed_at)
    values (
        new_run_id,
        timestamptz '2025-01-01 00:00:00+00' + (new_run_id - 1) * interval '24 hours',
        timestamptz '2024-12-31 12:00:00+00' + (new_run_id - 1) * interval '24 hours'
    );
    insert into meta.runs (run_id, command, host, process_id, tenure_version, state, started_at)
    values (
        new_run_id,
        'run',
        'localhost',
        1,
        'test',
        'running',
        timestamptz '2024-12-31 12:00:00+00' + (new_run_id - 1) * interval '24 hours'
    )
    on conflict (run_id) do nothing;
end
$$;

create function pg_temp.run_id()
returns integer
language sql
as $$ select max(run_id) from pg_temp.world_runs $$;

create function pg_temp.changed_at()
returns timestamptz
language sql
as $$ select max(changed_at) from pg_temp.world_runs $$;

create function pg_temp.hash(variadic parts text[])
returns bytea
language sql
as $$ select decode(md5(array_to_string(parts, '|', '~')), 'hex') $$;

-- Builds what was staged so far, as the current run.
create procedure pg_temp.build(is_full boolean default true)
language plpgsql
as $$
begin
    perform *
    from core.build(
        is_full => build.is_full,
        run_id => pg_temp.run_id(),
        built_at => (select max(built_at) from pg_temp.world_runs)
    );
end
$$;

-- Papers ---------------------------------------------------------------------------------------------

create procedure pg_temp.add_venue(new_venue_id text, new_year integer)
language plpgsql
as $$
begin
    insert into stg.openreview_venues (
        venue_id, api_version, title, venue_year, content_hash, run_id, first_seen_at, changed_at
    )
    values (
        new_venue_id, 2, new_venue_id, new_year, pg_temp.hash(new_venue_id, new_year::text),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    )
    on conflict (venue_id) do nothing;
end
$$;

-- A submission of the venue edition of a year; created in the year before, so that a year taken from the
-- wrong date shows.
create procedure pg_temp.add_paper(
    new_note_id text, new_year integer, new_decision text default null
)
language plpgsql
as $$
declare
    new_venue_id text := format('ICLR.cc/%s/Conference', new_year);
begin
    call pg_temp.add_venue(new_venue_id, new_year);
    insert into stg.openreview_notes (
        note_id, api_version, venue_id, invitation, forum_id, number, title, venue, venueid, decision,
        created_at, recorded_at, version_at, content_hash, run_id, first_seen_at, changed_at
    )
    values (
        new_note_id, 2, new_venue_id, new_venue_id || '/-/Submission', new_note_id, 1,
        'Paper ' || new_note_id,
        case
            when new_decision = 'Reject' then format('Submitted to ICLR %s', new_year)
            else format('ICLR %s poster', new_year)
        end,
        case
            when new_decision = 'Reject' then new_venue_id || '/Rejected_Submission'
            else new_venue_id
        end,
        new_decision,
        make_timestamptz(new_year - 1, 9, 28, 12, 0, 0, 'UTC'),
        make_timestamptz(new_year - 1, 9, 28, 12, 0, 0, 'UTC'),
        make_timestamptz(new_year, 2, 1, 12, 0, 0, 'UTC'),
        pg_temp.hash(new_note_id, new_year::text, new_decision),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    );
end
$$;

create procedure pg_temp.add_author(
    the_note_id text, new_author_id text, new_kind text default 'tilde'
)
language plpgsql
as $$
begin
    insert into stg.openreview_note_authors (
        note_id, author_position, author_name, author_id, author_id_kind, email_domain,
        content_hash, run_id, first_seen_at, changed_at
    )
    select
        the_note_id,
        coalesce(max(author_position), 0) + 1,
        'Somebody',
        new_author_id,
        new_kind,
        case when new_kind = 'email' then split_part(new_author_id, '@', 2) end,
        pg_temp.hash(the_note_id, new_author_id),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    from stg.openreview_note_authors
    where note_id = the_note_id;
end
$$;

create procedure pg_temp.add_affiliation(
    the_note_id text, the_author_id text, new_name text, new_domain text default null
)
language plpgsql
as $$
begin
    insert into stg.openreview_note_affiliations (
        note_id, author_position, affiliation_position, institution_name, institution_domain, country,
        content_hash, run_id, first_seen_at, changed_at
    )
    select
        authors.note_id,
        authors.author_position,
        1 + (
            select count(*)
            from stg.openreview_note_affiliations as earlier
            where earlier.note_id = authors.note_id and earlier.author_position = authors.author_position
        ),
        new_name,
        new_domain,
        null,
        pg_temp.hash(the_note_id, the_author_id, new_name, new_domain),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    from stg.openreview_note_authors as authors
    where authors.note_id = the_note_id and authors.author_id = the_author_id;
end
$$;

-- A submission of its own with one author, and an affiliation without role text if one is given.
create procedure pg_temp.add_slot(
    the_author_id text,
    new_year integer,
    new_name text default null,
    new_domain text default null,
    new_decision text default null
)
language plpgsql
as $$
declare
    new_note_id text := format('note%s', (select count(*) from stg.openreview_notes) + 1);
begin
    call pg_temp.add_paper(new_note_id, new_year, new_decision);
    call pg_temp.add_author(new_note_id, the_author_id);
    if new_name is not null or new_domain is not null then
        call pg_temp.add_affiliation(new_note_id, the_author_id, new_name, new_domain);
    end if;
end
$$;

-- A paper of an archive with one author; with a role text it is an observation of that role in that year.
-- Without any affiliation (name null, domain null) the slot carries none.
create procedure pg_temp.add_point(
    the_author_id text,
    new_year integer,
    new_role text default 'Research Scientist',
    new_name text default 'Tencent',
    new_domain text default 'tencent.com',
    new_status text default 'Poster'
)
language plpgsql
as $$
declare
    new_edition_key text := format('iclr%s', new_year);
    new_paper_id text := format('archived%s', (select count(*) from stg.papercopilot_papers) + 1);
begin
    insert into stg.papercopilot_papers (
        edition_key, paper_id, venue_key, venue_year, crawled_on, layout, title, status, n_authors,
        is_affiliation_aligned, content_hash, run_id, first_seen_at, changed_at
    )
    values (
        new_edition_key, new_paper_id, 'iclr', new_year, date '2024-12-01', 'authors',
        'Paper ' || new_paper_id, new_status, 1, true,
        pg_temp.hash(new_edition_key, new_paper_id, new_status),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    );
    insert into stg.papercopilot_authors (
        edition_key, paper_id, author_position, author_name, author_id, author_id_kind,
        content_hash, run_id, first_seen_at, changed_at
    )
    values (
        new_edition_key, new_paper_id, 1, 'Somebody', the_author_id, 'tilde',
        pg_temp.hash(new_edition_key, new_paper_id, the_author_id),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    );
    if new_name is not null or new_domain is not null then
        insert into stg.papercopilot_affiliations (
            edition_key, paper_id, author_position, affiliation_position, affiliation,
            affiliation_domain, role, content_hash, run_id, first_seen_at, changed_at
        )
        values (
            new_edition_key, new_paper_id, 1, 1, new_name, new_domain, new_role,
            pg_temp.hash(new_edition_key, new_paper_id, new_name, new_domain, new_role),
            pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
        );
    end if;
end
$$;

-- Profiles -------------------------------------------------------------------------------------------

create procedure pg_temp.add_name(
    the_profile_id text, new_username text, new_is_preferred boolean default false
)
language plpgsql
as $$
begin
    insert into stg.openreview_profile_names (
        profile_id, name_position, full_name, username, is_preferred,
        content_hash, run_id, first_seen_at, changed_at
    )
    select
        the_profile_id,
        coalesce(max(name_position), 0) + 1,
        translate(new_username, '_~0123456789', ' '),
        new_username,
        new_is_preferred,
        pg_temp.hash(the_profile_id, new_username),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    from stg.openreview_profile_names
    where profile_id = the_profile_id;
end
$$;

-- A profile last modified in the middle of a year (or at an exact instant), without any paper.
create procedure pg_temp.add_profile(
    new_profile_id text, modified_year integer, modified_at timestamptz default null
)
language plpgsql
as $$
begin
    insert into stg.openreview_profiles (
        profile_id, state, is_active, preferred_name, preferred_username, created_at, version_at,
        content_hash, run_id, first_seen_at, changed_at
    )
    values (
        new_profile_id, 'Active', true, translate(new_profile_id, '_~0123456789', ' '), new_profile_id,
        timestamptz '2010-01-01 00:00:00+00',
        coalesce(modified_at, make_timestamptz(modified_year, 6, 15, 12, 0, 0, 'UTC')),
        pg_temp.hash(new_profile_id, modified_year::text, modified_at::text),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    );
    call pg_temp.add_name(new_profile_id, new_profile_id, true);
end
$$;

-- A profile whose owner is an author: of one paper of the year 2000 that everybody signed, without
-- affiliation, so that it makes people of profiles and nothing else.
create procedure pg_temp.add_person(
    new_profile_id text, modified_year integer, modified_at timestamptz default null
)
language plpgsql
as $$
begin
    if not exists (select from stg.openreview_notes where note_id = 'everybody') then
        call pg_temp.add_paper('everybody', 2000);
    end if;
    call pg_temp.add_profile(new_profile_id, modified_year, modified_at);
    call pg_temp.add_author('everybody', new_profile_id);
end
$$;

create procedure pg_temp.add_job(
    the_profile_id text,
    new_role text,
    new_start_year integer,
    new_end_year integer,
    new_name text default 'Tencent',
    new_domain text default 'tencent.com',
    new_country text default null
)
language plpgsql
as $$
begin
    insert into stg.openreview_profile_history (
        profile_id, history_position, role, start_year, end_year, institution_name, institution_domain,
        country, content_hash, run_id, first_seen_at, changed_at
    )
    select
        the_profile_id,
        coalesce(max(history_position), 0) + 1,
        new_role,
        new_start_year,
        new_end_year,
        new_name,
        new_domain,
        new_country,
        pg_temp.hash(
            the_profile_id, new_role, new_start_year::text, new_end_year::text, new_name, new_domain
        ),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    from stg.openreview_profile_history
    where profile_id = the_profile_id;
end
$$;

-- Time as a student at Tsinghua University.
create procedure pg_temp.add_study(
    the_profile_id text, new_role text, new_start_year integer, new_end_year integer
)
language plpgsql
as $$
begin
    call pg_temp.add_job(
        the_profile_id, new_role, new_start_year, new_end_year, 'Tsinghua University', 'tsinghua.edu.cn',
        'CN'
    );
end
$$;

create procedure pg_temp.add_institution(
    new_domain text, new_name text, new_country text default 'CN'
)
language plpgsql
as $$
begin
    insert into stg.openreview_institutions (
        institution_id, full_name, domains, country_code,
        content_hash, run_id, first_seen_at, changed_at
    )
    values (
        new_domain, new_name, array[new_domain], new_country,
        pg_temp.hash(new_domain, new_name, new_country),
        pg_temp.run_id(), pg_temp.changed_at(), pg_temp.changed_at()
    );
end
$$;

-- Takes a record out of the current tables as the loader does when a newer version is refused: the rows go
-- to the history tables.
create procedure pg_temp.remove_rows(table_name text, key_column text, key_value text)
language plpgsql
as $$
declare
    column_list text;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum)
    into column_list
    from pg_catalog.pg_attribute
    where attrelid = ('stg.' || table_name)::regclass and attnum > 0 and not attisdropped;
    if to_regclass('stg.' || table_name || '_history') is not null then
        execute format(
            'insert into stg.%I (%s, valid_from, valid_to)
             select %s, changed_at, pg_temp.changed_at() from stg.%I where %I = $1',
            table_name || '_history', column_list, column_list, table_name, key_column
        )
        using key_value;
    end if;
    execute format('delete from stg.%I where %I = $1', table_name, key_column) using key_value;
end
$$;

-- A new version of a profile: other modification time, and no history rows until they are added again.
create procedure pg_temp.renew_profile(the_profile_id text, modified_year integer)
language plpgsql
as $$
begin
    update stg.openreview_profiles
    set
        version_at = make_timestamptz(modified_year, 7, 15, 12, 0, 0, 'UTC'),
        content_hash = pg_temp.hash(the_profile_id, modified_year::text, pg_temp.run_id()::text),
        run_id = pg_temp.run_id(),
        changed_at = pg_temp.changed_at()
    where profile_id = the_profile_id;
    call pg_temp.remove_rows('openreview_profile_history', 'profile_id', the_profile_id);
end
$$;

create procedure pg_temp.set_note_deleted(the_note_id text, new_deleted_at timestamptz)
language plpgsql
as $$
begin
    update stg.openreview_notes
    set
        deleted_at = new_deleted_at,
        content_hash = pg_temp.hash(the_note_id, new_deleted_at::text),
        run_id = pg_temp.run_id(),
        changed_at = pg_temp.changed_at()
    where note_id = the_note_id;
end
$$;

-- What mart says -------------------------------------------------------------------------------------

create function pg_temp.person_id(the_openreview_id text)
returns integer
language sql
stable
as $$ select person_id from mart.dim_person where openreview_id = the_openreview_id $$;

create function pg_temp.years_text(
    start_year integer, is_start_known boolean, end_year integer, is_end_known boolean
)
returns text
language sql
stable
as $$
    select
        format(
            'start %s%s end %s%s',
            coalesce(start_year::text, 'none'),
            case when is_start_known then '!' else '' end,
            coalesce(end_year::text, 'none'),
            case when is_end_known then '!' else '' end
        )
$$;

create function pg_temp.group_stints(the_openreview_id text, the_group_key text default null)
returns text
language sql
stable
as $$
    select
        coalesce(
            string_agg(
                format(
                    '%s %s-%s %s',
                    group_key,
                    begin_year,
                    finish_year,
                    pg_temp.years_text(start_year, is_start_known, end_year, is_end_known)
                ),
                '; '
                order by group_key collate "C", begin_year, finish_year
            ),
            'none'
        )
    from mart.fct_group_stint
    where
        person_id = pg_temp.person_id(the_openreview_id)
        and (the_group_key is null or group_key = the_group_key)
$$;

-- Stints at organisations, all or those of one kind; an organisation that is not resolved shows as its
-- member of dim_organisation.
create function pg_temp.stints(the_openreview_id text, the_kind text default null)
returns text
language sql
stable
as $$
    select
        coalesce(
            string_agg(
                format(
                    '%s %s %s%s %s evidence %s-%s',
                    dim_organisation.organisation_key,
                    stint_kind,
                    role_class,
                    coalesce(' ' || degree, ''),
                    pg_temp.years_text(start_year, is_start_known, end_year, is_end_known),
                    first_evidence_year,
                    last_evidence_year
                ),
                '; '
                order by
                    organisation_key collate "C",
                    stint_kind collate "C",
                    first_evidence_year,
                    last_evidence_year
            ),
            'none'
        )
    from mart.fct_stint
    inner join mart.dim_organisation
        on fct_stint.organisation_id = dim_organisation.organisation_id
    where
        person_id = pg_temp.person_id(the_openreview_id)
        and (the_kind is null or stint_kind = the_kind)
$$;

-- The years in which a person was on the staff of a group at the year's end.
create function pg_temp.staff_years(the_openreview_id text, the_group_key text)
returns text
language sql
stable
as $$
    select coalesce(string_agg(year::text, ' ' order by year), 'none')
    from mart.fct_person_group_year
    where person_id = pg_temp.person_id(the_openreview_id) and group_key = the_group_key
$$;

call pg_temp.begin_run(1);
