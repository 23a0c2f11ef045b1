-- Staff, joiners and leavers of every tracked group and year.
select
    headcounts.group_key,
    headcounts.year,
    headcounts.headcount,
    headcounts.joiners,
    headcounts.appeared,
    headcounts.leavers,
    headcounts.lapsed,
    headcounts.n_joiners_exact,
    headcounts.n_leavers_exact,
    headcounts.net_change,
    headcounts.headcount_previous,
    headcounts.published_people
from mart.headcount_year as headcounts
order by headcounts.group_key collate "C", headcounts.year;
