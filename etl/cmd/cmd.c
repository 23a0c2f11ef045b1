/* SPDX-License-Identifier: PostgreSQL */
#include "cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stop.h"
#include "conf/conf.h"
#include "pg/pg.h"

#define HELP_BYTES	 ((size_t)64 * 1024)
#define ASSIGNMENT_BYTES ((size_t)16 * 1024)
#define WORD_BYTES	 64 /* longest word that is compared for "did you mean" */

enum global_option {
	OPTION_HELP = 256,
	OPTION_DSN,
	OPTION_SET,
	OPTION_LOG_FORMAT,
	OPTION_LOG_LEVEL,
	OPTION_JSON
};

/* An option of the command itself is not in this table: getopt stops there, and it stays where it is. */
static const struct option global_options[] = {
    {"help", no_argument, NULL, OPTION_HELP},
    {"dsn", required_argument, NULL, OPTION_DSN},
    {"set", required_argument, NULL, OPTION_SET},
    {"log-format", required_argument, NULL, OPTION_LOG_FORMAT},
    {"log-level", required_argument, NULL, OPTION_LOG_LEVEL},
    {"json", no_argument, NULL, OPTION_JSON},
    {NULL, 0, NULL, 0},
};

static const char global_usage[] =
    "  --dsn URI                    the warehouse to use; no password in it (PGPASSFILE, PGPASSWORD)\n"
    "  --set SECTION.NAME=VALUE     any setting (tenure config show); may be repeated\n"
    "  --log-level LEVEL            debug, info, warning or error\n"
    "  --log-format FORMAT          plain or json\n"
    "  --json                       results as JSON\n"
    "  --help                       this text\n";

size_t cmd_distance(const char *left, const char *right)
{
	size_t row[WORD_BYTES + 1];
	size_t n_left = strlen(left);
	size_t n_right = strlen(right);
	if (n_left > WORD_BYTES || n_right > WORD_BYTES)
		return WORD_BYTES;
	for (size_t j = 0; j <= n_right; j++)
		row[j] = j;
	for (size_t i = 1; i <= n_left; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n_right; j++) {
			size_t change = diagonal + (left[i - 1] != right[j - 1]);
			size_t insert = row[j - 1] + 1;
			size_t remove = row[j] + 1;
			diagonal = row[j];
			row[j] = change < insert ? change : insert;
			row[j] = row[j] < remove ? row[j] : remove;
		}
	}
	return row[n_right];
}

static const struct command *find_command(const struct command *commands, const char *name)
{
	for (const struct command *command = commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

static bool unknown_command(const struct command *commands, const char *name, struct err *err)
{
	const struct command *nearest = NULL;
	size_t least = 3; /* two slips of the finger are a guess, three are noise */
	for (const struct command *command = commands; command->name != NULL; command++) {
		size_t distance = cmd_distance(name, command->name);
		if (distance < least) {
			least = distance;
			nearest = command;
		}
	}
	err_set(err, ERR_USAGE, "unknown command %s", name);
	if (nearest != NULL)
		return err_hint(err, "did you mean `tenure %s`?", nearest->name);
	return err_hint(err, "`tenure help` lists the commands");
}

static void put_indented(struct buf *buf, const char *lines)
{
	struct str rest = str_from(lines);
	struct str line;
	while (str_next(&rest, '\n', &line)) {
		buf_put_text(buf, "  ");
		buf_put_str(buf, line);
		buf_put_byte(buf, '\n');
	}
}

static void put_command_help(struct buf *buf, const struct command *command)
{
	buf_printf(buf, "tenure %s: %s\n", command->name, command->summary);
	if (command->usage[0] != '\0') {
		buf_printf(buf, "\nusage: tenure %s …\n", command->name);
		put_indented(buf, command->usage);
	}
	buf_printf(buf, "\nfor every command:\n%s", global_usage);
}

static void put_general_help(struct buf *buf, const struct command *commands)
{
	buf_put_text(
	    buf, "tenure: a PostgreSQL warehouse of who worked where in AI research, and what fills it\n\n"
		 "usage: tenure COMMAND [ARGUMENT …]\n\n");
	for (const struct command *command = commands; command->name != NULL; command++)
		buf_printf(buf, "  %-10s %s\n", command->name, command->summary);
	buf_printf(buf, "\nfor every command:\n%s\n`tenure help COMMAND` tells more.\n", global_usage);
}

static bool show_help(const struct command *commands, const struct command *command, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, HELP_BYTES);
	if (command == NULL)
		put_general_help(&buf, commands);
	else
		put_command_help(&buf, command);
	return buf_check(&buf, "help text", err) && cmd_output(buf_str(&buf), err);
}

bool cmd_help(struct command_context *context, struct err *err)
{
	if (!cmd_operands(context, 0, 1, err))
		return false;
	if (context->n_arguments == 0)
		return show_help(context->commands, NULL, err);
	const struct command *command = find_command(context->commands, context->arguments[0]);
	if (command == NULL)
		return unknown_command(context->commands, context->arguments[0], err);
	return show_help(context->commands, command, err);
}

bool cmd_output(struct str text, struct err *err)
{
	if (fwrite(text.data, 1, text.length, stdout) != text.length || fflush(stdout) != 0)
		return err_set(err, ERR_IO, "cannot write the result to standard output: %s",
			       strerror(errno));
	return true;
}

static void remove_arguments(struct command_context *context, int at, int count)
{
	for (int i = at; i + count < context->n_arguments; i++)
		context->arguments[i] = context->arguments[i + count];
	context->n_arguments -= count;
}

bool cmd_flag(struct command_context *context, const char *name)
{
	bool is_found = false;
	for (int i = 0; i < context->n_arguments && strcmp(context->arguments[i], "--") != 0;) {
		if (strcmp(context->arguments[i], name) == 0) {
			is_found = true;
			remove_arguments(context, i, 1);
		} else {
			i++;
		}
	}
	return is_found;
}

bool cmd_option(struct command_context *context, const char *name, const char **ret_value, struct err *err)
{
	const char *value = NULL;
	size_t length = strlen(name);
	for (int i = 0; i < context->n_arguments && strcmp(context->arguments[i], "--") != 0;) {
		char *argument = context->arguments[i];
		if (strcmp(argument, name) == 0) {
			if (i + 1 >= context->n_arguments)
				return err_set(err, ERR_USAGE, "option %s needs a value", name);
			value = context->arguments[i + 1];
			remove_arguments(context, i, 2);
		} else if (strncmp(argument, name, length) == 0 && argument[length] == '=') {
			value = argument + length + 1;
			remove_arguments(context, i, 1);
		} else {
			i++;
		}
	}
	*ret_value = value;
	return true;
}

bool cmd_operands(const struct command_context *context, int least, int most, struct err *err)
{
	const char *name = context->command->name;
	for (int i = 0; i < context->n_arguments && strcmp(context->arguments[i], "--") != 0; i++) {
		const char *argument = context->arguments[i];
		if (argument[0] == '-' && argument[1] != '\0') {
			err_set(err, ERR_USAGE, "unknown option %s of tenure %s", argument, name);
			return err_hint(err, "`tenure help %s` lists the options", name);
		}
	}
	if (context->n_arguments < least)
		err_set(err, ERR_USAGE, "tenure %s: an argument is missing", name);
	else if (context->n_arguments > most)
		err_set(err, ERR_USAGE, "tenure %s: unexpected argument %s", name, context->arguments[most]);
	else
		return true;
	return err_hint(err, "`tenure help %s` shows the usage", name);
}

static bool set_setting(struct conf *conf, const char *name, const char *value, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, ASSIGNMENT_BYTES);
	buf_printf(&buf, "%s=%s", name, value);
	return buf_check(&buf, "a setting", err) && conf_set(conf, buf_str(&buf), err);
}

static bool set_dsn(struct conf *conf, const char *dsn, struct err *err)
{
	if (!pg_dsn_check(dsn, err)) {
		if (err->kind == ERR_CONFIG)
			err->kind = ERR_USAGE;
		return false;
	}
	return set_setting(conf, "database.dsn", dsn, err);
}

/* One parsed global option. */
static bool take_global(struct command_context *context, int option, const char *value, bool *is_help,
			struct err *err)
{
	switch (option) {
	case OPTION_HELP:
		*is_help = true;
		return true;
	case OPTION_JSON:
		context->is_json = true;
		return true;
	case OPTION_DSN:
		return set_dsn(context->conf, value, err);
	case OPTION_SET:
		return conf_set(context->conf, str_from(value), err);
	case OPTION_LOG_FORMAT:
		return set_setting(context->conf, "log.format", value, err);
	case OPTION_LOG_LEVEL:
		return set_setting(context->conf, "log.level", value, err);
	default:
		return err_set(err, ERR_BUG, "option number %d is not handled", option);
	}
}

/* Is this argument one of the global options, in full? (getopt would also take abbreviations.) */
static bool is_global(const char *argument, bool *ret_takes_next)
{
	if (strncmp(argument, "--", 2) != 0)
		return false;
	size_t length = strcspn(argument + 2, "=");
	for (const struct option *option = global_options; option->name != NULL; option++) {
		if (strlen(option->name) == length && strncmp(option->name, argument + 2, length) == 0) {
			*ret_takes_next =
			    option->has_arg == required_argument && argument[2 + length] == '\0';
			return true;
		}
	}
	return false;
}

/* Splits argv: global options go to the front of `globals`, all others keep their order in `others`. What
 * follows "--", or `db psql`, belongs to the command whatever it looks like. */
static void split_arguments(int argc, char **argv, char **globals, int *n_globals, char **others,
			    int *n_others)
{
	bool is_verbatim = false;
	globals[(*n_globals)++] = argv[0];
	for (int i = 1; i < argc; i++) {
		bool takes_next = false;
		if (is_verbatim || !is_global(argv[i], &takes_next)) {
			others[(*n_others)++] = argv[i];
			is_verbatim = is_verbatim || strcmp(argv[i], "--") == 0 ||
				      (*n_others == 2 && strcmp(others[0], "db") == 0 &&
				       strcmp(others[1], "psql") == 0);
			continue;
		}
		globals[(*n_globals)++] = argv[i];
		if (takes_next && i + 1 < argc)
			globals[(*n_globals)++] = argv[++i];
	}
}

static bool read_globals(struct command_context *context, int n_globals, char **globals, bool *is_help,
			 struct err *err)
{
	int option;
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(n_globals, globals, ":", global_options, NULL)) != -1) {
		if (option == ':')
			return err_set(err, ERR_USAGE, "option %s needs a value", globals[optind - 1]);
		if (option == '?')
			return err_set(err, ERR_USAGE, "option %s takes no value", globals[optind - 1]);
		if (!take_global(context, option, optarg, is_help, err))
			return false;
	}
	return true;
}

static bool start_log(const struct conf *conf, struct err *err)
{
	static const char *const levels[] = {
	    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};
	const char *level = conf_text(conf, CONF_LOG_LEVEL);
	const char *format = conf_text(conf, CONF_LOG_FORMAT);
	size_t i = 0;
	while (i < ARRAY_LENGTH(levels) && strcmp(levels[i], level) != 0)
		i++;
	if (i == ARRAY_LENGTH(levels))
		return err_set(err, ERR_CONFIG, "log.level is debug, info, warning or error, not %s", level);
	if (strcmp(format, "plain") != 0 && strcmp(format, "json") != 0)
		return err_set(err, ERR_CONFIG, "log.format is plain or json, not %s", format);
	log_init((enum log_level)i, strcmp(format, "json") == 0 ? LOG_JSON : LOG_PLAIN);
	return true;
}

static bool run_command(struct command_context *context, int n_globals, char **globals, struct err *err)
{
	bool is_help = false;
	const char *name = context->n_arguments > 0 ? context->arguments[0] : NULL;
	if (!read_globals(context, n_globals, globals, &is_help, err) || !start_log(context->conf, err))
		return false;
	if (name != NULL && name[0] == '-' && name[1] != '\0') {
		err_set(err, ERR_USAGE, "unknown option %s", name);
		return err_hint(err, "`tenure help` lists commands and options");
	}
	context->command = name == NULL ? NULL : find_command(context->commands, name);
	if (name != NULL && context->command == NULL)
		return unknown_command(context->commands, name, err);
	if (is_help)
		return show_help(context->commands, context->command, err);
	if (name == NULL) {
		err_set(err, ERR_USAGE, "a command is missing");
		return err_hint(err, "`tenure help` lists the commands");
	}
	remove_arguments(context, 0, 1);
	return stop_install(err) && context->command->run(context, err);
}

static bool run_with_settings(struct command_context *context, int argc, char **argv, struct err *err)
{
	/* One more than argv for each: getopt wants a NULL behind the last. */
	char **lists = calloc(2 * ((size_t)argc + 1), sizeof(*lists));
	if (lists == NULL)
		return err_nomem(err, "arguments");
	char **globals = lists;
	int n_globals = 0;
	context->arguments = lists + argc + 1;
	split_arguments(argc, argv, globals, &n_globals, context->arguments, &context->n_arguments);
	bool is_done = conf_new(&context->conf, err) && run_command(context, n_globals, globals, err);
	conf_free(context->conf);
	free(lists);
	return is_done;
}

int cmd_main(const struct command *commands, int argc, char **argv)
{
	struct err err = {.kind = ERR_NONE};
	struct command_context context = {.commands = commands};
	/* A reader that goes away is an error of write(), not a silent death with no ledger row. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 1)
		return 64;
	if (run_with_settings(&context, argc, argv, &err))
		return context.exit_code;
	log_progress_end();
	log_failure(&err);
	return err_exit_code(&err);
}
