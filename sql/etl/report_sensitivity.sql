-- The figures of the latest full year under other rules.
with compared_years as (
    select variants.year
    from mart.sensitivity as variants
    inner join mart.dim_year as years
        on variants.year = years.year
    order by
        years.is_complete desc,
        variants.year desc
    limit 1
)

select
    variants.metric,
    variants.group_key,
    variants.year,
    variants.variant,
    variants.value,
    variants.base_value,
    variants.changes_rank
from mart.sensitivity as variants
where variants.year in (select compared_years.year from compared_years)
order by
    variants.metric collate "C",
    variants.group_key collate "C",
    variants.variant collate "C"
limit 5000;
