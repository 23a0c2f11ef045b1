/* SPDX-License-Identifier: PostgreSQL */
#include "run/schedule.h"

#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "source/source.h"

#include <stdio.h>
#include <string.h>

#define INSTANT_BYTES 32
#define NUMBER_BYTES  32
#define JITTER_SHARE  10 /* default jitter: a tenth of the interval */

static bool seed_stream(struct pg *pg, const struct source *source, const struct stream *stream,
			const char *now, struct err *err)
{
	char interval[NUMBER_BYTES];
	char jitter[NUMBER_BYTES];
	snprintf(interval, sizeof interval, "%lld", (long long)stream->interval_seconds);
	snprintf(jitter, sizeof jitter, "%lld", (long long)(stream->interval_seconds / JITTER_SHARE));
	const char *params[] = {source->name, stream->name, interval, jitter, now};
	return pg_run(pg, &sql_schedule_seed, 5, params, NULL, err);
}

bool schedule_seed(struct pg *pg, const struct source *const *sources, int64_t now_ms, struct err *err)
{
	char now[INSTANT_BYTES];
	date_format_instant(now_ms, now, sizeof now);
	for (size_t s = 0; sources[s] != NULL; s++) {
		for (size_t i = 0; i < sources[s]->n_streams; i++) {
			const struct stream *stream = &sources[s]->streams[i];
			if (stream->request == NULL || stream->interval_seconds == 0)
				continue;
			if (!seed_stream(pg, sources[s], stream, now, err))
				return err_wrap(err, "scheduling %s/%s", sources[s]->name, stream->name);
		}
	}
	return true;
}

/* True in *ret_is_ours when this scheduler moved the due time. */
static bool claim_stream(struct pg *pg, const char *source, const char *stream, const char *now,
			 bool *ret_is_ours, struct err *err)
{
	char lease[NUMBER_BYTES];
	snprintf(lease, sizeof lease, "%d", SCHEDULE_LEASE_SECONDS);
	const char *params[] = {source, stream, now, lease};
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_schedule_claim, 4, params, &rows, err))
		return false;
	*ret_is_ours = pg_rows_count(rows) == 1;
	return true;
}

bool schedule_take(struct pg *pg, int64_t now_ms, struct arena *arena, struct schedule_claim *ret,
		   struct err *err)
{
	char now[INSTANT_BYTES];
	date_format_instant(now_ms, now, sizeof now);
	const char *params[] = {now};
	CLEANUP(pg_rows_free) struct pg_rows *due = NULL;
	if (!pg_run(pg, &sql_schedule_due, 1, params, &due, err))
		return false;
	struct schedule_claim claim = {NULL, NULL, 0};
	size_t n_due = pg_rows_count(due);
	if (n_due > 0) {
		claim.source = arena_text(arena, pg_rows_text(due, 0, 0));
		claim.streams = arena_alloc(arena, n_due * sizeof *claim.streams);
		if (claim.source == NULL || claim.streams == NULL)
			return err_nomem(err, "the due streams");
	}
	for (size_t row = 0; row < n_due; row++) {
		if (!str_equal_text(pg_rows_text(due, row, 0), claim.source))
			continue;
		const char *stream = arena_text(arena, pg_rows_text(due, row, 1));
		if (stream == NULL)
			return err_nomem(err, "the due streams");
		bool is_ours = false;
		if (!claim_stream(pg, claim.source, stream, now, &is_ours, err))
			return false;
		if (is_ours)
			claim.streams[claim.n_streams++] = stream;
	}
	*ret = claim;
	return true;
}

/* Why the child failed, from its ledger row; the exit code says enough when there is none. */
static bool last_error(struct pg *pg, const char *source, int64_t started_ms, struct pg_rows **ret,
		       struct err *err)
{
	char started[INSTANT_BYTES];
	date_format_instant(started_ms, started, sizeof started);
	const char *params[] = {source, started};
	return pg_run(pg, &sql_schedule_last_error, 2, params, ret, err);
}

bool schedule_finish(struct pg *pg, const struct schedule_claim *claim, int64_t started_ms, int64_t now_ms,
		     int exit_code, double jitter, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *reasons = NULL;
	char reason[ERR_MESSAGE_BYTES] = "";
	if (exit_code != 0) {
		if (!last_error(pg, claim->source, started_ms, &reasons, err))
			return false;
		struct str text = pg_rows_count(reasons) > 0 ? pg_rows_text(reasons, 0, 0) : STR_NONE;
		snprintf(reason, sizeof reason, "%.*s", (int)text.length, text.data != NULL ? text.data : "");
	}
	char now[INSTANT_BYTES];
	char code[NUMBER_BYTES];
	char share[NUMBER_BYTES];
	date_format_instant(now_ms, now, sizeof now);
	snprintf(code, sizeof code, "%d", exit_code);
	snprintf(share, sizeof share, "%.6f", jitter);
	for (size_t i = 0; i < claim->n_streams; i++) {
		const char *params[] = {claim->source, claim->streams[i], now, code, share, reason};
		if (!pg_run(pg, &sql_schedule_finish, 6, params, NULL, err))
			return err_wrap(err, "recording the end of %s/%s", claim->source, claim->streams[i]);
	}
	return true;
}

bool schedule_wait_seconds(struct pg *pg, int64_t now_ms, int64_t longest, int64_t *ret, struct err *err)
{
	char now[INSTANT_BYTES];
	date_format_instant(now_ms, now, sizeof now);
	const char *params[] = {now};
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_schedule_next, 1, params, &rows, err))
		return false;
	struct str text = pg_rows_count(rows) > 0 ? pg_rows_text(rows, 0, 0) : STR_NONE;
	int64_t seconds = str_is_none(text) ? longest : pg_rows_integer(rows, 0, 0);
	*ret = seconds < longest ? seconds : longest;
	return true;
}
