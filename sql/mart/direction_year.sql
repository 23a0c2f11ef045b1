-- requires: core.publish_view, core.published_slots, core.source_topics
-- One row per tracked group, calendar year and research direction, from the group's first year with
-- such a paper or with staff to the data's end. Papers published as the group (see output_year) by
-- direction: every direction of core.direction_rule with a pattern in title, keywords, primary area or
-- venue; a paper in k directions counts 1/k in each, in none it is other. weight_share: the group's
-- papers of the year by these weights. People: those who published such a paper as the group in the
-- year. Known bias: words, not content; rules are English. Answers: what does the group work on?
select core.publish_view('mart', 'direction_year', array['group_key', 'year', 'direction_key'], $query$
with
groups as (
    select groups.group_key, groups.group_name
    from mart.dim_group as groups
    where groups.is_tracked
),
slots as materialized (
    select distinct slots.group_key, slots.year, slots.paper_id, slots.person_id
    from core.published_slots as slots
),
silent as (
    select string_agg(rules.pattern, '|' order by rules.rule_order) as pattern
    from core.direction_rule as rules
    where rules.subject = 'silent'
),
-- One expression per direction and subject: every text is read once for each.
rules as (
    select
        rules.direction_key,
        rules.subject,
        string_agg(rules.pattern, '|' order by rules.rule_order) as pattern
    from core.direction_rule as rules
    where rules.subject != 'silent'
    group by rules.direction_key, rules.subject
),
texts as materialized (
    select
        papers.paper_id,
        regexp_replace(
            translate(
                lower(left(concat_ws(' | ', facts.title, topics.keywords, topics.primary_area), 4000)), '-_/', '   '
            ) collate "C",
            silent.pattern,
            '',
            'g'
        ) as topic,
        translate(lower(coalesce(papers.venue_key, '')), '-_/', '   ') as venue
    from (select distinct slots.paper_id from slots) as used
    inner join core.papers as papers
        on used.paper_id = papers.paper_id
    inner join mart.fct_paper as facts
        on used.paper_id = facts.paper_id
    left join core.source_topics as topics
        on
            papers.note_id = topics.note_id
            and papers.source = topics.source
            and papers.edition_key = topics.edition_key
    cross join silent
),
matched as (
    select distinct texts.paper_id, rules.direction_key
    from texts
    inner join rules
        on (case rules.subject when 'topic' then texts.topic else texts.venue end) collate "C" ~ rules.pattern
),
-- Weights in parts of 27720, the least common multiple of 1 to 12: whole numbers for up to 12 directions.
weights as (
    select
        texts.paper_id,
        coalesce(matched.direction_key, 'other') as direction_key,
        27720 / greatest(count(matched.direction_key) over (partition by texts.paper_id), 1) as weight
    from texts
    left join matched
        on texts.paper_id = matched.paper_id
),
paper_counts as (
    select
        papers.group_key,
        papers.year,
        weights.direction_key,
        count(*)::integer as n_papers,
        sum(weights.weight)::bigint as weight
    from (select distinct slots.group_key, slots.year, slots.paper_id from slots) as papers
    inner join weights
        on papers.paper_id = weights.paper_id
    group by papers.group_key, papers.year, weights.direction_key
),
people_counts as (
    select
        slots.group_key,
        slots.year,
        weights.direction_key,
        count(distinct slots.person_id)::integer as n_people
    from slots
    inner join weights
        on slots.paper_id = weights.paper_id
    group by slots.group_key, slots.year, weights.direction_key
),
first_years as (
    select bounds.group_key, min(bounds.year) as first_year
    from (
        select slots.group_key, slots.year
        from slots
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
        directions.direction_key,
        groups.group_name,
        directions.direction_name,
        directions.direction_name_zh,
        coalesce(people_counts.n_people, 0) as n_people,
        coalesce(paper_counts.n_papers, 0) as n_papers,
        coalesce(paper_counts.weight, 0) as weight,
        sum(paper_counts.weight) over (partition by groups.group_key, years.year) as weight_of_all
    from groups
    inner join first_years
        on groups.group_key = first_years.group_key
    cross join core.build_state as states
    cross join lateral generate_series(first_years.first_year, states.data_end_year) as years (year)
    cross join core.direction as directions
    left join paper_counts
        on
            groups.group_key = paper_counts.group_key
            and years.year = paper_counts.year
            and directions.direction_key = paper_counts.direction_key
    left join people_counts
        on
            groups.group_key = people_counts.group_key
            and years.year = people_counts.year
            and directions.direction_key = people_counts.direction_key
)
select
    counted.group_key,
    counted.year,
    counted.direction_key,
    counted.group_name,
    make_date(counted.year, 1, 1) as year_start,
    counted.direction_name,
    counted.direction_name_zh,
    counted.n_people,
    counted.n_papers,
    counted.weight::double precision / 27720 as weighted_papers,
    (counted.weight_of_all / 27720)::integer as n_papers_all,
    counted.weight::double precision / counted.weight_of_all::double precision as weight_share
from counted
$query$);
comment on view mart.direction_year is
    'One row per tracked group, calendar year and research direction, from the group''s first year with a paper or with staff to the data''s end. What the papers published as the group are about.';
comment on column mart.direction_year.group_key is 'Organisation family.';
comment on column mart.direction_year.year is 'Calendar year.';
comment on column mart.direction_year.direction_key is 'Research direction.';
comment on column mart.direction_year.group_name is 'Name of the family.';
comment on column mart.direction_year.year_start is 'First day of the year, for time axes.';
comment on column mart.direction_year.direction_name is 'Name of the direction.';
comment on column mart.direction_year.direction_name_zh is 'Chinese name of the direction.';
comment on column mart.direction_year.n_people is 'People who published a paper of the direction as the group.';
comment on column mart.direction_year.n_papers is 'Papers of the direction; one paper may be of several.';
comment on column mart.direction_year.weighted_papers is 'Papers of the direction, those of k directions as 1/k.';
comment on column mart.direction_year.n_papers_all is 'All papers of the group and year; the sum of weighted_papers. Null = none.';
comment on column mart.direction_year.weight_share is 'weighted_papers / n_papers_all; null without papers.';
