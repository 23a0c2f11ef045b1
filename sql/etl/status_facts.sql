-- What `tenure doctor` says of the database.
select
    pg_catalog.current_setting('server_version') as server_version,
    pg_catalog.current_setting('server_version_num')::integer as server_number,
    pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database())) as size,
    current_user as user_name,
    pg_catalog.current_setting('server_encoding') as encoding,
    pg_catalog.current_setting('synchronous_commit') as synchronous_commit;
