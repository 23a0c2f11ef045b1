/* SPDX-License-Identifier: PostgreSQL
 *
 * tests/cases/papercopilot/<name>.json through the source, without a database. One case:
 *
 *     {"about": "…", "file": "iclr2021.jsonl", "is_array": false, "flags": {"venue": "…", "year": "…"},
 *      "records": [{…} | "raw line"], "partition": "authors/iclr2021" | "problem": "part of the message",
 *      "rows": {"papers": [{column: value, …}], "authors": […], "affiliations": […]},
 *      "rejects": [{"class": "…", "path": "…", "key": "…"}]}
 *
 * All rows of a table that is mentioned must be there, in order; of a row the mentioned columns are compared.
 */
#include "source/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "memory_sink.h"

#define CASES	   "tests/cases/papercopilot"
#define MAX_CASES  100
#define CASE_BYTES ((size_t)1024 * 1024)

static const struct source *source;
static struct arena arena;
static char failure[1024];

static void put_json(struct buf *buf, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL:
		buf_put_text(buf, "null");
		return;
	case JSON_BOOLEAN:
		buf_put_text(buf, value->is_true ? "true" : "false");
		return;
	case JSON_NUMBER:
		buf_put_str(buf, value->text);
		return;
	case JSON_STRING:
		buf_put_json(buf, value->text);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
	buf_put_byte(buf, value->kind == JSON_ARRAY ? '[' : '{');
	for (const struct json *child = value->first; child != NULL; child = child->next) {
		if (child != value->first)
			buf_put_byte(buf, ',');
		if (value->kind == JSON_OBJECT) {
			buf_put_json(buf, child->key);
			buf_put_byte(buf, ':');
		}
		put_json(buf, child);
	}
	buf_put_byte(buf, value->kind == JSON_ARRAY ? ']' : '}');
}

static const struct json *parse(const char *text)
{
	struct err err = {.kind = ERR_NONE};
	const struct json *root = NULL;
	if (!json_parse(str_from(text), &arena, &root, &err))
		fail_msg("%s", err.message);
	return root;
}

static const char *text_of(const struct json *value)
{
	struct buf buf;
	char *text = arena_alloc(&arena, SINK_TEXT_BYTES);
	assert_non_null(text);
	buf_init_borrowed(&buf, text, SINK_TEXT_BYTES);
	if (value == NULL)
		buf_put_text(&buf, "(missing)");
	else
		put_json(&buf, value);
	return text;
}

/* First difference between wanted members and the row's, or none. */
static bool is_same_row(const struct json *wanted, const char *row, const char *where)
{
	const struct json *got = parse(row);
	for (const struct json *member = wanted->first; member != NULL; member = member->next) {
		const char *name = arena_text(&arena, member->key);
		const char *expected = text_of(member);
		const char *actual = text_of(json_get(got, name));
		if (strcmp(expected, actual) != 0) {
			snprintf(failure, sizeof(failure), "%s: %s is %.300s instead of %.300s", where, name,
				 actual, expected);
			return false;
		}
	}
	return true;
}

static bool check_table(const struct memory_sink *sink, const struct json *wanted_rows, size_t entity,
			const char *table)
{
	const struct json *wanted = wanted_rows->first;
	size_t n_rows = 0;
	char where[64];
	for (size_t i = 0; i < sink->n_rows; i++) {
		if (sink->rows[i].entity != entity)
			continue;
		snprintf(where, sizeof(where), "%s %zu", table, n_rows++);
		if (wanted == NULL) {
			snprintf(failure, sizeof(failure), "%s: not expected: %.500s", where,
				 sink->rows[i].json);
			return false;
		}
		if (!is_same_row(wanted, sink->rows[i].json, where))
			return false;
		wanted = wanted->next;
	}
	if (wanted != NULL)
		snprintf(failure, sizeof(failure), "%s: only %zu rows, %zu expected", table, n_rows,
			 wanted_rows->n_children);
	return wanted == NULL;
}

static bool check_rows(const struct memory_sink *sink, const struct json *wanted)
{
	static const char *const tables[] = {"papers", "authors", "affiliations"};
	for (size_t i = 0; i < ARRAY_LENGTH(tables); i++) {
		const struct json *rows = json_get(wanted, tables[i]);
		if (rows != NULL && !check_table(sink, rows, i, tables[i]))
			return false;
	}
	return true;
}

static bool check_rejects(const struct memory_sink *sink, const struct json *wanted)
{
	char row[1024];
	char where[32];
	const struct json *reject = wanted == NULL ? NULL : wanted->first;
	for (size_t i = 0; i < sink->n_rejects; i++) {
		const struct sink_reject *got = &sink->rejects[i];
		snprintf(row, sizeof(row), "{\"class\":\"%s\",\"path\":\"%s\",\"key\":\"%s\",\"is_row\":%s}",
			 got->class_name, got->json_path, got->key, got->is_row ? "true" : "false");
		snprintf(where, sizeof(where), "reject %zu", i);
		if (reject == NULL) {
			snprintf(failure, sizeof(failure), "%s: not expected: %.500s (%s)", where, row,
				 got->detail);
			return false;
		}
		if (!is_same_row(reject, row, where))
			return false;
		reject = reject->next;
	}
	if (reject != NULL)
		snprintf(failure, sizeof(failure), "only %zu rejects", sink->n_rejects);
	return reject == NULL;
}

static const char *flag(const struct json *root, const char *name)
{
	struct str text = json_str(json_get(json_get(root, "flags"), name));
	return str_is_none(text) ? NULL : arena_text(&arena, text);
}

static struct str raw_record(const struct json *record)
{
	return record->kind == JSON_STRING ? record->text : str_from(text_of(record));
}

static bool claim(const struct json *root, struct file_partition *partition)
{
	struct err err = {.kind = ERR_NONE};
	struct str problem = json_str(json_get(root, "problem"));
	const struct json *records = json_get(root, "records");
	const struct json *is_array = json_get(root, "is_array");
	const struct json *first = records->first;
	while (first != NULL && first->kind == JSON_STRING)
		first = first->next;
	struct file_claim file = {.path = arena_text(&arena, json_str(json_get(root, "file"))),
				  .name = json_str(json_get(root, "file")),
				  .first = first,
				  .is_array = is_array != NULL && is_array->is_true,
				  .venue = flag(root, "venue"),
				  .year = flag(root, "year"),
				  .crawled_on = flag(root, "crawled_on"),
				  .arena = &arena};
	bool is_claimed = source->file_partition(&file, partition, &err);
	if (!str_is_none(problem)) {
		if (is_claimed || str_find(str_from(err.message), problem) == strlen(err.message)) {
			snprintf(failure, sizeof(failure), "problem: %.900s",
				 is_claimed ? "none" : err.message);
			return false;
		}
		return true;
	}
	struct str wanted = json_str(json_get(root, "partition"));
	if (!is_claimed || !str_equal_text(wanted, partition->key)) {
		snprintf(failure, sizeof(failure), "partition: %.900s",
			 is_claimed ? partition->key : err.message);
		return false;
	}
	return true;
}

static bool run_records(const struct json *root, const struct file_partition *partition)
{
	struct err err = {.kind = ERR_NONE};
	struct memory_sink sink;
	struct recorder *recorder = NULL;
	uint64_t ordinal = 0;
	const struct stream *stream = &source->streams[partition->stream];
	memory_sink_init(&sink, stream);
	assert_true(recorder_new(&recorder, stream, NULL, &sink.sink, &err));
	recorder_page(recorder, partition->key, partition->arguments, partition->n_arguments);
	bool is_good = true;
	for (const struct json *record = json_get(root, "records")->first; record != NULL;
	     record = record->next) {
		if (!recorder_take(recorder, raw_record(record), ordinal++, false, 0, &err)) {
			snprintf(failure, sizeof(failure), "%s", err.message);
			is_good = false;
		}
	}
	is_good = is_good && check_rows(&sink, json_get(root, "rows")) &&
		  check_rejects(&sink, json_get(root, "rejects"));
	recorder_free(recorder);
	memory_sink_done(&sink);
	return is_good;
}

static void run_case(const char *name)
{
	CLEANUP(buf_done) struct buf text;
	struct err err = {.kind = ERR_NONE};
	struct file_partition partition = {0};
	char path[512];
	snprintf(path, sizeof(path), CASES "/%.300s", name);
	buf_init(&text, CASE_BYTES);
	if (!file_read(path, &text, &err))
		fail_msg("%s", err.message);
	arena_init(&arena, (size_t)64 * 1024 * 1024);
	const struct json *root = NULL;
	if (!json_parse(buf_str(&text), &arena, &root, &err))
		fail_msg("%s: %s", path, err.message);
	bool is_good = claim(root, &partition);
	if (is_good && json_get(root, "problem") == NULL)
		is_good = run_records(root, &partition);
	if (!is_good)
		fail_msg("%s (%.*s): %s", name, (int)json_str(json_get(root, "about")).length,
			 json_str(json_get(root, "about")).data, failure);
	arena_done(&arena);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(left, right);
}

static void test_cases(void **state)
{
	char names[MAX_CASES][300];
	size_t n_names = 0;
	(void)state;
	DIR *directory = opendir(CASES);
	assert_non_null(directory);
	for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
		if (entry->d_name[0] == '.')
			continue;
		assert_true(n_names < MAX_CASES);
		snprintf(names[n_names++], sizeof(names[0]), "%.290s", entry->d_name);
	}
	closedir(directory);
	assert_true(n_names > 10);
	qsort(names, n_names, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n_names; i++)
		run_case(names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
	source = source_find(str_from("papercopilot"));
	return cmocka_run_group_tests_name("papercopilot", tests, NULL, NULL);
}
