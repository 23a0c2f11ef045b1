-- requires: core.publish_view, core.group_years
-- One row per tracked group and calendar year, from the group's first year to the data's end. Joiners
-- (group stints with start_year = year) who came straight from an education: the latest education
-- begun by then ended between year - fresh_window_years and year + degree_grace_years, and there was
-- no career employment elsewhere (postdocs are employment, internships are not). Unknown without
-- career employment and without an education whose end is known. Known bias: a first job that nobody
-- stated makes a fresh graduate. Answers: does the group hire graduates or experienced people?
select core.publish_view('mart', 'joiner_fresh_year', array['group_key', 'year'], $query$
with
counts as (
    select
        stints.group_key,
        stints.start_year as year,
        count(*)::integer as joiners,
        count(*) filter (where stints.is_fresh_graduate)::integer as n_fresh,
        count(stints.is_fresh_graduate)::integer as n_known,
        count(*) filter (where stints.is_fresh_phd)::integer as n_fresh_phd
    from mart.fct_group_stint as stints
    where stints.start_year is not null
    group by stints.group_key, stints.start_year
),
counted as (
    select
        frame.group_key,
        frame.year,
        frame.group_name,
        frame.year_start,
        coalesce(counts.joiners, 0) as joiners,
        coalesce(counts.n_fresh, 0) as n_fresh,
        coalesce(counts.n_known, 0) as n_known,
        coalesce(counts.joiners - counts.n_known, 0) as n_unknown,
        coalesce(counts.n_fresh_phd, 0) as n_fresh_phd
    from core.group_years as frame
    left join counts
        on frame.group_key = counts.group_key and frame.year = counts.year
)
select
    counted.group_key,
    counted.year,
    counted.group_name,
    counted.year_start,
    counted.joiners,
    counted.n_fresh,
    counted.n_known,
    counted.n_unknown,
    fn.share_of(counted.n_fresh, counted.n_known) as fresh_share,
    fn.wilson_low(counted.n_fresh, counted.n_known, rules.wilson_z) as fresh_share_low,
    fn.wilson_high(counted.n_fresh, counted.n_known, rules.wilson_z) as fresh_share_high,
    fn.share_of(counted.n_fresh, counted.n_known + counted.n_unknown) as fresh_bound_low,
    fn.share_of(counted.n_fresh + counted.n_unknown, counted.n_known + counted.n_unknown) as fresh_bound_high,
    counted.n_fresh_phd,
    fn.share_of(counted.n_fresh_phd, counted.n_known) as fresh_phd_share,
    fn.wilson_low(counted.n_fresh_phd, counted.n_known, rules.wilson_z) as fresh_phd_share_low,
    fn.wilson_high(counted.n_fresh_phd, counted.n_known, rules.wilson_z) as fresh_phd_share_high,
    fn.share_of(counted.n_fresh_phd, counted.n_known + counted.n_unknown) as fresh_phd_bound_low,
    fn.share_of(counted.n_fresh_phd + counted.n_unknown, counted.n_known + counted.n_unknown) as fresh_phd_bound_high
from counted
cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
$query$);
comment on view mart.joiner_fresh_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Joiners who came straight from an education.';
comment on column mart.joiner_fresh_year.group_key is 'Organisation family.';
comment on column mart.joiner_fresh_year.year is 'Calendar year.';
comment on column mart.joiner_fresh_year.group_name is 'Name of the family.';
comment on column mart.joiner_fresh_year.year_start is 'First day of the year, for time axes.';
comment on column mart.joiner_fresh_year.joiners is 'Group stints with start_year = year; n_known + n_unknown.';
comment on column mart.joiner_fresh_year.n_fresh is 'Joiners who are fresh graduates.';
comment on column mart.joiner_fresh_year.n_known is 'Joiners of whom it is known.';
comment on column mart.joiner_fresh_year.n_unknown is 'Joiners without career employment whose latest education has no known end, or who have none.';
comment on column mart.joiner_fresh_year.fresh_share is 'n_fresh / n_known: fresh graduates; null when n_known is 0.';
comment on column mart.joiner_fresh_year.fresh_share_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.joiner_fresh_year.fresh_share_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.joiner_fresh_year.fresh_bound_low is 'The share if none of the unknown counted.';
comment on column mart.joiner_fresh_year.fresh_bound_high is 'The share if all of the unknown counted.';
comment on column mart.joiner_fresh_year.n_fresh_phd is 'Fresh graduates with a phd.';
comment on column mart.joiner_fresh_year.fresh_phd_share is 'n_fresh_phd / n_known: fresh graduates with a phd; null when n_known is 0.';
comment on column mart.joiner_fresh_year.fresh_phd_share_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.joiner_fresh_year.fresh_phd_share_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.joiner_fresh_year.fresh_phd_bound_low is 'The share if none of the unknown counted.';
comment on column mart.joiner_fresh_year.fresh_phd_bound_high is 'The share if all of the unknown counted.';
