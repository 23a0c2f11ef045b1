/* SPDX-License-Identifier: PostgreSQL */
#include "base/date.h"

#include <assert.h>
#include <limits.h>

#define MS_PER_SECOND INT64_C(1000)
#define MS_PER_MINUTE (60 * MS_PER_SECOND)
#define MS_PER_HOUR   (60 * MS_PER_MINUTE)
#define MS_PER_DAY    (24 * MS_PER_HOUR)

/* Part of a text that is still to be read. */
struct cursor {
	const char *at;
	const char *end;
};

struct time_of_day {
	int hour;
	int minute;
	int second;
};

static const char *const month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
					"Friday", "Saturday", "Sunday"};

static bool is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12)
		return 0;
	return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/* Years are counted from March, so that the leap day is the last one, in eras of 400 years:
 * https://howardhinnant.github.io/date_algorithms.html */
int64_t date_days_from_civil(int year, int month, int day)
{
	int64_t shifted_year = (int64_t)year - (month <= 2 ? 1 : 0);
	int64_t era = (shifted_year >= 0 ? shifted_year : shifted_year - 399) / 400;
	int64_t year_of_era = shifted_year - era * 400;
	int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

static int64_t floor_divide(int64_t value, int64_t by)
{
	return value / by - (value % by < 0 ? 1 : 0);
}

static void civil_from_days(int64_t days, struct date *ret_date)
{
	days += 719468;
	int64_t era = floor_divide(days, 146097);
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted_month = (5 * day_of_year + 2) / 153;
	int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
	int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
	*ret_date = (struct date){.year = (int)year,
				  .month = (int)month,
				  .day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1),
				  .precision = DATE_DAY};
}

int date_year_of_ms(int64_t ms)
{
	struct date date;
	civil_from_days(floor_divide(ms, MS_PER_DAY), &date);
	return date.year;
}

static bool take_byte(struct cursor *cursor, char byte)
{
	if (cursor->at == cursor->end || *cursor->at != byte)
		return false;
	cursor->at++;
	return true;
}

static bool take_text(struct cursor *cursor, const char *text)
{
	struct str rest = {cursor->at, (size_t)(cursor->end - cursor->at)};
	struct str wanted = str_from(text);
	if (!str_equal_ignoring_case(str_slice(rest, 0, wanted.length), wanted))
		return false;
	cursor->at += wanted.length;
	return true;
}

/* Exactly n_digits digits, at most four. */
static bool take_number(struct cursor *cursor, int n_digits, int *ret_value)
{
	int value = 0;
	if (cursor->end - cursor->at < n_digits)
		return false;
	for (int i = 0; i < n_digits; i++) {
		char digit = cursor->at[i];
		if (digit < '0' || digit > '9')
			return false;
		value = value * 10 + (digit - '0');
	}
	cursor->at += n_digits;
	*ret_value = value;
	return true;
}

static struct cursor cursor_of(struct str text)
{
	return (struct cursor){text.data, text.data == NULL ? NULL : text.data + text.length};
}

bool date_parse(struct str text, struct date *ret_date)
{
	struct cursor cursor = cursor_of(text);
	struct date date = {.month = 1, .day = 1, .precision = DATE_YEAR};
	if (text.length == 0 || !take_number(&cursor, 4, &date.year) || date.year == 0)
		return false;
	if (cursor.at < cursor.end) {
		if (!take_byte(&cursor, '-') || !take_number(&cursor, 2, &date.month))
			return false;
		date.precision = DATE_MONTH;
	}
	if (cursor.at < cursor.end) {
		if (!take_byte(&cursor, '-') || !take_number(&cursor, 2, &date.day))
			return false;
		date.precision = DATE_DAY;
	}
	if (cursor.at < cursor.end || date.day < 1 || date.day > date_days_in_month(date.year, date.month))
		return false;
	*ret_date = date;
	return true;
}

static bool is_time_valid(const struct time_of_day *time)
{
	return time->hour <= 23 && time->minute <= 59 && time->second <= 60;
}

static int64_t ms_of(int year, int month, int day, const struct time_of_day *time)
{
	return date_days_from_civil(year, month, day) * MS_PER_DAY + time->hour * MS_PER_HOUR +
	       time->minute * MS_PER_MINUTE + time->second * MS_PER_SECOND;
}

/* "HH:MM:SS" */
static bool take_time(struct cursor *cursor, struct time_of_day *ret_time)
{
	return take_number(cursor, 2, &ret_time->hour) && take_byte(cursor, ':') &&
	       take_number(cursor, 2, &ret_time->minute) && take_byte(cursor, ':') &&
	       take_number(cursor, 2, &ret_time->second) && is_time_valid(ret_time);
}

/* ".212" and any further digits; nothing is 0. */
static bool take_fraction_ms(struct cursor *cursor, int64_t *ret_ms)
{
	int64_t weight = 100;
	*ret_ms = 0;
	if (!take_byte(cursor, '.') && !take_byte(cursor, ','))
		return true;
	int digit = 0;
	if (!take_number(cursor, 1, &digit))
		return false;
	do {
		*ret_ms += weight * digit;
		weight /= 10;
	} while (take_number(cursor, 1, &digit));
	return true;
}

/* "Z", "+02:00", "+0200", "+02" or nothing. */
static bool take_zone_ms(struct cursor *cursor, int64_t *ret_ms)
{
	int hours = 0;
	int minutes = 0;
	*ret_ms = 0;
	if (cursor->at == cursor->end || take_byte(cursor, 'Z') || take_byte(cursor, 'z'))
		return true;
	bool is_west = take_byte(cursor, '-');
	if (!is_west && !take_byte(cursor, '+'))
		return false;
	if (!take_number(cursor, 2, &hours))
		return false;
	if (cursor->at < cursor->end) {
		take_byte(cursor, ':');
		if (!take_number(cursor, 2, &minutes))
			return false;
	}
	if (hours > 15 || minutes > 59)
		return false;
	*ret_ms = (hours * MS_PER_HOUR + minutes * MS_PER_MINUTE) * (is_west ? -1 : 1);
	return true;
}

bool date_parse_instant(struct str text, int64_t *ret_ms)
{
	struct date date;
	struct time_of_day time = {0};
	int64_t fraction_ms = 0;
	int64_t zone_ms = 0;
	if (!date_parse(str_slice(text, 0, 10), &date) || date.precision != DATE_DAY)
		return false;
	struct cursor cursor = cursor_of(str_slice(text, 10, text.length));
	if (!take_byte(&cursor, 'T') && !take_byte(&cursor, 't') && !take_byte(&cursor, ' '))
		return false;
	if (!take_number(&cursor, 2, &time.hour) || !take_byte(&cursor, ':') ||
	    !take_number(&cursor, 2, &time.minute))
		return false;
	if (take_byte(&cursor, ':')) {
		if (!take_number(&cursor, 2, &time.second) || !take_fraction_ms(&cursor, &fraction_ms))
			return false;
	}
	if (!is_time_valid(&time) || !take_zone_ms(&cursor, &zone_ms) || cursor.at < cursor.end)
		return false;
	*ret_ms = ms_of(date.year, date.month, date.day, &time) + fraction_ms - zone_ms;
	return true;
}

static bool take_month_name(struct cursor *cursor, int *ret_month)
{
	for (size_t i = 0; i < ARRAY_LENGTH(month_names); i++) {
		if (take_text(cursor, month_names[i])) {
			*ret_month = (int)i + 1;
			return true;
		}
	}
	return false;
}

/* Full names are tried first, as each begins with its short form. The name is not held against the date:
 * servers get it wrong, and the date is what counts. */
static bool take_day_name(struct cursor *cursor, bool *ret_is_full)
{
	for (size_t i = 0; i < ARRAY_LENGTH(day_names); i++) {
		if (take_text(cursor, day_names[i])) {
			*ret_is_full = true;
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_LENGTH(day_names); i++) {
		char short_name[4];
		memcpy(short_name, day_names[i], 3);
		short_name[3] = '\0';
		if (take_text(cursor, short_name)) {
			*ret_is_full = false;
			return true;
		}
	}
	return false;
}

/* " 06 Nov 1994 08:49:37 GMT" after "Sun," */
static bool take_imf_date(struct cursor *cursor, struct date *date, struct time_of_day *time)
{
	return take_byte(cursor, ' ') && take_number(cursor, 2, &date->day) && take_byte(cursor, ' ') &&
	       take_month_name(cursor, &date->month) && take_byte(cursor, ' ') &&
	       take_number(cursor, 4, &date->year) && take_byte(cursor, ' ') && take_time(cursor, time) &&
	       take_text(cursor, " GMT");
}

/* " 06-Nov-94 08:49:37 GMT" after "Sunday," */
static bool take_rfc850_date(struct cursor *cursor, struct date *date, struct time_of_day *time)
{
	int short_year = 0;
	bool is_taken = take_byte(cursor, ' ') && take_number(cursor, 2, &date->day) &&
			take_byte(cursor, '-') && take_month_name(cursor, &date->month) &&
			take_byte(cursor, '-') && take_number(cursor, 2, &short_year) &&
			take_byte(cursor, ' ') && take_time(cursor, time) && take_text(cursor, " GMT");
	if (!is_taken)
		return false;
	int this_year = date_year_of_ms(clock_realtime_ms());
	date->year = this_year - this_year % 100 + 100 + short_year;
	while (date->year > this_year + 50)
		date->year -= 100;
	return true;
}

/* " Nov  6 08:49:37 1994" after "Sun" */
static bool take_asctime_date(struct cursor *cursor, struct date *date, struct time_of_day *time)
{
	if (!take_byte(cursor, ' ') || !take_month_name(cursor, &date->month) || !take_byte(cursor, ' '))
		return false;
	int n_digits = take_byte(cursor, ' ') ? 1 : 2;
	return take_number(cursor, n_digits, &date->day) && take_byte(cursor, ' ') &&
	       take_time(cursor, time) && take_byte(cursor, ' ') && take_number(cursor, 4, &date->year);
}

bool date_parse_http(struct str text, int64_t *ret_ms)
{
	struct cursor cursor = cursor_of(str_trim(text));
	struct date date = {.precision = DATE_DAY};
	struct time_of_day time = {0};
	bool is_full_name = false;
	if (!take_day_name(&cursor, &is_full_name))
		return false;
	bool has_comma = take_byte(&cursor, ',');
	bool is_taken = false;
	if (has_comma && is_full_name)
		is_taken = take_rfc850_date(&cursor, &date, &time);
	else if (has_comma)
		is_taken = take_imf_date(&cursor, &date, &time);
	else if (!is_full_name)
		is_taken = take_asctime_date(&cursor, &date, &time);
	if (!is_taken || cursor.at < cursor.end)
		return false;
	if (date.year == 0 || date.day < 1 || date.day > date_days_in_month(date.year, date.month))
		return false;
	*ret_ms = ms_of(date.year, date.month, date.day, &time);
	return true;
}

void date_format_instant(int64_t ms, char *text, size_t size)
{
	assert(size >= 32);
	struct date date;
	int64_t days = floor_divide(ms, MS_PER_DAY);
	int64_t rest = (ms % MS_PER_DAY + MS_PER_DAY) % MS_PER_DAY;
	civil_from_days(days, &date);
	snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", date.year, date.month, date.day,
		 (int)(rest / MS_PER_HOUR), (int)(rest / MS_PER_MINUTE % 60),
		 (int)(rest / MS_PER_SECOND % 60), (int)(rest % MS_PER_SECOND));
}

static int64_t read_clock_ms(clockid_t clock)
{
	struct timespec now = {0};
	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * MS_PER_SECOND + now.tv_nsec / 1000000;
}

int64_t clock_realtime_ms(void)
{
	return read_clock_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
	return read_clock_ms(CLOCK_MONOTONIC);
}
