/* SPDX-License-Identifier: PostgreSQL
 *
 * Finds the records of a page while its bytes stream by, without decoding them.
 *
 *     {"notes":[ {r1}, {r2} ], "count":2}      envelope: records are the elements of member `item_key`
 *     [ {r1}, {r2} ]                           array
 *     {r1}\n{r2}\n                             lines (JSON lines, or values one after the other)
 *
 * The form is found out from the first bytes and item_key: '[' is an array; '{' is an envelope when there is
 * an item_key, else lines; any other value is lines, and an error when there is an item_key. What stands
 * around the records of an envelope is kept (skeleton, records left out: {"notes":[],"count":2}) and can be
 * parsed with json_parse. A page that ends inside a value, has bytes after its end, or is no JSON at all
 * (HTML) is an error: nothing of it may be loaded. Time is linear, memory one record.
 *
 * An object without an array under item_key is no error: count 0, is_envelope false, and the skeleton is the
 * whole object, so that callers can read an error body. Input without any value has zero records in lines
 * form (an empty file) and is E_SRC_TRUNC when there is an item_key (an empty answer). Records are cut by
 * brackets and quotes only; json_parse judges them. A line that is no value (lines form) is handed over up to
 * its end as one record, for json_parse to refuse; in the other forms it makes the page unreadable.
 */
#ifndef TENURE_JSON_SPLIT_H
#define TENURE_JSON_SPLIT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

/* One record: raw bytes, borrowed for the call, and its number on the page from 0. With is_oversized raw
 * holds the first bytes only (at least CAP_REJECT_RAW_BYTES of them) and full_bytes the true length.
 * Returning false stops the split with that err. */
typedef bool json_split_record(void *context, struct str raw, uint64_t ordinal, bool is_oversized,
			       uint64_t full_bytes, struct err *err);

struct json_split;

struct json_split_options {
	const char *item_key; /* borrowed member name of an envelope's records; NULL = array or lines only */
	size_t record_cap;    /* CAP_RECORD_BYTES */
	json_split_record *on_record; /* NULL: only check and count */
	void *context;
};

MUST_USE bool json_split_new(struct json_split **ret, const struct json_split_options *options,
			     struct err *err);
void json_split_free(struct json_split *split);
/* Errors: ERR_PROTOCOL E_SRC_PROTO (not JSON; HTML is named), ERR_NET_TRANSIENT E_SRC_TRUNC (finish: ends
 * inside a value), or what on_record returned. One UTF-8 BOM at the start is accepted. After a failure the
 * split can only be freed. */
MUST_USE bool json_split_feed(struct json_split *split, struct str bytes, struct err *err);
MUST_USE bool json_split_finish(struct json_split *split, struct err *err);
uint64_t json_split_count(const struct json_split *split);   /* records seen */
bool json_split_is_envelope(const struct json_split *split); /* the top-level object has an array item_key */
struct str json_split_skeleton(const struct json_split *split); /* valid after finish */

#endif
