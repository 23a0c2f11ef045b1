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
    {"sources", "the sources, their streams, terms and licence, credentials wanted", "", cmd_sources},
    {"plan", "what a run would cost: requests, hours, against the request budget",
     "[SOURCE[/STREAM]]            openreview\n"
     "--venue PATTERN              instead of openreview.venues\n"
     "--full                       as if nothing had been read before",
     cmd_plan},
    {"run", "fetch what is due, stage it, build and publish",
     "[SOURCE[/STREAM] …]          openreview and all its streams\n"
     "--venue ID|PATTERN           instead of openreview.venues; may be repeated\n"
     "--full                       everything, not only what changed\n"
     "--since DATE                 what changed since then, whatever was read before\n"
     "--limit N                    at most N venues or ids of each stream\n"
     "--no-build                   stage only\n"
     "--dry-run                    say what would be asked\n"
     "--allow-empty                a venue may have lost its papers\n"
     "--record DIR, --replay DIR   keep the exchanges, or answer from them without network",
     cmd_run},
    {"budget", "what is known of the sources' request limits", "", cmd_budget},
    {"import", "files of a source into the warehouse, then build",
     "KIND FILE …                  papercopilot\n"
     "--source-licence TEXT        kept with the pages, like the next two\n"
     "--supplied-by TEXT           who gave the files\n"
     "--obtained-on DATE           when\n"
     "--venue KEY --year YEAR      where the file's name does not say so\n"
     "--crawled-on DATE            an earlier crawl of a venue: an edition of its own\n"
     "--no-build                   stage only\n"
     "--stream NAME                the files are answers or records of this stream of the source\n"
     "--force                      also what the ledger has already",
     cmd_import},
    {"status", "how far each stream is, what is due, what was refused", "", cmd_status},
    {"runs", "the latest runs and how they ended", "[--limit N] [--state STATE] [--source NAME]", cmd_runs},
    {"rejects", "what was refused, where and why",
     "[--source NAME] [--class E_DATA_…]\n"
     "--list [--limit N]           one by one; --all: settled ones too",
     cmd_rejects},
    {"replay", "refused records once more, after a fix", "[--source NAME] [--no-build]", cmd_replay},
    {"build", "staging to core to mart, checked before it is published",
     "--full                       everything, not only what changed", cmd_build},
    {"check", "the checks over the data",
     "--contract                   instead: every source's declarations against the catalogue", cmd_check},
    {"doctor", "what is wrong with this set-up",
     "--adopt                      this database, a copy, is a warehouse of its own from now on", cmd_doctor},
    {"schedule", "run what is due, as a foreground daemon",
     "--once                       one round: run what is due, then return\n"
     "--print systemd|cron         write a ready unit file to standard output",
     cmd_schedule},
    {"query", "ask one of the questions that come with Tenure",
     "                             list them\n"
     "NAME [--format FORMAT]       ask one; table, csv, json or ndjson",
     cmd_query},
    {"report", "one self-contained HTML page with the figures",
     "-o FILE                      report.html; - writes to standard output\n"
     "--lang en|zh                 language of the page (en)\n"
     "--title TEXT                 instead of the page's own title",
     cmd_report},
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
