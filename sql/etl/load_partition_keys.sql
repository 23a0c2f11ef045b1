-- Keys that a partition has in staging.
-- $1 table, $2 its partition column, $3 its key column, $4 partition, $5 most rows
select keys.record_key
from meta.partition_keys($1::regclass, $2::name, $3::name, $4::text) as keys (record_key)
limit $5::bigint;
