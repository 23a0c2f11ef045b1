/* SPDX-License-Identifier: PostgreSQL */
#include "run/traverse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_position(void **state)
{
	struct traverse_position position = {.is_full = true,
					     .mode = 2,
					     .pager = 1,
					     .asked_at_ms = INT64_C(1764550000000),
					     .greatest_ms = INT64_C(1764540000000),
					     .n_seen = 1000,
					     .total = -1,
					     .offset = 3,
					     .after = "-a_b 1"};
	struct traverse_position back;
	char text[512];
	(void)state;
	traverse_format(&position, text, sizeof(text));
	assert_true(traverse_parse(text, &back));
	assert_true(back.is_full);
	assert_int_equal(back.mode, 2);
	assert_int_equal(back.pager, 1);
	assert_int_equal(back.asked_at_ms, position.asked_at_ms);
	assert_int_equal(back.greatest_ms, position.greatest_ms);
	assert_int_equal(back.n_seen, 1000);
	assert_int_equal(back.total, -1);
	assert_int_equal(back.offset, 3);
	assert_string_equal(back.after, "-a_b 1");
}

static void test_foreign_positions(void **state)
{
	static const char *const texts[] = {"",
					    "2 1 0 1 1 1 1 -1 0 a",
					    "1 1 0 1 1 1",
					    "1 1 77 1 1 1 1 -1 0 a",
					    "1 1 0 9 1 1 1 -1 0 a",
					    "1 1 0 1 1 1 -4 -1 0 a",
					    "x"};
	struct traverse_position back;
	(void)state;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		assert_false(traverse_parse(texts[i], &back));
}

static void test_watermark(void **state)
{
	int64_t ms = 0;
	int mode = 0;
	(void)state;
	assert_true(traverse_parse_watermark("1764550000000", &ms, &mode));
	assert_int_equal(ms, INT64_C(1764550000000));
	assert_int_equal(mode, 0);
	assert_true(traverse_parse_watermark("5 3", &ms, &mode));
	assert_int_equal(mode, 3);
	assert_false(traverse_parse_watermark("", &ms, &mode));
	assert_false(traverse_parse_watermark("x 1", &ms, &mode));
	assert_false(traverse_parse_watermark("5 77", &ms, &mode));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_position),
					   cmocka_unit_test(test_foreign_positions),
					   cmocka_unit_test(test_watermark)};
	return cmocka_run_group_tests_name("traverse", tests, NULL, NULL);
}
