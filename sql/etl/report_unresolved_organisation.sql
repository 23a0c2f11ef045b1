-- Organisation names that could not be placed, most people first, and how many there are altogether.
select
    left(names.raw_name, 200) as raw_name,
    names.n_people,
    names.n_claims,
    names.best_guess_key,
    names.best_score,
    count(*) over ()::integer as n_names,
    sum(names.n_claims) over ()::integer as n_claims_all
from mart.unresolved_organisation as names
order by names.n_people desc, names.raw_name collate "C"
limit 100;
