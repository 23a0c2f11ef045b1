/* SPDX-License-Identifier: PostgreSQL
 *
 * twin: the synthetic world and the fake API.
 */
#include "twin.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} COMMANDS[] = {
    {"serve", serve_main, "serve the world as OpenReview's API (v1 and v2) on loopback"},
    {"truth", truth_main, "the right headcounts and published-as figures, as CSV"},
    {"describe", describe_main, "size of the world, rates of dirt, the study's figures beside the world's"},
    {"notes", notes_main, "notes as JSON, for benchmarks"},
    {"papercopilot", papercopilot_main, "the world as Paper Copilot archive files"},
};

int options_take(struct world_options *options, const char *name, const char *value)
{
	uint64_t number = 0;
	bool is_seed = strcmp(name, "--seed") == 0;
	bool is_people = strcmp(name, "--people") == 0;
	bool is_day = strcmp(name, "--day") == 0;
	if (!is_seed && !is_people && !is_day)
		return 0;
	if (value == NULL || !num_parse_u64(str_from(value), &number) ||
	    (is_people && number > TWIN_MAX_PEOPLE) || (is_day && number > 1)) {
		(void)fprintf(stderr, "twin: bad value of %s\n", name);
		return -1;
	}
	if (is_seed)
		options->seed = number;
	else if (is_people)
		options->n_people = (uint32_t)number;
	else
		options->day = (int)number;
	return 1;
}

static void help(FILE *file)
{
	(void)fprintf(file, "usage: twin COMMAND [options]      (twin COMMAND --help)\n\n");
	for (size_t at = 0; at < ARRAY_LENGTH(COMMANDS); at++)
		(void)fprintf(file, "  %-13s %s\n", COMMANDS[at].name, COMMANDS[at].help);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return 64;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		help(stdout);
		return 0;
	}
	for (size_t at = 0; at < ARRAY_LENGTH(COMMANDS); at++) {
		if (strcmp(argv[1], COMMANDS[at].name) == 0)
			return COMMANDS[at].run(argc - 1, argv + 1);
	}
	(void)fprintf(stderr, "twin: no command %s\n", argv[1]);
	help(stderr);
	return 64;
}
