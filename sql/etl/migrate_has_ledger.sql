-- Has the first migration run here?
select pg_catalog.to_regclass('meta.migrations') is not null as has_ledger;
