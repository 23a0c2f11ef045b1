-- The public contract as clients see it: names, columns, types, comments, keys, grants.
begin;

create temporary table contract_columns (
    relation_name text not null,
    column_name text not null,
    column_type text not null
);

insert into contract_columns (relation_name, column_name, column_type)
select
    relation_name,
    split_part(listed, ' ', 1),
    case split_part(listed, ' ', 2)
        when 'i' then 'integer'
        when 't' then 'text'
        when 'b' then 'boolean'
        when 'd' then 'date'
        when 'z' then 'timestamp with time zone'
        when 'f' then 'double precision'
        else ''
    end
from (
    values
        ('dim_group', 'group_key t, group_name t, group_name_zh t, kind t, size_class t, country_code t,
            is_tracked b'),
        ('dim_organisation', 'organisation_id i, organisation_key t, organisation_name t,
            organisation_name_zh t, group_key t, kind t, country_code t, ror_id t, founded_year i'),
        ('dim_person', 'person_id i, display_name t, openreview_id t, orcid t, dblp_id t, github_login t,
            semantic_scholar_id t, scholar_id t'),
        ('dim_year', 'year i, year_start d, era_key t, is_complete b'),
        ('fct_stint', 'person_id i, stint_id i, organisation_id i, group_key t, unit_key t, stint_kind t,
            role_class t, degree t, start_year i, end_year i, is_start_known b, is_end_known b, is_open b,
            first_evidence_year i, last_evidence_year i, grade i, n_claims i'),
        ('fct_group_stint', 'person_id i, group_stint_id i, group_key t, begin_year i, finish_year i,
            start_year i, end_year i, is_start_known b, is_end_known b, degree_at_entry t,
            is_fresh_graduate b, is_fresh_phd b, origin_category t, origin_group_key t,
            destination_category t, destination_group_key t'),
        ('fct_person_group_year', 'person_id i, group_key t, year i, is_joiner b, is_era_joiner b,
            estimated_age i'),
        ('headcount_year', 'group_key t, year i, group_name t, year_start d, headcount i, joiners i,
            appeared i, leavers i, lapsed i, n_joiners_exact i, n_leavers_exact i, net_change i,
            headcount_previous i, growth_share f, published_people i'),
        ('published_as_year', 'group_key t, year i, year_start d, n_people i, n_people_to_date i'),
        ('freshness', 'source t, stream t, last_complete_at z, last_run_at z, rows i, newest_record_at z,
            is_stale b'),
        ('unresolved_organisation', 'raw_name t, n_people i, n_claims i, best_guess_key t, best_score f')
) as relations (relation_name, column_list)
cross join lateral regexp_split_to_table(column_list, ',\s*') as listed;

create temporary view mart_columns as
select
    pg_class.oid as relation_oid,
    pg_class.relname::text as relation_name,
    pg_class.relkind,
    pg_attribute.attnum,
    pg_attribute.attname::text as column_name,
    format_type(pg_attribute.atttypid, pg_attribute.atttypmod) as column_type
from pg_catalog.pg_class
inner join pg_catalog.pg_namespace
    on pg_class.relnamespace = pg_namespace.oid
inner join pg_catalog.pg_attribute
    on pg_class.oid = pg_attribute.attrelid
where
    pg_namespace.nspname in ('mart', 'pub')
    and pg_class.relkind in ('r', 'v', 'm', 'p', 'f')
    and pg_attribute.attnum > 0
    and not pg_attribute.attisdropped;

select plan(
    (
        select
            (select count(*) from contract_columns)
            + 3 * (select count(distinct relation_name) from contract_columns)
    )::integer
    + 36
);

-- Names and types
select is(
    (
        select relkind::text from pg_catalog.pg_class
        where oid = to_regclass('mart.' || relation_name)
    ),
    case when relation_name ~ '^(dim|fct)_' then 'r' else 'v' end,
    format('warehouse: mart.%s is a %s', relation_name,
        case when relation_name ~ '^(dim|fct)_' then 'table' else 'plain view' end)
)
from (select distinct relation_name from contract_columns) as relations
order by relation_name;
select is(
    (
        select mart_columns.column_type from mart_columns
        where
            mart_columns.relation_oid = to_regclass('mart.' || contract_columns.relation_name)
            and mart_columns.column_name = contract_columns.column_name
    ),
    contract_columns.column_type,
    format('warehouse: mart.%s.%s is %s', relation_name, column_name, contract_columns.column_type)
)
from contract_columns
order by relation_name, column_name;
select ok(
    to_regclass('mart.data_dictionary') is not null,
    'warehouse: mart.data_dictionary is there'
);
select is_empty(
    $$
    select distinct relation_name, relkind from mart_columns where relkind not in ('r', 'v')
    $$,
    'warehouse: only ordinary tables and plain views in mart and pub'
);
select is_empty(
    $$
    select relation_name, column_name, column_type from mart_columns
    where
        column_type not in (
            'integer', 'text', 'boolean', 'date', 'timestamp with time zone', 'double precision'
        )
    $$,
    'warehouse: no type but integer, text, boolean, date, timestamptz, double precision'
);
select is_empty(
    $$
    select relation_name, column_name from mart_columns
    where
        column_name !~ '^[a-z][a-z0-9_]*$'
        or relation_name !~ '^[a-z][a-z0-9_]*$'
        or column_name in (select word from pg_catalog.pg_get_keywords() where catcode = 'R')
    $$,
    'warehouse: names are snake_case and no reserved words'
);
select is_empty(
    $$
    select distinct of_year.relation_name from mart_columns as of_year
    where
        of_year.relkind = 'v'
        and of_year.column_name = 'year'
        and not exists (
            select from mart_columns as starting
            where starting.relation_oid = of_year.relation_oid and starting.column_name = 'year_start'
        )
    $$,
    'warehouse: every metric row with a year has year_start'
);
select is_empty(
    $$
    select column_name, count(distinct column_type) from mart_columns
    group by column_name
    having count(distinct column_type) > 1
    $$,
    'warehouse: a column name has one type everywhere'
);

-- Comments
select ok(
    coalesce(obj_description(to_regclass('mart.' || relation_name), 'pg_class'), '') != '',
    format('warehouse: mart.%s has a comment', relation_name)
)
from (select distinct relation_name from contract_columns) as relations
order by relation_name;
select matches(
    obj_description(to_regclass('mart.' || relation_name), 'pg_class'),
    '^[Oo]ne row ',
    format('warehouse: the first sentence of mart.%s''s comment is its grain', relation_name)
)
from (select distinct relation_name from contract_columns) as relations
order by relation_name;
select is_empty(
    $$
    select relation_name from mart_columns
    where coalesce(obj_description(relation_oid, 'pg_class'), '') = ''
    $$,
    'warehouse: every table and view has a comment'
);
select is_empty(
    $$
    select relation_name, column_name from mart_columns
    where coalesce(col_description(relation_oid, attnum), '') = ''
    $$,
    'warehouse: every column has a comment'
);
select is_empty(
    $$
    select routines.proname from pg_catalog.pg_proc as routines
    where
        routines.pronamespace in ('mart'::regnamespace, 'fn'::regnamespace)
        and coalesce(obj_description(routines.oid, 'pg_proc'), '') = ''
    $$,
    'warehouse: every public function has a comment'
);

-- Keys
select col_is_pk('mart', 'dim_group', 'group_key', 'warehouse: key of dim_group');
select col_is_pk(
    'mart',
    'dim_organisation',
    'organisation_id',
    'warehouse: key of dim_organisation'
);
select col_is_pk('mart', 'dim_person', 'person_id', 'warehouse: key of dim_person');
select col_is_pk('mart', 'dim_year', 'year', 'warehouse: key of dim_year');
select col_is_pk(
    'mart',
    'fct_stint',
    array['person_id', 'stint_id'],
    'warehouse: key of fct_stint'
);
select col_is_pk(
    'mart', 'fct_group_stint', array['person_id', 'group_stint_id'], 'warehouse: key of fct_group_stint'
);
select col_is_pk(
    'mart', 'fct_person_group_year', array['person_id', 'group_key', 'year'],
    'warehouse: key of fct_person_group_year'
);
select fk_ok('mart', 'dim_organisation', 'group_key', 'mart', 'dim_group', 'group_key');
select fk_ok('mart', 'fct_stint', 'person_id', 'mart', 'dim_person', 'person_id');
select fk_ok('mart', 'fct_stint', 'organisation_id', 'mart', 'dim_organisation', 'organisation_id');
select fk_ok('mart', 'fct_stint', 'group_key', 'mart', 'dim_group', 'group_key');
select fk_ok('mart', 'fct_group_stint', 'person_id', 'mart', 'dim_person', 'person_id');
select fk_ok('mart', 'fct_group_stint', 'group_key', 'mart', 'dim_group', 'group_key');
select fk_ok('mart', 'fct_person_group_year', 'person_id', 'mart', 'dim_person', 'person_id');
select fk_ok('mart', 'fct_person_group_year', 'group_key', 'mart', 'dim_group', 'group_key');
select fk_ok('mart', 'fct_person_group_year', 'year', 'mart', 'dim_year', 'year');

-- Grants
select is_empty(
    $$
    select distinct relation_name from mart_columns
    where
        relation_oid::regclass::text ~ '^mart\.'
        and not has_table_privilege('tenure_analyst', relation_oid, 'select')
    $$,
    'warehouse: the analyst may select from everything in mart'
);
select is_empty(
    $$
    select distinct relation_name from mart_columns
    where
        relation_oid::regclass::text ~ '^mart\.'
        and relkind = 'r'
        and not has_table_privilege('tenure_analyst', relation_oid, 'references')
    $$,
    'warehouse: the analyst has references on the tables of mart (or clients see no keys)'
);
select is_empty(
    $$
    select distinct relation_name from mart_columns
    where has_table_privilege('tenure_analyst', relation_oid, 'insert, update, delete, truncate, trigger')
    $$,
    'warehouse: the analyst writes nothing in mart and pub'
);
select is_empty(
    $$
    select nspname from pg_catalog.pg_namespace
    where
        nspname in ('stg', 'core', 'cache', 'mart', 'pub', 'meta', 'fn')
        and has_schema_privilege('tenure_analyst', oid, 'create')
    $$,
    'warehouse: the analyst creates nothing'
);
select is_empty(
    $$
    select nspname from pg_catalog.pg_namespace
    where
        nspname in ('stg', 'cache')
        and has_schema_privilege('tenure_analyst', oid, 'usage')
    $$,
    'warehouse: the analyst reads neither stg nor cache'
);
select ok(
    has_schema_privilege('tenure_analyst', 'mart', 'usage'),
    'warehouse: the analyst may use mart'
);
select is_empty(
    $$
    select pg_class.oid::regclass
    from pg_catalog.pg_class
    cross join lateral aclexplode(pg_class.relacl) as granted
    where
        pg_class.relnamespace::regnamespace::text in ('stg', 'core', 'cache', 'mart', 'pub', 'meta', 'fn')
        and granted.grantee = 0
    $$,
    'warehouse: no relation is granted to PUBLIC'
);
select is_empty(
    $$
    select nspname
    from pg_catalog.pg_namespace
    cross join lateral aclexplode(nspacl) as granted
    where
        nspname in ('stg', 'core', 'cache', 'mart', 'pub', 'meta', 'fn')
        and granted.grantee = 0
    $$,
    'warehouse: no schema is granted to PUBLIC'
);
select is_empty(
    $$
    select pg_proc.oid::regprocedure
    from pg_catalog.pg_proc
    where
        pg_proc.pronamespace::regnamespace::text in ('stg', 'core', 'cache', 'mart', 'pub', 'meta', 'fn')
        and has_function_privilege('public', pg_proc.oid, 'execute')
    $$,
    'warehouse: no function is granted to PUBLIC'
);
select is(
    (
        select setting.value
        from pg_catalog.pg_db_role_setting
        cross join lateral (
            select
                split_part(entry, '=', 1) as name,
                split_part(entry, '=', 2) as value
            from unnest(setconfig) as entry
        ) as setting
        where setrole = 'tenure_analyst'::regrole and setting.name = 'search_path'
        limit 1
    ),
    'mart',
    'warehouse: the analyst''s search_path is mart'
);

-- As the analyst: views work with the analyst's own rights.
set local role tenure_analyst;
select count(*) >= 0 as analyst_reads from mart.headcount_year \gset
reset role;
select ok(:'analyst_reads', 'warehouse: the analyst reads a metric view');

select * from finish();
rollback;
