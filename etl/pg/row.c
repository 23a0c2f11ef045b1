/* SPDX-License-Identifier: PostgreSQL
 *
 * PostgreSQL's binary formats: https://www.postgresql.org/docs/15/sql-copy.html (tuples), and the *_recv
 * functions of each type. Times count from 2000-01-01.
 */
#include "pg/row.h"

#include "base/caps.h"
#include "base/err.h"
#include "base/num.h"
#include "base/utf8.h"
#include "gen/sql.h"
#include "pg/pg.h"

#define POSTGRES_EPOCH_DAYS 10957 /* 1970-01-01 to 2000-01-01 */
#define POSTGRES_EPOCH_MS   ((int64_t)POSTGRES_EPOCH_DAYS * 86400 * 1000)
#define LEAST_YEAR	    1900
#define GREATEST_YEAR	    2100
#define NULL_FIELD	    UINT32_MAX
#define OID_TEXT	    25

enum column_type {
	COLUMN_TEXT,
	COLUMN_INTEGER,
	COLUMN_BIGINT,
	COLUMN_DOUBLE,
	COLUMN_BOOLEAN,
	COLUMN_DATE,
	COLUMN_TIMESTAMPTZ,
	COLUMN_BYTEA,
	COLUMN_TEXTS
};

struct column {
	char name[64];
	enum column_type type;
	bool is_required;
};

struct row_binding {
	size_t n_columns;
	struct column columns[];
};

/* ---- binding */

static const struct {
	const char *name; /* as format_type gives it */
	enum column_type type;
} types[] = {
    {"text", COLUMN_TEXT},
    {"integer", COLUMN_INTEGER},
    {"bigint", COLUMN_BIGINT},
    {"double precision", COLUMN_DOUBLE},
    {"boolean", COLUMN_BOOLEAN},
    {"date", COLUMN_DATE},
    {"timestamp with time zone", COLUMN_TIMESTAMPTZ},
    {"bytea", COLUMN_BYTEA},
    {"text[]", COLUMN_TEXTS},
};

static bool find_type(const char *table, const char *column, struct str name, enum column_type *ret,
		      struct err *err)
{
	for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
		if (str_equal_text(name, types[i].name)) {
			*ret = types[i].type;
			return true;
		}
	}
	return err_set_class(err, ERR_CONTRACT, "E_CONTRACT",
			     "column %s of %s has type %.*s, which has no encoder", column, table,
			     (int)name.length, name.data);
}

static bool bind_column(const char *table, const char *name, const struct pg_rows *rows,
			struct column *column, struct err *err)
{
	snprintf(column->name, sizeof(column->name), "%s", name);
	for (size_t row = 0; row < pg_rows_count(rows); row++) {
		if (!str_equal_text(pg_rows_text(rows, row, 0), name))
			continue;
		column->is_required = pg_rows_integer(rows, row, 2) != 0;
		return find_type(table, name, pg_rows_text(rows, row, 1), &column->type, err);
	}
	return err_set_class(err, ERR_CONTRACT, "E_CONTRACT", "table %s has no column %s", table, name);
}

bool row_bind(struct pg *pg, const char *schema_and_table, const char *const *columns, size_t n_columns,
	      struct row_binding **ret, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_table_columns, 1, &schema_and_table, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0)
		return err_set_class(err, ERR_CONTRACT, "E_CONTRACT", "there is no table %s",
				     schema_and_table);
	struct row_binding *binding = calloc(1, sizeof(*binding) + n_columns * sizeof(binding->columns[0]));
	if (binding == NULL)
		return err_nomem(err, "column binding");
	binding->n_columns = n_columns;
	for (size_t i = 0; i < n_columns; i++) {
		if (!bind_column(schema_and_table, columns[i], rows, &binding->columns[i], err)) {
			row_binding_free(binding);
			return false;
		}
	}
	*ret = binding;
	return true;
}

void row_binding_free(struct row_binding *binding)
{
	free(binding);
}

size_t row_binding_columns(const struct row_binding *binding)
{
	return binding->n_columns;
}

/* ---- encoding; the value is never part of a message */

static bool fail(struct err *err, const char *class_name, const struct column *column, const char *what)
{
	return err_set_class(err, ERR_DATA, class_name, "column %s: %s", column->name, what);
}

static bool fail_type(struct err *err, const struct column *column)
{
	return fail(err, "E_DATA_TYPE", column, "the value is of another type");
}

static bool check_text(const struct column *column, struct str text, struct err *err)
{
	if (!utf8_is_valid(text))
		return fail(err, "E_DATA_UTF8", column, "the text is not UTF-8");
	if (text.length > 0 && memchr(text.data, '\0', text.length) != NULL)
		return fail(err, "E_DATA_NUL", column, "the text holds a NUL character");
	if (text.length > CAP_TEXT_CHARACTERS && utf8_count(text) > CAP_TEXT_CHARACTERS)
		return fail(err, "E_DATA_SIZE", column, "the text is longer than 100000 characters");
	return true;
}

static void put_bytes(struct buf *buf, struct str bytes)
{
	buf_put_u32(buf, (uint32_t)bytes.length);
	buf_put_str(buf, bytes);
}

static bool put_text(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	if (cell->kind != CELL_TEXT)
		return fail_type(err, column);
	if (!check_text(column, cell->text, err))
		return false;
	put_bytes(buf, cell->text);
	return true;
}

static bool integer_of(const struct column *column, const struct cell *cell, int64_t *ret, struct err *err)
{
	if (cell->kind == CELL_INTEGER) {
		*ret = cell->integer;
		return true;
	}
	if (cell->kind == CELL_REAL) {
		/* JSON has one kind of number: 5.0 is an integer. */
		if (!(cell->real >= -9007199254740992.0 && cell->real <= 9007199254740992.0) ||
		    cell->real != (double)(int64_t)cell->real)
			return fail(err, "E_DATA_NUMBER", column, "the number is not a whole one");
		*ret = (int64_t)cell->real;
		return true;
	}
	if (cell->kind != CELL_TEXT)
		return fail_type(err, column);
	if (!num_parse_i64(cell->text, ret))
		return fail(err, "E_DATA_NUMBER", column, "the text is no whole number in range");
	return true;
}

static bool put_integer(const struct column *column, const struct cell *cell, struct buf *buf,
			struct err *err)
{
	int64_t value = 0;
	if (!integer_of(column, cell, &value, err))
		return false;
	if (value < INT32_MIN || value > INT32_MAX)
		return fail(err, "E_DATA_NUMBER", column, "the number is out of range");
	buf_put_u32(buf, 4);
	buf_put_u32(buf, (uint32_t)(int32_t)value);
	return true;
}

static bool put_bigint(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	int64_t value = 0;
	if (!integer_of(column, cell, &value, err))
		return false;
	buf_put_u32(buf, 8);
	buf_put_u64(buf, (uint64_t)value);
	return true;
}

static bool put_double(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	double value = 0;
	uint64_t bits = 0;
	if (cell->kind == CELL_REAL)
		value = cell->real;
	else if (cell->kind == CELL_INTEGER)
		value = (double)cell->integer;
	else if (cell->kind != CELL_TEXT)
		return fail_type(err, column);
	else if (!num_parse_double(cell->text, &value))
		return fail(err, "E_DATA_NUMBER", column, "the text is no number in range");
	if (value != value || value > 1.7976931348623157e308 || value < -1.7976931348623157e308)
		return fail(err, "E_DATA_NUMBER", column, "the number is not finite");
	if (value == 0)
		value = 0; /* -0 and 0 are one value with one hash */
	memcpy(&bits, &value, sizeof(bits));
	buf_put_u32(buf, 8);
	buf_put_u64(buf, bits);
	return true;
}

static bool put_boolean(const struct column *column, const struct cell *cell, struct buf *buf,
			struct err *err)
{
	if (cell->kind != CELL_BOOLEAN)
		return fail_type(err, column);
	buf_put_u32(buf, 1);
	buf_put_byte(buf, cell->is_true ? 1 : 0);
	return true;
}

static bool put_date(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	const struct date *date = &cell->date;
	if (cell->kind != CELL_DATE)
		return fail_type(err, column);
	if (date->precision != DATE_DAY || date->year < LEAST_YEAR || date->year > GREATEST_YEAR ||
	    date->month < 1 || date->month > 12 || date->day < 1 ||
	    date->day > date_days_in_month(date->year, date->month))
		return fail(err, "E_DATA_DATE", column, "the date is impossible or outside 1900 to 2100");
	int64_t days = date_days_from_civil(date->year, date->month, date->day) - POSTGRES_EPOCH_DAYS;
	buf_put_u32(buf, 4);
	buf_put_u32(buf, (uint32_t)(int32_t)days);
	return true;
}

static bool put_instant(const struct column *column, const struct cell *cell, struct buf *buf,
			struct err *err)
{
	static const int64_t least_ms = -2208988800000; /* 1900-01-01 */
	static const int64_t end_ms = 4133980800000;	/* 2101-01-01 */
	if (cell->kind != CELL_INSTANT)
		return fail_type(err, column);
	if (cell->integer < least_ms || cell->integer >= end_ms)
		return fail(err, "E_DATA_DATE", column, "the time is outside 1900 to 2100");
	buf_put_u32(buf, 8);
	buf_put_u64(buf, (uint64_t)((cell->integer - POSTGRES_EPOCH_MS) * 1000));
	return true;
}

static bool put_bytea(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	if (cell->kind != CELL_BYTES)
		return fail_type(err, column);
	put_bytes(buf, cell->text);
	return true;
}

/* One dimension from 1; an element may be none (null). */
static bool put_texts(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	size_t bytes = 0;
	bool has_null = false;
	if (cell->kind != CELL_TEXTS)
		return fail_type(err, column);
	for (size_t i = 0; i < cell->n_texts; i++) {
		bytes += 4 + cell->texts[i].length;
		has_null |= str_is_none(cell->texts[i]);
		if (!str_is_none(cell->texts[i]) && !check_text(column, cell->texts[i], err))
			return false;
	}
	if (bytes > CAP_RECORD_BYTES)
		return fail(err, "E_DATA_SIZE", column, "the list is too long");
	buf_put_u32(buf, (uint32_t)(12 + (cell->n_texts == 0 ? 0 : 8 + bytes)));
	buf_put_u32(buf, cell->n_texts == 0 ? 0 : 1);
	buf_put_u32(buf, has_null ? 1 : 0);
	buf_put_u32(buf, OID_TEXT);
	if (cell->n_texts == 0)
		return true;
	buf_put_u32(buf, (uint32_t)cell->n_texts);
	buf_put_u32(buf, 1);
	for (size_t i = 0; i < cell->n_texts; i++) {
		if (str_is_none(cell->texts[i]))
			buf_put_u32(buf, NULL_FIELD);
		else
			put_bytes(buf, cell->texts[i]);
	}
	return true;
}

static bool is_null(const struct cell *cell)
{
	return cell->kind == CELL_NULL || (cell->kind == CELL_TEXT && str_is_none(cell->text));
}

static bool put_cell(const struct column *column, const struct cell *cell, struct buf *buf, struct err *err)
{
	if (is_null(cell)) {
		if (column->is_required)
			return fail(err, "E_DATA_NULL", column, "a required value is missing");
		buf_put_u32(buf, NULL_FIELD);
		return true;
	}
	switch (column->type) {
	case COLUMN_TEXT:
		return put_text(column, cell, buf, err);
	case COLUMN_INTEGER:
		return put_integer(column, cell, buf, err);
	case COLUMN_BIGINT:
		return put_bigint(column, cell, buf, err);
	case COLUMN_DOUBLE:
		return put_double(column, cell, buf, err);
	case COLUMN_BOOLEAN:
		return put_boolean(column, cell, buf, err);
	case COLUMN_DATE:
		return put_date(column, cell, buf, err);
	case COLUMN_TIMESTAMPTZ:
		return put_instant(column, cell, buf, err);
	case COLUMN_BYTEA:
		return put_bytea(column, cell, buf, err);
	case COLUMN_TEXTS:
		return put_texts(column, cell, buf, err);
	}
	return err_set(err, ERR_BUG, "column %s: unknown type", column->name);
}

bool row_encode(const struct row_binding *binding, const struct cell *cells, struct buf *buf,
		size_t *ret_column, struct err *err)
{
	size_t start = buf->length;
	for (size_t i = 0; i < binding->n_columns; i++) {
		if (put_cell(&binding->columns[i], &cells[i], buf, err))
			continue;
		if (!buf->is_failed) {
			buf->length = start;
			if (buf->data != NULL)
				buf->data[start] = '\0';
		}
		*ret_column = i;
		return false;
	}
	if (buf_check(buf, "row", err))
		return true;
	/* Too long is this row's own fault: what was there before it stays. */
	buf->is_failed = false;
	buf->is_over_cap = false;
	buf->length = start;
	*ret_column = binding->n_columns - 1;
	return false;
}
