/* SPDX-License-Identifier: PostgreSQL */
#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <math.h>

static void parses_whole_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t value;
	} good[] = {{"0", 0},
		    {"-0", 0},
		    {"+7", 7},
		    {"007", 7},
		    {"9223372036854775807", INT64_MAX},
		    {"-9223372036854775808", INT64_MIN}};
	static const char *const bad[] = {"",	 "-",	"+",	"+-1",
					  "-+1", "--1", " 1",	"1 ",
					  "1.0", "0x1", "1e3",	"9223372036854775808",
					  "a",	 "1a",	"\xC2", "-9223372036854775809"};
	int64_t value = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(num_parse_i64(str_from(good[i].text), &value));
		assert_true(value == good[i].value);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
		value = 77;
		assert_false(num_parse_i64(str_from(bad[i]), &value));
		assert_int_equal(value, 77);
	}
	uint64_t large = 0;
	assert_true(num_parse_u64(str_from("18446744073709551615"), &large));
	assert_true(large == UINT64_MAX);
	assert_false(num_parse_u64(str_from("18446744073709551616"), &large));
	assert_false(num_parse_u64(str_from("-1"), &large));
	assert_false(num_parse_u64(STR_NONE, &large));
}

static void parses_doubles(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double value;
	} good[] = {{"0", 0.0},	     {"-1.5", -1.5},
		    {"+.5", 0.5},    {"5.", 5.0},
		    {"1e3", 1000.0}, {"1E+3", 1000.0},
		    {"25e-2", 0.25}, {"1.7976931348623157e308", 1.7976931348623157e308}};
	static const char *const bad[] = {"",	  ".",	   "-",	     "e5",     "1e",	   "1e+",
					  "1..2", "0x10",  "nan",    "inf",    "1,5",	   " 1",
					  "1 ",	  "1e400", "-1e400", "1e-400", "infinity", "1e5x"};
	double value = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(num_parse_double(str_from(good[i].text), &value));
		assert_true(fabs(value - good[i].value) <= 0.0);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(num_parse_double(str_from(bad[i]), &value));
	assert_true(num_parse_double(str_from("-0"), &value));
	assert_true(signbit(value) != 0);
	assert_true(num_parse_double(str_from("0e-999"), &value));
	assert_true(num_parse_double(str_from("4.9e-324"), &value));
	char longest[1100];
	memset(longest, '1', sizeof(longest));
	assert_false(num_parse_double((struct str){longest, sizeof(longest)}, &value));
}

static void ignores_the_locale(void **state)
{
	(void)state;
	double value = 0;
	if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
		skip();
	assert_true(num_parse_double(str_from("1.5"), &value));
	assert_true(value > 1.4 && value < 1.6);
	setlocale(LC_ALL, "C");
}

static void parses_durations_and_sizes(void **state)
{
	(void)state;
	int64_t seconds = 0;
	uint64_t bytes = 0;
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {{"90", 90}, {"90s", 90}, {"15m", 900}, {"6h", 21600}, {"7d", 604800}, {"0", 0}};
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(num_parse_seconds(str_from(good[i].text), &seconds));
		assert_true(seconds == good[i].seconds);
	}
	static const char *const bad[] = {
	    "", "s", "1w", "1 s", "-1s", "1.5h", "9223372036854775807", "99999999999999999d"};
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(num_parse_seconds(str_from(bad[i]), &seconds));
	assert_true(num_parse_bytes(str_from("64"), &bytes) && bytes == 64);
	assert_true(num_parse_bytes(str_from("64k"), &bytes) && bytes == 65536);
	assert_true(num_parse_bytes(str_from("64M"), &bytes) && bytes == 67108864);
	assert_true(num_parse_bytes(str_from("2g"), &bytes) && bytes == 2147483648);
	assert_false(num_parse_bytes(str_from("2t"), &bytes));
	assert_false(num_parse_bytes(str_from("k"), &bytes));
	assert_false(num_parse_bytes(str_from("18446744073709551615k"), &bytes));
	assert_false(num_parse_bytes((struct str){"1\0", 2}, &bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses_whole_numbers),
	    cmocka_unit_test(parses_doubles),
	    cmocka_unit_test(ignores_the_locale),
	    cmocka_unit_test(parses_durations_and_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
