/* SPDX-License-Identifier: PostgreSQL
 *
 * Session-level advisory locks, and who holds one.
 */
#include <poll.h>

#include "base/date.h"
#include "base/err.h"
#include "gen/sql.h"
#include "pg/pg.h"

#define WAIT_MS	   900 /* promised: the answer comes within a second */
#define PAUSE_MS   100
#define NAME_BYTES 128

static bool take_once(struct pg *pg, const char *name, bool *ret_is_taken, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_lock_take, 1, &name, &rows, err))
		return false;
	*ret_is_taken = pg_rows_integer(rows, 0, 0) != 0;
	return true;
}

/* What the ledger knows of the run behind a backend; nothing before the first migration. */
static void describe_run(struct pg *pg, const char *backend, char *text, size_t size)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	CLEANUP(pg_rows_free) struct pg_rows *known = NULL;
	struct err ignored;
	text[0] = '\0';
	if (!pg_run(pg, &sql_lock_has_ledger, 0, NULL, &known, &ignored) || pg_rows_integer(known, 0, 0) == 0)
		return;
	if (!pg_run(pg, &sql_lock_holder_run, 1, &backend, &rows, &ignored) || pg_rows_count(rows) == 0)
		return;
	struct str command = pg_rows_text(rows, 0, 1);
	struct str host = pg_rows_text(rows, 0, 2);
	snprintf(text, size, " (tenure %.*s, run %lld, process %lld on %.*s)", (int)command.length,
		 command.data, (long long)pg_rows_integer(rows, 0, 0), (long long)pg_rows_integer(rows, 0, 3),
		 (int)host.length, host.data);
}

static bool fail_locked(struct pg *pg, const char *name, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char run[256] = "";
	char backend[32] = "";
	if (!pg_run(pg, &sql_lock_holder, 1, &name, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0) /* let go in between */
		return err_set_class(err, ERR_BUSY, "E_LOCKED", "%s is in use by another process", name);
	struct str pid = pg_rows_text(rows, 0, 0);
	struct str since = pg_rows_text(rows, 0, 1);
	struct str application = pg_rows_text(rows, 0, 2);
	snprintf(backend, sizeof(backend), "%.*s", (int)pid.length, pid.data);
	describe_run(pg, backend, run, sizeof(run));
	err_set_class(err, ERR_BUSY, "E_LOCKED", "%s is in use by backend %s of %.*s%s, connected since %.*s",
		      name, backend, (int)application.length, application.data, run, (int)since.length,
		      since.data);
	return err_hint(err, "running again is safe once it has ended; `tenure runs` shows it");
}

/* Behind a pooler in transaction mode the next statement runs in another session, and so does the lock. */
static bool check_session(struct pg *pg, const char *name, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_lock_is_held, 1, &name, &rows, err))
		return false;
	if (pg_rows_integer(rows, 0, 0) != 0)
		return true;
	err_set_class(err, ERR_CONFIG, "E_CONFIG", "the lock on %s did not stay with this session", name);
	return err_hint(err, "connect to PostgreSQL itself or to a pooler in session mode");
}

static bool name_from(struct str name, char *text, struct err *err)
{
	if (name.length >= NAME_BYTES)
		return err_set(err, ERR_BUG, "the lock's name is longer than %d bytes", NAME_BYTES - 1);
	snprintf(text, NAME_BYTES, "%.*s", (int)name.length, name.data);
	return true;
}

bool pg_lock(struct pg *pg, struct str name, struct err *err)
{
	char text[NAME_BYTES];
	bool is_taken = false;
	int64_t until_ms = clock_monotonic_ms() + WAIT_MS;
	if (!name_from(name, text, err))
		return false;
	for (;;) {
		if (!take_once(pg, text, &is_taken, err))
			return false;
		if (is_taken)
			return check_session(pg, text, err);
		if (clock_monotonic_ms() + PAUSE_MS >= until_ms)
			return fail_locked(pg, text, err);
		(void)poll(NULL, 0, PAUSE_MS);
	}
}

bool pg_unlock(struct pg *pg, struct str name, struct err *err)
{
	char text[NAME_BYTES];
	const char *params[] = {text};
	return name_from(name, text, err) && pg_run(pg, &sql_lock_release, 1, params, NULL, err);
}
