/* SPDX-License-Identifier: PostgreSQL
 *
 * What was refused: summed up, or one by one.
 */
#include "base/err.h"
#include "base/num.h"
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "gen/sql.h"

bool cmd_rejects(struct command_context *context, struct err *err)
{
	const char *source = NULL;
	const char *class_name = NULL;
	const char *limit = NULL;
	uint64_t number;
	bool is_all = cmd_flag(context, "--all");
	bool is_list = cmd_flag(context, "--list") || is_all;
	if (!cmd_option(context, "--source", &source, err) ||
	    !cmd_option(context, "--class", &class_name, err) ||
	    !cmd_option(context, "--limit", &limit, err) || !cmd_operands(context, 0, 0, err))
		return false;
	if (limit == NULL)
		limit = "100";
	if (!num_parse_u64(str_from(limit), &number) || number > 1000000)
		return err_set(err, ERR_USAGE, "--limit %s is not a number up to 1000000", limit);
	const char *params[] = {source, class_name, limit, is_all ? "true" : "false"};
	if (is_list)
		return show_statement(context, &sql_status_reject_rows, 4, params, "nothing is refused", err);
	return show_statement(context, &sql_status_rejects, 2, params, "nothing is refused", err);
}
