-- Every check with the number of rows that offend it.
select
    check_name,
    severity,
    n_rows,
    question,
    what_to_do
from meta.check_counts()
order by n_rows = 0, severity, check_name;
