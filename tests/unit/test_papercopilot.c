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

#include "base/buf.h"
#include "base/err.h"
#include "case_file.h"

#define CASES "tests/cases/papercopilot"

static const struct source *source;

static const char *flag(const struct json *root, const char *name)
{
	struct str text = json_str(json_get(json_get(root, "flags"), name));
	return str_is_none(text) ? NULL : arena_text(&case_arena, text);
}

static struct str raw_record(const struct json *record)
{
	return record->kind == JSON_STRING ? record->text : str_from(case_text(record));
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
	struct file_claim file = {.path = arena_text(&case_arena, json_str(json_get(root, "file"))),
				  .name = json_str(json_get(root, "file")),
				  .first = first,
				  .is_array = is_array != NULL && is_array->is_true,
				  .venue = flag(root, "venue"),
				  .year = flag(root, "year"),
				  .crawled_on = flag(root, "crawled_on"),
				  .arena = &case_arena};
	bool is_claimed = source->file_partition(&file, partition, &err);
	if (!str_is_none(problem)) {
		if (is_claimed || str_find(str_from(err.message), problem) == strlen(err.message)) {
			snprintf(case_failure, sizeof(case_failure), "problem: %.900s",
				 is_claimed ? "none" : err.message);
			return false;
		}
		return true;
	}
	struct str wanted = json_str(json_get(root, "partition"));
	if (!is_claimed || !str_equal_text(wanted, partition->key)) {
		snprintf(case_failure, sizeof(case_failure), "partition: %.900s",
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
			snprintf(case_failure, sizeof(case_failure), "%s", err.message);
			is_good = false;
		}
	}
	is_good = is_good && case_check_rows(&sink, stream, "papercopilot", json_get(root, "rows")) &&
		  case_check_rejects(&sink, json_get(root, "rejects"));
	recorder_free(recorder);
	memory_sink_done(&sink);
	return is_good;
}

static bool check_case(const struct json *root)
{
	struct file_partition partition = {0};
	return claim(root, &partition) &&
	       (json_get(root, "problem") != NULL || run_records(root, &partition));
}

static void test_cases(void **state)
{
	(void)state;
	case_run_all(CASES, 10, check_case);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
	source = source_find(str_from("papercopilot"));
	return cmocka_run_group_tests_name("papercopilot", tests, NULL, NULL);
}
