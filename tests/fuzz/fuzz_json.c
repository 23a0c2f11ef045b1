/* SPDX-License-Identifier: PostgreSQL
 *
 * Page splitter and record parser. The first byte says how: bit 0 whether there is an item_key, the rest the
 * size of the chunks. Besides memory errors this looks for two broken promises: the same page in one piece
 * must give the same records, and a record that was accepted must hold nothing that PostgreSQL refuses.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "json/json.h"
#include "json/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

struct outcome {
	struct hash *hash;
	struct arena arena;
	bool is_done;
	uint64_t count;
	unsigned char digest[HASH_SHA256_BYTES];
};

/* Without recursion, as the tree is: down, else right, else up over the open ones. */
static void check_tree(const struct json *root)
{
	const struct json *open[CAP_JSON_DEPTH + 1];
	size_t depth = 0;
	for (const struct json *node = root; node != NULL;) {
		if (!utf8_is_valid(node->text) || !utf8_is_valid(node->key))
			abort();
		if (node->text.length > 0 && memchr(node->text.data, '\0', node->text.length) != NULL)
			abort();
		if (node->first != NULL) {
			open[depth++] = node;
			node = node->first;
			continue;
		}
		while (node->next == NULL && depth > 0)
			node = open[--depth];
		node = depth == 0 && node == root ? NULL : node->next;
	}
}

static bool on_record(void *context, struct str raw, uint64_t ordinal, bool is_oversized, uint64_t full_bytes,
		      struct err *err)
{
	struct outcome *outcome = context;
	const struct json *root = NULL;
	struct err parse_err;
	(void)err;
	hash_add(outcome->hash, &ordinal, sizeof(ordinal));
	hash_add(outcome->hash, &full_bytes, sizeof(full_bytes));
	hash_add(outcome->hash, raw.data, raw.length);
	arena_reset(&outcome->arena);
	if (!is_oversized && json_parse(raw, &outcome->arena, &root, &parse_err))
		check_tree(root);
	(void)json_peek_key(raw, "id");
	return true;
}

static void split(struct str page, const char *item_key, size_t chunk_bytes, struct outcome *outcome)
{
	struct json_split *splitter = NULL;
	struct err err;
	struct json_split_options options = {
	    .item_key = item_key, .record_cap = 4096, .on_record = on_record, .context = outcome};
	arena_init(&outcome->arena, 64 * 1024);
	if (!hash_new(&outcome->hash, &err) || !json_split_new(&splitter, &options, &err))
		abort();
	outcome->is_done = true;
	for (size_t at = 0; at < page.length && outcome->is_done; at += chunk_bytes)
		outcome->is_done = json_split_feed(splitter, str_slice(page, at, chunk_bytes), &err);
	outcome->is_done = outcome->is_done && json_split_finish(splitter, &err);
	outcome->count = json_split_count(splitter);
	struct str skeleton = json_split_skeleton(splitter);
	hash_add(outcome->hash, skeleton.data, outcome->is_done ? skeleton.length : 0);
	hash_finish(outcome->hash, outcome->digest);
	json_split_free(splitter);
	hash_free(outcome->hash);
	arena_done(&outcome->arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct outcome pieces = {.is_done = false};
	struct outcome whole = {.is_done = false};
	if (length == 0)
		return 0;
	const char *item_key = (bytes[0] & 1) != 0 ? "n" : NULL;
	size_t chunk_bytes = (size_t)(bytes[0] >> 1) + 1;
	struct str page = {(const char *)bytes + 1, length - 1};
	split(page, item_key, chunk_bytes, &pieces);
	split(page, item_key, length, &whole);
	if (pieces.is_done != whole.is_done || pieces.count != whole.count)
		abort();
	if (memcmp(pieces.digest, whole.digest, sizeof(whole.digest)) != 0)
		abort();
	return 0;
}
