-- requires: core.publish_view, core.group_years, core.staff_years
-- One row per tracked group and calendar year, from the group's first year to the data's end.
-- Estimated age of the heads of the headcount: year - birth year, the latter from the best available
-- row of core.age_rule over stated years of education (bachelor start - 18 first). Birth dates are
-- never stored. Unknown without education years. Known bias: people who studied late are made younger;
-- who states no education is older on average. Answers: how old is the team?
select core.publish_view('mart', 'age_year', array['group_key', 'year'], $query$
with
ages as (
    select
        staff.group_key,
        staff.year,
        staff.year - births.birth_year as age
    from core.staff_years as staff
    left join core.birth_years as births
        on staff.person_id = births.person_id
),
counts as (
    select
        ages.group_key,
        ages.year,
        count(*)::integer as headcount,
        count(ages.age)::integer as n_known,
        count(*) filter (where ages.age < 30)::integer as n_under_30,
        sum(ages.age) as age_sum,
        sum(ages.age::bigint * ages.age)::bigint as age_square_sum
    from ages
    group by ages.group_key, ages.year
),
counted as (
    select
        frame.group_key,
        frame.year,
        frame.group_name,
        frame.year_start,
        coalesce(counts.headcount, 0) as headcount,
        coalesce(counts.n_known, 0) as n_known,
        coalesce(counts.headcount - counts.n_known, 0) as n_unknown,
        counts.age_sum::double precision / nullif(counts.n_known, 0) as mean_age,
        case
            when counts.n_known > 1 then
                sqrt(
                    (counts.n_known * counts.age_square_sum - counts.age_sum * counts.age_sum)::double precision
                    / (counts.n_known::bigint * (counts.n_known - 1))
                )
        end as age_stddev,
        coalesce(counts.n_under_30, 0) as n_under_30
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
    counted.n_known,
    counted.n_unknown,
    counted.mean_age,
    counted.mean_age - rules.wilson_z * counted.age_stddev / sqrt(counted.n_known) as mean_age_low,
    counted.mean_age + rules.wilson_z * counted.age_stddev / sqrt(counted.n_known) as mean_age_high,
    counted.age_stddev,
    counted.n_under_30,
    fn.share_of(counted.n_under_30, counted.n_known) as share_under_30,
    fn.wilson_low(counted.n_under_30, counted.n_known, rules.wilson_z) as share_under_30_low,
    fn.wilson_high(counted.n_under_30, counted.n_known, rules.wilson_z) as share_under_30_high,
    fn.share_of(counted.n_under_30, counted.n_known + counted.n_unknown) as share_under_30_bound_low,
    fn.share_of(counted.n_under_30 + counted.n_unknown, counted.n_known + counted.n_unknown)
        as share_under_30_bound_high
from counted
cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
$query$);
comment on view mart.age_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Age of the staff at year-end, estimated from education years.';
comment on column mart.age_year.group_key is 'Organisation family.';
comment on column mart.age_year.year is 'Calendar year.';
comment on column mart.age_year.group_name is 'Name of the family.';
comment on column mart.age_year.year_start is 'First day of the year, for time axes.';
comment on column mart.age_year.headcount is 'Heads of the headcount; n_known + n_unknown.';
comment on column mart.age_year.n_known is 'Heads with education years.';
comment on column mart.age_year.n_unknown is 'Heads without.';
comment on column mart.age_year.mean_age is 'Mean estimated age of the known; null when n_known is 0.';
comment on column mart.age_year.mean_age_low is 'mean_age - wilson_z standard errors; null for fewer than two known.';
comment on column mart.age_year.mean_age_high is 'mean_age + wilson_z standard errors; null for fewer than two known.';
comment on column mart.age_year.age_stddev is 'Sample standard deviation; null for fewer than two known.';
comment on column mart.age_year.n_under_30 is 'Heads younger than 30.';
comment on column mart.age_year.share_under_30 is 'n_under_30 / n_known; null when n_known is 0.';
comment on column mart.age_year.share_under_30_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.age_year.share_under_30_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.age_year.share_under_30_bound_low is 'The share if none of the unknown counted.';
comment on column mart.age_year.share_under_30_bound_high is 'The share if all of the unknown counted.';
