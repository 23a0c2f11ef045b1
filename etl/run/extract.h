/* SPDX-License-Identifier: PostgreSQL
 *
 * The network side of a run: the streams of a source in their order, what is due of each, asked for and
 * loaded.
 *
 *     streams -> due partitions (SQL) -> traverse (venue by venue, page by page) -> load_page
 *                                     -> batch (ids, a thousand at a time)       -> load_page
 *
 * A partition that cannot be read is a warning and noted in meta.refusals. One that fails is reported at the
 * end (69), the others go on; two in a row mean that the source is down. A page that breaks the data contract
 * fails its partition (65). When the request budget is spent the run is parked (75); the cursors say where
 * the next one goes on. In the end the first failure is the run's.
 */
#ifndef TENURE_EXTRACT_H
#define TENURE_EXTRACT_H

#include "base/base.h"
#include "run/partition.h"

struct conf;
struct err;
struct fetch;
struct pg;
struct run;
struct source;
struct stream;

struct extract_options {
	const char *command;	    /* as in the ledger: runs with the same one make a pass */
	const char *const *streams; /* names; n_streams 0 = all */
	size_t n_streams;
	const char *streams_text; /* the same as in the ledger, NULL = all */
	const char *selection;	  /* patterns, comma-separated; NULL = the source's setting */
	bool is_full;
	bool is_dry_run; /* says what would be asked, asks nothing */
	bool is_empty_allowed;
	int64_t limit;	  /* partitions or ids of each stream; 0 = all */
	int64_t since_ms; /* 0 = by the cursors */
	const char *record_directory;
	const char *replay_directory;
};

struct extract_result {
	uint64_t n_partitions, n_unreadable, n_failed, n_blocked;
	uint64_t n_streams;
	bool is_complete; /* nothing that was due is left over */
};

/* ret is filled in any case. */
MUST_USE bool extract_source(struct run *run, const struct source *source,
			     const struct extract_options *options, struct extract_result *ret,
			     struct err *err);

/* What a run would cost: one row for each network stream. */
struct extract_estimate {
	const struct stream *stream;
	uint64_t n_due; /* partitions or ids */
	uint64_t n_requests;
};
MUST_USE bool extract_plan(struct pg *pg, const struct conf *conf, const struct source *source,
			   const struct extract_options *options, struct extract_estimate *estimates,
			   size_t n_estimates, size_t *ret_count, struct err *err);

/* ---- between extract.c, traverse.c and batch.c ------------------------------------------------------------
 */

struct extract {
	struct run *run;
	const struct source *source;
	const struct extract_options *options;
	struct fetch *fetch;
	const char *selection;
	char pass_started_at[PARTITION_INSTANT_BYTES];
	struct extract_result *result;
	char endpoint[256]; /* of the stream at hand */
	bool has_no_stream; /* an answer with everything was refused, pages were given */
};

/* Address of the stream's host without trailing '/'. */
MUST_USE bool extract_endpoint(const struct conf *conf, const struct stream *stream, char *ret, size_t size,
			       struct err *err);
/* False when the failure ends the run; else it is noted and err is reset. */
MUST_USE bool extract_tolerate(struct extract *extract, const struct stream *stream, const char *key,
			       struct err *first_failure, int *n_in_a_row, struct err *err);

#endif
