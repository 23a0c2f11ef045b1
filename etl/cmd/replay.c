/* SPDX-License-Identifier: PostgreSQL
 *
 * Refused records once more, after a fix of the program:
 *
 *     open rejects -> their pages -> archive | file | the kept texts alone -> load_page (forced)
 *
 * A page is loaded as a whole, so that what is there already stays as it is. Where its bytes are gone, the
 * kept texts of its refused records are loaded by themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/stop.h"
#include "cmd/cmd.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "run/archive.h"
#include "run/build.h"
#include "run/load.h"
#include "run/run.h"
#include "source/source.h"

#define TEXTS_AT_ONCE "50" /* of up to 128 KiB each */
#define NUMBER_BYTES  24
#define OUTPUT_BYTES  ((size_t)4096)

/* Columns of reject_pages.sql. */
enum page_column {
	PAGE_SOURCE,
	PAGE_STREAM,
	PAGE_PARTITION,
	PAGE_SHA256,
	PAGE_N_REJECTS,
	PAGE_ID,
	PAGE_REQUEST,
	PAGE_FETCHED_AT,
	PAGE_IS_WHOLE,
	PAGE_IS_BARE,
	PAGE_LOCATION,
	PAGE_IS_COPY,
	PAGE_STORED_BYTES,
	PAGE_BODY_BYTES
};

struct replay {
	struct run *run;
	struct pg_rows *pages;
	uint64_t n_pages, n_missing, n_changed, n_rejected;
};

static const struct stream *find_stream(const struct source *source, struct str name)
{
	for (size_t i = 0; source != NULL && i < source->n_streams; i++) {
		if (str_equal_text(name, source->streams[i].name))
			return &source->streams[i];
	}
	return NULL;
}

static bool read_arguments(struct replay *replay, size_t at, struct arena *arena, struct page *page,
			   struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char page_id[NUMBER_BYTES];
	const char *params[] = {page_id};
	snprintf(page_id, sizeof(page_id), "%" PRId64, pg_rows_integer(replay->pages, at, PAGE_ID));
	if (!pg_run(replay->run->pg, &sql_reject_arguments, 1, params, &rows, err))
		return false;
	page->n_arguments = pg_rows_count(rows);
	const char **arguments = arena_alloc(arena, (page->n_arguments + 1) * sizeof(const char *));
	if (arguments == NULL)
		return err_nomem(err, "a partition's arguments");
	for (size_t i = 0; i < page->n_arguments; i++) {
		struct str text = pg_rows_text(rows, i, 0);
		if (!str_is_none(text))
			arguments[i] = arena_text(arena, text);
	}
	page->arguments = arguments;
	return true;
}

/* The page's bytes, from the archive or from the file when it is still the same; fd stays -1 when they are
 * gone. */
static bool open_bytes(struct replay *replay, size_t at, struct page *page, const char *location,
		       struct err *err)
{
	struct stat status;
	uint64_t bytes = 0;
	if (pg_rows_integer(replay->pages, at, PAGE_IS_COPY) != 0) {
		if (!archive_open(replay->run, page->sha256, &page->fd, &bytes, err) &&
		    strcmp(err->class_name, "E_ARCHIVE") != 0)
			return false;
		err_reset(err);
		return true;
	}
	page->fd = location[0] == '\0' ? -1 : open(location, O_RDONLY | O_CLOEXEC);
	if (page->fd < 0)
		return true;
	page->is_verified_while_loading = true;
	if (fstat(page->fd, &status) != 0 || (uint64_t)status.st_size != page->body_bytes)
		file_close(&page->fd);
	return true;
}

static int hex_digit(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

static bool put_texts(const struct pg_rows *rows, int fd, int64_t *ret_last_id, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, CAP_ROW_BYTES * 2);
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		struct str hex = pg_rows_text(rows, i, 1);
		for (size_t j = 0; j + 1 < hex.length; j += 2)
			buf_put_byte(&buf, (char)(hex_digit(hex.data[j]) * 16 + hex_digit(hex.data[j + 1])));
		buf_put_byte(&buf, '\n');
		*ret_last_id = pg_rows_integer(rows, i, 0);
	}
	return buf_check(&buf, "texts of refused records", err) && file_write_all(fd, buf_str(&buf), err);
}

/* A page made of the texts that were kept. */
static bool gather_texts(struct replay *replay, struct page *page, const char *source, const char *stream,
			 struct err *err)
{
	int64_t last_id = 0;
	size_t n_rows;
	struct stat status;
	char after[NUMBER_BYTES];
	const char *params[] = {source, stream, page->partition_key, page->sha256, after, TEXTS_AT_ONCE};
	if (!file_spool_open(replay->run->spool_directory, &page->fd, err))
		return false;
	do {
		CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
		snprintf(after, sizeof(after), "%" PRId64, last_id);
		if (!pg_run(replay->run->pg, &sql_reject_texts, ARRAY_LENGTH(params), params, &rows, err) ||
		    !put_texts(rows, page->fd, &last_id, err))
			return false;
		n_rows = pg_rows_count(rows);
	} while (n_rows > 0);
	if (fstat(page->fd, &status) != 0)
		return err_set(err, ERR_IO, "cannot look at a spool: %s", strerror(errno));
	page->body_bytes = (uint64_t)status.st_size;
	page->is_bare = true;
	page->is_whole_partition = false;
	page->is_verified_while_loading = false;
	page->stored_bytes = 0;
	if (page->body_bytes == 0)
		file_close(&page->fd);
	return true;
}

static bool load_again(struct replay *replay, const struct source *source, const struct stream *stream,
		       struct page *page, struct err *err)
{
	const struct load_options options = {.is_forced = true};
	struct load_result result;
	if (!load_page(replay->run, source, stream, page, NULL, &options, &result, err)) {
		if (err->kind != ERR_DATA && err->kind != ERR_IO)
			return false;
		log_event(LOG_WARNING, "page cannot be loaded again",
			  "source=%s partition=\"%s\" message=\"%s\"", source->name, page->partition_key,
			  err->message);
		err_reset(err);
		replay->n_missing++;
		return true;
	}
	replay->n_pages++;
	replay->n_changed += result.n_inserted + result.n_updated + result.n_removed;
	replay->n_rejected += result.n_rejected;
	log_event(LOG_INFO, "page loaded again",
		  "source=%s partition=\"%s\" records=%" PRIu64 " inserted=%" PRIu64 " updated=%" PRIu64
		  " rejects=%" PRIu64,
		  source->name, page->partition_key, result.n_records, result.n_inserted, result.n_updated,
		  result.n_rejected);
	return true;
}

static bool replay_page(struct replay *replay, size_t at, struct arena *arena, struct err *err)
{
	const struct pg_rows *pages = replay->pages;
	const struct source *source = source_find(pg_rows_text(pages, at, PAGE_SOURCE));
	const struct stream *stream = find_stream(source, pg_rows_text(pages, at, PAGE_STREAM));
	const char *location = arena_text(arena, pg_rows_text(pages, at, PAGE_LOCATION));
	struct page page = {.partition_key = arena_text(arena, pg_rows_text(pages, at, PAGE_PARTITION)),
			    .request = arena_text(arena, pg_rows_text(pages, at, PAGE_REQUEST)),
			    .fd = -1,
			    .body_bytes = (uint64_t)pg_rows_integer(pages, at, PAGE_BODY_BYTES),
			    .fetched_at_ms = pg_rows_integer(pages, at, PAGE_FETCHED_AT),
			    .is_whole_partition = pg_rows_integer(pages, at, PAGE_IS_WHOLE) != 0,
			    .is_bare = pg_rows_integer(pages, at, PAGE_IS_BARE) != 0,
			    .stored_bytes = (uint64_t)pg_rows_integer(pages, at, PAGE_STORED_BYTES)};
	struct str sha256 = pg_rows_text(pages, at, PAGE_SHA256);
	if (location == NULL || page.partition_key == NULL || page.request == NULL)
		return err_nomem(err, "a page");
	if (source == NULL || stream == NULL) {
		replay->n_missing++;
		return true;
	}
	snprintf(page.sha256, sizeof(page.sha256), "%.*s", (int)sha256.length, sha256.data);
	bool is_done =
	    read_arguments(replay, at, arena, &page, err) && open_bytes(replay, at, &page, location, err);
	if (is_done && page.fd < 0)
		is_done = gather_texts(replay, &page, source->name, stream->name, err);
	if (is_done && page.fd >= 0)
		is_done = load_again(replay, source, stream, &page, err);
	else if (is_done)
		replay->n_missing++;
	file_close(&page.fd);
	return is_done;
}

static bool report(const struct command_context *context, const struct replay *replay, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	if (context->is_json)
		buf_printf(&buf,
			   "{\"pages\":%" PRIu64 ",\"missing\":%" PRIu64 ",\"changed\":%" PRIu64
			   ",\"rejects\":%" PRIu64 "}\n",
			   replay->n_pages, replay->n_missing, replay->n_changed, replay->n_rejected);
	else
		buf_printf(&buf,
			   "pages loaded again: %" PRIu64 ", not to be had: %" PRIu64
			   "; records changed: %" PRIu64 "; still refused: %" PRIu64 "\n",
			   replay->n_pages, replay->n_missing, replay->n_changed, replay->n_rejected);
	return buf_check(&buf, "the summary", err) && cmd_output(buf_str(&buf), err);
}

static bool replay_all(const struct command_context *context, struct replay *replay, const char *source,
		       bool has_build, struct err *err)
{
	struct build_counts counts;
	const char *params[] = {source};
	if (!pg_run(replay->run->pg, &sql_reject_pages, 1, params, &replay->pages, err))
		return false;
	for (size_t i = 0; i < pg_rows_count(replay->pages); i++) {
		CLEANUP(arena_done) struct arena arena;
		arena_init(&arena, CAP_SQL_BYTES);
		if (stop_wanted(err) || !replay_page(replay, i, &arena, err))
			return false;
	}
	if (has_build && replay->n_changed > 0 && !build_run(replay->run, false, &counts, err))
		return false;
	replay->run->is_complete = true;
	return report(context, replay, err);
}

bool cmd_replay(struct command_context *context, struct err *err)
{
	struct replay replay = {0};
	const char *source = NULL;
	bool has_build = !cmd_flag(context, "--no-build");
	if (!cmd_option(context, "--source", &source, err) || !cmd_operands(context, 0, 0, err))
		return false;
	if (source != NULL && source_find(str_from(source)) == NULL)
		return err_set(err, ERR_USAGE, "there is no source %s", source);
	if (!run_begin(&replay.run, context->conf, "replay", source, NULL, err))
		return false;
	bool is_done = replay_all(context, &replay, source, has_build, err);
	pg_rows_free(&replay.pages);
	run_end(&replay.run, err);
	return is_done && err->kind == ERR_NONE;
}
