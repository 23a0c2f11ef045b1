/* SPDX-License-Identifier: PostgreSQL */
#include "case_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

#define MAX_CASES 100

struct arena case_arena;
char case_failure[1024];

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
	if (!json_parse(str_from(text), &case_arena, &root, &err))
		fail_msg("%s", err.message);
	return root;
}

const char *case_text(const struct json *value)
{
	struct buf buf;
	char *text = arena_alloc(&case_arena, SINK_TEXT_BYTES);
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
		const char *name = arena_text(&case_arena, member->key);
		const char *expected = case_text(member);
		const char *actual = case_text(json_get(got, name));
		if (strcmp(expected, actual) != 0) {
			snprintf(case_failure, sizeof(case_failure), "%s: %s is %.300s instead of %.300s",
				 where, name, actual, expected);
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
			snprintf(case_failure, sizeof(case_failure), "%s: not expected: %.500s", where,
				 sink->rows[i].json);
			return false;
		}
		if (!is_same_row(wanted, sink->rows[i].json, where))
			return false;
		wanted = wanted->next;
	}
	if (wanted != NULL)
		snprintf(case_failure, sizeof(case_failure), "%s: only %zu rows, %zu expected", table, n_rows,
			 wanted_rows->n_children);
	return wanted == NULL;
}

/* "stg.openreview_notes" -> "notes" */
static const char *table_name(const struct stream *stream, size_t entity, const char *source_name)
{
	return stream->entities[entity].table + strlen("stg.") + strlen(source_name) + strlen("_");
}

bool case_check_rows(const struct memory_sink *sink, const struct stream *stream, const char *source_name,
		     const struct json *wanted)
{
	for (size_t i = 0; i < stream->n_entities; i++) {
		const char *table = table_name(stream, i, source_name);
		const struct json *rows = json_get(wanted, table);
		if (rows != NULL && !check_table(sink, rows, i, table))
			return false;
	}
	return true;
}

bool case_check_rejects(const struct memory_sink *sink, const struct json *wanted)
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
			snprintf(case_failure, sizeof(case_failure), "%s: not expected: %.500s (%s)", where,
				 row, got->detail);
			return false;
		}
		if (!is_same_row(reject, row, where))
			return false;
		reject = reject->next;
	}
	if (reject != NULL)
		snprintf(case_failure, sizeof(case_failure), "only %zu rejects", sink->n_rejects);
	return reject == NULL;
}

static void run_case(const char *folder, const char *name, bool (*check)(const struct json *root))
{
	CLEANUP(buf_done) struct buf text;
	struct err err = {.kind = ERR_NONE};
	char path[512];
	snprintf(path, sizeof(path), "%s/%.300s", folder, name);
	buf_init(&text, CASE_BYTES);
	if (!file_read(path, &text, &err))
		fail_msg("%s", err.message);
	arena_init(&case_arena, (size_t)64 * 1024 * 1024);
	const struct json *root = NULL;
	if (!json_parse(buf_str(&text), &case_arena, &root, &err))
		fail_msg("%s: %s", path, err.message);
	if (!check(root))
		fail_msg("%s (%.*s): %s", name, (int)json_str(json_get(root, "about")).length,
			 json_str(json_get(root, "about")).data, case_failure);
	arena_done(&case_arena);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(left, right);
}

void case_run_all(const char *folder, size_t least, bool (*check)(const struct json *root))
{
	char names[MAX_CASES][300];
	size_t n_names = 0;
	DIR *directory = opendir(folder);
	assert_non_null(directory);
	for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
		if (entry->d_name[0] == '.')
			continue;
		assert_true(n_names < MAX_CASES);
		snprintf(names[n_names++], sizeof(names[0]), "%.290s", entry->d_name);
	}
	closedir(directory);
	assert_true(n_names >= least);
	qsort(names, n_names, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n_names; i++)
		run_case(folder, names[i], check);
}
