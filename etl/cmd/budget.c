/* SPDX-License-Identifier: PostgreSQL
 *
 * What is known of the sources' request limits.
 */
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "gen/sql.h"
#include "migrate/migrate.h"
#include "pg/pg.h"

#define OUTPUT_BYTES ((size_t)1024 * 1024)

static bool show(const struct command_context *context, struct pg *pg, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char now[40];
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	const char *params[] = {now};
	buf_init(&buf, OUTPUT_BYTES);
	if (!migrate_verify(pg, err) ||
	    !pg_run(pg, &sql_budget_list, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0 && !context->is_json)
		buf_put_text(&buf,
			     "nothing was asked so far; limits are learnt from the sources' refusals\n");
	else
		table_put(rows, context->is_json ? TABLE_JSON : TABLE_ALIGNED, &buf);
	return buf_check(&buf, "the budgets", err) && cmd_output(buf_str(&buf), err);
}

bool cmd_budget(struct command_context *context, struct err *err)
{
	struct pg *pg = NULL;
	if (!cmd_operands(context, 0, 0, err) || !pg_open(&pg, context->conf, err))
		return false;
	bool is_done = show(context, pg, err);
	pg_close(pg);
	return is_done;
}
