/* SPDX-License-Identifier: PostgreSQL */
#include "run/scan.h"

#include <errno.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "json/json.h"
#include "json/split.h"
#include "source/source.h"

#define KEYS_BYTES	  ((size_t)16 * 1024 * 1024) /* 500,000 ids; beyond, keys are no longer collected */
#define SPOOL_CHUNK_BYTES ((size_t)64 * 1024)
#define MAX_PATH_STEPS	  8

void scan_done(struct scan *scan)
{
	buf_done(&scan->keys);
}

/* ---- reading a spool ---------------------------------------------------------------------------------- */

static bool feed_spool(struct json_split *split, int fd, struct err *err)
{
	char *chunk = malloc(CAP_CHUNK_BYTES);
	if (chunk == NULL)
		return err_nomem(err, "reading a page");
	bool is_done = lseek(fd, 0, SEEK_SET) == 0;
	if (!is_done)
		err_set_class(err, ERR_IO, "E_SPOOL", "cannot rewind a page: %s", strerror(errno));
	while (is_done) {
		ssize_t n_read = read(fd, chunk, CAP_CHUNK_BYTES);
		if (n_read < 0 && errno == EINTR)
			continue;
		if (n_read < 0)
			is_done =
			    err_set_class(err, ERR_IO, "E_SPOOL", "cannot read a page: %s", strerror(errno));
		if (n_read <= 0)
			break;
		is_done = json_split_feed(split, (struct str){chunk, (size_t)n_read}, err);
	}
	free(chunk);
	return is_done && json_split_finish(split, err);
}

static bool split_spool(const struct stream *stream, int fd, json_split_record *on_record, void *context,
			struct json_split **ret_split, struct err *err)
{
	struct json_split_options options = {.item_key = stream->item_key,
					     .record_cap = CAP_RECORD_BYTES,
					     .on_record = on_record,
					     .context = context};
	struct json_split *split = NULL;
	if (!json_split_new(&split, &options, err))
		return false;
	if (!feed_spool(split, fd, err)) {
		json_split_free(split);
		return false;
	}
	*ret_split = split;
	return true;
}

/* ---- facts of a page ---------------------------------------------------------------------------------- */

struct scanner {
	struct scan *scan;
	const struct stream *stream;
	int64_t last_version_ms;
	bool is_keys_full;
};

/* The end of the string that begins behind an opening quote: the closing quote, or the text's end. */
static const char *string_end(const char *at, const char *end)
{
	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at < end ? at : end;
}

static bool number_after_colon(const char *at, const char *end, int64_t *ret_value)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	if (at == end || *at != ':')
		return false;
	at++;
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
		at++;
	const char *start = at;
	while (at < end && ((*at >= '0' && *at <= '9') || *at == '-'))
		at++;
	return num_parse_i64((struct str){start, (size_t)(at - start)}, ret_value);
}

bool scan_peek_number(struct str record, const char *key, int64_t *ret_value)
{
	const char *end = record.data + record.length;
	int depth = 0;
	for (const char *at = record.data; at < end; at++) {
		if (*at == '{' || *at == '[') {
			depth++;
		} else if (*at == '}' || *at == ']') {
			depth--;
		} else if (*at == '"') {
			const char *start = at + 1;
			at = string_end(start, end);
			struct str text = {start, (size_t)(at - start)};
			if (depth == 1 && at < end && str_equal_text(text, key) &&
			    number_after_colon(at + 1, end, ret_value))
				return true;
		}
	}
	return false;
}

static void note_version(struct scanner *scanner, struct str raw)
{
	struct scan *scan = scanner->scan;
	int64_t version_ms = 0;
	if (scanner->stream->version_path == NULL ||
	    !scan_peek_number(raw, scanner->stream->version_path, &version_ms))
		return;
	if (scan->greatest_version_ms == 0 || version_ms > scan->greatest_version_ms)
		scan->greatest_version_ms = version_ms;
	if (scan->least_version_ms == 0 || version_ms < scan->least_version_ms)
		scan->least_version_ms = version_ms;
	if (scanner->last_version_ms != 0 && version_ms > scanner->last_version_ms)
		scan->is_newest_first = false;
	scanner->last_version_ms = version_ms;
}

static void note_key(struct scanner *scanner, struct str key)
{
	struct scan *scan = scanner->scan;
	if (key.length == 0 || key.length >= SCAN_KEY_BYTES)
		return;
	if (scan->last_key[0] != '\0' && strncmp(scan->last_key, key.data, key.length) >= 0)
		scan->is_ascending = false;
	memcpy(scan->last_key, key.data, key.length);
	scan->last_key[key.length] = '\0';
	if (scan->keys.length + key.length + 1 > KEYS_BYTES)
		scanner->is_keys_full = true;
	if (!scanner->is_keys_full)
		buf_put(&scan->keys, scan->last_key, key.length + 1);
}

static bool take_record(void *context, struct str raw, uint64_t ordinal UNUSED, bool is_oversized,
			uint64_t full_bytes UNUSED, struct err *err UNUSED)
{
	struct scanner *scanner = context;
	if (scanner->stream->key_path != NULL)
		note_key(scanner, json_peek_key(raw, scanner->stream->key_path));
	if (!is_oversized)
		note_version(scanner, raw);
	return true;
}

static bool read_skeleton(const struct stream *stream, const struct json_split *split, struct scan *scan,
			  struct err *err)
{
	CLEANUP(arena_done) struct arena arena;
	const struct json *skeleton = NULL;
	struct str text = json_split_skeleton(split);
	arena_init(&arena, CAP_RECORD_ARENA);
	if (!json_split_is_envelope(split) || text.length == 0)
		return true;
	if (!json_parse(text, &arena, &skeleton, err)) {
		err->kind = ERR_PROTOCOL;
		snprintf(err->class_name, sizeof(err->class_name), "E_SRC_PROTO");
		return err_wrap(err, "around the records of a page");
	}
	int64_t total = 0;
	struct str count = json_str(json_get(skeleton, "count"));
	if (!str_is_none(count) && num_parse_i64(count, &total) && total >= 0)
		scan->total = total;
	return stream->page_check == NULL || stream->page_check(skeleton, scan->n_records, err);
}

bool scan_page(const struct stream *stream, int fd, struct scan *ret, struct err *err)
{
	struct scan scan = {.total = -1, .is_ascending = true, .is_newest_first = true};
	struct scanner scanner = {.scan = &scan, .stream = stream};
	struct json_split *split = NULL;
	buf_init(&scan.keys, KEYS_BYTES);
	if (!split_spool(stream, fd, take_record, &scanner, &split, err)) {
		scan_done(&scan);
		return false;
	}
	scan.n_records = json_split_count(split);
	bool is_whole = read_skeleton(stream, split, &scan, err);
	if (is_whole && stream->item_key != NULL && !json_split_is_envelope(split))
		is_whole = err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO", "the answer has no member \"%s\"",
					 stream->item_key);
	json_split_free(split);
	if (!is_whole || !buf_check(&scan.keys, "keys of a page", err)) {
		scan_done(&scan);
		return false;
	}
	*ret = scan;
	return true;
}

/* ---- records inside records --------------------------------------------------------------------------- */

struct nester {
	const char *path;
	int fd;
	struct buf chunk;
	struct hash *hash;
	struct nested_page page;
	struct arena arena;
};

static bool flush(struct nester *nester, struct err *err)
{
	struct str bytes = buf_str(&nester->chunk);
	if (!buf_check(&nester->chunk, "records inside a page", err))
		return false;
	hash_add(nester->hash, bytes.data, bytes.length);
	nester->page.body_bytes += bytes.length;
	if (!file_write_all(nester->fd, bytes, err))
		return false;
	buf_reset(&nester->chunk);
	return true;
}

static void put_scalar(struct buf *buf, const struct json *value)
{
	switch (value->kind) {
	case JSON_NULL:
		buf_put_text(buf, "null");
		break;
	case JSON_BOOLEAN:
		buf_put_text(buf, value->is_true ? "true" : "false");
		break;
	case JSON_NUMBER:
		buf_put_str(buf, value->text);
		break;
	case JSON_STRING:
		buf_put_json(buf, value->text);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	}
}

/* Writes a value as JSON without recursion: the stack is the path to the value at hand. */
static void put_json(struct buf *buf, const struct json *root)
{
	const struct json *stack[CAP_JSON_DEPTH + 1];
	size_t depth = 0;
	const struct json *value = root;
	while (value != NULL) {
		if (value != root && value->key.data != NULL) {
			buf_put_json(buf, value->key);
			buf_put_byte(buf, ':');
		}
		bool is_tree = value->kind == JSON_ARRAY || value->kind == JSON_OBJECT;
		if (is_tree)
			buf_put_byte(buf, value->kind == JSON_ARRAY ? '[' : '{');
		else
			put_scalar(buf, value);
		if (is_tree && value->first != NULL && depth < ARRAY_LENGTH(stack)) {
			stack[depth++] = value;
			value = value->first;
			continue;
		}
		if (is_tree)
			buf_put_byte(buf, value->kind == JSON_ARRAY ? ']' : '}');
		while (value != root && value->next == NULL) {
			value = stack[--depth];
			buf_put_byte(buf, value->kind == JSON_ARRAY ? ']' : '}');
		}
		if (value == root)
			break;
		buf_put_byte(buf, ',');
		value = value->next;
	}
}

static bool nest_record(void *context, struct str raw, uint64_t ordinal UNUSED, bool is_oversized,
			uint64_t full_bytes UNUSED, struct err *err)
{
	struct nester *nester = context;
	const struct json *root = NULL;
	struct err ignored = {.kind = ERR_NONE};
	arena_reset(&nester->arena);
	if (is_oversized || !json_parse(raw, &nester->arena, &root, &ignored))
		return true;
	const struct json *list = json_path(root, nester->path);
	if (list == NULL || list->kind != JSON_ARRAY)
		return true;
	for (const struct json *item = list->first; item != NULL; item = item->next) {
		if (item->kind != JSON_OBJECT)
			continue;
		if (nester->page.n_records > 0)
			buf_put_byte(&nester->chunk, ',');
		put_json(&nester->chunk, item);
		nester->page.n_records++;
		if (nester->chunk.length >= SPOOL_CHUNK_BYTES && !flush(nester, err))
			return false;
	}
	return true;
}

static bool write_nested(const struct stream *stream, int fd, struct nester *nester, struct err *err)
{
	struct json_split *split = NULL;
	unsigned char digest[HASH_SHA256_BYTES];
	buf_printf(&nester->chunk, "{\"%s\":[", stream->item_key);
	if (!split_spool(stream, fd, nest_record, nester, &split, err))
		return false;
	json_split_free(split);
	buf_put_text(&nester->chunk, "]}");
	if (!flush(nester, err))
		return false;
	hash_finish(nester->hash, digest);
	hash_hex(digest, nester->page.sha256);
	return true;
}

bool scan_nested(const struct stream *stream, int fd, const char *path, const char *spool_directory,
		 struct nested_page *ret, struct err *err)
{
	struct nester nester = {.path = path, .fd = -1, .page = {.fd = -1}};
	buf_init(&nester.chunk, CAP_RECORD_ARENA);
	arena_init(&nester.arena, CAP_RECORD_ARENA);
	bool is_done = hash_new(&nester.hash, err) && file_spool_open(spool_directory, &nester.fd, err) &&
		       write_nested(stream, fd, &nester, err);
	hash_free(nester.hash);
	buf_done(&nester.chunk);
	arena_done(&nester.arena);
	if (!is_done) {
		file_close(&nester.fd);
		return false;
	}
	nester.page.fd = nester.fd;
	*ret = nester.page;
	return true;
}
