/* SPDX-License-Identifier: PostgreSQL
 *
 * Arena: many small allocations, freed at once. One per record, page or command. arena_reset keeps the
 * first block, so that a record's arena costs no malloc after the first records.
 */
#ifndef TENURE_ARENA_H
#define TENURE_ARENA_H

#include "base/base.h"
#include "base/str.h"

struct err;
struct arena_block;

struct arena {
	struct arena_block *first;
	struct arena_block *current;
	size_t used_bytes; /* of all blocks since the last reset */
	size_t cap_bytes;
};

void arena_init(struct arena *arena, size_t cap_bytes);
void arena_done(struct arena *arena); /* accepts zeroed */
void arena_reset(struct arena *arena);

/* Aligned for any type, zeroed. NULL when memory or the cap is exhausted: the caller says so with err_nomem
 * or a DATA error, whichever the cap means there. */
void *arena_alloc(struct arena *arena, size_t bytes);
/* Copies; .data is NULL on failure. Copies are NUL-terminated beyond their length. */
struct str arena_copy(struct arena *arena, struct str text);
const char *arena_text(struct arena *arena, struct str text); /* NUL-terminated copy, NULL on failure */
const char *arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
