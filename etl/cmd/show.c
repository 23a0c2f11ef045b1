/* SPDX-License-Identifier: PostgreSQL */
#include "cmd/show.h"

#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "migrate/migrate.h"
#include "pg/pg.h"

#define OUTPUT_BYTES ((size_t)16 * 1024 * 1024)

bool show_rows(const struct command_context *context, struct pg *pg, const struct sql *sql, int n_params,
	       const char *const *params, const char *nothing, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	buf_init(&buf, OUTPUT_BYTES);
	if (!pg_run(pg, sql, n_params, params, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0 && !context->is_json)
		buf_printf(&buf, "%s\n", nothing);
	else
		table_put(rows, context->is_json ? TABLE_JSON : TABLE_ALIGNED, &buf);
	return buf_check(&buf, "the result", err) && cmd_output(buf_str(&buf), err);
}

bool show_statement(const struct command_context *context, const struct sql *sql, int n_params,
		    const char *const *params, const char *nothing, struct err *err)
{
	struct pg *pg = NULL;
	if (!pg_open(&pg, context->conf, err))
		return false;
	bool is_shown =
	    migrate_verify(pg, err) && show_rows(context, pg, sql, n_params, params, nothing, err);
	pg_close(pg);
	return is_shown;
}
