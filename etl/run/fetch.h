/* SPDX-License-Identifier: PostgreSQL
 *
 * One question to a source, asked until it is answered or given up by the source's policy:
 *
 *     budget (wait | park) -> token -> http_fetch -> policy -> verified page
 *          ^                                           | again, renewed, after the reset time
 *          +-------------------------------------------+
 *
 * Waiting never happens inside a transaction. What a page says is checked here (complete JSON, its records)
 * so that a broken answer is asked for again; what it means is the extractor's.
 */
#ifndef TENURE_FETCH_H
#define TENURE_FETCH_H

#include "base/base.h"
#include "base/str.h"
#include "http/http.h"
#include "run/scan.h"

struct err;
struct fetch;
struct run;
struct source;
struct stream;

struct fetch_options {
	const char *record_directory;
	const char *replay_directory; /* no network, no log-in, no budget */
};

MUST_USE bool fetch_new(struct fetch **ret, struct run *run, const struct source *source,
			const struct fetch_options *options, struct err *err);
void fetch_free(struct fetch *fetch); /* accepts NULL */

struct fetch_request {
	const struct stream *stream;
	const char *route; /* budget key */
	const char *url;
	struct str body; /* POST when not empty */
};

#define FETCH_NAME_BYTES 64

/* An answer: a verified page, or a refusal that concerns this question alone (policy: RETRY_SKIP). */
struct fetch_answer {
	bool is_refused;
	int status;
	char error_name[FETCH_NAME_BYTES]; /* of a refusal, as the source calls it */
	struct http_response response;
	struct scan scan;
	int64_t asked_at_ms; /* UTC, when the attempt that succeeded began */
};
void fetch_answer_done(struct fetch_answer *answer); /* accepts zeroed */

/* Errors: BUSY E_SRC_RATE with retry_at_ms (the budget is spent for longer than run.retry_budget), BUSY
 * E_PARKED (run.request_limit), AUTH, NET_FINAL and PROTOCOL by the policy, CANCELLED, DB, IO. */
MUST_USE bool fetch_page(struct fetch *fetch, const struct fetch_request *request, struct fetch_answer *ret,
			 struct err *err);

uint64_t fetch_request_count(const struct fetch *fetch);

#endif
