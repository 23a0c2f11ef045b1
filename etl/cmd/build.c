/* SPDX-License-Identifier: PostgreSQL
 *
 * Staging -> core -> mart.
 */
#include "run/build.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "run/run.h"

#define OUTPUT_BYTES ((size_t)4096)

static bool report(const struct command_context *context, const struct build_counts *counts, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	if (context->is_json)
		buf_printf(&buf,
			   "{\"build_id\":%" PRId64 ",\"is_full\":%s,\"n_people_changed\":%" PRId64
			   ",\"n_people\":%" PRId64 ",\"n_checks\":%" PRId64 ",\"n_warnings\":%" PRId64 "}\n",
			   counts->build_id, counts->is_full ? "true" : "false", counts->n_people_changed,
			   counts->n_people, counts->n_checks, counts->n_warnings);
	else
		buf_printf(&buf,
			   "build %" PRId64 " (%s): %" PRId64 " of %" PRId64 " people recomputed, %" PRId64
			   " checks",
			   counts->build_id, counts->is_full ? "full" : "incremental",
			   counts->n_people_changed, counts->n_people, counts->n_checks);
	if (!context->is_json && counts->n_warnings > 0)
		buf_printf(&buf, ", %" PRId64 " with something to say (`tenure check`)", counts->n_warnings);
	if (!context->is_json)
		buf_put_byte(&buf, '\n');
	return buf_check(&buf, "the summary", err) && cmd_output(buf_str(&buf), err);
}

bool cmd_build(struct command_context *context, struct err *err)
{
	struct run *run = NULL;
	struct build_counts counts;
	bool is_full = cmd_flag(context, "--full");
	if (!cmd_operands(context, 0, 0, err) || !run_begin(&run, context->conf, "build", NULL, NULL, err))
		return false;
	bool is_done = build_run(run, is_full, &counts, err) && report(context, &counts, err);
	run->is_complete = is_done;
	run_end(&run, err);
	return is_done && err->kind == ERR_NONE;
}
