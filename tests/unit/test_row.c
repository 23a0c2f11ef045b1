/* SPDX-License-Identifier: PostgreSQL */
#include "pg/row.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/caps.h"
#include "base/err.h"
#include "database.h"
#include "pg/pg.h"

static struct pg *pg;
static struct row_binding *binding;
static struct buf buf;
static struct err err;

static const char *const columns[] = {"key", "words", "small",	"large", "real",
				      "yes", "day",   "moment", "bytes", "list"};

static void ok(bool is_done)
{
	if (!is_done)
		fail_msg("%s [%s]", err.message, err.class_name);
}

static int create(void **state)
{
	(void)state;
	pg = database_create("test_row");
	(void)database_value(
	    pg, "create table cells (key text not null, words text, small integer, large bigint, real"
		" double precision, yes boolean, day date, moment timestamptz, bytes bytea, list text[])");
	ok(row_bind(pg, "public.cells", columns, ARRAY_LENGTH(columns), &binding, &err));
	assert_int_equal(row_binding_columns(binding), ARRAY_LENGTH(columns));
	buf_init(&buf, CAP_ROW_BYTES);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	buf_done(&buf);
	row_binding_free(binding);
	pg_close(pg);
	return 0;
}

/* Loads one row and gives it back as PostgreSQL writes it. */
static const char *round_trip(const struct cell *cells)
{
	size_t column = 0;
	(void)database_value(pg, "truncate cells");
	buf_reset(&buf);
	buf_put_u16(&buf, (uint16_t)ARRAY_LENGTH(columns));
	ok(row_encode(binding, cells, &buf, &column, &err));
	ok(pg_copy_begin(pg, str_from("public.cells"), columns, ARRAY_LENGTH(columns), &err));
	ok(pg_copy_put(pg, buf_str(&buf), &err));
	ok(pg_copy_end(pg, NULL, &err));
	return database_value(pg, "select cells::text from cells");
}

static struct cell text(const char *value)
{
	return (struct cell){.kind = CELL_TEXT, .text = str_from(value)};
}

static void every_type(void **state)
{
	(void)state;
	static const struct str list[] = {STR("a"), {NULL, 0}, STR("")};
	const struct cell cells[] = {
	    text("k"),
	    text("tab\tquote\"Zoë"),
	    {.kind = CELL_INTEGER, .integer = -2147483648},
	    {.kind = CELL_INTEGER, .integer = INT64_MIN},
	    {.kind = CELL_REAL, .real = 0.1},
	    {.kind = CELL_BOOLEAN, .is_true = true},
	    {.kind = CELL_DATE, .date = {2024, 2, 29, DATE_DAY}},
	    {.kind = CELL_INSTANT, .integer = 1700000000123},
	    {.kind = CELL_BYTES, .text = {"\0\377", 2}},
	    {.kind = CELL_TEXTS, .texts = list, .n_texts = 3},
	};
	assert_string_equal(round_trip(cells),
			    "(k,\"tab\tquote\"\"Zoë\",-2147483648,-9223372036854775808,0.1,t,2024-02-29,"
			    "\"2023-11-14 22:13:20.123+00\",\"\\\\x00ff\",\"{a,NULL,\"\"\"\"}\")");
}

static void nulls_and_empty_list(void **state)
{
	(void)state;
	const struct cell cells[] = {text(""), {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {.kind = CELL_TEXTS}};
	assert_string_equal(round_trip(cells), "(\"\",,,,,,,,,{})");
}

static void conversions(void **state)
{
	(void)state;
	const struct cell cells[] = {text("k"),
				     {0},
				     text("42"),
				     {.kind = CELL_REAL, .real = 5},
				     text("-0.0"),
				     {0},
				     {.kind = CELL_DATE, .date = {1900, 1, 1, DATE_DAY}},
				     {.kind = CELL_INSTANT, .integer = -2208988800000},
				     {0},
				     {0}};
	assert_string_equal(round_trip(cells), "(k,,42,5,0,,1900-01-01,\"1900-01-01 00:00:00+00\",,)");
}

static void refused(size_t position, struct cell cell, const char *class_name, const char *message)
{
	struct cell cells[10] = {text("k")};
	size_t column = 99;
	cells[position] = cell;
	buf_reset(&buf);
	buf_put_text(&buf, "before");
	assert_false(row_encode(binding, cells, &buf, &column, &err));
	assert_int_equal(err.kind, ERR_DATA);
	assert_string_equal(err.class_name, class_name);
	assert_string_equal(err.message, message);
	assert_int_equal(column, position);
	assert_true(str_equal_text(buf_str(&buf), "before"));
	assert_false(buf.is_failed);
}

static void refusals(void **state)
{
	(void)state;
	static char long_text[CAP_TEXT_CHARACTERS + 2];
	static const struct str bad_list[] = {STR("a"), STR("\xff")};
	memset(long_text, 'x', sizeof(long_text) - 1);
	refused(0, (struct cell){0}, "E_DATA_NULL", "column key: a required value is missing");
	refused(0, (struct cell){.kind = CELL_TEXT}, "E_DATA_NULL",
		"column key: a required value is missing");
	refused(1, text("\xc0\x80"), "E_DATA_UTF8", "column words: the text is not UTF-8");
	refused(1, text("\xed\xa0\x80"), "E_DATA_UTF8", "column words: the text is not UTF-8");
	refused(1, (struct cell){.kind = CELL_TEXT, .text = {"a\0b", 3}}, "E_DATA_NUL",
		"column words: the text holds a NUL character");
	refused(1, text(long_text), "E_DATA_SIZE", "column words: the text is longer than 100000 characters");
	refused(1, (struct cell){.kind = CELL_INTEGER}, "E_DATA_TYPE",
		"column words: the value is of another type");
	refused(2, (struct cell){.kind = CELL_INTEGER, .integer = 2147483648}, "E_DATA_NUMBER",
		"column small: the number is out of range");
	refused(2, text("12x"), "E_DATA_NUMBER", "column small: the text is no whole number in range");
	refused(2, (struct cell){.kind = CELL_REAL, .real = 1.5}, "E_DATA_NUMBER",
		"column small: the number is not a whole one");
	refused(3, text("9223372036854775808"), "E_DATA_NUMBER",
		"column large: the text is no whole number in range");
	refused(3, (struct cell){.kind = CELL_REAL, .real = 1e300}, "E_DATA_NUMBER",
		"column large: the number is not a whole one");
	refused(3, (struct cell){.kind = CELL_BOOLEAN}, "E_DATA_TYPE",
		"column large: the value is of another type");
	refused(4, text("1e400"), "E_DATA_NUMBER", "column real: the text is no number in range");
	refused(4, (struct cell){.kind = CELL_REAL, .real = 1e308 * 10}, "E_DATA_NUMBER",
		"column real: the number is not finite");
	refused(4, (struct cell){.kind = CELL_BYTES}, "E_DATA_TYPE",
		"column real: the value is of another type");
	refused(5, text("true"), "E_DATA_TYPE", "column yes: the value is of another type");
	refused(6, (struct cell){.kind = CELL_DATE, .date = {2021, 2, 29, DATE_DAY}}, "E_DATA_DATE",
		"column day: the date is impossible or outside 1900 to 2100");
	refused(6, (struct cell){.kind = CELL_DATE, .date = {2021, 2, 1, DATE_MONTH}}, "E_DATA_DATE",
		"column day: the date is impossible or outside 1900 to 2100");
	refused(6, text("2021-02-01"), "E_DATA_TYPE", "column day: the value is of another type");
	refused(7, (struct cell){.kind = CELL_INSTANT, .integer = 4133980800000}, "E_DATA_DATE",
		"column moment: the time is outside 1900 to 2100");
	refused(7, (struct cell){.kind = CELL_INTEGER}, "E_DATA_TYPE",
		"column moment: the value is of another type");
	refused(8, text("x"), "E_DATA_TYPE", "column bytes: the value is of another type");
	refused(9, (struct cell){.kind = CELL_TEXTS, .texts = bad_list, .n_texts = 2}, "E_DATA_UTF8",
		"column list: the text is not UTF-8");
	refused(9, text("x"), "E_DATA_TYPE", "column list: the value is of another type");
}

static void too_long_a_row(void **state)
{
	(void)state;
	struct buf narrow;
	size_t column = 0;
	const struct cell cells[10] = {text("0123456789")};
	buf_init(&narrow, 20);
	buf_put_text(&narrow, "before");
	assert_false(row_encode(binding, cells, &narrow, &column, &err));
	assert_string_equal(err.class_name, "E_DATA_SIZE");
	assert_true(str_equal_text(buf_str(&narrow), "before"));
	assert_false(narrow.is_failed);
	buf_done(&narrow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type),     cmocka_unit_test(nulls_and_empty_list),
	    cmocka_unit_test(conversions),    cmocka_unit_test(refusals),
	    cmocka_unit_test(too_long_a_row),
	};
	return cmocka_run_group_tests(tests, create, drop);
}
