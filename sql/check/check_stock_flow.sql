-- requires: mart.headcount_year
-- Offending rows: group and year where the stock is not the stock before plus and minus the flows.
-- What to do: the definition of a stint's begin or finish and of a flow have drifted apart; nothing in the
-- sources can cause it. Do not publish; look at the stints of the group with begin or finish in that year.
create or replace view meta.check_stock_flow as
select
    headcounts.group_key,
    headcounts.year,
    headcounts.headcount,
    headcounts.headcount_previous,
    headcounts.joiners,
    headcounts.appeared,
    headcounts.leavers,
    headcounts.lapsed
from mart.headcount_year as headcounts
where
    headcounts.headcount
    != headcounts.headcount_previous
    + headcounts.joiners
    + headcounts.appeared
    - headcounts.leavers
    - headcounts.lapsed;
comment on view meta.check_stock_flow is
    'headcount(Y) = headcount(Y-1) + joiners + appeared - leavers - lapsed: one row per group and year where it is not.';
insert into core.check_definitions (check_name, severity, question, what_to_do) values (
    'stock_flow', 'error',
    'headcount(Y) = headcount(Y-1) + joiners + appeared - leavers - lapsed for every tracked group and year.',
    'Look at the group''s stints with begin_year or finish_year in that year: a definition has drifted.'
)
on conflict (check_name) do update
set severity = excluded.severity, question = excluded.question, what_to_do = excluded.what_to_do;
