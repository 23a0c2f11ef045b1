-- requires: core.fold_name, core.fold_role, core.clean_domain
-- Classifies all role texts and folds all organisation names anew, after rules or definitions changed.
create or replace function core.renew_texts()
returns void
language plpgsql
set search_path = ''
as $$
begin
    update core.role_texts as texts
    set role_class = renewed.role_class, is_stated = renewed.folded != ''
    from (
        select distinct on (folded_texts.role_text_id)
            folded_texts.role_text_id,
            folded_texts.folded,
            rules.role_class
        from (
            select every.role_text_id, core.fold_role(every.role_text) as folded
            from core.role_texts as every
        ) as folded_texts
        inner join core.role_rule as rules
            on folded_texts.folded collate "C" ~ rules.pattern
        order by folded_texts.role_text_id, rules.rule_order
    ) as renewed
    where
        texts.role_text_id = renewed.role_text_id
        and (texts.role_class, texts.is_stated) is distinct from (renewed.role_class, renewed.folded != '');

    update core.organisation_strings as strings
    set
        folded_name = renewed.name_variants[1],
        name_variants = renewed.name_variants,
        clean_domain = renewed.clean_domain
    from (
        select
            every.string_id,
            array[
                core.fold_name(every.raw_name),
                core.fold_name(regexp_replace(every.raw_name, '\s*[(（][^()（）]*[)）]', '', 'g')),
                core.fold_name(regexp_replace(every.raw_name, '^.*[,，;；|]', '')),
                core.fold_name(regexp_replace(every.raw_name, '[,，;；|].*$', ''))
            ] as name_variants,
            core.clean_domain(every.raw_domain) as clean_domain
        from core.organisation_strings as every
    ) as renewed
    where
        strings.string_id = renewed.string_id
        and (strings.name_variants, strings.clean_domain)
        is distinct from (renewed.name_variants, renewed.clean_domain);
end
$$;
comment on function core.renew_texts() is 'Classifies and folds all texts anew; part of core.build.';
