/* SPDX-License-Identifier: PostgreSQL */
#include "pg/cluster.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "conf/conf.h"
#include "pg/pg.h"

static struct err err;
static char folder[64];
static struct conf *conf;

static void ok(bool is_done)
{
	if (!is_done)
		fail_msg("%s [%s] %s", err.message, err.class_name, err.hint);
}

static struct conf *settings(const char *directory)
{
	char text[PATH_MAX + 64];
	struct conf *made = NULL;
	snprintf(text, sizeof(text), "cluster.directory=%s", directory);
	ok(conf_new(&made, &err));
	ok(conf_set(made, str_from(text), &err));
	return made;
}

static int create(void **state)
{
	(void)state;
	char directory[128];
	snprintf(folder, sizeof(folder), "/tmp/tenure-cluster-XXXXXX");
	if (mkdtemp(folder) == NULL || chmod(folder, 0755) != 0)
		return -1;
	snprintf(directory, sizeof(directory), "%s/one", folder);
	conf = settings(directory);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	bool is_stopped = cluster_stop(conf, &err);
	conf_free(conf);
	pid_t child = fork();
	if (child == 0) {
		execl("/bin/rm", "rm", "-rf", "--", folder, (char *)NULL);
		_exit(127);
	}
	return is_stopped && waitpid(child, NULL, 0) == child ? 0 : -1;
}

static bool is_running(void)
{
	CLEANUP(buf_done) struct buf buf;
	bool is = false;
	buf_init(&buf, 100000);
	ok(cluster_status(conf, &buf, &is, &err));
	return is;
}

static int64_t server_pid(void)
{
	CLEANUP(buf_done) struct buf buf;
	char path[PATH_MAX + 64];
	int64_t pid = 0;
	buf_init(&buf, 100000);
	snprintf(path, sizeof(path), "%s/one/data/postmaster.pid", folder);
	ok(file_read(path, &buf, &err));
	struct str rest = buf_str(&buf);
	struct str line;
	assert_true(str_next(&rest, '\n', &line) && num_parse_i64(line, &pid));
	return pid;
}

static void nothing_yet(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, 100000);
	assert_false(cluster_dsn(conf, &buf, &err));
	assert_int_equal(err_exit_code(&err), 78);
	assert_non_null(strstr(err.message, "there is no private cluster in"));
	assert_non_null(strstr(err.hint, "tenure db start"));
	ok(cluster_stop(conf, &err));
	assert_false(is_running());
}

/* Eight at once: one makes it, all find it running. */
static void started_by_many(void **state)
{
	(void)state;
	pid_t children[8];
	for (size_t i = 0; i < ARRAY_LENGTH(children); i++) {
		children[i] = fork();
		if (children[i] == 0) {
			bool is_started = cluster_start(conf, &err);
			if (!is_started)
				fprintf(stderr, "start %zu: %s (%s)\n", i, err.message, err.hint);
			_exit(is_started ? 0 : 1);
		}
	}
	for (size_t i = 0; i < ARRAY_LENGTH(children); i++) {
		int status = -1;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_true(is_running());
	int64_t pid = server_pid();
	ok(cluster_start(conf, &err));
	assert_int_equal(server_pid(), pid);
}

static void connects_by_default(void **state)
{
	(void)state;
	struct pg *pg = NULL;
	unsetenv("PGHOST");
	unsetenv("PGDATABASE");
	ok(pg_open(&pg, conf, &err));
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	struct sql sql = {"x",
			  "select current_database(), current_setting('listen_addresses'),"
			  " current_setting('log_min_error_statement'), current_setting('data_checksums')"};
	ok(pg_run(pg, &sql, 0, NULL, &rows, &err));
	assert_true(str_equal_text(pg_rows_text(rows, 0, 0), "tenure"));
	assert_true(str_equal_text(pg_rows_text(rows, 0, 1), ""));
	assert_true(str_equal_text(pg_rows_text(rows, 0, 2), "panic"));
	assert_true(str_equal_text(pg_rows_text(rows, 0, 3), "on"));
	pg_close(pg);
}

/* The pid file stays, and its number belongs to somebody else: ourselves. */
static void stale_pid_file(void **state)
{
	(void)state;
	char path[PATH_MAX + 64];
	char text[64];
	assert_int_equal(kill((pid_t)server_pid(), SIGKILL), 0);
	snprintf(path, sizeof(path), "%s/one/data/postmaster.pid", folder);
	for (int i = 0; i < 100 && is_running(); i++)
		(void)poll(NULL, 0, 50);
	snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	int fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	ok(file_write_all(fd, str_from(text), &err));
	close(fd);
	assert_false(is_running());
	(void)poll(NULL, 0, 500); /* the killed server's children notice */
	ok(cluster_start(conf, &err));
	assert_true(is_running());
}

static void stopped_twice(void **state)
{
	(void)state;
	struct pg *pg = NULL;
	ok(cluster_stop(conf, &err));
	assert_false(is_running());
	ok(cluster_stop(conf, &err));
	assert_false(pg_open(&pg, conf, &err));
	assert_string_equal(err.hint, "start the private cluster with `tenure db start`");
	assert_int_equal(err_exit_code(&err), 75);
	ok(cluster_start(conf, &err));
	assert_true(is_running());
}

static void long_path(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf buf;
	char directory[PATH_MAX];
	bool is = false;
	struct pg *pg = NULL;
	buf_init(&buf, 100000);
	snprintf(directory, sizeof(directory), "%.40s/%0100d", folder, 7);
	struct conf *far = settings(directory);
	ok(cluster_start(far, &err));
	ok(cluster_status(far, &buf, &is, &err));
	assert_true(is);
	assert_non_null(strstr(buf.data, "host='/tmp/tenure-"));
	ok(pg_open(&pg, far, &err));
	pg_close(pg);
	ok(cluster_stop(far, &err));
	conf_free(far);
}

static void foreign_folder(void **state)
{
	(void)state;
	char directory[128];
	snprintf(directory, sizeof(directory), "%s/open", folder);
	assert_int_equal(mkdir(directory, 0755), 0);
	struct conf *open_to_all = settings(directory);
	assert_false(cluster_start(open_to_all, &err));
	assert_int_equal(err_exit_code(&err), 78);
	assert_non_null(strstr(err.message, "is not a folder that only user"));
	conf_free(open_to_all);
}

static void wrong_programs(void **state)
{
	(void)state;
	struct conf *other = settings(folder);
	ok(conf_set(other, str_from("cluster.bin=/nowhere"), &err));
	assert_false(cluster_start(other, &err));
	assert_string_equal(err.message, "cluster.bin holds no initdb: /nowhere");
	ok(conf_set(other, str_from("cluster.port=70000"), &err));
	assert_false(cluster_start(other, &err));
	assert_string_equal(err.message, "cluster.port is not between 0 and 65535");
	conf_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_yet),	   cmocka_unit_test(started_by_many),
	    cmocka_unit_test(connects_by_default), cmocka_unit_test(stale_pid_file),
	    cmocka_unit_test(stopped_twice),	   cmocka_unit_test(long_path),
	    cmocka_unit_test(foreign_folder),	   cmocka_unit_test(wrong_programs),
	};
	return cmocka_run_group_tests(tests, create, drop);
}
