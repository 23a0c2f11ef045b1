-- Definitions and reference files as deployed: one row for each object, in the order of creation.
select
    definitions.definition_name,
    definitions.content_sha256,
    objects.object
from meta.definitions as definitions
left join unnest(definitions.objects) with ordinality as objects (object, object_position)
    on true
where definitions.definition_name !~ '^reference\.'
order by definitions.definition_name, objects.object_position;
