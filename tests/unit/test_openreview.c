/* SPDX-License-Identifier: PostgreSQL
 *
 * tests/cases/openreview/<name>.json through the source, without network or database. One case is one
 * exchange:
 *
 *     {"about": "…", "stream": "notes",
 *      "request": {"partition": "V", "arguments": [text | null], "ids": […], "watermark": "…", "mode": 0,
 *                  "after": "…", "n_known": 0, "is_paged": false, "n_ids_at_first": 2},
 *      "url": "/notes?invitation=…", "body": "…",
 *      "reply": {"notes": [{…} | "raw record"]},
 *      "rows": {"notes": [{column: value, …}], "note_authors": […]}, "n_skipped": 0,
 *      "rejects": [{"class": "…", "path": "…", "key": "…", "is_row": true}]}
 *
 * `url` stands behind the host; "" = there is no such way of asking. All rows of a table that is mentioned
 * must be there, in order; of a row the mentioned columns are compared.
 */
#include "source/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "case_file.h"
#include "run/budget.h"
#include "run/scan.h"
#include "run/traverse.h"
#include "source/openreview.h"

#define CASES	"tests/cases/openreview"
#define MAX_IDS 200

static const struct source *source;
static struct conf *conf;

static const struct stream *find_stream(struct str name)
{
	for (size_t i = 0; i < source->n_streams; i++)
		if (str_equal_text(name, source->streams[i].name))
			return &source->streams[i];
	fail_msg("no stream %.*s", (int)name.length, name.data);
	return NULL;
}

static const char *text_or_null(const struct json *value)
{
	struct str text = json_str(value);
	return str_is_none(text) ? NULL : arena_text(&case_arena, text);
}

static int64_t number_or(const struct json *value, int64_t otherwise)
{
	int64_t number = 0;
	return num_parse_i64(json_str(value), &number) ? number : otherwise;
}

static const char **texts_of(const struct json *list, size_t *ret_count)
{
	const char **texts = arena_alloc(&case_arena, (MAX_IDS + 1) * sizeof(*texts));
	size_t n = 0;
	assert_non_null(texts);
	for (const struct json *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
		texts[n++] = text_or_null(item);
	*ret_count = n;
	return texts;
}

static bool check_text(const char *what, struct str got, struct str wanted)
{
	if (str_equal(got, wanted))
		return true;
	snprintf(case_failure, sizeof(case_failure), "%s is %.*s instead of %.*s", what, (int)got.length,
		 got.data, (int)wanted.length, wanted.data);
	return false;
}

static bool check_request(const struct json *root, const struct stream *stream)
{
	const struct json *request = json_get(root, "request");
	CLEANUP(buf_done) struct buf url = {0};
	CLEANUP(buf_done) struct buf body = {0};
	struct err err = {.kind = ERR_NONE};
	size_t n_arguments = 0;
	size_t n_ids = 0;
	struct str ids[MAX_IDS];
	struct str wanted_url = json_str(json_get(root, "url"));
	struct str wanted_body = json_str(json_get(root, "body"));
	if (str_is_none(wanted_url))
		return true;
	const char **arguments = texts_of(json_get(request, "arguments"), &n_arguments);
	const char **id_texts = texts_of(json_get(request, "ids"), &n_ids);
	for (size_t i = 0; i < n_ids; i++)
		ids[i] = str_from(id_texts[i]);
	buf_init(&url, CASE_BYTES);
	buf_init(&body, CASE_BYTES);
	const struct json *is_paged = json_get(request, "is_paged");
	struct request_plan plan = {.partition_key = text_or_null(json_get(request, "partition")),
				    .arguments = arguments,
				    .n_arguments = n_arguments,
				    .ids = ids,
				    .n_ids = n_ids,
				    .n_ids_at_first =
					(size_t)number_or(json_get(request, "n_ids_at_first"), 0),
				    .after = text_or_null(json_get(request, "after")),
				    .offset = (uint64_t)number_or(json_get(request, "offset"), 0),
				    .page_size = 1000,
				    .watermark = text_or_null(json_get(request, "watermark")),
				    .n_known = (uint64_t)number_or(json_get(request, "n_known"), 0),
				    .mode = (int)number_or(json_get(request, "mode"), 0),
				    .is_paged = is_paged != NULL && is_paged->is_true,
				    .conf = conf,
				    .url = &url,
				    .body = &body,
				    .pager = stream->pager};
	assert_true(stream->request(&plan, &err));
	struct str got = buf_str(&url);
	const char *hosts[] = {conf_text(conf, CONF_OPENREVIEW_BASE_URL_V2),
			       conf_text(conf, CONF_OPENREVIEW_BASE_URL)};
	for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
		if (str_starts_with(got, str_from(hosts[i])))
			got = str_slice(got, strlen(hosts[i]), got.length);
	}
	return check_text("url", got, wanted_url) &&
	       (str_is_none(wanted_body) || check_text("body", buf_str(&body), wanted_body));
}

static bool check_reply(const struct json *root, const struct stream *stream)
{
	struct err err = {.kind = ERR_NONE};
	struct memory_sink sink;
	struct recorder *recorder = NULL;
	uint64_t ordinal = 0;
	size_t n_arguments = 0;
	const struct json *request = json_get(root, "request");
	const struct json *records = json_get(json_get(root, "reply"), stream->item_key);
	bool is_batch = stream->pager == PAGER_IDS;
	const char **arguments = texts_of(json_get(request, is_batch ? "ids" : "arguments"), &n_arguments);
	bool is_good = true;
	if (records == NULL)
		return true;
	memory_sink_init(&sink, stream);
	assert_true(recorder_new(&recorder, stream, conf, &sink.sink, &err));
	recorder_page(recorder, is_batch ? "*" : text_or_null(json_get(request, "partition")), arguments,
		      n_arguments);
	for (const struct json *record = records->first; record != NULL; record = record->next) {
		struct str raw = record->kind == JSON_STRING ? record->text : str_from(case_text(record));
		if (!recorder_take(recorder, raw, ordinal++, false, 0, &err)) {
			snprintf(case_failure, sizeof(case_failure), "%s", err.message);
			is_good = false;
		}
	}
	int64_t n_skipped = number_or(json_get(root, "n_skipped"), -1);
	if (is_good && n_skipped >= 0 && recorder_counts(recorder)->n_skipped != (uint64_t)n_skipped) {
		snprintf(case_failure, sizeof(case_failure), "%llu records skipped",
			 (unsigned long long)recorder_counts(recorder)->n_skipped);
		is_good = false;
	}
	is_good = is_good && case_check_rows(&sink, stream, "openreview", json_get(root, "rows")) &&
		  case_check_rejects(&sink, json_get(root, "rejects"));
	recorder_free(recorder);
	memory_sink_done(&sink);
	return is_good;
}

static bool check_case(const struct json *root)
{
	const struct stream *stream = find_stream(json_str(json_get(root, "stream")));
	return check_request(root, stream) && check_reply(root, stream);
}

static void test_cases(void **state)
{
	(void)state;
	case_run_all(CASES, 10, check_case);
}

/* ---- tokens, codes ---------------------------------------------------------------------------------------
 */

/* RFC 6238, appendix B, SHA-1: the secret is 12345678901234567890, codes shown to six digits. */
static void test_totp(void **state)
{
	static const struct {
		int64_t seconds;
		const char *code;
	} vectors[] = {{59, "287082"},	       {1111111109, "081804"}, {1111111111, "050471"},
		       {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"}};
	char code[7];
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(vectors); i++) {
		assert_true(openreview_totp(str_from("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
					    vectors[i].seconds * 1000, code));
		assert_string_equal(code, vectors[i].code);
	}
	assert_true(openreview_totp(str_from("gezd gnbv-gy3t qojq gezd gnbv gy3t qojq===="), 59000, code));
	assert_string_equal(code, "287082");
	assert_false(openreview_totp(str_from("no base32: 0189"), 59000, code));
	assert_false(openreview_totp(str_from(""), 59000, code));
}

static void test_jwt_expiry(void **state)
{
	(void)state;
	/* {"alg":"HS256"} . {"exp":1764550800,"iss":"openreview"} . x */
	static const char token[] =
	    "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NjQ1NTA4MDAsImlzcyI6Im9wZW5yZXZpZXcifQ.x";
	assert_int_equal(openreview_jwt_expiry_ms(str_from(token)), INT64_C(1764550800000));
	assert_int_equal(openreview_jwt_expiry_ms(str_from("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.x")), 0);
	assert_int_equal(openreview_jwt_expiry_ms(str_from("not a token")), 0);
	assert_int_equal(openreview_jwt_expiry_ms(str_from("a.!!!.c")), 0);
	assert_int_equal(openreview_jwt_expiry_ms(str_from("a.e30.c.d")), 0);
}

/* ---- small recipes ---------------------------------------------------------------------------------------
 */

static void test_author_ids(void **state)
{
	static const struct {
		const char *text, *kind, *id, *domain;
	} ids[] = {
	    {"~Ada_Invented1", "tilde", "~Ada_Invented1", NULL},
	    {" ~Ada_Invented1 ", "tilde", "~Ada_Invented1", NULL},
	    {"ada@Lab.Example", "email", NULL, "lab.example"},
	    {"****@lab.example", "email", NULL, "lab.example"},
	    {"https://dblp.org/search?q=author:Ada", "dblp", "https://dblp.org/search?q=author:Ada", NULL},
	    {"https://ada.example/", "other", NULL, NULL},
	    {"V.cc/2020/Conference/Paper36/Authors", "group", "V.cc/2020/Conference/Paper36/Authors", NULL},
	    {"", "none", NULL, NULL},
	    {"Ada", "other", NULL, NULL}};
	(void)state;
	arena_init(&case_arena, (size_t)1024 * 1024);
	for (size_t i = 0; i < ARRAY_LENGTH(ids); i++) {
		struct openreview_author_id got = openreview_author_id(&case_arena, str_from(ids[i].text));
		assert_string_equal(got.kind, ids[i].kind);
		assert_true(str_equal(got.id, str_from(ids[i].id)));
		assert_true(str_equal(got.email_domain, str_from(ids[i].domain)));
	}
	arena_done(&case_arena);
}

static void test_leading_integer(void **state)
{
	static const struct {
		const char *text;
		bool is_good;
		int64_t value;
	} texts[] = {{"8: Top 50% of accepted papers", true, 8},
		     {"10", true, 10},
		     {" 3 ", true, 3},
		     {"7.0", true, 7},
		     {"7.5", false, 0},
		     {"-2: reject", true, -2},
		     {"strong accept", false, 0},
		     {"", false, 0},
		     {"4.", true, 4}};
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
		int64_t value = 0;
		assert_int_equal(openreview_leading_integer(str_from(texts[i].text), &value),
				 texts[i].is_good);
		if (texts[i].is_good)
			assert_int_equal(value, texts[i].value);
	}
}

static void test_years(void **state)
{
	(void)state;
	assert_int_equal(openreview_year_of_id(str_from("ICLR.cc/2024/Conference")), 2024);
	assert_int_equal(openreview_year_of_id(str_from("colmweb.org/COLM/2025/Conference")), 2025);
	assert_int_equal(openreview_year_of_id(str_from("Made.up/Workshop2023")), 2023);
	assert_int_equal(openreview_year_of_id(str_from("TMLR")), 0);
	assert_int_equal(openreview_year_of_id(str_from("V.cc/9999/Conference")), 0);
}

static void test_invitation_names(void **state)
{
	(void)state;
	assert_true(str_equal_text(openreview_invitation_name(str_from("V/Paper1/-/Official_Review")),
				   "Official_Review"));
	assert_true(str_equal_text(openreview_invitation_name(str_from("V/-/Paper1/Review")), "Review"));
}

/* Reviewer identity, addresses and what is nobody's business never reach a column. */
static void test_denied_paths(void **state)
{
	static const char *const denied[] = {"signatures",
					     "content.gender",
					     "content.pronouns.value",
					     "content.emails",
					     "content.emailsConfirmed",
					     "content.preferredEmail",
					     "content.yearOfBirth",
					     "content.dob",
					     "content.relations.name",
					     "readers",
					     "nonreaders",
					     "writers",
					     "tauthor",
					     "anonids",
					     "content.year_of_birth",
					     "CONTENT.GENDER",
					     "metaContent.history",
					     "details.replies.signatures"};
	static const char *const allowed[] = {
	    "content.title", "id", "tmdate", "content.history", "content.authors", "content.homepage",
	    "content.rating"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(denied); i++)
		assert_true(source_path_is_denied(denied[i]));
	for (size_t i = 0; i < ARRAY_LENGTH(allowed); i++)
		assert_false(source_path_is_denied(allowed[i]));
	for (size_t s = 0; source_all[s] != NULL; s++) {
		for (size_t i = 0; i < source_all[s]->n_streams; i++) {
			const struct stream *stream = &source_all[s]->streams[i];
			for (size_t f = 0; f < stream->n_fields; f++)
				assert_false(stream->fields[f].path != NULL &&
					     source_path_is_denied(stream->fields[f].path));
		}
	}
}

int main(void)
{
	struct err err = {.kind = ERR_NONE};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_totp),
	    cmocka_unit_test(test_jwt_expiry),
	    cmocka_unit_test(test_author_ids),
	    cmocka_unit_test(test_leading_integer),
	    cmocka_unit_test(test_years),
	    cmocka_unit_test(test_invitation_names),
	    cmocka_unit_test(test_denied_paths),
	};
	source = source_find(str_from("openreview"));
	if (!conf_new(&conf, &err)) {
		fprintf(stderr, "%s\n", err.message);
		return 1;
	}
	int result = cmocka_run_group_tests_name("openreview", tests, NULL, NULL);
	conf_free(conf);
	return result;
}
