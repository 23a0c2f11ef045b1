-- Where the rejects of a page land; goes with the transaction.
create temporary table reject_landing on commit drop as
select
    source_key,
    reject_class,
    json_path,
    detail,
    raw,
    raw_sha256,
    raw_bytes,
    record_ordinal,
    is_row
from meta.rejects
with no data;
