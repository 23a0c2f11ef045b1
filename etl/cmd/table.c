/* SPDX-License-Identifier: PostgreSQL */
#include "cmd/table.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "pg/pg.h"

#include <string.h>

#define MAX_COLUMNS 64

static const char *const format_names[] = {
    [TABLE_ALIGNED] = "table",
    [TABLE_CSV] = "csv",
    [TABLE_JSON] = "json",
    [TABLE_NDJSON] = "ndjson",
};

bool table_format_parse(struct str text, enum table_format *ret_format, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LENGTH(format_names); i++) {
		if (str_equal_text(text, format_names[i])) {
			*ret_format = (enum table_format)i;
			return true;
		}
	}
	return err_set(err, ERR_USAGE, "%.*s is no output format: table, csv, json or ndjson",
		       (int)text.length, text.data);
}

/* Terminal columns of a UTF-8 text: East Asian wide characters (CJK, kana, hangul, fullwidth) take two. */
static size_t display_width(struct str text)
{
	size_t width = 0;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if ((byte & 0xC0u) == 0x80u)
			continue;
		bool is_wide =
		    byte >= 0xE2u && byte <= 0xEDu &&
		    !(byte == 0xE2u && i + 1 < text.length && (unsigned char)text.data[i + 1] < 0xBAu);
		width += is_wide || byte >= 0xF0u ? 2 : 1;
	}
	return width;
}

static bool is_number(struct str text)
{
	double value;
	return num_parse_double(text, &value);
}

static void put_padded(struct buf *buf, struct str text, size_t width, bool is_right)
{
	size_t own = display_width(text);
	for (size_t i = own; is_right && i < width; i++)
		buf_put_byte(buf, ' ');
	buf_put_str(buf, text);
	for (size_t i = own; !is_right && i < width; i++)
		buf_put_byte(buf, ' ');
}

struct layout {
	size_t n_columns;
	size_t widths[MAX_COLUMNS];
	bool is_numeric[MAX_COLUMNS];
};

static struct layout measure(const struct pg_rows *rows)
{
	struct layout layout = {0};
	size_t n_columns = pg_rows_columns(rows);
	layout.n_columns = n_columns < MAX_COLUMNS ? n_columns : MAX_COLUMNS;
	for (size_t column = 0; column < layout.n_columns; column++) {
		layout.widths[column] = display_width(str_from(pg_rows_name(rows, column)));
		layout.is_numeric[column] = pg_rows_count(rows) > 0;
		for (size_t row = 0; row < pg_rows_count(rows); row++) {
			struct str text = pg_rows_text(rows, row, column);
			size_t width = display_width(text);
			if (width > layout.widths[column])
				layout.widths[column] = width;
			if (!str_is_none(text) && !is_number(text))
				layout.is_numeric[column] = false;
		}
	}
	return layout;
}

static void put_aligned(const struct pg_rows *rows, struct buf *buf)
{
	struct layout layout = measure(rows);
	for (size_t column = 0; column < layout.n_columns; column++) {
		buf_put_text(buf, column == 0 ? "" : "  ");
		put_padded(buf, str_from(pg_rows_name(rows, column)), layout.widths[column],
			   layout.is_numeric[column]);
	}
	buf_put_byte(buf, '\n');
	for (size_t column = 0; column < layout.n_columns; column++) {
		buf_put_text(buf, column == 0 ? "" : "  ");
		for (size_t i = 0; i < layout.widths[column]; i++)
			buf_put_byte(buf, '-');
	}
	buf_put_byte(buf, '\n');
	for (size_t row = 0; row < pg_rows_count(rows); row++) {
		for (size_t column = 0; column < layout.n_columns; column++) {
			buf_put_text(buf, column == 0 ? "" : "  ");
			put_padded(buf, pg_rows_text(rows, row, column), layout.widths[column],
				   layout.is_numeric[column]);
		}
		buf_put_byte(buf, '\n');
	}
}

static void put_csv_cell(struct buf *buf, struct str text)
{
	bool needs_quotes =
	    str_find_byte(text, '"') < text.length || str_find_byte(text, ',') < text.length ||
	    str_find_byte(text, '\n') < text.length || str_find_byte(text, '\r') < text.length;
	if (!needs_quotes) {
		buf_put_str(buf, text);
		return;
	}
	buf_put_byte(buf, '"');
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '"')
			buf_put_byte(buf, '"');
		buf_put_byte(buf, text.data[i]);
	}
	buf_put_byte(buf, '"');
}

static void put_csv(const struct pg_rows *rows, struct buf *buf)
{
	for (size_t column = 0; column < pg_rows_columns(rows); column++) {
		buf_put_text(buf, column == 0 ? "" : ",");
		put_csv_cell(buf, str_from(pg_rows_name(rows, column)));
	}
	buf_put_text(buf, "\r\n");
	for (size_t row = 0; row < pg_rows_count(rows); row++) {
		for (size_t column = 0; column < pg_rows_columns(rows); column++) {
			buf_put_text(buf, column == 0 ? "" : ",");
			put_csv_cell(buf, pg_rows_text(rows, row, column));
		}
		buf_put_text(buf, "\r\n");
	}
}

static void put_json_value(const struct pg_rows *rows, size_t row, size_t column, struct buf *buf)
{
	struct str text = pg_rows_text(rows, row, column);
	if (str_is_none(text))
		buf_put_text(buf, "null");
	else if (pg_rows_is_boolean(rows, column))
		buf_put_text(buf, str_equal_text(text, "t") ? "true" : "false");
	else if (pg_rows_is_number(rows, column) && is_number(text))
		buf_put_str(buf, text);
	else
		buf_put_json(buf, text);
}

static void put_json_row(const struct pg_rows *rows, size_t row, struct buf *buf)
{
	for (size_t column = 0; column < pg_rows_columns(rows); column++) {
		buf_put_byte(buf, column == 0 ? '{' : ',');
		buf_put_json(buf, str_from(pg_rows_name(rows, column)));
		buf_put_byte(buf, ':');
		put_json_value(rows, row, column, buf);
	}
	buf_put_byte(buf, '}');
}

static void put_json(const struct pg_rows *rows, struct buf *buf)
{
	buf_put_byte(buf, '[');
	for (size_t row = 0; row < pg_rows_count(rows); row++) {
		buf_put_text(buf, row == 0 ? "\n" : ",\n");
		put_json_row(rows, row, buf);
	}
	buf_put_text(buf, "\n]\n");
}

void table_put(const struct pg_rows *rows, enum table_format format, struct buf *buf)
{
	switch (format) {
	case TABLE_ALIGNED:
		put_aligned(rows, buf);
		break;
	case TABLE_CSV:
		put_csv(rows, buf);
		break;
	case TABLE_JSON:
		put_json(rows, buf);
		break;
	case TABLE_NDJSON:
		for (size_t row = 0; row < pg_rows_count(rows); row++) {
			put_json_row(rows, row, buf);
			buf_put_byte(buf, '\n');
		}
		break;
	}
}
