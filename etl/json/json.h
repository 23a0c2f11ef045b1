/* SPDX-License-Identifier: PostgreSQL
 *
 * One record's bytes -> a small tree in the record's arena (yajl events underneath). Records reach this
 * module already cut out of their page by json/split.h, so that no token ever spans two chunks (yajl's
 * time is quadratic there) and a record over its cap costs nothing but reading past it.
 *
 *     page bytes -> split (record boundaries) -> json_parse (yajl -> tree) -> json_get / json_path
 *
 * Checked here because yajl and PostgreSQL disagree: strict UTF-8, \u0000, lone or inverted surrogates,
 * duplicate keys, depth, number range (numbers stay text until a column asks for a type).
 */
#ifndef TENURE_JSON_H
#define TENURE_JSON_H

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"

struct err;

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
	enum json_kind kind;
	bool is_true;	 /* JSON_BOOLEAN */
	struct str text; /* JSON_STRING decoded, JSON_NUMBER as written */
	struct str key;	 /* name in the parent object; none in an array */
	size_t n_children;
	const struct json *first; /* children in their order */
	const struct json *next;  /* next sibling */
};

/* Parses exactly one JSON value. Failures are ERR_DATA with class E_DATA_UTF8, E_DATA_NUL,
 * E_DATA_SURROGATE, E_DATA_DEPTH, E_DATA_DUPKEY, E_DATA_SIZE (arena cap) or E_DATA_JSON (syntax). The
 * message names the JSON path ("$.content.authors[2]"), never the value. The tree lives as long as the arena;
 * strings without escapes point into `bytes`. Out of memory is ERR_NOMEM. */
MUST_USE bool json_parse(struct str bytes, struct arena *arena, const struct json **ret_root,
			 struct err *err);

/* Member of an object; NULL when value is NULL, not an object or lacks it. */
const struct json *json_get(const struct json *value, const char *name);

/* Dotted path of members ("content.title.value"); NULL when any step is missing. */
const struct json *json_path(const struct json *value, const char *path);

/* Unwraps OpenReview's {"value": x}: the member `value` of an object that has one, else the value itself. */
const struct json *json_unwrap(const struct json *value);

/* Text of a string or number; STR_NONE for null, missing and every other kind. */
struct str json_str(const struct json *value);
bool json_is_null(const struct json *value); /* missing or null */

/* First string value found under `key` of the outermost object, without parsing: the identity of a record
 * that cannot be parsed, or of which only the beginning is there, for its reject row. Only plain ASCII values
 * without escapes, borrowed from bytes; else STR_NONE. */
struct str json_peek_key(struct str bytes, const char *key);

#endif
