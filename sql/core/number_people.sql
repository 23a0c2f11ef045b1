-- Gives a number to every current id among the chosen author slots that has none: the number of one of its
-- former ids where there is one (a renamed profile keeps its person_id), else the next free one.
create or replace function core.number_people()
returns void
language plpgsql
set search_path = ''
as $$
begin
    -- Ids that shared a number and are separate again: the smallest keeps it.
    if exists (select from pg_temp.w_changed_aliases as changed where changed.old_id is not null) then
        delete from core.person_keys as keys
        using core.person_keys as others
        where
            keys.person_id = others.person_id
            and others.openreview_id collate "C" < keys.openreview_id collate "C"
            and not exists (select from core.person_aliases as aliases where aliases.alias = keys.openreview_id)
            and not exists (select from core.person_aliases as aliases where aliases.alias = others.openreview_id);
    end if;

    insert into core.person_keys (openreview_id, person_id)
    with
    wanted as (
        select distinct slots.openreview_id
        from pg_temp.w_chosen_slots as slots
        where
            slots.openreview_id is not null
            and not exists (
                select from core.person_keys as keys where keys.openreview_id = slots.openreview_id
            )
    )
    select
        wanted.openreview_id,
        min(keys.person_id) as person_id
    from wanted
    inner join core.person_aliases as aliases
        on wanted.openreview_id = aliases.openreview_id
    inner join core.person_keys as keys
        on aliases.alias = keys.openreview_id
    where
        not exists (
            select
            from core.person_keys as sharers
            where
                sharers.person_id = keys.person_id
                and sharers.openreview_id != keys.openreview_id
                and not exists (
                    select from core.person_aliases as former where former.alias = sharers.openreview_id
                )
        )
    group by wanted.openreview_id;

    insert into core.person_keys (openreview_id, person_id)
    with
    wanted as (
        select distinct slots.openreview_id
        from pg_temp.w_chosen_slots as slots
        where
            slots.openreview_id is not null
            and not exists (
                select from core.person_keys as keys where keys.openreview_id = slots.openreview_id
            )
    )
    select
        wanted.openreview_id,
        (
            coalesce((select max(every.person_id) from core.person_keys as every), 0)
            + row_number() over (order by wanted.openreview_id collate "C")
        )::integer as person_id
    from wanted;
end
$$;
comment on function core.number_people() is 'Numbers of new people; part of core.build.';
