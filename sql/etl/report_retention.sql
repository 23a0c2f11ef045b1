-- Kaplan-Meier table of each tracked group and year of joining, up to twenty years on.
select
    survivals.group_key,
    survivals.join_year,
    survivals.years_since,
    survivals.n_at_risk,
    survivals.n_left,
    survivals.n_censored,
    survivals.survival,
    survivals.survival_low,
    survivals.survival_high
from mart.retention as survivals
where survivals.n_at_risk > 0 and survivals.years_since <= 20
order by survivals.group_key collate "C", survivals.join_year, survivals.years_since
limit 40000;
