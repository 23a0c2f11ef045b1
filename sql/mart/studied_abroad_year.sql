-- requires: core.publish_view, core.group_years, core.staff_years, core.person_schools
-- One row per tracked group and calendar year, from the group's first year to the data's end. Heads of
-- the headcount with at least one education in a country other than the group's. Hong Kong, Macao and
-- Taiwan have country codes of their own, so for a group of mainland China this is the share with a
-- school outside mainland China. Known when one school is abroad, or when there is a school and the
-- country of every one is known. Answers: which share of the staff studied abroad?
select core.publish_view('mart', 'studied_abroad_year', array['group_key', 'year'], $query$
with
-- For each country of a tracked group: did the person study elsewhere?
judged as (
    select
        schools.person_id,
        countries.country_code,
        case
            when bool_or(coalesce(schools.country_code != countries.country_code, false)) then true
            when bool_and(schools.country_code is not null) then false
        end as has_studied_abroad
    from core.person_schools as schools
    cross join (
        select distinct groups.country_code
        from mart.dim_group as groups
        where groups.is_tracked
    ) as countries
    where countries.country_code is not null
    group by schools.person_id, countries.country_code
),
counts as (
    select
        staff.group_key,
        staff.year,
        count(*)::integer as headcount,
        count(*) filter (where judged.has_studied_abroad)::integer as n_abroad,
        count(judged.has_studied_abroad)::integer as n_known
    from core.staff_years as staff
    inner join mart.dim_group as groups
        on staff.group_key = groups.group_key
    left join judged
        on staff.person_id = judged.person_id and groups.country_code = judged.country_code
    group by staff.group_key, staff.year
),
counted as (
    select
        frame.group_key,
        frame.year,
        frame.group_name,
        frame.year_start,
        coalesce(counts.headcount, 0) as headcount,
        coalesce(counts.n_abroad, 0) as n_abroad,
        coalesce(counts.n_known, 0) as n_known,
        coalesce(counts.headcount - counts.n_known, 0) as n_unknown
    from core.group_years as frame
    left join counts
        on frame.group_key = counts.group_key and frame.year = counts.year
)
select
    counted.group_key,
    counted.year,
    counted.group_name,
    counted.year_start,
    counted.headcount,
    counted.n_abroad,
    counted.n_known,
    counted.n_unknown,
    fn.share_of(counted.n_abroad, counted.n_known) as abroad_share,
    fn.wilson_low(counted.n_abroad, counted.n_known, rules.wilson_z) as abroad_share_low,
    fn.wilson_high(counted.n_abroad, counted.n_known, rules.wilson_z) as abroad_share_high,
    fn.share_of(counted.n_abroad, counted.n_known + counted.n_unknown) as abroad_bound_low,
    fn.share_of(counted.n_abroad + counted.n_unknown, counted.n_known + counted.n_unknown) as abroad_bound_high
from counted
cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
$query$);
comment on view mart.studied_abroad_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Staff at year-end with an education in another country than the group''s.';
comment on column mart.studied_abroad_year.group_key is 'Organisation family.';
comment on column mart.studied_abroad_year.year is 'Calendar year.';
comment on column mart.studied_abroad_year.group_name is 'Name of the family.';
comment on column mart.studied_abroad_year.year_start is 'First day of the year, for time axes.';
comment on column mart.studied_abroad_year.headcount is 'Heads of the headcount; n_known + n_unknown.';
comment on column mart.studied_abroad_year.n_abroad is 'Heads with at least one education in another country.';
comment on column mart.studied_abroad_year.n_known is 'Heads with a school abroad, or with schools whose countries are all known.';
comment on column mart.studied_abroad_year.n_unknown is 'All other heads.';
comment on column mart.studied_abroad_year.abroad_share is 'n_abroad / n_known: heads with an education in another country; null when n_known is 0.';
comment on column mart.studied_abroad_year.abroad_share_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.studied_abroad_year.abroad_share_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.studied_abroad_year.abroad_bound_low is 'The share if none of the unknown counted.';
comment on column mart.studied_abroad_year.abroad_bound_high is 'The share if all of the unknown counted.';
