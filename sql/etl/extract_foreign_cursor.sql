-- A cursor that belongs to another host than the ones in use, if there is any.
-- $1 source, $2 stream, $3 host in use
select cursors.endpoint
from meta.cursors as cursors
where
    cursors.source = $1::text
    and cursors.stream = $2::text
    and cursors.endpoint != $3::text
order by cursors.endpoint collate "C"
limit 1;
