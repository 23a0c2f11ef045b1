/* SPDX-License-Identifier: PostgreSQL
 *
 * How far each stream is, and what is due.
 */
#include "cmd/cmd.h"
#include "cmd/show.h"
#include "gen/sql.h"

bool cmd_status(struct command_context *context, struct err *err)
{
	return cmd_operands(context, 0, 0, err) &&
	       show_statement(context, &sql_status_streams, 0, NULL, "nothing loaded yet", err);
}
