/* SPDX-License-Identifier: PostgreSQL
 *
 * One HTTP exchange at a time over a curl multi handle in our own poll loop: request -> unlinked spool file,
 * verified as far as the protocol can tell. Curl reports success on several kinds of truncated transfer, so
 * gzip is decoded here (must reach the end of its stream), the length is compared, duplicate Content-Length
 * is refused, the decoded size is capped while it arrives. What only the content can tell (complete JSON,
 * record count) is checked by the caller with json/split.h before any transaction begins.
 *
 *     request -> pace (least interval per host) -> curl -> inflate -> spool + SHA-256 -> response
 *
 * Policy, not configurable: no redirects followed (a redirect is ERR_PROTOCOL E_REDIRECT, 76), https only
 * except to loopback addresses, no private addresses even when a public name leads there, TLS >= 1.2 with
 * verification always on, no .netrc, no cookies engine, no *_proxy environment. Waiting ends early when a
 * stop is wanted (ERR_CANCELLED) or a deadline passes. Nothing here logs; secrets live only in request
 * headers and login bodies and are wiped after use; answers to secret requests are kept in memory, not in the
 * spool.
 *
 * Two things only the caller's content check can notice: a body cut off where the end of the connection is
 * the end of the body, and one longer than its Content-Length.
 */
#ifndef TENURE_HTTP_H
#define TENURE_HTTP_H

#include "base/base.h"
#include "base/hash.h"
#include "base/str.h"

struct conf;
struct err;
struct http;

struct http_request {
	const char *method;	  /* "GET" or "POST" */
	const char *url;	  /* absolute */
	const char *bearer;	  /* token or NULL */
	const char *content_type; /* of the body, or NULL */
	struct str body;	  /* sent as is; none for GET */
	uint64_t max_bytes;	  /* cap of the decoded body; 0: CAP_PAGE_BYTES; secret: at most 1 MiB */
	bool is_secret;		  /* body or answer holds credentials: never recorded, never archived */
};

struct http_response {
	int status;
	char content_type[128];
	int64_t retry_after_ms; /* UTC epoch ms of Retry-After (seconds or date, clamped to [now, now + 7
				   days]); 0 = none */
	int spool_fd;		/* decoded body, positioned at 0; -1 when none; owned: http_response_done */
	uint64_t body_bytes;
	char sha256[HASH_SHA256_HEX];
	int64_t received_at_ms;
};

struct http_options {
	const char *user_agent;
	const char *ca_file; /* additional, or NULL */
	const char *spool_directory;
	/* 0: 30 s, 60 s, 30 min. Stall: less than 64 bytes a second for so long. */
	int64_t connect_timeout_ms, stall_timeout_ms, page_timeout_ms;
	int64_t min_interval_ms;      /* between two requests to one host */
	const char *record_directory; /* --record: every exchange but secret ones, see recording.h */
	const char *replay_directory; /* --replay: no network at all; an exchange not recorded is NET_FINAL */
};

MUST_USE bool http_new(struct http **ret, const struct http_options *options, struct err *err);
void http_free(struct http *http); /* accepts NULL */

/* One attempt. Any HTTP status but a redirect is a response, not an error. Errors:
 *   NET_TRANSIENT E_SRC_RESET, E_SRC_STALL, E_SRC_TRUNC, E_SRC_DECODE, E_DNS, E_SRC_CONNECT
 *   NET_FINAL     E_DNS (no public address), E_SRC_REPLAY (not recorded)
 *   PROTOCOL      E_SRC_PROTO (bad HTTP), E_TLS, E_REDIRECT, E_SRC_SIZE (over max_bytes)
 *   CANCELLED; IO E_SPOOL; NOMEM; CONFIG E_CONFIG (URL not allowed); AUTH E_SRC_AUTH (token is no header
 *   text)
 * err.http_status is set for E_REDIRECT only: a failed attempt has no status to decide by. Messages name
 * scheme, host and path, never the query. On failure ret is untouched. */
MUST_USE bool http_fetch(struct http *http, const struct http_request *request, struct http_response *ret,
			 struct err *err);
void http_response_done(struct http_response *response); /* accepts zeroed and done */
/* Reads the whole body when it is small (error bodies, logins): at most cap bytes into buf. */
struct buf;
MUST_USE bool http_response_text(const struct http_response *response, struct buf *buf, struct err *err);
uint64_t http_request_count(const struct http *http); /* attempts handed to the network; none in replay */
/* True with replay_directory: the caller skips its login and fetches with bearer NULL. Secret exchanges are
 * never recorded, and the token is no part of what a recording is found by. */
bool http_is_replay(const struct http *http);

/* Waits until the monotonic deadline or a stop; true = time has come, false = ERR_CANCELLED. */
MUST_USE bool http_wait(int64_t until_monotonic_ms, struct err *err);

#endif
