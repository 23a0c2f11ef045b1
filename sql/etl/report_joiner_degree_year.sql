-- Degree at entry of the joiners of each tracked group and year.
select
    degrees.group_key,
    degrees.year,
    degrees.joiners,
    degrees.n_phd,
    degrees.n_known,
    degrees.n_unknown,
    degrees.phd_share,
    degrees.phd_share_low,
    degrees.phd_share_high,
    degrees.phd_bound_low,
    degrees.phd_bound_high,
    degrees.n_master,
    degrees.n_bachelor,
    degrees.n_other
from mart.joiner_degree_year as degrees
order by degrees.group_key collate "C", degrees.year;
