/* SPDX-License-Identifier: PostgreSQL */
#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>

#define FIRST_BLOCK_BYTES   ((size_t)64 * 1024)
#define LARGEST_BLOCK_BYTES ((size_t)1024 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t capacity;
	alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena, size_t cap_bytes)
{
	*arena = (struct arena){.cap_bytes = cap_bytes};
}

static void free_chain(struct arena_block *block)
{
	while (block != NULL) {
		struct arena_block *next = block->next;
		free(block);
		block = next;
	}
}

void arena_done(struct arena *arena)
{
	free_chain(arena->first);
	*arena = (struct arena){.cap_bytes = arena->cap_bytes};
}

void arena_reset(struct arena *arena)
{
	arena->used_bytes = 0;
	arena->current = arena->first;
	if (arena->first == NULL)
		return;
	free_chain(arena->first->next);
	arena->first->next = NULL;
	arena->first->used = 0;
}

static struct arena_block *add_block(struct arena *arena, size_t bytes)
{
	size_t capacity = FIRST_BLOCK_BYTES;
	if (arena->current != NULL)
		capacity = arena->current->capacity * 2;
	if (capacity > LARGEST_BLOCK_BYTES)
		capacity = LARGEST_BLOCK_BYTES;
	if (capacity > arena->cap_bytes - arena->used_bytes)
		capacity = arena->cap_bytes - arena->used_bytes;
	if (capacity < bytes)
		capacity = bytes;
	struct arena_block *block = malloc(sizeof(*block) + capacity);
	if (block == NULL)
		return NULL;
	*block = (struct arena_block){.capacity = capacity};
	if (arena->current == NULL)
		arena->first = block;
	else
		arena->current->next = block;
	arena->current = block;
	return block;
}

/* Not zeroed. */
static void *take(struct arena *arena, size_t bytes)
{
	const size_t alignment = alignof(max_align_t);
	if (bytes > SIZE_MAX - sizeof(struct arena_block) - alignment)
		return NULL;
	size_t rounded = bytes == 0 ? alignment : (bytes + alignment - 1) / alignment * alignment;
	if (rounded > arena->cap_bytes - arena->used_bytes)
		return NULL;
	struct arena_block *block = arena->current;
	if (block == NULL || rounded > block->capacity - block->used)
		block = add_block(arena, rounded);
	if (block == NULL)
		return NULL;
	void *memory = block->bytes + block->used;
	block->used += rounded;
	arena->used_bytes += rounded;
	return memory;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	void *memory = take(arena, bytes);
	if (memory != NULL)
		memset(memory, 0, bytes);
	return memory;
}

struct str arena_copy(struct arena *arena, struct str text)
{
	if (str_is_none(text) || text.length == SIZE_MAX)
		return STR_NONE;
	char *copy = take(arena, text.length + 1);
	if (copy == NULL)
		return STR_NONE;
	memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	return (struct str){copy, text.length};
}

const char *arena_text(struct arena *arena, struct str text)
{
	return arena_copy(arena, str_is_none(text) ? str_from("") : text).data;
}

const char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *text = length < 0 ? NULL : take(arena, (size_t)length + 1);
	if (text != NULL)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}
