/* SPDX-License-Identifier: PostgreSQL */
#include "run/record.h"

#include <math.h>

#include "base/arena.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/num.h"
#include "json/json.h"

#define MAX_EXACT_REAL 9007199254740992.0 /* 2^53: integers beyond are not what was written */
#define PATH_BYTES     256
#define DETAIL_BYTES   400

/* A member name that some path goes through. Siblings are looked at from the one after the last match on:
 * records of one page have their members in the same order, so that nearly every look is a hit. */
struct path_node {
	struct str name;
	size_t slot; /* into found, or NO_SLOT */
	struct path_node *first;
	struct path_node *next;
	struct path_node *expected;
};

#define NO_SLOT SIZE_MAX

/* A row-level reject waiting for the record's fate. */
struct row_reject {
	const char *class_name;
	const char *json_path;
	const char *detail;
	struct row_reject *next;
};

struct recorder {
	const struct stream *stream;
	const struct record_sink *sink;
	struct record record;
	struct arena arena;
	struct arena plan; /* the tree of paths */
	struct path_node *paths;
	size_t *same;		   /* field -> slot it reads: the first field with that path */
	const struct json **found; /* by slot: fields, then key, then version */
	size_t n_slots;
	struct cell *cells;
	struct row_reject *row_rejects;
	struct row_reject **last_row_reject;
	struct record_counts counts;

	/* the record at hand */
	struct str raw;
	uint64_t raw_bytes;
	uint64_t ordinal;
	struct str key;
	int64_t version_ms;
};

bool recorder_is_partitioned(const struct stream *stream)
{
	return stream->entities[0].n_key_columns > 1;
}

/* --- the tree of paths --- */

static struct path_node *find_or_add(struct arena *plan, struct path_node *parent, struct str name)
{
	struct path_node **link = &parent->first;
	while (*link != NULL && !str_equal((*link)->name, name))
		link = &(*link)->next;
	if (*link == NULL) {
		*link = arena_alloc(plan, sizeof(**link));
		if (*link != NULL) {
			(*link)->name = name;
			(*link)->slot = NO_SLOT;
		}
	}
	return *link;
}

/* Returns the slot of the path: `slot`, or the one that an equal path has already; NO_SLOT without memory. */
static size_t add_path(struct recorder *recorder, const char *path, size_t slot)
{
	struct path_node *node = recorder->paths;
	struct str rest = str_from(path);
	struct str step;
	while (node != NULL && str_next(&rest, '.', &step))
		node = find_or_add(&recorder->plan, node, step);
	if (node == NULL)
		return NO_SLOT;
	if (node->slot == NO_SLOT)
		node->slot = slot;
	return node->slot;
}

static bool plan_paths(struct recorder *recorder, struct err *err)
{
	const struct stream *stream = recorder->stream;
	recorder->paths = arena_alloc(&recorder->plan, sizeof(*recorder->paths));
	recorder->same = arena_alloc(&recorder->plan, recorder->n_slots * sizeof(*recorder->same));
	recorder->found = arena_alloc(&recorder->plan, recorder->n_slots * sizeof(const struct json *));
	recorder->cells = arena_alloc(&recorder->plan, stream->n_fields * sizeof(*recorder->cells));
	if (recorder->paths == NULL || recorder->same == NULL || recorder->found == NULL ||
	    recorder->cells == NULL)
		return err_nomem(err, "a field map");
	for (size_t i = 0; i < recorder->n_slots; i++) {
		const char *path = i < stream->n_fields	   ? stream->fields[i].path
				   : i == stream->n_fields ? stream->key_path
							   : stream->version_path;
		recorder->same[i] = NO_SLOT;
		if (path == NULL)
			continue;
		recorder->same[i] = add_path(recorder, path, i);
		if (recorder->same[i] == NO_SLOT)
			return err_nomem(err, "a field map");
	}
	return true;
}

static bool check_fields(const struct stream *stream, struct err *err)
{
	const struct entity *parent = &stream->entities[0];
	if (stream->n_fields != parent->n_columns)
		return err_set(err, ERR_CONTRACT, "stream %s has %zu fields for the %zu columns of %s",
			       stream->name, stream->n_fields, parent->n_columns, parent->table);
	for (size_t i = 0; i < stream->n_fields; i++) {
		const struct field *field = &stream->fields[i];
		if (strcmp(field->column, parent->columns[i]) != 0)
			return err_set(err, ERR_CONTRACT,
				       "stream %s: field %zu is %s, the column of %s is %s", stream->name, i,
				       field->column, parent->table, parent->columns[i]);
		if (field->path != NULL && source_path_is_denied(field->path))
			return err_set(err, ERR_CONTRACT, "stream %s maps the denied path %s", stream->name,
				       field->path);
		if ((field->path == NULL) != (field->kind == FIELD_HOOK))
			return err_set(err, ERR_CONTRACT, "stream %s: field %s has %s", stream->name,
				       field->column, field->path == NULL ? "no path" : "a path and a hook");
	}
	return true;
}

bool recorder_new(struct recorder **ret, const struct stream *stream, const struct conf *conf,
		  const struct record_sink *sink, struct err *err)
{
	if (!check_fields(stream, err))
		return false;
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	if (recorder == NULL)
		return err_nomem(err, "a field map");
	recorder->stream = stream;
	recorder->sink = sink;
	recorder->n_slots = stream->n_fields + 2;
	arena_init(&recorder->arena, CAP_RECORD_ARENA);
	arena_init(&recorder->plan, CAP_COMMAND_ARENA);
	if (!plan_paths(recorder, err)) {
		recorder_free(recorder);
		return false;
	}
	recorder->record = (struct record){
	    .arena = &recorder->arena, .cells = recorder->cells, .conf = conf, .internal = recorder};
	*ret = recorder;
	return true;
}

void recorder_free(struct recorder *recorder)
{
	if (recorder == NULL)
		return;
	arena_done(&recorder->arena);
	arena_done(&recorder->plan);
	free(recorder);
}

void recorder_page(struct recorder *recorder, const char *partition_key, const char *const *arguments,
		   size_t n_arguments)
{
	recorder->counts = (struct record_counts){0};
	recorder->record.partition_key = partition_key;
	recorder->record.arguments = arguments;
	recorder->record.n_arguments = n_arguments;
}

const struct record_counts *recorder_counts(const struct recorder *recorder)
{
	return &recorder->counts;
}

static struct path_node *find_node(struct path_node *parent, struct str name)
{
	struct path_node *start = parent->expected != NULL ? parent->expected : parent->first;
	for (struct path_node *node = start; node != NULL; node = node->next) {
		if (str_equal(node->name, name)) {
			parent->expected = node->next;
			return node;
		}
	}
	for (struct path_node *node = parent->first; node != start; node = node->next) {
		if (str_equal(node->name, name)) {
			parent->expected = node->next;
			return node;
		}
	}
	return NULL;
}

/* Depth is that of the paths, not of the input. */
static void walk(struct recorder *recorder, const struct json *object, struct path_node *parent)
{
	if (object->kind != JSON_OBJECT)
		return;
	for (const struct json *child = object->first; child != NULL; child = child->next) {
		struct path_node *node = find_node(parent, child->key);
		if (node == NULL)
			continue;
		if (node->slot != NO_SLOT)
			recorder->found[node->slot] = child;
		if (node->first != NULL)
			walk(recorder, child, node);
	}
}

/* --- JSON value -> cell; the class of the failure, or NULL --- */

static void set_text(struct cell *cell, struct str text)
{
	cell->kind = text.length == 0 ? CELL_NULL : CELL_TEXT;
	cell->text = text;
}

static bool is_texty(const struct json *value)
{
	return value->kind == JSON_STRING || value->kind == JSON_NUMBER;
}

static const char *to_integer(struct str text, int64_t *ret)
{
	double real;
	text = str_trim(text);
	if (num_parse_i64(text, ret))
		return NULL;
	if (!num_parse_double(text, &real) || real != floor(real) || fabs(real) > MAX_EXACT_REAL)
		return "E_DATA_NUMBER";
	*ret = (int64_t)real;
	return NULL;
}

static const char *convert_number(const struct json *value, enum cell_kind kind, struct cell *cell)
{
	if (!is_texty(value))
		return "E_DATA_TYPE";
	if (str_is_blank(value->text))
		return NULL;
	cell->kind = kind;
	return to_integer(value->text, &cell->integer);
}

static const char *convert_real(const struct json *value, struct cell *cell)
{
	if (!is_texty(value))
		return "E_DATA_TYPE";
	if (str_is_blank(value->text))
		return NULL;
	cell->kind = CELL_REAL;
	return num_parse_double(str_trim(value->text), &cell->real) ? NULL : "E_DATA_NUMBER";
}

static const char *convert_date(const struct json *value, struct cell *cell)
{
	if (!is_texty(value))
		return "E_DATA_TYPE";
	if (str_is_blank(value->text))
		return NULL;
	cell->kind = CELL_DATE;
	if (!date_parse(str_trim(value->text), &cell->date) || cell->date.precision != DATE_DAY)
		return "E_DATA_DATE";
	return NULL;
}

static const char *convert_texts(struct arena *arena, const struct json *value, struct cell *cell)
{
	bool is_list = value->kind == JSON_ARRAY;
	if (!is_list && !is_texty(value))
		return "E_DATA_TYPE";
	size_t n_most = is_list ? value->n_children : 1;
	struct str *texts = arena_alloc(arena, (n_most + 1) * sizeof(*texts));
	if (texts == NULL)
		return "E_DATA_SIZE";
	for (const struct json *item = is_list ? value->first : value; item != NULL;
	     item = is_list ? item->next : NULL) {
		if (item->kind == JSON_NULL)
			continue;
		if (!is_texty(item))
			return "E_DATA_TYPE";
		if (item->text.length > 0)
			texts[cell->n_texts++] = item->text;
	}
	cell->kind = cell->n_texts == 0 ? CELL_NULL : CELL_TEXTS;
	cell->texts = texts;
	return NULL;
}

static const char *convert_first_text(const struct json *value, struct cell *cell)
{
	if (value->kind == JSON_ARRAY) {
		value = value->first;
		while (value != NULL && value->kind != JSON_STRING)
			value = value->next;
		if (value == NULL)
			return NULL;
	}
	if (!is_texty(value))
		return "E_DATA_TYPE";
	set_text(cell, value->text);
	return NULL;
}

static const char *convert(struct arena *arena, const struct field *field, const struct json *value,
			   struct cell *cell)
{
	if (value == NULL)
		return NULL;
	value = json_unwrap(value);
	if (json_is_null(value))
		return NULL;
	switch (field->kind) {
	case FIELD_TEXT:
		if (!is_texty(value))
			return "E_DATA_TYPE";
		set_text(cell, value->text);
		return NULL;
	case FIELD_INTEGER:
		return convert_number(value, CELL_INTEGER, cell);
	case FIELD_INSTANT_MS:
		return convert_number(value, CELL_INSTANT, cell);
	case FIELD_REAL:
		return convert_real(value, cell);
	case FIELD_BOOLEAN:
		if (value->kind != JSON_BOOLEAN)
			return "E_DATA_TYPE";
		cell->kind = CELL_BOOLEAN;
		cell->is_true = value->is_true;
		return NULL;
	case FIELD_DATE:
		return convert_date(value, cell);
	case FIELD_TEXTS:
		return convert_texts(arena, value, cell);
	case FIELD_FIRST_TEXT:
		return convert_first_text(value, cell);
	case FIELD_HOOK:
		return NULL;
	}
	return "E_DATA_TYPE";
}

/* --- rejects --- */

static const char *class_detail(const char *class_name)
{
	if (strcmp(class_name, "E_DATA_NUMBER") == 0)
		return "not a number of the column's range";
	if (strcmp(class_name, "E_DATA_DATE") == 0)
		return "not a date of the column's range";
	if (strcmp(class_name, "E_DATA_SIZE") == 0)
		return "too large";
	return "another JSON type than the column takes";
}

static bool send_reject(struct recorder *recorder, const struct row_reject *what, bool is_row,
			struct err *err)
{
	struct reject reject = {.class_name = what->class_name,
				.json_path = what->json_path,
				.detail = what->detail,
				.source_key = recorder->key,
				.raw = recorder->raw,
				.raw_bytes = recorder->raw_bytes,
				.ordinal = recorder->ordinal,
				.is_row = is_row};
	return recorder->sink->reject(recorder->sink->context, &reject, err);
}

/* The whole record is refused: reject row, and its current version leaves when the key is known. */
static bool refuse(struct recorder *recorder, const char *class_name, const char *json_path,
		   const char *detail, struct err *err)
{
	const struct record_sink *sink = recorder->sink;
	struct row_reject what = {class_name, json_path, detail, NULL};
	struct cell keys[2] = {{.kind = CELL_TEXT, .text = str_from(recorder->record.partition_key)},
			       {.kind = CELL_TEXT, .text = recorder->key}};
	recorder->counts.n_refused++;
	if (!send_reject(recorder, &what, false, err))
		return false;
	if (recorder->key.length == 0)
		return true;
	return sink->refuse(sink->context, recorder_is_partitioned(recorder->stream) ? keys : keys + 1,
			    recorder->version_ms, err);
}

/* A refusal described by err: "… at $.path" gives the path. Other kinds than DATA end the load. */
static bool refuse_by_error(struct recorder *recorder, struct err *err)
{
	char class_name[ERR_CLASS_BYTES];
	char detail[DETAIL_BYTES];
	char path[PATH_BYTES] = "$";
	if (err->kind != ERR_DATA)
		return false;
	snprintf(class_name, sizeof(class_name), "%s",
		 err->class_name[0] != '\0' ? err->class_name : "E_DATA_TYPE");
	struct str message = str_from(err->message);
	struct str separator = STR(" at $");
	size_t at = str_find(message, separator);
	if (at < message.length) {
		snprintf(path, sizeof(path), "%s", err->message + at + 4);
		message.length = at;
	}
	snprintf(detail, sizeof(detail), "%.*s",
		 (int)(message.length < DETAIL_BYTES ? message.length : DETAIL_BYTES), message.data);
	err_reset(err);
	return refuse(recorder, class_name, path, detail, err);
}

/* A row of entity that could not be encoded: class and message are in err. */
static bool put_failed(struct recorder *recorder, size_t entity, size_t column, struct err *err)
{
	const struct stream *stream = recorder->stream;
	const char *name =
	    column < stream->entities[entity].n_columns ? stream->entities[entity].columns[column] : "?";
	char path[PATH_BYTES];
	char detail[DETAIL_BYTES];
	char class_name[ERR_CLASS_BYTES];
	if (err->kind != ERR_DATA)
		return false;
	if (entity == 0 && column < stream->n_fields && stream->fields[column].path != NULL)
		snprintf(path, sizeof(path), "$.%s", stream->fields[column].path);
	else
		snprintf(path, sizeof(path), "$");
	snprintf(class_name, sizeof(class_name), "%s", err->class_name);
	snprintf(detail, sizeof(detail), "%s.%s: %.300s", stream->entities[entity].table, name, err->message);
	err_reset(err);
	if (entity == 0)
		return refuse(recorder, class_name, path, detail, err);
	return record_reject_row(&recorder->record, class_name, path, detail, err);
}

bool record_put(struct record *record, size_t entity, const struct cell *cells, struct err *err)
{
	struct recorder *recorder = record->internal;
	size_t column = SIZE_MAX;
	if (entity == 0 || entity >= recorder->stream->n_entities)
		return err_set(err, ERR_BUG, "stream %s has no child entity %zu", recorder->stream->name,
			       entity);
	if (recorder->sink->put(recorder->sink->context, entity, cells, &column, err))
		return true;
	return put_failed(recorder, entity, column, err);
}

bool record_reject_row(struct record *record, const char *class_name, const char *json_path,
		       const char *detail, struct err *err)
{
	struct recorder *recorder = record->internal;
	struct row_reject *reject = arena_alloc(record->arena, sizeof(*reject));
	const char *class_copy = arena_text(record->arena, str_from(class_name));
	const char *path_copy = arena_text(record->arena, str_from(json_path));
	const char *detail_copy = arena_text(record->arena, str_from(detail));
	if (reject == NULL || class_copy == NULL || path_copy == NULL || detail_copy == NULL)
		return err_set_class(err, ERR_DATA, "E_DATA_SIZE", "the record needs too much memory at $");
	*reject = (struct row_reject){class_copy, path_copy, detail_copy, NULL};
	*recorder->last_row_reject = reject;
	recorder->last_row_reject = &reject->next;
	return true;
}

/* --- one record --- */

static void copy_key(char *to, size_t size, struct str key)
{
	size_t length = key.length < size ? key.length : size - 1;
	memcpy(to, key.data, length);
	to[length] = '\0';
}

static void note_key(struct recorder *recorder)
{
	if (recorder->key.length == 0)
		return;
	if (recorder->counts.first_key[0] == '\0')
		copy_key(recorder->counts.first_key, sizeof(recorder->counts.first_key), recorder->key);
	copy_key(recorder->counts.last_key, sizeof(recorder->counts.last_key), recorder->key);
}

static void read_key_and_version(struct recorder *recorder)
{
	size_t key_slot = recorder->same[recorder->n_slots - 2];
	size_t version_slot = recorder->same[recorder->n_slots - 1];
	if (key_slot != NO_SLOT)
		recorder->key = json_str(json_unwrap(recorder->found[key_slot]));
	if (version_slot != NO_SLOT) {
		struct str text = json_str(json_unwrap(recorder->found[version_slot]));
		if (text.length == 0 || to_integer(text, &recorder->version_ms) != NULL)
			recorder->version_ms = 0;
	}
	if (recorder->version_ms > recorder->counts.greatest_version_ms)
		recorder->counts.greatest_version_ms = recorder->version_ms;
	note_key(recorder);
}

/* Fills the cells from the field map; the first field that does not fit refuses the record. */
static bool map_fields(struct recorder *recorder, const struct field **ret_field, const char **ret_class)
{
	const struct stream *stream = recorder->stream;
	memset(recorder->cells, 0, stream->n_fields * sizeof(*recorder->cells));
	for (size_t i = 0; i < stream->n_fields; i++) {
		if (recorder->same[i] == NO_SLOT)
			continue;
		*ret_field = &stream->fields[i];
		*ret_class = convert(&recorder->arena, *ret_field, recorder->found[recorder->same[i]],
				     &recorder->cells[i]);
		if (*ret_class != NULL)
			return false;
	}
	return true;
}

static bool finish_record(struct recorder *recorder, struct err *err)
{
	const struct record_sink *sink = recorder->sink;
	recorder->counts.n_kept++;
	for (const struct row_reject *reject = recorder->row_rejects; reject != NULL; reject = reject->next) {
		recorder->counts.n_row_rejects++;
		if (!send_reject(recorder, reject, true, err))
			return false;
	}
	return sink->keep(sink->context, err) && sink->settle(sink->context, recorder->key, err);
}

static bool put_record(struct recorder *recorder, struct err *err)
{
	const struct record_sink *sink = recorder->sink;
	size_t column = SIZE_MAX;
	enum record_outcome outcome = RECORD_KEEP;
	recorder->row_rejects = NULL;
	recorder->last_row_reject = &recorder->row_rejects;
	sink->begin(sink->context);
	if (recorder->stream->record != NULL)
		outcome = recorder->stream->record(&recorder->record, err);
	switch (outcome) {
	case RECORD_KEEP:
		if (sink->put(sink->context, 0, recorder->cells, &column, err))
			return finish_record(recorder, err);
		sink->drop(sink->context);
		return put_failed(recorder, 0, column, err);
	case RECORD_SKIP:
		recorder->counts.n_skipped++;
		sink->drop(sink->context);
		return true;
	case RECORD_REFUSE:
		sink->drop(sink->context);
		return refuse_by_error(recorder, err);
	}
	return err_set(err, ERR_BUG, "stream %s: its hook returned %d", recorder->stream->name, (int)outcome);
}

/* A record that is no JSON may still show its key. */
static void peek_key(struct recorder *recorder)
{
	const char *path = recorder->stream->key_path;
	if (path != NULL && strchr(path, '.') == NULL)
		recorder->key = json_peek_key(recorder->raw, path);
	if (recorder->key.length > 0)
		note_key(recorder);
}

static bool parse(struct recorder *recorder, bool is_oversized, const struct json **ret_root, struct err *err)
{
	if (is_oversized)
		return err_set_class(err, ERR_DATA, "E_DATA_SIZE", "record of %zu bytes is over the cap at $",
				     (size_t)recorder->raw_bytes);
	if (!json_parse(recorder->raw, &recorder->arena, ret_root, err))
		return false;
	if ((*ret_root)->kind != JSON_OBJECT)
		return err_set_class(err, ERR_DATA, "E_DATA_TYPE", "record is not an object at $");
	return true;
}

bool recorder_take(void *context, struct str raw, uint64_t ordinal, bool is_oversized, uint64_t full_bytes,
		   struct err *err)
{
	struct recorder *recorder = context;
	const struct json *root = NULL;
	const struct field *field = NULL;
	const char *class_name = NULL;
	char path[PATH_BYTES];
	arena_reset(&recorder->arena);
	recorder->raw = raw;
	recorder->raw_bytes = is_oversized ? full_bytes : raw.length;
	recorder->ordinal = ordinal;
	recorder->key = STR_NONE;
	recorder->version_ms = 0;
	recorder->counts.n_records++;
	if (!parse(recorder, is_oversized, &root, err)) {
		peek_key(recorder);
		return refuse_by_error(recorder, err);
	}
	memset(recorder->found, 0, recorder->n_slots * sizeof(const struct json *));
	walk(recorder, root, recorder->paths);
	recorder->record.json = root;
	read_key_and_version(recorder);
	if (recorder->key.length == 0 && recorder->stream->key_path != NULL) {
		snprintf(path, sizeof(path), "$.%s", recorder->stream->key_path);
		return refuse(recorder, "E_DATA_KEY", path, "the record has no key", err);
	}
	if (!map_fields(recorder, &field, &class_name)) {
		snprintf(path, sizeof(path), "$.%s", field->path);
		return refuse(recorder, class_name, path, class_detail(class_name), err);
	}
	return put_record(recorder, err);
}
