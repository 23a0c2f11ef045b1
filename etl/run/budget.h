/* SPDX-License-Identifier: PostgreSQL
 *
 * Request budgets per source and route in meta.budgets: learnt from 429 answers, shared by all processes,
 * surviving restarts. A request is counted before it is sent.
 *
 * Each request is counted in the row of its route and in the row of the whole source ("*"). Which of the two
 * a refusal is about follows from the source's own count: it is the one whose count is nearer to it, in doubt
 * the whole source, so that nothing at all is sent before the reset time. Logging in (route "login") has a
 * budget of its own.
 *
 *     roll (has a new window begun?) -> wait_until (may it go?) -> count       … learn (429)
 */
#ifndef TENURE_BUDGET_H
#define TENURE_BUDGET_H

#include "base/base.h"

struct err;
struct run;

#define BUDGET_ROUTE_LOGIN "login"
#define BUDGET_RELEARN_MS  (INT64_C(24) * 3600 * 1000) /* limits change without notice: believed for a day */

/* One window of requests; times are UTC epoch ms, 0 = unknown. */
struct budget {
	int64_t limit; /* 0 = unknown */
	int64_t n_used;
	int64_t window_started_ms;
	int64_t window_ms;
	int64_t reset_at_ms; /* said by the source and not yet reached */
	int64_t learnt_at_ms;
};

/* What a 429 says; 0 = not said. */
struct budget_word {
	int64_t limit;
	int64_t used;
	int64_t reset_at_ms;   /* nothing is sent before */
	int64_t window_end_ms; /* as exactly as the source said it: Retry-After is rounded up to seconds */
};

/* The rules, without database: */
void budget_roll(struct budget *budget, int64_t now_ms);
/* 0 when a request may go now, else when to ask again. */
int64_t budget_wait_until_ms(const struct budget *budget, int64_t now_ms);
void budget_count(struct budget *budget, int64_t now_ms);
/* Whether a 429 that counts `used` requests is about the route alone. */
bool budget_is_of_route(const struct budget *all, const struct budget *route, int64_t used);
void budget_refused(struct budget *budget, const struct budget_word *word, int64_t now_ms);

/* Takes one request from the budget. ret_wait_until_ms (UTC) is 0 when it may go now; then it is counted. */
MUST_USE bool budget_take(struct run *run, const char *source, const char *route, int64_t *ret_wait_until_ms,
			  struct err *err);
/* After a 429: what the source said. */
MUST_USE bool budget_learn(struct run *run, const char *source, const char *route,
			   const struct budget_word *word, struct err *err);

#endif
