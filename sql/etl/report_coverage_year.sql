-- What is known about the staff of each tracked group and year.
select
    coverage.group_key,
    coverage.year,
    coverage.n_people,
    coverage.n_start_known,
    coverage.n_degree_known,
    coverage.n_education_country_known,
    coverage.n_previous_employer_known,
    coverage.n_evidence_recent,
    coverage.n_second_source
from mart.coverage_year as coverage
order by coverage.group_key collate "C", coverage.year;
