/* SPDX-License-Identifier: PostgreSQL
 *
 * What the pg_*.c files share. Nobody else includes this, or libpq.
 */
#ifndef TENURE_PG_INTERNAL_H
#define TENURE_PG_INTERNAL_H

#include <libpq-fe.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

struct pg {
	PGconn *connection;	 /* NULL after it was dropped */
	char *conninfo;		 /* what the user gave; "" = libpq's environment */
	bool is_private_cluster; /* for the hint when it is not running */
	int64_t statement_ms;	 /* longest wait for one statement */
	int64_t lock_ms;	 /* server-side lock_timeout */
	int64_t stop_until_ms;	 /* monotonic: statements are cancelled after it; 0 = no stop signal yet */
	bool is_lost;		 /* the session is gone, pg_reopen makes another */
	bool is_copying;
	uint64_t n_notices;
	struct buf chunk; /* COPY bytes not yet given to libpq */
};

/* How long a wait may go on, and what was done about it. */
struct patience {
	int64_t until_ms; /* monotonic */
	bool is_cancel_sent;
	bool is_stopping; /* cancelled because of a signal */
};

struct patience pg_patience(struct pg *pg, int64_t wait_ms);

/* Sends what is unsent and reads until PQgetResult would not block. Past the deadline: cancels, waits five
 * seconds more, then drops the connection (E_DB_TIMEOUT, or ERR_CANCELLED after a signal). */
MUST_USE bool pg_wait(struct pg *pg, struct patience *patience, const char *what, struct err *err);
/* Reads all results. The last one with rows, or the command's, is given; the first error is reported. A COPY
 * that began is given at once. */
MUST_USE bool pg_collect(struct pg *pg, struct patience *patience, const char *what, PGresult **ret,
			 struct err *err);
/* Checks that the session lives and sends text by the simple protocol. */
MUST_USE bool pg_send(struct pg *pg, const char *what, const char *text, struct err *err);
void pg_drop(struct pg *pg); /* the connection is of no use any more */

/* Fill err; return false. */
bool pg_fail_result(struct pg *pg, const PGresult *result, const char *what, struct err *err);
bool pg_fail_lost(struct pg *pg, const char *what, struct err *err);
/* A connection attempt that failed; sqlstate from the server, or "". */
bool pg_fail_connect(const PGconn *connection, const char *sqlstate, struct err *err);

/* One connection, ready for use; retries by the rules of pg_open. */
MUST_USE bool pg_connect_session(struct pg *pg, bool is_again, struct err *err);

#endif
