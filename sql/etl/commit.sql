-- Ends a transaction for good; a lost reply is looked up by the token row.
commit;
