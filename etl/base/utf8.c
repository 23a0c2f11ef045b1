/* SPDX-License-Identifier: PostgreSQL */
#include "base/utf8.h"

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Length of the well-formed sequence at bytes, 0 when it is none (RFC 3629, table in section 4). */
static size_t sequence_length(const unsigned char *bytes, size_t left)
{
	unsigned char lead = bytes[0];
	if (lead < 0x80)
		return 1;
	size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	if (lead < 0xC2 || lead > 0xF4 || length > left)
		return 0;
	unsigned char lowest = 0x80;
	unsigned char highest = 0xBF;
	if (lead == 0xE0)
		lowest = 0xA0; /* overlong */
	else if (lead == 0xED)
		highest = 0x9F; /* surrogates */
	else if (lead == 0xF0)
		lowest = 0x90; /* overlong */
	else if (lead == 0xF4)
		highest = 0x8F; /* above U+10FFFF */
	if (bytes[1] < lowest || bytes[1] > highest)
		return 0;
	for (size_t i = 2; i < length; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return 0;
	}
	return length;
}

bool utf8_is_valid(struct str text)
{
	const unsigned char *bytes = (const unsigned char *)text.data;
	size_t at = 0;
	while (at < text.length) {
		uint64_t word = 0;
		while (text.length - at >= sizeof(word)) {
			memcpy(&word, bytes + at, sizeof(word));
			if ((word & HIGH_BITS) != 0)
				break;
			at += sizeof(word);
		}
		if (at == text.length)
			return true;
		size_t length = sequence_length(bytes + at, text.length - at);
		if (length == 0)
			return false;
		at += length;
	}
	return true;
}

size_t utf8_count(struct str text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.length; i++)
		count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
	return count;
}
