-- requires: core.publish_view, core.staff_years, core.person_schools
-- One row per tracked group, period and school that occurs. People in the year-end stock of at least
-- one year of the period with an education at the school at any time; campuses and colleges roll up to
-- their university, one person counts once per school and may count at several schools. Known = people
-- with at least one resolved school. Ties share the better rank. rank_low and rank_high say how far
-- the rank could move within the Wilson intervals: schools whose interval lies wholly above, and
-- schools whose upper end exceeds the lower end. Answers: which schools feed the group?
select core.publish_view('mart', 'school_rank', array['group_key', 'period', 'school_key'], $query$
with
periods as (
    select distinct staff.group_key, 'all' as period, staff.person_id
    from core.staff_years as staff
    union
    select distinct staff.group_key, years.era_key as period, staff.person_id
    from core.staff_years as staff
    inner join mart.dim_year as years
        on staff.year = years.year
),
schools as (
    select distinct schools.person_id, schools.school_key
    from core.person_schools as schools
    where schools.school_key != 'unknown'
),
people as (
    select
        periods.group_key,
        periods.period,
        count(*)::integer as n_people,
        count(known.person_id)::integer as n_known
    from periods
    left join (select distinct schools.person_id from schools) as known
        on periods.person_id = known.person_id
    group by periods.group_key, periods.period
),
counts as (
    select
        periods.group_key,
        periods.period,
        schools.school_key,
        count(*)::integer as n_people
    from periods
    inner join schools
        on periods.person_id = schools.person_id
    group by periods.group_key, periods.period, schools.school_key
),
-- Schools with the same count share interval and rank.
levels as (
    select
        counts.group_key,
        counts.period,
        counts.n_people,
        people.n_known,
        people.n_people - people.n_known as n_unknown,
        count(*) as n_schools,
        fn.wilson_low(counts.n_people, people.n_known, rules.wilson_z) as people_share_low,
        fn.wilson_high(counts.n_people, people.n_known, rules.wilson_z) as people_share_high
    from counts
    inner join people
        on counts.group_key = people.group_key and counts.period = people.period
    cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
    group by counts.group_key, counts.period, counts.n_people, people.n_known, people.n_people, rules.wilson_z
),
ranks as (
    select
        levels.group_key,
        levels.period,
        levels.n_people,
        levels.n_known,
        levels.n_unknown,
        levels.people_share_low,
        levels.people_share_high,
        (1 + coalesce(sum(others.n_schools) filter (where others.n_people > levels.n_people), 0))::integer
            as school_rank,
        (1 + coalesce(sum(others.n_schools) filter (
            where others.people_share_low > levels.people_share_high
        ), 0))::integer as rank_low,
        -- The school itself is among those of its level: it is the one.
        (sum(others.n_schools) filter (where others.people_share_high > levels.people_share_low))::integer
            as rank_high
    from levels
    inner join levels as others
        on levels.group_key = others.group_key and levels.period = others.period
    group by
        levels.group_key,
        levels.period,
        levels.n_people,
        levels.n_known,
        levels.n_unknown,
        levels.people_share_low,
        levels.people_share_high
)
select
    counts.group_key,
    counts.period,
    counts.school_key,
    groups.group_name,
    schools.group_name as school_name,
    schools.group_name_zh as school_name_zh,
    schools.country_code as school_country_code,
    counts.n_people,
    ranks.n_known,
    ranks.n_unknown,
    fn.share_of(counts.n_people, ranks.n_known) as people_share,
    ranks.people_share_low,
    ranks.people_share_high,
    fn.share_of(counts.n_people, ranks.n_known + ranks.n_unknown) as people_bound_low,
    fn.share_of(counts.n_people + ranks.n_unknown, ranks.n_known + ranks.n_unknown) as people_bound_high,
    ranks.school_rank,
    ranks.rank_low,
    ranks.rank_high
from counts
inner join ranks
    on
        counts.group_key = ranks.group_key
        and counts.period = ranks.period
        and counts.n_people = ranks.n_people
inner join mart.dim_group as groups
    on counts.group_key = groups.group_key
inner join mart.dim_group as schools
    on counts.school_key = schools.group_key
$query$);
comment on view mart.school_rank is
    'One row per tracked group, period and school that occurs. Schools by the number of the group''s people who studied there.';
comment on column mart.school_rank.group_key is 'Organisation family.';
comment on column mart.school_rank.period is 'all, or an era of dim_year (earlier, vision, transition, llm).';
comment on column mart.school_rank.school_key is 'Family of the school (a key of dim_group).';
comment on column mart.school_rank.group_name is 'Name of the organisation family.';
comment on column mart.school_rank.school_name is 'Name of the school.';
comment on column mart.school_rank.school_name_zh is 'Chinese name of the school; null = none known.';
comment on column mart.school_rank.school_country_code is 'ISO 3166 country of the school; null = not known.';
comment on column mart.school_rank.n_people is 'People of the period with an education at the school.';
comment on column mart.school_rank.n_known is 'People of the period with at least one resolved school.';
comment on column mart.school_rank.n_unknown is 'People of the period without.';
comment on column mart.school_rank.people_share is 'n_people / n_known.';
comment on column mart.school_rank.people_share_low is 'Lower end of the Wilson interval (rule wilson_z).';
comment on column mart.school_rank.people_share_high is 'Upper end of the Wilson interval (rule wilson_z).';
comment on column mart.school_rank.people_bound_low is 'The share if none of the unknown studied there.';
comment on column mart.school_rank.people_bound_high is 'The share if all of the unknown studied there.';
comment on column mart.school_rank.school_rank is 'Rank by n_people; ties share the better one.';
comment on column mart.school_rank.rank_low is '1 + schools whose interval lies wholly above this ones: the best rank that the data allow.';
comment on column mart.school_rank.rank_high is '1 + other schools whose upper end exceeds this ones lower end: the worst rank that the data allow.';
