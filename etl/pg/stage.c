/* SPDX-License-Identifier: PostgreSQL
 *
 *     stage_put -> record (rows of one record, encoded) -> stage_record_keep
 *        -> first load, key new on this page:  COPY into the stg table        (straight lane)
 *        -> else:                              COPY into the landing table    (landing lane)
 *     the first entity's main lane streams; every other lane is memory, then a spool, copied by stage_merge
 *
 * Whether a key was met before on the page is told by a set of 64-bit hashes: a false hit only costs the
 * longer way, and past its cap every key counts as met.
 */
#include "pg/stage.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "gen/sql.h"
#include "pg/pg.h"

#define MAX_ENTITIES	  16
#define MAX_COLUMNS	  64
#define MAX_RECORD_ROWS	  200000 /* a note with that many authors is a broken one */
#define LANE_BYTES	  ((size_t)1024 * 1024)
#define RECORD_BYTES	  (2 * CAP_ROW_BYTES)
#define KEYS_FIRST	  ((size_t)4096)
#define KEYS_LAST	  ((size_t)2 * 1024 * 1024) /* slots of 16 bytes; at most three quarters are filled */
#define KEYS_KNOWN	  1000000		    /* more rows in all roots together are not fetched */
#define FILTER_ROWS	  2000
#define ANALYZE_ROWS	  10000
#define MET		  0	      /* as the content of a key */
#define SKIPPED		  UINT64_C(1) /* beside a content: its row came, equal to the one on record */
#define FEW_ROWS	  64
#define POSTGRES_EPOCH_MS 946684800000
#define NAME_BYTES	  64

enum lane_kind { LANE_STRAIGHT, LANE_LANDING, LANE_REFUSED, LANE_KINDS, LANE_NONE };

/* Rows that wait for their COPY. */
struct lane {
	struct buf memory;
	int fd; /* spool, -1 = none yet */
	uint64_t spooled_bytes;
	uint64_t n_rows;
};

struct bound_entity {
	const struct entity *entity;
	struct row_binding *binding;
	size_t root;		  /* position of the root that its rows belong to; its own for a root */
	char landing[NAME_BYTES]; /* "" for the part that takes refusals when it is no first entity */
	const char *landing_columns[MAX_COLUMNS + 2];
	const char *straight_columns[MAX_COLUMNS + 4];
	struct lane lanes[LANE_KINDS];
};

/* A row of the record at hand: its fields in `bytes` of the record. */
struct record_row {
	size_t entity;
	size_t offset;
	size_t length;
	uint64_t key;
	unsigned char hash[HASH_ROW_BYTES];
};

/* A key and the content hash of the row that the table holds, SKIPPED when that row came on this page; MET
 * when another one did. */
struct key_slot {
	uint64_t key; /* 0 = free */
	uint64_t content;
};

struct key_set {
	struct key_slot *slots;
	size_t n_slots;
	size_t count;
	bool is_full;
};

struct stage {
	struct pg *pg;
	const char *spool_directory;
	size_t n_entities;
	struct bound_entity entities[MAX_ENTITIES];
	struct row_binding *key_binding; /* of the first entity, for refusals */
	char refusals[NAME_BYTES];
	const char *refusal_columns[MAX_COLUMNS + 1];

	int64_t run_id;
	int64_t at_ms;
	bool is_begun;
	bool is_straight;     /* the tables were empty at the beginning, or what they hold is known */
	bool is_filter_tried; /* this page was found large */
	bool is_copying;
	enum lane_kind streaming;	   /* of the open COPY */
	bool has_duplicates[MAX_ENTITIES]; /* of a root, in its landing table */
	uint64_t next_ordinal;
	struct key_set keys[MAX_ENTITIES]; /* of roots */
	struct stage_counts counts;
	uint64_t n_straight; /* rows of all entities that went straight into their tables */
	uint64_t n_straight_others;
	uint64_t n_landed; /* rows of the first entity, streamed or not */

	struct buf bytes; /* of the record at hand */
	struct record_row *rows;
	size_t n_rows;
	size_t rows_capacity;
	bool has_parent;
	struct key_set record_keys; /* of the record at hand when it has many rows */
	struct buf scratch;	    /* one COPY row */
};

/* ---- set of keys */

static void keys_reset(struct key_set *keys)
{
	if (keys->count > 0)
		memset(keys->slots, 0, keys->n_slots * sizeof(*keys->slots));
	keys->count = 0;
	keys->is_full = false;
}

/* The slot that has the key, or the free one where it belongs. */
static struct key_slot *keys_find(struct key_slot *slots, size_t n_slots, uint64_t key)
{
	size_t at = (size_t)key & (n_slots - 1);
	while (slots[at].key != 0 && slots[at].key != key)
		at = (at + 1) & (n_slots - 1);
	return &slots[at];
}

static void keys_grow(struct key_set *keys)
{
	size_t n_slots = keys->n_slots == 0 ? KEYS_FIRST : keys->n_slots * 2;
	struct key_slot *slots = n_slots > KEYS_LAST ? NULL : calloc(n_slots, sizeof(*slots));
	if (slots == NULL) { /* no memory is no failure: the longer way is always right */
		keys->is_full = true;
		return;
	}
	for (size_t i = 0; i < keys->n_slots; i++)
		if (keys->slots[i].key != 0)
			*keys_find(slots, n_slots, keys->slots[i].key) = keys->slots[i];
	free(keys->slots);
	keys->slots = slots;
	keys->n_slots = n_slots;
}

/* The key's slot, made when it is new (then key is 0 in it no more, and *ret_is_new is true); NULL when the
 * set is full and does not have it. */
static struct key_slot *keys_take(struct key_set *keys, uint64_t key, bool *ret_is_new)
{
	uint64_t name = key == 0 ? 1 : key;
	if (!keys->is_full && keys->count + keys->count / 3 >= keys->n_slots)
		keys_grow(keys);
	*ret_is_new = false;
	if (keys->n_slots == 0)
		return NULL;
	struct key_slot *slot = keys_find(keys->slots, keys->n_slots, name);
	if (slot->key == name)
		return slot;
	if (keys->is_full)
		return NULL;
	*slot = (struct key_slot){.key = name};
	keys->count++;
	*ret_is_new = true;
	return slot;
}

/* ---- binding */

static bool is_root(const struct entity *entity, size_t position)
{
	return position == 0 || entity->n_parent_key_columns == 0 ||
	       entity->n_parent_key_columns == entity->n_key_columns;
}

/* "stg.openreview_notes" and its columns -> landing_openreview_notes_3f2a9c04: two streams that fill
 * different columns of one table have different landing tables in one session. */
static void name_landing(const struct entity *entity, const char *prefix, char *name)
{
	unsigned char digest[HASH_ROW_BYTES];
	char columns[4096];
	size_t length = 0;
	const char *stem = strchr(entity->table, '.');
	stem = stem == NULL ? entity->table : stem + 1;
	for (size_t i = 0; i < entity->n_columns && length < sizeof(columns) - 1; i++) {
		int written = snprintf(columns + length, sizeof(columns) - length, "%s,", entity->columns[i]);
		length += written > 0 ? (size_t)written : 0;
	}
	hash_row((struct str){columns, length < sizeof(columns) ? length : sizeof(columns) - 1}, digest);
	snprintf(name, NAME_BYTES, "%s_%.40s_%02x%02x%02x", prefix, stem, digest[0], digest[1], digest[2]);
}

static void list_columns(struct bound_entity *bound)
{
	const struct entity *entity = bound->entity;
	size_t n = entity->n_columns;
	for (size_t i = 0; i < n; i++) {
		bound->landing_columns[i] = entity->columns[i];
		bound->straight_columns[i] = entity->columns[i];
	}
	bound->landing_columns[n] = "content_hash";
	bound->landing_columns[n + 1] = "landing_ordinal";
	bound->straight_columns[n] = "content_hash";
	bound->straight_columns[n + 1] = "run_id";
	bound->straight_columns[n + 2] = "first_seen_at";
	bound->straight_columns[n + 3] = "changed_at";
}

static bool bind_entity(struct stage *stage, size_t position, const struct entity *entity, struct err *err)
{
	struct bound_entity *bound = &stage->entities[position];
	bound->entity = entity;
	for (size_t i = 0; i < LANE_KINDS; i++) {
		buf_init(&bound->lanes[i].memory, LANE_BYTES + CAP_ROW_BYTES);
		bound->lanes[i].fd = -1;
	}
	if (entity->n_columns > MAX_COLUMNS || entity->n_key_columns == 0 ||
	    entity->n_key_columns > entity->n_columns || entity->n_parent_key_columns > entity->n_key_columns)
		return err_set_class(err, ERR_CONTRACT, "E_CONTRACT", "the declaration of %s is wrong",
				     entity->table);
	bound->root = position;
	if (!is_root(entity, position)) {
		bound->root = stage->entities[position - 1].root;
		if (bound->root != 0)
			return err_set_class(err, ERR_CONTRACT, "E_CONTRACT",
					     "%s is a child of a root that is not the first one",
					     entity->table);
	}
	name_landing(entity, "landing", bound->landing);
	list_columns(bound);
	return row_bind(stage->pg, entity->table, entity->columns, entity->n_columns, &bound->binding, err);
}

static bool bind_refusals(struct stage *stage, struct err *err)
{
	const struct entity *first = stage->entities[0].entity;
	for (size_t i = 0; i < first->n_key_columns; i++)
		stage->refusal_columns[i] = first->columns[i];
	stage->refusal_columns[first->n_key_columns] = "refused_version_at";
	name_landing(first, "refused", stage->refusals);
	return row_bind(stage->pg, first->table, first->columns, first->n_key_columns, &stage->key_binding,
			err);
}

bool stage_new(struct stage **ret, struct pg *pg, const struct entity *entities, size_t n_entities,
	       const char *spool_directory, struct err *err)
{
	if (n_entities == 0 || n_entities > MAX_ENTITIES)
		return err_set(err, ERR_BUG, "a stage has 1 to %d entities", MAX_ENTITIES);
	struct stage *stage = calloc(1, sizeof(*stage));
	if (stage == NULL)
		return err_nomem(err, "stage");
	stage->pg = pg;
	stage->spool_directory = spool_directory;
	buf_init(&stage->bytes, RECORD_BYTES);
	buf_init(&stage->scratch, CAP_ROW_BYTES);
	for (size_t i = 0; i < n_entities; i++) {
		stage->n_entities = i + 1; /* what stage_free has to look at */
		if (!bind_entity(stage, i, &entities[i], err)) {
			stage_free(stage);
			return false;
		}
	}
	if (!bind_refusals(stage, err)) {
		stage_free(stage);
		return false;
	}
	*ret = stage;
	return true;
}

void stage_free(struct stage *stage)
{
	if (stage == NULL)
		return;
	for (size_t i = 0; i < stage->n_entities; i++) {
		for (size_t j = 0; j < LANE_KINDS; j++) {
			buf_done(&stage->entities[i].lanes[j].memory);
			file_close(&stage->entities[i].lanes[j].fd);
		}
		row_binding_free(stage->entities[i].binding);
		free(stage->keys[i].slots);
	}
	row_binding_free(stage->key_binding);
	buf_done(&stage->bytes);
	buf_done(&stage->scratch);
	free(stage->record_keys.slots);
	free(stage->rows);
	free(stage);
}

/* ---- lanes */

static void lane_reset(struct lane *lane)
{
	buf_reset(&lane->memory);
	file_close(&lane->fd);
	lane->spooled_bytes = 0;
	lane->n_rows = 0;
}

static bool lane_spool(const struct stage *stage, struct lane *lane, struct err *err)
{
	if (lane->fd < 0 && !file_spool_open(stage->spool_directory, &lane->fd, err))
		return false;
	if (!file_write_all(lane->fd, buf_str(&lane->memory), err))
		return err_wrap(err, "spooling rows");
	lane->spooled_bytes += lane->memory.length;
	buf_reset(&lane->memory);
	return true;
}

static bool lane_put(const struct stage *stage, struct lane *lane, struct str row, struct err *err)
{
	buf_put_str(&lane->memory, row);
	lane->n_rows++;
	if (!buf_check(&lane->memory, "rows", err))
		return false;
	return lane->memory.length < LANE_BYTES || lane_spool(stage, lane, err);
}

static bool copy_spool(const struct stage *stage, const struct lane *lane, struct err *err)
{
	char bytes[CAP_CHUNK_BYTES];
	uint64_t offset = 0;
	while (offset < lane->spooled_bytes) {
		ssize_t length = pread(lane->fd, bytes, sizeof(bytes), (off_t)offset);
		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return err_set(err, ERR_IO, "cannot read spooled rows: %s",
				       length == 0 ? "the spool is shorter than written" : strerror(errno));
		if (!pg_copy_put(stage->pg, (struct str){bytes, (size_t)length}, err))
			return false;
		offset += (uint64_t)length;
	}
	return true;
}

static bool copy_lane(const struct stage *stage, struct lane *lane, const char *table,
		      const char *const *columns, size_t n_columns, struct err *err)
{
	if (lane->n_rows == 0)
		return true;
	if (!pg_copy_begin(stage->pg, str_from(table), columns, n_columns, err) ||
	    !copy_spool(stage, lane, err) || !pg_copy_put(stage->pg, buf_str(&lane->memory), err) ||
	    !pg_copy_end(stage->pg, NULL, err))
		return err_wrap(err, "loading %s", table);
	return true;
}

/* ---- beginning */

/* {"a","b"}: names from our own declarations and tables, which need no escaping but are quoted all the same.
 */
static void put_array(struct buf *buf, const char *const *names, size_t count)
{
	buf_put_byte(buf, '{');
	for (size_t i = 0; i < count; i++)
		buf_printf(buf, "%s\"%s\"", i == 0 ? "" : ",", names[i]);
	buf_put_byte(buf, '}');
}

static bool begin_landing(const struct stage *stage, const char *name, const struct entity *entity,
			  size_t n_columns, const char *is_refusals, struct err *err)
{
	CLEANUP(buf_done) struct buf columns;
	buf_init(&columns, CAP_SQL_BYTES);
	put_array(&columns, entity->columns, n_columns);
	if (!buf_check(&columns, "column names", err))
		return false;
	const char *params[] = {name, entity->table, columns.data, is_refusals};
	return pg_run(stage->pg, &sql_stage_begin_landing, ARRAY_LENGTH(params), params, NULL, err);
}

static bool are_empty(const struct stage *stage, bool *ret_are_empty, struct err *err)
{
	CLEANUP(buf_done) struct buf tables;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const char *names[MAX_ENTITIES];
	for (size_t i = 0; i < stage->n_entities; i++)
		names[i] = stage->entities[i].entity->table;
	buf_init(&tables, CAP_SQL_BYTES);
	put_array(&tables, names, stage->n_entities);
	if (!buf_check(&tables, "table names", err))
		return false;
	const char *params[] = {tables.data};
	if (!pg_run(stage->pg, &sql_stage_are_empty, 1, params, &rows, err))
		return false;
	*ret_are_empty = pg_rows_integer(rows, 0, 0) != 0;
	return true;
}

static void forget(struct stage *stage)
{
	for (size_t i = 0; i < stage->n_entities; i++) {
		for (size_t j = 0; j < LANE_KINDS; j++)
			lane_reset(&stage->entities[i].lanes[j]);
		keys_reset(&stage->keys[i]);
		stage->has_duplicates[i] = false;
	}
	stage_record_drop(stage);
	stage->counts = (struct stage_counts){0};
	stage->n_straight = 0;
	stage->n_straight_others = 0;
	stage->n_landed = 0;
	stage->next_ordinal = 0;
	stage->is_copying = false;
	stage->is_filter_tried = false;
	stage->is_begun = false;
}

bool stage_begin(struct stage *stage, int64_t run_id, int64_t at_ms, struct err *err)
{
	const struct entity *first = stage->entities[0].entity;
	forget(stage);
	stage->run_id = run_id;
	stage->at_ms = at_ms;
	if (!are_empty(stage, &stage->is_straight, err))
		return false;
	for (size_t i = 0; i < stage->n_entities; i++)
		if (!begin_landing(stage, stage->entities[i].landing, stage->entities[i].entity,
				   stage->entities[i].entity->n_columns, "false", err))
			return false;
	if (!begin_landing(stage, stage->refusals, first, first->n_key_columns, "true", err))
		return false;
	stage->is_begun = true;
	return true;
}

void stage_abort(struct stage *stage)
{
	if (stage->is_copying)
		pg_copy_abort(stage->pg);
	forget(stage);
}

/* ---- one record */

void stage_record_begin(struct stage *stage)
{
	stage_record_drop(stage);
}

void stage_record_drop(struct stage *stage)
{
	stage->n_rows = 0;
	stage->has_parent = false;
	buf_reset(&stage->bytes);
}

static uint64_t short_hash(struct str bytes)
{
	unsigned char digest[HASH_ROW_BYTES];
	uint64_t value = 0;
	hash_row(bytes, digest);
	memcpy(&value, digest, sizeof(value));
	return value;
}

/* Length of the first n fields of an encoded row. */
static size_t fields_length(const char *fields, size_t n)
{
	size_t length = 0;
	for (size_t i = 0; i < n; i++) {
		const unsigned char *at = (const unsigned char *)fields + length;
		uint32_t bytes = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
		length += 4 + (bytes == UINT32_MAX ? 0 : bytes);
	}
	return length;
}

static bool reserve_row(struct stage *stage, struct err *err)
{
	if (stage->n_rows == MAX_RECORD_ROWS)
		return err_set_class(err, ERR_DATA, "E_DATA_SIZE", "a record of more than %d rows",
				     MAX_RECORD_ROWS);
	if (stage->n_rows < stage->rows_capacity)
		return true;
	size_t capacity = stage->rows_capacity == 0 ? 64 : stage->rows_capacity * 2;
	struct record_row *rows = realloc(stage->rows, capacity * sizeof(*rows));
	if (rows == NULL)
		return err_nomem(err, "rows of a record");
	stage->rows = rows;
	stage->rows_capacity = capacity;
	return true;
}

static uint64_t mixed_key(const struct record_row *row)
{
	return row->key ^ (row->entity + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

/* Has the record at hand a row of this entity and key? Few rows are looked through, many go into a set. */
static bool is_repeated(struct stage *stage, const struct record_row *row)
{
	if (stage->n_rows < FEW_ROWS) {
		for (size_t i = 0; i < stage->n_rows; i++)
			if (stage->rows[i].entity == row->entity && stage->rows[i].key == row->key)
				return true;
		return false;
	}
	bool is_new = false;
	if (stage->n_rows == FEW_ROWS) {
		keys_reset(&stage->record_keys);
		for (size_t i = 0; i < stage->n_rows; i++)
			(void)keys_take(&stage->record_keys, mixed_key(&stage->rows[i]), &is_new);
	}
	/* Full only without memory, and then the server would tell. */
	return keys_take(&stage->record_keys, mixed_key(row), &is_new) != NULL && !is_new;
}

static void take_back(struct stage *stage, size_t length)
{
	stage->bytes.length = length;
	if (stage->bytes.data != NULL)
		stage->bytes.data[length] = '\0';
}

bool stage_put(struct stage *stage, size_t entity, const struct cell *cells, size_t *ret_column,
	       struct err *err)
{
	struct bound_entity *bound = &stage->entities[entity];
	size_t offset = stage->bytes.length;
	*ret_column = 0;
	if (!stage->is_begun)
		return err_set(err, ERR_BUG, "stage_put before stage_begin");
	if (!reserve_row(stage, err) || !row_encode(bound->binding, cells, &stage->bytes, ret_column, err))
		return false;
	struct str fields = {stage->bytes.data + offset, stage->bytes.length - offset};
	struct str key = {fields.data, fields_length(fields.data, bound->entity->n_key_columns)};
	struct record_row row = {
	    .entity = entity, .offset = offset, .length = fields.length, .key = short_hash(key)};
	hash_row(fields, row.hash);
	bool is_of_record = bound->root == 0; /* other roots' rows are records of their own: merged by key */
	if ((is_of_record && is_repeated(stage, &row)) || (entity == 0 && stage->has_parent)) {
		take_back(stage, offset);
		return err_set_class(err, ERR_DATA, "E_DATA_CONFLICT",
				     "%s: the record has two rows of one key", bound->entity->table);
	}
	stage->rows[stage->n_rows++] = row;
	stage->has_parent |= entity == 0;
	return true;
}

/* The parent's hash covers its children, so that an equal hash means an equal record. */
static bool hash_record(struct stage *stage, struct record_row **ret_parent, struct err *err)
{
	struct record_row *parent = NULL;
	bool has_children = false;
	buf_reset(&stage->scratch);
	for (size_t i = 0; i < stage->n_rows; i++) {
		struct record_row *row = &stage->rows[i];
		if (row->entity == 0)
			parent = row;
		else if (stage->entities[row->entity].root != 0)
			continue;
		else
			has_children = true;
		buf_put_byte(&stage->scratch, (char)row->entity);
		buf_put(&stage->scratch, row->hash, sizeof(row->hash));
	}
	if (has_children && parent == NULL)
		return err_set(err, ERR_BUG, "a record has children but no row of %s",
			       stage->entities[0].entity->table);
	if (!buf_check(&stage->scratch, "hashes of a record", err))
		return false;
	if (has_children)
		hash_row(buf_str(&stage->scratch), parent->hash);
	*ret_parent = parent;
	return true;
}

static void put_bigint(struct buf *buf, int64_t value)
{
	buf_put_u32(buf, 8);
	buf_put_u64(buf, (uint64_t)value);
}

static void put_instant(struct buf *buf, int64_t ms)
{
	put_bigint(buf, (ms - POSTGRES_EPOCH_MS) * 1000);
}

/* One COPY row into scratch: own fields, hash, and what its lane's table wants. */
static bool compose(struct stage *stage, const struct record_row *row, enum lane_kind lane, uint64_t ordinal,
		    struct err *err)
{
	struct buf *buf = &stage->scratch;
	size_t n_own = stage->entities[row->entity].entity->n_columns;
	buf_reset(buf);
	buf_put_u16(buf, (uint16_t)(n_own + (lane == LANE_STRAIGHT ? 4 : 2)));
	buf_put(buf, stage->bytes.data + row->offset, row->length);
	buf_put_u32(buf, HASH_ROW_BYTES);
	buf_put(buf, row->hash, HASH_ROW_BYTES);
	if (lane == LANE_STRAIGHT) {
		put_bigint(buf, stage->run_id);
		put_instant(buf, stage->at_ms);
		put_instant(buf, stage->at_ms);
	} else {
		put_bigint(buf, (int64_t)ordinal);
	}
	return buf_check(buf, "row", err);
}

static bool finish_stream(struct stage *stage, struct err *err)
{
	if (!stage->is_copying)
		return true;
	stage->is_copying = false;
	if (!pg_copy_end(stage->pg, NULL, err))
		return err_wrap(err, "loading %s", stage->entities[0].entity->table);
	return true;
}

/* The lane that streams: rows of the first entity, straight into the table or to landing. */
static bool stream_row(struct stage *stage, enum lane_kind lane, struct err *err)
{
	struct bound_entity *bound = &stage->entities[0];
	size_t n = bound->entity->n_columns;
	if (!stage->is_copying) {
		bool is_begun = lane == LANE_STRAIGHT
				    ? pg_copy_begin(stage->pg, str_from(bound->entity->table),
						    bound->straight_columns, n + 4, err)
				    : pg_copy_begin(stage->pg, str_from(bound->landing),
						    bound->landing_columns, n + 2, err);
		if (!is_begun)
			return err_wrap(err, "loading %s", bound->entity->table);
		stage->is_copying = true;
		stage->streaming = lane;
	}
	if (!pg_copy_put(stage->pg, buf_str(&stage->scratch), err))
		return err_wrap(err, "loading %s", bound->entity->table);
	return true;
}

static bool keep_row(struct stage *stage, const struct record_row *row, enum lane_kind lane, uint64_t ordinal,
		     struct err *err)
{
	struct bound_entity *bound = &stage->entities[row->entity];
	if (!compose(stage, row, lane, ordinal, err))
		return false;
	stage->n_landed += row->entity == 0 && lane == LANE_LANDING;
	if (row->entity == 0 && lane == (stage->is_straight ? LANE_STRAIGHT : LANE_LANDING))
		return stream_row(stage, lane, err);
	return lane_put(stage, &bound->lanes[lane], buf_str(&stage->scratch), err);
}

/* ---- what the tables hold */

/* In the order of the hashes, as the server compares them; with room for SKIPPED. */
static uint64_t content_of(const unsigned char *hash)
{
	uint64_t value = 0;
	for (size_t i = 0; i < sizeof(value); i++)
		value = value << 8 | hash[i];
	value &= ~SKIPPED;
	return value == MET ? SKIPPED << 1 : value;
}

struct known_rows {
	struct key_set *keys;
	size_t n_key_columns;
};

/* Fields: the key's, then content_hash. Keys met on this page before stay met. */
static bool take_known(void *context, struct str fields, struct err *err)
{
	const struct known_rows *known = context;
	bool is_new = false;
	size_t length = fields_length(fields.data, known->n_key_columns);
	if (fields.length != length + 4 + HASH_ROW_BYTES)
		return err_set(err, ERR_BUG, "the server gave a row of another shape");
	struct key_slot *slot =
	    keys_take(known->keys, short_hash((struct str){fields.data, length}), &is_new);
	if (is_new)
		slot->content = content_of((const unsigned char *)fields.data + length + 4);
	return true;
}

static bool fetch_known(struct stage *stage, size_t root, struct err *err)
{
	const struct entity *entity = stage->entities[root].entity;
	struct known_rows known = {&stage->keys[root], entity->n_key_columns};
	const char *columns[MAX_COLUMNS + 1];
	for (size_t i = 0; i < entity->n_key_columns; i++)
		columns[i] = entity->columns[i];
	columns[entity->n_key_columns] = "content_hash";
	if (!pg_copy_out(stage->pg, str_from(entity->table), columns, entity->n_key_columns + 1, take_known,
			 &known, err))
		return err_wrap(err, "reading keys of %s", entity->table);
	return true;
}

static bool put_roots(const struct stage *stage, struct buf *tables, struct err *err)
{
	const char *names[MAX_ENTITIES];
	size_t n_roots = 0;
	for (size_t i = 0; i < stage->n_entities; i++)
		if (stage->entities[i].root == i)
			names[n_roots++] = stage->entities[i].entity->table;
	put_array(tables, names, n_roots);
	return buf_check(tables, "table names", err);
}

/* A large page: from here on what the tables hold is known, unless it is too much. */
static bool begin_filter(struct stage *stage, struct err *err)
{
	CLEANUP(buf_done) struct buf tables;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	buf_init(&tables, CAP_SQL_BYTES);
	stage->is_filter_tried = true;
	if (!finish_stream(stage, err) || !put_roots(stage, &tables, err))
		return false;
	const char *params[] = {tables.data};
	if (!pg_run(stage->pg, &sql_stage_count, 1, params, &rows, err))
		return false;
	if (pg_rows_integer(rows, 0, 0) > KEYS_KNOWN)
		return true;
	for (size_t i = 0; i < stage->n_entities; i++) {
		if (stage->entities[i].root != i)
			continue;
		if (!fetch_known(stage, i, err))
			return false;
		/* A table that is not known in full would take a row twice. */
		if (stage->keys[i].is_full)
			return true;
	}
	stage->is_straight = true;
	return true;
}

/* Which way the rows of a root go. */
static enum lane_kind choose_lane(struct stage *stage, size_t root, const struct record_row *row)
{
	bool is_new = false;
	struct key_slot *slot = keys_take(&stage->keys[root], row->key, &is_new);
	if (is_new)
		return stage->is_straight ? LANE_STRAIGHT : LANE_LANDING;
	if (slot != NULL && slot->content != MET) {
		uint64_t content = content_of(row->hash);
		uint64_t on_record = slot->content & ~SKIPPED;
		bool was_skipped = (slot->content & SKIPPED) != 0;
		slot->content = content == on_record ? on_record | SKIPPED : MET;
		/* The row on record is one of this page's: of rows without a version the greater hash stays.
		 */
		if (was_skipped && content < on_record && !stage->entities[root].entity->has_version) {
			slot->content = on_record | SKIPPED;
			return LANE_NONE;
		}
		return content == on_record ? LANE_NONE : LANE_LANDING;
	}
	stage->has_duplicates[root] = true;
	return LANE_LANDING;
}

static bool keep_rows(struct stage *stage, enum lane_kind lane, struct err *err)
{
	uint64_t ordinal = stage->next_ordinal++;
	for (size_t i = 0; i < stage->n_rows; i++) {
		const struct record_row *row = &stage->rows[i];
		size_t root = stage->entities[row->entity].root;
		enum lane_kind own = lane;
		uint64_t own_ordinal = ordinal;
		if (root != 0) { /* a record of its own */
			own = choose_lane(stage, root, row);
			own_ordinal = stage->next_ordinal++;
		}
		stage->n_straight += own == LANE_STRAIGHT;
		stage->n_straight_others += row->entity != 0 && own == LANE_STRAIGHT;
		if (own != LANE_NONE && !keep_row(stage, row, own, own_ordinal, err))
			return false;
	}
	return true;
}

bool stage_record_keep(struct stage *stage, struct err *err)
{
	struct record_row *parent = NULL;
	enum lane_kind lane = LANE_LANDING;
	if (!stage->is_begun)
		return err_set(err, ERR_BUG, "stage_record_keep before stage_begin");
	if (!hash_record(stage, &parent, err))
		return false;
	if (!stage->is_straight && !stage->is_filter_tried && stage->next_ordinal >= FILTER_ROWS &&
	    !begin_filter(stage, err))
		return false;
	if (parent != NULL) {
		lane = choose_lane(stage, 0, parent);
		stage->counts.n_rows++;
		stage->counts.n_inserted += lane == LANE_STRAIGHT;
	}
	if (!keep_rows(stage, lane, err))
		return false;
	stage_record_drop(stage);
	return true;
}

bool stage_refuse(struct stage *stage, const struct cell *key_cells, int64_t version_ms, struct err *err)
{
	struct bound_entity *first = &stage->entities[0];
	size_t column = 0;
	if (!stage->is_begun)
		return err_set(err, ERR_BUG, "stage_refuse before stage_begin");
	buf_reset(&stage->scratch);
	buf_put_u16(&stage->scratch, (uint16_t)(first->entity->n_key_columns + 1));
	if (!row_encode(stage->key_binding, key_cells, &stage->scratch, &column, err))
		return err_wrap(err, "key of a refused record");
	if (version_ms == 0)
		buf_put_u32(&stage->scratch, UINT32_MAX);
	else
		put_instant(&stage->scratch, version_ms);
	return buf_check(&stage->scratch, "key of a refused record", err) &&
	       lane_put(stage, &first->lanes[LANE_REFUSED], buf_str(&stage->scratch), err);
}

/* ---- the end of a page */

static bool copy_lanes(struct stage *stage, struct err *err)
{
	for (size_t i = 0; i < stage->n_entities; i++) {
		struct bound_entity *bound = &stage->entities[i];
		size_t n = bound->entity->n_columns;
		if (!copy_lane(stage, &bound->lanes[LANE_STRAIGHT], bound->entity->table,
			       bound->straight_columns, n + 4, err))
			return false;
		if (!copy_lane(stage, &bound->lanes[LANE_LANDING], bound->landing, bound->landing_columns,
			       n + 2, err))
			return false;
	}
	return copy_lane(stage, &stage->entities[0].lanes[LANE_REFUSED], stage->refusals,
			 stage->refusal_columns, stage->entities[0].entity->n_key_columns + 1, err);
}

/* [{"table":…,"landing":…,"keys":[…],"parent_keys":[…]}, …] for meta.merge_records. */
static void put_children(const struct stage *stage, size_t root, struct buf *buf)
{
	const char *separator = "";
	buf_put_byte(buf, '[');
	for (size_t i = root + 1; i < stage->n_entities; i++) {
		const struct bound_entity *bound = &stage->entities[i];
		if (bound->root != root)
			continue;
		buf_printf(buf, "%s{\"table\":\"%s\",\"landing\":\"%s\",\"keys\":[", separator,
			   bound->entity->table, bound->landing);
		for (size_t j = 0; j < bound->entity->n_key_columns; j++)
			buf_printf(buf, "%s\"%s\"", j == 0 ? "" : ",", bound->entity->columns[j]);
		buf_put_text(buf, "],\"parent_keys\":[");
		for (size_t j = 0; j < bound->entity->n_parent_key_columns; j++)
			buf_printf(buf, "%s\"%s\"", j == 0 ? "" : ",", bound->entity->columns[j]);
		buf_put_text(buf, "]}");
		separator = ",";
	}
	buf_put_byte(buf, ']');
}

static bool run_merge(struct stage *stage, size_t root, struct pg_rows **ret_rows, struct err *err)
{
	CLEANUP(buf_done) struct buf keys;
	CLEANUP(buf_done) struct buf children;
	char run_id[24];
	char at[32];
	const struct bound_entity *bound = &stage->entities[root];
	bool has_refusals = root == 0 && bound->lanes[LANE_REFUSED].n_rows > 0;
	buf_init(&keys, CAP_SQL_BYTES);
	buf_init(&children, CAP_SQL_BYTES);
	put_array(&keys, bound->entity->columns, bound->entity->n_key_columns);
	put_children(stage, root, &children);
	if (!buf_check(&keys, "key columns", err) || !buf_check(&children, "child tables", err))
		return false;
	snprintf(run_id, sizeof(run_id), "%lld", (long long)stage->run_id);
	date_format_instant(stage->at_ms, at, sizeof(at));
	const char *params[] = {bound->entity->table,
				bound->landing,
				keys.data,
				bound->entity->has_version ? "true" : "false",
				stage->has_duplicates[root] ? "true" : "false",
				has_refusals ? stage->refusals : NULL,
				children.data,
				run_id,
				at};
	if (!pg_run(stage->pg, &sql_stage_merge, ARRAY_LENGTH(params), params, ret_rows, err))
		return err_wrap(err, "merging %s", bound->entity->table);
	return true;
}

static bool merge_root(struct stage *stage, size_t root, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	const struct bound_entity *bound = &stage->entities[root];
	uint64_t n_landed = root == 0 ? stage->n_landed : bound->lanes[LANE_LANDING].n_rows;
	if (n_landed == 0 && bound->lanes[LANE_REFUSED].n_rows == 0)
		return true;
	if (!run_merge(stage, root, &rows, err))
		return false;
	uint64_t n_inserted = (uint64_t)pg_rows_integer(rows, 0, 0);
	uint64_t n_updated = (uint64_t)pg_rows_integer(rows, 0, 1);
	uint64_t n_removed = (uint64_t)pg_rows_integer(rows, 0, 2);
	if (root == 0) {
		stage->counts.n_inserted += n_inserted;
		stage->counts.n_updated += n_updated;
		stage->counts.n_removed += n_removed;
	} else {
		stage->counts.n_child_changes += n_inserted + n_updated + n_removed;
	}
	stage->counts.n_child_changes += (uint64_t)pg_rows_integer(rows, 0, 3);
	return true;
}

/* Tables that have just grown much are unknown to the planner until somebody looks at them. */
static bool analyze_grown(struct stage *stage, struct err *err)
{
	CLEANUP(buf_done) struct buf tables;
	const char *names[MAX_ENTITIES];
	const char *params[1];
	buf_init(&tables, CAP_SQL_BYTES);
	if (stage->n_straight < ANALYZE_ROWS)
		return true;
	for (size_t i = 0; i < stage->n_entities; i++)
		names[i] = stage->entities[i].entity->table;
	put_array(&tables, names, stage->n_entities);
	params[0] = tables.data;
	return buf_check(&tables, "table names", err) &&
	       pg_run(stage->pg, &sql_stage_analyze, ARRAY_LENGTH(params), params, NULL, err);
}

bool stage_merge(struct stage *stage, struct stage_counts *ret_counts, struct err *err)
{
	struct stage_counts *counts = &stage->counts;
	if (!stage->is_begun)
		return err_set(err, ERR_BUG, "stage_merge before stage_begin");
	if (!finish_stream(stage, err) || !copy_lanes(stage, err) || !analyze_grown(stage, err))
		return false;
	for (size_t i = 0; i < stage->n_entities; i++)
		if (stage->entities[i].root == i && !merge_root(stage, i, err))
			return false;
	counts->n_child_changes += stage->n_straight_others;
	uint64_t n_written = counts->n_inserted + counts->n_updated;
	counts->n_unchanged = counts->n_rows > n_written ? counts->n_rows - n_written : 0;
	*ret_counts = *counts;
	forget(stage);
	return true;
}
