// SPDX-License-Identifier: PostgreSQL
// duckdb.mjs FILE: notes as CSV on stdout, read by DuckDB with all types given.
import { DuckDBInstance } from '@duckdb/node-api';

const text = (name) => `content.${name}.value`;
const list = (value) =>
  `case when len(${value}) > 0 then '{' || array_to_string(list_transform(${value}, x -> ` +
  `'"' || replace(replace(x, '\\', '\\\\'), '"', '\\"') || '"'), ',') || '}' end`;
const time = (name) => `make_timestamp(${name} * 1000)`;
const value = (type) => `struct(value ${type})`;

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`
copy (
    select id, 2, domain, invitations[1], forum, null, number, ${text('title')}, ${text('abstract')},
        ${list('content.keywords.value')}, ${text('primary_area')}, ${text('venue')}, ${text('venueid')},
        null, license, ${text('paperhash')}, ${list('externalIds')}, ${time('cdate')}, ${time('pdate')},
        ${time('odate')}, ${time('ddate')}, ${time('tcdate')}, ${time('tmdate')}
    from read_json('${process.argv[2]}', format = 'newline_delimited', columns = {
        id: 'varchar', domain: 'varchar', invitations: 'varchar[]', forum: 'varchar', number: 'integer',
        license: 'varchar', externalIds: 'varchar[]', cdate: 'bigint', pdate: 'bigint', odate: 'bigint',
        ddate: 'bigint', tcdate: 'bigint', tmdate: 'bigint',
        content: 'struct(title ${value('varchar')}, abstract ${value('varchar')}, keywords ${value('varchar[]')},
            primary_area ${value('varchar')}, venue ${value('varchar')}, venueid ${value('varchar')},
            paperhash ${value('varchar')})'})
) to '/dev/stdout' (format csv, header false)`);
