/* SPDX-License-Identifier: PostgreSQL */
#include "base/stop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

static int exit_status_of(int first, int second)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct err err;
		if (!stop_install(&err))
			_exit(1);
		raise(first);
		raise(second);
		_exit(2);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void ends_at_the_second_signal(void **state)
{
	(void)state;
	assert_int_equal(exit_status_of(SIGINT, SIGINT), 130);
	assert_int_equal(exit_status_of(SIGINT, SIGTERM), 143);
}

static void asks_at_the_first_signal(void **state)
{
	(void)state;
	struct err err = {.kind = ERR_NONE};
	assert_true(stop_install(&err));
	assert_true(stop_install(&err)); /* twice is once */
	assert_int_equal(stop_signal(), 0);
	assert_false(stop_wanted(&err));
	assert_int_equal(err.kind, ERR_NONE);
	struct pollfd readable = {.fd = stop_fd(), .events = POLLIN};
	assert_int_equal(poll(&readable, 1, 0), 0);
	raise(SIGTERM);
	assert_int_equal(stop_signal(), SIGTERM);
	assert_int_equal(poll(&readable, 1, 0), 1);
	assert_true(stop_wanted(&err));
	assert_int_equal(err.kind, ERR_CANCELLED);
	assert_int_equal(err.signal_number, SIGTERM);
	assert_string_equal(err.message, "stopped by SIGTERM");
	assert_int_equal(err_exit_code(&err), 143);
	assert_true(stop_wanted(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ends_at_the_second_signal),
	    cmocka_unit_test(asks_at_the_first_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
