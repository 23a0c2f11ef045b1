-- An empty warehouse gives empty views, not errors: before any build, after a full and after an incremental
-- build of nothing.
begin;
\ir world.sql

-- Dimensions have their members, the dictionaries describe and freshness lists sources: those need not be
-- empty, they must only answer.
create temporary view mart_relations as
select
    pg_class.relname::text as name,
    pg_class.relname !~ '^dim_'
    and pg_class.relname not in ('data_dictionary', 'metric', 'freshness', 'vintage', 'claim_reconciliation',
        'unit_leader') as must_be_empty
from pg_catalog.pg_class
inner join pg_catalog.pg_namespace
    on pg_class.relnamespace = pg_namespace.oid
where pg_namespace.nspname = 'mart' and pg_class.relkind in ('r', 'v');

select plan(
    (
        select
            count(*)
            + 2 * count(*) filter (where must_be_empty)
            + count(*) filter (where not must_be_empty)
        from mart_relations
    )::integer
    + 6
);

select ok(
    (select count(*) >= 6 from mart_relations where must_be_empty),
    'warehouse: mart has facts and metric views'
);
select lives_ok(
    format('select * from mart.%I', name),
    format('empty warehouse: mart.%s answers before any build', name)
)
from mart_relations
order by name;

select lives_ok('call pg_temp.build()', 'empty warehouse: a full build of nothing succeeds');
select is_empty(
    format('select * from mart.%I', name),
    format('empty warehouse: mart.%s has no rows after a full build', name)
)
from mart_relations
where must_be_empty
order by name;

call pg_temp.begin_run(2);
select lives_ok(
    'call pg_temp.build(is_full => false)',
    'empty warehouse: an incremental build of nothing succeeds'
);
select is_empty(
    format('select * from mart.%I', name),
    format('empty warehouse: mart.%s has no rows after an incremental build', name)
)
from mart_relations
where must_be_empty
order by name;
select lives_ok(
    format('select * from mart.%I', name),
    format('empty warehouse: mart.%s answers after builds', name)
)
from mart_relations
where not must_be_empty
order by name;

select is(
    (select count(*)::integer from mart.dim_person where person_id = 0),
    1,
    'warehouse: dim_person has the member 0'
);
select is(
    (select count(*)::integer from mart.dim_group where group_key = 'unknown' and not is_tracked),
    1,
    'warehouse: dim_group has an unknown member, which is not tracked'
);
select is(
    (select count(*)::integer from mart.dim_organisation where group_key = 'unknown'),
    1,
    'warehouse: dim_organisation has an unknown member'
);

select * from finish();
rollback;
