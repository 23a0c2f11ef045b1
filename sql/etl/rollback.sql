-- Takes back what the transaction did.
rollback;
