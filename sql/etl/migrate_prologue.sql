-- First thing in each transaction that changes definitions. Plain PostgreSQL takes the dotted names as its own
-- placeholders; on Citus they allow foreign keys between all kinds of tables, in any order.
set local citus.enable_local_reference_table_foreign_keys = off;
set local citus.multi_shard_modify_mode = 'sequential';
