/* SPDX-License-Identifier: PostgreSQL */
#include "pg/pg.h"

#include <errno.h>
#include <poll.h>

#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/num.h"
#include "base/stop.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "pg/cluster.h"
#include "pg/pg_internal.h"

#define CANCEL_MS      5000 /* from the cancel request to the server's answer, before the session is dropped */
#define STOP_MS	       8000  /* what may go on after a stop signal: promised are ten seconds */
#define STOP_LEAST_MS  2000  /* roll-back and ledger, after that */
#define COMMIT_MS      60000 /* longest wait for the reply to a COMMIT, then it is unknown */
#define CONNINFO_BYTES ((size_t)16 * 1024)

struct pg_rows {
	PGresult *result;
};

/* ---- opening and closing */

bool pg_dsn_check(const char *dsn, struct err *err)
{
	char *reason = NULL;
	bool has_password = false;
	PQconninfoOption *options = PQconninfoParse(dsn, &reason);
	PQfreemem(reason); /* it quotes the string, which may hold a password */
	if (options == NULL)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "the connection string is malformed");
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
		has_password |= strcmp(option->keyword, "password") == 0 && option->val != NULL;
	PQconninfoFree(options);
	if (!has_password)
		return true;
	err_set_class(err, ERR_CONFIG, "E_CONFIG", "the connection string holds a password");
	return err_hint(err, "put it into ~/.pgpass (PGPASSFILE) or PGPASSWORD");
}

int pg_library_version(void)
{
	return PQlibVersion();
}

static bool environment_names_server(void)
{
	static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"};
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return true;
	}
	return false;
}

bool pg_conninfo(const struct conf *conf, struct buf *buf, bool *ret_is_private_cluster, struct err *err)
{
	const char *dsn = conf_text(conf, CONF_DATABASE_DSN);
	*ret_is_private_cluster = dsn[0] == '\0' && !environment_names_server();
	if (*ret_is_private_cluster)
		return cluster_dsn(conf, buf, err);
	buf_put_text(buf, dsn);
	return pg_dsn_check(dsn, err);
}

static bool choose_conninfo(struct pg *pg, const struct conf *conf, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, CONNINFO_BYTES);
	if (!pg_conninfo(conf, &buf, &pg->is_private_cluster, err))
		return false;
	buf_put_text(&buf, "");
	if (!buf_check(&buf, "connection string", err))
		return false;
	pg->conninfo = TAKE(buf.data);
	return true;
}

bool pg_open(struct pg **ret, const struct conf *conf, struct err *err)
{
	struct pg *pg = calloc(1, sizeof(*pg));
	if (pg == NULL)
		return err_nomem(err, "connection");
	buf_init(&pg->chunk, 2 * CAP_CHUNK_BYTES + CAP_ROW_BYTES);
	pg->statement_ms = conf_seconds(conf, CONF_DATABASE_TIMEOUT) * 1000;
	pg->lock_ms = conf_seconds(conf, CONF_DATABASE_LOCK_TIMEOUT) * 1000;
	if (!choose_conninfo(pg, conf, err) || !pg_connect_session(pg, false, err)) {
		pg_close(pg);
		return false;
	}
	*ret = pg;
	return true;
}

void pg_drop(struct pg *pg)
{
	PQfinish(pg->connection);
	pg->connection = NULL;
	pg->is_lost = true;
	pg->is_copying = false;
}

void pg_close(struct pg *pg)
{
	if (pg == NULL)
		return;
	PQfinish(pg->connection);
	buf_done(&pg->chunk);
	free(pg->conninfo);
	free(pg);
}

bool pg_reopen(struct pg *pg, struct err *err)
{
	pg_drop(pg);
	return pg_connect_session(pg, true, err);
}

bool pg_is_lost(const struct pg *pg)
{
	return pg->is_lost || pg->connection == NULL || PQstatus(pg->connection) == CONNECTION_BAD;
}

int pg_backend_pid(const struct pg *pg)
{
	return pg->connection == NULL ? 0 : PQbackendPID(pg->connection);
}

/* ---- waiting */

struct patience pg_patience(struct pg *pg, int64_t wait_ms)
{
	(void)pg;
	return (struct patience){.until_ms = clock_monotonic_ms() + wait_ms};
}

/* After a signal the time is short, but never so short that a roll-back cannot be said. */
static void heed_stop(struct pg *pg, struct patience *patience)
{
	int64_t now_ms = clock_monotonic_ms();
	if (patience->is_stopping || stop_signal() == 0)
		return;
	if (pg->stop_until_ms == 0)
		pg->stop_until_ms = now_ms + STOP_MS;
	int64_t until_ms = pg->stop_until_ms;
	if (until_ms < now_ms + STOP_LEAST_MS)
		until_ms = now_ms + STOP_LEAST_MS;
	patience->is_stopping = true;
	if (until_ms < patience->until_ms)
		patience->until_ms = until_ms;
}

static void send_cancel(struct pg *pg)
{
	char reason[256]; /* a failed cancel shows itself: no answer comes */
	PGcancel *cancel = PQgetCancel(pg->connection);
	if (cancel != NULL)
		(void)PQcancel(cancel, reason, sizeof(reason));
	PQfreeCancel(cancel);
}

/* The deadline has passed: first ask, then give up. */
static bool lose_patience(struct pg *pg, struct patience *patience, const char *what, struct err *err)
{
	if (!patience->is_cancel_sent) {
		patience->is_cancel_sent = true;
		patience->until_ms = clock_monotonic_ms() + CANCEL_MS;
		send_cancel(pg);
		return true;
	}
	pg_drop(pg);
	if (patience->is_stopping && stop_wanted(err))
		return err_wrap(err, "%s", what);
	return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_TIMEOUT",
			     "%s: no answer from the database in time, the connection was given up", what);
}

/* Sleeps until the socket is ready, a signal comes, or the deadline. */
static short poll_socket(const struct pg *pg, const struct patience *patience, short events)
{
	struct pollfd sources[2] = {{.fd = PQsocket(pg->connection), .events = events},
				    {.fd = stop_fd(), .events = POLLIN}};
	int64_t left_ms = patience->until_ms - clock_monotonic_ms();
	/* Once seen, the signal's pipe stays readable: not looked at again. */
	nfds_t n_sources = patience->is_stopping || sources[1].fd < 0 ? 1 : 2;
	if (left_ms < 0)
		left_ms = 0;
	if (left_ms > 60000)
		left_ms = 60000;
	if (poll(sources, n_sources, (int)left_ms) < 0)
		return 0; /* EINTR: the caller looks again */
	return sources[0].revents;
}

bool pg_wait(struct pg *pg, struct patience *patience, const char *what, struct err *err)
{
	for (;;) {
		heed_stop(pg, patience);
		int unsent = PQflush(pg->connection);
		/* A failure is told, with the server's last words, by PQgetResult, which cannot block then.
		 */
		if (unsent < 0 || PQstatus(pg->connection) == CONNECTION_BAD)
			return true;
		if (unsent == 0 && PQisBusy(pg->connection) == 0)
			return true;
		if (clock_monotonic_ms() >= patience->until_ms && !lose_patience(pg, patience, what, err))
			return false;
		short ready = poll_socket(pg, patience, unsent > 0 ? POLLIN | POLLOUT : POLLIN);
		if ((ready & (POLLIN | POLLERR | POLLHUP)) != 0 && PQconsumeInput(pg->connection) == 0)
			return true;
	}
}

static bool is_copy(ExecStatusType status)
{
	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

static bool is_failure(ExecStatusType status)
{
	return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_NONFATAL_ERROR;
}

/* Keeps the better of two results: the newest, but rows before none. */
static void keep_result(PGresult **kept, PGresult *result)
{
	bool has_rows = PQresultStatus(result) == PGRES_TUPLES_OK;
	if (*kept != NULL && PQresultStatus(*kept) == PGRES_TUPLES_OK && !has_rows) {
		PQclear(result);
		return;
	}
	PQclear(*kept);
	*kept = result;
}

static bool cancelled_by_stop(const struct patience *patience, const char *what, struct err *err)
{
	if (!patience->is_cancel_sent || !patience->is_stopping || !stop_wanted(err))
		return false;
	err_wrap(err, "%s", what);
	return true;
}

bool pg_collect(struct pg *pg, struct patience *patience, const char *what, PGresult **ret, struct err *err)
{
	PGresult *kept = NULL;
	bool is_failed = false;
	for (;;) {
		if (!pg_wait(pg, patience, what, err)) {
			PQclear(kept);
			return false;
		}
		PGresult *result = PQgetResult(pg->connection);
		if (result == NULL)
			break;
		ExecStatusType status = PQresultStatus(result);
		if (is_copy(status)) {
			PQclear(kept);
			*ret = result;
			return true;
		}
		if (is_failure(status)) {
			if (!is_failed && !cancelled_by_stop(patience, what, err))
				pg_fail_result(pg, result, what, err);
			is_failed = true;
			PQclear(result);
			continue;
		}
		keep_result(&kept, result);
	}
	if (!is_failed && kept == NULL)
		is_failed = !pg_fail_lost(pg, what, err);
	if (is_failed) {
		PQclear(kept);
		return false;
	}
	*ret = kept;
	return true;
}

/* ---- statements */

static bool is_usable(struct pg *pg, const char *what, struct err *err)
{
	if (pg_is_lost(pg))
		return pg_fail_lost(pg, what, err);
	if (pg->is_copying)
		return err_set(err, ERR_BUG, "%s: a COPY is still open", what);
	return true;
}

bool pg_send(struct pg *pg, const char *what, const char *text, struct err *err)
{
	if (!is_usable(pg, what, err))
		return false;
	if (PQsendQuery(pg->connection, text) == 0)
		return pg_fail_result(pg, NULL, what, err);
	return true;
}

/* Statements have no business with COPY: those go through pg_copy_*. */
static bool refuse_copy(struct pg *pg, PGresult *result, const char *what, struct err *err)
{
	if (!is_copy(PQresultStatus(result)))
		return true;
	PQclear(result);
	pg_drop(pg);
	return err_set(err, ERR_BUG, "%s: a statement began a COPY", what);
}

static bool finish_statement(struct pg *pg, const char *what, struct pg_rows **ret_rows, struct err *err)
{
	PGresult *result = NULL;
	struct patience patience = pg_patience(pg, pg->statement_ms);
	if (!pg_collect(pg, &patience, what, &result, err) || !refuse_copy(pg, result, what, err))
		return false;
	if (ret_rows == NULL) {
		PQclear(result);
		return true;
	}
	struct pg_rows *rows = calloc(1, sizeof(*rows));
	if (rows == NULL) {
		PQclear(result);
		return err_nomem(err, what);
	}
	rows->result = result;
	*ret_rows = rows;
	return true;
}

bool pg_run(struct pg *pg, const struct sql *sql, int n_params, const char *const *params,
	    struct pg_rows **ret_rows, struct err *err)
{
	if (n_params == 0) {
		if (!pg_send(pg, sql->name, sql->text, err))
			return false;
	} else {
		if (!is_usable(pg, sql->name, err))
			return false;
		if (PQsendQueryParams(pg->connection, sql->text, n_params, NULL, params, NULL, NULL, 0) == 0)
			return pg_fail_result(pg, NULL, sql->name, err);
	}
	return finish_statement(pg, sql->name, ret_rows, err);
}

bool pg_run_text(struct pg *pg, const char *name, const char *text, struct err *err)
{
	return pg_send(pg, name, text, err) && finish_statement(pg, name, NULL, err);
}

bool pg_begin(struct pg *pg, struct err *err)
{
	return pg_run(pg, &sql_begin, 0, NULL, NULL, err);
}

/* Whether the server has committed cannot be known when its reply did not come. */
static bool is_reply_missing(const struct pg *pg)
{
	return pg_is_lost(pg);
}

bool pg_commit(struct pg *pg, struct err *err)
{
	PGresult *result = NULL;
	if (!is_usable(pg, "commit", err))
		return false;
	struct patience patience = pg_patience(pg, COMMIT_MS);
	bool is_sent = PQsendQuery(pg->connection, sql_commit.text) != 0;
	if (!is_sent || !pg_collect(pg, &patience, "commit", &result, err)) {
		if (!is_sent)
			pg_fail_result(pg, NULL, "commit", err);
		if (is_reply_missing(pg))
			return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_COMMIT_UNKNOWN",
					     "commit: the connection was lost before the reply came");
		return false;
	}
	bool is_committed = strcmp(PQcmdStatus(result), "COMMIT") == 0;
	PQclear(result);
	if (!is_committed) /* an earlier failure in the transaction was passed over */
		return err_set(err, ERR_BUG, "commit: the transaction had failed and was rolled back");
	return true;
}

void pg_rollback(struct pg *pg)
{
	struct err ignored;
	if (pg->is_copying)
		pg_copy_abort(pg);
	if (pg_is_lost(pg) || PQtransactionStatus(pg->connection) == PQTRANS_IDLE)
		return;
	/* A session that cannot roll back is of no use: dropped, the server does it. */
	if (!pg_run(pg, &sql_rollback, 0, NULL, NULL, &ignored))
		pg_drop(pg);
}

/* ---- results */

size_t pg_rows_count(const struct pg_rows *rows)
{
	return (size_t)PQntuples(rows->result);
}

size_t pg_rows_columns(const struct pg_rows *rows)
{
	return (size_t)PQnfields(rows->result);
}

const char *pg_rows_name(const struct pg_rows *rows, size_t column)
{
	return PQfname(rows->result, (int)column);
}

/* Type oids are fixed in pg_type.dat. */
bool pg_rows_is_number(const struct pg_rows *rows, size_t column)
{
	static const Oid numbers[] = {20, 21, 23, 700, 701, 1700};
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
		if (PQftype(rows->result, (int)column) == numbers[i])
			return true;
	}
	return false;
}

bool pg_rows_is_boolean(const struct pg_rows *rows, size_t column)
{
	return PQftype(rows->result, (int)column) == 16;
}

struct str pg_rows_text(const struct pg_rows *rows, size_t row, size_t column)
{
	int line = (int)row;
	int field = (int)column;
	if (PQgetisnull(rows->result, line, field) != 0)
		return STR_NONE;
	return (struct str){PQgetvalue(rows->result, line, field),
			    (size_t)PQgetlength(rows->result, line, field)};
}

int64_t pg_rows_integer(const struct pg_rows *rows, size_t row, size_t column)
{
	int64_t value = 0;
	struct str text = pg_rows_text(rows, row, column);
	if (str_equal_text(text, "t"))
		return 1;
	if (str_is_none(text) || !num_parse_i64(text, &value))
		return 0;
	return value;
}

void pg_rows_free(struct pg_rows **rows)
{
	if (*rows == NULL)
		return;
	PQclear((*rows)->result);
	free(*rows);
	*rows = NULL;
}
