-- What is compared when names are compared: lower case, no accents, no punctuation, & as and, no leading
-- "the", no legal form at the end, "X, X" (the profile editor's "name, parent") as X. Does not depend on the
-- collation of the database.
create or replace function core.fold_name(raw_name text)
returns text
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
    folded text := left(raw_name, 2000);
begin
    folded := regexp_replace(normalize(folded, nfkd), '[\u0300-\u036f]', '', 'g');
    folded := lower(normalize(folded, nfkc) collate "C");
    folded := translate(folded, 'øłđıßæœ’‘`', 'oldisao''''''');
    folded := replace(replace(folded, '''', ''), '&', ' and ');
    folded := regexp_replace(folded, '[，、;；]', ',', 'g');
    folded := regexp_replace(folded, '[\u0001-\u002b\u002d-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g');
    folded := regexp_replace(folded, '\s*,\s*', ',', 'g');
    folded := btrim(regexp_replace(folded, '\s+', ' ', 'g'), ' ,');
    folded := regexp_replace(folded, '^(.+),\1$', '\1');
    folded := regexp_replace(folded, ',', ' ', 'g');
    folded := regexp_replace(folded, '^the ', '');
    loop
        exit when folded !~ '. (inc|incorporated|ltd|limited|llc|llp|lp|corp|corporation|co|company|gmbh|plc|ag|sa|srl|bv|pte|pvt|kk|pty|oy|ab|spa)$';
        folded := regexp_replace(folded, ' [a-z]+$', '');
    end loop;
    if folded ~ '.(股份|有限|责任|公司)' then
        folded := regexp_replace(folded, '(股份)?(有限)?(责任)?公司$', '');
    end if;
    return btrim(folded);
end
$$;
comment on function core.fold_name(text) is
    'Normal form of an organisation name: equal forms are the same name.';
