/* SPDX-License-Identifier: PostgreSQL */
#include "migrate/definition.h"

#include "base/buf.h"
#include "base/caps.h"
#include "base/err.h"
#include "gen/sql.h"
#include "pg/pg.h"

#define MAX_REQUIRES 64
#define MAX_ROUNDS   100 /* each round marks at least one more definition to be dropped first */

/* ---- reading the files */

/* sql/core/people.sql -> core.people */
static const char *name_of(const char *path, struct arena *arena)
{
	struct str text = str_from(path);
	if (str_starts_with(text, (struct str)STR("sql/")))
		text = str_slice(text, 4, text.length);
	if (str_ends_with(text, (struct str)STR(".sql")))
		text.length -= 4;
	char *name = arena_alloc(arena, text.length + 1);
	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < text.length; i++)
		name[i] = text.data[i] == '/' ? '.' : text.data[i];
	return name;
}

static size_t find(const struct definitions *definitions, struct str name)
{
	for (size_t i = 0; i < definitions->count; i++)
		if (str_equal_text(name, definitions->list[i].name))
			return i;
	return definitions->count;
}

static bool add_require(const struct definitions *definitions, struct definition *definition, struct str name,
			struct err *err)
{
	size_t position = find(definitions, name);
	if (position == definitions->count)
		return err_set_class(err, ERR_CONTRACT, "E_MIGRATION",
				     "definition %s requires %.*s, which is no definition", definition->name,
				     (int)name.length, name.data);
	if (definition->n_requires == MAX_REQUIRES)
		return err_set_class(err, ERR_CONTRACT, "E_MIGRATION",
				     "definition %s requires more than %d others", definition->name,
				     MAX_REQUIRES);
	definition->requires[definition->n_requires++] = position;
	return true;
}

/* The comment at the head, up to the first line that is none; `requires` may stand on several lines. */
static bool read_requires(const struct definitions *definitions, struct definition *definition,
			  struct arena *arena, struct err *err)
{
	static const struct str mark = STR("-- requires:");
	struct str rest = {definition->file->bytes, definition->file->length};
	struct str line;
	struct str name;
	definition->requires = arena_alloc(arena, MAX_REQUIRES * sizeof(*definition->requires));
	if (definition->requires == NULL)
		return err_nomem(err, "definitions");
	while (str_next(&rest, '\n', &line) && (line.length == 0 || line.data[0] == '-')) {
		if (!str_starts_with(line, mark))
			continue;
		struct str names = str_slice(line, mark.length, line.length);
		while (str_next(&names, ',', &name))
			if (!str_is_blank(name) && !add_require(definitions, definition, str_trim(name), err))
				return false;
	}
	return true;
}

/* Own text and the hashes of the required ones, which are complete by then. */
static bool hash_definition(const struct definitions *definitions, struct definition *definition,
			    struct err *err)
{
	struct hash *hash = NULL;
	unsigned char digest[HASH_SHA256_BYTES];
	if (!hash_new(&hash, err))
		return false;
	hash_add(hash, definition->file->bytes, definition->file->length);
	for (size_t i = 0; i < definition->n_requires; i++)
		hash_add(hash, definitions->list[definition->requires[i]].hash, HASH_SHA256_HEX);
	hash_finish(hash, digest);
	hash_free(hash);
	hash_hex(digest, definition->hash);
	return true;
}

static bool is_ready(const struct definitions *definitions, const struct definition *definition)
{
	for (size_t i = 0; i < definition->n_requires; i++)
		if (!definitions->list[definition->requires[i]].is_placed)
			return false;
	return true;
}

/* Writes the positions in an order in which required ones come first. */
static bool sort(struct definitions *definitions, size_t *order, struct err *err)
{
	size_t n_placed = 0;
	for (size_t before = SIZE_MAX; n_placed < definitions->count && n_placed != before;) {
		before = n_placed;
		for (size_t i = 0; i < definitions->count; i++) {
			struct definition *definition = &definitions->list[i];
			if (definition->is_placed || !is_ready(definitions, definition))
				continue;
			if (!hash_definition(definitions, definition, err))
				return false;
			definition->is_placed = true;
			order[n_placed++] = i;
		}
	}
	for (size_t i = 0; i < definitions->count; i++)
		if (!definitions->list[i].is_placed)
			return err_set_class(err, ERR_CONTRACT, "E_MIGRATION",
					     "definition %s requires itself by a circle",
					     definitions->list[i].name);
	return true;
}

/* Puts the list into that order; positions in `requires` follow. */
static bool reorder(struct definitions *definitions, const size_t *order, struct arena *arena,
		    struct err *err)
{
	struct definition *list = arena_alloc(arena, (definitions->count + 1) * sizeof(*list));
	size_t *places = arena_alloc(arena, (definitions->count + 1) * sizeof(*places));
	if (list == NULL || places == NULL)
		return err_nomem(err, "definitions");
	for (size_t i = 0; i < definitions->count; i++)
		places[order[i]] = i;
	for (size_t i = 0; i < definitions->count; i++) {
		list[i] = definitions->list[order[i]];
		for (size_t j = 0; j < list[i].n_requires; j++)
		list[i].requires[j] = places[list[i].requires[j]];
	}
	definitions->list = list;
	return true;
}

bool definitions_load(struct definitions *definitions, const struct embedded_file *files, struct arena *arena,
		      struct err *err)
{
	*definitions = (struct definitions){0};
	while (files[definitions->count].name != NULL)
		definitions->count++;
	definitions->list = arena_alloc(arena, (definitions->count + 1) * sizeof(*definitions->list));
	size_t *order = arena_alloc(arena, (definitions->count + 1) * sizeof(*order));
	if (definitions->list == NULL || order == NULL)
		return err_nomem(err, "definitions");
	for (size_t i = 0; i < definitions->count; i++) {
		definitions->list[i].file = &files[i];
		definitions->list[i].name = name_of(files[i].name, arena);
		if (definitions->list[i].name == NULL)
			return err_nomem(err, "definitions");
	}
	for (size_t i = 0; i < definitions->count; i++)
		if (!read_requires(definitions, &definitions->list[i], arena, err))
			return false;
	return sort(definitions, order, err) && reorder(definitions, order, arena, err);
}

/* ---- what the warehouse has */

static bool add_object(struct definition *definition, struct str object, struct arena *arena, struct err *err)
{
	const char **objects = arena_alloc(arena, (definition->n_objects + 1) * sizeof(*objects));
	const char *text = arena_text(arena, object);
	if (objects == NULL || text == NULL)
		return err_nomem(err, "definitions");
	if (definition->n_objects > 0)
		memcpy(objects, definition->objects, definition->n_objects * sizeof(*objects));
	objects[definition->n_objects++] = text;
	definition->objects = objects;
	return true;
}

/* Rows: definition, hash, object (null = it has none), one for each object in the order of creation. */
static bool add_row(struct definitions *definitions, const struct pg_rows *rows, size_t row,
		    struct arena *arena, struct err *err)
{
	struct str name = pg_rows_text(rows, row, 0);
	struct str object = pg_rows_text(rows, row, 2);
	size_t position = 0;
	size_t n_all = definitions->count + definitions->n_removed;
	while (position < n_all && !str_equal_text(name, definitions->list[position].name))
		position++;
	struct definition *definition = &definitions->list[position];
	if (position == n_all) {
		definitions->n_removed++;
		definition->name = arena_text(arena, name);
		if (definition->name == NULL)
			return err_nomem(err, "definitions");
	}
	if (definition->deployed_hash == NULL)
		definition->deployed_hash = arena_text(arena, pg_rows_text(rows, row, 1));
	if (definition->deployed_hash == NULL)
		return err_nomem(err, "definitions");
	return str_is_none(object) || add_object(definition, object, arena, err);
}

bool definitions_compare(struct definitions *definitions, struct pg *pg, struct arena *arena, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_migrate_definitions, 0, NULL, &rows, err))
		return false;
	/* Room for all that may turn out to be removed. */
	size_t n_all = definitions->count + pg_rows_count(rows);
	struct definition *list = arena_alloc(arena, (n_all + 1) * sizeof(*list));
	if (list == NULL)
		return err_nomem(err, "definitions");
	memcpy(list, definitions->list, definitions->count * sizeof(*list));
	definitions->list = list;
	for (size_t i = 0; i < definitions->count; i++) {
		list[i].deployed_hash = NULL;
		list[i].n_objects = 0;
	}
	definitions->n_removed = 0;
	for (size_t row = 0; row < pg_rows_count(rows); row++)
		if (!add_row(definitions, rows, row, arena, err))
			return false;
	return true;
}

bool definition_is_current(const struct definition *definition)
{
	return definition->deployed_hash != NULL && strcmp(definition->deployed_hash, definition->hash) == 0;
}

size_t definitions_pending(const struct definitions *definitions)
{
	size_t n_pending = definitions->n_removed;
	for (size_t i = 0; i < definitions->count; i++)
		n_pending += !definition_is_current(&definitions->list[i]);
	return n_pending;
}

/* ---- deploying */

/* "view:mart.x" -> drop view if exists mart.x */
static bool drop_object(struct pg *pg, const char *object, struct err *err)
{
	CLEANUP(buf_done) struct buf sql;
	struct str rest = str_from(object);
	struct str kind = STR_NONE;
	buf_init(&sql, CAP_SQL_BYTES);
	if (!str_next(&rest, ':', &kind) || str_is_none(rest))
		return err_set(err, ERR_BUG, "the ledger names an object without its kind");
	buf_put_text(&sql, "drop ");
	buf_put_str(&sql, kind);
	buf_put_text(&sql, " if exists ");
	buf_put_str(&sql, rest);
	if (!buf_check(&sql, "drop statement", err))
		return false;
	if (pg_run_text(pg, "drop", sql.data, err))
		return true;
	err_wrap(err, "%s", object);
	return err_hint(err, "drop or change what depends on it, then run `tenure migrate` again");
}

static bool drop_definition(struct pg *pg, const struct definition *definition, struct err *err)
{
	for (size_t i = definition->n_objects; i > 0; i--)
		if (!drop_object(pg, definition->objects[i - 1], err))
			return err_wrap(err, "definition %s", definition->name);
	return true;
}

static bool has_object(const struct pg_rows *rows, const char *object)
{
	for (size_t row = 0; row < pg_rows_count(rows); row++)
		if (str_equal_text(pg_rows_text(rows, row, 0), object))
			return true;
	return false;
}

static bool save_definition(struct pg *pg, const struct definition *definition, const struct pg_rows *before,
			    const struct pg_rows *after, struct err *err)
{
	const char *params[] = {definition->name, definition->hash};
	if (!pg_run(pg, &sql_migrate_save_definition, 2, params, NULL, err))
		return false;
	for (size_t row = 0; row < pg_rows_count(after); row++) {
		char object[512];
		struct str text = pg_rows_text(after, row, 0);
		snprintf(object, sizeof(object), "%.*s", (int)text.length, text.data);
		if (has_object(before, object))
			continue;
		const char *values[] = {definition->name, object};
		if (!pg_run(pg, &sql_migrate_save_object, 2, values, NULL, err))
			return false;
	}
	return true;
}

/* An object that the new text does not make any more: an overload of another signature, a renamed view. */
static bool drop_left_over(struct pg *pg, const struct definition *definition, const struct pg_rows *after,
			   struct err *err)
{
	for (size_t i = definition->n_objects; i > 0; i--)
		if (!has_object(after, definition->objects[i - 1]) &&
		    !drop_object(pg, definition->objects[i - 1], err))
			return err_wrap(err, "definition %s", definition->name);
	return true;
}

static bool deploy_one(struct pg *pg, const struct definition *definition, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *before = NULL;
	CLEANUP(pg_rows_free) struct pg_rows *after = NULL;
	if (!pg_run(pg, &sql_migrate_objects, 0, NULL, &before, err))
		return false;
	if (!pg_run_text(pg, "deploying", definition->file->bytes, err))
		return err_wrap(err, "definition %s (%s)", definition->name, definition->file->name);
	if (!pg_run(pg, &sql_migrate_objects, 0, NULL, &after, err))
		return false;
	return drop_left_over(pg, definition, after, err) &&
	       save_definition(pg, definition, before, after, err);
}

static bool drop_removed(struct definitions *definitions, struct pg *pg, struct err *err)
{
	for (size_t i = 0; i < definitions->n_removed; i++) {
		const struct definition *definition = &definitions->list[definitions->count + i];
		if (!drop_definition(pg, definition, err) ||
		    !pg_run(pg, &sql_migrate_forget_definition, 1, &definition->name, NULL, err))
			return false;
	}
	return true;
}

/* One attempt, in one transaction. ret_failed is the definition that failed, or count. */
static bool attempt(struct definitions *definitions, struct pg *pg, size_t *ret_failed, struct err *err)
{
	*ret_failed = definitions->count;
	if (!pg_begin(pg, err) || !pg_run(pg, &sql_migrate_prologue, 0, NULL, NULL, err))
		return false;
	for (size_t i = definitions->count; i > 0; i--) {
		struct definition *definition = &definitions->list[i - 1];
		*ret_failed = i - 1;
		if (definition->must_drop && !drop_definition(pg, definition, err))
			return false;
	}
	*ret_failed = definitions->count;
	for (size_t i = 0; i < definitions->count; i++) {
		if (definition_is_current(&definitions->list[i]) && !definitions->list[i].must_drop)
			continue;
		*ret_failed = i;
		if (!deploy_one(pg, &definitions->list[i], err))
			return false;
	}
	*ret_failed = definitions->count;
	return drop_removed(definitions, pg, err) && pg_commit(pg, err);
}

/* What `create or replace` refuses, and a drop would allow. */
static bool is_cured_by_drop(const struct err *err)
{
	static const char *const codes[] = {"42P16" /* view columns */,
					    "42P13" /* function result */,
					    "42P07" /* exists already */,
					    "42723" /* function exists */,
					    "42809" /* another kind of object */,
					    "42710" /* exists already */,
					    "2BP01" /* others depend on it */};
	for (size_t i = 0; i < ARRAY_LENGTH(codes); i++)
		if (strcmp(err->sqlstate, codes[i]) == 0)
			return true;
	return false;
}

/* The failed one and all that require it, directly or not; false when nothing new was marked. */
static bool mark_to_drop(struct definitions *definitions, size_t failed)
{
	struct definition *list = definitions->list;
	if (list[failed].must_drop)
		return false;
	list[failed].must_drop = true;
	for (size_t i = failed + 1; i < definitions->count; i++)
		for (size_t j = 0; j < list[i].n_requires; j++)
			if (list[list[i].requires[j]].must_drop)
				list[i].must_drop = true;
	return true;
}

bool definitions_deploy(struct definitions *definitions, struct pg *pg, struct err *err)
{
	size_t failed = 0;
	for (int round = 0; round < MAX_ROUNDS; round++) {
		struct err reason = {.kind = ERR_NONE};
		if (attempt(definitions, pg, &failed, &reason))
			return true;
		pg_rollback(pg);
		if (failed == definitions->count || !is_cured_by_drop(&reason) ||
		    !mark_to_drop(definitions, failed)) {
			if (err != NULL)
				*err = reason;
			return false;
		}
	}
	return err_set(err, ERR_BUG, "definitions: no order of drops was found");
}
