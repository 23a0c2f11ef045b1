-- Staff with an education in another country than the group's.
select
    studies.group_key,
    studies.year,
    studies.headcount,
    studies.n_abroad,
    studies.n_known,
    studies.n_unknown,
    studies.abroad_share,
    studies.abroad_share_low,
    studies.abroad_share_high,
    studies.abroad_bound_low,
    studies.abroad_bound_high
from mart.studied_abroad_year as studies
order by studies.group_key collate "C", studies.year;
