-- The figures of the latest year under other rules.
select
    variants.metric,
    variants.group_key,
    variants.year,
    variants.variant,
    variants.value,
    variants.base_value,
    variants.changes_rank
from mart.sensitivity as variants
where variants.year in (select max(latest.year) from mart.sensitivity as latest)
order by
    variants.metric collate "C",
    variants.group_key collate "C",
    variants.variant collate "C"
limit 5000;
