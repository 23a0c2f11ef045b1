/* SPDX-License-Identifier: PostgreSQL
 *
 * What stands between main's table and one command: global options, settings, logging, exit code.
 *
 *     main(table) -> cmd_main: options before and after the command's name -> settings -> run -> exit code
 *
 * Global options, accepted anywhere before "--": --help, --dsn, --set section.name=value, --log-format,
 * --log-level, --json. All other arguments are the command's own; it reads them with cmd_option.
 */
#ifndef TENURE_CMD_H
#define TENURE_CMD_H

#include "base/base.h"
#include "base/str.h"

struct conf;
struct err;
struct buf;
struct command;

struct command_context {
	struct conf *conf;
	const struct command *command;
	const struct command *commands; /* the whole table */
	bool is_json;			/* --json: results on stdout as JSON */
	int n_arguments;		/* the command's own, its name and global options taken out */
	char **arguments;
	int exit_code; /* a command that did its work but has something to say with its exit code sets it */
};

struct command {
	const char *name; /* NULL ends the table */
	const char *summary;
	const char *usage; /* own arguments and options, one a line; "" when there are none */
	bool (*run)(struct command_context *context, struct err *err);
};

/* The whole process but the table: returns the exit code. */
int cmd_main(const struct command *commands, int argc, char **argv);

/* The command's own options, from the front: */
/* Takes "--name" off anywhere in the arguments; true when it was there. */
bool cmd_flag(struct command_context *context, const char *name);
/* Takes "--name VALUE" or "--name=VALUE" off; *ret_value is NULL when absent. ERR_USAGE without a value. */
MUST_USE bool cmd_option(struct command_context *context, const char *name, const char **ret_value,
			 struct err *err);
/* After the options: ERR_USAGE when an unknown option is left, or the number of operands is outside. */
MUST_USE bool cmd_operands(const struct command_context *context, int least, int most, struct err *err);
/* Writes a result to stdout; ERR_IO when that fails (a closed pipe, a full disk). */
MUST_USE bool cmd_output(struct str text, struct err *err);
/* Edit distance, for "did you mean": small when the words are alike. */
size_t cmd_distance(const char *left, const char *right);

/* The commands: one file each. */
bool cmd_budget(struct command_context *context, struct err *err);
bool cmd_build(struct command_context *context, struct err *err);
bool cmd_check(struct command_context *context, struct err *err);
bool cmd_config(struct command_context *context, struct err *err);
bool cmd_correct(struct command_context *context, struct err *err);
bool cmd_db(struct command_context *context, struct err *err);
bool cmd_diff(struct command_context *context, struct err *err);
bool cmd_doctor(struct command_context *context, struct err *err);
bool cmd_evaluate(struct command_context *context, struct err *err);
bool cmd_forget(struct command_context *context, struct err *err);
bool cmd_freeze(struct command_context *context, struct err *err);
bool cmd_help(struct command_context *context, struct err *err);
bool cmd_import(struct command_context *context, struct err *err);
bool cmd_link(struct command_context *context, struct err *err);
bool cmd_migrate(struct command_context *context, struct err *err);
bool cmd_plan(struct command_context *context, struct err *err);
bool cmd_query(struct command_context *context, struct err *err);
bool cmd_rejects(struct command_context *context, struct err *err);
bool cmd_replay(struct command_context *context, struct err *err);
bool cmd_report(struct command_context *context, struct err *err);
bool cmd_run(struct command_context *context, struct err *err);
bool cmd_runs(struct command_context *context, struct err *err);
bool cmd_schedule(struct command_context *context, struct err *err);
bool cmd_sources(struct command_context *context, struct err *err);
bool cmd_status(struct command_context *context, struct err *err);
bool cmd_unlink(struct command_context *context, struct err *err);
bool cmd_verify(struct command_context *context, struct err *err);
bool cmd_version(struct command_context *context, struct err *err);
bool cmd_why(struct command_context *context, struct err *err);

#endif
