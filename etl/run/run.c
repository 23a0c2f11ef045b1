/* SPDX-License-Identifier: PostgreSQL */
#include "run/run.h"

#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/stop.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "migrate/migrate.h"
#include "pg/pg.h"
#include "run/loader.h"

#define PATH_BYTES	 ((size_t)4096)
#define NUMBER_BYTES	 24
#define RECOVER_ATTEMPTS 3
#define RECOVER_LOCK_MS	 20000 /* the server drops a dead session's lock within 15 s (its keepalives) */
#define RECOVER_PAUSE_MS 500

static const struct str lock_name = STR("warehouse");

/* --- directories --- */

bool run_state_directory(const struct conf *conf, struct buf *buf, struct err *err)
{
	const char *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	if (conf_is_set(conf, CONF_RUN_STATE_DIRECTORY))
		buf_put_text(buf, conf_text(conf, CONF_RUN_STATE_DIRECTORY));
	else if (xdg != NULL && xdg[0] == '/')
		buf_printf(buf, "%s/tenure", xdg);
	else if (home != NULL && home[0] == '/')
		buf_printf(buf, "%s/.local/state/tenure", home);
	else
		return err_set(err, ERR_CONFIG,
			       "no folder for spools and pages: neither HOME nor run.state_directory is set");
	return buf_check(buf, "the state directory", err);
}

static bool make_directories(struct run *run, struct err *err)
{
	static const char *const names[] = {"spool", "archive", "tokens"};
	CLEANUP(buf_done) struct buf state;
	CLEANUP(buf_done) struct buf path;
	buf_init(&state, PATH_BYTES);
	buf_init(&path, PATH_BYTES);
	if (!run_state_directory(run->conf, &state, err))
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
		buf_reset(&path);
		buf_printf(&path, "%s/%s", state.data, names[i]);
		if (!buf_check(&path, "the state directory", err) ||
		    !file_make_directories(path.data, 0700, err))
			return false;
	}
	/* three texts in one block: state, state/spool, state/archive */
	size_t length = state.length + 1;
	size_t room = 3 * length + sizeof("/spool") + sizeof("/archive");
	run->directories = malloc(room);
	if (run->directories == NULL)
		return err_nomem(err, "the state directory");
	char *spool = run->directories + length;
	char *archive = spool + length + strlen("/spool");
	snprintf(run->directories, length, "%s", state.data);
	snprintf(spool, (size_t)(archive - spool), "%s/spool", state.data);
	snprintf(archive, room - (size_t)(archive - run->directories), "%s/archive", state.data);
	run->state_directory = run->directories;
	run->spool_directory = spool;
	run->archive_directory = archive;
	return true;
}

/* --- the ledger --- */

static bool abandon_dead(struct run *run, const char *now, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *params[] = {now};
	if (!pg_run(run->pg, &sql_run_abandon, 1, params, &rows, err))
		return false;
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		struct str command = pg_rows_text(rows, i, 1);
		log_event(LOG_WARNING, "an earlier run ended without a word; what it committed stands",
			  "run=%" PRId64 " command=\"%.*s\"", pg_rows_integer(rows, i, 0),
			  (int)command.length, command.data);
	}
	return true;
}

bool run_adopt(struct pg *pg, struct err *err)
{
	char now[32];
	const char *params[] = {now};
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	return pg_run(pg, &sql_run_context_set, 1, params, NULL, err);
}

/* A copy of the warehouse in another cluster must not go on as if it were the first one. */
static bool check_context(struct run *run, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(run->pg, &sql_run_context, 0, NULL, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0)
		return run_adopt(run->pg, err);
	if (str_equal(pg_rows_text(rows, 0, 0), pg_rows_text(rows, 0, 1)))
		return true;
	err_set_class(err, ERR_CONFIG, "E_CONTEXT",
		      "this warehouse was made in another database cluster (it was copied or restored here)");
	return err_hint(err, "if this copy is to go on by itself: `tenure doctor --adopt`");
}

static bool insert_run(struct run *run, const char *command, const char *source, const char *stream,
		       const char *now, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char host[256] = "";
	char process[NUMBER_BYTES];
	const char *params[] = {command, source, stream, host, process, TENURE_VERSION, now};
	if (gethostname(host, sizeof(host) - 1) != 0)
		snprintf(host, sizeof(host), "unknown");
	snprintf(process, sizeof(process), "%ld", (long)getpid());
	if (!pg_run(run->pg, &sql_run_insert, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	run->run_id = pg_rows_integer(rows, 0, 0);
	return true;
}

static void free_run(struct run *run)
{
	loader_free(run->loader);
	pg_close(run->pg);
	free(run->directories);
	free(run);
}

bool run_begin(struct run **ret, const struct conf *conf, const char *command, const char *source,
	       const char *stream, struct err *err)
{
	char now[32];
	struct run *run = calloc(1, sizeof(*run));
	if (run == NULL)
		return err_nomem(err, "a run");
	run->conf = conf;
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	if (!make_directories(run, err) || !pg_open(&run->pg, conf, err) ||
	    !pg_lock(run->pg, lock_name, err) || !migrate_verify(run->pg, err) || !check_context(run, err) ||
	    !abandon_dead(run, now, err) || !insert_run(run, command, source, stream, now, err)) {
		free_run(run);
		return false;
	}
	*ret = run;
	return true;
}

static const char *end_state(const struct err *err)
{
	if (err == NULL || err->kind == ERR_NONE)
		return "done";
	if (err->kind == ERR_CANCELLED)
		return "cancelled";
	if (strcmp(err->class_name, "E_PARKED") == 0 || strcmp(err->class_name, "E_SRC_RATE") == 0)
		return "parked";
	return "failed";
}

static bool finish_run(struct run *run, const struct err *cause, struct err *err)
{
	const struct run_counts *counts = &run->counts;
	const uint64_t values[] = {counts->n_requests, counts->n_pages,	   counts->n_records,
				   counts->n_inserted, counts->n_updated,  counts->n_unchanged,
				   counts->n_removed,  counts->n_rejected, counts->n_commit_unknown};
	char now[32];
	char run_id[NUMBER_BYTES];
	char exit_code[NUMBER_BYTES];
	char numbers[ARRAY_LENGTH(values)][NUMBER_BYTES];
	bool is_failed = cause != NULL && cause->kind != ERR_NONE;
	const char *params[17] = {run_id, end_state(cause), now, exit_code};
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	snprintf(run_id, sizeof(run_id), "%" PRId64, run->run_id);
	snprintf(exit_code, sizeof(exit_code), "%d", is_failed ? err_exit_code(cause) : 0);
	if (is_failed) {
		params[4] = err_kind_word(cause->kind);
		params[5] = cause->class_name[0] != '\0' ? cause->class_name : NULL;
		params[6] = cause->message;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%" PRIu64, values[i]);
		params[7 + i] = numbers[i];
	}
	params[16] = run->is_complete ? "true" : "false";
	return pg_run(run->pg, &sql_run_finish, ARRAY_LENGTH(params), params, NULL, err);
}

void run_end(struct run **run_pointer, struct err *err)
{
	struct run *run = TAKE(*run_pointer);
	struct err second = {.kind = ERR_NONE};
	if (run == NULL)
		return;
	pg_rollback(run->pg);
	if (pg_is_lost(run->pg))
		(void)!run_recover(run, &second);
	if (!pg_is_lost(run->pg) && !finish_run(run, err, &second)) {
		/* The next run finds this one "running" without a process and marks it abandoned. */
		if (err != NULL && err->kind == ERR_NONE)
			*err = second;
		else
			log_event(LOG_WARNING, "the ledger could not be told how the run ended",
				  "run=%" PRId64 " class=%s", run->run_id, second.class_name);
	}
	free_run(run);
}

/* --- a lost database --- */

static bool lock_again(struct run *run, struct err *err)
{
	int64_t until_ms = clock_monotonic_ms() + RECOVER_LOCK_MS;
	for (;;) {
		if (pg_lock(run->pg, lock_name, err))
			return true;
		if (err->kind != ERR_BUSY || clock_monotonic_ms() >= until_ms || stop_signal() != 0)
			return false;
		(void)poll(NULL, 0, RECOVER_PAUSE_MS);
	}
}

/* The ledger tells others who holds the lock by the session's process. */
static bool note_backend(struct run *run, struct err *err)
{
	char run_id[NUMBER_BYTES];
	const char *params[] = {run_id};
	snprintf(run_id, sizeof(run_id), "%" PRId64, run->run_id);
	return pg_run(run->pg, &sql_run_backend, 1, params, NULL, err);
}

bool run_recover(struct run *run, struct err *err)
{
	loader_free(TAKE(run->loader));
	for (int attempt = 1;; attempt++) {
		err_reset(err);
		if (pg_reopen(run->pg, err) && lock_again(run, err) && note_backend(run, err)) {
			log_event(LOG_WARNING, "database connection restored", "run=%" PRId64 " attempt=%d",
				  run->run_id, attempt);
			return true;
		}
		if (attempt == RECOVER_ATTEMPTS || !err_is_retryable(err))
			return err_wrap(err, "connecting again");
	}
}
