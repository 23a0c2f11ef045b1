/* SPDX-License-Identifier: PostgreSQL */
#define _GNU_SOURCE /* setgroups, clearing of supplementary groups */
#include "pg/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

#define EXIT_CANNOT_RUN 127

bool owner_find(struct owner *ret, struct err *err)
{
	struct owner owner = {.uid = geteuid(), .gid = getegid(), .is_other = geteuid() == 0};
	const struct passwd *entry = owner.is_other ? getpwnam("postgres") : getpwuid(owner.uid);
	if (owner.is_other && entry == NULL) {
		err_set_class(err, ERR_CONFIG, "E_CONFIG", "there is no user postgres to run the cluster as");
		return err_hint(err, "install PostgreSQL (make deps), or run tenure as an ordinary user");
	}
	if (entry != NULL) {
		owner.uid = entry->pw_uid;
		owner.gid = entry->pw_gid;
		snprintf(owner.name, sizeof(owner.name), "%s", entry->pw_name);
	}
	*ret = owner;
	return true;
}

/* In the child. What the user's shell says about some database must not reach initdb or pg_ctl. */
static bool become(const struct owner *owner)
{
	static const char *const names[] = {"PGDATA", "PGHOST",	   "PGHOSTADDR", "PGPORT",     "PGDATABASE",
					    "PGUSER", "PGOPTIONS", "PGSERVICE",	 "PGPASSFILE", "PGPASSWORD"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
		unsetenv(names[i]);
	signal(SIGPIPE, SIG_DFL);
	umask(077);
	if (!owner->is_other)
		return true;
	return setgroups(1, &owner->gid) == 0 && setgid(owner->gid) == 0 && setuid(owner->uid) == 0;
}

static void exec_child(const struct owner *owner, const char *directory, const char *const *argv, int output)
{
	int null = open("/dev/null", O_RDONLY);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		_exit(EXIT_CANNOT_RUN);
	setenv("LC_ALL", "C", 1);
	if (!become(owner) || chdir(directory) != 0) {
		dprintf(STDERR_FILENO, "cannot become user %s in %s: %s", owner->name, directory,
			strerror(errno));
		_exit(EXIT_CANNOT_RUN);
	}
	/* execv takes no const, but changes nothing. */
	union {
		const char *const *given;
		char *const *wanted;
	} arguments = {.given = argv};
	execv(argv[0], arguments.wanted);
	dprintf(STDERR_FILENO, "cannot run %s: %s", argv[0], strerror(errno));
	_exit(EXIT_CANNOT_RUN);
}

static void read_output(int fd, struct buf *output)
{
	char bytes[4096];
	for (;;) {
		ssize_t length = read(fd, bytes, sizeof(bytes));
		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return;
		buf_put(output, bytes, (size_t)length);
	}
}

static int wait_for(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

bool owner_run(const struct owner *owner, const char *directory, const char *const *argv, struct buf *output,
	       struct err *err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, ERR_NOMEM, "cannot open a pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0)
		exec_child(owner, directory, argv, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_set(err, ERR_NOMEM, "cannot fork: %s", strerror(errno));
	}
	read_output(ends[0], output);
	close(ends[0]);
	int code = wait_for(pid);
	if (code == 0)
		return true;
	return err_set_class(err, ERR_CONFIG, "E_CONFIG", "%s ended with code %d", argv[0], code);
}

bool owner_do(const struct owner *owner, const char *what, owner_work *work, const void *context,
	      struct err *err)
{
	struct err reason = {.kind = ERR_NONE};
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, ERR_NOMEM, "cannot open a pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		bool is_done = become(owner) && work(context, &reason);
		if (!is_done && reason.kind == ERR_NONE)
			err_set(&reason, ERR_IO, "cannot become user %s: %s", owner->name, strerror(errno));
		if (write(ends[1], &reason, sizeof(reason)) != (ssize_t)sizeof(reason))
			_exit(EXIT_CANNOT_RUN);
		_exit(is_done ? 0 : 1);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_set(err, ERR_NOMEM, "cannot fork: %s", strerror(errno));
	}
	ssize_t length = read(ends[0], &reason, sizeof(reason));
	close(ends[0]);
	int code = wait_for(pid);
	if (code == 0)
		return true;
	if (length != (ssize_t)sizeof(reason) || reason.kind == ERR_NONE)
		return err_set(err, ERR_IO, "%s: the child process failed", what);
	if (err != NULL)
		*err = reason;
	return err_wrap(err, "%s", what);
}
