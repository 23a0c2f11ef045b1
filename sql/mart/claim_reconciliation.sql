-- requires: mart.headcount_year, mart.joiner_degree_year, mart.joiner_fresh_year, mart.joiner_origin_year
-- requires: mart.leaver_destination_year, mart.era_share_year, mart.age_year, mart.school_rank, mart.freshness
-- requires: core.staff_years, core.person_schools, core.rule_value
-- One row per figure of the published study, beside ours.
-- Years of a period are pooled: numerators and denominators are added over years and groups before dividing, but
-- "lowest year" is the year with the lowest share. The interval is Wilson's for shares, wilson_z standard errors
-- for mean age, the rank interval for ranks, and rule claim_count_margin or claim_about_margin around counts and
-- ratios. A claim holds when a value of the interval satisfies it: = within claim_count_margin (ranks exactly),
-- ~ within claim_about_margin, inequalities as they stand; agreement says whether the measured value itself does.
-- holds is null when nothing was measured, when the data end before the period, when fewer than
-- claim_known_min_share are known, and when the figures differ while sources were never read completely.
-- Answers: does the warehouse confirm what was published, and if not, why not?
create or replace view mart.claim_reconciliation as
with
rules as (
    select
        core.rule_value('wilson_z')::double precision as wilson_z,
        core.rule_value('claim_count_margin')::double precision as count_margin,
        core.rule_value('claim_about_margin')::double precision as about_margin,
        core.rule_value('claim_known_min_share')::double precision as known_min_share
),
claims as (
    select
        seeds.claim_id,
        seeds.subject,
        seeds.metric,
        seeds.period,
        seeds.relation,
        seeds.value as claimed_value,
        seeds.unit,
        string_to_array(seeds.subject, '+') as group_keys,
        case
            when seeds.metric = 'school_rank' then null
            when seeds.period ~ '(before|to) \d{4}$|before \d{4}' then null
            else substring(seeds.period, '\d{4}')::integer
        end as from_year,
        case
            when seeds.metric = 'school_rank' then null
            when seeds.period ~ 'before \d{4}' then substring(seeds.period, 'before (\d{4})')::integer - 1
            when seeds.period ~ '\d{4} and later' then null
            when seeds.period ~ '\d{4}-\d{4}' then substring(seeds.period, '\d{4}-(\d{4})')::integer
            else substring(seeds.period, '\d{4}')::integer
        end as to_year,
        substring(seeds.period, 'over (\d{4})')::integer as base_year,
        seeds.period ~ 'lowest year' as is_lowest
    from core.ref_seed_claims as seeds
),
subjects as (
    select claims.*, keys.group_key
    from claims
    cross join lateral unnest(claims.group_keys) as keys (group_key)
),
stocks as (
    select
        subjects.claim_id,
        sum(headcounts.headcount) filter (where headcounts.year = subjects.to_year) as last_headcount,
        sum(headcounts.headcount) filter (where headcounts.year = subjects.from_year) as first_headcount,
        sum(headcounts.joiners) filter (
            where headcounts.year between subjects.from_year and subjects.to_year
        ) as joiners,
        sum(headcounts.appeared) filter (
            where headcounts.year between subjects.from_year and subjects.to_year
        ) as appeared,
        sum(headcounts.joiners) filter (where headcounts.year = subjects.base_year) as base_joiners
    from subjects
    inner join mart.headcount_year as headcounts
        on subjects.group_key = headcounts.group_key
    where subjects.metric in ('headcount', 'headcount_growth', 'joiners', 'joiners_ratio')
    group by subjects.claim_id
),
published as (
    select subjects.claim_id, count(distinct people.person_id) as n_people
    from subjects
    inner join core.published_people as people
        on subjects.group_key = people.group_key and people.year <= subjects.to_year
    where subjects.metric = 'published_as_employee'
    group by subjects.claim_id
),
-- Shares by year, all of one shape.
yearly_shares as (
    select subjects.claim_id, degrees.year, degrees.n_phd as n_counted, degrees.n_known, degrees.n_unknown
    from subjects
    inner join mart.joiner_degree_year as degrees
        on subjects.group_key = degrees.group_key
    where subjects.metric = 'joiner_phd_share'
    union all
    select
        subjects.claim_id,
        graduates.year,
        case subjects.metric
            when 'joiner_fresh_phd_share' then graduates.n_fresh_phd
            else graduates.n_fresh
        end as n_counted,
        graduates.n_known,
        graduates.n_unknown
    from subjects
    inner join mart.joiner_fresh_year as graduates
        on subjects.group_key = graduates.group_key
    where subjects.metric in ('joiner_fresh_graduate_share', 'joiner_fresh_phd_share')
    union all
    select subjects.claim_id, eras.year, eras.n_era as n_counted, eras.n_known, eras.n_unknown
    from subjects
    inner join mart.era_share_year as eras
        on subjects.group_key = eras.group_key
    where subjects.metric = 'era_share'
    union all
    select
        subjects.claim_id,
        origins.year,
        case
            when origins.origin_category = 'unknown' then 0
            when origins.origin_group_key = any(subjects.group_keys) then origins.n_people
            else 0
        end as n_counted,
        case when origins.origin_category = 'unknown' then 0 else origins.n_people end as n_known,
        case when origins.origin_category = 'unknown' then origins.n_people else 0 end as n_unknown
    from subjects
    inner join mart.joiner_origin_year as origins
        on subjects.group_key = origins.group_key
    where subjects.metric = 'experienced_joiners_from_the_three' and origins.origin_category != 'fresh_graduate'
    union all
    select
        subjects.claim_id,
        destinations.year,
        case
            when
                destinations.destination_category = case subjects.metric
                    when 'leaver_destination_large_company' then 'large_domestic_company'
                    when 'leaver_destination_academia' then 'academia'
                    when 'leaver_destination_foreign_company' then 'foreign_company'
                    else 'start_up'
                end
                then destinations.n_people
            else 0
        end as n_counted,
        case when destinations.destination_category = 'unknown' then 0 else destinations.n_people end as n_known,
        case when destinations.destination_category = 'unknown' then destinations.n_people else 0 end as n_unknown
    from subjects
    inner join mart.leaver_destination_year as destinations
        on subjects.group_key = destinations.group_key
    where subjects.metric like 'leaver\_destination\_%'
),
shares_in_period as (
    select
        claims.claim_id,
        claims.is_lowest,
        shares.year,
        sum(shares.n_counted) as n_counted,
        sum(shares.n_known) as n_known,
        sum(shares.n_unknown) as n_unknown
    from claims
    inner join yearly_shares as shares
        on claims.claim_id = shares.claim_id
    where
        shares.year >= coalesce(claims.from_year, shares.year)
        and shares.year <= coalesce(claims.to_year, shares.year)
    group by claims.claim_id, claims.is_lowest, shares.year
),
lowest_years as (
    select distinct on (shares.claim_id) shares.claim_id, shares.n_counted, shares.n_known, shares.n_unknown
    from shares_in_period as shares
    where shares.is_lowest and shares.n_known > 0
    order by shares.claim_id, shares.n_counted::numeric / shares.n_known, shares.year
),
students as (
    select
        subjects.claim_id,
        staff.person_id,
        bool_or(coalesce(schools.country_code != groups.country_code, false)) as is_abroad,
        bool_and(coalesce(schools.country_code is not null, false)) as is_settled
    from subjects
    inner join (select distinct heads.group_key, heads.person_id from core.staff_years as heads) as staff
        on subjects.group_key = staff.group_key
    inner join mart.dim_group as groups
        on subjects.group_key = groups.group_key
    left join core.person_schools as schools
        on staff.person_id = schools.person_id
    where subjects.metric = 'studied_abroad_share'
    group by subjects.claim_id, staff.person_id
),
pooled as (
    select
        shares.claim_id,
        sum(shares.n_counted)::bigint as n_counted,
        sum(shares.n_known)::bigint as n_known,
        sum(shares.n_unknown)::bigint as n_unknown
    from shares_in_period as shares
    where not shares.is_lowest
    group by shares.claim_id
    union all
    select lowest.claim_id, lowest.n_counted::bigint, lowest.n_known::bigint, lowest.n_unknown::bigint
    from lowest_years as lowest
    union all
    select
        students.claim_id,
        count(*) filter (where students.is_abroad) as n_counted,
        count(*) filter (where students.is_abroad or students.is_settled) as n_known,
        count(*) filter (where not students.is_abroad and not students.is_settled) as n_unknown
    from students
    group by students.claim_id
),
ages as (
    select
        subjects.claim_id,
        sum(ages.n_known)::bigint as n_known,
        sum(ages.n_unknown)::bigint as n_unknown,
        (sum((ages.mean_age * ages.n_known)::numeric) / nullif(sum(ages.n_known), 0))::double precision as value,
        (sum((ages.mean_age_low * ages.n_known)::numeric) / nullif(sum(ages.n_known), 0))::double precision as low,
        (sum((ages.mean_age_high * ages.n_known)::numeric) / nullif(sum(ages.n_known), 0))::double precision as high
    from subjects
    inner join mart.age_year as ages
        on
            subjects.group_key = ages.group_key
            and ages.year >= coalesce(subjects.from_year, ages.year)
            and ages.year <= coalesce(subjects.to_year, ages.year)
    where subjects.metric = 'mean_age'
    group by subjects.claim_id
),
measured as (
    select
        claims.claim_id,
        published.n_people::double precision as value,
        published.n_people * (1 - rules.count_margin) as low,
        published.n_people * (1 + rules.count_margin) as high,
        published.n_people as n_known,
        0::bigint as n_unknown
    from claims
    cross join rules
    inner join published
        on claims.claim_id = published.claim_id
    union all
    select
        claims.claim_id,
        stocks.last_headcount::double precision,
        stocks.last_headcount * (1 - rules.count_margin),
        stocks.last_headcount * (1 + rules.count_margin),
        stocks.last_headcount,
        0
    from claims
    cross join rules
    inner join stocks
        on claims.claim_id = stocks.claim_id
    where claims.metric = 'headcount'
    union all
    select
        claims.claim_id,
        fn.share_of(stocks.last_headcount - stocks.first_headcount, stocks.first_headcount),
        fn.share_of(stocks.last_headcount - stocks.first_headcount, stocks.first_headcount) - rules.about_margin,
        fn.share_of(stocks.last_headcount - stocks.first_headcount, stocks.first_headcount) + rules.about_margin,
        stocks.first_headcount,
        0
    from claims
    cross join rules
    inner join stocks
        on claims.claim_id = stocks.claim_id
    where claims.metric = 'headcount_growth'
    union all
    select
        claims.claim_id,
        stocks.joiners::double precision,
        stocks.joiners * (1 - rules.count_margin),
        stocks.joiners * (1 + rules.count_margin),
        stocks.joiners,
        stocks.appeared
    from claims
    cross join rules
    inner join stocks
        on claims.claim_id = stocks.claim_id
    where claims.metric = 'joiners'
    union all
    select
        claims.claim_id,
        fn.share_of(stocks.joiners, stocks.base_joiners),
        fn.share_of(stocks.joiners, stocks.base_joiners) - rules.about_margin,
        fn.share_of(stocks.joiners, stocks.base_joiners) + rules.about_margin,
        stocks.joiners,
        stocks.appeared
    from claims
    cross join rules
    inner join stocks
        on claims.claim_id = stocks.claim_id
    where claims.metric = 'joiners_ratio'
    union all
    select
        pooled.claim_id,
        fn.share_of(pooled.n_counted, pooled.n_known),
        fn.wilson_low(pooled.n_counted, pooled.n_known, rules.wilson_z),
        fn.wilson_high(pooled.n_counted, pooled.n_known, rules.wilson_z),
        pooled.n_known,
        pooled.n_unknown
    from pooled
    cross join rules
    union all
    select ages.claim_id, ages.value, ages.low, ages.high, ages.n_known, ages.n_unknown
    from ages
    union all
    select
        claims.claim_id,
        ranks.school_rank::double precision,
        ranks.rank_low::double precision,
        ranks.rank_high::double precision,
        ranks.n_known,
        ranks.n_unknown
    from claims
    inner join mart.school_rank as ranks
        on claims.subject = ranks.group_key and ranks.period = 'all' and claims.period = ranks.school_name
    where claims.metric = 'school_rank'
),
-- Streams that every figure rests on and that were never read to the end.
missing as (
    select string_agg(streams.source || ' ' || streams.stream, ', ' order by streams.stream collate "C") as streams
    from mart.freshness as streams
    where
        streams.source = 'openreview'
        and streams.stream in ('notes', 'profiles')
        and streams.last_complete_at is null
),
holdings as (
    select
        format(
            '%s papers of %s people, to %s',
            (select count(*) from mart.fct_paper),
            (select count(*) from core.people),
            coalesce((select states.data_end_year::text from core.build_state as states), 'no year')
        ) as content
),
judged as (
    select
        claims.*,
        measured.value as measured_value,
        measured.low as measured_low,
        measured.high as measured_high,
        measured.n_known::integer as n_known,
        measured.n_unknown::integer as n_unknown,
        fn.share_of(measured.n_known::bigint, (measured.n_known + measured.n_unknown)::bigint) as known_share,
        case claims.relation
            when '=' then
                abs(measured.value - claims.claimed_value)
                <= case claims.unit when 'people' then rules.count_margin * claims.claimed_value else 0 end
            when '~' then abs(measured.value - claims.claimed_value) <= rules.about_margin
            when '<' then measured.value < claims.claimed_value
            when '<=' then measured.value <= claims.claimed_value
            when '>' then measured.value > claims.claimed_value
            when '>=' then measured.value >= claims.claimed_value
        end as is_value_in_agreement,
        case claims.relation
            when '=' then claims.claimed_value between measured.low and measured.high
            when '~' then
                claims.claimed_value between measured.low - rules.about_margin and measured.high + rules.about_margin
            when '<' then measured.low < claims.claimed_value
            when '<=' then measured.low <= claims.claimed_value
            when '>' then measured.high > claims.claimed_value
            when '>=' then measured.high >= claims.claimed_value
        end as is_interval_in_agreement,
        rules.known_min_share,
        states.data_end_year,
        missing.streams as missing_streams,
        exists (
            select
            from mart.dim_year as years
            where
                years.year = coalesce(claims.to_year, claims.from_year)
                and not years.is_complete
        ) as is_incomplete
    from claims
    cross join rules
    cross join missing
    left join core.build_state as states
        on true
    left join measured
        on claims.claim_id = measured.claim_id
),
concluded as (
    select
        judged.*,
        case
            when
                judged.data_end_year is null
                or judged.data_end_year < coalesce(judged.to_year, judged.from_year, judged.data_end_year)
                then 'not_measured'
            when judged.measured_value is null then 'not_measured'
            when judged.known_share < judged.known_min_share then 'not_decided'
            when judged.is_value_in_agreement then 'value'
            when judged.is_interval_in_agreement then 'interval'
            when judged.missing_streams is not null then 'not_decided'
            else 'contradicted'
        end as agreement
    from judged
)
select
    concluded.claim_id,
    concluded.subject,
    concluded.metric,
    concluded.period,
    concluded.relation as claimed_relation,
    concluded.claimed_value,
    concluded.measured_value,
    concluded.measured_low,
    concluded.measured_high,
    case
        when concluded.agreement in ('value', 'interval') then true
        when concluded.agreement = 'contradicted' then false
    end as holds,
    case
        when concluded.data_end_year is null then 'The warehouse is empty.'
        when concluded.data_end_year < coalesce(concluded.to_year, concluded.from_year, concluded.data_end_year)
            then format('The data end in %s, before the end of the period.', concluded.data_end_year)
        when concluded.measured_value is null and concluded.n_known = 0
            then format('Nobody of %s in this period is known: %s unknown.', concluded.subject, concluded.n_unknown)
        when concluded.measured_value is null
            then format(
                'Nothing of %s on record for this period. The warehouse holds %s.', concluded.subject, holdings.content
            )
        when concluded.agreement = 'not_decided' and concluded.known_share < concluded.known_min_share
            then format(
                'Only %s of %s are known: the unknown would decide.',
                concluded.n_known,
                concluded.n_known + concluded.n_unknown
            )
        when concluded.agreement = 'not_decided'
            then format(
                'Not the claimed value, but never read to the end: %s. The warehouse holds %s.',
                concluded.missing_streams,
                holdings.content
            )
        when concluded.agreement = 'contradicted'
            then format(
                'No value from %s to %s agrees (%s known, %s unknown). The warehouse holds %s.',
                round(concluded.measured_low::numeric, 3),
                round(concluded.measured_high::numeric, 3),
                concluded.n_known,
                concluded.n_unknown,
                holdings.content
            )
        when concluded.agreement = 'interval'
            then format(
                'Not the measured value, but the interval from %s to %s agrees (%s known, %s unknown).',
                round(concluded.measured_low::numeric, 3),
                round(concluded.measured_high::numeric, 3),
                concluded.n_known,
                concluded.n_unknown
            )
        else format('The measured value agrees (%s known, %s unknown).', concluded.n_known, concluded.n_unknown)
    end || case when concluded.is_incomplete then ' The last year of the period is not complete yet.' else '' end
        as reason,
    concluded.unit,
    concluded.n_known,
    concluded.n_unknown,
    concluded.agreement
from concluded
cross join holdings;
comment on view mart.claim_reconciliation is
    'One row per figure of the published study, beside ours. Whether it holds, and why not.';
comment on column mart.claim_reconciliation.claim_id is 'Key of the claim.';
comment on column mart.claim_reconciliation.subject is 'Group, or groups joined by a plus sign.';
comment on column mart.claim_reconciliation.metric is 'What is counted.';
comment on column mart.claim_reconciliation.period is 'Years as published; for school ranks the school.';
comment on column mart.claim_reconciliation.claimed_relation is '=, <, >, <=, ~ (about).';
comment on column mart.claim_reconciliation.claimed_value is 'The number of the study.';
comment on column mart.claim_reconciliation.measured_value is 'Ours; null = not measured.';
comment on column mart.claim_reconciliation.measured_low is 'Lower end of its interval.';
comment on column mart.claim_reconciliation.measured_high is 'Upper end of its interval.';
comment on column mart.claim_reconciliation.holds is
    'A value of the interval satisfies the claim; null = not measured or not decided.';
comment on column mart.claim_reconciliation.reason is 'Why it holds, does not hold, or cannot be decided.';
comment on column mart.claim_reconciliation.unit is 'people, share, ratio, years, rank.';
comment on column mart.claim_reconciliation.n_known is 'People that the measured value rests on; null = not measured.';
comment on column mart.claim_reconciliation.n_unknown is 'People who belong to it but of whom it is not known.';
comment on column mart.claim_reconciliation.agreement is
    'value: the measured value satisfies the claim; interval: only another one of its interval does; contradicted; not_decided; not_measured.';
grant select on mart.claim_reconciliation to tenure_analyst;
-- The view is no materialized one: its functions run with the reader's rights.
grant execute on function core.rule_value(text) to tenure_analyst;
