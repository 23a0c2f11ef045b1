-- Opens a transaction.
begin;
