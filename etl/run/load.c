/* SPDX-License-Identifier: PostgreSQL
 *
 *     load_page: repeat? -> [ attempt -> ok | lost: reconnect, look for the token | conflict: wait ] …
 *     attempt:   begin -> bytes -> split -> recorder -> sink -> stage | rejects
 *                -> merge -> rejects -> cursor -> archive -> token -> commit
 */
#include "run/load.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "base/num.h"
#include "base/stop.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "json/json.h"
#include "json/split.h"
#include "pg/pg.h"
#include "pg/stage.h"
#include "run/archive.h"
#include "run/loader.h"
#include "run/record.h"
#include "run/rejects.h"
#include "run/run.h"
#include "run/missing.h"

#define MAX_RECOVERIES	  3
#define MAX_CONFLICTS	  5
#define CONFLICT_PAUSE_MS 200
#define LEAST_REFUSED	  10   /* so many may be refused whatever their share */
#define STOP_GRACE_MS	  5000 /* a page that takes longer after a stop signal is rolled back */
#define PROGRESS_BYTES	  ((uint64_t)8 * 1024 * 1024)
#define NUMBER_BYTES	  24

struct loader {
	const struct source *source;
	const struct stream *stream;
	struct stage *stage;
	struct rejects *rejects;
	struct recorder *recorder;
	struct missing *missing;
	struct record_sink sink;
};

/* One call of load_page. */
struct load {
	struct run *run;
	const struct source *source;
	const struct stream *stream;
	const struct page *page;
	const struct cursor *cursor;
	const struct load_options *options;
	struct load_result result;
	int64_t at_ms;	 /* of the attempt: valid_from, changed_at, loaded_at */
	int64_t page_id; /* the token; 0 before it is written */
	bool is_too_bad; /* the attempt failed because too many records were refused */
	bool is_scan;	 /* a repeat: only keys and versions are wanted */
};

/* --- the sink: rows to the stage, rejects to the ledger --- */

static void sink_begin(void *context)
{
	struct loader *loader = context;
	stage_record_begin(loader->stage);
}

static bool sink_put(void *context, size_t entity, const struct cell *cells, size_t *ret_column,
		     struct err *err)
{
	struct loader *loader = context;
	return stage_put(loader->stage, entity, cells, ret_column, err);
}

static bool sink_keep(void *context, struct err *err)
{
	struct loader *loader = context;
	return stage_record_keep(loader->stage, err);
}

static void sink_drop(void *context)
{
	struct loader *loader = context;
	stage_record_drop(loader->stage);
}

static bool sink_refuse(void *context, const struct cell *key_cells, int64_t version_ms, struct err *err)
{
	struct loader *loader = context;
	return stage_refuse(loader->stage, key_cells, version_ms, err);
}

static bool sink_reject(void *context, const struct reject *reject, struct err *err)
{
	struct loader *loader = context;
	if (!reject->is_row)
		missing_see(loader->missing, reject->source_key);
	return rejects_add(loader->rejects, reject, err);
}

static bool sink_settle(void *context, struct str source_key, struct err *err)
{
	struct loader *loader = context;
	missing_see(loader->missing, source_key);
	return rejects_settle(loader->rejects, source_key, err);
}

static const struct record_sink stage_sink = {
    .begin = sink_begin,
    .put = sink_put,
    .keep = sink_keep,
    .drop = sink_drop,
    .refuse = sink_refuse,
    .reject = sink_reject,
    .settle = sink_settle,
};

/* The sink of a scan takes everything and keeps nothing. */
static void scan_begin(void *context)
{
	(void)context;
}

static bool scan_put(void *context, size_t entity, const struct cell *cells, size_t *ret_column,
		     struct err *err)
{
	(void)context, (void)entity, (void)cells, (void)ret_column, (void)err;
	return true;
}

static bool scan_keep(void *context, struct err *err)
{
	(void)context, (void)err;
	return true;
}

static bool scan_refuse(void *context, const struct cell *key_cells, int64_t version_ms, struct err *err)
{
	(void)context, (void)key_cells, (void)version_ms, (void)err;
	return true;
}

static bool scan_reject(void *context, const struct reject *reject, struct err *err)
{
	(void)context, (void)reject, (void)err;
	return true;
}

static bool scan_settle(void *context, struct str source_key, struct err *err)
{
	(void)context, (void)source_key, (void)err;
	return true;
}

static const struct record_sink scan_sink = {
    .begin = scan_begin,
    .put = scan_put,
    .keep = scan_keep,
    .drop = scan_begin,
    .refuse = scan_refuse,
    .reject = scan_reject,
    .settle = scan_settle,
};

/* --- what is bound for a stream --- */

void loader_free(struct loader *loader)
{
	if (loader == NULL)
		return;
	recorder_free(loader->recorder);
	rejects_free(loader->rejects);
	missing_free(loader->missing);
	stage_free(loader->stage);
	free(loader);
}

static bool get_loader(struct run *run, const struct source *source, const struct stream *stream,
		       struct err *err)
{
	struct loader *loader = run->loader;
	if (loader != NULL && loader->source == source && loader->stream == stream)
		return true;
	loader_free(TAKE(run->loader));
	loader = calloc(1, sizeof(*loader));
	if (loader == NULL)
		return err_nomem(err, "a loader");
	loader->source = source;
	loader->stream = stream;
	loader->sink = stage_sink;
	loader->sink.context = loader;
	if (!recorder_new(&loader->recorder, stream, run->conf, &loader->sink, err) ||
	    !stage_new(&loader->stage, run->pg, stream->entities, stream->n_entities, run->spool_directory,
		       err) ||
	    !rejects_new(&loader->rejects, run->pg, run->spool_directory, source->name, stream, err) ||
	    !missing_new(&loader->missing, err)) {
		loader_free(loader);
		return false;
	}
	run->loader = loader;
	return true;
}

bool load_bind_check(struct run *run, const struct stream *stream, struct err *err)
{
	struct stage *stage = NULL;
	struct recorder *recorder = NULL;
	bool is_bound =
	    recorder_new(&recorder, stream, run->conf, &scan_sink, err) &&
	    stage_new(&stage, run->pg, stream->entities, stream->n_entities, run->spool_directory, err);
	stage_free(stage);
	recorder_free(recorder);
	return is_bound;
}

/* --- reading the bytes --- */

struct reading {
	const struct stream *stream;
	int fd;
	uint64_t body_bytes; /* expected; 0 = not known */
	bool is_bare;
	bool is_watched; /* stop signals end it after a while, progress is shown */
	json_split_record *on_record;
	void *context;
	struct hash *hash; /* or NULL */
};

static bool check_stop(int64_t *since_ms, struct err *err)
{
	int64_t now_ms;
	if (stop_signal() == 0)
		return true;
	now_ms = clock_monotonic_ms();
	if (*since_ms == 0)
		*since_ms = now_ms;
	return now_ms - *since_ms < STOP_GRACE_MS || !stop_wanted(err);
}

static bool feed_all(const struct reading *reading, struct json_split *split, struct err *err)
{
	char chunk[CAP_CHUNK_BYTES];
	uint64_t done = 0;
	int64_t stop_since_ms = 0;
	if (lseek(reading->fd, 0, SEEK_SET) != 0)
		return err_set_class(err, ERR_IO, "E_SPOOL", "cannot rewind a page: %s", strerror(errno));
	for (;;) {
		ssize_t length = read(reading->fd, chunk, sizeof(chunk));
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_set_class(err, ERR_IO, "E_SPOOL", "cannot read a page: %s",
					     strerror(errno));
		if (length == 0)
			break;
		if (reading->hash != NULL)
			hash_add(reading->hash, chunk, (size_t)length);
		if (!json_split_feed(split, (struct str){chunk, (size_t)length}, err))
			return false;
		done += (uint64_t)length;
		if (reading->is_watched && !check_stop(&stop_since_ms, err))
			return false;
		if (reading->is_watched && done % PROGRESS_BYTES < (uint64_t)length)
			log_progress("loading: %" PRIu64 " MB, %" PRIu64 " records", done >> 20,
				     json_split_count(split));
	}
	if (reading->body_bytes != 0 && done != reading->body_bytes)
		return err_set_class(err, ERR_IO, "E_SPOOL", "a page of %" PRIu64 " bytes gave %" PRIu64,
				     reading->body_bytes, done);
	return json_split_finish(split, err);
}

/* What stands around the records, to the stream's own check. */
static bool check_skeleton(const struct stream *stream, const struct json_split *split, struct err *err)
{
	struct arena arena;
	const struct json *skeleton = NULL;
	struct str text = json_split_skeleton(split);
	if (stream->page_check == NULL)
		return true;
	arena_init(&arena, CAP_RECORD_ARENA);
	bool is_good = (str_is_blank(text) || json_parse(text, &arena, &skeleton, err)) &&
		       stream->page_check(skeleton, json_split_count(split), err);
	arena_done(&arena);
	return is_good;
}

static bool read_page(const struct reading *reading, uint64_t *ret_records, struct err *err)
{
	struct json_split *split = NULL;
	struct json_split_options options = {.item_key = reading->is_bare ? NULL : reading->stream->item_key,
					     .record_cap = CAP_RECORD_BYTES,
					     .on_record = reading->on_record,
					     .context = reading->context};
	if (!json_split_new(&split, &options, err))
		return false;
	bool is_good = feed_all(reading, split, err) &&
		       (reading->is_bare || check_skeleton(reading->stream, split, err));
	*ret_records = json_split_count(split);
	json_split_free(split);
	return is_good;
}

bool load_verify(const struct stream *stream, int fd, uint64_t *ret_records, struct err *err)
{
	struct reading reading = {.stream = stream, .fd = fd};
	return read_page(&reading, ret_records, err) &&
	       (lseek(fd, 0, SEEK_SET) == 0 ||
		err_set_class(err, ERR_IO, "E_SPOOL", "cannot rewind a page: %s", strerror(errno)));
}

/* A local file that is broken is bad data; the same from the network may be worth another try. */
static bool blame_file(const struct page *page, struct err *err)
{
	if (err->kind == ERR_PROTOCOL || err->kind == ERR_NET_TRANSIENT)
		err->kind = ERR_DATA;
	return err_wrap(err, "%s", page->request);
}

/* --- one attempt --- */

static double reject_share(const struct run *run)
{
	double share;
	struct str text = str_from(conf_text(run->conf, CONF_RUN_MAX_REJECT_SHARE));
	return num_parse_double(text, &share) ? share : 0.01;
}

static bool check_share(struct load *load, const struct record_counts *counts, struct err *err)
{
	double limit = reject_share(load->run) * (double)counts->n_records;
	if (counts->n_refused <= LEAST_REFUSED || (double)counts->n_refused <= limit)
		return true;
	load->is_too_bad = true;
	err_set_class(err, ERR_DATA, "E_REJECT_SHARE",
		      "%" PRIu64 " of %" PRIu64 " records of %s %s were refused: nothing of it is loaded",
		      counts->n_refused, counts->n_records, load->source->name, load->page->partition_key);
	return err_hint(err, "`tenure rejects` says why; run.max_reject_share sets the limit");
}

static void take_counts(struct load *load, const struct record_counts *counts)
{
	struct load_result *result = &load->result;
	result->n_records = counts->n_records;
	result->n_refused = counts->n_refused;
	result->n_rejected = counts->n_refused + counts->n_row_rejects;
	result->n_skipped = counts->n_skipped;
	result->greatest_version_ms = counts->greatest_version_ms;
	memcpy(result->first_key, counts->first_key, sizeof(result->first_key));
	memcpy(result->last_key, counts->last_key, sizeof(result->last_key));
}

static void set_sha256(struct load *load, struct hash *hash)
{
	unsigned char digest[HASH_SHA256_BYTES];
	if (hash == NULL) {
		memcpy(load->result.sha256, load->page->sha256, HASH_SHA256_HEX);
		return;
	}
	hash_finish(hash, digest);
	hash_hex(digest, load->result.sha256);
}

/* The records of the page through recorder; hash may be NULL. */
static bool read_records(struct load *load, struct recorder *recorder, struct err *err)
{
	const struct page *page = load->page;
	struct hash *hash = NULL;
	uint64_t n_records = 0;
	if (page->is_verified_while_loading && !load->is_scan && !hash_new(&hash, err))
		return false;
	struct reading reading = {.stream = load->stream,
				  .fd = page->fd,
				  .body_bytes = page->body_bytes,
				  .is_bare = page->is_bare,
				  .is_watched = true,
				  .on_record = recorder_take,
				  .context = recorder,
				  .hash = hash};
	recorder_page(recorder, page->partition_key, page->arguments, page->n_arguments);
	bool is_read = read_page(&reading, &n_records, err);
	if (is_read)
		set_sha256(load, hash);
	hash_free(hash);
	if (!is_read)
		return page->is_verified_while_loading ? blame_file(page, err) : false;
	if (page->is_verified_while_loading && page->sha256[0] != '\0' &&
	    strcmp(page->sha256, load->result.sha256) != 0)
		return err_set_class(err, ERR_IO, "E_SPOOL", "%s changed while it was read", page->request);
	take_counts(load, recorder_counts(recorder));
	if (page->is_whole_partition && n_records == 0) {
		err_set_class(err, ERR_DATA, "E_SRC_COUNT", "%s holds no records", page->request);
		return err_hint(err, "an empty file would remove all that an earlier one brought");
	}
	return true;
}

static bool write_cursor(struct load *load, const char *at, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const struct cursor *cursor = load->cursor;
	char run_id[NUMBER_BYTES];
	if (cursor == NULL)
		return true;
	const char *params[] = {load->source->name,
				load->stream->name,
				load->page->partition_key,
				cursor->next_page,
				cursor->watermark,
				cursor->is_complete ? "true" : "false",
				cursor->endpoint,
				run_id,
				at};
	snprintf(run_id, sizeof(run_id), "%" PRId64, load->run->run_id);
	if (!pg_run(load->run->pg, &sql_load_cursor, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) == 1)
		return true;
	err_set_class(err, ERR_CONFIG, "E_CONTEXT",
		      "the cursor of %s/%s %s was made with another endpoint than %s", load->source->name,
		      load->stream->name, load->page->partition_key, cursor->endpoint);
	return err_hint(err,
			"a warehouse belongs to one set of sources: use another database for another API");
}

static bool write_archive(struct load *load, const char *at, struct err *err)
{
	CLEANUP(buf_done) struct buf location;
	const struct page *page = load->page;
	bool is_copy = page->stored_bytes > 0;
	char body[NUMBER_BYTES];
	char stored[NUMBER_BYTES];
	if (!is_copy && !page->is_verified_while_loading)
		return true; /* neither kept nor a file */
	buf_init(&location, 4096);
	if (is_copy)
		archive_location(load->result.sha256, &location);
	else
		buf_put_text(&location, page->request);
	if (!buf_check(&location, "a page's location", err))
		return false;
	snprintf(body, sizeof(body), "%" PRIu64, page->body_bytes);
	snprintf(stored, sizeof(stored), "%" PRIu64, page->stored_bytes);
	const char *params[] = {
	    load->result.sha256,  location.data,     is_copy ? "true" : "false", body, stored,
	    page->source_licence, page->supplied_by, page->obtained_on,		 at};
	return pg_run(load->run->pg, &sql_load_archive, ARRAY_LENGTH(params), params, NULL, err);
}

/* {"iclr","2021",NULL} */
static void put_arguments(const struct page *page, struct buf *buf)
{
	buf_put_byte(buf, '{');
	for (size_t i = 0; i < page->n_arguments; i++) {
		if (i > 0)
			buf_put_byte(buf, ',');
		if (page->arguments[i] == NULL) {
			buf_put_text(buf, "NULL");
			continue;
		}
		buf_put_byte(buf, '"');
		for (const char *at = page->arguments[i]; *at != '\0'; at++) {
			if (*at == '"' || *at == '\\')
				buf_put_byte(buf, '\\');
			buf_put_byte(buf, *at);
		}
		buf_put_byte(buf, '"');
	}
	buf_put_byte(buf, '}');
}

static bool write_token(struct load *load, const char *at, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const struct load_result *result = &load->result;
	const struct page *page = load->page;
	const uint64_t counts[] = {result->n_records,	result->n_inserted, result->n_updated,
				   result->n_unchanged, result->n_removed,  result->n_rejected};
	char numbers[ARRAY_LENGTH(counts)][NUMBER_BYTES];
	char run_id[NUMBER_BYTES];
	char body[NUMBER_BYTES];
	char version[NUMBER_BYTES];
	char fetched_at[32];
	CLEANUP(buf_done) struct buf arguments;
	buf_init(&arguments, CAP_SQL_BYTES);
	put_arguments(page, &arguments);
	const char *params[19] = {run_id,
				  load->source->name,
				  load->stream->name,
				  page->partition_key,
				  result->sha256,
				  page->request,
				  body,
				  fetched_at,
				  at,
				  version};
	date_format_instant(page->fetched_at_ms, fetched_at, sizeof(fetched_at));
	snprintf(run_id, sizeof(run_id), "%" PRId64, load->run->run_id);
	snprintf(body, sizeof(body), "%" PRIu64, page->body_bytes);
	snprintf(version, sizeof(version), "%d", load->stream->parser_version);
	for (size_t i = 0; i < ARRAY_LENGTH(counts); i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%" PRIu64, counts[i]);
		params[10 + i] = numbers[i];
	}
	params[16] = page->n_arguments > 0 ? arguments.data : NULL;
	params[17] = page->is_whole_partition ? "true" : "false";
	params[18] = page->is_bare ? "true" : "false";
	if (!buf_check(&arguments, "a partition's arguments", err))
		return false;
	if (!pg_run(load->run->pg, &sql_load_token, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	load->page_id = pg_rows_integer(rows, 0, 0);
	return true;
}

static bool finish_transaction(struct load *load, struct err *err)
{
	char at[32];
	const struct load_options *options = load->options;
	date_format_instant(load->at_ms, at, sizeof(at));
	if (!write_cursor(load, at, err))
		return false;
	if (options != NULL && options->before_commit != NULL &&
	    !options->before_commit(options->context, load->run, err))
		return false;
	if (!write_archive(load, at, err))
		return false;
	if (!load->result.is_repeat && !write_token(load, at, err))
		return false;
	return pg_commit(load->run->pg, err);
}

static bool refuse_key(void *context, struct str key, struct err *err)
{
	struct load *load = context;
	const struct cell keys[2] = {{.kind = CELL_TEXT, .text = str_from(load->page->partition_key)},
				     {.kind = CELL_TEXT, .text = key}};
	return stage_refuse(load->run->loader->stage, keys, 0, err);
}

/* What the partition has in staging but not on a page that is all of it is gone at the source. */
static bool refuse_missing(struct load *load, struct err *err)
{
	return missing_each(load->run->loader->missing, refuse_key, load, err);
}

static bool begin_missing(struct load *load, struct err *err)
{
	struct missing *missing = load->run->loader->missing;
	if (!load->page->is_whole_partition || !recorder_is_partitioned(load->stream)) {
		missing_reset(missing);
		return true;
	}
	return missing_begin(missing, load->run->pg, &load->stream->entities[0], load->page->partition_key,
			     err);
}

/* Within the transaction: records to staging and ledger. */
static bool load_records(struct load *load, struct err *err)
{
	struct loader *loader = load->run->loader;
	struct stage_counts counts = {0};
	struct load_result *result = &load->result;
	if (!begin_missing(load, err) || !stage_begin(loader->stage, load->run->run_id, load->at_ms, err) ||
	    !read_records(load, loader->recorder, err) ||
	    !check_share(load, recorder_counts(loader->recorder), err) || !refuse_missing(load, err))
		return false;
	if (!stage_merge(loader->stage, &counts, err))
		return false;
	result->n_inserted = counts.n_inserted;
	result->n_updated = counts.n_updated;
	result->n_unchanged = counts.n_unchanged;
	result->n_removed = counts.n_removed;
	return rejects_flush(loader->rejects, load->run->run_id, result->sha256, load->at_ms, true, err);
}

static bool attempt_load(struct load *load, struct err *err)
{
	struct run *run = load->run;
	load->result = (struct load_result){0};
	load->page_id = 0;
	load->is_too_bad = false;
	load->at_ms = clock_realtime_ms();
	if (!get_loader(run, load->source, load->stream, err) ||
	    !rejects_begin(run->loader->rejects, load->page->partition_key, load->page->is_whole_partition,
			   err) ||
	    !pg_begin(run->pg, err))
		return false;
	return load_records(load, err) && finish_transaction(load, err);
}

/* A repeat: nothing to merge; keys and versions are read for the caller, who pages by them. */
static bool attempt_repeat(struct load *load, struct err *err)
{
	struct recorder *recorder = NULL;
	load->result = (struct load_result){.is_repeat = true};
	load->at_ms = clock_realtime_ms();
	load->is_scan = true;
	if (load->page->is_verified_while_loading) {
		set_sha256(load, NULL);
	} else {
		bool is_read = recorder_new(&recorder, load->stream, load->run->conf, &scan_sink, err) &&
			       read_records(load, recorder, err);
		recorder_free(recorder);
		if (!is_read)
			return false;
		load->result.n_rejected = 0;
	}
	return pg_begin(load->run->pg, err) && finish_transaction(load, err);
}

/* --- attempts --- */

/* After a lost reply to COMMIT: is the token there? A repeat writes none and is simply done again. */
static bool find_token(struct load *load, bool *ret_is_there, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char page_id[NUMBER_BYTES];
	char run_id[NUMBER_BYTES];
	const char *params[] = {page_id, run_id, load->result.sha256};
	snprintf(page_id, sizeof(page_id), "%" PRId64, load->page_id);
	snprintf(run_id, sizeof(run_id), "%" PRId64, load->run->run_id);
	*ret_is_there = false;
	if (load->page_id == 0)
		return true;
	if (!pg_run(load->run->pg, &sql_load_token_exists, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	*ret_is_there = pg_rows_integer(rows, 0, 0) != 0;
	return true;
}

static void abandon_attempt(struct load *load)
{
	if (load->run->loader != NULL)
		stage_abort(load->run->loader->stage);
	pg_rollback(load->run->pg);
}

/* Nothing of a page with too many refused records is loaded, but what was wrong with them is told. */
static void keep_rejects(struct load *load)
{
	struct err ignored = {.kind = ERR_NONE};
	struct run *run = load->run;
	bool is_kept = pg_begin(run->pg, &ignored) &&
		       rejects_flush(run->loader->rejects, run->run_id, load->result.sha256, load->at_ms,
				     false, &ignored) &&
		       pg_commit(run->pg, &ignored);
	if (!is_kept) {
		pg_rollback(run->pg);
		log_event(LOG_WARNING, "the refused records could not be kept", "class=%s",
			  ignored.class_name);
		return;
	}
	run->counts.n_rejected += rejects_count(run->loader->rejects);
}

static bool is_conflict(const struct err *err)
{
	return strcmp(err->class_name, "E_DB_CONFLICT") == 0 || strcmp(err->class_name, "E_DB_TIMEOUT") == 0;
}

/* Decides what follows a failed attempt: true = try again, or (ret_is_done) it had succeeded after all. */
static bool try_again(struct load *load, int *n_recoveries, int *n_conflicts, bool *ret_is_done,
		      struct err *err)
{
	bool was_commit = strcmp(err->class_name, "E_DB_COMMIT_UNKNOWN") == 0;
	*ret_is_done = false;
	abandon_attempt(load);
	if (load->is_too_bad)
		keep_rejects(load);
	if (err->kind != ERR_DB_TRANSIENT || stop_signal() != 0)
		return false;
	if (was_commit || pg_is_lost(load->run->pg)) {
		if (++*n_recoveries > MAX_RECOVERIES)
			return false;
		log_event(LOG_WARNING, "database lost, page will be done again",
			  "source=%s partition=\"%s\" attempt=%d", load->source->name,
			  load->page->partition_key, *n_recoveries);
		if (!run_recover(load->run, err))
			return false;
		if (!was_commit)
			return true;
		load->run->counts.n_commit_unknown++;
		return find_token(load, ret_is_done, err);
	}
	if (!is_conflict(err) || ++*n_conflicts > MAX_CONFLICTS)
		return false;
	log_event(LOG_WARNING, "database conflict, page will be done again", "source=%s class=%s attempt=%d",
		  load->source->name, err->class_name, *n_conflicts);
	(void)poll(NULL, 0, CONFLICT_PAUSE_MS << *n_conflicts);
	return true;
}

static bool check_repeat(struct load *load, bool *ret_is_repeat, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const struct page *page = load->page;
	char version[NUMBER_BYTES];
	const char *params[] = {load->source->name,
				load->stream->name,
				page->partition_key,
				page->sha256,
				version,
				page->is_whole_partition ? "true" : "false",
				page->request};
	*ret_is_repeat = false;
	if (page->sha256[0] == '\0' || (load->options != NULL && load->options->is_forced))
		return true;
	snprintf(version, sizeof(version), "%d", load->stream->parser_version);
	if (!pg_run(load->run->pg, &sql_load_is_repeat, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	*ret_is_repeat = pg_rows_integer(rows, 0, 0) != 0;
	return true;
}

static bool run_attempts(struct load *load, struct err *err)
{
	int n_recoveries = 0;
	int n_conflicts = 0;
	bool is_repeat = false;
	bool is_done = false;
	for (;;) {
		err_reset(err);
		if (check_repeat(load, &is_repeat, err) &&
		    (is_repeat ? attempt_repeat(load, err) : attempt_load(load, err)))
			return true;
		if (!try_again(load, &n_recoveries, &n_conflicts, &is_done, err))
			return false;
		if (is_done) {
			err_reset(err);
			return true;
		}
	}
}

static void add_counts(struct run_counts *counts, const struct load_result *result)
{
	counts->n_pages++;
	counts->n_records += result->n_records;
	counts->n_inserted += result->n_inserted;
	counts->n_updated += result->n_updated;
	counts->n_unchanged += result->n_unchanged;
	counts->n_removed += result->n_removed;
	counts->n_rejected += result->n_rejected;
}

bool load_page(struct run *run, const struct source *source, const struct stream *stream,
	       const struct page *page, const struct cursor *cursor, const struct load_options *options,
	       struct load_result *ret, struct err *err)
{
	struct load load = {.run = run,
			    .source = source,
			    .stream = stream,
			    .page = page,
			    .cursor = cursor,
			    .options = options};
	uint64_t n_records = 0;
	struct reading reading = {.stream = stream, .fd = page->fd, .is_bare = page->is_bare};
	if (!page->is_verified_while_loading && !read_page(&reading, &n_records, err))
		return false;
	if (!run_attempts(&load, err))
		return false;
	add_counts(&run->counts, &load.result);
	*ret = load.result;
	return true;
}
