/* SPDX-License-Identifier: PostgreSQL */
#define _XOPEN_SOURCE 700 /* pseudo-terminals */
#include "base/log.h"

#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"

static char captured[32 * 1024];
static int saved_stderr = -1;
static int capture_fd = -1;

static void begin_capture(void)
{
	char path[] = "/tmp/tenure-test-XXXXXX";
	capture_fd = mkstemp(path);
	assert_true(capture_fd >= 0);
	unlink(path);
	saved_stderr = dup(STDERR_FILENO);
	dup2(capture_fd, STDERR_FILENO);
}

static void end_capture(void)
{
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	ssize_t length = pread(capture_fd, captured, sizeof(captured) - 1, 0);
	close(capture_fd);
	assert_true(length >= 0);
	captured[length] = '\0';
}

/* What stands after the time, which is checked and skipped. */
static const char *after(const char *head)
{
	assert_int_equal(strncmp(captured, head, strlen(head)), 0);
	return captured + strlen(head) + strlen("2026-08-31T08:59:25.212Z");
}

static void writes_plain_pairs(void **state)
{
	(void)state;
	log_init(LOG_INFO, LOG_PLAIN);
	begin_capture();
	log_event(LOG_DEBUG, "hidden", "a=%d", 1);
	log_event(LOG_INFO, "page loaded", "source=%s rows=%zu note=\"%s\" empty=", "ror", (size_t)7,
		  "two words");
	end_capture();
	assert_string_equal(
	    after("time="),
	    " level=info event=\"page loaded\" source=ror rows=7 note=\"two words\" empty=\"\"\n");
}

static void writes_json(void **state)
{
	(void)state;
	log_init(LOG_DEBUG, LOG_JSON);
	begin_capture();
	log_event(LOG_DEBUG, "x",
		  "n=%d share=%s is_full=true id=\"%s\" lead=007 text=1e plus=+1 path=\"%s\" point=1.", -3,
		  "0.25", "12", "a\"b c");
	end_capture();
	assert_string_equal(
	    after("{\"time\":\""),
	    "\",\"level\":\"debug\",\"event\":\"x\",\"n\":-3,\"share\":0.25,\"is_full\":true,\"id\":"
	    "\"12\",\"lead\":\"007\",\"text\":\"1e\",\"plus\":\"+1\",\"path\":\"a\\\"b "
	    "c\",\"point\":\"1.\"}\n");
	begin_capture();
	log_event(LOG_ERROR, "y", "just text, no pair");
	end_capture();
	assert_non_null(strstr(captured, "\"event\":\"y\",\"detail\":\"just text, no pair\"}\n"));
	begin_capture();
	log_event(LOG_ERROR, "z", "a=\"never closed");
	end_capture();
	assert_non_null(strstr(captured, ",\"a\":\"never closed\"}\n"));
}

static void lets_nothing_break_the_line(void **state)
{
	(void)state;
	log_init(LOG_INFO, LOG_PLAIN);
	begin_capture();
	log_event(LOG_WARNING, "x", "path=\"%s\"", "a\nlevel=error\x1B[2J");
	log_event(LOG_WARNING, "x", "path=%s", "M\xFCller");
	end_capture();
	assert_null(strstr(captured, "\nlevel"));
	assert_null(strchr(captured, '\x1B'));
	assert_non_null(strstr(captured, "path=\"a level=error [2J\"\n"));
	assert_non_null(strstr(captured, "path=M?ller\n"));
	char text[10000];
	memset(text, '"', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_init(LOG_INFO, LOG_JSON);
	begin_capture();
	log_event(LOG_INFO, "x", "a=%s", text);
	end_capture();
	assert_int_equal(captured[strlen(captured) - 2], '}');
	assert_int_equal(captured[strlen(captured) - 1], '\n');
}

static void writes_one_line_for_a_failure(void **state)
{
	(void)state;
	struct err err;
	err_set_class(&err, ERR_NET_TRANSIENT, "E_SRC_TRUNC", "loading page 3: ended\nearly");
	err_hint(&err, "run it again");
	err.http_status = 503;
	log_init(LOG_INFO, LOG_PLAIN);
	begin_capture();
	log_failure(&err);
	end_capture();
	assert_string_equal(after("time="),
			    " level=error event=failed message=\"loading page 3: ended early\" hint=\"run "
			    "it again\" class=E_SRC_TRUNC kind=net_transient http_status=503\n");
	err_set(&err, ERR_DB_FINAL, "no");
	memcpy(err.sqlstate, "42P01", 6);
	log_init(LOG_INFO, LOG_JSON);
	begin_capture();
	log_failure(&err);
	end_capture();
	assert_string_equal(after("{\"time\":\""),
			    "\",\"level\":\"error\",\"event\":\"failed\",\"message\":\"no\",\"kind\":"
			    "\"db_final\",\"sqlstate\":\"42P01\"}\n");
}

static void keeps_progress_rare_off_a_terminal(void **state)
{
	(void)state;
	log_init(LOG_INFO, LOG_PLAIN);
	begin_capture();
	for (int i = 0; i < 1000; i++)
		log_progress("rows=%d", i);
	log_progress_end();
	end_capture();
	assert_string_equal(after("time="), " level=info event=progress rows=0\n");
	log_init(LOG_WARNING, LOG_PLAIN);
	begin_capture();
	log_progress("rows=%d", 1);
	log_progress_end();
	end_capture();
	assert_string_equal(captured, "");
}

/* A pseudo-terminal in place of stderr. */
static void overwrites_progress_on_a_terminal(void **state)
{
	(void)state;
	char output[1024] = {0};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
		skip();
	int slave = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	if (slave < 0)
		skip();
	saved_stderr = dup(STDERR_FILENO);
	dup2(slave, STDERR_FILENO);
	log_init(LOG_INFO, LOG_PLAIN);
	log_progress("%s", "ROWS 1 \xC3\xA9 23456789 123456789 123456789 123456789 123456789 123456789 "
			   "123456789 123456789 tail");
	int64_t shown_ms = clock_monotonic_ms();
	log_progress("%s", "too soon");
	bool is_soon = clock_monotonic_ms() - shown_ms < 50; /* a busy machine may have paused us */
	log_event(LOG_INFO, "done", "n=%d", 1);
	log_progress_end();
	log_progress("%s", "last");
	log_progress_end();
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(slave);
	ssize_t n_read;
	size_t length = 0;
	while ((n_read = read(terminal, output + length, sizeof(output) - 1 - length)) > 0)
		length += (size_t)n_read;
	close(terminal);
	assert_non_null(strstr(output, "\r\033[KROWS 1 \xC3\xA9"));
	assert_null(strstr(output, "tail"));
	if (is_soon)
		assert_null(strstr(output, "too soon"));
	assert_non_null(strstr(output, "\r\033[Ktime="));
	assert_non_null(strstr(output, "event=done n=1"));
	assert_non_null(strstr(output, "\r\033[Klast\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_plain_pairs),
	    cmocka_unit_test(writes_json),
	    cmocka_unit_test(lets_nothing_break_the_line),
	    cmocka_unit_test(writes_one_line_for_a_failure),
	    cmocka_unit_test(keeps_progress_rare_off_a_terminal),
	    cmocka_unit_test(overwrites_progress_on_a_terminal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
