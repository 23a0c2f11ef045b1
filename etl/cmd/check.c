/* SPDX-License-Identifier: PostgreSQL
 *
 * The checks over the data, or (--contract) every source's declarations against the catalogue, without
 * network.
 */
#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "gen/sql.h"
#include "migrate/migrate.h"
#include "pg/pg.h"
#include "run/load.h"
#include "run/run.h"
#include "source/source.h"

#define OUTPUT_BYTES ((size_t)4 * 1024 * 1024)

static bool check_stream(struct run *run, const struct source *source, const struct stream *stream,
			 bool is_json, bool *is_first, struct buf *buf, struct err *err)
{
	struct err why = {.kind = ERR_NONE};
	bool is_bound = load_bind_check(run, stream, &why);
	if (!is_bound && why.kind != ERR_CONTRACT) {
		*err = why;
		return false;
	}
	if (!is_json) {
		buf_printf(buf, "%-4s %s/%s%s%s\n", is_bound ? "ok" : "BAD", source->name, stream->name,
			   is_bound ? "" : ": ", is_bound ? "" : why.message);
	} else {
		buf_printf(buf, "%s\n{\"source\":\"%s\",\"stream\":\"%s\",\"is_bound\":%s,\"problem\":",
			   *is_first ? "" : ",", source->name, stream->name, is_bound ? "true" : "false");
		if (is_bound)
			buf_put_text(buf, "null");
		else
			buf_put_json(buf, str_from(why.message));
		buf_put_byte(buf, '}');
	}
	*is_first = false;
	if (!is_bound && err->kind == ERR_NONE)
		*err = why;
	return true;
}

static bool check_contract(const struct command_context *context, struct pg *pg, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	struct run run = {.conf = context->conf, .pg = pg, .spool_directory = "/nonexistent"};
	bool is_first = true;
	buf_init(&buf, OUTPUT_BYTES);
	if (context->is_json)
		buf_put_byte(&buf, '[');
	for (size_t i = 0; source_all[i] != NULL; i++) {
		for (size_t j = 0; j < source_all[i]->n_streams; j++) {
			if (!check_stream(&run, source_all[i], &source_all[i]->streams[j], context->is_json,
					  &is_first, &buf, err))
				return false;
		}
	}
	if (context->is_json)
		buf_put_text(&buf, "\n]\n");
	struct err second = {.kind = ERR_NONE};
	if (!buf_check(&buf, "the result", &second) || !cmd_output(buf_str(&buf), &second)) {
		if (err->kind == ERR_NONE)
			*err = second;
		return false;
	}
	return err->kind == ERR_NONE;
}

static bool check_data(const struct command_context *context, struct pg *pg, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	size_t n_failed = 0;
	buf_init(&buf, OUTPUT_BYTES);
	if (!migrate_verify(pg, err) || !pg_run(pg, &sql_check_counts, 0, NULL, &rows, err))
		return false;
	table_put(rows, context->is_json ? TABLE_JSON : TABLE_ALIGNED, &buf);
	if (!buf_check(&buf, "the result", err) || !cmd_output(buf_str(&buf), err))
		return false;
	for (size_t i = 0; i < pg_rows_count(rows); i++)
		n_failed +=
		    str_equal_text(pg_rows_text(rows, i, 1), "error") && pg_rows_integer(rows, i, 2) > 0;
	if (n_failed == 0)
		return true;
	err_set_class(err, ERR_DATA, "E_CHECK", "%zu checks failed", n_failed);
	return err_hint(err, "their rows are in the views meta.check_…");
}

bool cmd_check(struct command_context *context, struct err *err)
{
	struct pg *pg = NULL;
	bool is_contract = cmd_flag(context, "--contract");
	if (!cmd_operands(context, 0, 0, err) || !pg_open(&pg, context->conf, err))
		return false;
	bool is_good = is_contract ? check_contract(context, pg, err) : check_data(context, pg, err);
	pg_close(pg);
	return is_good;
}
