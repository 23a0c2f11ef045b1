-- Makes a landing table for the rows of a reference file, as reference_landing.
-- $1 table
select meta.begin_reference($1::text::regclass);
