-- Makes the landing table of an entity, unless this session has it.
-- $1 its name, $2 staging table, $3 columns, $4 whether it takes refusals
select meta.begin_landing($1, $2::text::regclass, $3::text[], $4::boolean);
