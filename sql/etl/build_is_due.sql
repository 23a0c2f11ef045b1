-- Is there anything that the last build has not seen: pages that changed staging, records that left without a page
-- (a complete sweep did not find them), other definitions, no build yet?
with
last_build as (
    select
        max(built_at) as built_at,
        max(run_id) as run_id
    from meta.builds
)

select
    last_build.built_at is null
    or exists (
        select
        from meta.pages
        where pages.loaded_at >= last_build.built_at
            and pages.n_inserted + pages.n_updated + pages.n_removed > 0
    )
    or exists (
        select
        from meta.runs
        where
            runs.run_id > last_build.run_id
            and runs.n_removed > 0
    )
    or exists (
        select
        from meta.definitions
        where definitions.deployed_at >= last_build.built_at
    ) as is_due
from last_build;
