/* SPDX-License-Identifier: PostgreSQL */
#include "run/rejects.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "pg/row.h"
#include "run/scrub.h"

#define MEMORY_BYTES  ((size_t)1024 * 1024) /* then to the spool */
#define MAX_OPEN_KEYS 100000		    /* more: every record is taken for one of them */
#define MAX_KEY_BYTES 512 /* with the other columns well below an index entry's 2,704 bytes */
#define NUMBER_BYTES  24

static const char *const columns[] = {
    "source_key", "reject_class", "json_path",	    "detail", "raw",
    "raw_sha256", "raw_bytes",	  "record_ordinal", "is_row",
};
enum column {
	COLUMN_KEY,
	COLUMN_CLASS,
	COLUMN_PATH,
	COLUMN_DETAIL,
	COLUMN_RAW,
	COLUMN_SHA256,
	COLUMN_BYTES,
	COLUMN_ORDINAL,
	COLUMN_IS_ROW,
	COLUMN_COUNT
};
_Static_assert(ARRAY_LENGTH(columns) == COLUMN_COUNT, "one name a column");

struct rejects {
	struct pg *pg;
	const char *spool_directory;
	const char *source;
	const struct stream *stream;
	struct row_binding *binding;
	const char *partition_key;
	bool is_whole_partition;

	struct buf rows; /* encoded, not yet spooled */
	struct buf raw;	 /* scrubbed record at hand */
	int spool_fd;	 /* -1: nothing spooled */
	uint64_t spooled_bytes;
	uint64_t n_rejects;
	uint64_t n_settled;

	uint64_t *open_keys; /* hashes, sorted */
	size_t n_open_keys;
	bool is_any_open; /* too many to remember */
};

bool rejects_new(struct rejects **ret, struct pg *pg, const char *spool_directory, const char *source,
		 const struct stream *stream, struct err *err)
{
	struct rejects *rejects = calloc(1, sizeof(*rejects));
	if (rejects == NULL)
		return err_nomem(err, "the rejects of a page");
	rejects->pg = pg;
	rejects->spool_directory = spool_directory;
	rejects->source = source;
	rejects->stream = stream;
	rejects->spool_fd = -1;
	buf_init(&rejects->rows, MEMORY_BYTES + CAP_ROW_BYTES);
	buf_init(&rejects->raw, 2 * CAP_REJECT_RAW_BYTES);
	if (!row_bind(pg, "meta.rejects", columns, COLUMN_COUNT, &rejects->binding, err)) {
		rejects_free(rejects);
		return false;
	}
	*ret = rejects;
	return true;
}

void rejects_free(struct rejects *rejects)
{
	if (rejects == NULL)
		return;
	row_binding_free(rejects->binding);
	buf_done(&rejects->rows);
	buf_done(&rejects->raw);
	file_close(&rejects->spool_fd);
	free(rejects->open_keys);
	free(rejects);
}

uint64_t rejects_count(const struct rejects *rejects)
{
	return rejects->n_rejects;
}

static const char *is_partitioned(const struct rejects *rejects)
{
	return recorder_is_partitioned(rejects->stream) ? "true" : "false";
}

/* --- keys with open rejects --- */

static uint64_t key_hash(struct str key)
{
	unsigned char digest[HASH_ROW_BYTES];
	uint64_t hash;
	hash_row(key, digest);
	memcpy(&hash, digest, sizeof(hash));
	return hash;
}

static int compare_hashes(const void *left, const void *right)
{
	uint64_t a;
	uint64_t b;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	return (a > b) - (a < b);
}

static bool read_open_keys(struct rejects *rejects, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char most[NUMBER_BYTES];
	const char *params[] = {rejects->source, rejects->stream->name, rejects->partition_key,
				is_partitioned(rejects), most};
	snprintf(most, sizeof(most), "%d", MAX_OPEN_KEYS + 1);
	if (!pg_run(rejects->pg, &sql_reject_open_keys, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	size_t n_keys = pg_rows_count(rows);
	free(rejects->open_keys);
	rejects->open_keys = NULL;
	rejects->n_open_keys = 0;
	rejects->is_any_open = n_keys > MAX_OPEN_KEYS;
	if (n_keys == 0 || rejects->is_any_open)
		return true;
	rejects->open_keys = calloc(n_keys, sizeof(*rejects->open_keys));
	if (rejects->open_keys == NULL)
		return err_nomem(err, "the keys of open rejects");
	for (size_t i = 0; i < n_keys; i++)
		rejects->open_keys[i] = key_hash(pg_rows_text(rows, i, 0));
	rejects->n_open_keys = n_keys;
	qsort(rejects->open_keys, n_keys, sizeof(*rejects->open_keys), compare_hashes);
	return true;
}

bool rejects_begin(struct rejects *rejects, const char *partition_key, bool is_whole_partition,
		   struct err *err)
{
	rejects->partition_key = partition_key;
	rejects->is_whole_partition = is_whole_partition;
	rejects->n_rejects = 0;
	rejects->n_settled = 0;
	rejects->spooled_bytes = 0;
	rejects->n_open_keys = 0;
	rejects->is_any_open = false;
	buf_reset(&rejects->rows);
	if (rejects->spool_fd >= 0 &&
	    (ftruncate(rejects->spool_fd, 0) != 0 || lseek(rejects->spool_fd, 0, SEEK_SET) != 0))
		return err_set_class(err, ERR_IO, "E_SPOOL", "cannot empty a spool: %s", strerror(errno));
	return is_whole_partition || read_open_keys(rejects, err);
}

/* --- gathering --- */

/* Rows in memory go to the spool once they are many. */
static bool spill(struct rejects *rejects, struct err *err)
{
	if (rejects->rows.length < MEMORY_BYTES)
		return buf_check(&rejects->rows, "the rejects of a page", err);
	if (rejects->spool_fd < 0 && !file_spool_open(rejects->spool_directory, &rejects->spool_fd, err))
		return false;
	if (!file_write_all(rejects->spool_fd, buf_str(&rejects->rows), err))
		return false;
	rejects->spooled_bytes += rejects->rows.length;
	buf_reset(&rejects->rows);
	return true;
}

static struct cell text_cell(struct str text)
{
	if (text.data == NULL)
		text.data = "";
	return (struct cell){.kind = CELL_TEXT, .text = text};
}

/* At most length bytes, not within a character; none of it when it is no UTF-8. */
static struct str clip(struct str text, size_t length)
{
	if (text.length > length) {
		while (length > 0 && ((unsigned char)text.data[length] & 0xC0) == 0x80)
			length--;
		text.length = length;
	}
	return utf8_is_valid(text) ? text : (struct str){"", 0};
}

static void set_raw(struct rejects *rejects, const struct reject *reject, struct cell *cells, char *hex)
{
	unsigned char digest[HASH_SHA256_BYTES];
	hash_sha256(reject->raw, digest);
	hash_hex(digest, hex);
	cells[COLUMN_SHA256] = text_cell(str_from(hex));
	cells[COLUMN_BYTES] = (struct cell){.kind = CELL_INTEGER, .integer = (int64_t)reject->raw_bytes};
	buf_reset(&rejects->raw);
	if (reject->raw_bytes > CAP_REJECT_RAW_BYTES || !scrub_text(reject->raw, &rejects->raw))
		return;
	cells[COLUMN_RAW] = (struct cell){.kind = CELL_BYTES, .text = buf_str(&rejects->raw)};
}

static bool put(struct rejects *rejects, const struct cell *cells, struct err *err)
{
	size_t column = 0;
	buf_put_u16(&rejects->rows, COLUMN_COUNT); /* a COPY row begins with its number of fields */
	if (!row_encode(rejects->binding, cells, &rejects->rows, &column, err))
		return err_wrap(err, "a reject's %s", column < COLUMN_COUNT ? columns[column] : "row");
	return spill(rejects, err);
}

bool rejects_add(struct rejects *rejects, const struct reject *reject, struct err *err)
{
	struct cell cells[COLUMN_COUNT] = {0};
	char hex[HASH_SHA256_HEX];
	cells[COLUMN_KEY] = text_cell(clip(reject->source_key, MAX_KEY_BYTES));
	cells[COLUMN_CLASS] = text_cell(str_from(reject->class_name));
	cells[COLUMN_PATH] = text_cell(clip(str_from(reject->json_path), MAX_KEY_BYTES));
	cells[COLUMN_DETAIL] = text_cell(clip(str_from(reject->detail), ERR_MESSAGE_BYTES));
	cells[COLUMN_ORDINAL] = (struct cell){.kind = CELL_INTEGER, .integer = (int64_t)reject->ordinal};
	cells[COLUMN_IS_ROW] = (struct cell){.kind = CELL_BOOLEAN, .is_true = reject->is_row};
	set_raw(rejects, reject, cells, hex);
	rejects->n_rejects++;
	return put(rejects, cells, err);
}

bool rejects_settle(struct rejects *rejects, struct str source_key, struct err *err)
{
	struct cell cells[COLUMN_COUNT] = {0};
	if (source_key.length == 0 || (rejects->n_open_keys == 0 && !rejects->is_any_open))
		return true;
	source_key = clip(source_key, MAX_KEY_BYTES);
	uint64_t hash = key_hash(source_key);
	if (!rejects->is_any_open && bsearch(&hash, rejects->open_keys, rejects->n_open_keys,
					     sizeof(*rejects->open_keys), compare_hashes) == NULL)
		return true;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		cells[i] = text_cell(STR_NONE);
	cells[COLUMN_KEY] = text_cell(source_key);
	cells[COLUMN_RAW] = (struct cell){.kind = CELL_NULL};
	cells[COLUMN_BYTES] = (struct cell){.kind = CELL_INTEGER};
	cells[COLUMN_ORDINAL] = (struct cell){.kind = CELL_INTEGER};
	cells[COLUMN_IS_ROW] = (struct cell){.kind = CELL_BOOLEAN};
	rejects->n_settled++;
	return put(rejects, cells, err);
}

/* --- writing --- */

static bool copy_spool(struct rejects *rejects, struct err *err)
{
	char chunk[CAP_CHUNK_BYTES];
	uint64_t done = 0;
	while (done < rejects->spooled_bytes) {
		ssize_t length = pread(rejects->spool_fd, chunk, sizeof(chunk), (off_t)done);
		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return err_set_class(err, ERR_IO, "E_SPOOL", "cannot read a spool: %s",
					     length == 0 ? "it is too short" : strerror(errno));
		if (!pg_copy_put(rejects->pg, (struct str){chunk, (size_t)length}, err))
			return false;
		done += (uint64_t)length;
	}
	return true;
}

static bool copy_rows(struct rejects *rejects, struct err *err)
{
	struct str landing = STR("reject_landing");
	uint64_t n_rows = 0;
	if (!pg_copy_begin(rejects->pg, landing, columns, COLUMN_COUNT, err))
		return false;
	if (!copy_spool(rejects, err) || !pg_copy_put(rejects->pg, buf_str(&rejects->rows), err)) {
		pg_copy_abort(rejects->pg);
		return false;
	}
	return pg_copy_end(rejects->pg, &n_rows, err);
}

bool rejects_flush(struct rejects *rejects, int64_t run_id, const char *page_sha256, int64_t at_ms,
		   bool is_loaded, struct err *err)
{
	char run[NUMBER_BYTES];
	char at[32];
	const char *source = rejects->source;
	const char *stream = rejects->stream->name;
	snprintf(run, sizeof(run), "%" PRId64, run_id);
	date_format_instant(at_ms, at, sizeof(at));
	const char *merge[] = {source, stream, rejects->partition_key, page_sha256, run, at};
	const char *resolve[] = {source,
				 stream,
				 rejects->partition_key,
				 is_partitioned(rejects),
				 rejects->is_whole_partition ? "true" : "false",
				 run,
				 at};
	bool has_rows = rejects->n_rejects > 0 || rejects->n_settled > 0;
	if (!has_rows && !(is_loaded && rejects->is_whole_partition))
		return true;
	if (!pg_run(rejects->pg, &sql_reject_landing, 0, NULL, NULL, err))
		return false;
	if (has_rows && !copy_rows(rejects, err))
		return false;
	if (rejects->n_rejects > 0 &&
	    !pg_run(rejects->pg, &sql_reject_merge, ARRAY_LENGTH(merge), merge, NULL, err))
		return false;
	return !is_loaded ||
	       pg_run(rejects->pg, &sql_reject_resolve, ARRAY_LENGTH(resolve), resolve, NULL, err);
}
