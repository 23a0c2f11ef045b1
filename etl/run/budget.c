/* SPDX-License-Identifier: PostgreSQL */
#include "run/budget.h"

#include "base/date.h"
#include "base/err.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "run/run.h"

#define ALL_ROUTES	  "*"
#define RESET_MARGIN_MS	  50  /* after the time the source named */
#define WINDOW_MARGIN_MS  100 /* after the time we predict, at least; else a two-hundredth of the window */
#define LONGEST_WINDOW_MS (INT64_C(7) * 24 * 3600 * 1000)
#define INSTANT_BYTES	  32
#define NUMBER_BYTES	  24
#define N_PARAMETERS	  8

static int64_t predicted_end_ms(const struct budget *budget)
{
	int64_t margin = budget->window_ms / 200;
	if (margin < WINDOW_MARGIN_MS)
		margin = WINDOW_MARGIN_MS;
	return budget->window_started_ms + budget->window_ms + margin;
}

void budget_roll(struct budget *budget, int64_t now_ms)
{
	bool is_over;
	if (budget->reset_at_ms > 0)
		is_over = now_ms >= budget->reset_at_ms;
	else
		is_over = budget->window_ms > 0 && budget->window_started_ms > 0 &&
			  now_ms >= predicted_end_ms(budget);
	if (!is_over)
		return;
	budget->n_used = 0;
	budget->window_started_ms = 0;
	budget->reset_at_ms = 0;
}

int64_t budget_wait_until_ms(const struct budget *budget, int64_t now_ms)
{
	if (budget->reset_at_ms > now_ms)
		return budget->reset_at_ms + RESET_MARGIN_MS;
	bool is_believed = budget->limit > 0 && now_ms < budget->learnt_at_ms + BUDGET_RELEARN_MS;
	if (is_believed && budget->n_used >= budget->limit && budget->window_ms > 0)
		return predicted_end_ms(budget);
	return 0;
}

void budget_count(struct budget *budget, int64_t now_ms)
{
	if (budget->window_started_ms == 0)
		budget->window_started_ms = now_ms;
	budget->n_used++;
}

static int64_t distance(int64_t left, int64_t right)
{
	return left > right ? left - right : right - left;
}

bool budget_is_of_route(const struct budget *all, const struct budget *route, int64_t used)
{
	return used > 0 && distance(route->n_used, used) < distance(all->n_used, used);
}

void budget_refused(struct budget *budget, const struct budget_word *word, int64_t now_ms)
{
	/* The window's length shows only when all that we counted fell into it. */
	bool is_one_window = word->used <= 0 || budget->n_used <= word->used + 1;
	int64_t window_ms = word->window_end_ms - budget->window_started_ms;
	if (is_one_window && budget->window_started_ms > 0 && window_ms > 0 && window_ms <= LONGEST_WINDOW_MS)
		budget->window_ms = window_ms;
	if (word->limit > 0)
		budget->limit = word->limit;
	if (budget->n_used < budget->limit)
		budget->n_used = budget->limit;
	budget->reset_at_ms = word->reset_at_ms > now_ms ? word->reset_at_ms : now_ms;
	budget->learnt_at_ms = now_ms;
}

/* ---- the table ---------------------------------------------------------------------------------------- */

static int64_t instant_of(const struct pg_rows *rows, size_t row, size_t column)
{
	int64_t ms = 0;
	struct str text = pg_rows_text(rows, row, column);
	if (str_is_none(text) || !date_parse_instant(text, &ms))
		return 0;
	return ms;
}

/* Rows of the two budgets, created when missing and held until the transaction ends; all before route. */
static bool lock_rows(struct run *run, const char *source, const char *route, struct budget *ret_all,
		      struct budget *ret_route, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *params[] = {source, route};
	if (!pg_run(run->pg, &sql_budget_lock, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		bool is_all = str_equal_text(pg_rows_text(rows, i, 0), ALL_ROUTES);
		struct budget *budget = is_all ? ret_all : ret_route;
		*budget = (struct budget){.limit = pg_rows_integer(rows, i, 1),
					  .n_used = pg_rows_integer(rows, i, 2),
					  .window_started_ms = instant_of(rows, i, 3),
					  .window_ms = pg_rows_integer(rows, i, 4) * 1000,
					  .reset_at_ms = instant_of(rows, i, 5),
					  .learnt_at_ms = instant_of(rows, i, 6)};
		int64_t exact_ms = pg_rows_integer(rows, i, 7);
		if (exact_ms > 0)
			budget->window_ms = exact_ms;
	}
	return true;
}

static const char *instant_or_null(int64_t ms, char *text)
{
	if (ms == 0)
		return NULL;
	date_format_instant(ms, text, INSTANT_BYTES);
	return text;
}

static const char *number_or_null(int64_t value, char *text)
{
	if (value == 0)
		return NULL;
	snprintf(text, NUMBER_BYTES, "%lld", (long long)value);
	return text;
}

static bool save_row(struct run *run, const char *source, const char *route, const struct budget *budget,
		     struct err *err)
{
	char instants[3][INSTANT_BYTES];
	char numbers[3][NUMBER_BYTES];
	snprintf(numbers[1], NUMBER_BYTES, "%lld", (long long)budget->n_used);
	const char *params[N_PARAMETERS] = {source,
					    route,
					    number_or_null(budget->limit, numbers[0]),
					    numbers[1],
					    instant_or_null(budget->window_started_ms, instants[0]),
					    number_or_null(budget->window_ms, numbers[2]),
					    instant_or_null(budget->reset_at_ms, instants[1]),
					    instant_or_null(budget->learnt_at_ms, instants[2])};
	return pg_run(run->pg, &sql_budget_save, N_PARAMETERS, params, NULL, err);
}

static bool is_login(const char *route)
{
	return strcmp(route, BUDGET_ROUTE_LOGIN) == 0;
}

static bool take(struct run *run, const char *source, const char *route, int64_t *ret_wait_until_ms,
		 struct err *err)
{
	struct budget all = {0};
	struct budget own = {0};
	if (!lock_rows(run, source, route, &all, &own, err))
		return false;
	int64_t now_ms = clock_realtime_ms();
	budget_roll(&own, now_ms);
	int64_t until_ms = budget_wait_until_ms(&own, now_ms);
	if (!is_login(route)) {
		budget_roll(&all, now_ms);
		int64_t all_until_ms = budget_wait_until_ms(&all, now_ms);
		until_ms = all_until_ms > until_ms ? all_until_ms : until_ms;
	}
	*ret_wait_until_ms = until_ms;
	if (until_ms > 0)
		return true;
	budget_count(&own, now_ms);
	budget_count(&all, now_ms);
	return save_row(run, source, route, &own, err) &&
	       (is_login(route) || save_row(run, source, ALL_ROUTES, &all, err));
}

bool budget_take(struct run *run, const char *source, const char *route, int64_t *ret_wait_until_ms,
		 struct err *err)
{
	int64_t until_ms = 0;
	if (!pg_begin(run->pg, err))
		return err_wrap(err, "counting a request to %s", source);
	if (!take(run, source, route, &until_ms, err) || !pg_commit(run->pg, err)) {
		pg_rollback(run->pg);
		return err_wrap(err, "counting a request to %s", source);
	}
	*ret_wait_until_ms = until_ms;
	return true;
}

static bool learn(struct run *run, const char *source, const char *route, const struct budget_word *word,
		  struct err *err)
{
	struct budget all = {0};
	struct budget own = {0};
	if (!lock_rows(run, source, route, &all, &own, err))
		return false;
	int64_t now_ms = clock_realtime_ms();
	if (is_login(route) || budget_is_of_route(&all, &own, word->used)) {
		budget_refused(&own, word, now_ms);
		return save_row(run, source, route, &own, err);
	}
	budget_refused(&all, word, now_ms);
	return save_row(run, source, ALL_ROUTES, &all, err);
}

bool budget_learn(struct run *run, const char *source, const char *route, const struct budget_word *word,
		  struct err *err)
{
	if (!pg_begin(run->pg, err))
		return err_wrap(err, "keeping the request limit of %s", source);
	if (!learn(run, source, route, word, err) || !pg_commit(run->pg, err)) {
		pg_rollback(run->pg);
		return err_wrap(err, "keeping the request limit of %s", source);
	}
	return true;
}
