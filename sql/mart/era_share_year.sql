-- requires: core.publish_view, core.group_years, core.staff_years
-- One row per tracked group and calendar year, from the group's first year to the data's end. Heads of
-- the headcount whose start_year is era_start_year (2023, the first whole year after ChatGPT) or
-- later. Unknown: start not known and first seen in the era; who was seen before it is known not to be
-- of the era. Answers: how much of the team came with large language models?
select core.publish_view('mart', 'era_share_year', array['group_key', 'year'], $query$
with
counts as (
    select
        staff.group_key,
        staff.year,
        count(*)::integer as headcount,
        count(*) filter (where staff.start_year >= rules.era_start_year)::integer as n_era,
        count(*) filter (
            where staff.start_year is null and staff.first_evidence_year >= rules.era_start_year
        )::integer as n_unknown
    from core.staff_years as staff
    cross join (select core.rule_value('era_start_year')::integer as era_start_year) as rules
    group by staff.group_key, staff.year
),
counted as (
    select
        frame.group_key,
        frame.year,
        frame.group_name,
        frame.year_start,
        coalesce(counts.headcount, 0) as headcount,
        coalesce(counts.n_era, 0) as n_era,
        coalesce(counts.headcount - counts.n_unknown, 0) as n_known,
        coalesce(counts.n_unknown, 0) as n_unknown
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
    counted.n_era,
    counted.n_known,
    counted.n_unknown,
    fn.share_of(counted.n_era, counted.n_known) as era_share,
    fn.wilson_low(counted.n_era, counted.n_known, rules.wilson_z) as era_share_low,
    fn.wilson_high(counted.n_era, counted.n_known, rules.wilson_z) as era_share_high,
    fn.share_of(counted.n_era, counted.n_known + counted.n_unknown) as era_bound_low,
    fn.share_of(counted.n_era + counted.n_unknown, counted.n_known + counted.n_unknown) as era_bound_high
from counted
cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
$query$);
comment on view mart.era_share_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Staff at year-end that joined in the current era.';
comment on column mart.era_share_year.group_key is 'Organisation family.';
comment on column mart.era_share_year.year is 'Calendar year.';
comment on column mart.era_share_year.group_name is 'Name of the family.';
comment on column mart.era_share_year.year_start is 'First day of the year, for time axes.';
comment on column mart.era_share_year.headcount is 'Heads of the headcount; n_known + n_unknown.';
comment on column mart.era_share_year.n_era is 'Heads with start_year in the era (rule era_start_year).';
comment on column mart.era_share_year.n_known is 'Heads whose start is known, or who were seen before the era.';
comment on column mart.era_share_year.n_unknown is 'Heads whose start is not known and who were first seen in the era.';
comment on column mart.era_share_year.era_share is 'n_era / n_known: heads that joined in the era; null when n_known is 0.';
comment on column mart.era_share_year.era_share_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.era_share_year.era_share_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.era_share_year.era_bound_low is 'The share if none of the unknown counted.';
comment on column mart.era_share_year.era_bound_high is 'The share if all of the unknown counted.';
