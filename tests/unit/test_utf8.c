/* SPDX-License-Identifier: PostgreSQL */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void judges_as_postgresql_does(void **state)
{
	(void)state;
	static const char *const good[] = {"",
					   "plain",
					   "\xC2\x80",
					   "\xDF\xBF",
					   "\xE0\xA0\x80",
					   "\xED\x9F\xBF",
					   "\xEE\x80\x80",
					   "\xEF\xBF\xBF",
					   "\xF0\x90\x80\x80",
					   "\xF4\x8F\xBF\xBF",
					   "12345678\xC3\xA9 12345678 12345678"};
	static const char *const bad[] = {"\x80",
					  "\xC0\x80",
					  "\xC1\xBF",
					  "\xC2",
					  "\xC2 ",
					  "\xE0\x9F\xBF",
					  "\xE0\xA0",
					  "\xED\xA0\x80",
					  "\xED\xBF\xBF",
					  "\xE2\x82 ",
					  "\xF0\x8F\xBF\xBF",
					  "\xF4\x90\x80\x80",
					  "\xF5\x80\x80\x80",
					  "\xFF",
					  "\xFE",
					  "\xF0\x90\x80",
					  "M\xFCller and some more text"};
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
		assert_true(utf8_is_valid(str_from(good[i])));
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(utf8_is_valid(str_from(bad[i])));
	assert_true(utf8_is_valid((struct str){"\0", 1}));
	assert_true(utf8_is_valid(STR_NONE));
}

static size_t encode(unsigned int point, char bytes[4])
{
	if (point < 0x80) {
		bytes[0] = (char)point;
		return 1;
	}
	size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	static const unsigned int leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
	for (size_t i = length; i-- > 1; point >>= 6)
		bytes[i] = (char)(0x80 | (point & 0x3F));
	bytes[0] = (char)(leads[length] | point);
	return length;
}

static void accepts_each_code_point_but_surrogates(void **state)
{
	(void)state;
	char bytes[4];
	for (unsigned int point = 0; point < 0x120000; point++) {
		bool is_good = point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
		assert_int_equal(utf8_is_valid((struct str){bytes, encode(point, bytes)}), is_good);
	}
}

static void counts(void **state)
{
	(void)state;
	assert_int_equal(utf8_count(str_from("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
	assert_int_equal(utf8_count(STR_NONE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges_as_postgresql_does),
	    cmocka_unit_test(accepts_each_code_point_but_surrogates),
	    cmocka_unit_test(counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
