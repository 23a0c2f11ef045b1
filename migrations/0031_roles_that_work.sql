-- Roles are granted to logins, and a role's settings do not reach the logins that are its members. So
-- fn.admit gives both. Members of tenure_loader load and build; nobody else makes temporary tables.

do $$
declare
    database_name text := current_database();
begin
    execute format('revoke connect, temporary on database %I from public', database_name);
    execute format(
        'grant connect on database %I to tenure_owner, tenure_loader, tenure_analyst, tenure_public, tenure_operator',
        database_name
    );
    execute format('grant temporary on database %I to tenure_owner, tenure_loader', database_name);
end
$$;

grant execute on all functions in schema meta, core to tenure_loader;
alter default privileges in schema meta, core grant execute on functions to tenure_loader;

create function fn.admit(login_name name, role_name name)
returns void
language plpgsql
set search_path = ''
as $$
declare
    setting text;
begin
    if role_name not in ('tenure_owner', 'tenure_loader', 'tenure_analyst', 'tenure_public', 'tenure_operator') then
        raise exception '% is no role of the warehouse', role_name
            using errcode = 'invalid_parameter_value',
            hint = 'tenure_owner, tenure_loader, tenure_analyst, tenure_public or tenure_operator';
    end if;
    execute format('grant %I to %I', role_name, login_name);
    for setting in
        select unnest(settings.setconfig)
        from pg_catalog.pg_db_role_setting as settings
        inner join pg_catalog.pg_roles as roles
            on settings.setrole = roles.oid
        where roles.rolname = role_name and settings.setdatabase = 0
    loop
        execute format(
            'alter role %I set %I = %L', login_name, split_part(setting, '=', 1),
            substr(setting, strpos(setting, '=') + 1)
        );
    end loop;
end
$$;
comment on function fn.admit(name, name) is
    'Grants one of the warehouse''s roles to a login, with the role''s settings (search path, timeouts), which members do not inherit.';
revoke execute on function fn.admit(name, name) from public, tenure_loader, tenure_analyst;
