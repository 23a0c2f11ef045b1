/* SPDX-License-Identifier: PostgreSQL */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "pg/cluster.h"
#include "pg/pg.h"

#define OUTPUT_BYTES ((size_t)64 * 1024)

static bool show_status(struct command_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	bool is_running = false;
	buf_init(&buf, OUTPUT_BYTES);
	if (!cluster_status(context->conf, &buf, &is_running, err))
		return false;
	context->exit_code = is_running ? 0 : 75;
	return buf_check(&buf, "cluster status", err) && cmd_output(buf_str(&buf), err);
}

/* The process becomes psql. */
static bool run_psql(struct command_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf option;
	bool is_private = false;
	buf_init(&option, OUTPUT_BYTES);
	buf_put_text(&option, "--dbname=");
	size_t length = option.length;
	if (!pg_conninfo(context->conf, &option, &is_private, err) ||
	    !buf_check(&option, "connection string", err))
		return false;
	char program[] = "psql";
	char **argv = calloc((size_t)context->n_arguments + 2, sizeof(*argv));
	if (argv == NULL)
		return err_nomem(err, "arguments");
	int n = 0;
	argv[n++] = program;
	if (option.length > length)
		argv[n++] = option.data;
	for (int i = 1; i < context->n_arguments; i++)
		argv[n++] = context->arguments[i];
	signal(SIGPIPE, SIG_DFL);
	execvp(program, argv);
	free(argv);
	err_set(err, ERR_CONFIG, "cannot run psql: %s", strerror(errno));
	return err_hint(err, "install postgresql-client");
}

static bool start(struct command_context *context, struct err *err)
{
	if (!cmd_operands(context, 1, 1, err) || !cluster_start(context->conf, err))
		return false;
	log_event(LOG_INFO, "the private cluster is running", "hint=\"tenure db psql\"");
	return true;
}

static bool stop(struct command_context *context, struct err *err)
{
	if (!cmd_operands(context, 1, 1, err) || !cluster_stop(context->conf, err))
		return false;
	log_event(LOG_INFO, "the private cluster is stopped", "hint=\"tenure db start\"");
	return true;
}

bool cmd_db(struct command_context *context, struct err *err)
{
	const char *what = context->n_arguments == 0 ? "" : context->arguments[0];
	if (strcmp(what, "start") == 0)
		return start(context, err);
	if (strcmp(what, "stop") == 0)
		return stop(context, err);
	if (strcmp(what, "status") == 0)
		return cmd_operands(context, 1, 1, err) && show_status(context, err);
	if (strcmp(what, "psql") == 0)
		return run_psql(context, err);
	err_set(err, ERR_USAGE, "tenure db wants start, stop, status or psql");
	return err_hint(err, "`tenure help db` shows the usage");
}
