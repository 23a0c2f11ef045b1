-- The number of a rule. A missing rule is an error: no figure may silently use another definition.
create or replace function core.rule_value(rule_name text)
returns numeric
language plpgsql
stable
strict
set search_path = ''
as $$
declare
    found_value numeric;
begin
    select rules.value
    into found_value
    from core.rule as rules
    where rules.name = rule_name;

    if found_value is null then
        raise exception 'rule % is missing', rule_name
            using errcode = 'TN065', hint = 'insert it into core.rule; the migration 0005 has the value it came with';
    end if;
    return found_value;
end
$$;
comment on function core.rule_value(text) is 'Value of a row of core.rule.';
