-- Is there a ledger yet? Not before the first migration.
select pg_catalog.to_regclass('meta.runs') is not null as has_ledger;
