/* SPDX-License-Identifier: PostgreSQL */
#include "run/private.h"

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_word_byte(char byte)
{
	return is_letter(byte) || (byte >= '0' && byte <= '9');
}

static bool is_local_byte(char byte)
{
	return is_word_byte(byte) || (byte != '\0' && strchr("._%+*'-", byte) != NULL);
}

static bool is_domain_byte(char byte)
{
	return is_word_byte(byte) || byte == '.' || byte == '-';
}

/* The address whose '@' is at `at`; length 0 when it is none. */
static struct str address_at(struct str text, size_t at)
{
	size_t from = at;
	size_t to = at + 1;
	while (from > 0 && is_local_byte(text.data[from - 1]))
		from--;
	while (to < text.length && is_domain_byte(text.data[to]))
		to++;
	while (to > at + 1 && !is_letter(text.data[to - 1]))
		to--;
	size_t last_label = to;
	while (last_label > at + 1 && is_letter(text.data[last_label - 1]))
		last_label--;
	bool is_address =
	    from < at && last_label > at + 2 && text.data[last_label - 1] == '.' && to - last_label >= 2;
	return is_address ? str_slice(text, from, to - from) : (struct str){text.data, 0};
}

/* The next '@' of an address from `from` on; text.length when there is none. */
static size_t next_address(struct str text, size_t from, struct str *ret_address)
{
	while (from < text.length) {
		const char *found = memchr(text.data + from, '@', text.length - from);
		if (found == NULL)
			break;
		size_t at = (size_t)(found - text.data);
		*ret_address = address_at(text, at);
		if (ret_address->length > 0)
			return at;
		from = at + 1;
	}
	return text.length;
}

bool private_has_address(struct str text)
{
	struct str address;
	return text.length > 0 && next_address(text, 0, &address) < text.length;
}

struct str private_without_addresses(struct arena *arena, struct str text)
{
	struct str address;
	if (!private_has_address(text))
		return text;
	char *bytes = arena_alloc(arena, text.length);
	size_t length = 0;
	size_t done = 0;
	if (bytes == NULL)
		return STR_NONE;
	while (done < text.length) {
		size_t at = next_address(text, done, &address);
		size_t to = at < text.length ? (size_t)(address.data - text.data) : at;
		if (to > done) {
			memcpy(bytes + length, text.data + done, to - done);
			length += to - done;
		}
		done = at;
		if (at < text.length) {
			bytes[length++] = '@';
			done = at + 1;
		}
	}
	return (struct str){bytes, length};
}

struct str private_address_domain(struct arena *arena, struct str text)
{
	size_t at = text.length;
	while (at > 0 && text.data[at - 1] != '@')
		at--;
	struct str domain = str_trim(str_slice(text, at, text.length - at));
	if (domain.length == 0 || str_find_byte(domain, '.') == domain.length)
		return STR_NONE;
	char *lower = arena_alloc(arena, domain.length);
	if (lower == NULL)
		return STR_NONE;
	for (size_t i = 0; i < domain.length; i++) {
		char byte = domain.data[i];
		if (!is_domain_byte(byte))
			return STR_NONE;
		lower[i] = (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
	}
	return (struct str){lower, domain.length};
}

void private_put_masked(struct buf *buf, struct str text)
{
	struct str address;
	size_t done = 0;
	while (done < text.length) {
		size_t at = next_address(text, done, &address);
		size_t to = at < text.length ? (size_t)(address.data - text.data) : at;
		if (to > done)
			buf_put(buf, text.data + done, to - done);
		done = at;
		if (at < text.length) {
			buf_put_text(buf, "****@");
			done = at + 1;
		}
	}
}
