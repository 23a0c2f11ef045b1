-- One row per stream: how far it is, what is due, what was refused.
select
    source,
    stream,
    n_partitions,
    n_partitions_open,
    n_pages,
    n_open_rejects,
    last_loaded_at,
    last_complete_at,
    next_due_at,
    n_failures,
    last_error
from meta.stream_status
order by source, stream;
