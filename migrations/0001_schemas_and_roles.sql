-- Schemas, roles and the two helpers that let one set of migrations run on plain PostgreSQL and on Citus.
--
-- Roles are cluster-wide and may exist already (another warehouse in the same cluster), so each is created
-- only when it is missing. All are NOLOGIN: they are granted to users.

do $$
declare
    role_name text;
begin
    foreach role_name in array array[
        'tenure_owner', 'tenure_loader', 'tenure_analyst', 'tenure_public', 'tenure_operator'
    ] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
end
$$;

create schema stg;
comment on schema stg is 'One typed table per source entity, current version; *_history holds earlier versions. Written by the loader.';
create schema core;
comment on schema core is 'Persons, organisations, claims, stints, papers, rules, corrections: decisions over staged statements.';
create schema cache;
comment on schema cache is 'Materialized views named with the hash of their definition, and working tables of the build.';
create schema mart;
comment on schema mart is 'The public contract: star schema and metric views, read by role tenure_analyst.';
create schema pub;
comment on schema pub is 'Aggregates with small cells suppressed, read by role tenure_public.';
create schema meta;
comment on schema meta is 'Ledger: runs, requests, pages, cursors, budgets, rejects, migrations, checks, vintages.';
create schema fn;
comment on schema fn is 'Functions without tables: normalisation, intervals, distribution helpers.';

revoke all on schema public from public;
alter default privileges revoke execute on functions from public;

grant usage on schema stg, core, cache, mart, pub, meta, fn to tenure_loader;
grant usage on schema core, mart, fn to tenure_analyst;
grant usage on schema pub to tenure_public;
grant usage on schema meta to tenure_operator, tenure_analyst;

alter default privileges in schema stg, core, cache, mart, pub, meta
    grant select, insert, update, delete on tables to tenure_loader;
alter default privileges in schema fn grant execute on functions to tenure_loader, tenure_analyst;
alter default privileges in schema core grant select on tables to tenure_analyst;
alter default privileges in schema mart grant select, references on tables to tenure_analyst;
alter default privileges in schema meta grant select on tables to tenure_operator;
alter default privileges in schema pub grant select on tables to tenure_public;

alter role tenure_analyst set search_path = mart;
alter role tenure_analyst set statement_timeout = '10min';
alter role tenure_analyst set idle_in_transaction_session_timeout = '10min';
alter role tenure_public set search_path = pub;
alter role tenure_public set statement_timeout = '1min';

-- A small table that every node of a Citus cluster keeps whole. Does nothing on plain PostgreSQL.
create function fn.reference(table_name regclass)
returns void
language plpgsql
set search_path = ''
as $$
begin
    if to_regclass('pg_catalog.pg_dist_partition') is not null then
        perform public.create_reference_table(table_name);
    end if;
end
$$;
comment on function fn.reference(regclass) is
    'Makes a table a Citus reference table; does nothing on plain PostgreSQL. Call right after create table.';

-- A large table spread by one column. Does nothing on plain PostgreSQL.
create function fn.distribute(table_name regclass, column_name text, colocate_with text default 'default')
returns void
language plpgsql
set search_path = ''
as $$
begin
    if to_regclass('pg_catalog.pg_dist_partition') is not null then
        perform public.create_distributed_table(table_name, column_name, colocate_with => colocate_with);
    end if;
end
$$;
comment on function fn.distribute(regclass, text, text) is
    'Distributes a table by a column on Citus; does nothing on plain PostgreSQL. Call right after create table.';
