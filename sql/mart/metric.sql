-- One row per metric view: the question it answers and how.
-- version counts changes of a definition, not of its text; figures of different versions are not compared.
-- Answers: what exactly does this number mean?
create or replace view mart.metric as
select
    metrics.metric::text as metric,
    metrics.question::text as question,
    metrics.definition::text as definition,
    metrics.numerator::text as numerator,
    metrics.denominator::text as denominator,
    metrics.rules_used::text as rules_used,
    metrics.caveats::text as caveats,
    metrics.version::integer as version
from (
    values
        (
            'headcount_year',
            'How many AI researchers has the group, how many came, how many went?',
            'Year-end stock of group stints (employment; not internships, studies, visits) with begin_year <= year < finish_year, and the flows into and out of it.',
            'Group stints by year',
            'none; growth_share: headcount of the year before',
            'merge_gap_years, carry_forward_years, complete_after_months',
            'Only people with a submission on record are seen; the last years are incomplete (dim_year.is_complete).',
            1
        ),
        (
            'published_as_year',
            'How many people published for the group, in a year and ever?',
            'Distinct people with a paper of the year whose slot is affiliated with the group and who have an employment stint there at any time, or, where the slot has no affiliation, who were on its staff in that year.',
            'Distinct people',
            'none',
            'carry_forward_years',
            'Affiliations that cannot be resolved count for no group; sums over groups count people twice (published_as_total does not).',
            1
        ),
        (
            'joiner_degree_year',
            'Which share of new researchers holds a PhD?',
            'Joiners by the highest degree finished by start_year + degree_grace_years; a postdoc or faculty position before it implies a phd.',
            'Joiners with a phd',
            'Joiners with any education or an implied phd',
            'degree_grace_years',
            'Who keeps no profile has no degree.',
            1
        ),
        (
            'joiner_fresh_year',
            'Does the group hire graduates or experienced people?',
            'Joiners whose latest education ended from fresh_window_years before to degree_grace_years after the year, without career employment elsewhere.',
            'Fresh graduates; fresh graduates with a phd',
            'Joiners of whom it is known',
            'fresh_window_years, degree_grace_years',
            'A first job that nobody stated makes a fresh graduate; postdocs are employment.',
            1
        ),
        (
            'joiner_origin_year',
            'Where do new people come from?',
            'Joiners by category and family of origin: fresh graduates, else the employer begun last before the year, not left more than origin_gap_years before.',
            'Joiners by origin',
            'none; joiners is the total',
            'origin_gap_years',
            'Start-ups are those that the curated table calls so; companies without curated size are other.',
            1
        ),
        (
            'leaver_destination_year',
            'Where do people go?',
            'Leavers by category and family of the employment or education begun first from destination_lead_years before to destination_lag_years after the year.',
            'Leavers by destination',
            'none; leavers is the total',
            'destination_lead_years, destination_lag_years',
            'Who leaves research leaves no trace; people lost sight of (lapsed) are no leavers.',
            1
        ),
        (
            'flow_year',
            'How many people moved from one company to another?',
            'Joiners of to_group by year of joining whose previous employer is of from_group.',
            'Joiners',
            'none',
            'origin_gap_years',
            'Counted at arrival; fresh graduates and unknown origins are left out.',
            1
        ),
        (
            'school_rank',
            'Which schools feed the group?',
            'People in the year-end stock of at least one year of the period with an education at the school at any time; one person counts once per school.',
            'People with an education at the school',
            'People with at least one resolved school',
            'wilson_z',
            'People with several schools count at each; shares add up to more than 1.',
            1
        ),
        (
            'studied_abroad_year',
            'Which share of the staff studied abroad?',
            'Heads of the headcount with an education in a country other than the groups; Hong Kong, Macao and Taiwan have codes of their own.',
            'Heads with a school abroad',
            'Heads with a school abroad, or with schools whose countries are all known',
            'wilson_z',
            'Exchange semesters count like degrees.',
            1
        ),
        (
            'age_year',
            'How old is the team?',
            'Year minus birth year estimated from stated education years by core.age_rule.',
            'Sum of ages; heads under 30',
            'Heads with education years',
            'core.age_rule, wilson_z',
            'Late students are made younger; birth dates are never stored.',
            1
        ),
        (
            'era_share_year',
            'How much of the team came with large language models?',
            'Heads of the headcount with start_year >= era_start_year.',
            'Heads that joined in the era',
            'Heads whose start is known or who were seen before the era',
            'era_start_year, wilson_z',
            'Says when people joined, not what they work on.',
            1
        ),
        (
            'retention',
            'How long do people stay?',
            'Kaplan-Meier estimate over the joiners of one year: leaving is the event, the last evidence without an end censors; log-log Greenwood intervals.',
            'Leavers by whole years since joining',
            'People at risk',
            'wilson_z, carry_forward_years',
            'Assumes that who is lost sight of leaves like the others.',
            1
        ),
        (
            'direction_year',
            'What does the group work on?',
            'Papers published as the group by the directions whose patterns their title, keywords, primary area or venue match; a paper in k directions counts 1/k in each.',
            'Papers by weight; people',
            'Papers of the group and year',
            'core.direction_rule',
            'Words, not content; the patterns are English.',
            1
        ),
        (
            'output_year',
            'How much does the group publish, and how well?',
            'Papers of the year with a slot by which its author published as the group.',
            'Papers; accepted papers; papers whose first author is of the group',
            'Papers with a decision; headcount',
            'wilson_z',
            'Years differ in the venues that show their submissions.',
            1
        ),
        (
            'unit_headcount_year',
            'How large is the team?',
            'Staff of the group at year-end with an employment at the unit or one below it.',
            'People by unit',
            'none; n_unit_unknown of the whole group',
            'carry_forward_years',
            'Few profiles name their unit; a stint shows the unit named last.',
            1
        ),
        (
            'unit_leader',
            'Who leads the team, since when, and where from?',
            'Curated statements of the published study.',
            'none',
            'none',
            'none',
            'Of the month of the statement; linked to a person only where name, group and year of joining agree with exactly one.',
            1
        ),
        (
            'sensitivity',
            'Would the figure be another under other rules?',
            'Headcount and joiners computed again under one other rule at a time.',
            'Group stints under the variant',
            'The published figure',
            'carry_forward_years, merge_gap_years, era_start_year',
            'One rule at a time: two changes together may do more than their sum.',
            1
        ),
        (
            'coverage_year',
            'How far can the figures be trusted?',
            'Heads of the headcount by what is known about them.',
            'Heads of whom it is known',
            'Heads',
            'none',
            'A second source may be the same person in another place.',
            1
        ),
        (
            'claim_reconciliation',
            'Does the warehouse confirm what was published?',
            'Each figure of the study beside ours, with interval, verdict and reason.',
            'as the metric of the claim',
            'as the metric of the claim',
            'claim_count_margin, claim_about_margin, claim_known_min_share, wilson_z',
            'The study does not give its rules; ours may differ and agree, or the other way round.',
            1
        )
) as metrics (metric, question, definition, numerator, denominator, rules_used, caveats, version);
comment on view mart.metric is 'One row per metric view. The question it answers, and how.';
comment on column mart.metric.metric is 'Name of the view.';
comment on column mart.metric.question is 'Question answered.';
comment on column mart.metric.definition is 'Definition in words.';
comment on column mart.metric.numerator is 'What is counted.';
comment on column mart.metric.denominator is 'What it is divided by; none = nothing is divided.';
comment on column mart.metric.rules_used is 'Rows of core.rule, or tables of rules, that change the figure; none = none.';
comment on column mart.metric.caveats is 'Known bias.';
comment on column mart.metric.version is 'Version of the definition.';
grant select on mart.metric to tenure_analyst;
