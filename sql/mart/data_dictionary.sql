-- One row per table or view of mart and pub, and one per column of it.
-- The comments of the catalogue, for clients that do not show them.
-- Answers: what does this column mean?
create or replace view mart.data_dictionary as
select
    namespaces.nspname::text as schema_name,
    classes.relname::text as table_name,
    coalesce(attributes.attname::text, '') as column_name,
    coalesce(attributes.attnum::integer, 0) as ordinal_position,
    case
        when attributes.attnum is not null then pg_catalog.format_type(attributes.atttypid, attributes.atttypmod)
        when classes.relkind = 'v' then 'view'
        else 'table'
    end as data_type,
    coalesce(indexes.indisprimary, false) as is_key,
    coalesce(not attributes.attnotnull, false) as is_nullable,
    coalesce(
        case
            when attributes.attnum is null then pg_catalog.obj_description(classes.oid, 'pg_class')
            else pg_catalog.col_description(classes.oid, attributes.attnum)
        end,
        ''
    ) as description
from pg_catalog.pg_class as classes
inner join pg_catalog.pg_namespace as namespaces
    on classes.relnamespace = namespaces.oid
left join (
    select
        columns.attrelid,
        columns.attname,
        columns.attnum,
        columns.atttypid,
        columns.atttypmod,
        columns.attnotnull
    from pg_catalog.pg_attribute as columns
    where columns.attnum > 0 and not columns.attisdropped
    union all
    select tables.oid as attrelid, null, null, null, null, null
    from pg_catalog.pg_class as tables
) as attributes
    on classes.oid = attributes.attrelid
left join pg_catalog.pg_index as indexes
    on
        classes.oid = indexes.indrelid
        and indexes.indisprimary
        and attributes.attnum = any(indexes.indkey)
where namespaces.nspname in ('mart', 'pub') and classes.relkind in ('r', 'v');
comment on view mart.data_dictionary is
    'One row per table or view of mart and pub (column_name empty), and one per column of it.';
comment on column mart.data_dictionary.schema_name is 'mart or pub.';
comment on column mart.data_dictionary.table_name is 'Table or view.';
comment on column mart.data_dictionary.column_name is 'Column; empty for the table itself.';
comment on column mart.data_dictionary.ordinal_position is 'Position of the column; 0 for the table itself.';
comment on column mart.data_dictionary.data_type is 'Type of the column; table or view for the table itself.';
comment on column mart.data_dictionary.is_key is 'Belongs to the primary key.';
comment on column mart.data_dictionary.is_nullable is 'May be null; always true in views.';
comment on column mart.data_dictionary.description is 'Comment; the first sentence of a table''s is its grain.';
grant select on mart.data_dictionary to tenure_analyst;
