-- question: Which employers could not be placed, and how many people does each concern?
-- reading: the work list of curation, most people first; best_guess_key is a suggestion, never used in figures.
select
    unresolved_organisation.raw_name,
    unresolved_organisation.n_people,
    unresolved_organisation.n_claims,
    unresolved_organisation.best_guess_key,
    unresolved_organisation.best_score
from mart.unresolved_organisation
order by
    unresolved_organisation.n_people desc,
    unresolved_organisation.raw_name collate "C"
limit 25;
