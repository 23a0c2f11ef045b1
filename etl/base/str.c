/* SPDX-License-Identifier: PostgreSQL */
#include "base/str.h"

static bool is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static char lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

struct str str_from(const char *text)
{
	return text == NULL ? STR_NONE : (struct str){text, strlen(text)};
}

bool str_is_none(struct str text)
{
	return text.data == NULL;
}

bool str_is_blank(struct str text)
{
	return str_trim(text).length == 0;
}

bool str_equal(struct str left, struct str right)
{
	if (left.length != right.length || (left.data == NULL) != (right.data == NULL))
		return false;
	return left.length == 0 || memcmp(left.data, right.data, left.length) == 0;
}

bool str_equal_text(struct str left, const char *right)
{
	return str_equal(left, str_from(right));
}

bool str_equal_ignoring_case(struct str left, struct str right)
{
	if (left.length != right.length || (left.data == NULL) != (right.data == NULL))
		return false;
	for (size_t i = 0; i < left.length; i++) {
		if (lower(left.data[i]) != lower(right.data[i]))
			return false;
	}
	return true;
}

bool str_starts_with(struct str text, struct str prefix)
{
	if (prefix.length == 0)
		return true;
	return text.length >= prefix.length && memcmp(text.data, prefix.data, prefix.length) == 0;
}

bool str_ends_with(struct str text, struct str suffix)
{
	if (suffix.length == 0)
		return true;
	return text.length >= suffix.length &&
	       memcmp(text.data + text.length - suffix.length, suffix.data, suffix.length) == 0;
}

struct str str_trim(struct str text)
{
	while (text.length > 0 && is_space(text.data[0])) {
		text.data++;
		text.length--;
	}
	while (text.length > 0 && is_space(text.data[text.length - 1]))
		text.length--;
	return text;
}

struct str str_slice(struct str text, size_t from, size_t length)
{
	if (text.data == NULL)
		return STR_NONE;
	if (from > text.length)
		from = text.length;
	if (length > text.length - from)
		length = text.length - from;
	return (struct str){text.data + from, length};
}

size_t str_find(struct str text, struct str needle)
{
	if (needle.length == 0)
		return 0;
	size_t at = 0;
	while (needle.length <= text.length - at) {
		const char *found =
		    memchr(text.data + at, needle.data[0], text.length - at - needle.length + 1);
		if (found == NULL)
			break;
		if (memcmp(found, needle.data, needle.length) == 0)
			return (size_t)(found - text.data);
		at = (size_t)(found - text.data) + 1;
	}
	return text.length;
}

size_t str_find_byte(struct str text, char byte)
{
	const char *found = text.length == 0 ? NULL : memchr(text.data, byte, text.length);
	return found == NULL ? text.length : (size_t)(found - text.data);
}

bool str_next(struct str *rest, char separator, struct str *ret_part)
{
	if (rest->data == NULL)
		return false;
	size_t at = str_find_byte(*rest, separator);
	*ret_part = (struct str){rest->data, at};
	if (at == rest->length)
		*rest = STR_NONE;
	else
		*rest = (struct str){rest->data + at + 1, rest->length - at - 1};
	return true;
}

size_t str_count_parts(struct str text, char separator)
{
	size_t count = 1;
	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == separator;
	return count;
}
