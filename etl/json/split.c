/* SPDX-License-Identifier: PostgreSQL
 *
 *     bytes -> state machine -> record within this chunk: handed over in place
 *                            -> record over several chunks: gathered in `partial` up to its cap
 *                            -> everything else of an envelope: `skeleton`
 */
#include "json/split.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/caps.h"
#include "base/err.h"
#include "json/json.h"

#define KIND_WORDS 16 /* bracket kinds are known for 64 levels each; deeper ones are only counted */

enum state {
	STATE_START,
	STATE_OUTER, /* in the envelope, outside its strings */
	STATE_OUTER_STRING,
	STATE_FIRST_ITEM, /* after '[' */
	STATE_ITEM,	  /* after ',' */
	STATE_AFTER_ITEM,
	STATE_LINES,	   /* between two values */
	STATE_NESTED,	   /* in a record that is an object or array */
	STATE_STRING,	   /* in a record that is a string */
	STATE_BARE,	   /* in a record that is a number or literal */
	STATE_BROKEN_LINE, /* up to the end of the line */
	STATE_END,
	STATE_FAILED
};

enum form { FORM_UNKNOWN, FORM_ENVELOPE, FORM_ARRAY, FORM_LINES };

struct json_split {
	struct json_split_options options;
	struct str item_key;
	enum state state;
	enum form form;
	uint64_t offset; /* bytes before the current chunk */
	uint64_t count;
	size_t bom_length;
	bool has_items;

	/* record */
	struct buf partial; /* its bytes from earlier chunks, as far as they are kept */
	size_t kept_cap;
	uint64_t gathered; /* its length in earlier chunks */
	size_t depth;	   /* open brackets, of the record or the envelope */
	bool is_in_string;
	bool is_escaped;	    /* the byte before was a backslash that counts */
	uint64_t kinds[KIND_WORDS]; /* a set bit is an object */

	/* envelope */
	struct buf skeleton;
	size_t string_start;   /* of the string at hand or the last one, in the skeleton */
	bool is_item_key_read; /* the last thing on level 1 was the string item_key */
	bool is_items_next;    /* and then a colon */
};

enum byte_class { BYTE_PLAIN = 0, BYTE_QUOTE, BYTE_OPEN, BYTE_CLOSE };

static const unsigned char classes[256] = {
    ['"'] = BYTE_QUOTE, ['{'] = BYTE_OPEN, ['['] = BYTE_OPEN, ['}'] = BYTE_CLOSE, [']'] = BYTE_CLOSE};

bool json_split_new(struct json_split **ret, const struct json_split_options *options, struct err *err)
{
	struct json_split *split = calloc(1, sizeof(*split));
	if (split == NULL)
		return err_nomem(err, "a page splitter");
	split->options = *options;
	split->item_key = str_from(options->item_key);
	split->kept_cap = options->record_cap;
	if (split->kept_cap < CAP_REJECT_RAW_BYTES)
		split->kept_cap = CAP_REJECT_RAW_BYTES;
	buf_init(&split->partial, split->kept_cap);
	buf_init(&split->skeleton, CAP_SKELETON_BYTES);
	*ret = split;
	return true;
}

void json_split_free(struct json_split *split)
{
	if (split == NULL)
		return;
	buf_done(&split->partial);
	buf_done(&split->skeleton);
	free(split);
}

uint64_t json_split_count(const struct json_split *split)
{
	return split->count;
}

bool json_split_is_envelope(const struct json_split *split)
{
	return split->has_items;
}

struct str json_split_skeleton(const struct json_split *split)
{
	return buf_str(&split->skeleton);
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static bool begins_value(char byte)
{
	return byte == '{' || byte == '[' || byte == '"' || byte == '-' || (byte >= '0' && byte <= '9') ||
	       byte == 't' || byte == 'f' || byte == 'n';
}

static bool fail_byte(const struct json_split *split, struct str rest, struct str chunk, struct err *err)
{
	uint64_t offset = split->offset + (uint64_t)(rest.data - chunk.data);
	return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO",
			     "answer is not JSON: unexpected byte 0x%02x at byte %" PRIu64,
			     (unsigned int)(unsigned char)rest.data[0], offset);
}

static void skip(struct str *rest, size_t length)
{
	rest->data += length;
	rest->length -= length;
}

/* --- records --- */

static bool is_scalar(struct str token)
{
	if (str_equal_text(token, "true") || str_equal_text(token, "false") || str_equal_text(token, "null"))
		return true;
	for (size_t i = 0; i < token.length; i++) {
		char byte = token.data[i];
		if ((byte < '0' || byte > '9') && byte != '-' && byte != '+' && byte != '.' && byte != 'e' &&
		    byte != 'E')
			return false;
	}
	return true;
}

/* Words that are no values: a page that begins with one is plain text ("not found"). */
static bool check_bare(const struct json_split *split, struct str token, struct err *err)
{
	if (is_scalar(token) || (split->form == FORM_LINES && split->count > 0))
		return true;
	return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO",
			     "answer is not JSON: bare word in place of record %" PRIu64, split->count);
}

/* `end` is what the current chunk adds to the record. */
static bool hand_over(struct json_split *split, struct str end, struct err *err)
{
	struct str raw = end;
	uint64_t full_bytes = split->gathered + end.length;
	bool is_oversized = full_bytes > split->options.record_cap;
	if (split->gathered > 0) {
		size_t room = split->kept_cap - split->partial.length;
		buf_put(&split->partial, end.data, end.length < room ? end.length : room);
		if (!buf_check(&split->partial, "a record", err))
			return false;
		raw = buf_str(&split->partial);
	}
	if (raw.length > split->kept_cap)
		raw.length = split->kept_cap;
	if (split->state == STATE_BARE && !check_bare(split, raw, err))
		return false;
	uint64_t ordinal = split->count++;
	split->state = split->form == FORM_LINES ? STATE_LINES : STATE_AFTER_ITEM;
	split->gathered = 0;
	if (split->options.on_record != NULL &&
	    !split->options.on_record(split->options.context, raw, ordinal, is_oversized, full_bytes, err))
		return false;
	buf_reset(&split->partial);
	return true;
}

/* The chunk ends within the record. */
static bool gather(struct json_split *split, struct str part, struct err *err)
{
	size_t room = split->kept_cap - split->partial.length;
	buf_put(&split->partial, part.data, part.length < room ? part.length : room);
	split->gathered += part.length;
	return buf_check(&split->partial, "a record", err);
}

/* Past the closing quote, or to the end of the text. Time is linear: each run of backslashes is looked at
 * once. */
static size_t scan_string(struct json_split *split, struct str text, size_t at)
{
	if (split->is_escaped && at < text.length) {
		split->is_escaped = false;
		at++;
	}
	while (at < text.length) {
		const char *quote = memchr(text.data + at, '"', text.length - at);
		size_t end = quote == NULL ? text.length : (size_t)(quote - text.data);
		size_t n_backslashes = 0;
		while (end - n_backslashes > at && text.data[end - n_backslashes - 1] == '\\')
			n_backslashes++;
		if (quote == NULL) {
			split->is_escaped = n_backslashes % 2 == 1;
			return end;
		}
		at = end + 1;
		if (n_backslashes % 2 == 0) {
			split->is_in_string = false;
			return at;
		}
	}
	return at;
}

static void open_bracket(struct json_split *split, char bracket)
{
	if (split->depth < (size_t)KIND_WORDS * 64) {
		uint64_t bit = UINT64_C(1) << (split->depth % 64);
		uint64_t *word = &split->kinds[split->depth / 64];
		*word = bracket == '{' ? *word | bit : *word & ~bit;
	}
	split->depth++;
}

/* False when the bracket closes another kind than was opened. */
static bool close_bracket(struct json_split *split, char bracket)
{
	split->depth--;
	if (split->depth >= (size_t)KIND_WORDS * 64)
		return true;
	bool is_object = (split->kinds[split->depth / 64] >> (split->depth % 64) & 1) != 0;
	return is_object == (bracket == '}');
}

/* A line of values: what is wrong with one line stays with it. */
static bool break_line(struct json_split *split, struct str *rest, size_t at, struct err *err)
{
	const char *newline = memchr(rest->data + at, '\n', rest->length - at);
	split->depth = 0;
	split->is_in_string = false;
	split->is_escaped = false;
	if (newline == NULL) {
		split->state = STATE_BROKEN_LINE;
		struct str part = *rest;
		skip(rest, rest->length);
		return gather(split, part, err);
	}
	struct str end = {rest->data, (size_t)(newline - rest->data)};
	skip(rest, end.length);
	return hand_over(split, end, err);
}

static bool feed_nested(struct json_split *split, struct str *rest, struct str chunk, struct err *err)
{
	struct str text = *rest;
	size_t at = 0;
	while (at < text.length) {
		if (split->is_in_string) {
			at = scan_string(split, text, at);
			continue;
		}
		unsigned char class = classes[(unsigned char)text.data[at]];
		if (class == BYTE_QUOTE) {
			split->is_in_string = true;
		} else if (class == BYTE_OPEN) {
			open_bracket(split, text.data[at]);
		} else if (class == BYTE_CLOSE) {
			if (!close_bracket(split, text.data[at])) {
				if (split->form == FORM_LINES)
					return break_line(split, rest, at, err);
				skip(rest, at);
				return fail_byte(split, *rest, chunk, err);
			}
			if (split->depth == 0) {
				skip(rest, at + 1);
				return hand_over(split, str_slice(text, 0, at + 1), err);
			}
		}
		at++;
	}
	skip(rest, text.length);
	return gather(split, text, err);
}

static bool feed_string(struct json_split *split, struct str *rest, struct err *err)
{
	struct str text = *rest;
	size_t at = scan_string(split, text, 0);
	skip(rest, at);
	if (split->is_in_string)
		return gather(split, text, err);
	return hand_over(split, str_slice(text, 0, at), err);
}

static bool feed_bare(struct json_split *split, struct str *rest, struct err *err)
{
	struct str text = *rest;
	size_t at = 0;
	while (at < text.length && !is_blank(text.data[at]) && text.data[at] != ',' && text.data[at] != ':' &&
	       classes[(unsigned char)text.data[at]] == BYTE_PLAIN)
		at++;
	skip(rest, at);
	if (at == text.length)
		return gather(split, text, err);
	return hand_over(split, str_slice(text, 0, at), err);
}

/* At the first byte of a record, which stays for the state that reads it. */
static void begin_record(struct json_split *split, struct str *rest)
{
	char byte = rest->data[0];
	split->gathered = 0;
	split->depth = 0;
	split->is_escaped = false;
	split->is_in_string = false;
	split->state = byte == '{' || byte == '[' ? STATE_NESTED : byte == '"' ? STATE_STRING : STATE_BARE;
}

/* The opening quote of a string record is not its closing one. */
static bool begin_string(struct json_split *split, struct str *rest, struct err *err)
{
	struct str quote = str_slice(*rest, 0, 1);
	skip(rest, 1);
	split->is_in_string = true;
	return gather(split, quote, err);
}

/* --- around the records --- */

static bool put_skeleton(struct json_split *split, const char *bytes, size_t length, struct err *err)
{
	buf_put(&split->skeleton, bytes, length);
	if (split->skeleton.is_over_cap)
		return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO",
				     "answer has more than %zu bytes around its records",
				     split->skeleton.cap);
	return buf_check(&split->skeleton, "a page's skeleton", err);
}

static bool feed_outer_string(struct json_split *split, struct str *rest, struct err *err)
{
	struct str text = *rest;
	size_t at = scan_string(split, text, 0);
	skip(rest, at);
	if (!put_skeleton(split, text.data, at, err))
		return false;
	if (split->is_in_string)
		return true;
	split->state = STATE_OUTER;
	struct str read = str_slice(buf_str(&split->skeleton), split->string_start, split->skeleton.length);
	read = str_slice(read, 1, read.length - 2);
	split->is_item_key_read = split->depth == 1 && str_equal(read, split->item_key);
	return true;
}

static bool begin_items(struct json_split *split, struct err *err)
{
	if (split->has_items)
		return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO", "answer has the member %s twice",
				     split->options.item_key);
	split->has_items = true;
	split->state = STATE_FIRST_ITEM;
	return true;
}

/* One byte of the envelope outside strings. Brackets are matched by json_parse of the skeleton in the end. */
static bool feed_outer(struct json_split *split, struct str *rest, struct err *err)
{
	char byte = rest->data[0];
	skip(rest, 1);
	if (is_blank(byte))
		return true;
	bool is_items_next = split->is_items_next;
	bool is_item_key_read = split->is_item_key_read;
	split->is_items_next = byte == ':' && is_item_key_read;
	split->is_item_key_read = false;
	if (byte == '"') {
		split->state = STATE_OUTER_STRING;
		split->is_in_string = true;
		split->string_start = split->skeleton.length;
	} else if (byte == '[' && is_items_next) {
		if (!begin_items(split, err))
			return false;
	} else if (byte == '{' || byte == '[') {
		split->depth++;
	} else if (byte == '}' || byte == ']') {
		split->depth--;
		if (split->depth == 0)
			split->state = STATE_END;
	}
	return put_skeleton(split, &byte, 1, err);
}

/* Closes the array of records. */
static bool end_items(struct json_split *split, struct err *err)
{
	if (split->form == FORM_ARRAY) {
		split->state = STATE_END;
	} else {
		split->state = STATE_OUTER;
		split->depth = 1;
	}
	return put_skeleton(split, "]", 1, err);
}

static bool feed_items(struct json_split *split, struct str *rest, struct str chunk, struct err *err)
{
	char byte = rest->data[0];
	if (is_blank(byte)) {
		skip(rest, 1);
		return true;
	}
	if (byte == ']' && split->state != STATE_ITEM) {
		skip(rest, 1);
		return end_items(split, err);
	}
	if (split->state == STATE_AFTER_ITEM) {
		if (byte != ',')
			return fail_byte(split, *rest, chunk, err);
		split->state = STATE_ITEM;
		skip(rest, 1);
		return true;
	}
	if (!begins_value(byte))
		return fail_byte(split, *rest, chunk, err);
	begin_record(split, rest);
	return byte != '"' || begin_string(split, rest, err);
}

static bool feed_lines(struct json_split *split, struct str *rest, struct err *err)
{
	char byte = rest->data[0];
	if (is_blank(byte)) {
		skip(rest, 1);
		return true;
	}
	if (!begins_value(byte)) {
		split->gathered = 0;
		return break_line(split, rest, 0, err);
	}
	begin_record(split, rest);
	return byte != '"' || begin_string(split, rest, err);
}

static bool feed_broken_line(struct json_split *split, struct str *rest, struct err *err)
{
	return break_line(split, rest, 0, err);
}

/* --- the whole --- */

static bool skip_bom(struct json_split *split, struct str *rest, struct str chunk)
{
	static const unsigned char bom[] = {0xEF, 0xBB, 0xBF};
	uint64_t offset = split->offset + (uint64_t)(rest->data - chunk.data);
	if (offset != split->bom_length || offset >= sizeof(bom) ||
	    (unsigned char)rest->data[0] != bom[split->bom_length])
		return false;
	split->bom_length++;
	skip(rest, 1);
	return true;
}

static bool begin_form(struct json_split *split, struct str *rest, struct err *err)
{
	char byte = rest->data[0];
	if (byte == '[') {
		split->form = FORM_ARRAY;
		split->state = STATE_FIRST_ITEM;
		skip(rest, 1);
		return put_skeleton(split, "[", 1, err);
	}
	if (str_is_none(split->item_key)) {
		split->form = FORM_LINES;
		split->state = STATE_LINES;
		return true;
	}
	if (byte != '{')
		return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO",
				     "answer is neither a JSON object nor an array");
	split->form = FORM_ENVELOPE;
	split->state = STATE_OUTER;
	return true;
}

static bool feed_start(struct json_split *split, struct str *rest, struct str chunk, struct err *err)
{
	char byte = rest->data[0];
	if (skip_bom(split, rest, chunk))
		return true;
	if (split->bom_length == 1 || split->bom_length == 2)
		return fail_byte(split, *rest, chunk, err);
	if (is_blank(byte)) {
		skip(rest, 1);
		return true;
	}
	if (byte == '<')
		return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO", "answer is HTML, not JSON");
	if (!begins_value(byte))
		return fail_byte(split, *rest, chunk, err);
	return begin_form(split, rest, err);
}

/* Consumes at least one byte of rest or changes the state. */
static bool feed_some(struct json_split *split, struct str *rest, struct str chunk, struct err *err)
{
	switch (split->state) {
	case STATE_START:
		return feed_start(split, rest, chunk, err);
	case STATE_OUTER:
		return feed_outer(split, rest, err);
	case STATE_OUTER_STRING:
		return feed_outer_string(split, rest, err);
	case STATE_FIRST_ITEM:
	case STATE_ITEM:
	case STATE_AFTER_ITEM:
		return feed_items(split, rest, chunk, err);
	case STATE_LINES:
		return feed_lines(split, rest, err);
	case STATE_NESTED:
		return feed_nested(split, rest, chunk, err);
	case STATE_STRING:
		return feed_string(split, rest, err);
	case STATE_BARE:
		return feed_bare(split, rest, err);
	case STATE_BROKEN_LINE:
		return feed_broken_line(split, rest, err);
	case STATE_END:
		if (!is_blank(rest->data[0]))
			return fail_byte(split, *rest, chunk, err);
		skip(rest, 1);
		return true;
	case STATE_FAILED:
		break;
	}
	return err_set(err, ERR_BUG, "page splitter used after a failure");
}

bool json_split_feed(struct json_split *split, struct str bytes, struct err *err)
{
	struct str rest = bytes;
	while (rest.length > 0) {
		if (!feed_some(split, &rest, bytes, err)) {
			split->state = STATE_FAILED;
			return false;
		}
	}
	split->offset += bytes.length;
	return true;
}

static bool fail_truncated(const struct json_split *split, struct err *err)
{
	return err_set_class(err, ERR_NET_TRANSIENT, "E_SRC_TRUNC",
			     "answer ends inside a value, after %" PRIu64 " bytes", split->offset);
}

static bool check_skeleton(const struct json_split *split, struct err *err)
{
	struct err reason = {.kind = ERR_NONE};
	struct arena arena;
	const struct json *root = NULL;
	arena_init(&arena, CAP_RECORD_ARENA);
	bool is_valid = json_parse(buf_str(&split->skeleton), &arena, &root, &reason);
	arena_done(&arena);
	if (is_valid)
		return true;
	if (reason.kind == ERR_NOMEM)
		return err_nomem(err, "a page's skeleton");
	return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO", "answer is not JSON around its records: %s",
			     reason.message);
}

static bool finish(struct json_split *split, struct err *err)
{
	switch (split->state) {
	case STATE_START:
		if (str_is_none(split->item_key))
			return true;
		return err_set_class(err, ERR_NET_TRANSIENT, "E_SRC_TRUNC", "answer is empty");
	case STATE_LINES:
		return true;
	case STATE_BARE:
	case STATE_BROKEN_LINE:
		if (split->form != FORM_LINES)
			return fail_truncated(split, err);
		return hand_over(split, STR_NONE, err);
	case STATE_END:
		return check_skeleton(split, err);
	case STATE_OUTER:
	case STATE_OUTER_STRING:
	case STATE_FIRST_ITEM:
	case STATE_ITEM:
	case STATE_AFTER_ITEM:
	case STATE_NESTED:
	case STATE_STRING:
		return fail_truncated(split, err);
	case STATE_FAILED:
		break;
	}
	return err_set(err, ERR_BUG, "page splitter used after a failure");
}

bool json_split_finish(struct json_split *split, struct err *err)
{
	if (finish(split, err))
		return true;
	split->state = STATE_FAILED;
	return false;
}
