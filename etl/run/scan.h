/* SPDX-License-Identifier: PostgreSQL
 *
 * What the network side must know of a page before it is loaded: whether it is whole, and where it stands in
 * its result. One pass over the spool, record by record, without parsing records.
 *
 *     spool -> json_split -> [ key, version, order ] + skeleton (count) -> the stream's page_check
 */
#ifndef TENURE_SCAN_H
#define TENURE_SCAN_H

#include "base/base.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"

struct err;
struct stream;

#define SCAN_KEY_BYTES 256

struct scan {
	uint64_t n_records;
	int64_t total; /* member `count` of the envelope; -1 when there is none */
	char last_key[SCAN_KEY_BYTES];
	bool is_ascending;			       /* keys in byte order */
	bool is_newest_first;			       /* versions never grow */
	int64_t least_version_ms, greatest_version_ms; /* 0 = no record has one */
	struct buf keys; /* keys of the page, each followed by a NUL; owned: scan_done */
};

void scan_done(struct scan *scan); /* accepts zeroed */

/* Reads the spool from its start. Errors: NET_TRANSIENT E_SRC_TRUNC, PROTOCOL E_SRC_PROTO (no JSON, or an
 * object without the stream's records), what page_check says, IO. */
MUST_USE bool scan_page(const struct stream *stream, int fd, struct scan *ret, struct err *err);

/* Takes the records that lie inside the records of a page, at a dotted path, out into a page of their own
 * with the same envelope: notes with `details.directReplies` -> replies. The new spool is the caller's. A
 * record that cannot be parsed gives nothing here: the page's own load refuses it. */
struct nested_page {
	int fd; /* -1 = none */
	uint64_t n_records, body_bytes;
	char sha256[HASH_SHA256_HEX];
};
MUST_USE bool scan_nested(const struct stream *stream, int fd, const char *path, const char *spool_directory,
			  struct nested_page *ret, struct err *err);

/* Number under a top-level key of a record, found without parsing; false when there is none. */
bool scan_peek_number(struct str record, const char *key, int64_t *ret_value);

#endif
