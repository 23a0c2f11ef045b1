-- How many names could not be placed; no row before the first build.
select
    count(*) as n_names,
    coalesce(sum(n_people), 0) as n_people
from mart.unresolved_organisation;
