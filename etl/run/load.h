/* SPDX-License-Identifier: PostgreSQL
 *
 * One page -> staging, exactly once:
 *
 *     spool/file -> verify (json_split: complete, count) -> begin
 *        -> split -> json_parse -> field map -> record hook -> stage rows | reject rows
 *        -> merge, rejects, cursor, meta.archive, meta.pages row (the token) -> commit
 *
 * A local file is verified while it is loaded (one pass; what turns out broken rolls back whole). A lost
 * database is recovered and the page done again (at most three times), a conflict or lock timeout is tried
 * again (at most five times); a COMMIT whose reply was lost is looked up by its token and never applied
 * twice. A refused record is a reject row, not a lost page; more than run.max_reject_share of a page refused
 * (and more than ten) is ERR_DATA E_REJECT_SHARE (65) and loads nothing of it, but its rejects are kept.
 */
#ifndef TENURE_LOAD_H
#define TENURE_LOAD_H

#include "base/base.h"
#include "base/hash.h"
#include "base/str.h"

struct err;
struct run;
struct source;
struct stream;

struct page {
	const char *partition_key;
	const char *const *arguments;
	size_t n_arguments;
	const char *request; /* what was asked (no secrets) or the file's path */
	int fd;		     /* seekable, borrowed */
	uint64_t body_bytes;
	char sha256[HASH_SHA256_HEX]; /* empty for a file: computed while loading */
	int64_t fetched_at_ms;
	bool is_verified_while_loading; /* local file: one pass, a broken one rolls back */
	bool is_whole_partition; /* the page is all of its partition: what it lacks leaves the staging tables
				  */
	bool is_bare;		 /* records one after another or an array, whatever stream.item_key says */

	/* Where the bytes are kept, for meta.archive: in the page archive when stored_bytes > 0, else a file
	 * stays where it is. Texts may be NULL. */
	uint64_t stored_bytes;
	const char *source_licence, *supplied_by, *obtained_on;
};

/* Cursor written in the page's transaction; NULL next_page/watermark = SQL null. */
struct cursor {
	const char *next_page;
	const char *watermark;
	bool is_complete; /* the partition's sweep ends with this page */
	const char
	    *endpoint; /* base URL or "file": a cursor is never used against another one (CONFIG, 78) */
};

struct load_result {
	uint64_t n_records;					/* on the page = kept + refused + skipped */
	uint64_t n_inserted, n_updated, n_unchanged, n_removed; /* parent rows */
	uint64_t n_rejected; /* reject rows: refused records and single rows */
	uint64_t n_refused, n_skipped;
	char first_key[256], last_key[256]; /* of the page's records, for paging; empty for a repeated file */
	int64_t greatest_version_ms;	    /* 0 when the stream has none */
	bool is_repeat; /* the ledger had this content already: no row touched (the cursor is written all the
			   same) */
	char sha256[HASH_SHA256_HEX];
};

/* What the caller wants in the same transaction, just before COMMIT (lookups, budgets). Called again when the
 * page has to be done again. */
typedef bool load_before_commit(void *context, struct run *run, struct err *err);

struct load_options {
	bool is_forced; /* load even when the ledger has this content with this parser version */
	load_before_commit *before_commit; /* optional */
	void *context;
};

/* cursor and options may be NULL. Adds the result to run->counts. ret is written on success only. */
MUST_USE bool load_page(struct run *run, const struct source *source, const struct stream *stream,
			const struct page *page, const struct cursor *cursor,
			const struct load_options *options, struct load_result *ret, struct err *err);

/* Checks a spool without loading: complete JSON, record count, skeleton to the stream's page_check. load_page
 * does the same for pages that are not verified while loading; for callers that must know before. */
MUST_USE bool load_verify(const struct stream *stream, int fd, uint64_t *ret_records, struct err *err);

/* Binds every entity of the stream against the catalogue and checks its field map (`tenure check
 * --contract`). */
MUST_USE bool load_bind_check(struct run *run, const struct stream *stream, struct err *err);

#endif
