/* SPDX-License-Identifier: PostgreSQL */
#include "base/num.h"

#include <errno.h>
#include <locale.h>
#include <math.h>

#define LONGEST_DOUBLE 1024 /* characters; a longer one is no figure anybody meant */

bool num_parse_u64(struct str text, uint64_t *ret_value)
{
	uint64_t value = 0;
	if (text.length > 0 && text.data[0] == '+')
		text = str_slice(text, 1, text.length);
	if (text.length == 0)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(text.data[i] - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*ret_value = value;
	return true;
}

bool num_parse_i64(struct str text, int64_t *ret_value)
{
	uint64_t magnitude = 0;
	bool is_negative = text.length > 0 && text.data[0] == '-';
	if (is_negative) {
		text = str_slice(text, 1, text.length);
		if (text.length > 0 && text.data[0] == '+')
			return false;
	}
	if (!num_parse_u64(text, &magnitude))
		return false;
	if (magnitude > (uint64_t)INT64_MAX + (is_negative ? 1 : 0))
		return false;
	if (is_negative)
		*ret_value = magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1;
	else
		*ret_value = (int64_t)magnitude;
	return true;
}

static size_t skip_digits(struct str text, size_t at)
{
	while (at < text.length && text.data[at] >= '0' && text.data[at] <= '9')
		at++;
	return at;
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before or after the point: no hex, no infinity, no
 * NaN, which strtod would take. */
static bool is_decimal(struct str text)
{
	size_t at = 0;
	if (at < text.length && (text.data[at] == '+' || text.data[at] == '-'))
		at++;
	size_t start = at;
	at = skip_digits(text, at);
	size_t n_digits = at - start;
	if (at < text.length && text.data[at] == '.') {
		start = ++at;
		at = skip_digits(text, at);
		n_digits += at - start;
	}
	if (n_digits == 0)
		return false;
	if (at < text.length && (text.data[at] == 'e' || text.data[at] == 'E')) {
		at++;
		if (at < text.length && (text.data[at] == '+' || text.data[at] == '-'))
			at++;
		start = at;
		at = skip_digits(text, at);
		if (at == start)
			return false;
	}
	return at == text.length;
}

bool num_parse_double(struct str text, double *ret_value)
{
	char digits[LONGEST_DOUBLE + 1];
	if (text.length > LONGEST_DOUBLE || !is_decimal(text))
		return false;
	memcpy(digits, text.data, text.length);
	digits[text.length] = '\0';
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (plain == (locale_t)0)
		return false;
	locale_t before = uselocale(plain);
	errno = 0;
	double value = strtod(digits, NULL);
	bool is_out_of_range = errno == ERANGE && (value == 0.0 || !isfinite(value));
	uselocale(before);
	freelocale(plain);
	if (is_out_of_range)
		return false;
	*ret_value = value;
	return true;
}

/* Takes the unit letter off; 1 when there is none, 0 when it is unknown. */
static uint64_t take_unit(struct str *text, const char *letters, const uint64_t *factors)
{
	char last = text->length == 0 ? '\0' : text->data[text->length - 1];
	if (last >= '0' && last <= '9')
		return 1;
	const char *found = last == '\0' ? NULL : strchr(letters, last);
	if (found == NULL)
		return 0;
	*text = str_slice(*text, 0, text->length - 1);
	return factors[found - letters];
}

static bool parse_scaled(struct str text, const char *letters, const uint64_t *factors, uint64_t *ret_value)
{
	uint64_t value = 0;
	uint64_t factor = take_unit(&text, letters, factors);
	if (factor == 0 || !num_parse_u64(text, &value) || value > UINT64_MAX / factor)
		return false;
	*ret_value = value * factor;
	return true;
}

bool num_parse_seconds(struct str text, int64_t *ret_seconds)
{
	static const uint64_t factors[] = {1, 60, 3600, 86400};
	uint64_t seconds = 0;
	if (!parse_scaled(text, "smhd", factors, &seconds) || seconds > INT64_MAX / 1000)
		return false; /* must fit as milliseconds, too */
	*ret_seconds = (int64_t)seconds;
	return true;
}

bool num_parse_bytes(struct str text, uint64_t *ret_bytes)
{
	static const uint64_t factors[] = {(uint64_t)1 << 10, (uint64_t)1 << 20, (uint64_t)1 << 30,
					   (uint64_t)1 << 10, (uint64_t)1 << 20, (uint64_t)1 << 30};
	return parse_scaled(text, "kmgKMG", factors, ret_bytes);
}
