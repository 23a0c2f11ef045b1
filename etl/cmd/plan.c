/* SPDX-License-Identifier: PostgreSQL
 *
 * What a run would cost, from the warehouse alone: requests of each stream, the budget, the hours.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "migrate/migrate.h"
#include "pg/pg.h"
#include "run/extract.h"
#include "source/source.h"

#define OUTPUT_BYTES   ((size_t)64 * 1024)
#define MAX_ESTIMATES  64
#define SECONDS_A_HOUR 3600.0

struct plan {
	struct extract_estimate estimates[MAX_ESTIMATES];
	size_t n_estimates;
	uint64_t n_requests;
	int64_t limit, window_seconds; /* 0 = not known yet */
	char reset_at[40];
};

static bool read_budget(struct pg *pg, const struct source *source, struct plan *plan, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char now[40];
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	const char *params[] = {source->name, now};
	if (!pg_run(pg, &sql_budget_tightest, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0)
		return true;
	plan->limit = pg_rows_integer(rows, 0, 0);
	plan->window_seconds = pg_rows_integer(rows, 0, 1);
	struct str reset_at = pg_rows_text(rows, 0, 2);
	snprintf(plan->reset_at, sizeof(plan->reset_at), "%.*s", (int)reset_at.length,
		 reset_at.data != NULL ? reset_at.data : "");
	return true;
}

static double hours_of(const struct plan *plan)
{
	uint64_t limit = (uint64_t)plan->limit;
	uint64_t n_windows = (plan->n_requests + limit - 1) / limit;
	return n_windows == 0 ? 0 : (double)(n_windows - 1) * (double)plan->window_seconds / SECONDS_A_HOUR;
}

static void put_budget(const struct plan *plan, struct buf *buf)
{
	if (plan->limit == 0) {
		buf_put_text(buf,
			     "request limit: not known yet; it is learnt from the source's first refusal\n");
		return;
	}
	buf_printf(buf, "request limit: %" PRId64, plan->limit);
	if (plan->window_seconds > 0)
		buf_printf(buf, " in %" PRId64 " s: %.1f hours", plan->window_seconds, hours_of(plan));
	if (plan->reset_at[0] != '\0')
		buf_printf(buf, ", the next from %s", plan->reset_at);
	buf_put_byte(buf, '\n');
	if (plan->n_requests > (uint64_t)plan->limit)
		buf_put_text(
		    buf,
		    "what does not fit stays as it is until its turn; a parked run goes on where it was\n");
}

static void put_text(const struct source *source, const struct plan *plan, struct buf *buf)
{
	buf_printf(buf, "%-14s %10s %10s  %s\n", "stream", "due", "requests", "what");
	for (size_t i = 0; i < plan->n_estimates; i++) {
		const struct extract_estimate *estimate = &plan->estimates[i];
		buf_printf(buf, "%-14s %10" PRIu64 " %10" PRIu64 "  %s\n", estimate->stream->name,
			   estimate->n_due, estimate->n_requests, estimate->stream->summary);
	}
	buf_printf(buf, "%s: %" PRIu64 " requests at least; what one stream brings adds to the next ones\n",
		   source->name, plan->n_requests);
	put_budget(plan, buf);
}

static void put_json(const struct source *source, const struct plan *plan, struct buf *buf)
{
	buf_printf(buf, "{\"source\":\"%s\",\"n_requests\":%" PRIu64 ",\"request_limit\":", source->name,
		   plan->n_requests);
	if (plan->limit > 0)
		buf_printf(buf, "%" PRId64, plan->limit);
	else
		buf_put_text(buf, "null");
	buf_put_text(buf, ",\"hours\":");
	if (plan->limit > 0 && plan->window_seconds > 0)
		buf_printf(buf, "%.2f", hours_of(plan));
	else
		buf_put_text(buf, "null");
	buf_put_text(buf, ",\"streams\":[");
	for (size_t i = 0; i < plan->n_estimates; i++) {
		const struct extract_estimate *estimate = &plan->estimates[i];
		buf_printf(buf, "%s{\"stream\":\"%s\",\"n_due\":%" PRIu64 ",\"n_requests\":%" PRIu64 "}",
			   i == 0 ? "" : ",", estimate->stream->name, estimate->n_due, estimate->n_requests);
	}
	buf_put_text(buf, "]}\n");
}

static bool find_source(const struct command_context *context, const struct source **ret_source,
			const char **ret_stream, struct err *err)
{
	const char *operand = context->n_arguments > 0 ? context->arguments[0] : "openreview";
	struct str text = str_from(operand);
	size_t at = str_find_byte(text, '/');
	*ret_source = source_find(str_slice(text, 0, at));
	*ret_stream = at < text.length ? operand + at + 1 : NULL;
	if (*ret_source != NULL)
		return true;
	err_set(err, ERR_USAGE, "there is no source %.*s", (int)at, operand);
	return err_hint(err, "`tenure sources` lists them");
}

static bool make_plan(struct command_context *context, struct pg *pg, const char *venue, bool is_full,
		      struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	struct plan plan = {.n_estimates = 0};
	const struct source *source = NULL;
	const char *stream = NULL;
	if (!find_source(context, &source, &stream, err))
		return false;
	struct extract_options options = {
	    .selection = venue, .is_full = is_full, .streams = &stream, .n_streams = stream == NULL ? 0 : 1};
	buf_init(&buf, OUTPUT_BYTES);
	if (!migrate_verify(pg, err) ||
	    !extract_plan(pg, context->conf, source, &options, plan.estimates, MAX_ESTIMATES,
			  &plan.n_estimates, err) ||
	    !read_budget(pg, source, &plan, err))
		return false;
	if (plan.n_estimates == 0)
		return err_set(err, ERR_USAGE, "%s has no stream %s that asks the network", source->name,
			       stream == NULL ? "" : stream);
	for (size_t i = 0; i < plan.n_estimates; i++)
		plan.n_requests += plan.estimates[i].n_requests;
	if (context->is_json)
		put_json(source, &plan, &buf);
	else
		put_text(source, &plan, &buf);
	return buf_check(&buf, "the plan", err) && cmd_output(buf_str(&buf), err);
}

bool cmd_plan(struct command_context *context, struct err *err)
{
	struct pg *pg = NULL;
	const char *venue = NULL;
	bool is_full = cmd_flag(context, "--full");
	if (!cmd_option(context, "--venue", &venue, err) || !cmd_operands(context, 0, 1, err) ||
	    !pg_open(&pg, context->conf, err))
		return false;
	bool is_done = make_plan(context, pg, venue, is_full, err);
	pg_close(pg);
	return is_done;
}
