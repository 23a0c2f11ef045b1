/* SPDX-License-Identifier: PostgreSQL */
#include "run/build.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "run/run.h"

#define NUMBER_BYTES  24
#define CHECK_FAILED  "TN065" /* raised by core.run_checks */
#define MAX_CONFLICTS 5

/* The texts that the statements of one build share. */
struct build {
	struct run *run;
	const char *is_full;
	char run_id[NUMBER_BYTES];
	char at[32];
	struct build_counts counts;
};

static bool record_checks(struct build *build, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *params[] = {build->run_id, build->at};
	if (!pg_run(build->run->pg, &sql_build_checks, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	build->counts.n_checks = (int64_t)pg_rows_count(rows);
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		struct str name = pg_rows_text(rows, i, 0);
		int64_t n_rows = pg_rows_integer(rows, i, 2);
		if (n_rows == 0)
			continue;
		build->counts.n_warnings++;
		log_event(LOG_WARNING, "a check found something", "check=%.*s rows=%" PRId64,
			  (int)name.length, name.data, n_rows);
	}
	return true;
}

static bool run_statements(struct build *build, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *built = NULL;
	CLEANUP(pg_rows_free) struct pg_rows *recorded = NULL;
	struct build_counts *counts = &build->counts;
	struct pg *pg = build->run->pg;
	char changed[NUMBER_BYTES];
	char people[NUMBER_BYTES];
	const char *params[] = {build->is_full, build->run_id, build->at};
	if (!pg_run(pg, &sql_build_run, ARRAY_LENGTH(params), params, &built, err))
		return false;
	counts->is_full = pg_rows_integer(built, 0, 0) != 0;
	counts->n_people_changed = pg_rows_integer(built, 0, 1);
	counts->n_people = pg_rows_integer(built, 0, 2);
	snprintf(changed, sizeof(changed), "%" PRId64, counts->n_people_changed);
	snprintf(people, sizeof(people), "%" PRId64, counts->n_people);
	const char *record[] = {build->run_id, counts->is_full ? "true" : "false", build->at, changed,
				people};
	if (!pg_run(pg, &sql_build_record, ARRAY_LENGTH(record), record, &recorded, err))
		return false;
	counts->build_id = pg_rows_integer(recorded, 0, 0);
	return record_checks(build, err);
}

static bool attempt(struct build *build, struct err *err)
{
	struct pg *pg = build->run->pg;
	date_format_instant(clock_realtime_ms(), build->at, sizeof(build->at));
	build->counts = (struct build_counts){0};
	if (!pg_begin(pg, err))
		return false;
	if (run_statements(build, err) && pg_commit(pg, err))
		return true;
	pg_rollback(pg);
	if (strcmp(err->sqlstate, CHECK_FAILED) == 0) {
		err->kind = ERR_DATA;
		snprintf(err->class_name, sizeof(err->class_name), "E_CHECK");
		err_hint(err,
			 "the figures are those of the last build that passed; sql/check says what to do");
	}
	return false;
}

bool build_is_due(struct run *run, bool *ret_is_due, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(run->pg, &sql_build_is_due, 0, NULL, &rows, err))
		return false;
	*ret_is_due = pg_rows_integer(rows, 0, 0) != 0;
	return true;
}

bool build_run(struct run *run, bool is_full, struct build_counts *ret, struct err *err)
{
	struct build build = {.run = run, .is_full = is_full ? "true" : "false"};
	int64_t started_ms = clock_monotonic_ms();
	snprintf(build.run_id, sizeof(build.run_id), "%" PRId64, run->run_id);
	log_progress("building");
	for (int n_conflicts = 0; !attempt(&build, err); n_conflicts++) {
		bool is_conflict =
		    strcmp(err->class_name, "E_DB_CONFLICT") == 0 || strcmp(err->sqlstate, "55P03") == 0;
		if (!is_conflict || n_conflicts == MAX_CONFLICTS)
			return err_wrap(err, "building");
		log_event(LOG_WARNING, "the build met another session, it is done again", "class=%s",
			  err->class_name);
		err_reset(err);
	}
	log_progress_end();
	log_event(LOG_INFO, "built",
		  "build=%" PRId64 " full=%s people=%" PRId64 " changed=%" PRId64 " seconds=%.1f",
		  build.counts.build_id, build.counts.is_full ? "true" : "false", build.counts.n_people,
		  build.counts.n_people_changed, (double)(clock_monotonic_ms() - started_ms) / 1000.0);
	*ret = build.counts;
	return true;
}
