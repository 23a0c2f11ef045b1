/* SPDX-License-Identifier: PostgreSQL */
#include "base/err.h"

#include <stdarg.h>

static const struct {
	int exit_code;
	bool is_retryable;
	const char *word;
} kinds[] = {
    [ERR_NONE] = {0, false, "none"},
#define ERROR_KIND(name, exit_code, is_retryable, word) [ERR_##name] = {exit_code, is_retryable, word},
#include "base/errors.def"
#undef ERROR_KIND
};

_Static_assert(ARRAY_LENGTH(kinds) == ERR_KIND_COUNT, "one row for each kind");

/* Copies what fits and takes a UTF-8 sequence that was cut off the end. */
static void copy_clipped(char *target, size_t size, const char *text)
{
	size_t length = strlen(text);
	if (length >= size) {
		length = size - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
	}
	memcpy(target, text, length);
	target[length] = '\0';
}

static void set(struct err *err, enum err_kind kind, const char *class_name, const char *message)
{
	struct err fresh = {.kind = kind};
	copy_clipped(fresh.message, sizeof(fresh.message), message);
	copy_clipped(fresh.class_name, sizeof(fresh.class_name), class_name);
	*err = fresh;
}

bool err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	/* Formatted aside, as an argument may be err's own text. One byte more than fits shows the cut. */
	char message[ERR_MESSAGE_BYTES + 4];
	if (err == NULL)
		return false;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	set(err, kind, "", message);
	return false;
}

bool err_set_class(struct err *err, enum err_kind kind, const char *class_name, const char *format, ...)
{
	char message[ERR_MESSAGE_BYTES + 4];
	if (err == NULL)
		return false;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	set(err, kind, class_name, message);
	return false;
}

bool err_hint(struct err *err, const char *format, ...)
{
	char hint[ERR_HINT_BYTES + 4];
	if (err == NULL)
		return false;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(hint, sizeof(hint), format, arguments);
	va_end(arguments);
	copy_clipped(err->hint, sizeof(err->hint), hint);
	return false;
}

bool err_wrap(struct err *err, const char *format, ...)
{
	char message[2 * ERR_MESSAGE_BYTES];
	if (err == NULL)
		return false;
	va_list arguments;
	va_start(arguments, format);
	int context_length = vsnprintf(message, ERR_MESSAGE_BYTES - 2, format, arguments);
	va_end(arguments);
	size_t length = context_length < 0 ? 0 : strlen(message);
	snprintf(message + length, sizeof(message) - length, ": %s", err->message);
	copy_clipped(err->message, sizeof(err->message), message);
	return false;
}

bool err_nomem(struct err *err, const char *what)
{
	return err_set(err, ERR_NOMEM, "out of memory: %s", what);
}

void err_reset(struct err *err)
{
	if (err != NULL)
		*err = (struct err){.kind = ERR_NONE};
}

int err_exit_code(const struct err *err)
{
	if (err->kind == ERR_CANCELLED && err->signal_number > 0)
		return 128 + err->signal_number;
	return kinds[err->kind].exit_code;
}

bool err_is_retryable(const struct err *err)
{
	return kinds[err->kind].is_retryable;
}

const char *err_kind_word(enum err_kind kind)
{
	if ((unsigned int)kind >= ERR_KIND_COUNT)
		return "unknown";
	return kinds[kind].word;
}
