-- requires: core.publish_view
-- One row per tracked group, year of joining and whole years since, from 0 to the longest duration of
-- the cohort. Kaplan-Meier estimate of the share still there: the cohort are the group stints with
-- that start_year; leaving is an event at end_year - start_year; without an end a stint is censored at
-- last_evidence_year - start_year (at least 0), and whoever is censored at t was at risk at t.
-- Somebody who returns after an end is a new joiner. Intervals: log-log transformed Greenwood, 1 to 1
-- before the first event, 0 to 0 once nobody is left. Known bias: an open profile that nobody keeps
-- looks like staying until its last modification, not beyond. Answers: how long do people stay?
select core.publish_view('mart', 'retention', array['group_key', 'join_year', 'years_since'], $query$
with
durations as (
    select
        stints.group_key,
        stints.start_year as join_year,
        coalesce(stints.end_year, greatest(stints.last_evidence_year, stints.start_year)) - stints.start_year
            as years_since,
        stints.end_year is not null as has_left
    from mart.fct_group_stint as stints
    inner join mart.dim_group as groups
        on stints.group_key = groups.group_key
    cross join core.build_state as states
    where groups.is_tracked and stints.start_year <= states.data_end_year
),
cohorts as (
    select
        durations.group_key,
        durations.join_year,
        count(*)::integer as joiners,
        max(durations.years_since) as longest
    from durations
    group by durations.group_key, durations.join_year
),
counts as (
    select
        durations.group_key,
        durations.join_year,
        durations.years_since,
        count(*) filter (where durations.has_left)::integer as n_left,
        count(*) filter (where not durations.has_left)::integer as n_censored
    from durations
    group by durations.group_key, durations.join_year, durations.years_since
),
steps as (
    select
        cohorts.group_key,
        cohorts.join_year,
        years.years_since,
        cohorts.joiners,
        coalesce(counts.n_left, 0) as n_left,
        coalesce(counts.n_censored, 0) as n_censored,
        (
            cohorts.joiners
            - coalesce(
                sum(counts.n_left + counts.n_censored) over (
                    partition by cohorts.group_key, cohorts.join_year
                    order by years.years_since
                    rows between unbounded preceding and 1 preceding
                ),
                0
            )
        )::integer as n_at_risk
    from cohorts
    cross join lateral generate_series(0, cohorts.longest) as years (years_since)
    left join counts
        on
            cohorts.group_key = counts.group_key
            and cohorts.join_year = counts.join_year
            and years.years_since = counts.years_since
),
curves as (
    select
        steps.*,
        fn.product((steps.n_at_risk - steps.n_left)::double precision / steps.n_at_risk) over until_now as survival,
        sum(
            steps.n_left::numeric
            / nullif(steps.n_at_risk::numeric * (steps.n_at_risk - steps.n_left), 0)
        ) over until_now as greenwood_sum
    from steps
    window until_now as (
        partition by steps.group_key, steps.join_year
        order by steps.years_since
        rows unbounded preceding
    )
),
spread as (
    select
        curves.*,
        case
            when curves.survival > 0 and curves.survival < 1
                then rules.wilson_z * sqrt(curves.greenwood_sum)::double precision / ln(curves.survival)
        end as half_width
    from curves
    cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
)
select
    spread.group_key,
    spread.join_year,
    spread.years_since,
    groups.group_name,
    spread.joiners,
    spread.n_at_risk,
    spread.n_left,
    spread.n_censored,
    spread.survival,
    coalesce(power(spread.survival, exp(-spread.half_width)), spread.survival) as survival_low,
    coalesce(power(spread.survival, exp(spread.half_width)), spread.survival) as survival_high
from spread
inner join mart.dim_group as groups
    on spread.group_key = groups.group_key
$query$);
comment on view mart.retention is
    'One row per tracked group, year of joining and whole years since, from 0 to the longest duration of the cohort. Kaplan-Meier share of the joiners still there.';
comment on column mart.retention.group_key is 'Organisation family.';
comment on column mart.retention.join_year is 'Year of joining.';
comment on column mart.retention.years_since is 'Whole years since joining.';
comment on column mart.retention.group_name is 'Name of the family.';
comment on column mart.retention.joiners is 'Size of the cohort: group stints with start_year = join_year.';
comment on column mart.retention.n_at_risk is 'Still under observation at years_since, those censored there included.';
comment on column mart.retention.n_left is 'Left after exactly that many years.';
comment on column mart.retention.n_censored is 'Lost sight of after exactly that many years, without an end.';
comment on column mart.retention.survival is 'Share still there after years_since.';
comment on column mart.retention.survival_low is 'Lower end of the log-log Greenwood interval (rule wilson_z).';
comment on column mart.retention.survival_high is 'Upper end of the log-log Greenwood interval (rule wilson_z).';
