-- Is this the first load of all these tables?
-- $1 tables
select meta.are_empty($1::text[]) as are_empty;
