/* SPDX-License-Identifier: PostgreSQL */
#include "http/retry.h"

#include <assert.h>

#include "base/err.h"

#define DELAY_MOST_MS INT64_C(120000)

/* First match wins; a source's own table stands before this one. */
static const struct retry_rule default_rules[] = {
    /* status, error name, action, limit, kind and class when it ends in failure */
    {RETRY_STATUS_2XX, NULL, RETRY_DONE, 0, ERR_NONE, NULL},
    {RETRY_STATUS_TRANSPORT, NULL, RETRY_AGAIN, 0, ERR_NET_FINAL, NULL},
    {RETRY_STATUS_3XX, NULL, RETRY_FAIL, 0, ERR_PROTOCOL, "E_REDIRECT"},
    {401, NULL, RETRY_RENEW, 1, ERR_AUTH, "E_SRC_AUTH"},
    {403, NULL, RETRY_FAIL, 0, ERR_AUTH, "E_SRC_AUTH"},
    {404, NULL, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
    {410, NULL, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
    {451, NULL, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"}, /* withheld for legal reasons */
    {408, NULL, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_STALL"},
    {425, NULL, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"}, /* too early */
    {429, NULL, RETRY_PARK, 0, ERR_BUSY, "E_SRC_RATE"},
    {RETRY_STATUS_4XX, NULL, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
    {501, NULL, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"}, /* not implemented, nor will be in a minute */
    {505, NULL, RETRY_FAIL, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"}, /* HTTP version */
    {RETRY_STATUS_5XX, NULL, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP5XX"},
    {RETRY_STATUS_ANY, NULL, RETRY_FAIL, 0, ERR_PROTOCOL, "E_SRC_PROTO"},
};

const struct retry_policy retry_default = {default_rules, ARRAY_LENGTH(default_rules)};

static bool status_matches(int rule, int status)
{
	if (rule == RETRY_STATUS_ANY)
		return true;
	if (rule < RETRY_STATUS_ANY) /* -2 … -5: a hundred of them */
		return status / 100 == -rule;
	return rule == status;
}

static bool rule_matches(const struct retry_rule *rule, int status, const char *error_name)
{
	if (!status_matches(rule->status, status))
		return false;
	return rule->error_name == NULL || (error_name != NULL && strcmp(rule->error_name, error_name) == 0);
}

static const struct retry_rule *find(const struct retry_policy *policy, int status, const char *error_name)
{
	for (size_t i = 0; policy != NULL && i < policy->n_rules; i++) {
		if (rule_matches(&policy->rules[i], status, error_name))
			return &policy->rules[i];
	}
	return NULL;
}

const struct retry_rule *retry_decide(const struct retry_policy *policy, int status, const char *error_name)
{
	const struct retry_rule *rule = find(policy, status, error_name);
	if (rule == NULL)
		rule = find(&retry_default, status, error_name);
	assert(rule != NULL); /* the last rule of the default matches all */
	return rule;
}

/* splitmix64: https://prng.di.unimi.it/splitmix64.c */
static uint64_t next_random(uint64_t *seed)
{
	*seed += UINT64_C(0x9e3779b97f4a7c15);
	uint64_t mixed = *seed;
	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

int64_t retry_delay_ms(int64_t base_ms, int attempt, uint64_t *seed)
{
	int64_t delay_ms = base_ms < 0 ? 0 : base_ms;
	for (int i = 1; i < attempt && delay_ms < DELAY_MOST_MS; i++)
		delay_ms *= 2;
	if (delay_ms > DELAY_MOST_MS)
		delay_ms = DELAY_MOST_MS;
	/* Thousandths keep this in integers: 500 … 1499 of them. */
	int64_t thousandths = 500 + (int64_t)(next_random(seed) % 1000);
	return delay_ms * thousandths / 1000;
}
