/* SPDX-License-Identifier: PostgreSQL
 *
 * The command table and nothing else.
 */
#include "cmd/cmd.h"

static const struct command commands[] = {
    {"db", "the private PostgreSQL cluster",
     "start|stop|status            create and start it, stop it, say how it is\n"
     "psql [ARGUMENT …]            open psql on the warehouse",
     cmd_db},
    {"migrate", "bring the warehouse to what this program carries",
     "--status                     list migrations and definitions, change nothing\n"
     "--dry-run                    say what would be deployed",
     cmd_migrate},
    {"schedule", "run what is due, as a foreground daemon",
     "--once                       one round: run what is due, then return\n"
     "--print systemd|cron         write a ready unit file to standard output",
     cmd_schedule},
    {"query", "ask one of the questions that come with Tenure",
     "                             list them\n"
     "NAME [--format FORMAT]       ask one; table, csv, json or ndjson",
     cmd_query},
    {"config", "show settings and where each came from",
     "show                         every setting with its value and origin\n"
     "reference                    the reference page in Markdown",
     cmd_config},
    {"help", "help on a command", "[COMMAND]", cmd_help},
    {"version", "version of the program and its parts", "", cmd_version},
    {NULL, NULL, NULL, NULL},
};

int main(int argc, char **argv)
{
	return cmd_main(commands, argc, argv);
}
