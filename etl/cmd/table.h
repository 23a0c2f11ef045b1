/* SPDX-License-Identifier: PostgreSQL
 *
 * A result for people (aligned columns), for spreadsheets (CSV, RFC 4180) or for programs (JSON array, or one
 * object a line). Numbers and booleans stay what they are in JSON; SQL null is an empty cell, null in JSON.
 */
#ifndef TENURE_TABLE_H
#define TENURE_TABLE_H

#include "base/base.h"
#include "base/str.h"

struct buf;
struct err;
struct pg_rows;

enum table_format { TABLE_ALIGNED, TABLE_CSV, TABLE_JSON, TABLE_NDJSON };

/* "table", "csv", "json" or "ndjson"; ERR_USAGE for anything else. */
MUST_USE bool table_format_parse(struct str text, enum table_format *ret_format, struct err *err);
/* Appends all rows; the caller checks buf. */
void table_put(const struct pg_rows *rows, enum table_format format, struct buf *buf);

#endif
