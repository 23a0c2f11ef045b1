/* SPDX-License-Identifier: PostgreSQL */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void allocates_aligned_and_zeroed(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 10 * 1024 * 1024);
	for (size_t round = 0; round < 3; round++) {
		for (size_t bytes = 0; bytes < 3000; bytes += 7) {
			unsigned char *memory = arena_alloc(&arena, bytes);
			assert_non_null(memory);
			assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < bytes; i++)
				assert_int_equal(memory[i], 0);
			memset(memory, 0xAA, bytes);
		}
		arena_reset(&arena);
		assert_int_equal(arena.used_bytes, 0);
	}
	assert_non_null(arena_alloc(&arena, 5 * 1024 * 1024));
	assert_non_null(arena_alloc(&arena, 1));
	arena_done(&arena);
	arena_done(&arena);
	struct arena zeroed = {0};
	arena_reset(&zeroed);
	arena_done(&zeroed);
}

static void stops_at_the_cap(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1024);
	assert_null(arena_alloc(&arena, 1025));
	assert_non_null(arena_alloc(&arena, 1024));
	assert_null(arena_alloc(&arena, 1));
	assert_null(arena_text(&arena, str_from("x")));
	assert_true(str_is_none(arena_copy(&arena, str_from("x"))));
	assert_null(arena_printf(&arena, "%d", 1));
	arena_reset(&arena);
	assert_non_null(arena_alloc(&arena, 1024));
	assert_null(arena_alloc(&arena, SIZE_MAX));
	assert_true(str_is_none(arena_copy(&arena, (struct str){"x", SIZE_MAX})));
	arena_done(&arena);
#ifndef __SANITIZE_ADDRESS__ /* which ends the program instead */
	arena_init(&arena, SIZE_MAX);
	assert_null(arena_alloc(&arena, SIZE_MAX / 4)); /* more than malloc gives */
	arena_done(&arena);
#endif
}

static void copies(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 4096);
	struct str copy = arena_copy(&arena, (struct str){"abcdef", 3});
	assert_string_equal(copy.data, "abc");
	assert_int_equal(copy.length, 3);
	assert_true(str_is_none(arena_copy(&arena, STR_NONE)));
	assert_string_equal(arena_copy(&arena, str_from("")).data, "");
	assert_string_equal(arena_text(&arena, STR_NONE), "");
	assert_string_equal(arena_printf(&arena, "%s-%d", "x", 5), "x-5");
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(allocates_aligned_and_zeroed),
	    cmocka_unit_test(stops_at_the_cap),
	    cmocka_unit_test(copies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
