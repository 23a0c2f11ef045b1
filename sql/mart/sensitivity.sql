-- requires: core.publish_view, core.group_years, core.published_slots
-- One row per metric, tracked group, calendar year and variant of a rule. The same figure under one
-- other rule, beside the published one. The variants change the periods of finished group stints and
-- join those of one person in one group that then meet (merge_gap_years); claims are not sorted into
-- stints anew. interns_counted: internships at the group are staff. carry_forward_0, _1, _3: without
-- an end people count for so many years after the last evidence; ends (for 0 also starts) that were
-- concluded from observations further away fall away. grade_3_only: employments that a profile states.
-- superseded_closed: a stated job without end ends when a later stated one begins in another group.
-- accepted_papers_only: people and publications of accepted papers. Metrics: headcount, joiners,
-- era_share, published_as (the last for accepted_papers_only). Answers: would the figure, or the order
-- of the groups, be another under other rules?
select core.publish_view('mart', 'sensitivity', array['metric', 'group_key', 'year', 'variant'], $query$
with
rules as (
    select
        core.rule_value('merge_gap_years')::integer as merge_gap_years,
        core.rule_value('era_start_year')::integer as era_start_year
),
groups as (
    select groups.group_key
    from mart.dim_group as groups
    where groups.is_tracked
),
stints as (
    select
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        stints.finish_year,
        stints.start_year,
        stints.end_year,
        stints.is_start_known,
        stints.is_end_known,
        stints.first_evidence_year,
        stints.last_evidence_year
    from mart.fct_group_stint as stints
    inner join groups
        on stints.group_key = groups.group_key
),
staff as (
    select distinct stints.person_id
    from stints
),
carried as (
    select
        format('carry_forward_%s', variants.years) as variant,
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        case when variants.years = 0 and not stints.is_start_known then null else stints.start_year end as start_year,
        case
            when stints.is_end_known or stints.end_year <= stints.last_evidence_year + variants.years + 1
                then stints.end_year
        end as end_year,
        stints.first_evidence_year,
        greatest(stints.last_evidence_year + variants.years + 1, stints.begin_year) as lapse_year
    from stints
    cross join (values (0), (1), (3)) as variants (years)
),
-- Stated jobs of the staff, anywhere.
stated as (
    select
        jobs.person_id,
        jobs.group_key,
        jobs.begin_year,
        jobs.finish_year,
        jobs.start_year,
        jobs.end_year,
        jobs.first_evidence_year
    from mart.fct_stint as jobs
    where
        jobs.stint_kind = 'employment'
        and jobs.grade >= 3
        and jobs.person_id in (select staff.person_id from staff)
),
superseding as (
    select
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        min(later.start_year) as closed_year
    from stints
    inner join stated as open_jobs
        on
            stints.person_id = open_jobs.person_id
            and stints.group_key = open_jobs.group_key
            and open_jobs.end_year is null
            and open_jobs.begin_year >= stints.begin_year
    inner join stated as later
        on
            stints.person_id = later.person_id
            and stints.group_key != later.group_key
            and later.start_year > open_jobs.begin_year
    where stints.end_year is null
    group by stints.person_id, stints.group_key, stints.begin_year
),
accepted_people as (
    select distinct authorships.person_id
    from mart.fct_authorship as authorships
    inner join mart.fct_paper as papers
        on authorships.paper_id = papers.paper_id
    where
        papers.status = 'accepted'
        and authorships.person_id in (select staff.person_id from staff)
),
members as (
    select
        'interns_counted' as variant,
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        stints.finish_year,
        stints.start_year,
        stints.end_year,
        stints.first_evidence_year
    from stints
    union all
    select
        'interns_counted',
        internships.person_id,
        internships.group_key,
        internships.begin_year,
        internships.finish_year,
        internships.start_year,
        internships.end_year,
        internships.first_evidence_year
    from mart.fct_stint as internships
    inner join groups
        on internships.group_key = groups.group_key
    where internships.stint_kind = 'internship'
    union all
    select
        carried.variant,
        carried.person_id,
        carried.group_key,
        carried.begin_year,
        coalesce(carried.end_year, carried.lapse_year) as finish_year,
        carried.start_year,
        carried.end_year,
        carried.first_evidence_year
    from carried
    union all
    select
        'grade_3_only',
        stated.person_id,
        stated.group_key,
        stated.begin_year,
        stated.finish_year,
        stated.start_year,
        stated.end_year,
        stated.first_evidence_year
    from stated
    inner join groups
        on stated.group_key = groups.group_key
    union all
    select
        'superseded_closed',
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        least(superseding.closed_year, stints.finish_year) as finish_year,
        stints.start_year,
        coalesce(stints.end_year, superseding.closed_year) as end_year,
        stints.first_evidence_year
    from stints
    left join superseding
        on
            stints.person_id = superseding.person_id
            and stints.group_key = superseding.group_key
            and stints.begin_year = superseding.begin_year
    union all
    select
        'accepted_papers_only',
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        stints.finish_year,
        stints.start_year,
        stints.end_year,
        stints.first_evidence_year
    from stints
    inner join accepted_people
        on stints.person_id = accepted_people.person_id
),
reached as (
    select
        members.*,
        max(coalesce(members.end_year + rules.merge_gap_years, members.finish_year)) over (
            partition by members.variant, members.group_key, members.person_id
            order by members.begin_year, members.finish_year
            rows between unbounded preceding and 1 preceding
        ) as reached_before
    from members
    cross join rules
),
numbered as (
    select
        reached.*,
        count(*) filter (where reached.reached_before is null or reached.begin_year > reached.reached_before) over (
            partition by reached.variant, reached.group_key, reached.person_id
            order by reached.begin_year, reached.finish_year
            rows unbounded preceding
        ) as island_number
    from reached
),
islands as (
    select
        numbered.variant,
        numbered.group_key,
        numbered.person_id,
        min(numbered.begin_year) as begin_year,
        max(numbered.finish_year) as finish_year,
        min(numbered.start_year) as start_year,
        min(numbered.first_evidence_year) as first_evidence_year
    from numbered
    group by numbered.variant, numbered.group_key, numbered.person_id, numbered.island_number
),
judged as (
    select
        islands.*,
        coalesce(islands.start_year >= rules.era_start_year, false) as is_era,
        islands.start_year is null and islands.first_evidence_year >= rules.era_start_year as is_era_unknown
    from islands
    cross join rules
),
-- Heads come with begin_year and go with finish_year; sums up to a year are its headcount.
events as (
    select
        moves.variant,
        moves.group_key,
        moves.year,
        sum(moves.step) as heads,
        sum(moves.step) filter (where moves.is_era) as era_heads,
        sum(moves.step) filter (where moves.is_era_unknown) as era_unknown_heads,
        count(*) filter (where moves.is_joining) as joiners
    from (
        select
            judged.variant,
            judged.group_key,
            judged.begin_year as year,
            1 as step,
            judged.is_era,
            judged.is_era_unknown,
            coalesce(judged.start_year = judged.begin_year, false) as is_joining
        from judged
        union all
        select
            judged.variant,
            judged.group_key,
            judged.finish_year as year,
            -1 as step,
            judged.is_era,
            judged.is_era_unknown,
            false as is_joining
        from judged
    ) as moves
    group by moves.variant, moves.group_key, moves.year
),
frame as (
    select variants.variant, years.group_key, years.year
    from core.group_years as years
    cross join (
        values
            ('interns_counted'),
            ('carry_forward_0'),
            ('carry_forward_1'),
            ('carry_forward_3'),
            ('grade_3_only'),
            ('superseded_closed'),
            ('accepted_papers_only')
    ) as variants (variant)
),
stocks as (
    select
        frame.variant,
        frame.group_key,
        frame.year,
        coalesce(sum(events.heads), 0) as headcount,
        coalesce(sum(events.era_heads), 0) as n_era,
        coalesce(sum(events.heads), 0) - coalesce(sum(events.era_unknown_heads), 0) as n_era_known,
        coalesce(sum(events.joiners) filter (where events.year = frame.year), 0) as joiners
    from frame
    left join events
        on
            frame.variant = events.variant
            and frame.group_key = events.group_key
            and frame.year >= events.year
    group by frame.variant, frame.group_key, frame.year
),
base_stocks as (
    select
        frame.group_key,
        frame.year,
        count(stints.person_id) as headcount,
        count(stints.person_id) filter (where stints.start_year >= rules.era_start_year) as n_era,
        count(stints.person_id) filter (
            where not (stints.start_year is null and stints.first_evidence_year >= rules.era_start_year)
        ) as n_era_known,
        count(stints.person_id) filter (where stints.start_year = frame.year) as joiners
    from core.group_years as frame
    cross join rules
    left join stints
        on
            frame.group_key = stints.group_key
            and (frame.year >= stints.begin_year and frame.year < stints.finish_year or frame.year = stints.start_year)
    group by frame.group_key, frame.year
),
publications as (
    select
        slots.group_key,
        slots.year,
        count(distinct slots.person_id) as n_people,
        count(distinct slots.person_id) filter (where papers.status = 'accepted') as n_accepted_people
    from core.published_slots as slots
    inner join mart.fct_paper as papers
        on slots.paper_id = papers.paper_id
    group by slots.group_key, slots.year
),
figures as (
    select
        'headcount' as metric,
        stocks.group_key,
        stocks.year,
        stocks.variant,
        stocks.headcount::double precision as value,
        bases.headcount::double precision as base_value
    from stocks
    inner join base_stocks as bases
        on stocks.group_key = bases.group_key and stocks.year = bases.year
    union all
    select
        'joiners',
        stocks.group_key,
        stocks.year,
        stocks.variant,
        stocks.joiners::double precision,
        bases.joiners::double precision
    from stocks
    inner join base_stocks as bases
        on stocks.group_key = bases.group_key and stocks.year = bases.year
    union all
    select
        'era_share',
        stocks.group_key,
        stocks.year,
        stocks.variant,
        fn.share_of(stocks.n_era::bigint, stocks.n_era_known::bigint),
        fn.share_of(bases.n_era, bases.n_era_known)
    from stocks
    inner join base_stocks as bases
        on stocks.group_key = bases.group_key and stocks.year = bases.year
    union all
    select
        'published_as',
        frame.group_key,
        frame.year,
        frame.variant,
        coalesce(publications.n_accepted_people, 0)::double precision,
        coalesce(publications.n_people, 0)::double precision
    from frame
    left join publications
        on frame.group_key = publications.group_key and frame.year = publications.year
    where frame.variant = 'accepted_papers_only'
)
select
    figures.metric,
    figures.group_key,
    figures.year,
    figures.variant,
    groups.group_name,
    make_date(figures.year, 1, 1) as year_start,
    figures.value,
    figures.base_value,
    rank() over (
        partition by figures.metric, figures.year, figures.variant
        order by figures.value desc nulls last
    ) != rank() over (
        partition by figures.metric, figures.year, figures.variant
        order by figures.base_value desc nulls last
    ) as changes_rank
from figures
inner join mart.dim_group as groups
    on figures.group_key = groups.group_key
$query$);
comment on view mart.sensitivity is
    'One row per metric, tracked group, calendar year and variant of a rule. The figure under one other rule, beside the published one.';
comment on column mart.sensitivity.metric is 'headcount, joiners, era_share, published_as.';
comment on column mart.sensitivity.group_key is 'Organisation family.';
comment on column mart.sensitivity.year is 'Calendar year.';
comment on column mart.sensitivity.variant is 'interns_counted, carry_forward_0, carry_forward_1, carry_forward_3, grade_3_only, superseded_closed, accepted_papers_only.';
comment on column mart.sensitivity.group_name is 'Name of the family.';
comment on column mart.sensitivity.year_start is 'First day of the year, for time axes.';
comment on column mart.sensitivity.value is 'The figure under the variant; a share is null when nobody is known.';
comment on column mart.sensitivity.base_value is 'The figure as published.';
comment on column mart.sensitivity.changes_rank is 'The group has another rank among the tracked groups of that year.';
