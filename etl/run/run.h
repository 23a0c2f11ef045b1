/* SPDX-License-Identifier: PostgreSQL
 *
 * A run: one row of meta.runs, the warehouse's lock, the database connection, where bytes are kept.
 *
 *     run_begin (lock, verify migrations, ledger row) -> load_page … -> run_end (state, exit code, counts)
 */
#ifndef TENURE_RUN_H
#define TENURE_RUN_H

#include "base/base.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"

struct conf;
struct err;
struct loader;
struct pg;
struct stream;
struct source;

struct run_counts {
	uint64_t n_requests, n_pages, n_records, n_inserted, n_updated, n_unchanged, n_removed, n_rejected,
	    n_commit_unknown;
};

struct run {
	const struct conf *conf;
	struct pg *pg;
	int64_t run_id;
	const char *state_directory; /* …/spool, …/archive, …/tokens below it, all 0700 */
	const char *spool_directory;
	const char *archive_directory;
	struct run_counts counts;
	bool is_complete;      /* set by the command: every partition it was asked for is done */
	struct loader *loader; /* load.c's own: what it has bound for the stream at hand */
	char *directories;     /* memory of the three above */
};

/* Takes the lock (BUSY E_LOCKED when another run has it), marks runs of dead processes as abandoned, checks
 * migrations and that the database is the one this warehouse was made in (CONFIG E_CONTEXT: a copy restored
 * elsewhere must be adopted first), writes the ledger row. run_id = greatest + 1: given inside the
 * transaction, no sequence. source and stream may be NULL. On failure nothing is left behind. */
MUST_USE bool run_begin(struct run **ret, const struct conf *conf, const char *command, const char *source,
			const char *stream, struct err *err);
/* Writes the end state from err (NULL or ERR_NONE: done; BUSY E_PARKED or E_SRC_RATE: parked) and frees the
 * run; never hides the first error: a ledger that cannot be written is filled into err only when it is empty.
 */
void run_end(struct run **run, struct err *err);

/* Reconnects after E_DB_LOST and takes the lock again: at most three attempts, waiting up to 20 s for the
 * server to drop the old session's lock. Everything bound or prepared on the connection is forgotten. */
MUST_USE bool run_recover(struct run *run, struct err *err);

/* Fills buf with the state directory of these settings (run.state_directory, else XDG, else HOME). */
MUST_USE bool run_state_directory(const struct conf *conf, struct buf *buf, struct err *err);

/* Makes this database the warehouse's own (after restoring a copy): `tenure doctor --adopt`. */
MUST_USE bool run_adopt(struct pg *pg, struct err *err);

#endif
