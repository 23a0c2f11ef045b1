/* SPDX-License-Identifier: PostgreSQL */
#include "pg/pg.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "conf/conf.h"
#include "database.h"

static struct pg *pg;
static struct pg *other;
static struct err err;

static void ok(bool is_done)
{
	if (!is_done)
		fail_msg("%s [%s %s]", err.message, err.class_name, err.sqlstate);
}

static int create(void **state)
{
	(void)state;
	pg = database_create("test_pg");
	other = database_open("test_pg");
	(void)database_value(pg, "create table things (id integer primary key, name text)");
	return 0;
}

static int drop(void **state)
{
	(void)state;
	pg_close(pg);
	pg_close(other);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	err_reset(&err);
	if (pg_is_lost(pg))
		ok(pg_reopen(pg, &err));
	if (pg_is_lost(other))
		ok(pg_reopen(other, &err));
	pg_rollback(pg);
	pg_rollback(other);
	(void)database_value(pg, "truncate things");
	return 0;
}

static void fails(const char *text, enum err_kind kind, const char *class_name, const char *sqlstate)
{
	struct sql sql = {"statement x", text};
	assert_false(pg_run(pg, &sql, 0, NULL, NULL, &err));
	assert_string_equal(err.sqlstate, sqlstate);
	assert_string_equal(err.class_name, class_name);
	assert_int_equal(err.kind, kind);
}

static void each_code_has_its_class(void **state)
{
	(void)state;
	static const struct {
		const char *code;
		enum err_kind kind;
		const char *class_name;
		int exit_code;
	} cases[] = {
	    {"57014", ERR_DB_TRANSIENT, "E_DB_TIMEOUT", 75},
	    {"55P03", ERR_DB_TRANSIENT, "E_DB_TIMEOUT", 75},
	    {"40001", ERR_DB_TRANSIENT, "E_DB_CONFLICT", 75},
	    {"40P01", ERR_DB_TRANSIENT, "E_DB_CONFLICT", 75},
	    {"25006", ERR_DB_TRANSIENT, "E_DB_READONLY", 75},
	    {"25P03", ERR_DB_TRANSIENT, "E_DB_LOST", 75},
	    {"57P01", ERR_DB_TRANSIENT, "E_DB_LOST", 75},
	    {"57P02", ERR_DB_TRANSIENT, "E_DB_LOST", 75},
	    {"57P03", ERR_DB_TRANSIENT, "E_DB_LOST", 75},
	    {"57P05", ERR_DB_TRANSIENT, "E_DB_LOST", 75},
	    {"53100", ERR_IO, "E_DB_FULL", 74},
	    {"53400", ERR_IO, "E_DB_FULL", 74},
	    {"53200", ERR_DB_TRANSIENT, "E_DB_RESOURCE", 75},
	    {"53300", ERR_DB_TRANSIENT, "E_DB_CLIENTS", 75},
	    {"08006", ERR_DB_TRANSIENT, "E_DB_LOST", 75},
	    {"28000", ERR_AUTH, "", 77},
	    {"28P01", ERR_AUTH, "", 77},
	    {"42501", ERR_AUTH, "", 77},
	    {"3D000", ERR_CONFIG, "E_CONFIG", 78},
	    {"58030", ERR_IO, "E_DB_FULL", 74},
	    {"42P01", ERR_DB_FINAL, "", 70},
	    {"23505", ERR_DB_FINAL, "", 70},
	};
	char text[256];
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		snprintf(text, sizeof(text),
			 "do $$ begin raise exception 'words' using errcode = '%s', detail ="
			 " 'secret'; end $$",
			 cases[i].code);
		fails(text, cases[i].kind, cases[i].class_name, cases[i].code);
		assert_string_equal(err.message, "statement x: words");
		assert_int_equal(err_exit_code(&err), cases[i].exit_code);
	}
}

static void values_are_never_quoted(void **state)
{
	(void)state;
	fails("select 'Ada Lovelace'::integer", ERR_DB_FINAL, "", "22P02");
	assert_string_equal(err.message, "statement x: the server refused a value");
	(void)database_value(pg, "insert into things values (1, 'Ada')");
	fails("insert into things values (1, 'Ada')", ERR_DB_FINAL, "", "23505");
	assert_null(strstr(err.message, "Ada"));
	assert_null(strstr(err.message, "(1)"));
}

static void rows_and_parameters(void **state)
{
	(void)state;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *params[] = {"7", NULL, "'; drop table things; --"};
	struct sql sql = {"x",
			  "select $1::bigint as number, $2::text as nothing, $3::text as words, true as yes"};
	ok(pg_run(pg, &sql, 3, params, &rows, &err));
	assert_int_equal(pg_rows_count(rows), 1);
	assert_int_equal(pg_rows_columns(rows), 4);
	assert_string_equal(pg_rows_name(rows, 2), "words");
	assert_int_equal(pg_rows_integer(rows, 0, 0), 7);
	assert_true(str_is_none(pg_rows_text(rows, 0, 1)));
	assert_int_equal(pg_rows_integer(rows, 0, 1), 0);
	assert_true(str_equal_text(pg_rows_text(rows, 0, 2), params[2]));
	assert_int_equal(pg_rows_integer(rows, 0, 3), 1);
}

static void several_commands(void **state)
{
	(void)state;
	assert_int_equal(
	    database_number(pg, "insert into things values (1, 'a'); select count(*) from things; set"
				" lock_timeout = '2s'"),
	    1);
	fails("insert into things values (2, 'b'); select 1/0; insert into things values (3, 'c')",
	      ERR_DB_FINAL, "", "22012");
	assert_int_equal(database_number(pg, "select count(*) from things"), 1);
}

static void session_settings(void **state)
{
	(void)state;
	char text[64];
	assert_string_equal(database_value(pg, "show timezone"), "UTC");
	assert_string_equal(database_value(pg, "show lock_timeout"), "2s");
	assert_string_equal(database_value(pg, "show idle_in_transaction_session_timeout"), "1min");
	assert_string_equal(database_value(pg, "show application_name"), "tenure");
	snprintf(text, sizeof(text), "%d", pg_backend_pid(pg));
	assert_string_equal(database_value(pg, "select pg_backend_pid()"), text);
}

static void lock_wait_ends(void **state)
{
	(void)state;
	(void)database_value(other, "begin; lock table things");
	int64_t start_ms = clock_monotonic_ms();
	fails("insert into things values (1, 'a')", ERR_DB_TRANSIENT, "E_DB_TIMEOUT", "55P03");
	assert_in_range(clock_monotonic_ms() - start_ms, 1500, 5000);
}

static void deadline_cancels(void **state)
{
	(void)state;
	struct conf *conf = database_conf("test_pg");
	struct pg *brief = NULL;
	struct sql sql = {"sleeping", "select pg_sleep(60)"};
	ok(conf_set(conf, str_from("database.timeout=1s"), &err));
	ok(pg_open(&brief, conf, &err));
	int64_t start_ms = clock_monotonic_ms();
	assert_false(pg_run(brief, &sql, 0, NULL, NULL, &err));
	assert_in_range(clock_monotonic_ms() - start_ms, 900, 4000);
	assert_string_equal(err.class_name, "E_DB_TIMEOUT");
	assert_false(pg_is_lost(brief)); /* the server answered the cancel request */
	assert_int_equal(database_number(brief, "select 1"), 1);
	pg_close(brief);
	conf_free(conf);
}

/* A frozen backend answers no cancel request: the session is given up. */
static void frozen_server_is_given_up(void **state)
{
	(void)state;
	struct conf *conf = database_conf("test_pg");
	struct pg *brief = NULL;
	struct sql sql = {"sleeping", "select pg_sleep(60)"};
	ok(conf_set(conf, str_from("database.timeout=1s"), &err));
	ok(pg_open(&brief, conf, &err));
	pid_t backend = pg_backend_pid(brief);
	assert_int_equal(kill(backend, SIGSTOP), 0);
	int64_t start_ms = clock_monotonic_ms();
	assert_false(pg_run(brief, &sql, 0, NULL, NULL, &err));
	assert_in_range(clock_monotonic_ms() - start_ms, 5000, 9000);
	assert_string_equal(err.class_name, "E_DB_TIMEOUT");
	assert_true(pg_is_lost(brief));
	kill(backend, SIGCONT);
	assert_false(pg_run(brief, &sql, 0, NULL, NULL, &err));
	assert_string_equal(err.message, "sleeping: the connection to the database was lost");
	pg_close(brief);
	conf_free(conf);
}

static void terminate_backend(const struct pg *victim)
{
	char text[128];
	snprintf(text, sizeof(text), "select pg_terminate_backend(%d, 5000)", pg_backend_pid(victim));
	(void)database_value(other, text);
}

static void lost_while_idle(void **state)
{
	(void)state;
	terminate_backend(pg);
	assert_false(pg_begin(pg, &err));
	assert_string_equal(err.class_name, "E_DB_LOST");
	assert_int_equal(err_exit_code(&err), 75);
	assert_true(err_is_retryable(&err));
	assert_true(pg_is_lost(pg));
	pg_rollback(pg);
	ok(pg_reopen(pg, &err));
	assert_int_equal(database_number(pg, "select 1"), 1);
}

static const char *const columns[] = {"id", "name"};

static void put_row(struct buf *buf, uint32_t id)
{
	buf_put_u16(buf, 2);
	buf_put_u32(buf, 4);
	buf_put_u32(buf, id);
	buf_put_u32(buf, 3);
	buf_put_text(buf, "abc");
}

static void copy_rows(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf row;
	uint64_t n_rows = 0;
	buf_init(&row, 1024);
	ok(pg_copy_begin(pg, str_from("public.things"), columns, 2, &err));
	struct sql sql = {"x", "select 1"};
	assert_false(pg_run(pg, &sql, 0, NULL, NULL, &err));
	assert_string_equal(err.message, "x: a COPY is still open");
	for (uint32_t i = 0; i < 100000; i++) {
		buf_reset(&row);
		put_row(&row, i);
		ok(pg_copy_put(pg, buf_str(&row), &err));
	}
	ok(pg_copy_end(pg, &n_rows, &err));
	assert_int_equal(n_rows, 100000);
	assert_int_equal(database_number(pg, "select count(*) from things where name = 'abc'"), 100000);
	assert_false(pg_copy_put(pg, buf_str(&row), &err));
	assert_string_equal(err.message, "copy: none is open");
}

/* Puts rows until it fails, at most so many. */
static bool put_until_failure(uint32_t most)
{
	CLEANUP(buf_done) struct buf row;
	buf_init(&row, 1024);
	for (uint32_t i = 0; i < most; i++) {
		buf_reset(&row);
		put_row(&row, i);
		if (!pg_copy_put(pg, buf_str(&row), &err))
			return false;
	}
	return pg_copy_end(pg, NULL, &err);
}

static void copy_error_is_heard_early(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf row;
	uint32_t i = 0;
	buf_init(&row, 1024);
	(void)database_value(pg, "insert into things values (5, 'there')");
	ok(pg_begin(pg, &err));
	ok(pg_copy_begin(pg, str_from("things"), columns, 2, &err));
	for (; i < 50000000; i++) {
		buf_reset(&row);
		put_row(&row, i);
		if (!pg_copy_put(pg, buf_str(&row), &err))
			break;
	}
	assert_true(i < 5000000);
	assert_string_equal(err.sqlstate, "23505");
	assert_int_equal(err.kind, ERR_DB_FINAL);
	pg_rollback(pg);
	assert_int_equal(database_number(pg, "select count(*) from things"), 1);
}

static void copy_given_up(void **state)
{
	(void)state;
	ok(pg_begin(pg, &err));
	ok(pg_copy_begin(pg, str_from("things"), columns, 2, &err));
	pg_rollback(pg);
	assert_false(pg_is_lost(pg));
	assert_int_equal(database_number(pg, "select count(*) from things"), 0);
}

/* D01: terminated, and killed outright (the whole cluster restarts then). */
static void copy_loses_its_backend(void **state)
{
	(void)state;
	for (int is_killed = 0; is_killed < 2; is_killed++) {
		ok(pg_begin(pg, &err));
		ok(pg_copy_begin(pg, str_from("things"), columns, 2, &err));
		if (is_killed == 1)
			assert_int_equal(kill(pg_backend_pid(pg), SIGKILL), 0);
		else
			terminate_backend(pg);
		assert_false(put_until_failure(10000000));
		assert_string_equal(err.class_name, "E_DB_LOST");
		assert_int_equal(err_exit_code(&err), 75);
		pg_rollback(pg);
		ok(pg_reopen(pg, &err));
		ok(pg_begin(pg, &err));
		ok(pg_copy_begin(pg, str_from("things"), columns, 2, &err));
		assert_true(put_until_failure(1000));
		ok(pg_commit(pg, &err));
		assert_int_equal(database_number(pg, "select count(*) from things"), 1000);
		(void)database_value(pg, "truncate things");
	}
	ok(pg_reopen(other, &err)); /* went down with the cluster */
}

static void csv_files(void **state)
{
	(void)state;
	static const struct str good = STR("name,id\r\n\"a, \"\"b\"\"\",1\r\n,2\r\n");
	static const struct str bad = STR("nom,id\nx,1\n");
	uint64_t n_rows = 0;
	ok(pg_copy_csv(pg, str_from("things"), good, &n_rows, &err));
	assert_int_equal(n_rows, 2);
	assert_string_equal(database_value(pg, "select name from things where id = 1"), "a, \"b\"");
	assert_int_equal(database_number(pg, "select count(*) from things where name is null"), 1);
	assert_false(pg_copy_csv(pg, str_from("things"), bad, &n_rows, &err));
	assert_string_equal(err.sqlstate, "42703");
	assert_false(pg_copy_csv(pg, str_from("things"), str_from("\n"), &n_rows, &err));
	assert_string_equal(err.message, "the first line holds no column names");
}

static void commit_of_a_failed_transaction(void **state)
{
	(void)state;
	ok(pg_begin(pg, &err));
	fails("select 1/0", ERR_DB_FINAL, "", "22012");
	assert_false(pg_commit(pg, &err));
	assert_string_equal(err.message, "commit: the transaction had failed and was rolled back");
	assert_int_equal(err.kind, ERR_BUG);
}

/* X05: the backend dies while COMMIT is at work; nobody can tell whether it took effect. */
static void commit_without_reply(void **state)
{
	(void)state;
	(void)database_value(
	    pg, "create or replace function slow() returns trigger language plpgsql as $$ begin"
		" perform pg_sleep(30); return null; end $$;"
		"drop trigger if exists slow on things;"
		"create constraint trigger slow after insert on things deferrable initially deferred"
		" for each row execute function slow()");
	pid_t backend = pg_backend_pid(pg);
	ok(pg_begin(pg, &err));
	(void)database_value(pg, "insert into things values (1, 'a')");
	pid_t child = fork();
	if (child == 0) {
		(void)poll(NULL, 0, 500);
		kill(backend, SIGTERM);
		_exit(0);
	}
	assert_false(pg_commit(pg, &err));
	(void)waitpid(child, NULL, 0);
	assert_string_equal(err.class_name, "E_DB_COMMIT_UNKNOWN");
	assert_int_equal(err_exit_code(&err), 75);
	ok(pg_reopen(pg, &err));
	(void)database_value(pg, "drop trigger slow on things");
	assert_int_equal(database_number(pg, "select count(*) from things"), 0);
}

/* C01 */
static void lock_is_held(void **state)
{
	(void)state;
	char backend[32];
	static const struct str name = STR("warehouse");
	ok(pg_lock(other, name, &err));
	int64_t start_ms = clock_monotonic_ms();
	assert_false(pg_lock(pg, name, &err));
	assert_in_range(clock_monotonic_ms() - start_ms, 0, 1500);
	assert_string_equal(err.class_name, "E_LOCKED");
	assert_int_equal(err_exit_code(&err), 75);
	snprintf(backend, sizeof(backend), "backend %d of tenure", pg_backend_pid(other));
	assert_non_null(strstr(err.message, backend));
	ok(pg_lock(pg, str_from("something else"), &err));
	ok(pg_unlock(pg, str_from("something else"), &err));
	ok(pg_unlock(other, name, &err));
	ok(pg_lock(pg, name, &err));
	ok(pg_unlock(pg, name, &err));
}

static void refused_connections(void **state)
{
	(void)state;
	struct pg *none = NULL;
	struct conf *conf = database_conf("nowhere");
	assert_false(pg_open(&none, conf, &err));
	assert_string_equal(err.message, "cannot connect to the database: the database does not exist");
	assert_string_equal(err.sqlstate, "3D000");
	assert_int_equal(err_exit_code(&err), 78);
	conf_free(conf);

	conf = database_conf("test_pg user=nobody_at_all");
	assert_false(pg_open(&none, conf, &err));
	assert_string_equal(err.message,
			    "cannot connect to the database: the server refuses this user or password");
	assert_string_equal(err.sqlstate, "28000");
	assert_int_equal(err_exit_code(&err), 77);
	conf_free(conf);

	conf = database_conf("test_pg port=1");
	int64_t start_ms = clock_monotonic_ms();
	assert_false(pg_open(&none, conf, &err));
	assert_in_range(clock_monotonic_ms() - start_ms, 0, 2000);
	assert_string_equal(err.class_name, "E_DB_LOST");
	assert_int_equal(err_exit_code(&err), 75);
	conf_free(conf);
}

static void too_many_clients_is_waited_for(void **state)
{
	(void)state;
	struct pg *second = NULL;
	(void)database_value(pg,
			     "drop role if exists test_few; create role test_few login connection limit 1");
	struct conf *conf = database_conf("test_pg user=test_few");
	struct pg *first = NULL;
	ok(pg_open(&first, conf, &err));
	ok(conf_set(conf, str_from("database.timeout=1s"), &err));
	assert_false(pg_open(&second, conf, &err));
	assert_string_equal(err.class_name, "E_DB_CLIENTS");
	assert_string_equal(err.message, "cannot connect to the database: the server has too many clients");
	pg_close(first);
	ok(pg_open(&second, conf, &err));
	pg_close(second);
	conf_free(conf);
}

static void passwords_are_refused(void **state)
{
	(void)state;
	assert_false(pg_dsn_check("postgresql://ada:secret@host/db", &err));
	assert_string_equal(err.message, "the connection string holds a password");
	assert_false(pg_dsn_check("host=x password=secret", &err));
	assert_false(pg_dsn_check("host=x nonsense=secret", &err));
	assert_string_equal(err.message, "the connection string is malformed");
	ok(pg_dsn_check("postgresql://ada@host/db?sslmode=verify-full", &err));
	ok(pg_dsn_check("", &err));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
	    TEST(each_code_has_its_class),
	    TEST(values_are_never_quoted),
	    TEST(rows_and_parameters),
	    TEST(several_commands),
	    TEST(session_settings),
	    TEST(lock_wait_ends),
	    TEST(deadline_cancels),
	    TEST(frozen_server_is_given_up),
	    TEST(lost_while_idle),
	    TEST(copy_rows),
	    TEST(copy_error_is_heard_early),
	    TEST(copy_given_up),
	    TEST(copy_loses_its_backend),
	    TEST(csv_files),
	    TEST(commit_of_a_failed_transaction),
	    TEST(commit_without_reply),
	    TEST(lock_is_held),
	    TEST(refused_connections),
	    TEST(too_many_clients_is_waited_for),
	    TEST(passwords_are_refused),
	};
	return cmocka_run_group_tests(tests, create, drop);
}
