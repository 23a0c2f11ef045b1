/* SPDX-License-Identifier: PostgreSQL
 *
 * Points in time are int64_t milliseconds since 1970-01-01 UTC (suffix _ms); calendar arithmetic is
 * proleptic Gregorian and independent of TZ. Partial dates keep their precision.
 */
#ifndef TENURE_DATE_H
#define TENURE_DATE_H

#include "base/base.h"
#include "base/str.h"

enum date_precision { DATE_NONE = 0, DATE_YEAR, DATE_MONTH, DATE_DAY };

struct date {
	int year;
	int month; /* 1..12, 1 when unknown */
	int day;   /* 1..31, 1 when unknown */
	enum date_precision precision;
};

int64_t date_days_from_civil(int year, int month, int day); /* days since 1970-01-01 */
int date_days_in_month(int year, int month);
int date_year_of_ms(int64_t ms); /* UTC calendar year */
/* "2021", "2021-03", "2021-03-15"; false for anything else, an impossible day or the year 0000. */
MUST_USE bool date_parse(struct str text, struct date *ret_date);
/* ISO 8601 instant with zone ("2026-08-31T08:59:25.212Z", "…+02:00") or without (taken as UTC); 'T' or one
 * blank before the time; digits after the millisecond are cut; a leap second is the second after it. */
MUST_USE bool date_parse_instant(struct str text, int64_t *ret_ms);
/* HTTP-date (RFC 9110, all three forms); a two-digit year is never more than 50 years ahead of today. */
MUST_USE bool date_parse_http(struct str text, int64_t *ret_ms);
/* Writes "2026-08-31T08:59:25.212Z" and a NUL; size at least 32. */
void date_format_instant(int64_t ms, char *text, size_t size);

int64_t clock_realtime_ms(void);  /* UTC wall clock; only for ledger times and budgets */
int64_t clock_monotonic_ms(void); /* for every deadline */

#endif
