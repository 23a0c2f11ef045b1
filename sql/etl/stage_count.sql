-- About how many rows the tables of a stage's roots hold.
-- $1 tables
select meta.count_rows($1::text[]) as n_rows;
