/* SPDX-License-Identifier: PostgreSQL
 *
 * The latest runs and how they ended.
 */
#include "base/err.h"
#include "base/num.h"
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "gen/sql.h"

bool cmd_runs(struct command_context *context, struct err *err)
{
	const char *limit = NULL;
	const char *state = NULL;
	const char *source = NULL;
	uint64_t number;
	if (!cmd_option(context, "--limit", &limit, err) || !cmd_option(context, "--state", &state, err) ||
	    !cmd_option(context, "--source", &source, err) || !cmd_operands(context, 0, 0, err))
		return false;
	if (limit == NULL)
		limit = "20";
	if (!num_parse_u64(str_from(limit), &number) || number > 1000000)
		return err_set(err, ERR_USAGE, "--limit %s is not a number up to 1000000", limit);
	const char *params[] = {limit, state, source};
	return show_statement(context, &sql_status_runs, ARRAY_LENGTH(params), params, "no run yet", err);
}
