-- question: How many researchers does each tracked group employ, year by year, and how many came and left?
-- reading: headcount is the year-end stock; joiners and leavers have a stated or observed year, appeared and
--   lapsed are people first or last seen without one. A group is shown from its first year on the record.
with headcounts as (
    select
        headcount_year.group_key,
        headcount_year.group_name,
        headcount_year.year,
        headcount_year.headcount,
        headcount_year.joiners,
        headcount_year.appeared,
        headcount_year.leavers,
        headcount_year.lapsed,
        headcount_year.published_people
    from mart.headcount_year
),

data_end as (
    select max(headcounts.year) as year
    from headcounts
),

largest_groups as (
    select headcounts.group_key
    from headcounts
    inner join data_end
        on data_end.year = headcounts.year
    where headcounts.headcount > 0
    order by
        headcounts.headcount desc,
        headcounts.group_key collate "C"
    limit 8
)

select
    headcounts.group_name,
    headcounts.year,
    headcounts.headcount,
    headcounts.joiners,
    headcounts.appeared,
    headcounts.leavers,
    headcounts.lapsed,
    headcounts.published_people
from headcounts
inner join largest_groups
    on largest_groups.group_key = headcounts.group_key
cross join data_end
where headcounts.year > data_end.year - 4
order by
    headcounts.group_key collate "C",
    headcounts.year;
