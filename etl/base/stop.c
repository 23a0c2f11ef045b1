/* SPDX-License-Identifier: PostgreSQL */
#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/err.h"

static volatile sig_atomic_t received; /* first signal */
static int pipe_ends[2] = {-1, -1};

static void on_signal(int number)
{
	if (received != 0)
		_exit(128 + number);
	received = number;
	int saved_errno = errno;
	/* A full or closed pipe changes nothing: the flag is set. */
	if (write(pipe_ends[1], "!", 1) < 0)
		errno = saved_errno;
	errno = saved_errno;
}

static bool open_pipe(struct err *err)
{
	if (pipe_ends[0] >= 0)
		return true;
	if (pipe(pipe_ends) != 0)
		return err_set(err, ERR_NOMEM, "cannot open a pipe for signals: %s", strerror(errno));
	for (int i = 0; i < 2; i++) {
		if (fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC) != 0 ||
		    fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK) != 0)
			return err_set(err, ERR_BUG, "cannot prepare the pipe for signals: %s",
				       strerror(errno));
	}
	return true;
}

bool stop_install(struct err *err)
{
	if (!open_pipe(err))
		return false;
	/* No SA_RESTART: a blocking call comes back with EINTR and its caller looks at the flag. */
	struct sigaction action = {.sa_handler = on_signal};
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGINT, &action, NULL) != 0 || sigaction(SIGTERM, &action, NULL) != 0)
		return err_set(err, ERR_BUG, "cannot install the signal handler: %s", strerror(errno));
	return true;
}

int stop_signal(void)
{
	return (int)received;
}

int stop_fd(void)
{
	return pipe_ends[0];
}

bool stop_wanted(struct err *err)
{
	int number = stop_signal();
	if (number == 0)
		return false;
	err_set(err, ERR_CANCELLED, "stopped by %s", number == SIGINT ? "SIGINT" : "SIGTERM");
	if (err != NULL)
		err->signal_number = number;
	return true;
}
