/* SPDX-License-Identifier: PostgreSQL */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void compares(void **state)
{
	(void)state;
	assert_true(str_is_none(str_from(NULL)));
	assert_false(str_is_none(str_from("")));
	assert_true(str_equal(str_from("ab"), str_from("ab")));
	assert_false(str_equal(str_from("ab"), str_from("abc")));
	assert_false(str_equal(STR_NONE, str_from("")));
	assert_true(str_equal(STR_NONE, STR_NONE));
	assert_true(str_equal_text(str_from(""), ""));
	assert_true(str_equal_ignoring_case(str_from("Retry-After"), str_from("retry-AFTER")));
	assert_false(str_equal_ignoring_case(str_from("a@"), str_from("a`")));
	assert_false(str_equal_ignoring_case(str_from("a"), str_from("b")));
	assert_false(str_equal_ignoring_case(STR_NONE, str_from("")));
	assert_true(str_starts_with(str_from("abc"), str_from("ab")));
	assert_false(str_starts_with(str_from("a"), str_from("ab")));
	assert_true(str_starts_with(STR_NONE, STR_NONE));
	assert_true(str_ends_with(str_from("abc"), str_from("bc")));
	assert_true(str_ends_with(str_from("abc"), str_from("")));
	assert_false(str_ends_with(str_from("c"), str_from("bc")));
}

static void trims_and_slices(void **state)
{
	(void)state;
	assert_true(str_equal_text(str_trim(str_from(" \t\r\n a b\v\f ")), "a b"));
	assert_true(str_is_blank(str_from(" \n")));
	assert_true(str_is_blank(STR_NONE));
	assert_false(str_is_blank(str_from(" x")));
	assert_true(str_equal_text(str_slice(str_from("abcdef"), 2, 3), "cde"));
	assert_true(str_equal_text(str_slice(str_from("abc"), 2, SIZE_MAX), "c"));
	assert_true(str_equal_text(str_slice(str_from("abc"), 9, 1), ""));
	assert_true(str_is_none(str_slice(STR_NONE, 0, 1)));
}

static void finds(void **state)
{
	(void)state;
	assert_int_equal(str_find(str_from("aaab"), str_from("aab")), 1);
	assert_int_equal(str_find(str_from("aaab"), str_from("x")), 4);
	assert_int_equal(str_find(str_from("ab"), str_from("abc")), 2);
	assert_int_equal(str_find(str_from("abab"), str_from("b")), 1);
	assert_int_equal(str_find(str_from("aba"), str_from("ac")), 3);
	assert_int_equal(str_find(str_from("ab"), str_from("")), 0);
	assert_int_equal(str_find(STR_NONE, str_from("a")), 0);
	assert_int_equal(str_find_byte(str_from("abc"), 'c'), 2);
	assert_int_equal(str_find_byte(str_from("abc"), 'x'), 3);
	assert_int_equal(str_find_byte(STR_NONE, 'x'), 0);
}

static void splits(void **state)
{
	(void)state;
	struct str rest = str_from("a;;b;");
	struct str part;
	const char *const wanted[] = {"a", "", "b", ""};
	for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++) {
		assert_true(str_next(&rest, ';', &part));
		assert_true(str_equal_text(part, wanted[i]));
	}
	assert_false(str_next(&rest, ';', &part));
	assert_true(str_is_none(rest));
	rest = str_from("");
	assert_true(str_next(&rest, ';', &part));
	assert_int_equal(part.length, 0);
	assert_false(str_next(&rest, ';', &part));
	assert_int_equal(str_count_parts(str_from("a;;b;"), ';'), 4);
	assert_int_equal(str_count_parts(str_from(""), ';'), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(compares),
	    cmocka_unit_test(trims_and_slices),
	    cmocka_unit_test(finds),
	    cmocka_unit_test(splits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
