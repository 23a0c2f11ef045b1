/* SPDX-License-Identifier: PostgreSQL */
#include "json/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"

static struct arena arena;
static struct err err;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, CAP_RECORD_ARENA);
	err_reset(&err);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

static const struct json *parse(const char *text)
{
	const struct json *root = NULL;
	if (!json_parse(str_from(text), &arena, &root, &err))
		fail_msg("%s: %s", text, err.message);
	return root;
}

static void assert_refused(struct str text, const char *class_name, const char *message)
{
	const struct json *root = NULL;
	arena_reset(&arena);
	err_reset(&err);
	assert_false(json_parse(text, &arena, &root, &err));
	assert_null(root);
	assert_string_equal(err.message, message);
	assert_string_equal(err.class_name, class_name);
	assert_int_equal(err.kind, ERR_DATA);
}

static void builds_the_tree(void **state)
{
	(void)state;
	const char *text = " {\"id\":\"x\",\"n\":-1.50e3,\"t\":true,\"f\":false,\"z\":null,\"e\":\"\",\"a\":["
			   "1,[],{}],\"o\":{"
			   "\"value\":{\"deep\":\"\\u00e9\\n\\ud83d\\ude00\"}}} ";
	const struct json *root = parse(text);
	assert_int_equal(root->kind, JSON_OBJECT);
	assert_int_equal(root->n_children, 8);
	assert_true(str_is_none(root->key));
	const struct json *id = json_get(root, "id");
	assert_true(str_equal_text(json_str(id), "x"));
	assert_true(id->text.data > text && id->text.data < text + strlen(text)); /* not copied */
	assert_true(str_equal_text(id->key, "id"));
	assert_true(str_equal_text(json_str(json_get(root, "n")), "-1.50e3"));
	assert_int_equal(json_get(root, "n")->kind, JSON_NUMBER);
	assert_true(json_get(root, "t")->is_true);
	assert_false(json_get(root, "f")->is_true);
	assert_true(str_is_none(json_str(json_get(root, "t"))));
	assert_true(json_is_null(json_get(root, "z")));
	assert_true(json_is_null(json_get(root, "absent")));
	assert_false(json_is_null(id));
	assert_false(str_is_none(json_str(json_get(root, "e"))));
	assert_int_equal(json_str(json_get(root, "e")).length, 0);
	const struct json *array = json_get(root, "a");
	assert_int_equal(array->n_children, 3);
	assert_int_equal(array->first->next->kind, JSON_ARRAY);
	assert_true(str_is_none(array->first->key));
	assert_null(array->first->next->next->next);
	assert_true(str_equal_text(json_str(json_path(root, "o.value.deep")), "\xC3\xA9\n\xF0\x9F\x98\x80"));
	assert_null(json_path(root, "o.absent.deep"));
	assert_null(json_path(root, "id.x"));
	assert_null(json_path(NULL, "id"));
	assert_null(json_get(NULL, "id"));
	assert_null(json_get(array, "id"));
	assert_true(str_is_none(json_str(NULL)));
	assert_ptr_equal(json_unwrap(json_get(root, "o")), json_path(root, "o.value"));
	assert_ptr_equal(json_unwrap(id), id);
	assert_null(json_unwrap(NULL));
}

static void takes_any_value(void **state)
{
	(void)state;
	static const char *const numbers[] = {"0",     "-0",	 "9223372036854775808",
					      "1e400", "1e-400", "123456789012345678901234"};
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
		const struct json *root = parse(numbers[i]);
		assert_int_equal(root->kind, JSON_NUMBER);
		assert_true(str_equal_text(root->text, numbers[i]));
	}
	assert_int_equal(parse("null")->kind, JSON_NULL);
	assert_int_equal(parse("true")->kind, JSON_BOOLEAN);
	assert_int_equal(parse("\"\"")->kind, JSON_STRING);
	assert_int_equal(parse("[]")->n_children, 0);
	assert_true(str_equal_text(parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"")->text, "\"\\/\b\f\n\r\t"));
}

static void refuses_bad_syntax(void **state)
{
	(void)state;
	static const char *const bad[] = {"",		" ",	     "{",
					  "}",		"[1,]",	     "[,1]",
					  "{\"a\"}",	"{\"a\":}",  "{a:1}",
					  "{'a':1}",	"[1 2]",     "[1]]",
					  "1 2",	"tru",	     "nul",
					  "01",		"1.",	     ".5",
					  "+1",		"-",	     "1e",
					  "NaN",	"Infinity",  "\"a",
					  "\"\\x\"",	"\"\\u12\"", "\"\n\"",
					  "\"\t\"",	"[1]\f",     "\v[1]",
					  "// c\n1",	"/* c */ 1", "\xEF\xBB\xBF[]",
					  "{\"a\":1,}", "{\"a\" 1}", "[1}",
					  "{\"a\":1]",	"<html>",    "\"\\ud800"};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		const struct json *root = NULL;
		arena_reset(&arena);
		if (json_parse(str_from(bad[i]), &arena, &root, &err))
			fail_msg("accepted: %s", bad[i]);
		assert_string_equal(err.class_name, "E_DATA_JSON");
	}
	assert_refused((struct str){"[1,\0]", 5}, "E_DATA_JSON",
		       "invalid JSON in byte 3 (lexical error: invalid char in json text.) at $[1]");
	assert_refused(str_from("{\"a\":[1,2,x]}"), "E_DATA_JSON",
		       "invalid JSON in byte 10 (lexical error: invalid char in json text.) at $.a[2]");
	assert_refused(str_from("[1]\f"), "E_DATA_JSON", "invalid JSON (vertical blank) at $");
	assert_refused(STR_NONE, "E_DATA_JSON", "invalid JSON in byte 0 (parse error: premature EOF) at $");
}

static void refuses_bad_utf8(void **state)
{
	(void)state;
	static const char *const bad[] = {"{\"b\":[0,\"\xC0\x80\"]}",	      "{\"b\":[0,\"\xED\xA0\x80\"]}",
					  "{\"b\":[0,\"\xF4\x90\x80\x80\"]}", "{\"b\":[0,\"M\xFCller\"]}",
					  "{\"b\":[0,\"\\n\xFF\"]}",	      "{\"b\":[0,\"\xE2\x82\"]}"};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_refused(str_from(bad[i]), "E_DATA_UTF8", "invalid UTF-8 at $.b[1]");
	assert_refused(str_from("{\"a\":{\"\xFF\":1}}"), "E_DATA_UTF8", "invalid UTF-8 at $.a");
	assert_true(str_equal_text(parse("\"\xF4\x8F\xBF\xBF\"")->text, "\xF4\x8F\xBF\xBF"));
}

static void refuses_nul_and_surrogates(void **state)
{
	(void)state;
	static const char *const bad[] = {
	    "\\ud800",	  "\\udc00",	    "\\ud800\\u0041",  "\\udc00\\ud800", "\\ud800\\ud800",
	    "\\uD83D",	  "x\\udfff",	    "\\ud800x\\udc00", "\\\\\\ud800",	 "\\ud83d\\ude00\\ud83d",
	    "\\ud800\\n", "\\\"\\udc00\\\""};
	char text[100];
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		snprintf(text, sizeof(text), "{\"a\":\"\\u0041\",\"s\":[\"\", \"%s\"]}", bad[i]);
		assert_refused(str_from(text), "E_DATA_SURROGATE", "half of a surrogate pair at $.s[1]");
		snprintf(text, sizeof(text), "{\"a\":{\"%s\" : 1}}", bad[i]);
		assert_refused(str_from(text), "E_DATA_SURROGATE", "half of a surrogate pair at $.a");
	}
	assert_refused(str_from("{\"a\":{\"b\":\"x\\u0000\"}}"), "E_DATA_NUL", "character U+0000 at $.a.b");
	assert_refused(str_from("{\"a\":{\"\\u0000\":1}}"), "E_DATA_NUL", "character U+0000 at $.a");
	assert_true(str_equal_text(parse("\"\\\\ud800 \\\\u0000\"")->text, "\\ud800 \\u0000"));
	assert_true(str_equal_text(parse("\"\\uD834\\uDD1E\"")->text, "\xF0\x9D\x84\x9E"));
}

static void refuses_duplicate_keys(void **state)
{
	(void)state;
	assert_refused(str_from("{\"a\":1,\"b\":{\"c\":1,\"d\":2,\"c\":1}}"), "E_DATA_DUPKEY",
		       "duplicate key at $.b.c");
	assert_refused(str_from("{\"a\":1,\"\\u0061\":2}"), "E_DATA_DUPKEY", "duplicate key at $.a");
	assert_refused(str_from("{\"\":1,\"\":2}"), "E_DATA_DUPKEY", "duplicate key at $.?");
	assert_refused(str_from("{\"x@y.org\":1,\"x@y.org\":2}"), "E_DATA_DUPKEY", "duplicate key at $.?");
	parse("[{\"a\":1},{\"a\":1},{\"b\":{\"a\":1},\"a\":1}]");
}

/* {"k0":1, … } with n keys; then one more time k<again>, unless it is n or more. */
static void put_keys(struct buf *buf, int n, int again)
{
	buf_put_byte(buf, '{');
	for (int i = 0; i < n; i++)
		buf_printf(buf, "%s\"k%d\":1", i == 0 ? "" : ",", i);
	if (again < n)
		buf_printf(buf, ",\"k%d\":2", again);
	buf_put_byte(buf, '}');
}

static void finds_duplicates_in_objects_of_any_size(void **state)
{
	(void)state;
	for (int n = 1; n < 200; n++) {
		struct buf buf;
		char message[64];
		const struct json *root = NULL;
		buf_init(&buf, CAP_RECORD_BYTES);
		put_keys(&buf, n, n);
		arena_reset(&arena);
		assert_true(json_parse(buf_str(&buf), &arena, &root, &err));
		assert_int_equal(root->n_children, n);
		for (int again = 0; again < n; again += n / 3 + 1) {
			buf_reset(&buf);
			put_keys(&buf, n, again);
			snprintf(message, sizeof(message), "duplicate key at $.k%d", again);
			assert_refused(buf_str(&buf), "E_DATA_DUPKEY", message);
		}
		buf_done(&buf);
	}
}

static int64_t time_of_keys_ms(int n)
{
	struct buf buf;
	struct arena large;
	const struct json *root = NULL;
	buf_init(&buf, (size_t)64 * 1024 * 1024);
	arena_init(&large, (size_t)512 * 1024 * 1024);
	put_keys(&buf, n, n);
	int64_t start_ms = clock_monotonic_ms();
	assert_true(json_parse(buf_str(&buf), &large, &root, &err));
	int64_t spent_ms = clock_monotonic_ms() - start_ms;
	assert_int_equal(root->n_children, n);
	arena_done(&large);
	buf_done(&buf);
	return spent_ms;
}

static void takes_linear_time_for_a_million_keys(void **state)
{
	(void)state;
	int64_t small_ms = time_of_keys_ms(100000);
	assert_true(time_of_keys_ms(1000000) < 40 * (small_ms + 50)); /* quadratic would be 100 times */
}

static void caps_depth(void **state)
{
	(void)state;
	struct buf buf;
	const struct json *root = NULL;
	buf_init(&buf, CAP_RECORD_BYTES);
	for (int i = 0; i < CAP_JSON_DEPTH; i++)
		buf_put_byte(&buf, '[');
	for (int i = 0; i < CAP_JSON_DEPTH; i++)
		buf_put_byte(&buf, ']');
	assert_true(json_parse(buf_str(&buf), &arena, &root, &err));
	buf_reset(&buf);
	for (int i = 0; i < 1000000; i++)
		buf_put_byte(&buf, '[');
	arena_reset(&arena);
	assert_false(json_parse(buf_str(&buf), &arena, &root, &err));
	assert_string_equal(err.class_name, "E_DATA_DEPTH");
	assert_int_equal(strncmp(err.message, "more than 64 levels at $[0][0]", 30), 0);
	buf_reset(&buf);
	for (int i = 0; i < 70; i++)
		buf_put_text(&buf, "{\"a\":");
	assert_false(json_parse(buf_str(&buf), &arena, &root, &err));
	assert_string_equal(err.class_name, "E_DATA_DEPTH");
	buf_done(&buf);
}

/* Every cap from nothing to enough: yajl's own memory runs out at some, ours at others. */
static void stops_at_the_arena_cap(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, CAP_RECORD_BYTES);
	buf_put_text(&buf, "{\"a\":[1,2,{\"b\\n\":\"");
	for (int i = 0; i < 3000; i++)
		buf_put_text(&buf, "\\u00e9x\\n");
	buf_put_text(&buf, "\"}],\"c\":12345}");
	bool is_done = false;
	for (size_t cap = 0; cap < 200000 && !is_done; cap += 48) {
		struct arena small;
		const struct json *root = NULL;
		arena_init(&small, cap);
		is_done = json_parse(buf_str(&buf), &small, &root, &err);
		if (is_done) {
			assert_int_equal(json_get(root, "a")->n_children, 3);
		} else {
			char message[100];
			snprintf(message, sizeof(message),
				 "JSON record of %zu bytes needs more than %zu bytes decoded", buf.length,
				 cap);
			assert_string_equal(err.message, message);
			assert_string_equal(err.class_name, "E_DATA_SIZE");
		}
		arena_done(&small);
	}
	assert_true(is_done);
	buf_done(&buf);
}

static void peeks(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *value;
	} cases[] = {{"{\"id\":\"abc\"}", "abc"},
		     {" { \"x\" : {\"id\":\"no\"}, \"y\":[{\"id\":\"no\"}], \"id\" : \"abc\"", "abc"},
		     {"{\"a\":\"\\\"id\\\":\\\"no\\\"\",\"id\":\"yes\",,,}}}", "yes"},
		     {"{\"v\":\"id\",\"id\":\"\"}", ""},
		     {"{\"a\":1}", NULL},
		     {"{\"id\":7}", NULL},
		     {"{\"id\":\"a\\n\"}", NULL},
		     {"{\"id\":\"\xC3\xA9\"}", NULL},
		     {"{\"id\":\"cut", NULL},
		     {"{\"id\":", NULL},
		     {"{\"id\"", NULL},
		     {"{\"id", NULL},
		     {"{\"id\\", NULL},
		     {"}{\"id\":\"abc\"}", "abc"},
		     {"\"id\":\"abc\"", NULL},
		     {"", NULL}};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct str value = json_peek_key(str_from(cases[i].text), "id");
		assert_true(str_equal(value, str_from(cases[i].value)));
	}
	assert_true(str_is_none(json_peek_key(STR_NONE, "id")));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(builds_the_tree),
	    CASE(takes_any_value),
	    CASE(refuses_bad_syntax),
	    CASE(refuses_bad_utf8),
	    CASE(refuses_nul_and_surrogates),
	    CASE(refuses_duplicate_keys),
	    CASE(finds_duplicates_in_objects_of_any_size),
	    CASE(takes_linear_time_for_a_million_keys),
	    CASE(caps_depth),
	    CASE(stops_at_the_arena_cap),
	    CASE(peeks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
