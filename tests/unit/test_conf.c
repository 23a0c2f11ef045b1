/* SPDX-License-Identifier: PostgreSQL */
#include "conf/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "json/json.h"

extern char **environ;

static struct err err;
static char folder[64];
static char path[128]; /* of the settings file */

/* Nothing of the caller's environment, and a settings file that is not there. */
static int set_up(void **state)
{
	(void)state;
	static char *nothing[] = {NULL};
	environ = nothing;
	err_reset(&err);
	snprintf(folder, sizeof(folder), "/tmp/tenure-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/tenure/tenure.conf", folder);
	return setenv("XDG_CONFIG_HOME", folder, 1);
}

static int tear_down(void **state)
{
	(void)state;
	static const char *const names[] = {"tenure/tenure.conf", "tenure", "token",
					    "openreview.token",	  "cfg",    ".config/tenure/tenure.conf",
					    ".config/tenure",	  ".config"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		char name[256];
		snprintf(name, sizeof(name), "%s/%s", folder, names[i]);
		remove(name);
	}
	return rmdir(folder);
}

static void write_file(const char *name, const char *content, int mode)
{
	char parent[PATH_MAX];
	snprintf(parent, sizeof(parent), "%s", name);
	*strrchr(parent, '/') = '\0';
	assert_true(file_make_directories(parent, 0700, &err));
	assert_true(file_write_atomically(name, mode, str_from(content), &err));
}

static struct conf *load(void)
{
	struct conf *conf = NULL;
	if (!conf_new(&conf, &err))
		fail_msg("%s", err.message);
	return conf;
}

static void assert_refused(const char *message, const char *hint)
{
	struct conf *conf = NULL;
	assert_false(conf_new(&conf, &err));
	assert_null(conf);
	assert_string_equal(err.message, message);
	assert_string_equal(err.hint, hint);
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_int_equal(err_exit_code(&err), 78);
}

/* The message with the settings file's path in place of %s. */
static void assert_refused_at_path(const char *before, const char *after, const char *hint)
{
	char message[512];
	snprintf(message, sizeof(message), "%s%s%s", before, path, after);
	assert_refused(message, hint);
}

static void has_defaults(void **state)
{
	(void)state;
	struct conf *conf = load();
	assert_string_equal(conf_text(conf, CONF_DATABASE_DSN), "");
	assert_false(conf_is_set(conf, CONF_DATABASE_DSN));
	assert_true(conf_is_set(conf, CONF_LOG_LEVEL));
	assert_int_equal(conf_seconds(conf, CONF_DATABASE_TIMEOUT), 7200);
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 8);
	assert_true(conf_bytes(conf, CONF_RUN_MAX_PAGE) == UINT64_C(4) << 30);
	assert_true(conf_boolean(conf, CONF_RUN_ARCHIVE));
	assert_false(conf_boolean(conf, CONF_RUN_ARCHIVE_FILES));
	conf_free(conf);
	conf_free(NULL);
}

static void later_wins(void **state)
{
	(void)state;
	write_file(path,
		   "; comment\n# comment\n[run]\nretries = 3\narchive: off\nmax_page=64k\n\n[log]\nlevel = "
		   "debug ; note\n",
		   0644);
	struct conf *conf = load();
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 3);
	assert_false(conf_boolean(conf, CONF_RUN_ARCHIVE));
	assert_true(conf_bytes(conf, CONF_RUN_MAX_PAGE) == 65536);
	assert_string_equal(conf_text(conf, CONF_LOG_LEVEL), "debug");
	conf_free(conf);
	setenv("TENURE_RUN_RETRIES", "4", 1);
	setenv("TENURE_LOG_LEVEL", "", 1); /* empty is not set */
	setenv("TENURE_DSN", "service=own", 1);
	conf = load();
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 4);
	assert_string_equal(conf_text(conf, CONF_LOG_LEVEL), "debug");
	assert_string_equal(conf_text(conf, CONF_DATABASE_DSN), "service=own");
	assert_true(conf_set(conf, str_from("run.retries=5"), &err));
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 5);
	assert_true(conf_set(conf, str_from(" log.level = "), &err));
	assert_false(conf_is_set(conf, CONF_LOG_LEVEL));
	conf_free(conf);
	setenv("TENURE_DATABASE_DSN", "service=specific", 1);
	conf = load();
	assert_string_equal(conf_text(conf, CONF_DATABASE_DSN), "service=specific");
	conf_free(conf);
}

static void finds_its_file(void **state)
{
	(void)state;
	char name[128];
	unsetenv("XDG_CONFIG_HOME");
	struct conf *conf = load(); /* no HOME either */
	conf_free(conf);
	snprintf(name, sizeof(name), "%s/.config/tenure/tenure.conf", folder);
	write_file(name, "\xEF\xBB\xBF[run]\nretries=2\n", 0600);
	setenv("HOME", folder, 1);
	conf = load();
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 2);
	conf_free(conf);
	snprintf(path, sizeof(path), "%s/cfg", folder);
	setenv("TENURE_CONFIG", path, 1);
	assert_refused_at_path("cannot read settings file ", ": No such file or directory", "");
	write_file(path, "[run]\nretries=1", 0600);
	conf = load();
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 1);
	conf_free(conf);
	setenv("TENURE_CONFIG", folder, 1);
	snprintf(path, sizeof(path), "%s", folder);
	assert_refused_at_path("cannot read ", ": Is a directory", "");
}

static void refuses_bad_files(void **state)
{
	(void)state;
	char line[300];
	write_file(path, "[run]\nretires = 3\n", 0600);
	assert_refused_at_path("unknown setting run.retires (file ", ")", "did you mean run.retries?");
	write_file(path, "[foo]\nsomething_else_entirely = 3\n", 0600);
	assert_refused_at_path("unknown setting foo.something_else_entirely (file ", ")",
			       "tenure config show lists the settings");
	write_file(path, "retries = 3\n", 0600);
	assert_refused_at_path("unknown setting .retries (file ", ")", "did you mean run.retries?");
	write_file(path, "[run]\nretries = 3\nretries = 4\n", 0600);
	assert_refused_at_path("setting run.retries (file ", ") is there twice", "");
	write_file(path, "[run]\nretries = 3\nwhat\n", 0600);
	assert_refused_at_path("settings file ", ", line 3 is no section, setting or comment", "");
	write_file(path, "[run\nretries = 3\n", 0600);
	assert_refused_at_path("settings file ", ", line 1 is no section, setting or comment", "");
	write_file(path, "[run]\nretries = many\n", 0600);
	assert_refused_at_path("setting run.retries (file ", ") is \"many\", not a whole number", "");
	memset(line, 'x', sizeof(line));
	line[0] = '\n';
	line[sizeof(line) - 1] = '\0';
	write_file(path, line, 0600);
	assert_refused_at_path("settings file ", ", line 2 is longer than 198 bytes", "");
	assert_true(file_write_atomically(path, 0600, (struct str){"a\0b", 3}, &err));
	assert_refused_at_path("settings file ", " has a NUL byte", "");
}

static void checks_types(void **state)
{
	(void)state;
	static const struct {
		const char *variable;
		const char *text;
		const char *message;
	} cases[] = {{"TENURE_RUN_RETRIES", "-1",
		      "setting run.retries (environment TENURE_RUN_RETRIES) is \"-1\", not a whole number"},
		     {"TENURE_RUN_RETRIES", "9223372036854775808",
		      "setting run.retries (environment TENURE_RUN_RETRIES) is \"9223372036854775808\", not "
		      "a whole number"},
		     {"TENURE_RUN_ARCHIVE", "maybe",
		      "setting run.archive (environment TENURE_RUN_ARCHIVE) is \"maybe\", not true or false"},
		     {"TENURE_RUN_MAX_PAGE", "4t",
		      "setting run.max_page (environment TENURE_RUN_MAX_PAGE) is \"4t\", not a size such as "
		      "64k, 64m or 2g"},
		     {"TENURE_RUN_PAGE_TIMEOUT", "soon",
		      "setting run.page_timeout (environment TENURE_RUN_PAGE_TIMEOUT) is \"soon\", not a "
		      "duration such as 90s, 15m, "
		      "6h or 7d"}};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		setenv(cases[i].variable, cases[i].text, 1);
		assert_refused(cases[i].message, "");
		unsetenv(cases[i].variable);
	}
	static const char *const words[] = {"true", "YES", "on", "1"};
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		setenv("TENURE_RUN_ARCHIVE_FILES", words[i], 1);
		struct conf *conf = load();
		assert_true(conf_boolean(conf, CONF_RUN_ARCHIVE_FILES));
		conf_free(conf);
	}
}

static void refuses_unknown_variables(void **state)
{
	(void)state;
	setenv("TENURE_TEST_ANYTHING", "1", 1);
	setenv("TENURE_HOME_OF_OUR_OWN", "1", 1); /* nobody's setting */
	conf_free(load());
	setenv("TENURE_OPENREVEW_TOKEN", "secret", 1);
	assert_refused("unknown setting TENURE_OPENREVEW_TOKEN (environment)",
		       "did you mean TENURE_OPENREVIEW_TOKEN?");
	unsetenv("TENURE_OPENREVEW_TOKEN");
	setenv("TENURE_RUN_RETRIES_FILE", "x", 1); /* no secret */
	assert_refused("unknown setting TENURE_RUN_RETRIES_FILE (environment)",
		       "did you mean TENURE_RUN_RETRIES?");
}

static void takes_assignments(void **state)
{
	(void)state;
	struct conf *conf = load();
	assert_false(conf_set(conf, str_from("run.retries"), &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.message, "--set wants section.name=value");
	assert_false(conf_set(conf, str_from("run.retrys=1"), &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.message, "unknown setting run.retrys (--set)");
	assert_string_equal(err.hint, "did you mean run.retries?");
	assert_false(conf_set(conf, str_from("openreview.token=abc"), &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_string_equal(err.message,
			    "secret setting openreview.token cannot be given on the command line");
	assert_string_equal(
	    err.hint, "set TENURE_OPENREVIEW_TOKEN, or TENURE_OPENREVIEW_TOKEN_FILE to a file of mode 600");
	assert_false(conf_set(conf, str_from("run.retries="), &err));
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.message, "setting run.retries (--set) is \"\", not a whole number");
	assert_false(conf_set(conf, (struct str){"log.level=a\0b", 13}, &err));
	assert_string_equal(err.message, "setting log.level (--set) has a NUL byte");
	assert_int_equal(conf_integer(conf, CONF_RUN_RETRIES), 8);
	conf_free(conf);
}

static void takes_secrets(void **state)
{
	(void)state;
	char name[128];
	char message[512];
	char hint[256];
	snprintf(name, sizeof(name), "%s/openreview.token", folder);
	write_file(name, "from-credential\n", 0440); /* systemd's own mode */
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	struct conf *conf = load();
	assert_string_equal(conf_text(conf, CONF_OPENREVIEW_TOKEN), "from-credential");
	conf_free(conf);
	snprintf(name, sizeof(name), "%s/token", folder);
	write_file(name, "from file \r\n", 0600);
	setenv("OPENREVIEW_TOKEN_FILE", name, 1);
	conf = load();
	assert_string_equal(conf_text(conf, CONF_OPENREVIEW_TOKEN), "from file ");
	conf_free(conf);
	setenv("OPENREVIEW_TOKEN", "from-environment", 1);
	conf = load();
	assert_string_equal(conf_text(conf, CONF_OPENREVIEW_TOKEN), "from-environment");
	conf_free(conf);
	unsetenv("OPENREVIEW_TOKEN");
	write_file(name, "from file", 0640);
	snprintf(message, sizeof(message), "secret environment OPENREVIEW_TOKEN_FILE: others can read %s",
		 name);
	snprintf(hint, sizeof(hint), "chmod 600 %s", name);
	assert_refused(message, hint);
	write_file(name, "\n", 0600);
	snprintf(message, sizeof(message), "secret environment OPENREVIEW_TOKEN_FILE: %s is empty", name);
	assert_refused(message, "");
	char large[10000];
	memset(large, 'x', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	write_file(name, large, 0600);
	snprintf(message, sizeof(message),
		 "secret environment OPENREVIEW_TOKEN_FILE: cannot read %s: larger than 8191 bytes", name);
	assert_refused(message, "");
	setenv("OPENREVIEW_TOKEN_FILE", "/tmp/tenure-absent", 1);
	assert_refused("secret environment OPENREVIEW_TOKEN_FILE: cannot open /tmp/tenure-absent: No such "
		       "file or directory",
		       "");
}

static void takes_secrets_from_private_files_only(void **state)
{
	(void)state;
	char message[512];
	char hint[256];
	write_file(path, "[openreview]\ntoken = abc\n", 0644);
	snprintf(message, sizeof(message), "secret setting openreview.token is in %s, which others can read",
		 path);
	snprintf(hint, sizeof(hint), "chmod 600 %s", path);
	assert_refused(message, hint);
	write_file(path, "[openreview]\ntoken = abc\n", 0600);
	struct conf *conf = load();
	assert_string_equal(conf_text(conf, CONF_OPENREVIEW_TOKEN), "abc");
	conf_free(conf);
}

static void shows_no_secrets(void **state)
{
	(void)state;
	struct buf buf;
	struct arena arena;
	const struct json *root = NULL;
	setenv("OPENREVIEW_TOKEN", "hush-1", 1);
	setenv("TENURE_DSN", "postgresql://me:hush-2@host/db", 1);
	setenv("TENURE_HTTP_CONTACT", "password=hush-3", 1);
	setenv("TENURE_OPENREVIEW_BASE_URL_V2", "https://h/x:y@z", 1);
	struct conf *conf = load();
	buf_init(&buf, 100000);
	conf_show(conf, false, &buf);
	assert_null(strstr(buf.data, "hush"));
	assert_non_null(strstr(buf.data, "openreview.token = (set)  # environment OPENREVIEW_TOKEN\n"));
	assert_non_null(strstr(buf.data, "openreview.password = (not set)  # default\n"));
	assert_non_null(strstr(
	    buf.data, "database.dsn = (set; not shown: holds a password)  # environment TENURE_DSN\n"));
	assert_non_null(strstr(buf.data, "openreview.base_url_v2 = https://h/x:y@z  # environment"));
	assert_non_null(strstr(buf.data, "run.retries = 8  # default\n"));
	buf_reset(&buf);
	conf_show(conf, true, &buf);
	assert_null(strstr(buf.data, "hush"));
	arena_init(&arena, 1000000);
	assert_true(json_parse(buf_str(&buf), &arena, &root, &err));
	assert_int_equal(root->n_children, CONF_COUNT);
	assert_true(str_equal_text(json_str(json_get(root->first, "name")), "database.dsn"));
	assert_true(str_equal_text(json_str(json_get(root->first, "origin")), "environment TENURE_DSN"));
	arena_done(&arena);
	buf_done(&buf);
	conf_free(conf);
}

static void writes_the_reference_page(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 100000);
	conf_reference(&buf);
	assert_int_equal(strncmp(buf.data, "# Settings\n", 11), 0);
	assert_non_null(strstr(buf.data, "\n## [openreview]\n\n| name |"));
	assert_non_null(
	    strstr(buf.data, "| `retries` | `TENURE_RUN_RETRIES` | whole number | `8` | attempts"));
	assert_non_null(strstr(
	    buf.data, "| `token` | `TENURE_OPENREVIEW_TOKEN`, `OPENREVIEW_TOKEN` | secret |  | bearer"));
	buf_done(&buf);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(has_defaults),
	    CASE(later_wins),
	    CASE(finds_its_file),
	    CASE(refuses_bad_files),
	    CASE(checks_types),
	    CASE(refuses_unknown_variables),
	    CASE(takes_assignments),
	    CASE(takes_secrets),
	    CASE(takes_secrets_from_private_files_only),
	    CASE(shows_no_secrets),
	    CASE(writes_the_reference_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
