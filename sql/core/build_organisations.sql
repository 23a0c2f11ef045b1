-- requires: core.fold_name, core.clean_domain, core.apply_rows, core.rule_value
-- Which organisation each pair of name and domain means, and what is known of each organisation. In order:
--   1 tracked_name        the exact name (also without parentheses) is one of a tracked group's
--   2 curated_domain      the domain is a curated one or lies under it; a silent domain (free mail) is no domain
--   3 institution_domain  the domain is one of an institution that OpenReview lists, or lies under it
--   4 domain              the registrable part of the domain is an organisation of its own
--   5 curated_name        the exact name, its last or its first part is a curated one
--   6 institution_name    the same with the names of OpenReview's institutions
--   7 seen_name           statements with that name and a domain agree on one organisation
-- All texts in use are decided anew in every build, since one statement may decide for others; leaves
-- w_changed_strings (texts whose decision, or whose organisation's attributes, changed).
create or replace function core.build_organisations()
returns void
language plpgsql
set search_path = ''
as $$
declare
    min_share numeric := core.rule_value('name_domain_min_share');
begin
    drop table if exists pg_temp.w_used_strings, pg_temp.w_curated_names, pg_temp.w_known_domains,
        pg_temp.w_string_domains, pg_temp.w_by_domain, pg_temp.w_by_name, pg_temp.w_seen_names,
        pg_temp.w_decided, pg_temp.w_organisations, pg_temp.w_changed_organisations, pg_temp.w_changed_strings,
        pg_temp.w_institutions;

    create temp table w_used_strings on commit drop as
    with
    uses as (
        select claims.string_id, claims.country_code, count(*)::integer as n_claims
        from core.history_claims as claims
        group by claims.string_id, claims.country_code
        union all
        select claims.string_id, claims.country_code, count(*)::integer as n_claims
        from core.affiliation_claims as claims
        group by claims.string_id, claims.country_code
    ),
    summed as (
        select uses.string_id, uses.country_code, sum(uses.n_claims)::integer as n_claims
        from uses
        group by uses.string_id, uses.country_code
    )
    select
        strings.string_id,
        strings.raw_name,
        strings.folded_name,
        strings.name_variants,
        strings.clean_domain,
        summed.country_code,
        summed.n_claims
    from summed
    inner join core.organisation_strings as strings
        on summed.string_id = strings.string_id;
    analyze pg_temp.w_used_strings;

    create temp table w_curated_names on commit drop as
    with
    names as (
        select core.fold_name(organisations.name) as folded, organisations.organisation_key, null::text as unit_key, 1 as preference
        from core.ref_organisations as organisations
        union all
        select core.fold_name(organisations.name_zh) as folded, organisations.organisation_key, null::text as unit_key, 1 as preference
        from core.ref_organisations as organisations
        where organisations.name_zh is not null
        union all
        select core.fold_name(aliases.alias) as folded, aliases.organisation_key, aliases.unit_key, 2 as preference
        from core.ref_organisation_aliases as aliases
    )
    select distinct on (names.folded)
        names.folded,
        names.organisation_key,
        names.unit_key,
        organisations.is_tracked
    from names
    inner join core.ref_organisations as organisations
        on names.organisation_key = organisations.organisation_key
    where names.folded != ''
    order by names.folded, organisations.is_tracked desc, names.preference, names.organisation_key collate "C";
    create unique index on pg_temp.w_curated_names (folded);
    analyze pg_temp.w_curated_names;

    -- All suffixes of every domain in use or listed, and its registrable part.
    create temp table w_institutions on commit drop as
    select
        institutions.institution_id,
        institutions.full_name,
        institutions.short_name,
        institutions.country_code,
        coalesce(
            core.clean_domain(institutions.institution_id),
            (
                select min(core.clean_domain(domains.domain) collate "C")
                from unnest(institutions.domains) as domains (domain)
            )
        ) as main_domain,
        (
            select array_agg(distinct core.clean_domain(domains.domain))
            from unnest(institutions.domains || institutions.institution_id) as domains (domain)
        ) as domains
    from stg.openreview_institutions as institutions;

    analyze pg_temp.w_institutions;

    create temp table w_string_domains on commit drop as
    with
    domains as (
        select distinct used.clean_domain as domain
        from pg_temp.w_used_strings as used
        where used.clean_domain is not null
        union
        select institutions.main_domain as domain
        from pg_temp.w_institutions as institutions
        where institutions.main_domain is not null
    ),
    labelled as (
        select domains.domain, string_to_array(domains.domain, '.') as labels
        from domains
    ),
    sited as (
        select
            labelled.domain,
            labelled.labels,
            cardinality(labelled.labels) as n_labels,
            least(
                cardinality(labelled.labels),
                case
                    when length(labelled.labels[cardinality(labelled.labels)]) = 2 and second_levels.label is not null then 3
                    else 2
                end
            ) as n_site_labels
        from labelled
        left join core.ref_second_level_labels as second_levels
            on labelled.labels[cardinality(labelled.labels) - 1] = second_levels.label
    )
    select
        sited.domain,
        array_to_string(sited.labels[first_label:], '.') as suffix,
        sited.n_labels - first_label + 1 as n_suffix_labels,
        array_to_string(sited.labels[sited.n_labels - sited.n_site_labels + 1:], '.') as site_domain
    from sited
    cross join lateral generate_series(1, sited.n_labels - 1) as first_label;
    analyze pg_temp.w_string_domains;

    create temp table w_known_domains on commit drop as
    with
    curated as (
        select
            core.clean_domain(domains.domain) as domain,
            min(organisations.organisation_key collate "C") as organisation_key
        from core.ref_organisations as organisations
        cross join lateral string_to_table(organisations.domains, ';') as domains (domain)
        where core.clean_domain(domains.domain) is not null
        group by core.clean_domain(domains.domain)
    ),
    institution_keys as (
        select distinct on (institutions.institution_id)
            institutions.institution_id,
            coalesce(curated.organisation_key, suffixes.site_domain) as organisation_key
        from pg_temp.w_institutions as institutions
        inner join pg_temp.w_string_domains as suffixes
            on institutions.main_domain = suffixes.domain
        left join curated
            on suffixes.suffix = curated.domain
        where not exists (
            select
            from pg_temp.w_string_domains as parts
            inner join core.ref_silent_domains as silent
                on parts.suffix = silent.domain
            where parts.domain = institutions.main_domain
        )
        order by institutions.institution_id, curated.organisation_key is null, suffixes.n_suffix_labels desc
    ),
    listed as (
        select
            domains.domain,
            min(institution_keys.organisation_key collate "C") as organisation_key
        from pg_temp.w_institutions as institutions
        inner join institution_keys
            on institutions.institution_id = institution_keys.institution_id
        cross join lateral unnest(institutions.domains) as domains (domain)
        where domains.domain is not null
        group by domains.domain
    )
    select curated.domain, curated.organisation_key, 'curated_domain'::text as method
    from curated
    union all
    select listed.domain, listed.organisation_key, 'institution_domain'::text as method
    from listed
    where not exists (select from curated where curated.domain = listed.domain);

    analyze pg_temp.w_known_domains;

    create temp table w_by_domain on commit drop as
    select distinct on (suffixes.domain)
        suffixes.domain,
        coalesce(known.organisation_key, suffixes.site_domain) as organisation_key,
        coalesce(known.method, 'domain') as method
    from pg_temp.w_string_domains as suffixes
    left join pg_temp.w_known_domains as known
        on suffixes.suffix = known.domain
    where not exists (
        select
        from pg_temp.w_string_domains as parts
        inner join core.ref_silent_domains as silent
            on parts.suffix = silent.domain
        where parts.domain = suffixes.domain
    )
    order by
        suffixes.domain,
        known.method is null,
        known.method collate "C",
        suffixes.n_suffix_labels desc;
    create unique index on pg_temp.w_by_domain (domain);
    analyze pg_temp.w_by_domain;

    -- Names that statements with a domain tie to one organisation.
    create temp table w_seen_names on commit drop as
    with
    seen as (
        select used.folded_name, by_domain.organisation_key, sum(used.n_claims) as n_claims
        from pg_temp.w_used_strings as used
        inner join pg_temp.w_by_domain as by_domain
            on used.clean_domain = by_domain.domain
        where used.folded_name != ''
        group by used.folded_name, by_domain.organisation_key
    ),
    shared as (
        select
            seen.folded_name,
            seen.organisation_key,
            seen.n_claims,
            sum(seen.n_claims) over (partition by seen.folded_name) as n_all
        from seen
    )
    select shared.folded_name as folded, shared.organisation_key
    from shared
    where
        shared.n_claims >= min_share * shared.n_all
        and not exists (
            select from core.ref_generic_names as generic where shared.folded_name collate "C" ~ generic.pattern
        );
    create unique index on pg_temp.w_seen_names (folded);
    analyze pg_temp.w_seen_names;

    create temp table w_by_name on commit drop as
    with
    variants as (
        select distinct on (used.string_id, variant.folded)
            used.string_id,
            variant.folded,
            variant.ordinal
        from pg_temp.w_used_strings as used
        cross join lateral unnest(used.name_variants) with ordinality as variant (folded, ordinal)
        where variant.folded != ''
        order by used.string_id, variant.folded, variant.ordinal
    ),
    institution_names as (
        select
            names.folded,
            min(names.organisation_key collate "C") as organisation_key
        from (
            select core.fold_name(institutions.full_name) as folded, by_domain.organisation_key
            from pg_temp.w_institutions as institutions
            inner join pg_temp.w_by_domain as by_domain
                on institutions.main_domain = by_domain.domain
            where institutions.full_name is not null
            union
            select core.fold_name(institutions.short_name) as folded, by_domain.organisation_key
            from pg_temp.w_institutions as institutions
            inner join pg_temp.w_by_domain as by_domain
                on institutions.main_domain = by_domain.domain
            where institutions.short_name is not null
        ) as names
        where names.folded != ''
        group by names.folded
        having count(distinct names.organisation_key) = 1
    ),
    matches as (
        select variants.string_id, variants.ordinal, 1 as rank, 'tracked_name'::text as method, names.organisation_key, names.unit_key
        from variants
        inner join pg_temp.w_curated_names as names
            on variants.folded = names.folded
        where names.is_tracked and variants.ordinal <= 2
        union all
        select variants.string_id, variants.ordinal, 5 as rank, 'curated_name'::text as method, names.organisation_key, names.unit_key
        from variants
        inner join pg_temp.w_curated_names as names
            on variants.folded = names.folded
        union all
        select variants.string_id, variants.ordinal, 6 as rank, 'institution_name'::text as method, names.organisation_key, null::text as unit_key
        from variants
        inner join institution_names as names
            on variants.folded = names.folded
        union all
        select variants.string_id, variants.ordinal, 7 as rank, 'seen_name'::text as method, names.organisation_key, null::text as unit_key
        from variants
        inner join pg_temp.w_seen_names as names
            on variants.folded = names.folded
    )
    select distinct on (matches.string_id, matches.rank = 1)
        matches.string_id,
        matches.rank,
        matches.method,
        matches.organisation_key,
        matches.unit_key
    from matches
    order by matches.string_id, matches.rank = 1, matches.ordinal > 2, matches.rank, matches.ordinal;

    analyze pg_temp.w_by_name;

    create temp table w_decided on commit drop as
    with
    strings as (
        select used.string_id, used.clean_domain, used.folded_name, sum(used.n_claims)::integer as n_claims
        from pg_temp.w_used_strings as used
        group by used.string_id, used.clean_domain, used.folded_name
    ),
    decided as (
        select
            strings.string_id,
            strings.folded_name,
            strings.n_claims,
            coalesce(tracked.organisation_key, by_domain.organisation_key, by_name.organisation_key) as organisation_key,
            case
                when tracked.string_id is not null then tracked.method
                when by_domain.domain is not null then by_domain.method
                when by_name.string_id is not null then by_name.method
                else 'none'
            end as method
        from strings
        left join pg_temp.w_by_name as tracked
            on strings.string_id = tracked.string_id and tracked.rank = 1
        left join pg_temp.w_by_domain as by_domain
            on strings.clean_domain = by_domain.domain
        left join pg_temp.w_by_name as by_name
            on strings.string_id = by_name.string_id and by_name.rank > 1
    ),
    named_units as (
        select distinct on (used.string_id)
            used.string_id,
            names.organisation_key,
            names.unit_key
        from pg_temp.w_used_strings as used
        cross join lateral unnest(used.name_variants) with ordinality as variant (folded, ordinal)
        inner join pg_temp.w_curated_names as names
            on variant.folded = names.folded
        where names.unit_key is not null
        order by used.string_id, variant.ordinal
    )
    select
        decided.string_id,
        decided.folded_name,
        decided.n_claims,
        decided.organisation_key,
        decided.method,
        named_units.unit_key
    from decided
    left join named_units
        on decided.string_id = named_units.string_id and decided.organisation_key = named_units.organisation_key;
    analyze pg_temp.w_decided;

    insert into core.organisation_keys (organisation_key, organisation_id)
    with
    wanted as (
        select organisations.organisation_key
        from core.ref_organisations as organisations
        union
        select decided.organisation_key
        from pg_temp.w_decided as decided
        where decided.organisation_key is not null
    )
    select
        wanted.organisation_key,
        (
            coalesce((select max(every.organisation_id) from core.organisation_keys as every), 0)
            + row_number() over (order by wanted.organisation_key collate "C")
        )::integer as organisation_id
    from wanted
    where not exists (
        select from core.organisation_keys as olds where olds.organisation_key = wanted.organisation_key
    );

    create temp table w_organisations on commit drop as
    with
    found as (
        select distinct decided.organisation_key
        from pg_temp.w_decided as decided
        where
            decided.organisation_key is not null
            and not exists (
                select
                from core.ref_organisations as curated
                where curated.organisation_key = decided.organisation_key
            )
    ),
    listed_names as (
        select
            by_domain.organisation_key,
            min(institutions.full_name collate "C") as full_name,
            min(institutions.country_code collate "C") as country_code
        from pg_temp.w_institutions as institutions
        inner join pg_temp.w_by_domain as by_domain
            on institutions.main_domain = by_domain.domain
        where institutions.full_name is not null
        group by by_domain.organisation_key
    ),
    written as (
        select decided.organisation_key, used.raw_name, used.folded_name, used.country_code, used.n_claims
        from pg_temp.w_decided as decided
        inner join pg_temp.w_used_strings as used
            on decided.string_id = used.string_id
        where decided.method in ('domain', 'institution_domain')
    ),
    main_names as (
        select distinct on (counted.organisation_key)
            counted.organisation_key,
            counted.raw_name,
            counted.folded_name
        from (
            select written.organisation_key, written.raw_name, written.folded_name, sum(written.n_claims) as n_claims
            from written
            where written.raw_name != ''
            group by written.organisation_key, written.raw_name, written.folded_name
        ) as counted
        order by counted.organisation_key, counted.n_claims desc, counted.raw_name collate "C"
    ),
    main_countries as (
        select distinct on (counted.organisation_key)
            counted.organisation_key,
            counted.country_code
        from (
            select written.organisation_key, written.country_code, sum(written.n_claims) as n_claims
            from written
            where written.country_code ~ '^[A-Z]{2}$'
            group by written.organisation_key, written.country_code
        ) as counted
        order by counted.organisation_key, counted.n_claims desc, counted.country_code collate "C"
    ),
    described as (
        select
            found.organisation_key,
            left(coalesce(listed_names.full_name, main_names.raw_name, found.organisation_key), 500) as organisation_name,
            coalesce(core.fold_name(listed_names.full_name), main_names.folded_name, '') as folded_name,
            coalesce(
                listed_names.country_code,
                case
                    when length(tail.label) = 2 and top_levels.top_level_domain is null then upper(tail.label)
                    else top_levels.country_code
                end,
                main_countries.country_code,
                case when tail.label in ('edu', 'gov', 'mil') then 'US' end
            ) as country_code
        from found
        cross join lateral (select substring(found.organisation_key, '[^.]+$') as label) as tail
        left join core.ref_top_level_domains as top_levels
            on tail.label = top_levels.top_level_domain
        left join listed_names
            on found.organisation_key = listed_names.organisation_key
        left join main_names
            on found.organisation_key = main_names.organisation_key
        left join main_countries
            on found.organisation_key = main_countries.organisation_key
    ),
    kinds as (
        select
            described.organisation_key,
            first_match.kind
        from described
        cross join lateral (
            select rules.kind
            from core.ref_kind_rules as rules
            where
                (case rules.subject when 'name' then described.folded_name else described.organisation_key end)
                collate "C" ~ rules.pattern
            order by rules.rule_order
            limit 1
        ) as first_match
    ),
    every as (
        select
            curated.organisation_key,
            curated.name as organisation_name,
            curated.name_zh as organisation_name_zh,
            curated.group_key,
            curated.kind,
            coalesce(curated.size_class, 'other') as size_class,
            curated.country_code,
            curated.founded_year,
            true as is_curated,
            curated.is_tracked
        from core.ref_organisations as curated
        union all
        select
            described.organisation_key,
            described.organisation_name,
            null::text as organisation_name_zh,
            described.organisation_key as group_key,
            coalesce(kinds.kind, 'other') as kind,
            'other' as size_class,
            described.country_code,
            null::integer as founded_year,
            false as is_curated,
            false as is_tracked
        from described
        left join kinds
            on described.organisation_key = kinds.organisation_key
    )
    select
        keys.organisation_id,
        every.organisation_key,
        every.organisation_name,
        every.organisation_name_zh,
        every.group_key,
        min(keys.organisation_id) over (partition by every.group_key) as group_place_id,
        every.kind,
        every.size_class,
        every.country_code,
        null::text as ror_id,
        every.founded_year,
        every.is_curated,
        bool_or(every.is_tracked) over (partition by every.group_key) as is_tracked
    from every
    inner join core.organisation_keys as keys
        on every.organisation_key = keys.organisation_key;

    analyze pg_temp.w_organisations;

    create temp table w_changed_organisations on commit drop as
    select coalesce(olds.organisation_id, news.organisation_id) as organisation_id
    from core.organisations as olds
    full join pg_temp.w_organisations as news
        on olds.organisation_id = news.organisation_id
    where
        (olds.organisation_key, olds.group_key, olds.kind, olds.size_class, olds.country_code, olds.is_tracked)
        is distinct from
        (news.organisation_key, news.group_key, news.kind, news.size_class, news.country_code, news.is_tracked);

    perform core.apply_rows('core.organisations', 'pg_temp.w_organisations');

    create temp table w_changed_strings on commit drop as
    with
    placed as (
        select
            strings.string_id,
            coalesce(keys.organisation_id, 0) as organisation_id,
            decided.unit_key,
            coalesce(
                keys.organisation_id,
                -min(strings.string_id) over (
                    partition by
                        keys.organisation_id,
                        case when strings.folded_name = '' then strings.raw_domain else '' end,
                        strings.folded_name
                )
            ) as place_id,
            coalesce(decided.method, 'none') as method,
            coalesce(decided.n_claims, 0) as n_claims
        from core.organisation_strings as strings
        left join pg_temp.w_decided as decided
            on strings.string_id = decided.string_id
        left join core.organisation_keys as keys
            on decided.organisation_key = keys.organisation_key
    )
    select
        placed.*,
        (placed.organisation_id, placed.unit_key, placed.place_id)
        is distinct from (strings.organisation_id, strings.unit_key, strings.place_id)
        or changed.organisation_id is not null as is_meaning_changed
    from placed
    inner join core.organisation_strings as strings
        on placed.string_id = strings.string_id
    left join pg_temp.w_changed_organisations as changed
        on placed.organisation_id = changed.organisation_id
    where
        (placed.organisation_id, placed.unit_key, placed.place_id, placed.method, placed.n_claims)
        is distinct from
        (strings.organisation_id, strings.unit_key, strings.place_id, strings.method, strings.n_claims)
        or changed.organisation_id is not null;

    update core.organisation_strings as strings
    set
        organisation_id = changed.organisation_id,
        unit_key = changed.unit_key,
        place_id = changed.place_id,
        method = changed.method,
        n_claims = changed.n_claims
    from pg_temp.w_changed_strings as changed
    where
        strings.string_id = changed.string_id
        and (
            strings.organisation_id, strings.unit_key, strings.place_id, strings.method, strings.n_claims
        ) is distinct from (
            changed.organisation_id, changed.unit_key, changed.place_id, changed.method, changed.n_claims
        );
end
$$;
comment on function core.build_organisations() is 'Organisations and what texts mean; part of core.build.';
