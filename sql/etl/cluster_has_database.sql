-- One row when the warehouse's database exists.
select datname
from pg_catalog.pg_database
where datname = 'tenure';
