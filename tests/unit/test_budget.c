/* SPDX-License-Identifier: PostgreSQL */
#include "run/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define T0 INT64_C(1764550000000)

static void use(struct budget *budget, int n, int64_t at_ms)
{
	for (int i = 0; i < n; i++)
		budget_count(budget, at_ms);
}

/* Nothing known: everything may go, and is counted. */
static void test_unknown_limit(void **state)
{
	struct budget budget = {0};
	(void)state;
	budget_roll(&budget, T0);
	assert_int_equal(budget_wait_until_ms(&budget, T0), 0);
	use(&budget, 500, T0);
	assert_int_equal(budget.n_used, 500);
	assert_int_equal(budget.window_started_ms, T0);
	assert_int_equal(budget_wait_until_ms(&budget, T0 + 1000), 0);
}

/* Never a request before the reset time, all of the budget after it. */
static void test_refusal(void **state)
{
	struct budget budget = {0};
	struct budget_word word = {
	    .limit = 20, .used = 21, .reset_at_ms = T0 + 5000, .window_end_ms = T0 + 5000};
	(void)state;
	use(&budget, 21, T0);
	budget_refused(&budget, &word, T0 + 800);
	assert_int_equal(budget.limit, 20);
	assert_int_equal(budget.window_ms, 5000);
	budget_roll(&budget, T0 + 4999);
	assert_true(budget_wait_until_ms(&budget, T0 + 4999) > T0 + 5000);
	budget_roll(&budget, T0 + 5060);
	assert_int_equal(budget_wait_until_ms(&budget, T0 + 5060), 0);
	assert_int_equal(budget.n_used, 0);
}

/* What was learnt is honoured in the next windows without another refusal, and used up. */
static void test_next_window(void **state)
{
	struct budget budget = {.limit = 20, .window_ms = 5000, .learnt_at_ms = T0};
	int64_t now_ms = T0 + 6000;
	(void)state;
	for (int i = 0; i < 20; i++) {
		budget_roll(&budget, now_ms);
		assert_int_equal(budget_wait_until_ms(&budget, now_ms), 0);
		budget_count(&budget, now_ms);
		now_ms += 10;
	}
	budget_roll(&budget, now_ms);
	int64_t until_ms = budget_wait_until_ms(&budget, now_ms);
	assert_true(until_ms >= T0 + 11000);
	assert_true(until_ms <= T0 + 11000 + 5000 / 20); /* 95 % of the time is left for requests */
	budget_roll(&budget, until_ms);
	assert_int_equal(budget_wait_until_ms(&budget, until_ms), 0);
}

/* Limits change: after a day one is tried again. */
static void test_relearning(void **state)
{
	struct budget budget = {
	    .limit = 20, .n_used = 20, .window_started_ms = T0, .window_ms = 60000, .learnt_at_ms = T0};
	(void)state;
	assert_true(budget_wait_until_ms(&budget, T0 + 1000) > 0);
	budget.window_started_ms = T0 + BUDGET_RELEARN_MS;
	assert_int_equal(budget_wait_until_ms(&budget, T0 + BUDGET_RELEARN_MS + 1000), 0);
}

/* Requests of many windows say nothing about the length of one. */
static void test_old_counts(void **state)
{
	struct budget budget = {0};
	struct budget_word word = {
	    .limit = 98, .used = 99, .reset_at_ms = T0 + 60000, .window_end_ms = T0 + 60000};
	(void)state;
	use(&budget, 700, T0 - INT64_C(36000000));
	budget_refused(&budget, &word, T0);
	assert_int_equal(budget.window_ms, 0);
	budget_roll(&budget, T0 + 60100);
	use(&budget, 98, T0 + 60100);
	assert_int_equal(budget_wait_until_ms(&budget, T0 + 60200), 0); /* asks, and learns the length */
	budget_count(&budget, T0 + 60200);
	word = (struct budget_word){
	    .limit = 98, .used = 99, .reset_at_ms = T0 + 120100, .window_end_ms = T0 + 120100};
	budget_refused(&budget, &word, T0 + 60300);
	assert_int_equal(budget.window_ms, 60000);
}

/* Retry-After is rounded up; the window is as exact as the reset time. */
static void test_rounded_reset(void **state)
{
	struct budget budget = {0};
	struct budget_word word = {
	    .limit = 10, .used = 11, .reset_at_ms = T0 + 4000, .window_end_ms = T0 + 3100};
	(void)state;
	use(&budget, 11, T0);
	budget_refused(&budget, &word, T0 + 100);
	assert_int_equal(budget.window_ms, 3100);
	assert_true(budget_wait_until_ms(&budget, T0 + 3500) >= T0 + 4000);
}

static void test_whose_limit(void **state)
{
	const struct budget all = {.n_used = 40};
	const struct budget route = {.n_used = 21};
	(void)state;
	assert_true(budget_is_of_route(&all, &route, 21));
	assert_false(budget_is_of_route(&all, &route, 40));
	assert_false(budget_is_of_route(&all, &route, 0)); /* not said: nothing is sent at all */
	assert_false(budget_is_of_route(&route, &route, 21));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_unknown_limit), cmocka_unit_test(test_refusal),
	    cmocka_unit_test(test_next_window),	  cmocka_unit_test(test_relearning),
	    cmocka_unit_test(test_old_counts),	  cmocka_unit_test(test_rounded_reset),
	    cmocka_unit_test(test_whose_limit),
	};
	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
