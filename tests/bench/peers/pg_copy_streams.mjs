// SPDX-License-Identifier: PostgreSQL
// pg_copy_streams.mjs FILE: JSON.parse of each line, text COPY by pg-copy-streams.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import copyStreams from 'pg-copy-streams';

const escapes = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const text = (value) =>
  value === undefined || value === null ? '\\N' : String(value).replace(/[\\\n\r\t]/g, (c) => escapes[c]);
const list = (values) =>
  values?.length ? text(`{${values.map((v) => `"${v.replace(/["\\]/g, '\\$&')}"`).join(',')}}`) : '\\N';
const time = (ms) => (ms ? new Date(ms).toISOString() : '\\N');

function line(note) {
  const c = note.content;
  return [text(note.id), '2', text(note.domain), text(note.invitations?.[0]), text(note.forum), '\\N',
    text(note.number), text(c.title?.value), text(c.abstract?.value), list(c.keywords?.value),
    text(c.primary_area?.value), text(c.venue?.value), text(c.venueid?.value), '\\N', text(note.license),
    text(c.paperhash?.value), list(note.externalIds), time(note.cdate), time(note.pdate), time(note.odate),
    time(note.ddate), time(note.tcdate), time(note.tmdate)].join('\t') + '\n';
}

async function* chunks(path) {
  let chunk = '';
  for await (const json of createInterface({ input: createReadStream(path) })) {
    chunk += line(JSON.parse(json));
    if (chunk.length > 65536) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

const client = new pg.Client();
await client.connect();
await pipeline(Readable.from(chunks(process.argv[2])), client.query(copyStreams.from('copy peer.notes from stdin')));
await client.end();
