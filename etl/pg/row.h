/* SPDX-License-Identifier: PostgreSQL
 *
 * Cells -> one binary COPY row, by the types the catalogue gives. The field map of a source names columns;
 * types live in the DDL only. An unknown column, or a type without encoder, is ERR_CONTRACT before the first
 * request. Types with encoders: text, integer, bigint, double precision, boolean, date, timestamptz, bytea,
 * text[].
 */
#ifndef TENURE_ROW_H
#define TENURE_ROW_H

#include "base/base.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/str.h"

struct err;
struct pg;

enum cell_kind {
	CELL_NULL = 0,
	CELL_TEXT,
	CELL_INTEGER,
	CELL_REAL,
	CELL_BOOLEAN,
	CELL_INSTANT,
	CELL_DATE,
	CELL_BYTES,
	CELL_TEXTS
};

struct cell {
	enum cell_kind kind;
	bool is_true;		 /* CELL_BOOLEAN */
	struct str text;	 /* CELL_TEXT, CELL_BYTES; borrowed until encoded */
	int64_t integer;	 /* CELL_INTEGER; CELL_INSTANT: UTC epoch ms */
	double real;		 /* CELL_REAL */
	struct date date;	 /* CELL_DATE: its precision must be DATE_DAY */
	const struct str *texts; /* CELL_TEXTS: elements */
	size_t n_texts;
};

/* Columns of one table as the catalogue has them, restricted to and ordered by `columns`. */
struct row_binding;
MUST_USE bool row_bind(struct pg *pg, const char *schema_and_table, const char *const *columns,
		       size_t n_columns, struct row_binding **ret, struct err *err);
void row_binding_free(struct row_binding *binding);
size_t row_binding_columns(const struct row_binding *binding);

/* Appends the row to buf. ERR_DATA classes: E_DATA_NUMBER (out of the type's range), E_DATA_DATE (outside
 * 1900..2100 for instants and dates), E_DATA_TYPE (cell kind does not fit the column),
 * E_DATA_NULL (nothing where the column wants something), E_DATA_NUL, E_DATA_UTF8, E_DATA_SIZE (text over
 * CAP_TEXT_CHARACTERS); ret_column names the column at fault. A text cell is converted for integer and double
 * columns when the whole text is such a number. */
MUST_USE bool row_encode(const struct row_binding *binding, const struct cell *cells, struct buf *buf,
			 size_t *ret_column, struct err *err);

#endif
