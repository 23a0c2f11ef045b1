/* SPDX-License-Identifier: PostgreSQL */
#include "run/batch.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "conf/conf.h"
#include "pg/pg.h"
#include "run/archive.h"
#include "run/extract.h"
#include "run/fetch.h"
#include "run/load.h"
#include "run/partition.h"
#include "run/run.h"
#include "source/source.h"

#define MOST_IDS       1000
#define BATCHES_LISTED 20 /* so many are looked up at once; the list is read anew behind them */
#define URL_BYTES      ((size_t)64 * 1024)
#define REQUEST_BYTES  ((size_t)128 * 1024)
#define NUMBER_BYTES   24
#define ALL_IDS	       "*" /* partition key of pages and cursor */

struct batch {
	struct extract *extract;
	const struct stream *stream;
	const struct partition *partitions; /* of the ids, same order */
	struct str *ids;		    /* left over */
	const char **id_texts;
	size_t n_ids;
	size_t n_ids_at_first;
	bool was_batch_ignored;
	struct buf url, body, request;
	struct buf asked, returned; /* text[] literals */
	int64_t n_removed;	    /* records that left when the page was loaded: former ids */
	struct request_plan plan;
};

size_t batch_size(const struct extract *extract, const struct stream *stream)
{
	size_t size = stream->page_size;
	if (size == 0) {
		int64_t set = conf_integer(extract->run->conf, CONF_OPENREVIEW_PROFILE_BATCH);
		size = set >= 1 && set <= MOST_IDS ? (size_t)set : MOST_IDS;
	}
	return size;
}

static bool make_plan(struct batch *batch, int mode, size_t n_ids, struct err *err)
{
	buf_reset(&batch->url);
	buf_reset(&batch->body);
	batch->plan = (struct request_plan){.partition_key = ALL_IDS,
					    .ids = batch->ids,
					    .n_ids = n_ids,
					    .n_ids_at_first = batch->n_ids_at_first,
					    .page_size = n_ids,
					    .mode = mode,
					    .was_batch_ignored = batch->was_batch_ignored,
					    .conf = batch->extract->run->conf,
					    .url = &batch->url,
					    .body = &batch->body,
					    .route = batch->stream->name,
					    .pager = PAGER_IDS};
	return batch->stream->request(&batch->plan, err) && buf_check(&batch->url, "a URL", err) &&
	       buf_check(&batch->body, "a request", err);
}

/* What the ledger keeps of the request: the ids of a POST as a hash, so that a repeat is known. */
static bool describe_request(struct batch *batch, struct err *err)
{
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	buf_reset(&batch->request);
	buf_put_str(&batch->request, buf_str(&batch->url));
	if (batch->body.length > 0) {
		hash_sha256(buf_str(&batch->body), digest);
		hash_hex(digest, hex);
		buf_printf(&batch->request, " %s", hex);
	}
	return buf_check(&batch->request, "a request", err);
}

static bool is_among(struct str keys, struct str id)
{
	while (keys.length > 0) {
		struct str key = str_slice(keys, 0, str_find_byte(keys, '\0'));
		if (str_equal(key, id))
			return true;
		keys = str_slice(keys, key.length + 1, keys.length);
	}
	return false;
}

static void put_literal(struct buf *literal, struct str keys)
{
	buf_reset(literal);
	buf_put_byte(literal, '{');
	while (keys.length > 0) {
		struct str key = str_slice(keys, 0, str_find_byte(keys, '\0'));
		partition_put_element(literal, key);
		keys = str_slice(keys, key.length + 1, keys.length);
	}
	buf_put_byte(literal, '}');
}

/* In the page's transaction. */
static bool note_lookups(void *context, struct run *run, struct err *err)
{
	struct batch *batch = context;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const struct stream *stream = batch->stream;
	char run_id[NUMBER_BYTES];
	char now[PARTITION_INSTANT_BYTES];
	if (!partition_asked(run, batch->extract->source, stream, batch->asked.data, err))
		return false;
	if (stream->after_batch == NULL)
		return true;
	snprintf(run_id, sizeof(run_id), "%lld", (long long)run->run_id);
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	const char *params[] = {batch->asked.data, batch->returned.data, run_id, now};
	if (!pg_run(run->pg, stream->after_batch, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	batch->n_removed = pg_rows_count(rows) > 0 ? pg_rows_integer(rows, 0, 0) : 0;
	return true;
}

static bool load_batch(struct batch *batch, const struct fetch_answer *answer, size_t n_asked,
		       bool is_last_way, struct err *err)
{
	struct extract *extract = batch->extract;
	const struct http_response *response = &answer->response;
	struct load_options options = {.before_commit = note_lookups, .context = batch};
	struct load_result result;
	uint64_t stored_bytes = 0;
	struct str keys = buf_str(&answer->scan.keys);
	buf_reset(&batch->asked);
	buf_put_byte(&batch->asked, '{');
	for (size_t i = 0; i < n_asked; i++) {
		batch->id_texts[i] = batch->ids[i].data;
		if (is_last_way || is_among(keys, batch->ids[i]))
			partition_put_element(&batch->asked, batch->ids[i]);
	}
	buf_put_byte(&batch->asked, '}');
	put_literal(&batch->returned, keys);
	if (!buf_check(&batch->asked, "the ids asked for", err) ||
	    !buf_check(&batch->returned, "the ids that came", err) || !describe_request(batch, err))
		return false;
	if (conf_boolean(extract->run->conf, CONF_RUN_ARCHIVE) &&
	    !archive_store(extract->run, response->spool_fd, response->sha256, response->body_bytes,
			   &stored_bytes, err))
		return false;
	struct page page = {.partition_key = ALL_IDS,
			    .arguments = batch->id_texts,
			    .n_arguments = n_asked,
			    .request = batch->request.data,
			    .fd = response->spool_fd,
			    .body_bytes = response->body_bytes,
			    .fetched_at_ms = response->received_at_ms,
			    .stored_bytes = stored_bytes};
	memcpy(page.sha256, response->sha256, sizeof(page.sha256));
	if (!load_page(extract->run, extract->source, batch->stream, &page, NULL, &options, &result, err))
		return false;
	extract->run->counts.n_removed += (uint64_t)batch->n_removed;
	return true;
}

/* Takes the ids that came out of those left over: ids [from, from + n_asked). */
static size_t remove_found(struct batch *batch, struct str *left, size_t n_left, size_t from, size_t n_asked,
			   const struct fetch_answer *answer)
{
	struct str keys = answer->is_refused ? STR_NONE : buf_str(&answer->scan.keys);
	for (size_t i = from; i < from + n_asked; i++) {
		if (!is_among(keys, batch->ids[i]))
			left[n_left++] = batch->ids[i];
	}
	return n_left;
}

/* Asks in one way for all ids that are left; those that did not come are left over for the next way. */
static bool ask(struct batch *batch, int mode, bool is_last_way, struct str *left, bool *ret_was_asked,
		struct fetch_answer *last_refusal, struct err *err)
{
	struct batch all = *batch;
	size_t n_left = 0;
	bool is_good = true;
	*ret_was_asked = false;
	for (size_t from = 0; is_good && from < all.n_ids;) {
		struct fetch_answer answer = {.response = {.spool_fd = -1}};
		size_t n_asked = all.n_ids - from;
		batch->ids = all.ids + from;
		if (!make_plan(batch, mode, n_asked, err))
			return false;
		if (batch->plan.most_ids > 0 && batch->plan.most_ids < n_asked) {
			n_asked = batch->plan.most_ids;
			if (!make_plan(batch, mode, n_asked, err))
				return false;
		}
		if (batch->url.length == 0) {
			batch->ids = all.ids;
			return true; /* no such way: all are left over */
		}
		*ret_was_asked = true;
		if (batch->extract->options->is_dry_run) {
			log_event(LOG_INFO, "would ask", "stream=%s ids=%zu url=%s", batch->stream->name,
				  n_asked, batch->url.data);
			from += n_asked;
			continue;
		}
		struct fetch_request request = {.stream = batch->stream,
						.route = batch->plan.route,
						.url = batch->url.data,
						.body = buf_str(&batch->body)};
		is_good = fetch_page(batch->extract->fetch, &request, &answer, err);
		if (is_good && answer.is_refused)
			*last_refusal = (struct fetch_answer){.is_refused = true, .status = answer.status};
		if (is_good && !answer.is_refused)
			is_good = load_batch(batch, &answer, n_asked, is_last_way, err);
		if (is_good) {
			size_t n_before = n_left;
			n_left = remove_found(&all, left, n_left, from, n_asked, &answer);
			if (n_asked > 1 && n_left - n_before == n_asked)
				batch->was_batch_ignored = true;
		}
		fetch_answer_done(&answer);
		from += n_asked;
	}
	batch->ids = all.ids;
	if (is_good && *ret_was_asked) {
		memcpy(batch->ids, left, n_left * sizeof(*left));
		batch->n_ids = n_left;
	}
	return is_good;
}

static bool is_last_way(struct batch *batch, int mode, bool *ret, struct err *err)
{
	*ret = true;
	for (int next = mode + 1; *ret && next < batch->stream->n_modes; next++) {
		if (!make_plan(batch, next, batch->n_ids, err))
			return false;
		*ret = batch->url.length == 0;
	}
	return true;
}

/* Ids that no way of asking gave, in a stream where each id is a thing of its own (a venue). */
static bool note_missing(struct batch *batch, const struct fetch_answer *refusal, struct err *err)
{
	struct extract *extract = batch->extract;
	buf_reset(&batch->asked);
	buf_put_byte(&batch->asked, '{');
	for (size_t i = 0; i < batch->n_ids; i++)
		partition_put_element(&batch->asked, batch->ids[i]);
	buf_put_byte(&batch->asked, '}');
	if (!buf_check(&batch->asked, "the ids asked for", err) ||
	    !partition_asked(extract->run, extract->source, batch->stream, batch->asked.data, err))
		return false;
	if (batch->stream->n_modes < 2)
		return true;
	log_event(LOG_WARNING, "not known to the source, or not readable", "stream=%s ids=%zu first=%s",
		  batch->stream->name, batch->n_ids, batch->ids[0].data);
	extract->result->n_unreadable += batch->n_ids;
	for (size_t i = 0; i < batch->n_ids; i++) {
		if (!partition_refused(extract->run, extract->source, batch->stream, batch->ids[i].data,
				       "missing", refusal->status, "", err))
			return false;
	}
	return true;
}

/* A batch that was refused as a whole, in the only way there is. */
static bool refused_whole(struct batch *batch, const struct fetch_answer *refusal, struct err *err)
{
	err_set_class(err, ERR_NET_FINAL, "E_SRC_HTTP4XX", "%zu ids of %s were refused with HTTP %d",
		      batch->n_ids, batch->stream->name, refusal->status);
	err->http_status = refusal->status;
	return false;
}

static bool run_batch(struct batch *batch, struct str *left, struct err *err)
{
	struct fetch_answer refusal = {.response = {.spool_fd = -1}};
	for (int mode = 0; batch->n_ids > 0 && (mode == 0 || mode < batch->stream->n_modes); mode++) {
		bool is_last = true;
		bool was_asked = false;
		if (!is_last_way(batch, mode, &is_last, err) ||
		    !ask(batch, mode, is_last, left, &was_asked, &refusal, err))
			return false;
	}
	if (batch->n_ids == 0 || batch->extract->options->is_dry_run)
		return true;
	if (batch->stream->n_modes < 2 && refusal.is_refused)
		return refused_whole(batch, &refusal, err);
	return batch->stream->n_modes < 2 || note_missing(batch, &refusal, err);
}

static bool run_listed(struct extract *extract, const struct stream *stream,
		       const struct partition *partitions, size_t n_ids, bool *ret_was_batch_ignored,
		       struct err *err)
{
	struct str *ids = calloc(2 * n_ids, sizeof(*ids));
	const char **texts = calloc(n_ids, sizeof(*texts));
	struct batch batch = {.extract = extract,
			      .stream = stream,
			      .partitions = partitions,
			      .ids = ids,
			      .id_texts = texts,
			      .n_ids = n_ids,
			      .n_ids_at_first = n_ids,
			      .was_batch_ignored = *ret_was_batch_ignored};
	buf_init(&batch.url, URL_BYTES);
	buf_init(&batch.body, CAP_REQUEST_BYTES);
	buf_init(&batch.request, REQUEST_BYTES);
	buf_init(&batch.asked, CAP_SQL_BYTES);
	buf_init(&batch.returned, CAP_SQL_BYTES);
	bool is_done = false;
	if (ids == NULL || texts == NULL) {
		err_nomem(err, "a batch of ids");
	} else {
		for (size_t i = 0; i < n_ids; i++)
			ids[i] = str_from(partitions[i].key);
		is_done = run_batch(&batch, ids + n_ids, err);
	}
	*ret_was_batch_ignored = batch.was_batch_ignored;
	buf_done(&batch.url);
	buf_done(&batch.body);
	buf_done(&batch.request);
	buf_done(&batch.asked);
	buf_done(&batch.returned);
	free(ids);
	free(texts);
	return is_done || err_wrap(err, "%s", stream->name);
}

bool batch_run(struct extract *extract, const struct stream *stream, struct err *first_failure,
	       struct err *err)
{
	size_t size = batch_size(extract, stream);
	int64_t limit = extract->options->limit;
	int64_t n_done = 0;
	int64_t n_failed = 0;
	int n_in_a_row = 0;
	bool was_batch_ignored = false;
	bool is_more = true;
	struct partition_query query = {.conf = extract->run->conf,
					.source = extract->source,
					.stream = stream,
					.selection = extract->selection,
					.is_full = extract->options->is_full};
	memcpy(query.pass_started_at, extract->pass_started_at, sizeof(query.pass_started_at));
	while (is_more) {
		CLEANUP(arena_done) struct arena arena;
		struct partition *partitions = NULL;
		size_t n_listed = 0;
		arena_init(&arena, CAP_COMMAND_ARENA);
		date_format_instant(clock_realtime_ms(), query.now, sizeof(query.now));
		query.limit = (int64_t)size * BATCHES_LISTED;
		if (limit > 0 && query.limit > limit - n_done)
			query.limit = limit - n_done;
		query.offset = extract->options->is_dry_run ? n_done : n_failed;
		if (!partition_list(extract->run->pg, &query, &arena, &partitions, &n_listed, err))
			return false;
		for (size_t from = 0; from < n_listed; from += size) {
			size_t n_ids = n_listed - from < size ? n_listed - from : size;
			log_progress("%s: %lld of %lld ids or more", stream->name, (long long)n_done,
				     (long long)n_done + (long long)(n_listed - from));
			if (run_listed(extract, stream, partitions + from, n_ids, &was_batch_ignored, err)) {
				n_in_a_row = 0;
			} else if (extract_tolerate(extract, stream, ALL_IDS, first_failure, &n_in_a_row,
						    err)) {
				n_failed += (int64_t)n_ids;
			} else {
				return false;
			}
			n_done += (int64_t)n_ids;
			extract->result->n_partitions += n_ids;
		}
		is_more = n_listed == (size_t)query.limit && (limit == 0 || n_done < limit);
	}
	if (n_failed > 0 || limit > 0 || extract->options->is_dry_run)
		return true;
	return partition_complete(extract->run, extract->source, stream, ALL_IDS, extract->endpoint, err);
}
