-- The database this warehouse was made in, and the one at hand. No row: the warehouse is new.
select
    warehouse.system_identifier as known_identifier,
    control.system_identifier::text as system_identifier
from meta.warehouse as warehouse
cross join pg_catalog.pg_control_system() as control;
