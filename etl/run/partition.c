/* SPDX-License-Identifier: PostgreSQL */
#include "run/partition.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "run/run.h"
#include "source/source.h"

#define NUMBER_BYTES	 24
#define FIXED_PARAMETERS 8
#define MAX_SETTINGS	 8

static bool copy_row(const struct pg_rows *rows, size_t row, struct arena *arena, struct partition *ret,
		     struct err *err)
{
	size_t n_columns = pg_rows_columns(rows);
	struct partition partition = {.n_arguments = n_columns - 1};
	partition.key = arena_text(arena, pg_rows_text(rows, row, 0));
	partition.arguments = arena_alloc(arena, n_columns * sizeof(*partition.arguments));
	if (partition.key == NULL || partition.arguments == NULL)
		return err_nomem(err, "the list of what is due");
	for (size_t i = 1; i < n_columns; i++) {
		struct str text = pg_rows_text(rows, row, i);
		if (str_is_none(text))
			continue;
		partition.arguments[i - 1] = arena_text(arena, text);
		if (partition.arguments[i - 1] == NULL)
			return err_nomem(err, "the list of what is due");
	}
	*ret = partition;
	return true;
}

bool partition_list(struct pg *pg, const struct partition_query *query, struct arena *arena,
		    struct partition **ret, size_t *ret_count, struct err *err)
{
	const struct stream *stream = query->stream;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char limit[NUMBER_BYTES];
	char offset[NUMBER_BYTES];
	const char *params[FIXED_PARAMETERS + MAX_SETTINGS] = {query->source->name,
							       stream->name,
							       query->selection,
							       query->is_full ? "true" : "false",
							       query->pass_started_at,
							       query->now,
							       limit,
							       offset};
	snprintf(limit, sizeof(limit), "%lld", (long long)query->limit);
	snprintf(offset, sizeof(offset), "%lld", (long long)query->offset);
	if (stream->n_settings > MAX_SETTINGS)
		return err_set(err, ERR_BUG, "stream %s has %zu settings", stream->name, stream->n_settings);
	for (size_t i = 0; i < stream->n_settings; i++)
		params[FIXED_PARAMETERS + i] = conf_text(query->conf, stream->settings[i]);
	if (!pg_run(pg, stream->partitions, FIXED_PARAMETERS + (int)stream->n_settings, params, &rows, err))
		return err_wrap(err, "looking for what is due in %s/%s", query->source->name, stream->name);
	size_t n_rows = pg_rows_count(rows);
	struct partition *partitions = arena_alloc(arena, (n_rows + 1) * sizeof(*partitions));
	if (partitions == NULL)
		return err_nomem(err, "the list of what is due");
	for (size_t i = 0; i < n_rows; i++) {
		if (!copy_row(rows, i, arena, &partitions[i], err))
			return false;
	}
	*ret = partitions;
	*ret_count = n_rows;
	return true;
}

static void run_id_text(const struct run *run, char text[NUMBER_BYTES])
{
	snprintf(text, NUMBER_BYTES, "%lld", (long long)run->run_id);
}

bool partition_pass(struct run *run, const char *command, const char *source, const char *streams,
		    char ret_started_at[PARTITION_INSTANT_BYTES], struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char run_id[NUMBER_BYTES];
	run_id_text(run, run_id);
	const char *params[] = {run_id, command, source, streams};
	if (!pg_run(run->pg, &sql_extract_pass, ARRAY_LENGTH(params), params, &rows, err))
		return err_wrap(err, "looking for a pass to go on with");
	struct str started_at = pg_rows_text(rows, 0, 0);
	if (str_is_none(started_at) || started_at.length >= PARTITION_INSTANT_BYTES)
		return err_set(err, ERR_BUG, "run %s is not in the ledger", run_id);
	memcpy(ret_started_at, started_at.data, started_at.length);
	ret_started_at[started_at.length] = '\0';
	return true;
}

bool partition_cursor(struct run *run, const struct source *source, const struct stream *stream,
		      const char *key, struct arena *arena, struct partition_cursor *ret, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	struct partition_cursor cursor = {.is_known = false};
	const char *params[] = {source->name, stream->name, key};
	if (!pg_run(run->pg, &sql_extract_cursor, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) > 0) {
		struct str next_page = pg_rows_text(rows, 0, 0);
		struct str watermark = pg_rows_text(rows, 0, 1);
		cursor.is_known = true;
		cursor.next_page = str_is_none(next_page) ? NULL : arena_text(arena, next_page);
		cursor.watermark = str_is_none(watermark) ? NULL : arena_text(arena, watermark);
		if ((cursor.next_page == NULL && !str_is_none(next_page)) ||
		    (cursor.watermark == NULL && !str_is_none(watermark)))
			return err_nomem(err, "a cursor");
	}
	*ret = cursor;
	return true;
}

bool partition_check_endpoint(struct pg *pg, const struct source *source, const struct stream *stream,
			      const char *endpoint, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *params[] = {source->name, stream->name, endpoint};
	if (!pg_run(pg, &sql_extract_foreign_cursor, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) == 0)
		return true;
	struct str other = pg_rows_text(rows, 0, 0);
	err_set_class(err, ERR_CONFIG, "E_CONTEXT", "%s/%s was loaded from %.*s, not from %s", source->name,
		      stream->name, (int)other.length, other.data, endpoint);
	return err_hint(err,
			"a warehouse belongs to one set of sources: set the address back, or use another "
			"database for the other API");
}

bool partition_known(struct run *run, const struct stream *stream, const char *key, uint64_t *ret,
		     struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *params[] = {key};
	*ret = 0;
	if (stream->known == NULL)
		return true;
	if (!pg_run(run->pg, stream->known, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	int64_t n_known = pg_rows_integer(rows, 0, 0);
	*ret = n_known > 0 ? (uint64_t)n_known : 0;
	return true;
}

bool partition_refused(struct run *run, const struct source *source, const struct stream *stream,
		       const char *key, const char *kind, int status, const char *error_name, struct err *err)
{
	char run_id[NUMBER_BYTES];
	char now[PARTITION_INSTANT_BYTES];
	char status_text[NUMBER_BYTES];
	run_id_text(run, run_id);
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	snprintf(status_text, sizeof(status_text), "%d", status);
	const char *params[] = {source->name,
				stream->name,
				key,
				kind,
				status == 0 ? NULL : status_text,
				error_name[0] == '\0' ? NULL : error_name,
				now,
				run_id};
	return pg_run(run->pg, &sql_extract_refused, ARRAY_LENGTH(params), params, NULL, err);
}

bool partition_readable(struct run *run, const struct source *source, const struct stream *stream,
			const char *key, struct err *err)
{
	const char *params[] = {source->name, stream->name, key};
	return pg_run(run->pg, &sql_extract_readable, ARRAY_LENGTH(params), params, NULL, err);
}

bool partition_asked(struct run *run, const struct source *source, const struct stream *stream,
		     const char *ids, struct err *err)
{
	char run_id[NUMBER_BYTES];
	char now[PARTITION_INSTANT_BYTES];
	run_id_text(run, run_id);
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	const char *params[] = {source->name, stream->name, ids, now, run_id};
	return pg_run(run->pg, &sql_extract_asked, ARRAY_LENGTH(params), params, NULL, err);
}

bool partition_complete(struct run *run, const struct source *source, const struct stream *stream,
			const char *key, const char *endpoint, struct err *err)
{
	char run_id[NUMBER_BYTES];
	char now[PARTITION_INSTANT_BYTES];
	run_id_text(run, run_id);
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	const char *params[] = {source->name, stream->name, key, NULL, NULL, "true", endpoint, run_id, now};
	return pg_run(run->pg, &sql_load_cursor, ARRAY_LENGTH(params), params, NULL, err);
}

void partition_put_element(struct buf *literal, struct str element)
{
	if (literal->length > 1)
		buf_put_byte(literal, ',');
	buf_put_byte(literal, '"');
	for (size_t i = 0; i < element.length; i++) {
		if (element.data[i] == '"' || element.data[i] == '\\')
			buf_put_byte(literal, '\\');
		buf_put_byte(literal, element.data[i]);
	}
	buf_put_byte(literal, '"');
}
