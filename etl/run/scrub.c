/* SPDX-License-Identifier: PostgreSQL */
#include "run/scrub.h"

#include <errno.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "http/http.h"
#include "run/private.h"
#include "run/run.h"
#include "source/source.h"

void scrub_init(struct scrub *scrub)
{
	*scrub = (struct scrub){.state = SCRUB_OUTSIDE};
	buf_init(&scrub->string, (size_t)SCRUB_STRING_BYTES + 1);
}

void scrub_done(struct scrub *scrub)
{
	buf_done(&scrub->string);
}

/* ---- strings ---- */

/* A JSON writer may escape '@'; it must not hide an address. Works in place: the text only gets shorter. */
static void unescape_at_signs(struct buf *string)
{
	static const struct str escaped = STR("\\u0040");
	size_t to = 0;
	for (size_t from = 0; from < string->length;) {
		struct str rest = {string->data + from, string->length - from};
		bool is_at = str_starts_with(rest, escaped);
		string->data[to++] = is_at ? '@' : string->data[from];
		from += is_at ? escaped.length : 1;
	}
	string->length = to;
}

static void remember_name(struct scrub *scrub)
{
	size_t length = scrub->string.length;
	scrub->is_name = !scrub->is_continued && length > 0 && length <= SCRUB_NAME_BYTES;
	if (!scrub->is_name)
		return;
	memcpy(scrub->name_bytes, scrub->string.data, length);
	scrub->name = (struct str){scrub->name_bytes, length};
}

static void end_string(struct scrub *scrub, struct buf *out)
{
	unescape_at_signs(&scrub->string);
	remember_name(scrub);
	private_put_masked(out, buf_str(&scrub->string));
	buf_put_byte(out, '"');
	buf_reset(&scrub->string);
	scrub->is_continued = false;
	scrub->state = SCRUB_OUTSIDE;
}

/* Writes the front of a long string, up to its last byte that cannot stand in an address. */
static void write_front(struct scrub *scrub, struct buf *out)
{
	struct buf *string = &scrub->string;
	size_t length = string->length;
	while (length > 0 && strchr(" ,;:<>()[]\n\"", string->data[length - 1]) == NULL)
		length--;
	if (length == 0)
		length = string->length;
	private_put_masked(out, str_slice(buf_str(string), 0, length));
	buf_remove_front(string, length);
	scrub->is_continued = true;
}

static void take_string_byte(struct scrub *scrub, char byte, struct buf *out)
{
	if (byte == '"' && !scrub->is_escaped) {
		end_string(scrub, out);
		return;
	}
	scrub->is_escaped = byte == '\\' && !scrub->is_escaped;
	buf_put_byte(&scrub->string, byte);
	if (scrub->string.length >= SCRUB_STRING_BYTES && !scrub->is_escaped)
		write_front(scrub, out);
}

/* ---- denied members ---- */

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void begin_skip(struct scrub *scrub, char byte, struct buf *out)
{
	buf_put_text(out, "null");
	scrub->depth = byte == '{' || byte == '[' ? 1 : 0;
	scrub->is_scalar = byte != '"' && scrub->depth == 0;
	scrub->is_escaped = false;
	scrub->state = byte == '"' ? SCRUB_SKIP_STRING : SCRUB_SKIP;
}

/* False when the byte belongs to what follows the skipped value. */
static bool take_skipped_byte(struct scrub *scrub, char byte)
{
	if (scrub->is_scalar) {
		bool is_over = byte == ',' || byte == '}' || byte == ']' || is_blank(byte);
		if (is_over)
			scrub->state = SCRUB_OUTSIDE;
		return !is_over;
	}
	if (byte == '"') {
		scrub->state = SCRUB_SKIP_STRING;
		scrub->is_escaped = false;
	} else if (byte == '{' || byte == '[') {
		scrub->depth++;
	} else if (byte == '}' || byte == ']') {
		scrub->depth--;
	}
	if (scrub->depth == 0 && scrub->state == SCRUB_SKIP)
		scrub->state = SCRUB_OUTSIDE;
	return true;
}

static void take_skipped_string_byte(struct scrub *scrub, char byte)
{
	if (byte == '"' && !scrub->is_escaped)
		scrub->state = scrub->depth == 0 ? SCRUB_OUTSIDE : SCRUB_SKIP;
	scrub->is_escaped = byte == '\\' && !scrub->is_escaped;
}

static void take_outside_byte(struct scrub *scrub, char byte, struct buf *out)
{
	buf_put_byte(out, byte);
	if (is_blank(byte))
		return;
	bool is_denied = byte == ':' && scrub->is_name && source_member_is_dropped(scrub->name);
	scrub->is_name = false;
	scrub->is_escaped = false;
	if (byte == '"')
		scrub->state = SCRUB_STRING;
	else if (is_denied)
		scrub->state = SCRUB_BEFORE_VALUE;
}

static void take_byte(struct scrub *scrub, char byte, struct buf *out)
{
	switch (scrub->state) {
	case SCRUB_OUTSIDE:
		take_outside_byte(scrub, byte, out);
		break;
	case SCRUB_STRING:
		take_string_byte(scrub, byte, out);
		break;
	case SCRUB_BEFORE_VALUE:
		if (is_blank(byte))
			buf_put_byte(out, byte);
		else
			begin_skip(scrub, byte, out);
		break;
	case SCRUB_SKIP:
		if (!take_skipped_byte(scrub, byte))
			take_outside_byte(scrub, byte, out);
		break;
	case SCRUB_SKIP_STRING:
		take_skipped_string_byte(scrub, byte);
		break;
	}
}

/* Length of the front of a string's bytes that needs no look: no quote, no backslash. */
static size_t plain_length(const struct scrub *scrub, struct str bytes)
{
	size_t room = SCRUB_STRING_BYTES - 1 - scrub->string.length;
	size_t most = bytes.length < room ? bytes.length : room;
	const char *quote = memchr(bytes.data, '"', most);
	if (quote != NULL)
		most = (size_t)(quote - bytes.data);
	const char *backslash = memchr(bytes.data, '\\', most);
	return backslash == NULL ? most : (size_t)(backslash - bytes.data);
}

void scrub_feed(struct scrub *scrub, struct str bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.length;) {
		if (scrub->state == SCRUB_STRING && !scrub->is_escaped) {
			size_t length = plain_length(scrub, str_slice(bytes, i, bytes.length - i));
			buf_put(&scrub->string, bytes.data + i, length);
			i += length;
			if (i == bytes.length)
				break;
		}
		take_byte(scrub, bytes.data[i++], out);
	}
}

void scrub_finish(struct scrub *scrub, struct buf *out)
{
	if (scrub->state != SCRUB_STRING)
		return;
	unescape_at_signs(&scrub->string);
	private_put_masked(out, buf_str(&scrub->string));
	buf_reset(&scrub->string);
}

bool scrub_text(struct str raw, struct buf *buf)
{
	struct scrub scrub;
	scrub_init(&scrub);
	scrub_feed(&scrub, raw, buf);
	scrub_finish(&scrub, buf);
	bool is_done = !scrub.string.is_failed && !buf->is_failed;
	scrub_done(&scrub);
	return is_done;
}

/* ---- a fetched page ---- */

struct pass {
	struct scrub scrub;
	struct hash *hash;
	struct buf out;
	int from, to;
	uint64_t n_bytes;
	char in[CAP_CHUNK_BYTES];
};

static bool write_out(struct pass *pass, struct err *err)
{
	if (!buf_check(&pass->out, "a page without what is private", err) ||
	    !file_write_all(pass->to, buf_str(&pass->out), err))
		return false;
	hash_add(pass->hash, pass->out.data, pass->out.length);
	pass->n_bytes += pass->out.length;
	buf_reset(&pass->out);
	return true;
}

static bool copy_scrubbed(struct pass *pass, struct err *err)
{
	for (;;) {
		ssize_t length = read(pass->from, pass->in, sizeof(pass->in));
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_set_class(err, ERR_IO, "E_SPOOL", "cannot read a page: %s",
					     strerror(errno));
		if (length == 0)
			break;
		scrub_feed(&pass->scrub, (struct str){pass->in, (size_t)length}, &pass->out);
		if (!write_out(pass, err))
			return false;
	}
	scrub_finish(&pass->scrub, &pass->out);
	return write_out(pass, err);
}

static bool replace_body(struct pass *pass, struct http_response *response, struct err *err)
{
	unsigned char digest[HASH_SHA256_BYTES];
	if (lseek(pass->to, 0, SEEK_SET) != 0)
		return err_set_class(err, ERR_IO, "E_SPOOL", "cannot rewind a page: %s", strerror(errno));
	hash_finish(pass->hash, digest);
	hash_hex(digest, response->sha256);
	response->body_bytes = pass->n_bytes;
	file_close(&response->spool_fd);
	response->spool_fd = pass->to;
	pass->to = -1;
	return true;
}

bool scrub_response(const struct run *run, struct http_response *response, struct err *err)
{
	if (response->spool_fd < 0)
		return true;
	struct pass *pass = calloc(1, sizeof(*pass));
	if (pass == NULL)
		return err_nomem(err, "a page");
	scrub_init(&pass->scrub);
	buf_init(&pass->out, 4 * CAP_CHUNK_BYTES); /* a masked address may be longer than it was */
	pass->from = response->spool_fd;
	pass->to = -1;
	bool is_done = hash_new(&pass->hash, err) && file_spool_open(run->spool_directory, &pass->to, err) &&
		       copy_scrubbed(pass, err) && replace_body(pass, response, err);
	scrub_done(&pass->scrub);
	buf_done(&pass->out);
	hash_free(pass->hash);
	file_close(&pass->to);
	free(pass);
	return is_done;
}
