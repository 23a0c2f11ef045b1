-- How many rows offend each check of core.check_definitions (view meta.check_<name>), without stopping at one.
create or replace function meta.check_counts()
returns table (check_name text, severity text, n_rows bigint, question text, what_to_do text)
language plpgsql
stable
set search_path = ''
as $$
declare
    definition record;
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
        question := definition.question;
        what_to_do := definition.what_to_do;
        execute format('select count(*) from meta.%I', 'check_' || definition.check_name)
        into n_rows;
        return next;
    end loop;
end
$$;
comment on function meta.check_counts() is 'Runs all checks and says how many rows offend each.';
