/* SPDX-License-Identifier: PostgreSQL */
#include "json/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/err.h"

static struct err err;

struct seen {
	struct buf records; /* "ordinal:raw|" of each, '!' before the raw of an oversized one */
	uint64_t full_bytes;
	size_t raw_length;
	bool is_to_fail;
};

static bool on_record(void *context, struct str raw, uint64_t ordinal, bool is_oversized, uint64_t full_bytes,
		      struct err *record_err)
{
	struct seen *seen = context;
	seen->full_bytes = full_bytes;
	seen->raw_length = raw.length;
	if (seen->is_to_fail)
		return err_set(record_err, ERR_DB_TRANSIENT, "enough");
	buf_printf(&seen->records, "%d:%s", (int)ordinal, is_oversized ? "!" : "");
	buf_put_str(&seen->records, str_slice(raw, 0, 100));
	buf_put_byte(&seen->records, '|');
	return true;
}

/* Feeds text in chunks, each in memory of its own so that a read past its end is seen. */
static bool feed(struct json_split *split, struct str text, size_t chunk_bytes)
{
	for (size_t at = 0; at < text.length; at += chunk_bytes) {
		struct str part = str_slice(text, at, chunk_bytes);
		char *copy = malloc(part.length);
		assert_non_null(copy);
		memcpy(copy, part.data, part.length);
		bool is_done = json_split_feed(split, (struct str){copy, part.length}, &err);
		free(copy);
		if (!is_done)
			return false;
	}
	return json_split_finish(split, &err);
}

static struct json_split *new_split(const char *item_key, struct seen *seen)
{
	struct json_split *split = NULL;
	struct json_split_options options = {
	    .item_key = item_key, .record_cap = CAP_RECORD_BYTES, .on_record = on_record, .context = seen};
	buf_init(&seen->records, 1000000);
	assert_true(json_split_new(&split, &options, &err));
	return split;
}

/* The same whatever the chunks. */
static void assert_split(const char *item_key, const char *text, const char *records, const char *skeleton)
{
	for (size_t chunk_bytes = 1; chunk_bytes <= strlen(text) + 1; chunk_bytes++) {
		struct seen seen = {.is_to_fail = false};
		struct json_split *split = new_split(item_key, &seen);
		if (!feed(split, str_from(text), chunk_bytes))
			fail_msg("%s in chunks of %zu: %s", text, chunk_bytes, err.message);
		assert_string_equal(buf_str(&seen.records).data, records);
		assert_string_equal(json_split_skeleton(split).data, skeleton);
		assert_int_equal(json_split_count(split), str_count_parts(buf_str(&seen.records), '|') - 1);
		buf_done(&seen.records);
		json_split_free(split);
	}
}

static void assert_fails(const char *item_key, const char *text, enum err_kind kind, const char *message)
{
	for (size_t chunk_bytes = 1; chunk_bytes <= strlen(text) + 1; chunk_bytes++) {
		struct seen seen = {.is_to_fail = false};
		struct json_split *split = new_split(item_key, &seen);
		if (feed(split, str_from(text), chunk_bytes))
			fail_msg("accepted: %s", text);
		assert_string_equal(err.message, message);
		assert_int_equal(err.kind, kind);
		assert_string_equal(err.class_name, kind == ERR_PROTOCOL ? "E_SRC_PROTO" : "E_SRC_TRUNC");
		assert_false(json_split_feed(split, str_from(" "), &err));
		assert_string_equal(err.message, "page splitter used after a failure");
		assert_false(json_split_finish(split, &err));
		assert_int_equal(err.kind, ERR_BUG);
		buf_done(&seen.records);
		json_split_free(split);
	}
}

static void splits_envelopes(void **state)
{
	(void)state;
	assert_split("notes", "{\"notes\":[{\"a\":1},{\"b\":[2,{}]}],\"count\":2}",
		     "0:{\"a\":1}|1:{\"b\":[2,{}]}|", "{\"notes\":[],\"count\":2}");
	assert_split("notes", " { \"count\" : 2 , \"notes\" : [ {} , \"s\" , 12 , null , [ ] ] } \n",
		     "0:{}|1:\"s\"|2:12|3:null|4:[ ]|", "{\"count\":2,\"notes\":[]}");
	assert_split("notes", "{\"notes\":[]}", "", "{\"notes\":[]}");
	assert_split("notes", "{\"notes\":[{\"s\":\"\\\\\"},{\"s\":\"}]\\\"{\\\\\\\"\"}]}",
		     "0:{\"s\":\"\\\\\"}|1:{\"s\":\"}]\\\"{\\\\\\\"\"}|", "{\"notes\":[]}");
	assert_split("notes", "{\"x\":{\"notes\":[1,2]},\"v\":\"notes\",\"notes\":[3]}", "0:3|",
		     "{\"x\":{\"notes\":[1,2]},\"v\":\"notes\",\"notes\":[]}");
	assert_split("notes", "\xEF\xBB\xBF{\"notes\":[1]}", "0:1|", "{\"notes\":[]}");
	assert_split("notes", "{\"notes\":[1], \"s\":\"a [b] {c} \\\" d\"}", "0:1|",
		     "{\"notes\":[],\"s\":\"a [b] {c} \\\" d\"}");
}

static void keeps_objects_without_items(void **state)
{
	(void)state;
	static const char *const bodies[] = {"{\"name\":\"RateLimitError\",\"status\":429}", "{}",
					     "{\"notes\":null}", "{\"notes\":{\"a\":[1]}}",
					     "{\"Notes\":[1]}"};
	for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++)
		assert_split("notes", bodies[i], "", bodies[i]);
	struct seen seen = {.is_to_fail = false};
	struct json_split *split = new_split("notes", &seen);
	assert_true(feed(split, str_from("{\"notes\":null}"), 4));
	assert_false(json_split_is_envelope(split));
	json_split_free(split);
	split = new_split("notes", &seen);
	assert_true(feed(split, str_from("{\"notes\":[]}"), 4));
	assert_true(json_split_is_envelope(split));
	json_split_free(split);
	json_split_free(NULL);
}

static void splits_arrays(void **state)
{
	(void)state;
	assert_split("notes", "[{\"a\":1},{\"b\":2}]", "0:{\"a\":1}|1:{\"b\":2}|", "[]");
	assert_split(NULL, " [ [1,2] ,\"x\\\"y\", -1.5e3 , true ] ", "0:[1,2]|1:\"x\\\"y\"|2:-1.5e3|3:true|",
		     "[]");
	assert_split(NULL, "[]", "", "[]");
}

static void splits_lines(void **state)
{
	(void)state;
	assert_split(NULL, "{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":\n3}", "0:{\"a\":1}|1:{\"b\":2}|2:{\"c\":\n3}|",
		     "");
	assert_split(NULL, "{}{}[1]\"x\"7 8", "0:{}|1:{}|2:[1]|3:\"x\"|4:7|5:8|", "");
}

static void splits_values(void **state)
{
	(void)state;
	assert_split(NULL, "{\"notes\":[1]}{}", "0:{\"notes\":[1]}|1:{}|", "");
	assert_split(NULL, "7 \"x\"\nnull\n12", "0:7|1:\"x\"|2:null|3:12|", "");
	assert_split(NULL, "", "", "");
	assert_split(NULL, " \n\t\r\n", "", "");
	assert_split(NULL, "\xEF\xBB\xBF", "", "");
	assert_split(NULL, "\xEF\xBB\xBF{}\n", "0:{}|", "");
}

/* What is wrong with one line stays with it. */
static void passes_broken_lines_on(void **state)
{
	(void)state;
	assert_split(NULL, "{\"a\":1}\n{\"b\":[}, 2}\n{\"c\":3}\n",
		     "0:{\"a\":1}|1:{\"b\":[}, 2}|2:{\"c\":3}|", "");
	assert_split(NULL, "{}\n}\n{}", "0:{}|1:}|2:{}|", "");
	assert_split(NULL, "{}\n?what \"is\n{}", "0:{}|1:?what \"is|2:{}|", "");
	assert_split(NULL, "{}\n,at the end", "0:{}|1:,at the end|", "");
	assert_split(NULL, "{}\nnope\n", "0:{}|1:nope|", "");
}

static void names_what_is_no_json(void **state)
{
	(void)state;
	static const char *const keys[] = {"notes", NULL};
	for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
		assert_fails(keys[i], "\n <!doctype html><html>", ERR_PROTOCOL, "answer is HTML, not JSON");
		assert_fails(keys[i], "\xEF\xBB\xBF<html>", ERR_PROTOCOL, "answer is HTML, not JSON");
		assert_fails(keys[i], "\x1F\x8B\x08", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x1f at byte 0");
		assert_fails(keys[i], "Service down", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x53 at byte 0");
		assert_fails(keys[i], "\xEF\xBBx", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x78 at byte 2");
		assert_fails(keys[i], "[1 2]", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x32 at byte 3");
		assert_fails(keys[i], "[1,]", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x5d at byte 3");
		assert_fails(keys[i], "[,1]", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x2c at byte 1");
		assert_fails(keys[i], "[{\"a\":[1}]", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x7d at byte 8");
		assert_fails(keys[i], "[1] x", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x78 at byte 4");
		assert_fails(keys[i], "[1][2]", ERR_PROTOCOL,
			     "answer is not JSON: unexpected byte 0x5b at byte 3");
		assert_fails(keys[i], "[1, nope]", ERR_PROTOCOL,
			     "answer is not JSON: bare word in place of record 1");
	}
	assert_fails(NULL, "not found\n", ERR_PROTOCOL, "answer is not JSON: bare word in place of record 0");
	assert_fails(NULL, "not", ERR_PROTOCOL, "answer is not JSON: bare word in place of record 0");
	assert_fails("notes", "\"oops\"", ERR_PROTOCOL, "answer is neither a JSON object nor an array");
	assert_fails("notes", "{\"notes\":[1]}{", ERR_PROTOCOL,
		     "answer is not JSON: unexpected byte 0x7b at byte 13");
	assert_fails("notes", "{\"notes\":[1],\"notes\":[2]}", ERR_PROTOCOL,
		     "answer has the member notes twice");
	assert_fails("notes", "{\"notes\":[1],}", ERR_PROTOCOL,
		     "answer is not JSON around its records: invalid JSON in byte 12 (parse error: invalid "
		     "object key (must "
		     "be a string)) at $");
}

static void names_truncation(void **state)
{
	(void)state;
	static const char page[] = "{\"n\":[{\"a\":\"b\"},2],\"c\":\"d\"}";
	for (size_t length = 1; length < sizeof(page) - 1; length++) {
		char text[sizeof(page)];
		char message[64];
		memcpy(text, page, length);
		text[length] = '\0';
		snprintf(message, sizeof(message), "answer ends inside a value, after %zu bytes", length);
		assert_fails("n", text, ERR_NET_TRANSIENT, message);
	}
	assert_fails("n", "", ERR_NET_TRANSIENT, "answer is empty");
	assert_fails("n", " \n", ERR_NET_TRANSIENT, "answer is empty");
	assert_fails("n", "[1,2", ERR_NET_TRANSIENT, "answer ends inside a value, after 4 bytes");
	assert_fails(NULL, "[", ERR_NET_TRANSIENT, "answer ends inside a value, after 1 bytes");
	assert_fails(NULL, "{\"a\":1}\n{\"b", ERR_NET_TRANSIENT,
		     "answer ends inside a value, after 11 bytes");
	assert_fails(NULL, "{}\n\"b\\\"", ERR_NET_TRANSIENT, "answer ends inside a value, after 7 bytes");
}

static void passes_the_callers_error_on(void **state)
{
	(void)state;
	struct seen seen = {.is_to_fail = true};
	struct json_split *split = new_split("notes", &seen);
	assert_false(feed(split, str_from("{\"notes\":[1,2]}"), 100));
	assert_int_equal(err.kind, ERR_DB_TRANSIENT);
	assert_string_equal(err.message, "enough");
	assert_int_equal(json_split_count(split), 1);
	json_split_free(split);
}

static void counts_without_a_callback(void **state)
{
	(void)state;
	struct json_split *split = NULL;
	struct json_split_options options = {.item_key = "notes", .record_cap = CAP_RECORD_BYTES};
	assert_true(json_split_new(&split, &options, &err));
	assert_true(feed(split, str_from("{\"notes\":[{},{},{}]}"), 3));
	assert_int_equal(json_split_count(split), 3);
	json_split_free(split);
}

/* 64 MB in one string: read past, with the beginning kept. */
static void skips_oversized_records(void **state)
{
	(void)state;
	static char filler[CAP_CHUNK_BYTES];
	struct seen seen = {.is_to_fail = false};
	struct json_split *split = new_split("n", &seen);
	memset(filler, 'x', sizeof(filler));
	assert_true(json_split_feed(split, str_from("{\"n\":[{\"id\":\"a\",\"s\":\""), &err));
	for (int i = 0; i < 1024; i++)
		assert_true(json_split_feed(split, (struct str){filler, sizeof(filler)}, &err));
	assert_true(json_split_feed(split, str_from("\"}"), &err));
	assert_int_equal(seen.full_bytes, 15 + 1024 * sizeof(filler) + 2);
	assert_int_equal(seen.raw_length, CAP_RECORD_BYTES);
	assert_true(feed(split, str_from(",{\"id\":\"b\"}]}"), 100));
	assert_int_equal(json_split_count(split), 2);
	assert_int_equal(strncmp(seen.records.data, "0:!{\"id\":\"a\"", 12), 0);
	assert_true(str_ends_with(buf_str(&seen.records), str_from("|1:{\"id\":\"b\"}|")));
	buf_done(&seen.records);
	json_split_free(split);
}

static void keeps_enough_of_an_oversized_record(void **state)
{
	(void)state;
	struct seen seen = {.is_to_fail = false};
	struct json_split *split = NULL;
	struct json_split_options options = {.record_cap = 10, .on_record = on_record, .context = &seen};
	buf_init(&seen.records, 1000);
	assert_true(json_split_new(&split, &options, &err));
	assert_true(feed(split, str_from("[\"123456789\",\"12345678\"]"), 100));
	assert_string_equal(seen.records.data, "0:!\"123456789\"|1:\"12345678\"|");
	buf_done(&seen.records);
	json_split_free(split);
}

static void caps_the_skeleton(void **state)
{
	(void)state;
	static char filler[CAP_CHUNK_BYTES];
	struct seen seen = {.is_to_fail = false};
	struct json_split *split = new_split("n", &seen);
	memset(filler, 'x', sizeof(filler));
	assert_true(json_split_feed(split, str_from("{\"s\":\""), &err));
	bool is_done = true;
	for (int i = 0; i < 100 && is_done; i++)
		is_done = json_split_feed(split, (struct str){filler, sizeof(filler)}, &err);
	assert_false(is_done);
	assert_string_equal(err.message, "answer has more than 1048576 bytes around its records");
	json_split_free(split);
}

static void survives_any_depth(void **state)
{
	(void)state;
	static char open[100000];
	static char close[100000];
	struct seen seen = {.is_to_fail = false};
	struct json_split *split = new_split(NULL, &seen);
	memset(open, '[', sizeof(open));
	memset(close, ']', sizeof(close));
	assert_true(json_split_feed(split, (struct str){open, sizeof(open)}, &err));
	assert_true(feed(split, (struct str){close, sizeof(close)}, 777));
	assert_int_equal(json_split_count(split), 1);
	assert_int_equal(seen.full_bytes, 199998);
	buf_done(&seen.records);
	json_split_free(split);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(splits_envelopes),
	    cmocka_unit_test(keeps_objects_without_items),
	    cmocka_unit_test(splits_arrays),
	    cmocka_unit_test(splits_lines),
	    cmocka_unit_test(splits_values),
	    cmocka_unit_test(passes_broken_lines_on),
	    cmocka_unit_test(names_what_is_no_json),
	    cmocka_unit_test(names_truncation),
	    cmocka_unit_test(passes_the_callers_error_on),
	    cmocka_unit_test(counts_without_a_callback),
	    cmocka_unit_test(skips_oversized_records),
	    cmocka_unit_test(keeps_enough_of_an_oversized_record),
	    cmocka_unit_test(caps_the_skeleton),
	    cmocka_unit_test(survives_any_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
