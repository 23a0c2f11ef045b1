/* SPDX-License-Identifier: PostgreSQL
 *
 * Takes out of JSON, while its bytes stream by, what must not be kept anywhere: the values of denied members
 * (who reviewed, gender, birth, relations …) become null, every e-mail address keeps its domain only
 * ("****@b.org"). What is left loads to the same rows. A fetched page goes through here before anything else
 * sees it, so that archive, ledger and rejects hold nothing private.
 *
 *     spool --> [ strings whole, addresses cut ] --> [ denied member: value skipped, null written ] --> new
 * spool
 *
 * Bytes that are not JSON pass unchanged but for addresses in strings. Memory is one string, at most 64 KiB
 * of it.
 */
#ifndef TENURE_SCRUB_H
#define TENURE_SCRUB_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct err;
struct http_response;
struct run;

#define SCRUB_NAME_BYTES   64	       /* a longer member name is no denied one */
#define SCRUB_STRING_BYTES (64 * 1024) /* a longer string goes on in pieces cut where no address is */

enum scrub_state { SCRUB_OUTSIDE, SCRUB_STRING, SCRUB_BEFORE_VALUE, SCRUB_SKIP, SCRUB_SKIP_STRING };

struct scrub {
	enum scrub_state state;
	bool is_escaped; /* the byte before was a backslash within a string */
	bool is_name;	 /* the last string may be a member's name */
	bool is_scalar;	 /* the skipped value is a number or a word */
	int depth;	 /* of the skipped value */
	struct str name; /* within name_bytes */
	char name_bytes[SCRUB_NAME_BYTES];
	struct buf string; /* the string at hand, without its quotes */
	bool is_continued; /* its beginning has been written */
};

void scrub_init(struct scrub *scrub);
void scrub_done(struct scrub *scrub);
/* Appends to out what the bytes leave; more of them may follow. */
void scrub_feed(struct scrub *scrub, struct str bytes, struct buf *out);
void scrub_finish(struct scrub *scrub, struct buf *out); /* an unfinished string as it stands */

/* The same for a record at hand; false when buf could not hold it. */
MUST_USE bool scrub_text(struct str raw, struct buf *buf);

/* Puts the scrubbed body in place of the response's: spool, length and SHA-256. */
MUST_USE bool scrub_response(const struct run *run, struct http_response *response, struct err *err);

#endif
