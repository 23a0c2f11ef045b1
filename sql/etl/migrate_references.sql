-- Hash of a reference file as loaded; no row when it never was.
-- $1 name
select content_sha256
from meta.definitions
where definition_name = $1;
