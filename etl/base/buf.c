/* SPDX-License-Identifier: PostgreSQL */
#define _DEFAULT_SOURCE /* explicit_bzero */
#include "base/buf.h"

#include <stdarg.h>

#include "base/err.h"

#define FIRST_CAPACITY 256

void buf_init(struct buf *buf, size_t cap)
{
	*buf = (struct buf){.cap = cap};
}

void buf_init_borrowed(struct buf *buf, char *bytes, size_t size)
{
	*buf = (struct buf){.data = bytes, .capacity = size, .cap = size - 1, .is_borrowed = true};
	bytes[0] = '\0';
}

void buf_done(struct buf *buf)
{
	if (!buf->is_borrowed)
		free(buf->data);
	*buf = (struct buf){.cap = buf->cap};
}

void buf_reset(struct buf *buf)
{
	buf->length = 0;
	buf->is_failed = false;
	buf->is_over_cap = false;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

void buf_wipe(struct buf *buf)
{
	if (buf->data != NULL)
		explicit_bzero(buf->data, buf->capacity);
	buf_reset(buf);
}

/* Makes room for `more` bytes and the NUL behind them. */
static bool reserve(struct buf *buf, size_t more)
{
	if (buf->is_failed)
		return false;
	if (more > buf->cap - buf->length) {
		buf->is_failed = true;
		buf->is_over_cap = true;
		return false;
	}
	size_t needed = buf->length + more + 1;
	if (needed <= buf->capacity)
		return true;
	size_t capacity = buf->capacity == 0 ? FIRST_CAPACITY : buf->capacity;
	while (capacity < needed)
		capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
	if (capacity > buf->cap && buf->cap < SIZE_MAX)
		capacity = buf->cap + 1;
	char *data = realloc(buf->data, capacity);
	if (data == NULL) {
		buf->is_failed = true;
		return false;
	}
	buf->data = data;
	buf->capacity = capacity;
	return true;
}

void buf_put(struct buf *buf, const void *bytes, size_t length)
{
	if (!reserve(buf, length))
		return;
	if (length > 0)
		memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void buf_put_str(struct buf *buf, struct str text)
{
	buf_put(buf, text.data, text.length);
}

void buf_put_text(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void buf_put_byte(struct buf *buf, char byte)
{
	buf_put(buf, &byte, 1);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		buf->is_failed = true;
	else if (reserve(buf, (size_t)length)) {
		vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
		buf->length += (size_t)length;
	}
	va_end(again);
}

void buf_put_u16(struct buf *buf, uint16_t value)
{
	const unsigned char bytes[] = {(unsigned char)(value >> 8), (unsigned char)value};
	buf_put(buf, bytes, sizeof(bytes));
}

void buf_put_u32(struct buf *buf, uint32_t value)
{
	unsigned char bytes[4];
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char)(value >> (24 - 8 * i));
	buf_put(buf, bytes, sizeof(bytes));
}

void buf_put_u64(struct buf *buf, uint64_t value)
{
	unsigned char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(value >> (56 - 8 * i));
	buf_put(buf, bytes, sizeof(bytes));
}

static void put_json_escape(struct buf *buf, char byte)
{
	static const char short_forms[] = {
	    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'};
	char letter = short_forms[(unsigned char)byte];
	if (letter == '\0') {
		buf_printf(buf, "\\u%04x", (unsigned int)(unsigned char)byte);
		return;
	}
	buf_put_byte(buf, '\\');
	buf_put_byte(buf, letter);
}

void buf_put_json(struct buf *buf, struct str text)
{
	buf_put_byte(buf, '"');
	size_t run = 0; /* start of the bytes that need no escape */
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte >= 0x20 && byte != '"' && byte != '\\')
			continue;
		buf_put(buf, text.data + run, i - run);
		put_json_escape(buf, text.data[i]);
		run = i + 1;
	}
	if (text.length > run)
		buf_put(buf, text.data + run, text.length - run);
	buf_put_byte(buf, '"');
}

static bool is_unreserved(unsigned char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void buf_put_url(struct buf *buf, struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (is_unreserved(byte))
			buf_put_byte(buf, text.data[i]);
		else
			buf_printf(buf, "%%%02X", (unsigned int)byte);
	}
}

void buf_remove_front(struct buf *buf, size_t length)
{
	if (length == 0)
		return;
	if (length > buf->length)
		length = buf->length;
	memmove(buf->data, buf->data + length, buf->length - length);
	buf->length -= length;
	buf->data[buf->length] = '\0';
}

struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->data == NULL ? "" : buf->data, buf->length};
}

bool buf_check(const struct buf *buf, const char *what, struct err *err)
{
	if (!buf->is_failed)
		return true;
	if (buf->is_over_cap)
		return err_set_class(err, ERR_DATA, "E_DATA_SIZE", "%s is larger than %zu bytes", what,
				     buf->cap);
	return err_nomem(err, what);
}
