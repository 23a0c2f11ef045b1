-- What core.role_rule patterns see of a role text: lower case, no accents, dots and apostrophes dropped
-- (Ph.D. is phd), other punctuation as blanks.
create or replace function core.fold_role(role_text text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    folded text := left(role_text, 1000);
begin
    folded := regexp_replace(normalize(folded, nfkd), '[\u0300-\u036f]', '', 'g');
    folded := lower(normalize(folded, nfkc) collate "C");
    folded := regexp_replace(folded, '[.''’‘`]', '', 'g');
    folded := regexp_replace(folded, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g');
    return btrim(folded);
end
$$;
comment on function core.fold_role(text) is 'Normal form of a role text, over which core.role_rule is tested.';
