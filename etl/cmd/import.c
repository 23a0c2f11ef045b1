/* SPDX-License-Identifier: PostgreSQL
 *
 * Files of a source into the warehouse:
 *
 *     claim all (peek at the first record, partition key; conflicts stop here) -> load each -> build -> table
 *
 * A broken file loads nothing of itself; the others are loaded, nothing is built, and the exit code is that
 * of the first failure.
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
#include "conf/conf.h"
#include "gen/sql.h"
#include "json/split.h"
#include "pg/pg.h"
#include "run/archive.h"
#include "run/build.h"
#include "run/load.h"
#include "run/run.h"
#include "source/source.h"

#define OUTPUT_BYTES ((size_t)16 * 1024 * 1024)
#define PEEK_BYTES   ((uint64_t)8 * 1024 * 1024) /* so far a record that can be parsed is looked for */
#define MAX_FILES    100000
#define NUMBER_BYTES 24
#define PATH_BYTES   ((size_t)4096)

enum file_state { FILE_PENDING, FILE_LOADED, FILE_UNCHANGED, FILE_FAILED };

struct file {
	const char *path;
	uint64_t bytes;
	char sha256[HASH_SHA256_HEX]; /* empty: not needed so far */
	const struct stream *stream;
	const char *key;
	const char *const *arguments;
	size_t n_arguments;
	bool is_bare;
	bool is_known; /* the ledger has this content in this partition */
	enum file_state state;
	const char *problem; /* FILE_FAILED */
	struct load_result result;
};

struct import {
	const struct command_context *context;
	const struct source *source;
	const char *stream_name; /* --stream: a source that does not claim files by name */
	const char *licence, *supplied_by, *obtained_on;
	const char *venue, *year, *crawled_on;
	bool is_forced;
	bool has_build;
	struct arena arena;
	struct run *run;
	struct file *files;
	size_t n_files;
	struct err first_failure;
};

/* --- looking at a file --- */

static bool open_file(const char *path, int *ret_fd, uint64_t *ret_bytes, struct err *err)
{
	struct stat status;
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &status) != 0)
		return err_set(err, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISREG(status.st_mode)) {
		err_set(err, ERR_USAGE, "%s is not a regular file", path);
		return err_hint(err, "save a stream or an archive's member to a file first");
	}
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*ret_bytes = (uint64_t)status.st_size;
	*ret_fd = fd;
	fd = -1;
	return true;
}

struct peek {
	struct arena *arena;
	const struct json *first;
};

/* Ends the split with a cancellation of its own once a record could be parsed. */
static bool peek_record(void *context, struct str raw, uint64_t ordinal, bool is_oversized,
			uint64_t full_bytes, struct err *err)
{
	struct peek *peek = context;
	struct err ignored;
	(void)ordinal, (void)full_bytes;
	if (is_oversized)
		return true;
	arena_reset(peek->arena);
	struct str copy = arena_copy(peek->arena, raw); /* the tree may point into it */
	if (copy.data == NULL || !json_parse(copy, peek->arena, &peek->first, &ignored))
		return true;
	return err_set(err, ERR_CANCELLED, "seen enough");
}

static bool peek_bytes(int fd, struct json_split *split, bool *ret_is_array, struct err *err)
{
	char chunk[CAP_CHUNK_BYTES];
	bool is_begun = false;
	for (uint64_t at = 0; at < PEEK_BYTES;) {
		ssize_t length = pread(fd, chunk, sizeof(chunk), (off_t)at);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_set(err, ERR_IO, "cannot read: %s", strerror(errno));
		if (length == 0)
			return json_split_finish(split, err);
		for (ssize_t i = 0; i < length && !is_begun; i++) {
			is_begun = strchr(" \t\r\n\xEF\xBB\xBF", chunk[i]) == NULL;
			*ret_is_array = chunk[i] == '[';
		}
		if (!json_split_feed(split, (struct str){chunk, (size_t)length}, err))
			return false;
		at += (uint64_t)length;
	}
	return true;
}

/* What a file looks like from its beginning. */
struct look {
	const struct json *first; /* record that can be parsed, NULL when none of the first ones can */
	bool is_array;
	bool is_envelope; /* an object whose member item_key holds the records */
};

/* item_key: see json_split_options. */
static bool peek_file(struct arena *arena, struct file *file, int fd, const char *item_key, struct look *ret,
		      struct err *err)
{
	struct peek peek = {.arena = arena};
	struct json_split *split = NULL;
	struct json_split_options options = {
	    .item_key = item_key, .record_cap = CAP_RECORD_BYTES, .on_record = peek_record, .context = &peek};
	if (!json_split_new(&split, &options, err))
		return false;
	bool is_good = peek_bytes(fd, split, &ret->is_array, err);
	uint64_t n_records = json_split_count(split);
	ret->is_envelope = json_split_is_envelope(split);
	json_split_free(split);
	if (!is_good && err->kind == ERR_CANCELLED && peek.first != NULL) {
		err_reset(err);
		is_good = true;
	}
	if (!is_good) {
		if (err->kind == ERR_PROTOCOL || err->kind == ERR_NET_TRANSIENT)
			err->kind = ERR_DATA;
		return err_wrap(err, "%s", file->path);
	}
	if (n_records == 0 && peek.first == NULL)
		return err_set_class(err, ERR_DATA, "E_SRC_COUNT", "%s holds no records", file->path);
	ret->first = peek.first;
	return true;
}

static bool hash_file(struct file *file, int fd, struct err *err)
{
	char chunk[CAP_CHUNK_BYTES];
	unsigned char digest[HASH_SHA256_BYTES];
	struct hash *hash = NULL;
	if (file->sha256[0] != '\0')
		return true;
	if (!hash_new(&hash, err))
		return false;
	for (uint64_t at = 0;;) {
		ssize_t length = pread(fd, chunk, sizeof(chunk), (off_t)at);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0) {
			hash_free(hash);
			return err_set(err, ERR_IO, "cannot read %s: %s", file->path, strerror(errno));
		}
		if (length == 0)
			break;
		hash_add(hash, chunk, (size_t)length);
		at += (uint64_t)length;
	}
	hash_finish(hash, digest);
	hash_free(hash);
	hash_hex(digest, file->sha256);
	return true;
}

static const struct stream *find_stream(const struct source *source, struct str name)
{
	for (size_t i = 0; i < source->n_streams; i++) {
		if (str_equal_text(name, source->streams[i].name))
			return &source->streams[i];
	}
	return NULL;
}

/* The same bytes may have been imported under another name: then they are that edition, whatever this name
 * says. Not with flags that say otherwise. The file is hashed only when the ledger has a page of its size. */
static bool find_known(struct import *import, struct file *file, int fd, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char bytes[NUMBER_BYTES];
	const char *params[] = {import->source->name, bytes};
	snprintf(bytes, sizeof(bytes), "%" PRIu64, file->bytes);
	if (import->is_forced || import->venue != NULL || import->year != NULL || import->crawled_on != NULL)
		return true;
	if (!pg_run(import->run->pg, &sql_import_known, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) > 0 && !hash_file(file, fd, err))
		return false;
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		const struct stream *stream = find_stream(import->source, pg_rows_text(rows, i, 0));
		if (stream == NULL || !str_equal_text(pg_rows_text(rows, i, 2), file->sha256) ||
		    pg_rows_integer(rows, i, 3) != stream->parser_version)
			continue;
		file->stream = stream;
		file->key = arena_text(&import->arena, pg_rows_text(rows, i, 1));
		file->is_known = true;
		return file->key != NULL || err_nomem(err, "a partition's key");
	}
	return true;
}

static struct str file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return str_from(slash == NULL ? path : slash + 1);
}

static bool ask_source(struct import *import, struct file *file, const struct look *look, struct err *err)
{
	struct file_partition partition = {0};
	struct file_claim claim = {.path = file->path,
				   .name = file_name(file->path),
				   .first = look->first,
				   .is_array = look->is_array,
				   .venue = import->venue,
				   .year = import->year,
				   .crawled_on = import->crawled_on,
				   .arena = &import->arena};
	if (!import->source->file_partition(&claim, &partition, err))
		return false;
	file->stream = &import->source->streams[partition.stream];
	file->key = partition.key;
	file->arguments = partition.arguments;
	file->n_arguments = partition.n_arguments;
	file->is_bare = true;
	return true;
}

/* --stream says what the file is. An answer as it came from the source has its records in an envelope, which
 * is one value of any length: only without one are the values themselves the records. */
static bool take_as_stream(struct import *import, struct file *file, struct arena *arena, int fd,
			   struct look *look, struct err *err)
{
	const struct stream *stream = find_stream(import->source, str_from(import->stream_name));
	struct err ignored = {.kind = ERR_NONE};
	file->stream = stream;
	if (!file->is_known)
		file->key = file_name(file->path).data;
	if (stream->item_key != NULL && peek_file(arena, file, fd, stream->item_key, look, &ignored) &&
	    look->is_envelope)
		return true;
	file->is_bare = true;
	return peek_file(arena, file, fd, NULL, look, err);
}

static bool claim_file(struct import *import, struct file *file, struct err *err)
{
	CLEANUP(file_close) int fd = -1;
	CLEANUP(arena_done) struct arena arena;
	struct look look = {.first = NULL};
	arena_init(&arena, CAP_RECORD_ARENA + CAP_RECORD_BYTES);
	if (!open_file(file->path, &fd, &file->bytes, err) || !find_known(import, file, fd, err))
		return false;
	if (import->stream_name != NULL)
		return take_as_stream(import, file, &arena, fd, &look, err);
	if (file->is_known)
		return true;
	return peek_file(&arena, file, fd, NULL, &look, err) && ask_source(import, file, &look, err);
}

/* Two files of one edition in one command: which of them is right nobody can tell, unless they are the same.
 */
static bool check_twice(struct import *import, size_t at, struct err *err)
{
	struct file *file = &import->files[at];
	for (size_t i = 0; i < at; i++) {
		struct file *other = &import->files[i];
		CLEANUP(file_close) int fd = -1;
		CLEANUP(file_close) int other_fd = -1;
		if (other->key == NULL || other->stream != file->stream || strcmp(other->key, file->key) != 0)
			continue;
		if (!open_file(file->path, &fd, &file->bytes, err) ||
		    !open_file(other->path, &other_fd, &other->bytes, err) || !hash_file(file, fd, err) ||
		    !hash_file(other, other_fd, err))
			return false;
		if (strcmp(file->sha256, other->sha256) == 0)
			continue;
		err_set(err, ERR_USAGE, "%s and %s are both edition %s and differ", other->path, file->path,
			file->key);
		return err_hint(err, "import them one at a time, the earlier crawl with --crawled-on DATE");
	}
	return true;
}

static void note_failure(struct import *import, struct file *file, struct err *err)
{
	file->state = FILE_FAILED;
	file->problem = arena_text(&import->arena, str_from(err->message));
	log_event(LOG_ERROR, "file not loaded", "file=\"%s\" class=%s message=\"%s\"", file->path,
		  err->class_name[0] != '\0' ? err->class_name : err_kind_word(err->kind), err->message);
	if (import->first_failure.kind == ERR_NONE)
		import->first_failure = *err;
	err_reset(err);
}

/* What concerns one file alone; anything else ends the command. */
static bool is_own_failure(const struct err *err)
{
	return err->kind == ERR_DATA || (err->kind == ERR_IO && strncmp(err->class_name, "E_DB", 4) != 0);
}

static bool claim_files(struct import *import, struct err *err)
{
	for (size_t i = 0; i < import->n_files; i++) {
		struct file *file = &import->files[i];
		if (!claim_file(import, file, err)) {
			if (!is_own_failure(err))
				return false;
			note_failure(import, file, err);
			continue;
		}
		if (!check_twice(import, i, err))
			return false;
	}
	return true;
}

/* --- loading --- */

static bool archive_file(struct import *import, struct file *file, int fd, struct page *page, struct err *err)
{
	if (!conf_boolean(import->context->conf, CONF_RUN_ARCHIVE_FILES))
		return true;
	return hash_file(file, fd, err) &&
	       archive_store(import->run, fd, file->sha256, file->bytes, &page->stored_bytes, err);
}

/* Replay must find the file again, from whatever directory it is called. */
static bool put_absolute(const char *path, struct buf *buf, struct err *err)
{
	char directory[PATH_BYTES];
	if (path[0] != '/' && getcwd(directory, sizeof(directory)) != NULL)
		buf_printf(buf, "%s/", directory);
	buf_put_text(buf, path);
	return buf_check(buf, "a file's path", err);
}

static bool load_file(struct import *import, struct file *file, struct err *err)
{
	CLEANUP(file_close) int fd = -1;
	struct page page = {.partition_key = file->key,
			    .arguments = file->arguments,
			    .n_arguments = file->n_arguments,
			    .fetched_at_ms = clock_realtime_ms(),
			    .is_verified_while_loading = true,
			    .is_whole_partition = import->stream_name == NULL,
			    .is_bare = file->is_bare,
			    .source_licence = import->licence,
			    .supplied_by = import->supplied_by,
			    .obtained_on = import->obtained_on};
	const struct cursor cursor = {.is_complete = true, .endpoint = "file"};
	const struct load_options options = {.is_forced = import->is_forced};
	CLEANUP(buf_done) struct buf absolute;
	buf_init(&absolute, PATH_BYTES);
	if (!open_file(file->path, &fd, &page.body_bytes, err) || !archive_file(import, file, fd, &page, err))
		return false;
	if (!put_absolute(file->path, &absolute, err))
		return false;
	page.request = absolute.data;
	page.fd = fd;
	memcpy(page.sha256, file->sha256, sizeof(page.sha256));
	if (!load_page(import->run, import->source, file->stream, &page, &cursor, &options, &file->result,
		       err))
		return false;
	file->state = file->result.is_repeat ? FILE_UNCHANGED : FILE_LOADED;
	log_event(LOG_INFO, file->result.is_repeat ? "file unchanged, nothing done" : "file loaded",
		  "file=\"%s\" edition=\"%s\" records=%" PRIu64 " inserted=%" PRIu64 " updated=%" PRIu64
		  " removed=%" PRIu64 " rejects=%" PRIu64,
		  file->path, file->key, file->result.n_records, file->result.n_inserted,
		  file->result.n_updated, file->result.n_removed, file->result.n_rejected);
	return true;
}

static bool load_files(struct import *import, struct err *err)
{
	for (size_t i = 0; i < import->n_files; i++) {
		struct file *file = &import->files[i];
		if (file->state == FILE_FAILED)
			continue;
		if (stop_wanted(err))
			return false;
		if (load_file(import, file, err))
			continue;
		if (!is_own_failure(err))
			return false;
		note_failure(import, file, err);
	}
	log_progress_end();
	return true;
}

/* --- what comes out --- */

static const char *state_word(const struct file *file)
{
	switch (file->state) {
	case FILE_PENDING:
		return "not reached";
	case FILE_LOADED:
		return file->result.n_inserted + file->result.n_updated + file->result.n_removed > 0
			   ? "loaded"
			   : "no change";
	case FILE_UNCHANGED:
		return "unchanged";
	case FILE_FAILED:
		return "failed";
	}
	return "";
}

static void put_json(const struct import *import, struct buf *buf)
{
	buf_put_text(buf, "[");
	for (size_t i = 0; i < import->n_files; i++) {
		const struct file *file = &import->files[i];
		const struct load_result *result = &file->result;
		buf_put_text(buf, i == 0 ? "\n{\"file\":" : ",\n{\"file\":");
		buf_put_json(buf, str_from(file->path));
		buf_put_text(buf, ",\"edition\":");
		if (file->key == NULL)
			buf_put_text(buf, "null");
		else
			buf_put_json(buf, str_from(file->key));
		buf_printf(buf,
			   ",\"state\":\"%s\",\"records\":%" PRIu64 ",\"inserted\":%" PRIu64
			   ",\"updated\":%" PRIu64,
			   state_word(file), result->n_records, result->n_inserted, result->n_updated);
		buf_printf(buf,
			   ",\"unchanged\":%" PRIu64 ",\"removed\":%" PRIu64 ",\"refused\":%" PRIu64
			   ",\"rejects\":%" PRIu64 ",\"problem\":",
			   result->n_unchanged, result->n_removed, result->n_refused, result->n_rejected);
		if (file->problem == NULL)
			buf_put_text(buf, "null");
		else
			buf_put_json(buf, str_from(file->problem));
		buf_put_byte(buf, '}');
	}
	buf_put_text(buf, "\n]\n");
}

static void put_line(struct buf *buf, int width, const char *name, const char *state,
		     const struct load_result *result)
{
	buf_printf(buf,
		   "%-*s  %-11s %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64
		   "\n",
		   width, name, state, result->n_records, result->n_inserted, result->n_updated,
		   result->n_unchanged, result->n_removed, result->n_rejected);
}

static void put_table(const struct import *import, struct buf *buf)
{
	struct load_result sum = {0};
	size_t width = 7;
	for (size_t i = 0; i < import->n_files; i++) {
		size_t length =
		    strlen(import->files[i].key == NULL ? import->files[i].path : import->files[i].key);
		width = length > width ? length : width;
	}
	buf_printf(buf, "%-*s  %-11s %9s %9s %9s %9s %9s %9s\n", (int)width, "edition", "state", "records",
		   "new", "changed", "same", "removed", "rejects");
	for (size_t i = 0; i < import->n_files; i++) {
		const struct file *file = &import->files[i];
		put_line(buf, (int)width, file->key == NULL ? file->path : file->key, state_word(file),
			 &file->result);
		sum.n_records += file->result.n_records;
		sum.n_inserted += file->result.n_inserted;
		sum.n_updated += file->result.n_updated;
		sum.n_unchanged += file->result.n_unchanged;
		sum.n_removed += file->result.n_removed;
		sum.n_rejected += file->result.n_rejected;
	}
	put_line(buf, (int)width, "all", "", &sum);
	if (sum.n_rejected > 0)
		buf_put_text(buf, "`tenure rejects` says what was refused, where and why.\n");
}

static void put_unresolved(struct import *import, struct buf *buf)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	struct err ignored;
	if (!pg_run(import->run->pg, &sql_import_unresolved, 0, NULL, &rows, &ignored) ||
	    pg_rows_count(rows) == 0)
		return;
	int64_t n_names = pg_rows_integer(rows, 0, 0);
	if (n_names > 0)
		buf_printf(buf,
			   "%" PRId64 " names of organisations could not be placed: select * from "
			   "mart.unresolved_organisation;\n",
			   n_names);
}

static bool report(struct import *import, bool is_built, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	if (import->context->is_json) {
		put_json(import, &buf);
	} else {
		put_table(import, &buf);
		if (is_built)
			put_unresolved(import, &buf);
	}
	return buf_check(&buf, "the summary", err) && cmd_output(buf_str(&buf), err);
}

static bool build(struct import *import, bool *ret_is_built, struct err *err)
{
	struct build_counts counts;
	bool is_due = false;
	if (!import->has_build || import->first_failure.kind != ERR_NONE)
		return true;
	if (!build_is_due(import->run, &is_due, err))
		return false;
	if (!is_due) {
		log_event(LOG_INFO, "nothing has changed since the last build", "run=%" PRId64,
			  import->run->run_id);
		return true;
	}
	if (!build_run(import->run, false, &counts, err))
		return err_wrap(err, "files are loaded, but the build failed");
	*ret_is_built = true;
	return true;
}

static bool import_files(struct import *import, struct err *err)
{
	struct err second = {.kind = ERR_NONE};
	bool is_built = false;
	bool is_good = claim_files(import, err) && load_files(import, err) && build(import, &is_built, err);
	if (!is_good && err->kind == ERR_USAGE)
		return false;
	if (!report(import, is_built, is_good ? err : &second))
		return false;
	if (!is_good)
		return false;
	import->run->is_complete = import->first_failure.kind == ERR_NONE;
	if (import->first_failure.kind == ERR_NONE)
		return true;
	*err = import->first_failure;
	if (import->has_build && err->hint[0] == '\0')
		err_hint(err, "the other files are loaded; nothing is built before `tenure build` or an "
			      "import without failures");
	return false;
}

/* --- arguments --- */

static bool list_kinds(const char *kind, struct err *err)
{
	char kinds[256] = "";
	size_t length = 0;
	for (size_t i = 0; source_all[i] != NULL; i++) {
		if (source_all[i]->file_partition == NULL)
			continue;
		int n = snprintf(kinds + length, sizeof(kinds) - length, "%s%s", length == 0 ? "" : ", ",
				 source_all[i]->name);
		length += n > 0 && (size_t)n < sizeof(kinds) - length ? (size_t)n : 0;
	}
	err_set(err, ERR_USAGE, "tenure import: %s is no kind of file it knows", kind);
	return err_hint(err, "kinds: %s", kinds);
}

static bool find_kind(struct import *import, const char *kind, struct err *err)
{
	import->source = source_find(str_from(kind));
	if (import->source == NULL)
		return list_kinds(kind, err);
	if (import->stream_name == NULL)
		return import->source->file_partition != NULL || list_kinds(kind, err);
	if (find_stream(import->source, str_from(import->stream_name)) == NULL)
		return err_set(err, ERR_USAGE, "source %s has no stream %s", kind, import->stream_name);
	return true;
}

static bool read_options(struct import *import, struct command_context *context, struct err *err)
{
	struct date date;
	import->has_build = !cmd_flag(context, "--no-build");
	import->is_forced = cmd_flag(context, "--force");
	if (!cmd_option(context, "--source-licence", &import->licence, err) ||
	    !cmd_option(context, "--supplied-by", &import->supplied_by, err) ||
	    !cmd_option(context, "--obtained-on", &import->obtained_on, err) ||
	    !cmd_option(context, "--venue", &import->venue, err) ||
	    !cmd_option(context, "--year", &import->year, err) ||
	    !cmd_option(context, "--crawled-on", &import->crawled_on, err) ||
	    !cmd_option(context, "--stream", &import->stream_name, err) ||
	    !cmd_operands(context, 2, MAX_FILES, err))
		return false;
	if (import->obtained_on != NULL &&
	    (!date_parse(str_from(import->obtained_on), &date) || date.precision != DATE_DAY))
		return err_set(err, ERR_USAGE, "--obtained-on %s is not a date such as 2024-10-11",
			       import->obtained_on);
	return find_kind(import, context->arguments[0], err);
}

static bool run_import(struct import *import, struct err *err)
{
	const struct command_context *context = import->context;
	import->n_files = (size_t)context->n_arguments - 1;
	import->files = calloc(import->n_files, sizeof(*import->files));
	if (import->files == NULL)
		return err_nomem(err, "the list of files");
	for (size_t i = 0; i < import->n_files; i++)
		import->files[i].path = context->arguments[i + 1];
	if (!run_begin(&import->run, context->conf, "import", import->source->name, import->stream_name, err))
		return false;
	bool is_done = import_files(import, err);
	run_end(&import->run, err);
	return is_done && err->kind == ERR_NONE;
}

bool cmd_import(struct command_context *context, struct err *err)
{
	struct import import = {.context = context};
	if (!read_options(&import, context, err))
		return false;
	arena_init(&import.arena, CAP_COMMAND_ARENA);
	bool is_done = run_import(&import, err);
	arena_done(&import.arena);
	free(import.files);
	return is_done;
}
