/* SPDX-License-Identifier: PostgreSQL
 *
 * What to do after an attempt: a table from (transport class | status, error name) to an action, so that the
 * policy of a source can be read at a glance.
 */
#ifndef TENURE_RETRY_H
#define TENURE_RETRY_H

#include "base/base.h"

struct err;

enum retry_action {
	RETRY_DONE,  /* 2xx: use the answer */
	RETRY_AGAIN, /* back off and try again, at most `limit` times in a row */
	RETRY_RENEW, /* log in again once, then try again */
	RETRY_PARK,  /* budget spent: wait until the reset time, or park the work (exit 75) */
	RETRY_SKIP,  /* this record or partition cannot be read: warn and go on */
	RETRY_FAIL   /* give up with fail_kind */
};

/* What may stand in retry_rule.status beside a plain status. */
enum retry_status {
	RETRY_STATUS_TRANSPORT =
	    0, /* no answer, and err_is_retryable: TLS, redirects and the like are final */
	RETRY_STATUS_ANY = -1,
	RETRY_STATUS_2XX = -2,
	RETRY_STATUS_3XX = -3,
	RETRY_STATUS_4XX = -4,
	RETRY_STATUS_5XX = -5
};

struct retry_rule {
	int status;		/* a status or enum retry_status */
	const char *error_name; /* name in the error body ("RateLimitError"); NULL: any */
	enum retry_action action;
	int limit;		/* RETRY_AGAIN, RETRY_RENEW: attempts; 0: the setting run.retries */
	int fail_kind;		/* enum err_kind when it ends in failure */
	const char *fail_class; /* NULL: keep the class of the last error */
};

struct retry_policy {
	const struct retry_rule *rules; /* first match wins */
	size_t n_rules;
};

extern const struct retry_policy
    retry_default; /* 2xx done, 429 park, 401 renew, 403 auth, 5xx/transport again … */

/* Never NULL: what the policy (may be NULL) does not cover is decided by retry_default, so that a source
 * lists its own cases only. error_name may be NULL. */
const struct retry_rule *retry_decide(const struct retry_policy *policy, int status, const char *error_name);
/* Delay before attempt n (1 = first retry; less counts as 1): base * 2^(n-1), capped at 120 s, jittered by
 * [0.5, 1.5) from a seed, so that tests are repeatable. */
int64_t retry_delay_ms(int64_t base_ms, int attempt, uint64_t *seed);

#endif
