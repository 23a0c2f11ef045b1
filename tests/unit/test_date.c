/* SPDX-License-Identifier: PostgreSQL */
#include "base/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void counts_days(void **state)
{
	(void)state;
	assert_int_equal(date_days_from_civil(1970, 1, 1), 0);
	assert_int_equal(date_days_from_civil(2000, 3, 1), 11017);
	assert_int_equal(date_days_from_civil(1969, 12, 31), -1);
	assert_int_equal(date_days_from_civil(-1, 3, 1), -719834);
	/* Each day of 800 years is one after the one before it, and comes back as itself. */
	int64_t expected = date_days_from_civil(1700, 1, 1);
	for (int year = 1700; year < 2500; year++) {
		for (int month = 1; month <= 12; month++) {
			for (int day = 1; day <= date_days_in_month(year, month); day++)
				assert_int_equal(date_days_from_civil(year, month, day), expected++);
		}
		assert_int_equal(date_year_of_ms((expected - 1) * 86400000), year);
		assert_int_equal(date_year_of_ms(expected * 86400000 - 1), year);
		assert_int_equal(date_year_of_ms(expected * 86400000), year + 1);
	}
	assert_int_equal(date_days_in_month(1900, 2), 28);
	assert_int_equal(date_days_in_month(2000, 2), 29);
	assert_int_equal(date_days_in_month(2024, 2), 29);
	assert_int_equal(date_days_in_month(2024, 0), 0);
	assert_int_equal(date_days_in_month(2024, 13), 0);
}

static void keeps_precision(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		struct date date;
	} good[] = {{"2021", {2021, 1, 1, DATE_YEAR}},	     {"2021-03", {2021, 3, 1, DATE_MONTH}},
		    {"2021-03-15", {2021, 3, 15, DATE_DAY}}, {"2024-02-29", {2024, 2, 29, DATE_DAY}},
		    {"0001-01-01", {1, 1, 1, DATE_DAY}},     {"9999-12-31", {9999, 12, 31, DATE_DAY}}};
	static const char *const bad[] = {
	    "",		  "0000",	 "202",		"20211",      "2021-",	    "2021-3",
	    "2021-13",	  "2021-00",	 "2021-02-30",	"2021-02-29", "2021-03-00", "2021-03-32",
	    "2021-3-5",	  "2021-03-155", "2021-03-15 ", "Present",    "infinity",   "-2021",
	    "2021/03/15", "10000",	 " 2021",	"2o21",	      "1900-02-29"};
	struct date date;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(date_parse(str_from(good[i].text), &date));
		assert_int_equal(date.year, good[i].date.year);
		assert_int_equal(date.month, good[i].date.month);
		assert_int_equal(date.day, good[i].date.day);
		assert_int_equal(date.precision, good[i].date.precision);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(date_parse(str_from(bad[i]), &date));
	assert_false(date_parse(STR_NONE, &date));
}

static void parses_instants(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {{"1970-01-01T00:00:00Z", 0},
		    {"2026-08-31T08:59:25.212Z", 1788166765212},
		    {"2026-08-31T08:59:25,212Z", 1788166765212},
		    {"2026-08-31T10:59:25.212999+02:00", 1788166765212},
		    {"2026-08-31T10:59:25.212+0200", 1788166765212},
		    {"2026-08-31 06:59:25.212-02", 1788166765212},
		    {"2026-08-31t08:59:25.212z", 1788166765212},
		    {"2026-08-31T08:59:25.212", 1788166765212},
		    {"2026-08-31T08:59Z", 1788166740000},
		    {"2016-12-31T23:59:60Z", 1483228800000},
		    {"1969-12-31T23:59:59.999Z", -1},
		    {"1970-01-01T00:00:00.5Z", 500}};
	static const char *const bad[] = {"",
					  "2026-08-31",
					  "2026-08",
					  "2026-08-31T",
					  "2026-08-31T08",
					  "2026-08-31T08:",
					  "2026-08-31T08:59:",
					  "2026-08-31T08:59:25.Z",
					  "2026-08-31T24:00:00Z",
					  "2026-08-31T08:60:00Z",
					  "2026-08-31T08:59:61Z",
					  "2026-02-30T08:59:25Z",
					  "2026-08-31T08:59:25ZZ",
					  "2026-08-31T08:59:25+",
					  "2026-08-31T08:59:25+2",
					  "2026-08-31T08:59:25+02:",
					  "2026-08-31T08:59:25+16:00",
					  "2026-08-31T08:59:25+02:60",
					  "2026-08-31T08:59:25 UTC",
					  "2026-08-31  08:59:25Z"};
	int64_t ms = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(date_parse_instant(str_from(good[i].text), &ms));
		assert_true(ms == good[i].ms);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(date_parse_instant(str_from(bad[i]), &ms));
	assert_false(date_parse_instant(STR_NONE, &ms));
}

static void parses_http_dates(void **state)
{
	(void)state;
	static const char *const good[] = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
					   "Sun Nov  6 08:49:37 1994", " sun, 06 nov 1994 08:49:37 gmt "};
	static const char *const bad[] = {"",
					  "784111777",
					  "Sun",
					  "Sunday Nov  6 08:49:37 1994",
					  "Sun, 6 Nov 1994 08:49:37 GMT",
					  "Sun, 06 Nov 1994 08:49:37",
					  "Sun, 06 Nov 1994 08:49:37 CET",
					  "Sun, 06 Nov 1994 08:49:37 GMT x",
					  "Sun, 31 Nov 1994 08:49:37 GMT",
					  "Sun, 00 Nov 1994 08:49:37 GMT",
					  "Sun, 06 Nov 0000 08:49:37 GMT",
					  "Sun, 06 Foo 1994 08:49:37 GMT",
					  "Sun, 06 Nov 1994 24:49:37 GMT",
					  "Sunday, 06 Nov 1994 08:49:37 GMT",
					  "Sun, 06-Nov-94 08:49:37 GMT",
					  "Sun Nov 6 08:49:37 1994",
					  "Xxx, 06 Nov 1994 08:49:37 GMT"};
	int64_t ms = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
		assert_true(date_parse_http(str_from(good[i]), &ms));
		assert_true(ms == 784111777000);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
		assert_false(date_parse_http(str_from(bad[i]), &ms));
	assert_true(date_parse_http(str_from("Wed Nov 16 08:49:37 1994"), &ms));
	int this_year = date_year_of_ms(clock_realtime_ms());
	for (int short_year = 0; short_year < 100; short_year++) {
		char text[40];
		snprintf(text, sizeof(text), "Sunday, 06-Nov-%02d 08:49:37 GMT", short_year);
		assert_true(date_parse_http(str_from(text), &ms));
		int year = date_year_of_ms(ms);
		assert_true(year % 100 == short_year && year <= this_year + 50 && year > this_year - 50);
	}
}

static void formats(void **state)
{
	(void)state;
	static const int64_t instants[] = {0, -1, 1788166765212, 253402300799999, -62135596800000};
	char text[32];
	int64_t ms = 0;
	date_format_instant(1788166765212, text, sizeof(text));
	assert_string_equal(text, "2026-08-31T08:59:25.212Z");
	for (size_t i = 0; i < ARRAY_LENGTH(instants); i++) {
		date_format_instant(instants[i], text, sizeof(text));
		assert_true(date_parse_instant(str_from(text), &ms));
		assert_true(ms == instants[i]);
	}
	date_format_instant(INT64_MAX, text, sizeof(text));
	assert_string_equal(text, "292278994-08-17T07:12:55.807Z");
	date_format_instant(INT64_MIN, text, sizeof(text));
	assert_string_equal(text, "-292275055-05-16T16:47:04.192Z");
}

static void reads_clocks(void **state)
{
	(void)state;
	assert_true(clock_realtime_ms() > 1700000000000);
	int64_t before = clock_monotonic_ms();
	assert_true(clock_monotonic_ms() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counts_days),     cmocka_unit_test(keeps_precision),
	    cmocka_unit_test(parses_instants), cmocka_unit_test(parses_http_dates),
	    cmocka_unit_test(formats),	       cmocka_unit_test(reads_clocks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
