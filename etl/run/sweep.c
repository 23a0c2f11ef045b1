/* SPDX-License-Identifier: PostgreSQL */
#include "run/sweep.h"

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

struct sweep {
	struct buf text; /* all keys, one behind the other */
	struct key *keys;
	size_t n_keys;
	size_t n_room;
};

bool sweep_new(struct sweep **ret, struct err *err)
{
	struct sweep *sweep = calloc(1, sizeof(*sweep));
	if (sweep == NULL)
		return err_nomem(err, "the keys of a partition");
	buf_init(&sweep->text, MAX_TEXT_BYTES);
	*ret = sweep;
	return true;
}

void sweep_free(struct sweep *sweep)
{
	if (sweep == NULL)
		return;
	buf_done(&sweep->text);
	free(sweep->keys);
	free(sweep);
}

void sweep_reset(struct sweep *sweep)
{
	sweep->n_keys = 0;
	buf_reset(&sweep->text);
}

bool sweep_add(struct sweep *sweep, struct str key, struct err *err)
{
	if (sweep->n_keys == sweep->n_room) {
		size_t n_room = sweep->n_room == 0 ? 1024 : sweep->n_room * 2;
		struct key *keys = realloc(sweep->keys, n_room * sizeof(*keys));
		if (keys == NULL)
			return err_nomem(err, "the keys of a partition");
		sweep->keys = keys;
		sweep->n_room = n_room;
	}
	sweep->keys[sweep->n_keys++] = (struct key){sweep->text.length, (uint32_t)key.length, false};
	buf_put_str(&sweep->text, key);
	return buf_check(&sweep->text, "the keys of a partition", err);
}

static struct str key_text(const struct sweep *sweep, const struct key *key)
{
	return (struct str){sweep->text.data + key->offset, key->length};
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
static void sift_down(struct sweep *sweep, size_t root, size_t n_keys)
{
	for (size_t child = 2 * root + 1; child < n_keys; child = 2 * root + 1) {
		struct key *keys = sweep->keys;
		if (child + 1 < n_keys &&
		    compare(key_text(sweep, &keys[child]), key_text(sweep, &keys[child + 1])) < 0)
			child++;
		if (compare(key_text(sweep, &keys[root]), key_text(sweep, &keys[child])) >= 0)
			return;
		struct key swapped = keys[root];
		keys[root] = keys[child];
		keys[child] = swapped;
		root = child;
	}
}

void sweep_sort(struct sweep *sweep)
{
	for (size_t i = sweep->n_keys / 2; i > 0; i--)
		sift_down(sweep, i - 1, sweep->n_keys);
	for (size_t n = sweep->n_keys; n > 1; n--) {
		struct key swapped = sweep->keys[0];
		sweep->keys[0] = sweep->keys[n - 1];
		sweep->keys[n - 1] = swapped;
		sift_down(sweep, 0, n - 1);
	}
}

bool sweep_begin(struct sweep *sweep, struct pg *pg, const struct entity *entity, const char *partition_key,
		 struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	char most[NUMBER_BYTES];
	const char *params[] = {entity->table, entity->columns[0], entity->columns[1], partition_key, most};
	sweep_reset(sweep);
	snprintf(most, sizeof(most), "%d", SWEEP_MAX_KEYS + 1);
	if (!pg_run(pg, &sql_load_partition_keys, ARRAY_LENGTH(params), params, &rows, err))
		return false;
	if (pg_rows_count(rows) > SWEEP_MAX_KEYS) {
		log_event(LOG_WARNING, "the partition is too large to tell what a new file lacks; that stays",
			  "table=%s partition=%s", entity->table, partition_key);
		return true;
	}
	for (size_t i = 0; i < pg_rows_count(rows); i++) {
		if (!sweep_add(sweep, pg_rows_text(rows, i, 0), err))
			return false;
	}
	sweep_sort(sweep);
	return true;
}

void sweep_see(struct sweep *sweep, struct str key)
{
	size_t low = 0;
	size_t high = sweep->n_keys;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(key_text(sweep, &sweep->keys[middle]), key);
		if (order == 0) {
			sweep->keys[middle].is_seen = true;
			return;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
}

bool sweep_missing(struct sweep *sweep, sweep_key *on_key, void *context, struct err *err)
{
	for (size_t i = 0; i < sweep->n_keys; i++) {
		const struct key *key = &sweep->keys[i];
		if (!key->is_seen && !on_key(context, key_text(sweep, key), err))
			return false;
	}
	return true;
}
