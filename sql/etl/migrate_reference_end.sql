-- Makes the reference table's rows those of the landing table.
-- $1 table
select meta.replace_reference($1::text::regclass);
