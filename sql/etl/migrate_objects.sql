-- Views and functions that this transaction made or replaced, oldest first; tables are left to migrations.
with
made as (
    select
        'pg_catalog.pg_class'::regclass as catalogue,
        oid as object_id
    from pg_catalog.pg_class
    where xmin = pg_catalog.pg_current_xact_id()::xid
        and relkind in ('v', 'm')

    union all

    select
        'pg_catalog.pg_proc'::regclass as catalogue,
        oid as object_id
    from pg_catalog.pg_proc
    where xmin = pg_catalog.pg_current_xact_id()::xid
)

select identified.type || ':' || identified.identity as object
from made
cross join lateral
    pg_catalog.pg_identify_object(made.catalogue, made.object_id, 0) as identified
where identified.schema !~ '^pg_'
order by made.object_id;
