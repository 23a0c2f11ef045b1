/* SPDX-License-Identifier: PostgreSQL
 *
 * From a connection string to a session: defaults of our own, a deadline, retries.
 */
#define _GNU_SOURCE /* struct sockaddr options */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/date.h"
#include "base/err.h"
#include "base/stop.h"
#include "pg/pg_internal.h"

#define ATTEMPT_MS                                                                                           \
	20000 /* one attempt, all hosts of the string; libpq's own timeout needs blocking calls              \
	       */
#define RETRY_MS       30000 /* a server that is starting up, all attempts together */
#define RETRY_PAUSE_MS 250
#define LEAST_SERVER   150000
#define SEND_BUFFER                                                                                          \
	(2 * 1024 * 1024) /* with the default one client and server take turns: twice the time               \
			   */
#define OPTIONS_BYTES 1024

static void ignore_notice(void *context, const PGresult *result)
{
	struct pg *pg = context;
	(void)result;
	pg->n_notices++;
}

/* Options of the user's own, so that ours do not displace them. */
static void put_user_options(struct buf *buf, const char *conninfo)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	const char *text = getenv("PGOPTIONS");
	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
		if (strcmp(option->keyword, "options") == 0 && option->val != NULL)
			text = option->val;
	if (text != NULL && text[0] != '\0')
		buf_printf(buf, " %s", text);
	PQconninfoFree(options);
}

static bool put_options(struct buf *buf, const struct pg *pg, struct err *err)
{
	buf_printf(buf,
		   "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c client_min_messages=warning"
		   " -c lock_timeout=%lld -c idle_in_transaction_session_timeout=60s"
		   " -c client_connection_check_interval=200" /* a killed run lets go of its lock */
		   " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
		   (long long)pg->lock_ms);
	put_user_options(buf, pg->conninfo);
	return buf_check(buf, "connection options", err);
}

/* The code of a refusal. libpq 15 keeps it to itself when a connection fails, but its message was asked for
 * in the form that holds only the code: "…: FATAL:  28P01". Several hosts give several; the last one speaks.
 */
static void find_sqlstate(const PGconn *connection, char sqlstate[6])
{
	const char *text = PQerrorMessage(connection);
	sqlstate[0] = '\0';
	for (const char *at = strstr(text, ":  "); at != NULL; at = strstr(at + 3, ":  ")) {
		size_t length = strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (length == 5 && (at[8] == '\n' || at[8] == '\0'))
			snprintf(sqlstate, 6, "%.5s", at + 3);
	}
}

/* Waits for what libpq wants; false past the deadline. */
static bool poll_for(const PGconn *connection, PostgresPollingStatusType wanted, int64_t until_ms)
{
	for (;;) {
		int64_t left_ms = until_ms - clock_monotonic_ms();
		struct pollfd socket = {.fd = PQsocket(connection),
					.events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		if (left_ms <= 0)
			return false;
		int count = poll(&socket, 1, (int)left_ms);
		if (count > 0)
			return true;
		if (count == 0)
			return false;
		if (errno != EINTR)
			return false;
	}
}

static bool finish_connecting(PGconn *connection, struct err *err)
{
	char sqlstate[6];
	int64_t until_ms = clock_monotonic_ms() + ATTEMPT_MS;
	/* As if PQconnectPoll had asked for it: libpq's rule for the first wait. */
	PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
	if (PQstatus(connection) == CONNECTION_BAD)
		return pg_fail_connect(connection, "", err);
	for (;;) {
		if (!poll_for(connection, wanted, until_ms))
			return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_LOST",
					     "cannot connect to the database: no answer in %d seconds",
					     ATTEMPT_MS / 1000);
		wanted = PQconnectPoll(connection);
		if (wanted == PGRES_POLLING_OK)
			return true;
		if (wanted == PGRES_POLLING_FAILED) {
			find_sqlstate(connection, sqlstate);
			return pg_fail_connect(connection, sqlstate, err);
		}
	}
}

static bool prepare_session(struct pg *pg, PGconn *connection, struct err *err)
{
	int bytes = SEND_BUFFER;
	int version = PQserverVersion(connection);
	if (version < LEAST_SERVER)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "the server is PostgreSQL %d, 15 is needed",
				     version / 10000);
	if (PQsetnonblocking(connection, 1) != 0)
		return err_nomem(err, "connection");
	PQsetErrorContextVisibility(connection, PQSHOW_CONTEXT_NEVER);
	PQsetNoticeReceiver(connection, ignore_notice, pg);
	/* Speed only; the kernel may give less. */
	(void)setsockopt(PQsocket(connection), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	return true;
}

static bool connect_once(struct pg *pg, PGconn **ret, struct err *err)
{
	CLEANUP(buf_done) struct buf options;
	buf_init(&options, OPTIONS_BYTES);
	if (!put_options(&options, pg, err))
		return false;
	/* In order: ours, what the string says, options (which hold both). */
	const char *const keywords[] = {"tcp_user_timeout", "keepalives",
					"keepalives_idle",  "keepalives_interval",
					"keepalives_count", "target_session_attrs",
					"client_encoding",  "fallback_application_name",
					"connect_timeout",  "dbname",
					"options",	    NULL};
	const char *const values[] = {"15000", "1",	 "10", "5",	     "3",	   "read-write",
				      "UTF8",  "tenure", "10", pg->conninfo, options.data, NULL};
	_Static_assert(ARRAY_LENGTH(keywords) == ARRAY_LENGTH(values), "one value for each keyword");
	PGconn *connection = PQconnectStartParams(keywords, values, 1);
	if (connection == NULL)
		return err_nomem(err, "connection");
	PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
	if (!finish_connecting(connection, err) || !prepare_session(pg, connection, err)) {
		PQfinish(connection);
		return false;
	}
	*ret = connection;
	return true;
}

/* A server that is not there at all is worth waiting for only when it was there a moment ago. */
static bool is_worth_retrying(const struct err *err, bool is_again)
{
	return err->kind == ERR_DB_TRANSIENT && (is_again || err->sqlstate[0] != '\0');
}

static void pause_between(void)
{
	struct pollfd stop = {.fd = stop_fd(), .events = POLLIN};
	(void)poll(&stop, stop.fd >= 0 ? 1 : 0, RETRY_PAUSE_MS);
}

bool pg_connect_session(struct pg *pg, bool is_again, struct err *err)
{
	struct err reason = {.kind = ERR_NONE};
	int64_t wait_ms = pg->statement_ms < RETRY_MS ? pg->statement_ms : RETRY_MS;
	int64_t until_ms = clock_monotonic_ms() + wait_ms;
	while (!connect_once(pg, &pg->connection, &reason)) {
		if (!is_worth_retrying(&reason, is_again) || clock_monotonic_ms() >= until_ms) {
			if (err != NULL)
				*err = reason;
			if (pg->is_private_cluster && reason.kind == ERR_DB_TRANSIENT &&
			    reason.sqlstate[0] == '\0')
				err_hint(err, "start the private cluster with `tenure db start`");
			return false;
		}
		pause_between();
		if (stop_wanted(err))
			return false;
	}
	pg->is_lost = false;
	pg->is_copying = false;
	return true;
}
