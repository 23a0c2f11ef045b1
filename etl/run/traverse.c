/* SPDX-License-Identifier: PostgreSQL */
#include "run/traverse.h"

#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/num.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "run/archive.h"
#include "run/extract.h"
#include "run/fetch.h"
#include "run/load.h"
#include "run/partition.h"
#include "run/run.h"
#include "source/source.h"

#define URL_BYTES	   ((size_t)64 * 1024)
#define SWEEP_ARENA	   ((size_t)1024 * 1024)
#define NUMBER_BYTES	   24
#define POSITION_BYTES	   512
#define WATERMARK_BYTES	   48
#define CLOCK_MARGIN_MS	   60000 /* what changed while the sweep ran is asked for again next time */
#define FEW_RECORDS	   20	 /* a sudden loss shows in larger partitions only */
#define MAX_PAGES	   100000
#define KEYS_LITERAL_BYTES ((size_t)900 * 1024)

struct sweep {
	struct extract *extract;
	const struct stream *stream;
	const struct partition *partition;
	struct traverse_position at;
	const char *old_watermark; /* text as in the cursor, NULL = none */
	int64_t watermark_ms;	   /* asked from, 0 = everything */
	uint64_t n_known;
	bool is_resumed;
	bool is_paged;	       /* do not ask for everything at once */
	bool was_form_refused; /* everything at once was refused */
	bool was_refused;      /* an earlier way of asking was */
	bool was_reread;       /* the count was not reached before */
	bool was_offset_tried;
	uint64_t *fingerprints; /* of the pages seen */
	size_t n_fingerprints;
	struct buf url, body;
	uint64_t n_nested; /* records found inside the pages, see plan.nested_path */
	struct buf keys;   /* text[] literal of all keys of a full sweep; given up when it grows too large */
	struct request_plan plan;
	char watermark_text[NUMBER_BYTES];
	int refused_status;
	char refused_name[FETCH_NAME_BYTES];
};

/* ---- positions and watermarks as text -------------------------------------------------------------------
 */

void traverse_format(const struct traverse_position *position, char *text, size_t size)
{
	snprintf(text, size, "1 %d %d %d %lld %lld %llu %lld %llu %s", position->is_full ? 1 : 0,
		 position->mode, position->pager, (long long)position->asked_at_ms,
		 (long long)position->greatest_ms, (unsigned long long)position->n_seen,
		 (long long)position->total, (unsigned long long)position->offset, position->after);
}

bool traverse_parse(const char *text, struct traverse_position *ret)
{
	enum { VERSION, FULL, MODE, PAGER, ASKED_AT, GREATEST, SEEN, TOTAL, OFFSET, N_NUMBERS };
	int64_t numbers[N_NUMBERS];
	struct str rest = str_from(text);
	for (size_t i = 0; i < N_NUMBERS; i++) {
		struct str part;
		if (!str_next(&rest, ' ', &part) || !num_parse_i64(part, &numbers[i]))
			return false;
	}
	struct traverse_position position = {.is_full = numbers[FULL] == 1,
					     .asked_at_ms = numbers[ASKED_AT],
					     .greatest_ms = numbers[GREATEST],
					     .total = numbers[TOTAL]};
	if (numbers[VERSION] != 1 || numbers[MODE] < 0 || numbers[MODE] > 9 || numbers[PAGER] < PAGER_NONE ||
	    numbers[PAGER] > PAGER_IDS || numbers[SEEN] < 0 || numbers[OFFSET] < 0 ||
	    rest.length >= sizeof(position.after))
		return false;
	position.mode = (int)numbers[MODE];
	position.pager = (int)numbers[PAGER];
	position.n_seen = (uint64_t)numbers[SEEN];
	position.offset = (uint64_t)numbers[OFFSET];
	if (rest.length > 0)
		memcpy(position.after, rest.data, rest.length);
	*ret = position;
	return true;
}

bool traverse_parse_watermark(const char *text, int64_t *ret_ms, int *ret_mode)
{
	struct str rest = str_from(text);
	struct str part;
	int64_t mode = 0;
	if (!str_next(&rest, ' ', &part) || !num_parse_i64(part, ret_ms))
		return false;
	if (str_next(&rest, ' ', &part) && (!num_parse_i64(part, &mode) || mode < 0 || mode > 9))
		return false;
	*ret_mode = (int)mode;
	return true;
}

/* ---- asking ---------------------------------------------------------------------------------------------
 */

static size_t page_size(const struct sweep *sweep)
{
	if (sweep->stream->page_size > 0)
		return sweep->stream->page_size;
	int64_t size = conf_integer(sweep->extract->run->conf, CONF_OPENREVIEW_PAGE_SIZE);
	return size >= 1 && size <= 1000 ? (size_t)size : 1000;
}

/* Fills sweep->plan for the page at hand; an empty url = the source has no such way of asking. */
static bool make_plan(struct sweep *sweep, int mode, struct err *err)
{
	struct traverse_position *at = &sweep->at;
	buf_reset(&sweep->url);
	buf_reset(&sweep->body);
	snprintf(sweep->watermark_text, sizeof(sweep->watermark_text), "%lld",
		 (long long)sweep->watermark_ms);
	sweep->plan = (struct request_plan){
	    .partition_key = sweep->partition->key,
	    .arguments = sweep->partition->arguments,
	    .n_arguments = sweep->partition->n_arguments,
	    .after = at->after[0] != '\0' && at->pager == PAGER_AFTER_ID ? at->after : NULL,
	    .offset = at->pager == PAGER_OFFSET ? at->offset : 0,
	    .page_size = page_size(sweep),
	    .watermark = at->is_full ? NULL : sweep->watermark_text,
	    .n_known = sweep->n_known,
	    .mode = mode,
	    .is_paged = sweep->is_paged || at->pager == PAGER_OFFSET || at->after[0] != '\0',
	    .conf = sweep->extract->run->conf,
	    .url = &sweep->url,
	    .body = &sweep->body,
	    .route = sweep->stream->name,
	    .pager = (enum pager_kind)at->pager};
	return sweep->stream->request(&sweep->plan, err) && buf_check(&sweep->url, "a URL", err) &&
	       buf_check(&sweep->body, "a request", err);
}

static bool has_way(struct sweep *sweep, int mode, bool *ret, struct err *err)
{
	*ret = false;
	if (mode >= sweep->stream->n_modes)
		return true;
	if (!make_plan(sweep, mode, err))
		return false;
	*ret = sweep->url.length > 0;
	return true;
}

static bool find_way(struct sweep *sweep, int from, int *ret_mode, struct err *err)
{
	bool is_way = false;
	*ret_mode = -1;
	for (int mode = from; !is_way && (mode == 0 || mode < sweep->stream->n_modes); mode++) {
		if (!make_plan(sweep, mode, err))
			return false;
		is_way = sweep->url.length > 0;
		if (is_way)
			*ret_mode = mode;
	}
	return true;
}

static void restart(struct sweep *sweep, int mode)
{
	sweep->at = (struct traverse_position){
	    .is_full = sweep->at.is_full, .mode = mode, .pager = (int)sweep->stream->pager, .total = -1};
	sweep->n_fingerprints = 0;
	sweep->was_offset_tried = false;
	sweep->is_resumed = false;
	buf_reset(&sweep->keys);
	buf_put_byte(&sweep->keys, '{');
}

/* ---- what a page means ----------------------------------------------------------------------------------
 */

static uint64_t fingerprint(const char *sha256)
{
	uint64_t value = 0;
	for (size_t i = 0; i < 16; i++)
		value = value * 31 + (unsigned char)sha256[i];
	return value;
}

static bool was_seen(const struct sweep *sweep, uint64_t value)
{
	for (size_t i = 0; i < sweep->n_fingerprints; i++)
		if (sweep->fingerprints[i] == value)
			return true;
	return false;
}

static bool remember_page(struct sweep *sweep, uint64_t value, struct err *err)
{
	size_t n = sweep->n_fingerprints;
	if (n >= MAX_PAGES)
		return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO", "%s gives pages without end",
				     sweep->partition->key);
	if (n % 64 == 0) {
		uint64_t *grown = realloc(sweep->fingerprints, (n + 64) * sizeof(*grown));
		if (grown == NULL)
			return err_nomem(err, "the pages of a sweep");
		sweep->fingerprints = grown;
	}
	sweep->fingerprints[sweep->n_fingerprints++] = value;
	return true;
}

enum step {
	STEP_LOAD,	/* load the page and go on */
	STEP_LOAD_LAST, /* load it: it ends the sweep */
	STEP_AGAIN	/* do not load it; ask in the way the sweep now says */
};

/* The order did not hold, so older pages tell nothing: everything is read instead. */
static enum step give_up_order(struct sweep *sweep)
{
	sweep->at.is_full = true;
	sweep->watermark_ms = 0;
	restart(sweep, sweep->at.mode);
	return STEP_AGAIN;
}

static enum step newest_first_step(struct sweep *sweep, const struct scan *scan)
{
	if (!scan->is_newest_first)
		return give_up_order(sweep);
	bool is_reached = scan->least_version_ms > 0 && scan->least_version_ms < sweep->watermark_ms;
	return is_reached || scan->n_records < sweep->plan.page_size ? STEP_LOAD_LAST : STEP_LOAD;
}

/* A page that came before: `after` is not understood, or the result goes round in circles. */
static enum step repeated_step(struct sweep *sweep)
{
	if (sweep->at.pager == PAGER_AFTER_ID && !sweep->was_offset_tried) {
		sweep->was_offset_tried = true;
		sweep->at.pager = PAGER_OFFSET;
		sweep->at.offset = sweep->at.n_seen;
		return STEP_AGAIN;
	}
	return STEP_LOAD_LAST;
}

static enum step decide_step(struct sweep *sweep, const struct fetch_answer *answer, bool is_repeat)
{
	const struct scan *scan = &answer->scan;
	struct traverse_position *at = &sweep->at;
	size_t full_page = sweep->plan.page_size;
	uint64_t n_seen = at->n_seen + scan->n_records;
	if (sweep->plan.pager == PAGER_NONE)
		return STEP_LOAD_LAST;
	if (is_repeat)
		return repeated_step(sweep);
	if (sweep->plan.is_newest_first)
		return newest_first_step(sweep, scan);
	if (scan->n_records == 0)
		return STEP_LOAD_LAST;
	/* A total that equals one full page may be the page's own length. */
	bool is_total_told = at->total >= 0 && !(at->total == (int64_t)full_page && n_seen == full_page);
	if (is_total_told && n_seen >= (uint64_t)at->total)
		return STEP_LOAD_LAST;
	if (sweep->plan.is_all_in_one && !is_total_told && scan->n_records != full_page)
		return STEP_LOAD_LAST;
	return STEP_LOAD;
}

/* Everything was asked for and a page came: go on behind it when it was in the order of ids, else begin anew.
 */
static bool is_cut_unordered(const struct sweep *sweep, const struct scan *scan)
{
	return sweep->plan.is_all_in_one && !scan->is_ascending;
}

static void collect_keys(struct sweep *sweep, const struct scan *scan)
{
	if (!sweep->at.is_full || sweep->keys.length == 0)
		return;
	struct str rest = buf_str(&scan->keys);
	while (rest.length > 0 && sweep->keys.length < KEYS_LITERAL_BYTES) {
		struct str key = str_slice(rest, 0, str_find_byte(rest, '\0'));
		partition_put_element(&sweep->keys, key);
		rest = str_slice(rest, key.length + 1, rest.length);
	}
	if (rest.length > 0)
		buf_reset(&sweep->keys); /* too many to compare in one statement */
}

static bool count_failed(const struct sweep *sweep, struct err *err)
{
	err_set_class(err, ERR_DATA, "E_SRC_COUNT", "%s %s: %llu of %lld records came, twice",
		      sweep->stream->name, sweep->partition->key, (unsigned long long)sweep->at.n_seen,
		      (long long)sweep->at.total);
	return err_hint(err, "the source counts more than it gives; run again later");
}

/* Guards of a complete full sweep, before its last page is loaded. */
static bool check_loss(const struct sweep *sweep, uint64_t n_seen, struct err *err)
{
	if (!sweep->at.is_full || sweep->extract->options->is_empty_allowed)
		return true;
	bool is_empty = n_seen == 0 && sweep->n_known > 0;
	bool is_loss = sweep->n_known >= FEW_RECORDS && n_seen < sweep->n_known - sweep->n_known / 10;
	if (!is_empty && !is_loss)
		return true;
	err_set_class(err, ERR_DATA, "E_SRC_COUNT", "%s %s: %llu records came where %llu are on record",
		      sweep->stream->name, sweep->partition->key, (unsigned long long)n_seen,
		      (unsigned long long)sweep->n_known);
	return err_hint(err, "if the source really has no more: --allow-empty");
}

/* ---- loading --------------------------------------------------------------------------------------------
 */

static const char *final_watermark(const struct sweep *sweep, char text[WATERMARK_BYTES])
{
	const struct traverse_position *at = &sweep->at;
	int64_t since_ms = sweep->extract->options->since_ms;
	int64_t old_ms = 0;
	int old_mode = 0;
	bool has_old = sweep->old_watermark != NULL &&
		       traverse_parse_watermark(sweep->old_watermark, &old_ms, &old_mode);
	if (since_ms > 0 && (!has_old || since_ms > old_ms))
		return sweep->old_watermark; /* a gap may lie before it */
	if (at->is_full && at->n_seen == 0)
		return NULL;
	if (sweep->plan.nested_path != NULL && sweep->n_nested == 0 && !sweep->was_refused)
		return "0"; /* nothing in there: from now on asked in the first way, for all there may be */
	int64_t ms = at->greatest_ms;
	if (ms > at->asked_at_ms - CLOCK_MARGIN_MS)
		ms = at->asked_at_ms - CLOCK_MARGIN_MS;
	if (ms < old_ms && !at->is_full)
		ms = old_ms;
	if (ms < 0)
		ms = 0;
	if (at->mode > 0)
		snprintf(text, WATERMARK_BYTES, "%lld %d", (long long)ms, at->mode);
	else
		snprintf(text, WATERMARK_BYTES, "%lld", (long long)ms);
	return text;
}

struct commit_context {
	const struct sweep *sweep;
	bool is_last;
	int64_t n_removed; /* records gone without a page of their own */
};

/* In the page's transaction. */
static bool settle_partition(void *context, struct run *run, struct err *err)
{
	struct commit_context *commit = context;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const struct sweep *sweep = commit->sweep;
	const struct stream *stream = sweep->stream;
	char run_id[NUMBER_BYTES];
	char now[PARTITION_INSTANT_BYTES];
	if (!commit->is_last)
		return true;
	if (!partition_readable(run, sweep->extract->source, stream, sweep->partition->key, err))
		return false;
	bool is_whole = sweep->at.is_full && !sweep->is_resumed && sweep->keys.length > 0;
	if (stream->vanished == NULL || !is_whole || sweep->n_known == 0)
		return true;
	snprintf(run_id, sizeof(run_id), "%lld", (long long)run->run_id);
	date_format_instant(clock_realtime_ms(), now, sizeof(now));
	const char *params[] = {
	    sweep->extract->source->name, stream->name, sweep->partition->key, sweep->keys.data, run_id, now};
	if (!pg_run(run->pg, stream->vanished, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	commit->n_removed = pg_rows_count(rows) > 0 ? pg_rows_integer(rows, 0, 0) : 0;
	return true;
}

static bool archive_page(const struct extract *extract, const struct fetch_answer *answer,
			 uint64_t *ret_bytes, struct err *err)
{
	const struct http_response *response = &answer->response;
	*ret_bytes = 0;
	if (!conf_boolean(extract->run->conf, CONF_RUN_ARCHIVE))
		return true;
	return archive_store(extract->run, response->spool_fd, response->sha256, response->body_bytes,
			     ret_bytes, err);
}

static const struct stream *find_stream(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->n_streams; i++)
		if (strcmp(source->streams[i].name, name) == 0)
			return &source->streams[i];
	return NULL;
}

/* Records inside the page, as a page of `stream`. */
static bool load_nested(struct sweep *sweep, const struct fetch_answer *answer, const struct stream *stream,
			const char *path, const struct cursor *cursor, const struct load_options *options,
			struct err *err)
{
	struct run *run = sweep->extract->run;
	struct nested_page nested = {.fd = -1};
	struct load_result result;
	if (!scan_nested(sweep->stream, answer->response.spool_fd, path, run->spool_directory, &nested, err))
		return false;
	sweep->n_nested += nested.n_records;
	struct page page = {.partition_key = sweep->partition->key,
			    .arguments = sweep->partition->arguments,
			    .n_arguments = sweep->partition->n_arguments,
			    .request = sweep->url.data,
			    .fd = nested.fd,
			    .body_bytes = nested.body_bytes,
			    .fetched_at_ms = answer->response.received_at_ms};
	memcpy(page.sha256, nested.sha256, sizeof(page.sha256));
	bool is_loaded = (nested.n_records == 0 && cursor == NULL) ||
			 load_page(run, sweep->extract->source, stream, &page, cursor, options, &result, err);
	file_close(&nested.fd);
	return is_loaded;
}

static bool load_answer(struct sweep *sweep, const struct fetch_answer *answer, const struct cursor *cursor,
			bool is_last, struct err *err)
{
	struct extract *extract = sweep->extract;
	const struct stream *stream = sweep->stream;
	struct commit_context commit = {.sweep = sweep, .is_last = is_last};
	struct load_options options = {.before_commit = settle_partition, .context = &commit};
	struct load_result result;
	uint64_t stored_bytes = 0;
	if (!archive_page(extract, answer, &stored_bytes, err))
		return false;
	if (sweep->plan.nested_path != NULL)
		return load_nested(sweep, answer, stream, sweep->plan.nested_path, cursor, &options, err);
	if (stream->nested_stream != NULL) {
		const struct stream *inner = find_stream(extract->source, stream->nested_stream);
		if (inner == NULL)
			return err_set(err, ERR_BUG, "stream %s names no stream %s", stream->name,
				       stream->nested_stream);
		if (!load_nested(sweep, answer, inner, stream->nested_path, NULL, NULL, err))
			return false;
	}
	struct page page = {.partition_key = sweep->partition->key,
			    .arguments = sweep->partition->arguments,
			    .n_arguments = sweep->partition->n_arguments,
			    .request = sweep->url.data,
			    .fd = answer->response.spool_fd,
			    .body_bytes = answer->response.body_bytes,
			    .fetched_at_ms = answer->response.received_at_ms,
			    .stored_bytes = stored_bytes};
	memcpy(page.sha256, answer->response.sha256, sizeof(page.sha256));
	if (!load_page(extract->run, extract->source, stream, &page, cursor, &options, &result, err))
		return false;
	extract->run->counts.n_removed += (uint64_t)commit.n_removed;
	return true;
}

static void advance(struct sweep *sweep, const struct scan *scan)
{
	struct traverse_position *at = &sweep->at;
	at->n_seen += scan->n_records;
	if (scan->greatest_version_ms > at->greatest_ms)
		at->greatest_ms = scan->greatest_version_ms;
	collect_keys(sweep, scan);
	if (is_cut_unordered(sweep, scan)) {
		int64_t asked_at_ms = at->asked_at_ms;
		int64_t greatest_ms = at->greatest_ms;
		restart(sweep, at->mode);
		sweep->is_paged = true;
		at->asked_at_ms = asked_at_ms;
		at->greatest_ms = greatest_ms;
		return;
	}
	at->pager = (int)sweep->plan.pager;
	at->offset = at->pager == PAGER_OFFSET ? at->offset + scan->n_records : 0;
	if (scan->last_key[0] != '\0')
		snprintf(at->after, sizeof(at->after), "%s", scan->last_key);
}

/* ---- one step -------------------------------------------------------------------------------------------
 */

enum outcome { OUTCOME_GO_ON, OUTCOME_DONE, OUTCOME_EMPTY, OUTCOME_REFUSED, OUTCOME_FAILED };

static bool is_refused_for_its_form(const struct sweep *sweep, const struct fetch_answer *answer)
{
	int status = answer->status;
	return sweep->plan.is_all_in_one && !sweep->is_paged && status != 401 && status != 403 &&
	       status != 404 && status != 410;
}

/* The last page is loaded with the cursor that says so; a count that was not reached is read once more. */
static enum outcome finish(struct sweep *sweep, const struct fetch_answer *answer, bool is_repeat,
			   struct err *err)
{
	struct traverse_position *at = &sweep->at;
	char watermark[WATERMARK_BYTES];
	uint64_t n_before = at->n_seen;
	uint64_t n_seen = n_before + (is_repeat ? 0 : answer->scan.n_records);
	if (at->is_full && at->total >= 0 && n_seen < (uint64_t)at->total && !sweep->is_resumed &&
	    !sweep->plan.is_newest_first) {
		at->n_seen = n_seen;
		if (sweep->was_reread) {
			count_failed(sweep, err);
			return OUTCOME_FAILED;
		}
		log_event(LOG_WARNING, "count not reached, reading once more",
			  "partition=\"%s\" records=%llu count=%lld", sweep->partition->key,
			  (unsigned long long)n_seen, (long long)at->total);
		restart(sweep, at->mode);
		sweep->is_paged = true;
		sweep->was_reread = true;
		return OUTCOME_GO_ON;
	}
	if (!check_loss(sweep, n_seen, err))
		return OUTCOME_FAILED;
	if (!is_repeat) {
		at->n_seen = n_seen;
		if (answer->scan.greatest_version_ms > at->greatest_ms)
			at->greatest_ms = answer->scan.greatest_version_ms;
		collect_keys(sweep, &answer->scan);
	}
	if (sweep->keys.length > 0)
		buf_put_byte(&sweep->keys, '}');
	struct cursor cursor = {.watermark = final_watermark(sweep, watermark),
				.is_complete = true,
				.endpoint = sweep->extract->endpoint};
	return load_answer(sweep, answer, &cursor, true, err) ? OUTCOME_DONE : OUTCOME_FAILED;
}

static enum outcome go_on(struct sweep *sweep, const struct fetch_answer *answer, struct err *err)
{
	char next_page[POSITION_BYTES];
	struct traverse_position before = sweep->at;
	advance(sweep, &answer->scan);
	traverse_format(&sweep->at, next_page, sizeof(next_page));
	struct cursor cursor = {
	    .next_page = next_page, .watermark = sweep->old_watermark, .endpoint = sweep->extract->endpoint};
	if (load_answer(sweep, answer, &cursor, false, err))
		return OUTCOME_GO_ON;
	sweep->at = before;
	return OUTCOME_FAILED;
}

static enum outcome take_page(struct sweep *sweep, const struct fetch_answer *answer, struct err *err)
{
	struct traverse_position *at = &sweep->at;
	uint64_t print = fingerprint(answer->response.sha256);
	bool is_repeat = answer->scan.n_records > 0 && was_seen(sweep, print);
	if (at->asked_at_ms == 0)
		at->asked_at_ms = answer->asked_at_ms;
	if (at->n_seen == 0 && at->total < 0)
		at->total = answer->scan.total;
	bool was_never_read = at->is_full || sweep->old_watermark == NULL;
	if (was_never_read && at->n_seen == 0 && answer->scan.n_records == 0) {
		int mode = -1;
		if (!find_way(sweep, at->mode + 1, &mode, err))
			return OUTCOME_FAILED;
		if (mode > 0)
			return OUTCOME_EMPTY;
		if (!make_plan(sweep, at->mode, err)) /* the text of the request goes into the ledger */
			return OUTCOME_FAILED;
	}
	if (!remember_page(sweep, print, err))
		return OUTCOME_FAILED;
	switch (decide_step(sweep, answer, is_repeat)) {
	case STEP_LOAD:
		return go_on(sweep, answer, err);
	case STEP_LOAD_LAST:
		return finish(sweep, answer, is_repeat, err);
	case STEP_AGAIN:
		return OUTCOME_GO_ON;
	}
	err_set(err, ERR_BUG, "a sweep has no next step");
	return OUTCOME_FAILED;
}

static enum outcome step(struct sweep *sweep, struct err *err)
{
	struct fetch_answer answer = {.response = {.spool_fd = -1}};
	if (!make_plan(sweep, sweep->at.mode, err))
		return OUTCOME_FAILED;
	if (sweep->url.length == 0)
		return OUTCOME_EMPTY;
	if (sweep->extract->options->is_dry_run) {
		log_event(LOG_INFO, "would ask", "stream=%s url=%s", sweep->stream->name, sweep->url.data);
		return OUTCOME_DONE;
	}
	struct fetch_request request = {.stream = sweep->stream,
					.route = sweep->plan.route,
					.url = sweep->url.data,
					.body = buf_str(&sweep->body)};
	if (sweep->plan.is_full && !sweep->at.is_full) {
		sweep->at.is_full = true;
		sweep->watermark_ms = 0;
	}
	if (!fetch_page(sweep->extract->fetch, &request, &answer, err))
		return OUTCOME_FAILED;
	enum outcome outcome = OUTCOME_REFUSED;
	if (!answer.is_refused) {
		/* pages are given where everything at once is not: other venues need not be asked so */
		if (sweep->was_form_refused)
			sweep->extract->has_no_stream = true;
		outcome = take_page(sweep, &answer, err);
	} else if (is_refused_for_its_form(sweep, &answer)) {
		sweep->is_paged = true;
		sweep->was_form_refused = true;
		outcome = OUTCOME_GO_ON;
	} else {
		sweep->was_refused = true;
		sweep->was_form_refused = false;
		sweep->refused_status = answer.status;
		snprintf(sweep->refused_name, sizeof(sweep->refused_name), "%s", answer.error_name);
	}
	fetch_answer_done(&answer);
	return outcome;
}

/* ---- the whole sweep ------------------------------------------------------------------------------------
 */

static bool begin(struct sweep *sweep, struct arena *arena, struct err *err)
{
	const struct extract *extract = sweep->extract;
	const struct extract_options *options = extract->options;
	struct partition_cursor cursor;
	struct traverse_position position;
	int mode = 0;
	if (!partition_cursor(extract->run, extract->source, sweep->stream, sweep->partition->key, arena,
			      &cursor, err) ||
	    !partition_known(extract->run, sweep->stream, sweep->partition->key, &sweep->n_known, err))
		return false;
	sweep->old_watermark = cursor.watermark;
	sweep->at.is_full = options->is_full || cursor.watermark == NULL ||
			    !traverse_parse_watermark(cursor.watermark, &sweep->watermark_ms, &mode);
	if (options->since_ms > 0) {
		sweep->at.is_full = false;
		sweep->watermark_ms = options->since_ms;
	}
	sweep->is_paged = extract->has_no_stream;
	restart(sweep, options->is_full ? 0 : mode);
	if (cursor.next_page != NULL && options->since_ms == 0 &&
	    traverse_parse(cursor.next_page, &position) && position.is_full >= sweep->at.is_full) {
		sweep->at = position;
		sweep->is_resumed = true;
	}
	return true;
}

static enum traverse_end refused(struct sweep *sweep, struct err *err)
{
	struct extract *extract = sweep->extract;
	int status = sweep->refused_status;
	bool is_missing = status == 404 || status == 410;
	log_event(sweep->stream->is_optional ? LOG_INFO : LOG_WARNING, "cannot be read, skipped",
		  "stream=%s partition=\"%s\" status=%d name=%s", sweep->stream->name, sweep->partition->key,
		  status, sweep->refused_name);
	if (!partition_refused(extract->run, extract->source, sweep->stream, sweep->partition->key,
			       is_missing ? "missing" : "unreadable", status, sweep->refused_name, err))
		return TRAVERSE_FAILED;
	return TRAVERSE_UNREADABLE;
}

static enum traverse_end run_sweep(struct sweep *sweep, struct err *err)
{
	bool is_way = true;
	for (;;) {
		switch (step(sweep, err)) {
		case OUTCOME_GO_ON:
			break;
		case OUTCOME_DONE:
			return TRAVERSE_DONE;
		case OUTCOME_FAILED:
			return TRAVERSE_FAILED;
		case OUTCOME_REFUSED:
		case OUTCOME_EMPTY:
			/* the next way of asking, when there is one */
			do {
				restart(sweep, sweep->at.mode + 1);
				if (!has_way(sweep, sweep->at.mode, &is_way, err))
					return TRAVERSE_FAILED;
			} while (!is_way && sweep->at.mode < sweep->stream->n_modes);
			if (!is_way)
				return refused(sweep, err);
			sweep->is_paged = sweep->extract->has_no_stream;
			break;
		}
	}
}

enum traverse_end traverse_partition(struct extract *extract, const struct stream *stream,
				     const struct partition *partition, struct err *err)
{
	CLEANUP(arena_done) struct arena arena;
	struct sweep sweep = {.extract = extract, .stream = stream, .partition = partition};
	enum traverse_end end = TRAVERSE_FAILED;
	arena_init(&arena, SWEEP_ARENA);
	buf_init(&sweep.url, URL_BYTES);
	buf_init(&sweep.body, CAP_REQUEST_BYTES);
	buf_init(&sweep.keys, CAP_SQL_BYTES);
	if (begin(&sweep, &arena, err))
		end = run_sweep(&sweep, err);
	free(sweep.fingerprints);
	buf_done(&sweep.url);
	buf_done(&sweep.body);
	buf_done(&sweep.keys);
	if (end == TRAVERSE_FAILED)
		err_wrap(err, "%s %s", stream->name, partition->key);
	return end;
}
