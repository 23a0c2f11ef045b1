-- Calendar years of the record: era, and whether the year may still grow.
select
    years.year,
    years.era_key,
    years.is_complete
from mart.dim_year as years
where years.year > 0
order by years.year;
