-- requires: core.source_claims, core.fold_name, core.fold_role, core.clean_domain, core.apply_rows, core.rule_value
-- History claims of the people in w_scope_people, the distinct organisation and role texts of all claims, and
-- the authorships and affiliation claims of the papers in scope.
create or replace function core.build_claims(is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
    max_start_ahead_years integer := core.rule_value('max_start_ahead_years');
    max_claim_years integer := core.rule_value('max_claim_years');
    min_claim_year integer := core.rule_value('min_claim_year');
    max_claim_year integer := core.rule_value('max_claim_year');
begin
    drop table if exists pg_temp.w_record_ids, pg_temp.w_statements, pg_temp.w_new_strings,
        pg_temp.w_history_claims, pg_temp.w_new_affiliation_claims;

    -- Every record of a person makes claims: that of the current id, and those of former ids that are still staged.
    create temp table w_record_ids on commit drop as
    select people.person_id, people.openreview_id
    from pg_temp.w_scope_people as scope
    inner join core.people as people
        on scope.person_id = people.person_id
    union all
    select people.person_id, aliases.alias as openreview_id
    from pg_temp.w_scope_people as scope
    inner join core.people as people
        on scope.person_id = people.person_id
    inner join core.person_aliases as aliases
        on people.openreview_id = aliases.openreview_id;
    analyze pg_temp.w_record_ids;

    execute
        'create temp table w_statements on commit drop as '
        'select records.person_id, statements.* '
        'from pg_temp.w_record_ids as records '
        || case
            when is_full
                then 'inner join core.source_claims as statements on records.openreview_id = statements.openreview_id'
            else 'cross join lateral ('
                'select * from core.source_claims as every where every.openreview_id = records.openreview_id'
                ') as statements'
        end;
    analyze pg_temp.w_statements;

    create temp table w_new_strings on commit drop as
    with
    pairs as (
        select statements.organisation_name, statements.organisation_domain
        from pg_temp.w_statements as statements
        union
        select affiliations.organisation_name, affiliations.organisation_domain
        from pg_temp.w_affiliation_claims as affiliations
    )
    select
        pairs.organisation_name,
        pairs.organisation_domain,
        md5(pairs.organisation_name || chr(31) || pairs.organisation_domain) as string_hash
    from pairs;

    insert into core.organisation_strings (
        string_id, string_hash, raw_name, raw_domain, folded_name, name_variants, clean_domain
    )
    with
    unseen as (
        select news.*
        from pg_temp.w_new_strings as news
        where not exists (
            select from core.organisation_strings as olds where olds.string_hash = news.string_hash
        )
    ),
    folded as (
        select
            unseen.*,
            core.fold_name(unseen.organisation_name) as whole,
            core.fold_name(regexp_replace(unseen.organisation_name, '\s*[(（][^()（）]*[)）]', '', 'g')) as bare,
            core.fold_name(regexp_replace(unseen.organisation_name, '^.*[,，;；|]', '')) as last_part,
            core.fold_name(regexp_replace(unseen.organisation_name, '[,，;；|].*$', '')) as first_part
        from unseen
    )
    select
        (
            coalesce((select max(every.string_id) from core.organisation_strings as every), 0)
            + row_number() over (
                order by folded.organisation_name collate "C", folded.organisation_domain collate "C"
            )
        )::integer as string_id,
        folded.string_hash,
        folded.organisation_name,
        folded.organisation_domain,
        folded.whole,
        array[folded.whole, folded.bare, folded.last_part, folded.first_part],
        core.clean_domain(folded.organisation_domain)
    from folded;

    insert into core.role_texts (role_text_id, role_hash, role_text, role_class, is_stated)
    with
    texts as (
        select statements.role_text from pg_temp.w_statements as statements
        union
        select affiliations.role_text from pg_temp.w_affiliation_claims as affiliations
    ),
    unseen as (
        select
            texts.role_text,
            md5(texts.role_text) as role_hash,
            core.fold_role(texts.role_text) as folded
        from texts
        where not exists (select from core.role_texts as olds where olds.role_hash = md5(texts.role_text))
    ),
    classified as (
        select distinct on (unseen.role_hash)
            unseen.role_text,
            unseen.role_hash,
            unseen.folded,
            rules.role_class
        from unseen
        inner join core.role_rule as rules
            on unseen.folded collate "C" ~ rules.pattern
        order by unseen.role_hash, rules.rule_order
    )
    select
        (
            coalesce((select max(every.role_text_id) from core.role_texts as every), 0)
            + row_number() over (order by classified.role_text collate "C")
        )::integer as role_text_id,
        classified.role_hash,
        classified.role_text,
        classified.role_class,
        classified.folded != '' as is_stated
    from classified;

    if is_full then
        analyze core.organisation_strings, core.role_texts;
    end if;

    create temp table w_history_claims on commit drop as
    select
        statements.person_id,
        statements.source,
        statements.record_id,
        statements.record_position,
        strings.string_id,
        roles.role_text_id,
        statements.country_code,
        statements.start_year as stated_start_year,
        statements.end_year as stated_end_year,
        statements.year_made,
        case
            when statements.year_made is null then 'no_year_made'
            when
                statements.start_year not between min_claim_year and max_claim_year
                or statements.end_year not between min_claim_year and max_claim_year
                then 'implausible_year'
            when statements.end_year < statements.start_year then 'end_before_start'
            when statements.start_year > statements.year_made + max_start_ahead_years then 'starts_too_late'
            when
                coalesce(statements.end_year, statements.year_made) - statements.start_year > max_claim_years
                then 'too_long'
        end as refused_code
    from pg_temp.w_statements as statements
    inner join core.organisation_strings as strings
        on strings.string_hash = md5(statements.organisation_name || chr(31) || statements.organisation_domain)
    inner join core.role_texts as roles
        on roles.role_hash = md5(statements.role_text);

    create temp table w_new_affiliation_claims on commit drop as
    select
        affiliations.person_id,
        affiliations.paper_id,
        affiliations.author_position,
        affiliations.source,
        affiliations.affiliation_position,
        strings.string_id,
        roles.role_text_id,
        affiliations.country_code,
        affiliations.claim_year,
        affiliations.is_slot
    from pg_temp.w_affiliation_claims as affiliations
    inner join core.organisation_strings as strings
        on strings.string_hash = md5(affiliations.organisation_name || chr(31) || affiliations.organisation_domain)
    inner join core.role_texts as roles
        on roles.role_hash = md5(affiliations.role_text);

    perform core.apply_rows(
        'core.history_claims', 'pg_temp.w_history_claims',
        case
            when is_full then 'true'
            else 'old.person_id in (select scope.person_id from pg_temp.w_scope_people as scope)'
        end
    );
    perform core.apply_rows(
        'core.affiliation_claims', 'pg_temp.w_new_affiliation_claims',
        case
            when is_full then 'true'
            else 'old.paper_id in (select scope.paper_id from pg_temp.w_scope_papers as scope)'
        end
    );
end
$$;
comment on function core.build_claims(boolean) is 'Claims of the people and papers in scope; part of core.build.';
