-- Opens the report's transaction: all statements read the figures of one build.
begin isolation level repeatable read read only;
