/* SPDX-License-Identifier: PostgreSQL
 *
 * One partition of a stream, from its cursor to the end of its result:
 *
 *     cursor -> [ request -> page -> is it the last? -> load (rows, cursor) ] … -> watermark
 *
 * Sources differ in what they honour, so nothing is taken for granted: an answer that should be everything
 * but has exactly a page's length is followed by pages; `after` that gives the same page again by `offset`; a
 * page seen before ends the sweep; a count that is not reached is read once more and then an error
 * (E_SRC_COUNT).
 */
#ifndef TENURE_TRAVERSE_H
#define TENURE_TRAVERSE_H

#include "base/base.h"

struct err;
struct extract;
struct partition;
struct stream;

enum traverse_end {
	TRAVERSE_DONE,	     /* complete; the cursor says so */
	TRAVERSE_UNREADABLE, /* refused in every way of asking; noted in meta.refusals */
	TRAVERSE_FAILED	     /* err */
};

enum traverse_end traverse_partition(struct extract *extract, const struct stream *stream,
				     const struct partition *partition, struct err *err);

/* Where a sweep stands, as text in meta.cursors.next_page. */
struct traverse_position {
	bool is_full;
	int mode;
	int pager; /* enum pager_kind */
	int64_t asked_at_ms;
	int64_t greatest_ms;
	uint64_t n_seen;
	int64_t total; /* -1 = not said */
	uint64_t offset;
	char after[256];
};
void traverse_format(const struct traverse_position *position, char *text, size_t size);
MUST_USE bool traverse_parse(const char *text, struct traverse_position *ret);
/* "<ms>" or "<ms> <mode>"; false for none. */
MUST_USE bool traverse_parse_watermark(const char *text, int64_t *ret_ms, int *ret_mode);

#endif
