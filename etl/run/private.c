/* SPDX-License-Identifier: PostgreSQL */
#include "run/private.h"

/* Members whose values are never kept, in any source's records. */
static const char *const private_members[] = {
    "gender",	       "pronouns",	 "pronoun",	    "email",	 "emails",
    "emailsConfirmed", "preferredEmail", "preferred_email", "birth",	 "birthDate",
    "birth_date",      "yearOfBirth",	 "birthYear",	    "relations", "date_of_birth",
};

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

/* --- raw records --- */

static bool is_private_member(struct str name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(private_members); i++) {
		if (str_equal_text(name, private_members[i]))
			return true;
	}
	return false;
}

static size_t skip_blanks(struct str raw, size_t at)
{
	while (at < raw.length && strchr(" \t\r\n", raw.data[at]) != NULL && raw.data[at] != '\0')
		at++;
	return at;
}

/* Position of the quote that ends the string begun before `at`; raw.length when it does not end. */
static size_t end_of_string(struct str raw, size_t at)
{
	while (at < raw.length && raw.data[at] != '"')
		at += raw.data[at] == '\\' ? 2 : 1;
	return at < raw.length ? at : raw.length;
}

/* Copies a stretch, every address without its local part ("****" instead: the kind of id can still be told).
 */
static void put_without_addresses(struct buf *buf, struct str text)
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

bool private_scrub(struct str raw, struct buf *buf)
{
	size_t done = 0;
	size_t at = 0;
	while (at < raw.length) {
		if (raw.data[at] != '"') {
			at++;
			continue;
		}
		size_t end = end_of_string(raw, at + 1);
		struct str name = str_slice(raw, at + 1, end - at - 1);
		size_t colon = end < raw.length ? skip_blanks(raw, end + 1) : end;
		at = end + 1;
		if (colon >= raw.length || raw.data[colon] != ':' || !is_private_member(name))
			continue;
		size_t value = skip_blanks(raw, colon + 1);
		if (value + 4 <= raw.length && memcmp(raw.data + value, "null", 4) == 0)
			continue;
		if (value >= raw.length || raw.data[value] != '"')
			return false;
		size_t value_end = end_of_string(raw, value + 1);
		if (value_end == raw.length)
			return false;
		put_without_addresses(buf, str_slice(raw, done, value + 1 - done));
		done = value_end;
		at = value_end + 1;
	}
	put_without_addresses(buf, str_slice(raw, done, raw.length - done));
	return !buf->is_failed;
}
