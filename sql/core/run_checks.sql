-- Runs every check of core.check_definitions (view meta.check_<name>) and raises TN065 when one of severity
-- error has rows: the caller's transaction rolls back, and nothing is published.
create or replace function core.run_checks()
returns table (check_name text, severity text, n_rows bigint)
language plpgsql
set search_path = ''
as $$
declare
    definition record;
    first_row text;
begin
    for definition in
        select
            checks.check_name,
            checks.severity,
            checks.question,
            checks.what_to_do
        from core.check_definitions as checks
        order by checks.check_name collate "C"
    loop
        check_name := definition.check_name;
        severity := definition.severity;
        execute format('select count(*) from meta.%I', 'check_' || definition.check_name) into n_rows;
        if n_rows > 0 and definition.severity = 'error' then
            execute format('select rows_of::text from meta.%I as rows_of limit 1', 'check_' || definition.check_name)
            into first_row;
            raise exception 'check % failed with % rows, nothing is published', definition.check_name, n_rows
                using
                    errcode = 'TN065',
                    detail = format('%s First row: %s', definition.question, left(first_row, 500)),
                    hint = definition.what_to_do;
        end if;
        return next;
    end loop;
end
$$;
comment on function core.run_checks() is 'Runs all checks; raises TN065 when one of severity error has rows.';
