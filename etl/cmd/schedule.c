/* SPDX-License-Identifier: PostgreSQL
 *
 * The scheduler: a foreground daemon, or one round (--once), or ready unit files for systemd or cron.
 *
 *     connect -> seed -> take due streams -> fork + exec `tenure run SOURCE/STREAM …` -> wait -> finish ->
 * sleep
 *
 * The database connection is opened for each round, so that a restart of PostgreSQL costs one round only.
 */
#include "run/schedule.h"

#include "base/arena.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/stop.h"
#include "cmd/cmd.h"
#include "http/http.h"
#include "pg/pg.h"
#include "source/source.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST_SLEEP_SECONDS  60
#define DATABASE_RETRY_SECONDS 15
#define POLL_CHILD_MS	       200
#define PROGRAM_BYTES	       4096
#define MAX_STREAMS	       64
#define EXIT_BUG	       70

static const char systemd_units[] =
    "# /etc/systemd/system/tenure.service\n"
    "[Unit]\n"
    "Description=Tenure scheduler: keeps the warehouse of research careers fresh\n"
    "Documentation=man:tenure(1)\n"
    "Wants=network-online.target\n"
    "After=network-online.target postgresql.service\n"
    "\n"
    "[Service]\n"
    "Type=exec\n"
    "ExecStart=%s schedule --log-format json\n"
    "Restart=on-failure\n"
    "RestartSec=30\n"
    "# 64, 77 and 78 need a person: usage, credentials, configuration\n"
    "RestartPreventExitStatus=64 77 78\n"
    "TimeoutStopSec=120\n"
    "KillMode=mixed\n"
    "DynamicUser=yes\n"
    "StateDirectory=tenure\n"
    "Environment=XDG_STATE_HOME=%%S\n"
    "EnvironmentFile=-/etc/tenure/environment\n"
    "# secrets: one file each, readable by root only\n"
    "#LoadCredential=openreview.username:/etc/tenure/openreview.username\n"
    "#LoadCredential=openreview.password:/etc/tenure/openreview.password\n"
    "NoNewPrivileges=yes\n"
    "ProtectSystem=strict\n"
    "ProtectHome=yes\n"
    "PrivateTmp=yes\n"
    "PrivateDevices=yes\n"
    "ProtectKernelTunables=yes\n"
    "ProtectKernelModules=yes\n"
    "ProtectKernelLogs=yes\n"
    "ProtectControlGroups=yes\n"
    "ProtectClock=yes\n"
    "ProtectHostname=yes\n"
    "ProtectProc=invisible\n"
    "ProcSubset=pid\n"
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n"
    "RestrictNamespaces=yes\n"
    "RestrictRealtime=yes\n"
    "RestrictSUIDSGID=yes\n"
    "LockPersonality=yes\n"
    "MemoryDenyWriteExecute=yes\n"
    "SystemCallArchitectures=native\n"
    "SystemCallFilter=@system-service\n"
    "SystemCallFilter=~@privileged @resources\n"
    "CapabilityBoundingSet=\n"
    "AmbientCapabilities=\n"
    "UMask=0077\n"
    "MemoryMax=256M\n"
    "LimitCORE=0\n"
    "\n"
    "[Install]\n"
    "WantedBy=multi-user.target\n";

static const char cron_lines[] =
    "# /etc/cron.d/tenure: one round of the scheduler every ten minutes; it runs what is due and returns.\n"
    "# Two rounds never overlap: a stream that is being run is claimed in the database.\n"
    "# Settings and secrets: a 0600 file of the user's, named by TENURE_CONFIG.\n"
    "SHELL=/bin/sh\n"
    "*/10 * * * * tenure %s schedule --once --log-format json\n";

static bool program_path(char *path, size_t size, struct err *err)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	if (length <= 0)
		return err_set(err, ERR_IO, "cannot find the path of this program: %s", strerror(errno));
	path[length] = '\0';
	return true;
}

static bool print_units(const char *kind, struct err *err)
{
	char path[PROGRAM_BYTES];
	char text[2 * PROGRAM_BYTES];
	if (!program_path(path, sizeof path, err))
		return false;
	int length;
	if (strcmp(kind, "systemd") == 0)
		length = snprintf(text, sizeof text, systemd_units, path);
	else if (strcmp(kind, "cron") == 0)
		length = snprintf(text, sizeof text, cron_lines, path);
	else
		return err_set(err, ERR_USAGE, "--print %s: systemd or cron", kind);
	if (length < 0 || (size_t)length >= sizeof text)
		return err_set(err, ERR_BUG, "the unit file does not fit its buffer");
	return cmd_output((struct str){text, (size_t)length}, err);
}

/* In the child: the program again with `run` and the streams. Settings come by the same environment; what the
 * scheduler was given on its command line is handed on. */
static void exec_run(const char *program, const char *dsn, const struct schedule_claim *claim,
		     struct arena *arena)
{
	const char *arguments[MAX_STREAMS + 6];
	size_t n = 0;
	arguments[n++] = program;
	arguments[n++] = "run";
	if (dsn[0] != '\0') {
		arguments[n++] = "--dsn";
		arguments[n++] = dsn;
	}
	for (size_t i = 0; i < claim->n_streams && i < MAX_STREAMS; i++)
		arguments[n++] = arena_printf(arena, "%s/%s", claim->source, claim->streams[i]);
	arguments[n] = NULL;
	union {
		const char **borrowed;
		char *const *given;
	} argv = {.borrowed = arguments}; /* execv does not write to its arguments */
	execv(program, argv.given);
	_exit(EXIT_BUG);
}

/* Waits for the child; a stop signal is handed on once and the child is waited for. */
static int wait_child(pid_t child)
{
	bool is_told = false;
	for (;;) {
		int status = 0;
		pid_t done = waitpid(child, &status, WNOHANG);
		if (done == child)
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (done < 0 && errno != EINTR)
			return EXIT_BUG;
		if (stop_signal() != 0 && !is_told) {
			kill(child, stop_signal());
			is_told = true;
		}
		poll(NULL, 0, POLL_CHILD_MS);
	}
}

static bool run_child(const struct conf *conf, const struct schedule_claim *claim, struct arena *arena,
		      int *ret_exit_code, struct err *err)
{
	char program[PROGRAM_BYTES];
	if (!program_path(program, sizeof program, err))
		return false;
	pid_t child = fork();
	if (child < 0)
		return err_set(err, ERR_NOMEM, "cannot start a run: %s", strerror(errno));
	if (child == 0)
		exec_run(program, conf_text(conf, CONF_DATABASE_DSN), claim, arena);
	*ret_exit_code = wait_child(child);
	return true;
}

/* Runs one claim and records its end on a fresh connection: a run may take hours. */
static bool run_claim(const struct conf *conf, const struct schedule_claim *claim, struct arena *arena,
		      struct err *err)
{
	int64_t started_ms = clock_realtime_ms();
	int exit_code = 0;
	log_event(LOG_INFO, "run due", "source=%s streams=%zu", claim->source, claim->n_streams);
	if (!run_child(conf, claim, arena, &exit_code, err))
		return false;
	struct pg *pg = NULL;
	if (!pg_open(&pg, conf, err))
		return false;
	double jitter = (double)((uint64_t)clock_monotonic_ms() % 1000) / 1000.0;
	bool is_done = schedule_finish(pg, claim, started_ms, clock_realtime_ms(), exit_code, jitter, err);
	pg_close(pg);
	log_event(exit_code == 0 || exit_code == 75 ? LOG_INFO : LOG_WARNING, "run ended",
		  "source=%s exit_code=%d", claim->source, exit_code);
	return is_done;
}

/* One round: everything that is due, one source after the other; then how long to sleep. */
static bool run_round(const struct conf *conf, int64_t *ret_sleep_seconds, struct err *err)
{
	for (;;) {
		CLEANUP(arena_done) struct arena arena;
		arena_init(&arena, CAP_COMMAND_ARENA);
		struct schedule_claim claim = {NULL, NULL, 0};
		struct pg *pg = NULL;
		if (!pg_open(&pg, conf, err))
			return false;
		bool is_taken = schedule_seed(pg, source_all, clock_realtime_ms(), err) &&
				schedule_take(pg, clock_realtime_ms(), &arena, &claim, err) &&
				schedule_wait_seconds(pg, clock_realtime_ms(), LONGEST_SLEEP_SECONDS,
						      ret_sleep_seconds, err);
		pg_close(pg);
		if (!is_taken)
			return false;
		if (claim.n_streams == 0)
			return true;
		if (!run_claim(conf, &claim, &arena, err) || stop_wanted(err))
			return false;
	}
}

static bool sleep_seconds(int64_t seconds, struct err *err)
{
	return http_wait(clock_monotonic_ms() + (seconds < 1 ? 1 : seconds) * 1000, err);
}

static bool run_daemon(const struct conf *conf, struct err *err)
{
	log_event(LOG_INFO, "scheduler started", "process=%ld", (long)getpid());
	for (;;) {
		int64_t seconds = LONGEST_SLEEP_SECONDS;
		if (!run_round(conf, &seconds, err)) {
			if (!err_is_retryable(err))
				return false;
			log_event(LOG_WARNING, "database not reachable, will be tried again", "class=%s",
				  err->class_name);
			err_reset(err);
			seconds = DATABASE_RETRY_SECONDS;
		}
		if (!sleep_seconds(seconds, err))
			return false;
	}
}

bool cmd_schedule(struct command_context *context, struct err *err)
{
	const char *print = NULL;
	bool is_once = cmd_flag(context, "--once");
	if (!cmd_option(context, "--print", &print, err) || !cmd_operands(context, 0, 0, err))
		return false;
	if (print != NULL)
		return print_units(print, err);
	if (!stop_install(err))
		return false;
	int64_t unused_seconds;
	return is_once ? run_round(context->conf, &unused_seconds, err) : run_daemon(context->conf, err);
}
