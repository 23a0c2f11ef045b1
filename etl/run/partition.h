/* SPDX-License-Identifier: PostgreSQL
 *
 * What is due and how far it is, from SQL: partitions of a stream, their cursors, refusals, look-ups.
 */
#ifndef TENURE_PARTITION_H
#define TENURE_PARTITION_H

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"

struct buf;
struct conf;
struct err;
struct pg;
struct run;
struct source;
struct stream;

#define PARTITION_INSTANT_BYTES 40

struct partition {
	const char *key;
	const char **arguments; /* further columns of its row, NULL = SQL null */
	size_t n_arguments;
};

struct partition_query {
	const struct conf *conf;
	const struct source *source;
	const struct stream *stream;
	const char *selection; /* patterns, comma-separated */
	bool is_full;
	char pass_started_at[PARTITION_INSTANT_BYTES];
	char now[PARTITION_INSTANT_BYTES];
	int64_t limit;
	int64_t offset;
};

/* Due partitions, most important first; texts live in arena. */
MUST_USE bool partition_list(struct pg *pg, const struct partition_query *query, struct arena *arena,
			     struct partition **ret, size_t *ret_count, struct err *err);
/* Begin of the pass this run goes on with. streams NULL = all. */
MUST_USE bool partition_pass(struct run *run, const char *command, const char *source, const char *streams,
			     char ret_started_at[PARTITION_INSTANT_BYTES], struct err *err);

struct partition_cursor {
	bool is_known;
	const char *next_page; /* NULL = no sweep under way */
	const char *watermark;
};
MUST_USE bool partition_cursor(struct run *run, const struct source *source, const struct stream *stream,
			       const char *key, struct arena *arena, struct partition_cursor *ret,
			       struct err *err);
/* CONFIG E_CONTEXT when cursors of the stream were made with another endpoint. */
MUST_USE bool partition_check_endpoint(struct pg *pg, const struct source *source,
				       const struct stream *stream, const char *endpoint, struct err *err);
/* Current records of the partition; 0 without stream.known. */
MUST_USE bool partition_known(struct run *run, const struct stream *stream, const char *key, uint64_t *ret,
			      struct err *err);

/* kind: unreadable, missing, blocked or failed. status 0 = no answer, error_name "" = none. */
MUST_USE bool partition_refused(struct run *run, const struct source *source, const struct stream *stream,
				const char *key, const char *kind, int status, const char *error_name,
				struct err *err);
MUST_USE bool partition_readable(struct run *run, const struct source *source, const struct stream *stream,
				 const char *key, struct err *err);
/* Notes that ids were asked for. ids: text[] literal. */
MUST_USE bool partition_asked(struct run *run, const struct source *source, const struct stream *stream,
			      const char *ids, struct err *err);
/* Nothing is due any more in a stream of ids. */
MUST_USE bool partition_complete(struct run *run, const struct source *source, const struct stream *stream,
				 const char *key, const char *endpoint, struct err *err);

/* Appends one element to a text[] literal ({"a","b"}); begin with '{', end with '}'. */
void partition_put_element(struct buf *literal, struct str element);

#endif
