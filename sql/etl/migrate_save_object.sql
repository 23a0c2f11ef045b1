-- Adds an object to a definition, unless another one owns it (a grant on it also changes its catalogue row).
-- $1 name of the definition, $2 object
update meta.definitions
set objects = array_append(objects, $2)
where definition_name = $1
    and not exists (
        select
        from meta.definitions as others
        where $2 = any(others.objects)
    );
