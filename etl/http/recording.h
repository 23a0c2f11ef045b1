/* SPDX-License-Identifier: PostgreSQL
 *
 * Recorded exchanges: one file each, named by what was asked, so that a run can be repeated without network.
 *
 *     <sha256 of method, URL and body, separated by NUL>-<number from 1>.exchange
 *     {"status":200,"content_type":"…","retry_after_ms":0,"received_at_ms":…,"body_bytes":…,
 *      "body_sha256":"…","method":"GET","url":"…"}\n<body_bytes bytes, decoded>
 *
 * The number tells repeated requests apart: a recording goes on after the numbers that are there, a replay
 * answers from 1 upwards and fails when they are used up. Only what came whole is recorded (failed attempts
 * are not), never the token, never secret exchanges.
 */
#ifndef TENURE_HTTP_RECORDING_H
#define TENURE_HTTP_RECORDING_H

#include "base/base.h"

struct err;
struct exchange;
struct http_request;
struct http_response;
struct recording;

MUST_USE bool recording_new(struct recording **ret, const char *directory, bool is_replay, struct err *err);
void recording_free(struct recording *recording); /* accepts NULL */
/* Writes one exchange; the response's spool is left at position 0. */
MUST_USE bool recording_write(struct recording *recording, const struct http_request *request,
			      const struct http_response *response, struct err *err);
/* Finds the next recording of the request and gives its body to exchange_store of `exchange`; fills
 * everything of ret but spool_fd; sha256 as recorded, for the caller to compare. NET_FINAL E_SRC_REPLAY when
 * there is none; IO when it is damaged. */
MUST_USE bool recording_replay(struct recording *recording, const struct http_request *request,
			       struct exchange *exchange, struct http_response *ret, struct err *err);

#endif
