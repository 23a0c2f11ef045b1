/* SPDX-License-Identifier: PostgreSQL */
#include "run/missing.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "gen/sql.h"
#include "pg/pg.h"
#include "pg/stage.h"

#define MAX_TEXT_BYTES ((size_t)16 * 1024 * 1024)
#define NUMBER_BYTES   24

struct key {
	size_t offset;
	uint32_t length;
	bool is_seen;
};

struct missing {
	struct buf text; /* all keys, one behind the other */
	struct key *keys;
	size_t n_keys;
	size_t n_room;
};

bool missing_new(struct missing **ret, struct err *err)
{
	struct missing *missing = calloc(1, sizeof(*missing));
	if (missing == NULL)
		return err_nomem(err, "the keys of a partition");
	buf_init(&missing->text, MAX_TEXT_BYTES);
	*ret = missing;
	return true;
}

void missing_free(struct missing *missing)
{
	if (missing == NULL)
		return;
	buf_done(&missing->text);
	free(missing->keys);
	free(missing);
}

void missing_reset(struct missing *missing)
{
	missing->n_keys = 0;
	buf_reset(&missing->text);
}

bool missing_add(struct missing *missing, struct str key, struct err *err)
{
	if (missing->n_keys == missing->n_room) {
		size_t n_room = missing->n_room == 0 ? 1024 : missing->n_room * 2;
		struct key *keys = realloc(missing->keys, n_room * sizeof(*keys));
		if (keys == NULL)
			return err_nomem(err, "the keys of a partition");
		missing->keys = keys;
		missing->n_room = n_room;
	}
	missing->keys[missing->n_keys++] = (struct key){missing->text.length, (uint32_t)key.length, false};
	buf_put_str(&missing->text, key);
	return buf_check(&missing->text, "the keys of a partition", err);
}

static struct str key_text(const struct missing *missing, const struct key *key)
{
	return (struct str){missing->text.data + key->offset, key->length};
}

static int compare(struct str left, struct str right)
{
	size_t length = left.length < right.length ? left.length : right.length;
	int order = length == 0 ? 0 : memcmp(left.data, right.data, length);
	if (order != 0)
		return order;
	return (left.length > right.length) - (left.length < right.length);
}

/* Heap sort: in place, no recursion, no context trouble. */
static void sift_down(struct missing *missing, size_t root, size_t n_keys)
{
	for (size_t child = 2 * root + 1; child < n_keys; child = 2 * root + 1) {
		struct key *keys = missing->keys;
		if (child + 1 < n_keys &&
		    compare(key_text(missing, &keys[child]), key_text(missing, &keys[child + 1])) < 0)
			child++;
		if (compare(key_text(missing, &keys[root]), key_text(missing, &keys[child])) >= 0)
			return;
		struct key swapped = keys[root];
		keys[root] = keys[child];
		keys[child] = swapped;
		root = child;
	}
}

void missing_sort(struct missing *missing)
{
	for (size_t i = missing->n_keys / 2; i > 0; i--)
		sift_down(missing, i - 1, missing->n_keys);
	for (size_t n = missing->n_keys; n > 1; n--) {
		struct key swapped = missing->keys[0];
		missing->keys[0] = missing->keys[n - 1];
		missing->keys[n - 1] = swapped;
		sift_down(missing, 0, n - 1);
	}
}

bool missing_begin(struct missing *missing, struct pg *pg, const struct entity *entity,
		   const char *partition_key, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char most[NUMBER_BYTES];
	const char *params[] = {entity->table, entity->columns[0], entity->columns[1], partition_key, most};
	missing_reset(missing);
	snprintf(most, sizeof(most), "%d", MISSING_MAX_KEYS + 1);
	if (!pg_run(pg, &sql_load_partition_keys, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) > MISSING_MAX_KEYS) {
		log_event(LOG_WARNING, "the partition is too large to tell what a new file lacks; that stays",
			  "table=%s partition=\"%s\"", entity->table, partition_key);
		return true;
	}
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		if (!missing_add(missing, pg_rows_text(rows, i, 0), err))
			return false;
	}
	missing_sort(missing);
	return true;
}

void missing_see(struct missing *missing, struct str key)
{
	size_t low = 0;
	size_t high = missing->n_keys;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(key_text(missing, &missing->keys[middle]), key);
		if (order == 0) {
			missing->keys[middle].is_seen = true;
			return;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
}

bool missing_each(struct missing *missing, missing_key *on_key, void *context, struct err *err)
{
	for (size_t i = 0; i < missing->n_keys; i++) {
		const struct key *key = &missing->keys[i];
		if (!key->is_seen && !on_key(context, key_text(missing, key), err))
			return false;
	}
	return true;
}
