/* SPDX-License-Identifier: PostgreSQL */
#include "run/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "conf/conf.h"
#include "database.h"
#include "migrate/migrate.h"
#include "pg/pg.h"
#include "run/run.h"
#include "source/source.h"

static const char *const columns[] = {"item_id", "title", "version_at"};
static const struct entity entities[] = {{"stg.test_items", columns, 3, 1, 1, true}};
static const struct field fields[] = {
    {"item_id", "id", FIELD_TEXT},
    {"title", "content.title", FIELD_TEXT},
    {"version_at", "tmdate", FIELD_INSTANT_MS},
};

static bool check_page(const struct json *skeleton, uint64_t n_records, struct err *err)
{
	int64_t count;
	if (!num_parse_i64(json_str(json_get(skeleton, "count")), &count) || (uint64_t)count == n_records)
		return true;
	return err_set_class(err, ERR_DATA, "E_SRC_COUNT", "the page says %lld records", (long long)count);
}

static const struct stream stream = {.name = "items",
				     .entities = entities,
				     .n_entities = 1,
				     .fields = fields,
				     .n_fields = 3,
				     .item_key = "items",
				     .key_path = "id",
				     .version_path = "tmdate",
				     .parser_version = 1,
				     .page_check = check_page};
static const struct source source = {.name = "test", .streams = &stream, .n_streams = 1};

static const char tables[] =
    "create table stg.test_items (item_id text not null, title text, version_at timestamptz,"
    " content_hash bytea not null, run_id bigint not null, first_seen_at timestamptz not null,"
    " changed_at timestamptz not null, constraint test_items_pkey primary key (item_id));"
    "select fn.create_history('stg.test_items', 'item_id');";

static struct pg *admin;
static struct conf *conf;
static struct run *run;
static struct err err;
static struct load_result result;
static struct cursor cursor = {.next_page = "n", .watermark = "w", .endpoint = "https://one"};
static int n_before_commit;
static bool is_session_killed;

static void ok(bool is_done)
{
	if (!is_done)
		fail_msg("%s [%s %s]", err.message, err.class_name, err.sqlstate);
}

/* What a caller may do in the transaction; once, it loses its connection here. */
static bool before_commit(void *context, struct run *at_run, struct err *commit_err)
{
	(void)context, (void)at_run, (void)commit_err;
	n_before_commit++;
	if (is_session_killed) {
		is_session_killed = false;
		(void)database_value(admin, "select pg_terminate_backend(pid) from pg_stat_activity"
					    " where datname = 'test_load' and pid != pg_backend_pid()");
	}
	return true;
}

static bool load(const char *request, const char *body)
{
	struct load_options options = {.before_commit = before_commit};
	unsigned char digest[HASH_SHA256_BYTES];
	CLEANUP(file_close) int fd = -1;
	struct page page = {.partition_key = "part", .request = request, .body_bytes = strlen(body)};
	hash_sha256(str_from(body), digest);
	hash_hex(digest, page.sha256);
	ok(file_spool_open(run->spool_directory, &fd, &err));
	ok(file_write_all(fd, str_from(body), &err));
	page.fd = fd;
	err_reset(&err);
	n_before_commit = 0;
	return load_page(run, &source, &stream, &page, &cursor, &options, &result, &err);
}

#define ONE                                                                                                  \
	"{\"items\":[{\"id\":\"a\",\"tmdate\":1600000000000,\"content\":{\"title\":{\"value\":\"A\"}}},"     \
	"{\"id\":\"b\",\"tmdate\":1600000000001}],\"count\":2}"
#define TWO                                                                                                  \
	"{\"items\":[{\"id\":\"a\",\"tmdate\":1600000000005,\"content\":{\"title\":{\"value\":\"A2\"}}}],"   \
	"\"count\":1}"
#define WRONG "{\"items\":[{\"id\":\"a\",\"tmdate\":1600000000009,\"content\":{\"title\":[]}}],\"count\":1}"

static void test_page(void **state)
{
	(void)state;
	ok(load("GET one", ONE));
	assert_int_equal(result.n_records, 2);
	assert_int_equal(result.n_inserted, 2);
	assert_string_equal(result.first_key, "a");
	assert_string_equal(result.last_key, "b");
	assert_int_equal(result.greatest_version_ms, 1600000000001);
	assert_int_equal(n_before_commit, 1);
	assert_string_equal(
	    database_value(admin, "select next_page || watermark || endpoint from meta.cursors"),
	    "nwhttps://one");
	assert_int_equal(database_number(admin, "select count(*) from meta.pages"), 1);
}

static void test_repeat(void **state)
{
	(void)state;
	ok(load("GET one", ONE));
	assert_true(result.is_repeat);
	assert_string_equal(result.last_key, "b"); /* still to page by */
	assert_int_equal(result.greatest_version_ms, 1600000000001);
	assert_int_equal(n_before_commit, 1);
	assert_int_equal(database_number(admin, "select count(*) from meta.pages"), 1);
	/* another request changed a record since: the old answer is looked at again, and does not win */
	ok(load("GET two", TWO));
	assert_int_equal(result.n_updated, 1);
	ok(load("GET one", ONE));
	assert_false(result.is_repeat);
	assert_int_equal(result.n_updated, 0);
	assert_string_equal(database_value(admin, "select title from stg.test_items where item_id = 'a'"),
			    "A2");
}

static void test_refused(void **state)
{
	(void)state;
	ok(load("GET three", WRONG));
	assert_int_equal(result.n_refused, 1);
	assert_int_equal(result.n_removed, 1);
	assert_string_equal(database_value(admin,
					   "select reject_class || json_path || source_key from meta.rejects"
					   " where resolved_at is null"),
			    "E_DATA_TYPE$.content.titlea");
	assert_int_equal(database_number(admin, "select count(*) from stg.test_items where item_id = 'a'"),
			 0);
	ok(load("GET four", "{\"items\":[{\"id\":\"a\",\"tmdate\":1600000000010}],\"count\":1}"));
	assert_int_equal(result.n_inserted, 1);
	assert_int_equal(
	    database_number(admin, "select count(*) from meta.rejects where resolved_at is null"), 0);
}

static void test_session_lost(void **state)
{
	(void)state;
	is_session_killed = true;
	ok(load("GET five", "{\"items\":[{\"id\":\"c\",\"tmdate\":1600000000000}],\"count\":1}"));
	assert_int_equal(n_before_commit, 2);
	assert_int_equal(result.n_inserted, 1);
	assert_int_equal(database_number(admin, "select count(*) from stg.test_items where item_id = 'c'"),
			 1);
	assert_int_equal(database_number(admin, "select count(*) from meta.pages where request = 'GET five'"),
			 1);
}

static void test_broken_page(void **state)
{
	(void)state;
	assert_false(load("GET six", "{\"items\":[{\"id\":\"d\"}"));
	assert_string_equal(err.class_name, "E_SRC_TRUNC");
	assert_int_equal(err.kind, ERR_NET_TRANSIENT);
	assert_false(load("GET six", "<html></html>"));
	assert_string_equal(err.class_name, "E_SRC_PROTO");
	assert_false(load("GET six", "{\"items\":[{\"id\":\"d\"}],\"count\":2}"));
	assert_string_equal(err.class_name, "E_SRC_COUNT");
	assert_string_equal(err.message, "the page says 2 records");
	assert_int_equal(n_before_commit, 0);
	assert_int_equal(database_number(admin, "select count(*) from stg.test_items where item_id = 'd'"),
			 0);
}

static void test_other_endpoint(void **state)
{
	(void)state;
	cursor.endpoint = "https://two";
	assert_false(load("GET seven", "{\"items\":[{\"id\":\"d\"}],\"count\":1}"));
	cursor.endpoint = "https://one";
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.message,
			    "the cursor of test/items part was made with another endpoint than https://two");
	assert_int_equal(database_number(admin, "select count(*) from stg.test_items where item_id = 'd'"),
			 0);
}

static void test_one_writer(void **state)
{
	(void)state;
	struct run *second = NULL;
	assert_false(run_begin(&second, conf, "run", "test", NULL, &err));
	assert_string_equal(err.class_name, "E_LOCKED");
	assert_int_equal(err.kind, ERR_BUSY);
	assert_non_null(strstr(err.message, "run 1"));
	assert_null(second);
}

static void test_end_and_abandoned(void **state)
{
	(void)state;
	err_set_class(&err, ERR_BUSY, "E_SRC_RATE", "the budget is spent");
	run_end(&run, &err);
	assert_null(run);
	assert_string_equal(database_value(admin, "select state || exit_code || error_class from meta.runs"
						  " where run_id = 1"),
			    "parked75E_SRC_RATE");
	err_reset(&err);
	(void)database_value(admin, "update meta.runs set state = 'running'");
	ok(run_begin(&run, conf, "run", "test", "items", &err));
	assert_int_equal(run->run_id, 2);
	assert_string_equal(database_value(admin, "select state from meta.runs where run_id = 1"),
			    "abandoned");
	(void)database_value(admin, "update meta.warehouse set system_identifier = '1'");
	run_end(&run, &err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(database_value(admin, "select state from meta.runs where run_id = 2"), "done");
	assert_false(run_begin(&run, conf, "run", "test", "items", &err));
	assert_string_equal(err.class_name, "E_CONTEXT");
	assert_int_equal(err_exit_code(&err), 78);
}

static int setup(void **state)
{
	(void)state;
	struct migrate_counts deployed;
	char setting[128];
	snprintf(setting, sizeof(setting), "run.state_directory=/tmp/tenure-load.%ld", (long)getpid());
	admin = database_create("test_load");
	ok(migrate_deploy(admin, false, &deployed, &err));
	(void)database_value(admin, tables);
	conf = database_conf("test_load");
	ok(conf_set(conf, str_from(setting), &err));
	pg_close(admin); /* what is terminated below must not be the one that terminates */
	admin = database_open("test_load");
	ok(run_begin(&run, conf, "run", "test", "items", &err));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pg_close(admin);
	conf_free(conf);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_page),	cmocka_unit_test(test_repeat),
	    cmocka_unit_test(test_refused),	cmocka_unit_test(test_session_lost),
	    cmocka_unit_test(test_broken_page), cmocka_unit_test(test_other_endpoint),
	    cmocka_unit_test(test_one_writer),	cmocka_unit_test(test_end_and_abandoned),
	};
	return cmocka_run_group_tests_name("load", tests, setup, teardown);
}
