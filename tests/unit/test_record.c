/* SPDX-License-Identifier: PostgreSQL */
#include "run/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "memory_sink.h"

static const char *const parent_columns[] = {"id",  "title", "number", "score", "is_open", "at",
					     "day", "words", "first",  "copy",	"extra"};
static const char *const child_columns[] = {"id", "position"};
static const struct entity entities[] = {
    {"stg.t_parents", parent_columns, ARRAY_LENGTH(parent_columns), 1, 1, false},
    {"stg.t_children", child_columns, ARRAY_LENGTH(child_columns), 2, 1, false},
};
static const struct field fields[] = {
    {"id", "id", FIELD_TEXT},
    {"title", "content.title", FIELD_TEXT},
    {"number", "number", FIELD_INTEGER},
    {"score", "score", FIELD_REAL},
    {"is_open", "is_open", FIELD_BOOLEAN},
    {"at", "tmdate", FIELD_INSTANT_MS},
    {"day", "day", FIELD_DATE},
    {"words", "content.words", FIELD_TEXTS},
    {"first", "content.words", FIELD_FIRST_TEXT},
    {"copy", "content.title", FIELD_TEXT},
    {"extra", NULL, FIELD_HOOK},
};

static enum record_outcome outcome;
static enum err_kind hook_error;
static bool has_child, has_row_reject;

static enum record_outcome hook(struct record *record, struct err *err)
{
	struct cell cells[2] = {record->cells[0], {.kind = CELL_INTEGER, .integer = 1}};
	record->cells[10] = (struct cell){.kind = CELL_TEXT, .text = str_from(record->partition_key)};
	if (has_child && !record_put(record, 1, cells, err))
		return RECORD_REFUSE;
	if (has_row_reject && !record_reject_row(record, "E_DATA_ALIGN", "$.x", "does not line up", err))
		return RECORD_REFUSE;
	if (outcome == RECORD_REFUSE)
		err_set_class(err, hook_error, "E_DATA_TENURE", "ends before it begins at $.history[0]");
	return outcome;
}

static struct stream stream = {.name = "parents",
			       .entities = entities,
			       .n_entities = 2,
			       .fields = fields,
			       .n_fields = ARRAY_LENGTH(fields),
			       .key_path = "id",
			       .version_path = "tmdate",
			       .record = hook,
			       .parser_version = 1};
static struct memory_sink sink;
static struct recorder *recorder;
static struct err err;

static int setup(void **state)
{
	(void)state;
	outcome = RECORD_KEEP;
	hook_error = ERR_DATA;
	has_child = has_row_reject = false;
	err_reset(&err);
	memory_sink_init(&sink, &stream);
	assert_true(recorder_new(&recorder, &stream, NULL, &sink.sink, &err));
	recorder_page(recorder, "part", NULL, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	recorder_free(recorder);
	memory_sink_done(&sink);
	return 0;
}

static void take(const char *raw)
{
	if (!recorder_take(recorder, str_from(raw), sink.n_rejects, false, 0, &err))
		fail_msg("%s", err.message);
}

static void refused(const char *raw, const char *class_name, const char *path, const char *key)
{
	size_t before = sink.n_rejects;
	take(raw);
	assert_int_equal(sink.n_rejects, before + 1);
	assert_string_equal(sink.rejects[before].class_name, class_name);
	assert_string_equal(sink.rejects[before].json_path, path);
	assert_string_equal(sink.rejects[before].key, key);
	assert_false(sink.rejects[before].is_row);
}

static void test_fields(void **state)
{
	(void)state;
	take("{\"number\":7,\"id\":\"a\",\"unknown\":{\"x\":1},\"content\":{\"words\":{\"value\":[\"u\",\"\","
	     "null,\"v\"]},"
	     "\"title\":{\"value\":\"T\"}},\"score\":\"1.5\",\"is_open\":true,\"tmdate\":1600000000000,"
	     "\"day\":\"2021-02-03\"}");
	assert_string_equal(
	    sink.rows[0].json,
	    "{\"id\":\"a\",\"title\":\"T\",\"number\":7,\"score\":1.5,\"is_open\":true,"
	    "\"at\":1600000000000,\"day\":\"2021-02-03\",\"words\":[\"u\",\"v\"],\"first\":\"u\","
	    "\"copy\":\"T\",\"extra\":\"part\"}");
	take("{\"id\":\"b\",\"content\":{\"title\":\"\",\"words\":\"one\"},\"number\":\"\",\"score\":null,"
	     "\"day\":\"\"}");
	assert_string_equal(
	    sink.rows[1].json,
	    "{\"id\":\"b\",\"title\":null,\"number\":null,\"score\":null,\"is_open\":null,\"at\":null,"
	    "\"day\":null,\"words\":[\"one\"],\"first\":\"one\",\"copy\":null,\"extra\":\"part\"}");
	take("{\"id\":3,\"number\":2e3,\"content\":{\"title\":4,\"words\":[]}}");
	assert_string_equal(
	    sink.rows[2].json,
	    "{\"id\":\"3\",\"title\":\"4\",\"number\":2000,\"score\":null,\"is_open\":null,\"at\":null,"
	    "\"day\":null,\"words\":null,\"first\":null,\"copy\":\"4\",\"extra\":\"part\"}");
	const struct record_counts *counts = recorder_counts(recorder);
	assert_int_equal(counts->n_records, 3);
	assert_int_equal(counts->n_kept, 3);
	assert_string_equal(counts->first_key, "a");
	assert_string_equal(counts->last_key, "3");
	assert_int_equal(counts->greatest_version_ms, 1600000000000);
	assert_string_equal(sink.last_settled, "3");
}

static void test_refusals(void **state)
{
	(void)state;
	refused("{\"id\":\"a\",\"number\":1.5}", "E_DATA_NUMBER", "$.number", "a");
	refused("{\"id\":\"a\",\"number\":9223372036854775808}", "E_DATA_NUMBER", "$.number", "a");
	refused("{\"id\":\"a\",\"number\":1e400}", "E_DATA_NUMBER", "$.number", "a");
	refused("{\"id\":\"a\",\"number\":[1]}", "E_DATA_TYPE", "$.number", "a");
	refused("{\"id\":\"a\",\"score\":\"x\"}", "E_DATA_NUMBER", "$.score", "a");
	refused("{\"id\":\"a\",\"score\":true}", "E_DATA_TYPE", "$.score", "a");
	refused("{\"id\":\"a\",\"is_open\":\"true\"}", "E_DATA_TYPE", "$.is_open", "a");
	refused("{\"id\":\"a\",\"day\":\"2021-02-30\"}", "E_DATA_DATE", "$.day", "a");
	refused("{\"id\":\"a\",\"day\":\"2021\"}", "E_DATA_DATE", "$.day", "a");
	refused("{\"id\":\"a\",\"content\":{\"title\":[1]}}", "E_DATA_TYPE", "$.content.title", "a");
	refused("{\"id\":\"a\",\"content\":{\"words\":[{}]}}", "E_DATA_TYPE", "$.content.words", "a");
	refused("{\"id\":\"a\",\"x\":\"\\u0000\"}", "E_DATA_NUL", "$.x", "a");
	refused("{\"id\":\"a\",\"x\":\"\xff\"}", "E_DATA_UTF8", "$.x", "a");
	refused("{\"id\":\"a\",\"x\":", "E_DATA_JSON", "$.x", "a");
	refused("7", "E_DATA_TYPE", "$", "");
	refused("{\"number\":1}", "E_DATA_KEY", "$.id", "");
	refused("{\"id\":\"\"}", "E_DATA_KEY", "$.id", "");
	assert_int_equal(sink.n_rows, 0);
	assert_int_equal(recorder_counts(recorder)->n_refused, 17);
	assert_int_equal(sink.n_refused_keys, 14); /* those with a key leave the tables */
}

static void test_oversized(void **state)
{
	(void)state;
	assert_true(recorder_take(recorder, str_from("{\"id\":\"a\",\"x\":\"yy"), 0, true, 64 << 20, &err));
	assert_string_equal(sink.rejects[0].class_name, "E_DATA_SIZE");
	assert_string_equal(sink.rejects[0].key, "a");
	assert_string_equal(sink.rejects[0].detail, "record of 67108864 bytes is over the cap");
}

static void test_hook(void **state)
{
	(void)state;
	outcome = RECORD_SKIP;
	has_child = true;
	take("{\"id\":\"a\"}");
	assert_int_equal(sink.n_rows, 0);
	assert_int_equal(recorder_counts(recorder)->n_skipped, 1);
	outcome = RECORD_REFUSE;
	refused("{\"id\":\"a\"}", "E_DATA_TENURE", "$.history[0]", "a");
	assert_string_equal(sink.rejects[0].detail, "ends before it begins");
	assert_int_equal(sink.n_rows, 0);
	outcome = RECORD_KEEP;
	has_row_reject = true;
	take("{\"id\":\"a\"}");
	assert_int_equal(sink.n_rows, 2);
	assert_true(sink.rejects[1].is_row);
	assert_int_equal(recorder_counts(recorder)->n_row_rejects, 1);
	outcome = RECORD_REFUSE;
	hook_error = ERR_NOMEM;
	assert_false(recorder_take(recorder, str_from("{\"id\":\"a\"}"), 0, false, 0, &err));
	assert_int_equal(err.kind, ERR_NOMEM);
}

static void test_rows_that_fail(void **state)
{
	(void)state;
	has_child = true;
	sink.fail_entity = 2;
	sink.fail_class = "E_DATA_CONFLICT";
	take("{\"id\":\"a\"}");
	assert_int_equal(sink.n_rows, 1);
	assert_true(sink.rejects[0].is_row);
	assert_string_equal(sink.rejects[0].detail, "stg.t_children.position: made to fail");
	sink.fail_entity = 1;
	sink.fail_class = "E_DATA_SIZE";
	refused("{\"id\":\"b\"}", "E_DATA_SIZE", "$.content.title", "b");
	assert_int_equal(sink.n_rows, 1);
	sink.fail_class = NULL;
	assert_false(recorder_take(recorder, str_from("{\"id\":\"c\"}"), 0, false, 0, &err));
	assert_int_equal(err.kind, ERR_DB_FINAL);
}

static void test_contract(void **state)
{
	(void)state;
	struct recorder *other = NULL;
	struct stream wrong = stream;
	struct field changed[ARRAY_LENGTH(fields)];
	wrong.n_fields = 2;
	assert_false(recorder_new(&other, &wrong, NULL, &sink.sink, &err));
	assert_string_equal(err.message, "stream parents has 2 fields for the 11 columns of stg.t_parents");
	memcpy(changed, fields, sizeof(fields));
	changed[1].column = "titel";
	wrong = stream;
	wrong.fields = changed;
	assert_false(recorder_new(&other, &wrong, NULL, &sink.sink, &err));
	assert_string_equal(err.message,
			    "stream parents: field 1 is titel, the column of stg.t_parents is title");
	memcpy(changed, fields, sizeof(fields));
	changed[1].path = NULL;
	assert_false(recorder_new(&other, &wrong, NULL, &sink.sink, &err));
	assert_string_equal(err.message, "stream parents: field title has no path");
	assert_int_equal(err.kind, ERR_CONTRACT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_fields, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_oversized, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_hook, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_rows_that_fail, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_contract, setup, teardown),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
