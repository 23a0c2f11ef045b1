-- A definition that the program does not carry any more.
-- $1 name
delete from meta.definitions
where definition_name = $1;
