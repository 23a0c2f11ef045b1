-- requires: core.publish_view, core.published_slots
-- One row per tracked group and calendar year, from the group's first year with such a paper or with
-- staff to the data's end. Papers of the year (any submission on record that is not deleted) with at
-- least one author slot by which its author published as the group (see published_as_year); a paper
-- counts once, whatever the number of its authors there. First-author papers: that slot is the first.
-- accepted_share over papers with a decision (accepted, rejected, withdrawn, desk_rejected).
-- papers_per_head: by the year-end headcount. Known bias: only venues that show their submissions;
-- years differ in venues. Answers: how much does the group publish, and how well?
select core.publish_view('mart', 'output_year', array['group_key', 'year'], $query$
with
groups as (
    select groups.group_key, groups.group_name
    from mart.dim_group as groups
    where groups.is_tracked
),
papers as (
    select
        slots.group_key,
        slots.year,
        slots.paper_id,
        bool_or(slots.is_first) as has_first_author
    from core.published_slots as slots
    group by slots.group_key, slots.year, slots.paper_id
),
counts as (
    select
        papers.group_key,
        papers.year,
        count(*)::integer as n_papers,
        count(*) filter (where facts.status = 'accepted')::integer as n_accepted,
        count(*) filter (where facts.status in ('under_review', 'unknown'))::integer as n_unknown,
        count(*) filter (where papers.has_first_author)::integer as n_first_author_papers
    from papers
    inner join mart.fct_paper as facts
        on papers.paper_id = facts.paper_id
    group by papers.group_key, papers.year
),
heads as (
    select staff.group_key, staff.year, count(*)::integer as headcount
    from core.staff_years as staff
    group by staff.group_key, staff.year
),
first_years as (
    select bounds.group_key, min(bounds.year) as first_year
    from (
        select counts.group_key, counts.year
        from counts
        union all
        select stints.group_key, stints.begin_year as year
        from mart.fct_group_stint as stints
    ) as bounds
    group by bounds.group_key
),
counted as (
    select
        groups.group_key,
        years.year,
        groups.group_name,
        coalesce(counts.n_papers, 0) as n_papers,
        coalesce(counts.n_accepted, 0) as n_accepted,
        coalesce(counts.n_papers - counts.n_unknown, 0) as n_known,
        coalesce(counts.n_unknown, 0) as n_unknown,
        coalesce(counts.n_first_author_papers, 0) as n_first_author_papers,
        coalesce(heads.headcount, 0) as headcount
    from groups
    inner join first_years
        on groups.group_key = first_years.group_key
    cross join core.build_state as states
    cross join lateral generate_series(first_years.first_year, states.data_end_year) as years (year)
    left join counts
        on groups.group_key = counts.group_key and years.year = counts.year
    left join heads
        on groups.group_key = heads.group_key and years.year = heads.year
)
select
    counted.group_key,
    counted.year,
    counted.group_name,
    make_date(counted.year, 1, 1) as year_start,
    counted.n_papers,
    counted.n_accepted,
    counted.n_known,
    counted.n_unknown,
    fn.share_of(counted.n_accepted, counted.n_known) as accepted_share,
    fn.wilson_low(counted.n_accepted, counted.n_known, rules.wilson_z) as accepted_share_low,
    fn.wilson_high(counted.n_accepted, counted.n_known, rules.wilson_z) as accepted_share_high,
    fn.share_of(counted.n_accepted, counted.n_known + counted.n_unknown) as accepted_bound_low,
    fn.share_of(counted.n_accepted + counted.n_unknown, counted.n_known + counted.n_unknown) as accepted_bound_high,
    counted.n_first_author_papers,
    counted.headcount,
    fn.share_of(counted.n_papers, counted.headcount) as papers_per_head
from counted
cross join (select core.rule_value('wilson_z')::double precision as wilson_z) as rules
$query$);
comment on view mart.output_year is
    'One row per tracked group and calendar year, from the group''s first year with a paper or with staff to the data''s end. Papers published as the group.';
comment on column mart.output_year.group_key is 'Organisation family.';
comment on column mart.output_year.year is 'Calendar year.';
comment on column mart.output_year.group_name is 'Name of the family.';
comment on column mart.output_year.year_start is 'First day of the year, for time axes.';
comment on column mart.output_year.n_papers is 'Papers of the year with a slot by which its author published as the group.';
comment on column mart.output_year.n_accepted is 'Accepted ones.';
comment on column mart.output_year.n_known is 'Papers with a decision: accepted, rejected, withdrawn or desk-rejected.';
comment on column mart.output_year.n_unknown is 'Papers under review or without a known decision.';
comment on column mart.output_year.accepted_share is 'n_accepted / n_known: accepted papers; null when n_known is 0.';
comment on column mart.output_year.accepted_share_low is 'Lower end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.output_year.accepted_share_high is 'Upper end of the Wilson interval (rule wilson_z); null when n_known is 0.';
comment on column mart.output_year.accepted_bound_low is 'The share if none of the unknown counted.';
comment on column mart.output_year.accepted_bound_high is 'The share if all of the unknown counted.';
comment on column mart.output_year.n_first_author_papers is 'Papers whose first author published as the group.';
comment on column mart.output_year.headcount is 'Heads of the year-end headcount.';
comment on column mart.output_year.papers_per_head is 'n_papers / headcount; null when that is 0.';
