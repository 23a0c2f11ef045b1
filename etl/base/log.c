/* SPDX-License-Identifier: PostgreSQL
 *
 * A line is put together in memory of fixed size and given to write() in one piece: lines of several
 * processes do not mix, and a log line never fails for lack of memory.
 */
#include "base/log.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "base/utf8.h"

#define LINE_BYTES	     (32 * 1024) /* pairs escaped to JSON at worst: 6 bytes for one */
#define PAIRS_BYTES	     (4 * 1024)
#define TERMINAL_BYTES	     512   /* widest progress line */
#define PROGRESS_PLAIN_MS    30000 /* not on a terminal: one line in this time */
#define PROGRESS_TERMINAL_MS 100

static const char *const level_words[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

static struct {
	enum log_level lowest;
	enum log_format format;
	bool is_progress_shown; /* the cursor stands behind a progress line */
	bool has_progress_time;
	int64_t progress_at_ms;
} state = {.lowest = LOG_INFO, .format = LOG_PLAIN};

void log_init(enum log_level lowest, enum log_format format)
{
	state.lowest = lowest;
	state.format = format;
}

static void write_out(struct str bytes)
{
	/* A log that cannot be written has nowhere to say so. */
	while (bytes.length > 0) {
		ssize_t written = write(STDERR_FILENO, bytes.data, bytes.length);
		if (written <= 0)
			return;
		bytes.data += written;
		bytes.length -= (size_t)written;
	}
}

static void clear_progress(void)
{
	if (!state.is_progress_shown)
		return;
	state.is_progress_shown = false;
	write_out(str_from("\r\033[K"));
}

/* Control characters would end the line or steer the terminal; bytes that are no UTF-8 would spoil the JSON.
 */
static void make_printable(char *text)
{
	bool is_utf8 = utf8_is_valid(str_from(text));
	for (char *at = text; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;
		if (byte < 0x20 || byte == 0x7F)
			*at = ' ';
		else if (byte >= 0x80 && !is_utf8)
			*at = '?';
	}
}

static void put_value(struct buf *line, struct str value)
{
	bool is_bare = value.length > 0;
	for (size_t i = 0; i < value.length && is_bare; i++)
		is_bare = value.data[i] != ' ' && value.data[i] != '"' && value.data[i] != '=';
	if (is_bare)
		buf_put_str(line, value);
	else
		buf_put_json(line, value);
}

/* JSON's own grammar is narrower than num_parse_double: no plus sign, no leading zero, no bare point. */
static bool is_json_number(struct str text)
{
	double value = 0;
	struct str digits = text;
	if (text.length > 0 && text.data[0] == '-')
		digits = str_slice(text, 1, text.length);
	if (digits.length == 0 || digits.data[0] < '0' || digits.data[0] > '9')
		return false;
	if (digits.length > 1 && digits.data[0] == '0' && digits.data[1] != '.')
		return false;
	size_t point = str_find_byte(digits, '.');
	if (point + 1 == digits.length)
		return false;
	if (point < digits.length && (digits.data[point + 1] < '0' || digits.data[point + 1] > '9'))
		return false;
	return num_parse_double(text, &value);
}

static void put_pair(struct buf *line, struct str key, struct str value, bool is_quoted)
{
	if (state.format == LOG_PLAIN) {
		if (line->length > 0)
			buf_put_byte(line, ' ');
		buf_put_str(line, key);
		buf_put_byte(line, '=');
		put_value(line, value);
		return;
	}
	buf_put_byte(line, line->length == 0 ? '{' : ',');
	buf_put_json(line, key);
	buf_put_byte(line, ':');
	bool is_word = str_equal_text(value, "true") || str_equal_text(value, "false");
	if (!is_quoted && (is_word || is_json_number(value)))
		buf_put_str(line, value);
	else
		buf_put_json(line, value);
}

static void put_text_pair(struct buf *line, const char *key, const char *value)
{
	if (value[0] != '\0')
		put_pair(line, str_from(key), str_from(value), true);
}

/* Takes one value off: "…" up to a quote that ends the pair, else up to a blank. */
static struct str take_value(struct str *rest, bool *ret_is_quoted)
{
	struct str text = *rest;
	*ret_is_quoted = text.length > 0 && text.data[0] == '"';
	if (!*ret_is_quoted) {
		size_t end = str_find_byte(text, ' ');
		*rest = str_slice(text, end, text.length);
		return str_slice(text, 0, end);
	}
	for (size_t i = 1; i < text.length; i++) {
		if (text.data[i] == '"' && (i + 1 == text.length || text.data[i + 1] == ' ')) {
			*rest = str_slice(text, i + 1, text.length);
			return str_slice(text, 1, i - 1);
		}
	}
	*rest = str_slice(text, text.length, 0);
	return str_slice(text, 1, text.length);
}

static bool is_key(struct str text)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		bool is_word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
			       (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || byte == '-';
		if (!is_word)
			return false;
	}
	return text.length > 0;
}

static void put_pairs(struct buf *line, struct str pairs)
{
	for (struct str rest = str_trim(pairs); rest.length > 0; rest = str_trim(rest)) {
		size_t end = str_find_byte(rest, '=');
		struct str key = str_slice(rest, 0, end);
		if (end == rest.length || !is_key(key)) { /* not a pair: keep the text all the same */
			put_pair(line, str_from("detail"), rest, true);
			return;
		}
		bool is_quoted = false;
		rest = str_slice(rest, end + 1, rest.length);
		struct str value = take_value(&rest, &is_quoted);
		put_pair(line, key, value, is_quoted);
	}
}

static void put_head(struct buf *line, enum log_level level, const char *event)
{
	char time[32];
	date_format_instant(clock_realtime_ms(), time, sizeof(time));
	put_text_pair(line, "time", time);
	put_text_pair(line, "level", level_words[level]);
	put_text_pair(line, "event", event);
}

static void finish_line(struct buf *line)
{
	buf_put_text(line, state.format == LOG_JSON ? "}\n" : "\n");
	clear_progress();
	write_out(buf_str(line));
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	char bytes[LINE_BYTES];
	char pairs[PAIRS_BYTES];
	struct buf line;
	if (level < state.lowest)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(pairs, sizeof(pairs), format, arguments);
	va_end(arguments);
	make_printable(pairs);
	buf_init_borrowed(&line, bytes, sizeof(bytes));
	put_head(&line, level, event);
	put_pairs(&line, str_from(pairs));
	finish_line(&line);
}

void log_failure(const struct err *err)
{
	char bytes[LINE_BYTES];
	char number[16];
	struct buf line;
	struct err printable = *err;
	make_printable(printable.message);
	make_printable(printable.hint);
	buf_init_borrowed(&line, bytes, sizeof(bytes));
	put_head(&line, LOG_ERROR, "failed");
	put_text_pair(&line, "message", printable.message);
	put_text_pair(&line, "hint", printable.hint);
	put_text_pair(&line, "class", printable.class_name);
	put_text_pair(&line, "kind", err_kind_word(err->kind));
	put_text_pair(&line, "sqlstate", printable.sqlstate);
	if (err->http_status != 0) {
		snprintf(number, sizeof(number), "%d", err->http_status);
		put_pair(&line, str_from("http_status"), str_from(number), false);
	}
	finish_line(&line);
}

static size_t terminal_columns(void)
{
	struct winsize size = {0};
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

/* One line of the terminal: cut at the last column, so that \r can take it back. */
static void show_progress(char *text)
{
	char bytes[TERMINAL_BYTES + 16];
	struct buf line;
	struct str shown = str_from(text);
	size_t columns = terminal_columns() - 1;
	while (utf8_count(shown) > columns)
		shown.length--;
	while (shown.length > 0 && !utf8_is_valid(shown))
		shown.length--;
	buf_init_borrowed(&line, bytes, sizeof(bytes));
	buf_put_text(&line, "\r\033[K");
	buf_put_str(&line, shown);
	state.is_progress_shown = true;
	write_out(buf_str(&line));
}

void log_progress(const char *format, ...)
{
	char text[TERMINAL_BYTES];
	if (state.lowest > LOG_INFO)
		return;
	bool is_terminal = state.format == LOG_PLAIN && isatty(STDERR_FILENO) == 1;
	int64_t pause_ms = is_terminal ? PROGRESS_TERMINAL_MS : PROGRESS_PLAIN_MS;
	int64_t now_ms = clock_monotonic_ms();
	if (state.has_progress_time && now_ms - state.progress_at_ms < pause_ms)
		return;
	state.has_progress_time = true;
	state.progress_at_ms = now_ms;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	make_printable(text);
	if (is_terminal)
		show_progress(text);
	else
		log_event(LOG_INFO, "progress", "%s", text);
}

void log_progress_end(void)
{
	if (state.is_progress_shown)
		write_out(str_from("\n"));
	state.is_progress_shown = false;
	state.has_progress_time = false;
}
