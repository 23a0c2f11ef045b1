/* SPDX-License-Identifier: PostgreSQL
 *
 * One libpq connection in one poll loop: non-blocking, a deadline on every operation, stop signals seen
 * while waiting. Statements are embedded files (sql/etl/<name>.sql -> sql_<name>, generated into
 * build/gen/sql.h); values go as parameters only.
 *
 * Failures: classified by PQstatus first, SQLSTATE second (a lost server gives no SQLSTATE).
 * E_DB_LOST, E_DB_TIMEOUT (57014, 55P03), E_DB_CONFLICT (40001, 40P01), E_DB_READONLY -> DB_TRANSIENT (75);
 * E_DB_FULL (53100, 53400) -> IO (74); 28xxx, 42501 -> AUTH (77); 3D000 -> CONFIG; others DB_FINAL. Server
 * text goes into the message without DETAIL, CONTEXT or statement, and not at all for class 22 (they would
 * leak data).
 */
#ifndef TENURE_PG_H
#define TENURE_PG_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct err;
struct conf;
struct pg;
struct pg_rows; /* a result, owned by the caller: pg_rows_free */

/* One embedded statement: name for messages and its text. Declared in build/gen/sql.h. */
struct sql {
	const char *name;
	const char *text;
};

/* Opens by the rules of the command line contract: database.dsn, else libpq's environment, else the private
 * cluster. Injects connect_timeout, tcp_user_timeout, keepalives, target_session_attrs=read-write,
 * server-side keepalives, lock_timeout, idle_in_transaction_session_timeout, TimeZone=UTC, DateStyle=ISO,
 * application_name=tenure; sets SO_SNDBUF to 2 MB on the socket (measured: halves load time on unix sockets).
 * Retries a server that is starting up or has too many clients until `database.timeout` or 30 s. Refuses a
 * server older than 15 (CONFIG). */
MUST_USE bool pg_open(struct pg **ret, const struct conf *conf, struct err *err);
/* ERR_CONFIG when the connection string is malformed or holds a password: argv and settings files are read by
 * others. */
MUST_USE bool pg_dsn_check(const char *dsn, struct err *err);
/* The connection string that pg_open would use ("" = libpq's environment). */
MUST_USE bool pg_conninfo(const struct conf *conf, struct buf *buf, bool *ret_is_private_cluster,
			  struct err *err);
int pg_library_version(void); /* of libpq: 150020 = 15.20 */
void pg_close(struct pg *pg); /* accepts NULL */
bool pg_is_lost(const struct pg *pg);
/* Closes and opens again with the same options, bounded by a deadline; session locks are gone. */
MUST_USE bool pg_reopen(struct pg *pg, struct err *err);
int pg_backend_pid(const struct pg *pg);

/* Runs one statement. params: n_params texts (NULL = SQL null), sent in text format, types by the server.
 * ret_rows may be NULL. A statement without parameters may hold several commands (simple protocol). */
MUST_USE bool pg_run(struct pg *pg, const struct sql *sql, int n_params, const char *const *params,
		     struct pg_rows **ret_rows, struct err *err);
/* The same for text that is not embedded: definitions and migrations being deployed. */
MUST_USE bool pg_run_text(struct pg *pg, const char *name, const char *text, struct err *err);

/* begin / commit / rollback. After a stop signal a statement gets eight seconds more (ERR_CANCELLED then), so
 * that the page at hand can finish and nothing hangs. A commit whose reply was lost is E_DB_COMMIT_UNKNOWN
 * (DB_TRANSIENT): the caller looks for its token row after pg_reopen. */
MUST_USE bool pg_begin(struct pg *pg, struct err *err);
MUST_USE bool pg_commit(struct pg *pg, struct err *err);
void pg_rollback(struct pg *pg); /* never fails: a lost connection has rolled back already */

size_t pg_rows_count(const struct pg_rows *rows);
size_t pg_rows_columns(const struct pg_rows *rows);
const char *pg_rows_name(const struct pg_rows *rows, size_t column);
/* Text of a value, STR_NONE for null; borrowed until pg_rows_free. */
struct str pg_rows_text(const struct pg_rows *rows, size_t row, size_t column);
int64_t pg_rows_integer(const struct pg_rows *rows, size_t row, size_t column); /* 0 for null */
bool pg_rows_is_number(const struct pg_rows *rows, size_t column); /* an integer or floating type */
bool pg_rows_is_boolean(const struct pg_rows *rows, size_t column);
void pg_rows_free(struct pg_rows **rows); /* for CLEANUP */

/* Session-level advisory lock on the warehouse (one key). Not free: ERR_BUSY E_LOCKED with the holder (pid,
 * command, since when) from meta.runs in the message; never waits longer than a second. */
MUST_USE bool pg_lock(struct pg *pg, struct str name, struct err *err);
MUST_USE bool pg_unlock(struct pg *pg, struct str name, struct err *err);

/* COPY … FROM STDIN (FORMAT binary). `bytes` are whole or partial rows as encoded by pg/row.h, without header
 * and trailer, which these calls add. While one is open nothing else may run on the connection. */
MUST_USE bool pg_copy_begin(struct pg *pg, struct str table, const char *const *columns, size_t n_columns,
			    struct err *err);
MUST_USE bool pg_copy_put(struct pg *pg, struct str bytes, struct err *err);
MUST_USE bool pg_copy_end(struct pg *pg, uint64_t *ret_rows, struct err *err);
void pg_copy_abort(struct pg *pg); /* leaves the transaction failed: roll back */

/* COPY … TO STDOUT (FORMAT binary): each row's fields as they stand on the wire (32-bit length and bytes, one
 * after the other, no count before them), borrowed for the call. Returning false ends it with that err. */
typedef bool pg_copy_row(void *context, struct str fields, struct err *err);
MUST_USE bool pg_copy_out(struct pg *pg, struct str table, const char *const *columns, size_t n_columns,
			  pg_copy_row *on_row, void *context, struct err *err);

/* COPY of a whole CSV file (first line: column names, which must be columns of the table). */
MUST_USE bool pg_copy_csv(struct pg *pg, struct str table, struct str csv, uint64_t *ret_rows,
			  struct err *err);

#endif
