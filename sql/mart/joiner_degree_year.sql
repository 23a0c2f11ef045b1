-- requires: core.publish_view, core.group_years
-- One row per tracked group and calendar year, from the group's first year to the data's end. Joiners
-- (group stints with start_year = year) by the highest degree finished by the year of joining +
-- degree_grace_years; a postdoc or faculty position before it implies a phd. Known when there is any
-- education or an implied phd; without a finished degree it is other. People who appeared without a
-- known start are not joiners. Known bias: who keeps no profile has no degree. Answers: which share of
-- new researchers holds a PhD?
select core.publish_view('mart', 'joiner_degree_year', array['group_key', 'year'], $query$
with
counts as (
    select
        stints.group_key,
        stints.start_year as year,
        count(*)::integer as joiners,
        count(*) filter (where stints.degree_at_entry = 'phd')::integer as n_phd,
        count(stints.degree_at_entry)::integer as n_known,
        count(*) filter (where stints.degree_at_entry = 'master')::integer as n_master,
        count(*) filter (where stints.degree_at_entry = 'bachelor')::integer as n_bachelor,
        count(*) filter (where stints.degree_at_entry = 'other')::integer as n_other
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
        coalesce(counts.n_phd, 0) as n_phd,
        coalesce(counts.n_known, 0) as n_known,
        coalesce(counts.joiners - counts.n_known, 0) as n_unknown,
        coalesce(counts.n_master, 0) as n_master,
        coalesce(counts.n_bachelor, 0) as n_bachelor,
        coalesce(counts.n_other, 0) as n_other
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
    counted.n_phd,
    counted.n_known,
    counted.n_unknown,
    fn.share_of(counted.n_phd, counted.n_known) as phd_share,
    fn.wilson_low(counted.n_phd, counted.n_known, rules.wilson_z) as phd_share_low,
    fn.wilson_high(counted.n_phd, counted.n_known, rules.wilson_z) as phd_share_high,
    fn.share_of(counted.n_phd, counted.n_known + counted.n_unknown) as phd_bound_low,
    fn.share_of(counted.n_phd + counted.n_unknown, counted.n_known + counted.n_unknown) as phd_bound_high,
    counted.n_master,
    counted.n_bachelor,
    counted.n_other
from counted
cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
$query$);
comment on view mart.joiner_degree_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Joiners by the highest degree finished at entry.';
comment on column mart.joiner_degree_year.group_key is 'Organisation family.';
comment on column mart.joiner_degree_year.year is 'Calendar year.';
comment on column mart.joiner_degree_year.group_name is 'Name of the family.';
comment on column mart.joiner_degree_year.year_start is 'First day of the year, for time axes.';
comment on column mart.joiner_degree_year.joiners is 'Group stints with start_year = year; n_known + n_unknown.';
comment on column mart.joiner_degree_year.n_phd is 'Joiners with a phd.';
comment on column mart.joiner_degree_year.n_known is 'Joiners whose degree is known; n_phd + n_master + n_bachelor + n_other.';
comment on column mart.joiner_degree_year.n_unknown is 'Joiners without any education or academic position on record.';
comment on column mart.joiner_degree_year.phd_share is 'n_phd / n_known: joiners with a phd; null when n_known is 0.';
comment on column mart.joiner_degree_year.phd_share_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.joiner_degree_year.phd_share_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.joiner_degree_year.phd_bound_low is 'The share if none of the unknown counted.';
comment on column mart.joiner_degree_year.phd_bound_high is 'The share if all of the unknown counted.';
comment on column mart.joiner_degree_year.n_master is 'Joiners whose highest finished degree is a master.';
comment on column mart.joiner_degree_year.n_bachelor is 'Joiners whose highest finished degree is a bachelor.';
comment on column mart.joiner_degree_year.n_other is 'Joiners with an education but no finished phd, master or bachelor.';
