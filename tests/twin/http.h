/* SPDX-License-Identifier: PostgreSQL
 *
 * The fake API's HTTP side: two libmicrohttpd daemons in one poll loop of our own, and a raw path that writes
 * broken HTTP straight to a connection's socket while libmicrohttpd has it suspended.
 *
 *     request -> api_answer (routes.c) -> faults_apply (fault.c) -> libmicrohttpd
 *                                                               \-> raw job: bytes, pauses, cut, reset
 */
#ifndef TENURE_TWIN_HTTP_H
#define TENURE_TWIN_HTTP_H

#include <stdio.h>

#include "fault.h"
#include "select.h"
#include "twin.h"

struct MHD_Connection;
struct MHD_Daemon;

#define HTTP_MAX_BODY	((size_t)4 * 1024 * 1024)
#define HTTP_MAX_ANSWER ((size_t)1024 * 1024 * 1024)
#define MAX_ROUTES	48

struct route_count {
	char name[64]; /* "v2 /notes" */
	uint64_t n_requests;
	uint64_t used; /* in the window */
	uint64_t n_limited;
	uint64_t n_early;
	int64_t window_end_ms;
	bool is_told;	       /* a 429 of this window has gone out */
	int64_t not_before_ms; /* what a fault's Retry-After asked for */
};

struct serve_options {
	struct world_options world;
	uint16_t port, port_v1;
	uint64_t budget;
	int64_t window_ms;
	uint64_t login_budget;
	bool has_auth;
	bool has_mfa;
	bool is_quiet;
	int gzip_level;
	const char *log_path;
	const char *pid_path;
	const char *credentials; /* user:password, or NULL: anything goes */
	const char *totp_secret;
};

struct server {
	struct serve_options options;
	struct world world;
	struct MHD_Daemon *daemons[2]; /* v1, v2 */
	uint16_t ports[2];
	struct faults faults;
	struct raw_job *jobs;
	struct route_count routes[MAX_ROUTES];
	size_t n_routes;
	uint64_t n_logins, n_tokens, n_expired_tokens;
	uint64_t n_authorised; /* requests with a good token, for expire_token_after */
	uint64_t n_requests, n_bytes, n_early;
	uint64_t *pages; /* set of hashes of distinct requests */
	size_t n_pages, page_capacity;
	struct buf page; /* scratch */
	FILE *log;
};

/* One request as the routes see it. */
struct request {
	struct server *server;
	struct MHD_Connection *connection;
	int api_version;
	const char *method;
	const char *path;
	struct buf body;
	struct buf query; /* for the log */
	bool is_started;
	bool is_killed; /* the raw path is done with it */
	bool is_answered;
	int status;
	uint64_t n_bytes;
	uint64_t n_ids;
	int64_t begun_ms;
	struct route_count *route;
	int64_t vanish_percent; /* of the records of this answer */
	char url[256];
};

/* What a route answers: a body, or notes to be streamed. */
struct answer {
	int status;
	const char *content_type;
	struct buf body;
	bool is_stream;
	struct note_list stream;
	unsigned details;
	char retry_after[64];
	char location[256];
};

/* routes.c */
/* The whole of an answer that would have been streamed, as its body. */
void answer_materialise(struct request *request, struct answer *answer);
void api_answer(struct request *request, struct answer *answer);
/* An argument of the query string; repeated ones are joined with commas in *storage. */
struct str request_argument(struct request *request, const char *name, struct buf *storage);
void answer_error(struct answer *answer, int status, const char *name, const char *message);
bool json_member(struct str json, const char *key, struct buf *value); /* text or number of a member */

/* http.c: used by fault.c */
MUST_USE bool raw_begin(struct request *request, const struct raw_plan *plan, struct buf *bytes);

#endif
