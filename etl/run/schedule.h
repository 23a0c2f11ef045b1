/* SPDX-License-Identifier: PostgreSQL
 *
 * The schedule in meta.schedules: which stream is due, who runs it, when it is due again. The scheduler runs
 * each source's due streams in a child process (`tenure run …`), so that a run's failure, memory and locks
 * are its own.
 *
 *     seed -> [ due? -> claim (one scheduler wins) -> child -> finish (next due time) ] -> wait -> …
 */
#ifndef TENURE_SCHEDULE_H
#define TENURE_SCHEDULE_H

#include "base/arena.h"
#include "base/base.h"

struct err;
struct pg;
struct source;

#define SCHEDULE_LEASE_SECONDS 21600 /* a claim of a scheduler that died is free again after six hours */

/* A schedule row for every network stream of every source; rows that exist are an operator's choice. */
MUST_USE bool schedule_seed(struct pg *pg, const struct source *const *sources, int64_t now_ms,
			    struct err *err);

/* Streams of one source that this scheduler has claimed. */
struct schedule_claim {
	const char *source;
	const char **streams; /* n_streams names, in the order they became due */
	size_t n_streams;
};

/* Claims the due streams of the source that has waited longest; n_streams 0 when nothing is due. Texts live
 * in arena. */
MUST_USE bool schedule_take(struct pg *pg, int64_t now_ms, struct arena *arena, struct schedule_claim *ret,
			    struct err *err);

/* Records the end of a claimed run. jitter: share of the stream's jitter in [0, 1). */
MUST_USE bool schedule_finish(struct pg *pg, const struct schedule_claim *claim, int64_t started_ms,
			      int64_t now_ms, int exit_code, double jitter, struct err *err);

/* Seconds until the next stream is due, at most `longest`. */
MUST_USE bool schedule_wait_seconds(struct pg *pg, int64_t now_ms, int64_t longest, int64_t *ret,
				    struct err *err);

#endif
