/* SPDX-License-Identifier: PostgreSQL */
#include "cmd/report_page.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "pg/embed.h"

#define PREFIX	"etl/cmd/report/"
#define OPENING "{{"
#define CLOSING "}}"

static const struct embedded_file *find_file(struct str ending)
{
	for (const struct embedded_file *file = embed_report; file->name != NULL; file++) {
		if (str_ends_with(str_from(file->name), ending))
			return file;
	}
	return NULL;
}

static struct str file_text(struct str ending)
{
	const struct embedded_file *file = find_file(ending);
	return file != NULL ? (struct str){file->bytes, file->length} : STR_NONE;
}

static struct str language_text(struct str language)
{
	char name[32];
	int length =
	    snprintf(name, sizeof name, PREFIX "text.%.*s.json", (int)language.length, language.data);
	if (length < 0 || length >= (int)sizeof name)
		return STR_NONE;
	return file_text(str_from(name));
}

bool report_has_language(struct str language)
{
	return language.length == 2 && !str_is_none(language_text(language));
}

void report_put_script_json(struct buf *buf, struct str json)
{
	size_t run = 0; /* start of the bytes that need no escape */
	for (size_t i = 0; i < json.length; i++) {
		unsigned char byte = (unsigned char)json.data[i];
		bool is_line_end = byte == 0xE2u && i + 2 < json.length &&
				   (unsigned char)json.data[i + 1] == 0x80u &&
				   ((unsigned char)json.data[i + 2] & 0xFEu) == 0xA8u;
		if (byte != '<' && byte != '>' && byte != '&' && !is_line_end)
			continue;
		unsigned int code = is_line_end ? 0x2000u + ((unsigned char)json.data[i + 2] & 0x3Fu) : byte;
		buf_put(buf, json.data + run, i - run);
		buf_printf(buf, "\\u%04x", code);
		i += is_line_end ? 2 : 0;
		run = i + 1;
	}
	if (json.length > run)
		buf_put(buf, json.data + run, json.length - run);
}

void report_put_html(struct buf *buf, struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (byte == '<' || byte == '>' || byte == '&' || byte == '"' || byte == '\'')
			buf_printf(buf, "&#%d;", byte);
		else
			buf_put_byte(buf, byte);
	}
}

/* The title of the language's texts: {"page.title": "…", is their first line but one. */
static struct str default_title(struct str language)
{
	struct str text = language_text(language);
	struct str mark = STR("\"page.title\": \"");
	size_t at = str_find(text, mark);
	struct str rest = str_slice(text, at + mark.length, text.length);
	return str_slice(rest, 0, str_find_byte(rest, '"'));
}

static void put_base64(struct buf *buf, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < length; i += 3) {
		uint32_t group = (uint32_t)bytes[i] << 16;
		group |= i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0;
		group |= i + 2 < length ? (uint32_t)bytes[i + 2] : 0;
		buf_put_byte(buf, digits[group >> 18]);
		buf_put_byte(buf, digits[(group >> 12) & 63]);
		buf_put_byte(buf, i + 1 < length ? digits[(group >> 6) & 63] : '=');
		buf_put_byte(buf, i + 2 < length ? digits[group & 63] : '=');
	}
}

/* 'sha256-…' of the script as it stands between its tags. */
static void put_script_hash(struct buf *buf, struct str script)
{
	unsigned char digest[HASH_SHA256_BYTES];
	hash_sha256(script, digest);
	buf_put_text(buf, "'sha256-");
	put_base64(buf, digest, sizeof digest);
	buf_put_text(buf, "'");
}

static bool put_named(struct buf *buf, struct str name, const struct report_page *page, struct err *err)
{
	struct str title = str_is_blank(page->title) ? default_title(page->language) : page->title;
	struct str prefix = STR("hash ");
	if (str_equal_text(name, "language"))
		report_put_html(buf, page->language);
	else if (str_equal_text(name, "title"))
		report_put_html(buf, title);
	else if (str_equal_text(name, "data"))
		buf_put_str(buf, page->data);
	else if (str_equal_text(name, "texts"))
		report_put_script_json(buf, language_text(page->language));
	else if (str_starts_with(name, prefix) &&
		 find_file(str_slice(name, prefix.length, name.length)) != NULL)
		put_script_hash(buf, file_text(str_slice(name, prefix.length, name.length)));
	else if (find_file(name) != NULL)
		buf_put_str(buf, file_text(name));
	else
		return err_set(err, ERR_BUG, "the report's template names %.*s, which there is not",
			       (int)name.length, name.data);
	return true;
}

bool report_put_page(struct buf *buf, const struct report_page *page, struct err *err)
{
	struct str rest = file_text((struct str)STR("page.html"));
	struct str opening = STR(OPENING);
	struct str closing = STR(CLOSING);
	while (rest.length > 0) {
		size_t start = str_find(rest, opening);
		buf_put_str(buf, str_slice(rest, 0, start));
		if (start == rest.length)
			break;
		rest = str_slice(rest, start + opening.length, rest.length);
		size_t end = str_find(rest, closing);
		if (!put_named(buf, str_slice(rest, 0, end), page, err))
			return false;
		rest = str_slice(rest, end + closing.length, rest.length);
	}
	return true;
}
