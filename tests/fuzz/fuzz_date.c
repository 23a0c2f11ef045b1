/* SPDX-License-Identifier: PostgreSQL
 *
 * Dates, instants, HTTP dates (Retry-After in its two forms) and numbers. What was accepted must come back
 * the same from its own text.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/num.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check_instant(int64_t ms)
{
	char text[32];
	int64_t again_ms = 0;
	date_format_instant(ms, text, sizeof(text));
	bool has_four_digits = date_year_of_ms(ms) >= 1 && date_year_of_ms(ms) <= 9999;
	if (has_four_digits && (!date_parse_instant(str_from(text), &again_ms) || again_ms != ms))
		abort();
}

static void check_date(const struct date *date)
{
	if (date->year < 1 || date->year > 9999 || date->precision == DATE_NONE)
		abort();
	if (date->day < 1 || date->day > date_days_in_month(date->year, date->month))
		abort();
	int64_t days = date_days_from_civil(date->year, date->month, date->day);
	if (date_year_of_ms(days * 86400000) != date->year)
		abort();
}

static void check_numbers(struct str text)
{
	char again[32];
	int64_t number = 0;
	int64_t same = 0;
	uint64_t large = 0;
	double real = 0;
	if (num_parse_i64(text, &number)) {
		snprintf(again, sizeof(again), "%lld", (long long)number);
		if (!num_parse_i64(str_from(again), &same) || same != number)
			abort();
	}
	if (num_parse_double(text, &real) && real - real != 0.0)
		abort();
	if (num_parse_seconds(text, &number) && number < 0)
		abort();
	(void)!num_parse_u64(text, &large);
	(void)!num_parse_bytes(text, &large);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct str text = {(const char *)bytes, length};
	struct date date;
	int64_t ms = 0;
	if (date_parse(text, &date))
		check_date(&date);
	if (date_parse_instant(text, &ms))
		check_instant(ms);
	if (date_parse_http(text, &ms))
		check_instant(ms);
	if (length >= sizeof(ms)) {
		memcpy(&ms, bytes, sizeof(ms));
		check_instant(ms);
	}
	check_numbers(text);
	return 0;
}
