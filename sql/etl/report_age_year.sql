-- Estimated age of the staff.
select
    ages.group_key,
    ages.year,
    ages.headcount,
    ages.n_known,
    ages.n_unknown,
    ages.mean_age,
    ages.age_stddev,
    ages.share_under_30
from mart.age_year as ages
order by ages.group_key collate "C", ages.year;
