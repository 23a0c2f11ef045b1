/* SPDX-License-Identifier: PostgreSQL */
#include "http/retry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/err.h"

static void test_default_table(void **state)
{
	(void)state;
	static const struct {
		int status;
		enum retry_action action;
		int limit;
		enum err_kind kind;
		const char *class_name;
	} cases[] = {
	    {200, RETRY_DONE, 0, ERR_NONE, NULL},
	    {204, RETRY_DONE, 0, ERR_NONE, NULL},
	    {299, RETRY_DONE, 0, ERR_NONE, NULL},
	    {RETRY_STATUS_TRANSPORT, RETRY_AGAIN, 0, ERR_NET_FINAL, NULL},
	    {100, RETRY_FAIL, 0, ERR_PROTOCOL, "E_SRC_PROTO"},
	    {304, RETRY_FAIL, 0, ERR_PROTOCOL, "E_REDIRECT"},
	    {400, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
	    {401, RETRY_RENEW, 1, ERR_AUTH, "E_SRC_AUTH"},
	    {403, RETRY_FAIL, 0, ERR_AUTH, "E_SRC_AUTH"},
	    {404, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
	    {408, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_STALL"},
	    {410, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
	    {425, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
	    {429, RETRY_PARK, 0, ERR_BUSY, "E_SRC_RATE"},
	    {451, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
	    {499, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
	    {500, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	    {501, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	    {502, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	    {503, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	    {505, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	    {524, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	    {600, RETRY_FAIL, 0, ERR_PROTOCOL, "E_SRC_PROTO"},
	    {999, RETRY_FAIL, 0, ERR_PROTOCOL, "E_SRC_PROTO"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		const struct retry_rule *rule = retry_decide(&retry_default, cases[i].status, NULL);
		assert_int_equal(rule->action, cases[i].action);
		assert_int_equal(rule->limit, cases[i].limit);
		assert_int_equal(rule->fail_kind, cases[i].kind);
		if (cases[i].class_name == NULL)
			assert_null(rule->fail_class);
		else
			assert_string_equal(rule->fail_class, cases[i].class_name);
	}
}

/* A source's own rows go first, by name and status; the rest comes from the default. */
static void test_source_policy(void **state)
{
	(void)state;
	static const struct retry_rule rules[] = {
	    {403, "ChallengeRequiredError", RETRY_AGAIN, 2, ERR_AUTH, "E_SRC_AUTH"},
	    {403, "ForbiddenError", RETRY_SKIP, 0, ERR_AUTH, "E_SRC_AUTH"},
	    {RETRY_STATUS_5XX, NULL, RETRY_AGAIN, 3, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
	};
	static const struct retry_policy policy = {rules, ARRAY_LENGTH(rules)};
	assert_ptr_equal(retry_decide(&policy, 403, "ChallengeRequiredError"), &rules[0]);
	assert_ptr_equal(retry_decide(&policy, 403, "ForbiddenError"), &rules[1]);
	assert_int_equal(retry_decide(&policy, 403, "Other")->action, RETRY_FAIL);
	assert_int_equal(retry_decide(&policy, 403, NULL)->action, RETRY_FAIL);
	assert_ptr_equal(retry_decide(&policy, 501, NULL), &rules[2]);
	assert_int_equal(retry_decide(&policy, 429, "RateLimitError")->action, RETRY_PARK);
	assert_int_equal(retry_decide(NULL, 200, NULL)->action, RETRY_DONE);
}

static void test_delay(void **state)
{
	(void)state;
	uint64_t seed = 1;
	int64_t least[12], most[12];
	for (int i = 0; i < 12; i++) {
		least[i] = INT64_MAX;
		most[i] = 0;
	}
	for (int round = 0; round < 2000; round++) {
		for (int attempt = 1; attempt < 12; attempt++) {
			int64_t delay_ms = retry_delay_ms(1000, attempt, &seed);
			least[attempt] = delay_ms < least[attempt] ? delay_ms : least[attempt];
			most[attempt] = delay_ms > most[attempt] ? delay_ms : most[attempt];
		}
	}
	for (int attempt = 1; attempt < 12; attempt++) {
		int64_t middle_ms = attempt > 7 ? 120000 : INT64_C(1000) << (attempt - 1);
		assert_in_range(least[attempt], middle_ms / 2, middle_ms / 2 + middle_ms / 50);
		assert_in_range(most[attempt], middle_ms + middle_ms / 2 - middle_ms / 50,
				middle_ms + middle_ms / 2 - 1);
	}
}

static void test_delay_limits(void **state)
{
	(void)state;
	uint64_t seed = 7, same = 7;
	for (int i = 0; i < 100; i++)
		assert_int_equal(retry_delay_ms(100, i, &seed), retry_delay_ms(100, i, &same));
	assert_int_equal(retry_delay_ms(0, 5, &seed), 0);
	assert_int_equal(retry_delay_ms(-1, 5, &seed), 0);
	assert_in_range(retry_delay_ms(INT64_MAX, 1000000, &seed), 60000, 180000);
	assert_in_range(retry_delay_ms(1, INT32_MAX, &seed), 60000, 180000);
	assert_in_range(retry_delay_ms(1000, 0, &seed), 500, 1499);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_default_table),
	    cmocka_unit_test(test_source_policy),
	    cmocka_unit_test(test_delay),
	    cmocka_unit_test(test_delay_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
