/* SPDX-License-Identifier: PostgreSQL */
#include "run/extract.h"

#include "base/arena.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "base/stop.h"
#include "conf/conf.h"
#include "pg/pg.h"
#include "run/batch.h"
#include "run/fetch.h"
#include "run/load.h"
#include "run/run.h"
#include "run/traverse.h"
#include "source/source.h"

#define MOST_PARTITIONS	     100000
#define MOST_FAILED_IN_A_ROW 2 /* then it is the source, not the partition */
#define PLAN_PAGE	     20000

static bool is_network_stream(const struct stream *stream)
{
	return stream->request != NULL;
}

bool extract_endpoint(const struct conf *conf, const struct stream *stream, char *ret, size_t size,
		      struct err *err)
{
	struct str url = str_trim(str_from(conf_text(conf, stream->endpoint)));
	while (url.length > 0 && url.data[url.length - 1] == '/')
		url.length--;
	if (url.length == 0 || url.length >= size)
		return err_set(err, ERR_CONFIG, "the address of stream %s is %s", stream->name,
			       url.length == 0 ? "empty" : "too long");
	/* Before the address gets into a message, a log line or the ledger: it may hold a password. */
	size_t host = str_find(url, str_from("://"));
	struct str authority = str_slice(url, host == url.length ? 0 : host + 3, url.length);
	authority = str_slice(authority, 0, str_find_byte(authority, '/'));
	if (str_find_byte(authority, '@') < authority.length) {
		err_set_class(err, ERR_CONFIG, "E_CONFIG",
			      "the address of stream %s holds a user name or password", stream->name);
		return err_hint(err, "credentials have settings of their own: `tenure sources` names them");
	}
	memcpy(ret, url.data, url.length);
	ret[url.length] = '\0';
	return true;
}

/* ---- failures -------------------------------------------------------------------------------------------
 */

static void keep_first(struct err *first, const struct err *err)
{
	if (first->kind == ERR_NONE)
		*first = *err;
}

bool extract_tolerate(struct extract *extract, const struct stream *stream, const char *key,
		      struct err *first_failure, int *n_in_a_row, struct err *err)
{
	bool is_blocked = err->kind == ERR_NET_FINAL && err->http_status == 403;
	bool is_network = err->kind == ERR_NET_FINAL || err->kind == ERR_NET_TRANSIENT;
	struct err ledger_err = {.kind = ERR_NONE};
	if (!is_network && err->kind != ERR_DATA)
		return false;
	log_event(LOG_WARNING,
		  is_blocked ? "blocked for now" : "partition failed, its records stay as they were",
		  "stream=%s partition=\"%s\" class=%s reason=\"%s\"", stream->name, key, err->class_name,
		  err->message);
	if (is_blocked)
		extract->result->n_blocked++;
	else
		extract->result->n_failed++;
	if (!partition_refused(extract->run, extract->source, stream, key, is_blocked ? "blocked" : "failed",
			       err->http_status, err->class_name, &ledger_err)) {
		*err = ledger_err;
		return false;
	}
	*n_in_a_row = is_network && !is_blocked ? *n_in_a_row + 1 : 0;
	if (*n_in_a_row >= MOST_FAILED_IN_A_ROW)
		return false;
	/* Optional: the source may not offer it. One that does not answer at all is a failure of the run. */
	if (stream->is_optional && is_network && err->http_status != 0) {
		err_reset(err);
		return true;
	}
	keep_first(first_failure, err);
	err_reset(err);
	return true;
}

/* ---- one stream -----------------------------------------------------------------------------------------
 */

static void fill_query(const struct extract *extract, const struct stream *stream,
		       struct partition_query *query)
{
	*query = (struct partition_query){.conf = extract->run->conf,
					  .source = extract->source,
					  .stream = stream,
					  .selection = extract->selection,
					  .is_full = extract->options->is_full,
					  .limit = MOST_PARTITIONS};
	memcpy(query->pass_started_at, extract->pass_started_at, sizeof(query->pass_started_at));
	date_format_instant(clock_realtime_ms(), query->now, sizeof(query->now));
	if (extract->options->limit > 0)
		query->limit = extract->options->limit;
}

static bool sweep_all(struct extract *extract, const struct stream *stream, struct err *first_failure,
		      struct err *err)
{
	CLEANUP(arena_done) struct arena arena;
	struct partition_query query;
	struct partition *partitions = NULL;
	size_t n_partitions = 0;
	int n_in_a_row = 0;
	arena_init(&arena, CAP_COMMAND_ARENA);
	fill_query(extract, stream, &query);
	if (!partition_list(extract->run->pg, &query, &arena, &partitions, &n_partitions, err))
		return false;
	for (size_t i = 0; i < n_partitions; i++) {
		log_progress("%s: %zu of %zu, %s; %llu requests", stream->name, i + 1, n_partitions,
			     partitions[i].key, (unsigned long long)fetch_request_count(extract->fetch));
		enum traverse_end end = traverse_partition(extract, stream, &partitions[i], err);
		extract->result->n_partitions++;
		if (end == TRAVERSE_UNREADABLE)
			extract->result->n_unreadable++;
		if (end != TRAVERSE_FAILED)
			n_in_a_row = 0;
		else if (!extract_tolerate(extract, stream, partitions[i].key, first_failure, &n_in_a_row,
					   err))
			return false;
	}
	return true;
}

static bool run_stream(struct extract *extract, const struct stream *stream, struct err *first_failure,
		       struct err *err)
{
	struct run_counts before = extract->run->counts;
	uint64_t n_partitions = extract->result->n_partitions;
	bool is_done =
	    extract_endpoint(extract->run->conf, stream, extract->endpoint, sizeof(extract->endpoint), err) &&
	    (stream->pager == PAGER_IDS ? batch_run(extract, stream, first_failure, err)
					: sweep_all(extract, stream, first_failure, err));
	const struct run_counts *after = &extract->run->counts;
	extract->result->n_streams++;
	log_progress_end();
	log_event(LOG_INFO, "stream done",
		  "stream=%s asked=%llu requests=%llu records=%llu inserted=%llu updated=%llu removed=%llu "
		  "rejected=%llu",
		  stream->name, (unsigned long long)(extract->result->n_partitions - n_partitions),
		  (unsigned long long)(after->n_requests - before.n_requests),
		  (unsigned long long)(after->n_records - before.n_records),
		  (unsigned long long)(after->n_inserted - before.n_inserted),
		  (unsigned long long)(after->n_updated - before.n_updated),
		  (unsigned long long)(after->n_removed - before.n_removed),
		  (unsigned long long)(after->n_rejected - before.n_rejected));
	return is_done;
}

/* ---- the source -----------------------------------------------------------------------------------------
 */

static bool is_wanted(const struct extract_options *options, const struct stream *stream)
{
	if (!is_network_stream(stream))
		return false;
	for (size_t i = 0; i < options->n_streams; i++)
		if (strcmp(options->streams[i], stream->name) == 0)
			return true;
	return options->n_streams == 0;
}

/* Everything that can be wrong without asking: unknown columns, denied paths, another host than before. */
static bool check_contract(struct extract *extract, const struct stream *stream, struct err *err)
{
	char endpoint[sizeof(extract->endpoint)];
	for (size_t i = 0; i < stream->n_fields; i++) {
		const char *path = stream->fields[i].path;
		if (path != NULL && source_path_is_denied(path))
			return err_set(err, ERR_CONTRACT, "stream %s maps the denied path %s", stream->name,
				       path);
	}
	return extract_endpoint(extract->run->conf, stream, endpoint, sizeof(endpoint), err) &&
	       partition_check_endpoint(extract->run->pg, extract->source, stream, endpoint, err) &&
	       load_bind_check(extract->run, stream, err);
}

/* A spent budget ends the stream, not the run: another stream may have a budget of its own. */
static bool is_parked(const struct err *err)
{
	return err->kind == ERR_BUSY && strcmp(err->class_name, "E_SRC_RATE") == 0;
}

static bool run_streams(struct extract *extract, struct err *err)
{
	const struct source *source = extract->source;
	struct err first_failure = {.kind = ERR_NONE};
	struct err parked = {.kind = ERR_NONE};
	for (size_t i = 0; i < source->n_streams; i++) {
		const struct stream *stream = &source->streams[i];
		if (!is_wanted(extract->options, stream))
			continue;
		if (run_stream(extract, stream, &first_failure, err))
			continue;
		if (!is_parked(err))
			return false;
		keep_first(&parked, err);
		err_reset(err);
	}
	extract->result->is_complete = first_failure.kind == ERR_NONE && parked.kind == ERR_NONE &&
				       extract->options->limit == 0 && extract->result->n_blocked == 0;
	if (first_failure.kind == ERR_NONE && parked.kind == ERR_NONE)
		return true;
	/* A broken contract outweighs a spent budget, which outweighs a venue that can wait. */
	bool is_data = first_failure.kind == ERR_DATA;
	*err = is_data || parked.kind == ERR_NONE ? first_failure : parked;
	return false;
}

bool extract_source(struct run *run, const struct source *source, const struct extract_options *options,
		    struct extract_result *ret, struct err *err)
{
	struct extract extract = {.run = run, .source = source, .options = options, .result = ret};
	struct fetch_options fetch_options = {.record_directory = options->record_directory,
					      .replay_directory = options->replay_directory};
	*ret = (struct extract_result){0};
	extract.selection =
	    options->selection != NULL ? options->selection : conf_text(run->conf, source->selection);
	for (size_t i = 0; i < source->n_streams; i++) {
		if (is_wanted(options, &source->streams[i]) &&
		    !check_contract(&extract, &source->streams[i], err))
			return false;
	}
	if (!partition_pass(run, options->command, source->name, options->streams_text,
			    extract.pass_started_at, err) ||
	    !fetch_new(&extract.fetch, run, source, &fetch_options, err))
		return false;
	bool is_done = run_streams(&extract, err);
	fetch_free(extract.fetch);
	return is_done;
}

/* ---- what it would cost ---------------------------------------------------------------------------------
 */

static bool count_due(struct pg *pg, struct partition_query *query, uint64_t *ret, struct err *err)
{
	size_t n_listed = PLAN_PAGE;
	*ret = 0;
	query->limit = PLAN_PAGE;
	for (query->offset = 0; n_listed == PLAN_PAGE; query->offset += PLAN_PAGE) {
		CLEANUP(arena_done) struct arena arena;
		struct partition *partitions = NULL;
		arena_init(&arena, CAP_COMMAND_ARENA);
		if (!partition_list(pg, query, &arena, &partitions, &n_listed, err))
			return false;
		*ret += n_listed;
	}
	return true;
}

bool extract_plan(struct pg *pg, const struct conf *conf, const struct source *source,
		  const struct extract_options *options, struct extract_estimate *estimates,
		  size_t n_estimates, size_t *ret_count, struct err *err)
{
	struct run run = {.conf = conf, .pg = pg};
	struct extract extract = {.run = &run, .source = source, .options = options};
	size_t n = 0;
	extract.selection =
	    options->selection != NULL ? options->selection : conf_text(conf, source->selection);
	date_format_instant(clock_realtime_ms(), extract.pass_started_at, sizeof(extract.pass_started_at));
	for (size_t i = 0; i < source->n_streams && n < n_estimates; i++) {
		const struct stream *stream = &source->streams[i];
		struct partition_query query;
		if (!is_wanted(options, stream))
			continue;
		struct extract_estimate estimate = {.stream = stream};
		fill_query(&extract, stream, &query);
		if (!count_due(pg, &query, &estimate.n_due, err))
			return false;
		size_t size = stream->pager == PAGER_IDS ? batch_size(&extract, stream) : 1;
		estimate.n_requests = (estimate.n_due + size - 1) / size;
		estimates[n++] = estimate;
	}
	*ret_count = n;
	return true;
}
