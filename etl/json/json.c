/* SPDX-License-Identifier: PostgreSQL
 *
 *     bytes -> yajl (lexer, grammar, escapes) -> callbacks here -> nodes in the arena
 *
 * yajl does not check what its allocator gives it, so the allocator never gives NULL: when the arena is
 * exhausted it jumps out of the parse. Nothing is lost by that, as all of yajl's memory is the scratch below
 * or the arena.
 */
#include "json/json.h"

#include <setjmp.h>
#define XXH_INLINE_ALL
#include <xxhash.h>
#include <yajl/yajl_parse.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/utf8.h"

#define SCRATCH_BYTES	     4096 /* a parser without long escaped strings fits */
#define SMALL_OBJECT_KEYS    32	  /* up to here keys are compared one by one */
#define PATH_BYTES	     256
#define PATH_KEY_BYTES	     40
#define DECIMAL(number)	     DECIMAL_TEXT(number)
#define DECIMAL_TEXT(number) #number
#define BLOCK_HEADER_BYTES   16 /* keeps the size of a block and the alignment behind it */

/* An open array or object. */
struct frame {
	struct json *node;
	struct json *last; /* child */
	uint64_t key_bits; /* one bit for each key seen, by a cheap hash: no bit, no duplicate */
};

struct parse {
	struct str bytes;
	struct arena *arena;
	struct err *err;
	yajl_handle yajl;
	struct json *root;
	struct str key; /* of the value that comes next */
	size_t depth;
	bool is_utf8;		 /* the whole record is: no need to look at each string */
	bool has_unicode_escape; /* some \u is in it: look at each string that has escapes */
	bool is_failed;		 /* err is filled */
	struct frame frames[CAP_JSON_DEPTH];
	jmp_buf out_of_memory;
	size_t scratch_used;
	_Alignas(max_align_t) unsigned char scratch[SCRATCH_BYTES];
};

/* --- path of the place at hand, for messages --- */

static void put_path_key(struct buf *path, struct str key)
{
	bool is_plain = key.length > 0 && key.length <= PATH_KEY_BYTES;
	for (size_t i = 0; i < key.length && is_plain; i++)
		is_plain = key.data[i] > ' ' && key.data[i] < 0x7F && key.data[i] != '@';
	buf_put_byte(path, '.');
	if (is_plain)
		buf_put_str(path, key);
	else
		buf_put_byte(path, '?'); /* may be anything, even personal data */
}

/* `key` is that of the place itself; none when the place is an element of the innermost array. */
static void write_path(const struct parse *parse, struct str key, struct buf *path)
{
	buf_put_byte(path, '$');
	for (size_t i = 0; i < parse->depth; i++) {
		const struct json *node = parse->frames[i].node;
		struct str step = i + 1 < parse->depth ? parse->frames[i + 1].node->key : key;
		if (node->kind == JSON_ARRAY)
			buf_printf(path, "[%zu]", node->n_children - (i + 1 < parse->depth ? 1 : 0));
		else if (!str_is_none(step))
			put_path_key(path, step);
	}
}

static bool fail(struct parse *parse, const char *class_name, struct str key, const char *what)
{
	char bytes[PATH_BYTES];
	struct buf path;
	buf_init_borrowed(&path, bytes, sizeof(bytes));
	write_path(parse, key, &path);
	parse->is_failed = true;
	return err_set_class(parse->err, ERR_DATA, class_name, "%s at %s", what, bytes);
}

/* --- memory --- */

/* Says which of the arena's two limits was met. */
static bool fail_memory(struct parse *parse, size_t bytes)
{
	const struct arena *arena = parse->arena;
	if (bytes + BLOCK_HEADER_BYTES <= arena->cap_bytes - arena->used_bytes) {
		parse->is_failed = true;
		return err_nomem(parse->err, "a JSON record");
	}
	err_set_class(parse->err, ERR_DATA, "E_DATA_SIZE",
		      "JSON record of %zu bytes needs more than %zu bytes decoded", parse->bytes.length,
		      arena->cap_bytes);
	parse->is_failed = true;
	return false;
}

static void *yajl_take(void *context, size_t bytes)
{
	struct parse *parse = context;
	size_t rounded = (bytes + BLOCK_HEADER_BYTES - 1) / BLOCK_HEADER_BYTES * BLOCK_HEADER_BYTES;
	size_t whole = rounded + BLOCK_HEADER_BYTES;
	unsigned char *block = NULL;
	if (whole <= SCRATCH_BYTES - parse->scratch_used) {
		block = parse->scratch + parse->scratch_used;
		parse->scratch_used += whole;
	} else {
		block = arena_alloc(parse->arena, whole);
	}
	if (block == NULL) {
		fail_memory(parse, whole);
		longjmp(parse->out_of_memory, 1);
	}
	memcpy(block, &bytes, sizeof(bytes));
	return block + BLOCK_HEADER_BYTES;
}

static void yajl_give_back(void *context, void *block)
{
	(void)context;
	(void)block; /* goes with the parse or the arena */
}

static void *yajl_grow(void *context, void *block, size_t bytes)
{
	size_t old_bytes = 0;
	void *grown = yajl_take(context, bytes);
	if (block == NULL)
		return grown;
	memcpy(&old_bytes, (unsigned char *)block - BLOCK_HEADER_BYTES, sizeof(old_bytes));
	memcpy(grown, block, old_bytes < bytes ? old_bytes : bytes);
	return grown;
}

/* --- checks that yajl leaves out --- */

static bool is_inside(struct str whole, const char *at)
{
	return (uintptr_t)at >= (uintptr_t)whole.data && (uintptr_t)at < (uintptr_t)whole.data + whole.length;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return (digit | 0x20) - 'a' + 10;
}

/* Value of the four digits of \uXXXX at `escape`; yajl has checked that they are there. */
static unsigned int escape_value(const char *escape)
{
	unsigned int value = 0;
	for (int i = 2; i < 6; i++)
		value = value * 16 + (unsigned int)hex_digit(escape[i]);
	return value;
}

/* The raw text of the string that yajl has just read: between the quote before the place it has consumed and
 * the one that opened it. */
static struct str raw_string(const struct parse *parse)
{
	const char *start = parse->bytes.data;
	size_t consumed = yajl_get_bytes_consumed(parse->yajl);
	if (consumed < 2)
		return STR_NONE;
	size_t from = consumed - 1;
	while (from > 0) {
		size_t n_backslashes = 0;
		from--;
		if (start[from] != '"')
			continue;
		while (n_backslashes < from && start[from - n_backslashes - 1] == '\\')
			n_backslashes++;
		if (n_backslashes % 2 == 0)
			return (struct str){start + from + 1, consumed - from - 2};
	}
	return STR_NONE;
}

static bool check_escapes(struct parse *parse, struct str key)
{
	struct str raw = raw_string(parse);
	size_t at = 0;
	while (at + 5 < raw.length) {
		if (raw.data[at] != '\\') {
			at++;
			continue;
		}
		if (raw.data[at + 1] != 'u') {
			at += 2;
			continue;
		}
		unsigned int value = escape_value(raw.data + at);
		at += 6;
		if (value == 0)
			return fail(parse, "E_DATA_NUL", key, "character U+0000");
		if (value < 0xD800 || value > 0xDFFF)
			continue;
		bool is_pair =
		    value <= 0xDBFF && at + 5 < raw.length && raw.data[at] == '\\' && raw.data[at + 1] == 'u';
		unsigned int second = is_pair ? escape_value(raw.data + at) : 0;
		if (second < 0xDC00 || second > 0xDFFF)
			return fail(parse, "E_DATA_SURROGATE", key, "half of a surrogate pair");
		at += 6;
	}
	return true;
}

/* Text of a string or key: in place when yajl left it there, else copied. */
static bool keep_text(struct parse *parse, const unsigned char *bytes, size_t length, struct str key,
		      struct str *ret_text)
{
	struct str text = {(const char *)bytes, length};
	bool is_decoded = length > 0 && !is_inside(parse->bytes, text.data);
	if (length == 0)
		text.data = "";
	if (!parse->is_utf8 && !utf8_is_valid(text))
		return fail(parse, "E_DATA_UTF8", key, "invalid UTF-8");
	if (parse->has_unicode_escape && is_decoded && !check_escapes(parse, key))
		return false;
	if (is_decoded) {
		text = arena_copy(parse->arena, text);
		if (str_is_none(text))
			return fail_memory(parse, length + 1);
	}
	*ret_text = text;
	return true;
}

/* --- the tree --- */

static struct json *add_node(struct parse *parse, enum json_kind kind)
{
	struct json *node = arena_alloc(parse->arena, sizeof(*node));
	if (node == NULL) {
		fail_memory(parse, sizeof(*node));
		return NULL;
	}
	node->kind = kind;
	node->key = parse->key;
	parse->key = STR_NONE;
	if (parse->depth == 0) {
		parse->root = node;
		return node;
	}
	struct frame *frame = &parse->frames[parse->depth - 1];
	if (frame->last == NULL)
		frame->node->first = node;
	else
		frame->last->next = node;
	frame->last = node;
	frame->node->n_children++;
	return node;
}

static int on_null(void *context)
{
	return add_node(context, JSON_NULL) != NULL;
}

static int on_boolean(void *context, int is_true)
{
	struct json *node = add_node(context, JSON_BOOLEAN);
	if (node != NULL)
		node->is_true = is_true != 0;
	return node != NULL;
}

static int on_number(void *context, const char *bytes, size_t length)
{
	struct parse *parse = context;
	struct str text = {bytes, length};
	if (!is_inside(parse->bytes, bytes)) {
		text = arena_copy(parse->arena, text);
		if (str_is_none(text))
			return fail_memory(parse, length + 1);
	}
	struct json *node = add_node(parse, JSON_NUMBER);
	if (node != NULL)
		node->text = text;
	return node != NULL;
}

static int on_string(void *context, const unsigned char *bytes, size_t length)
{
	struct parse *parse = context;
	struct str text;
	if (!keep_text(parse, bytes, length, parse->key, &text))
		return 0;
	struct json *node = add_node(parse, JSON_STRING);
	if (node != NULL)
		node->text = text;
	return node != NULL;
}

static int open_container(struct parse *parse, enum json_kind kind)
{
	if (parse->depth == CAP_JSON_DEPTH)
		return fail(parse, "E_DATA_DEPTH", parse->key,
			    "more than " DECIMAL(CAP_JSON_DEPTH) " levels");
	struct json *node = add_node(parse, kind);
	if (node != NULL)
		parse->frames[parse->depth++] = (struct frame){.node = node};
	return node != NULL;
}

static int on_start_map(void *context)
{
	return open_container(context, JSON_OBJECT);
}

static int on_start_array(void *context)
{
	return open_container(context, JSON_ARRAY);
}

static int on_end_array(void *context)
{
	struct parse *parse = context;
	parse->depth--;
	return 1;
}

static uint64_t key_bit(struct str key)
{
	unsigned int mixed = (unsigned int)key.length;
	if (key.length > 0)
		mixed += (unsigned char)key.data[0] * 5u + (unsigned char)key.data[key.length - 1] * 11u;
	return UINT64_C(1) << (mixed % 64);
}

static int on_map_key(void *context, const unsigned char *bytes, size_t length)
{
	struct parse *parse = context;
	struct frame *frame = &parse->frames[parse->depth - 1];
	if (!keep_text(parse, bytes, length, STR_NONE, &parse->key))
		return 0;
	if (frame->node->n_children > SMALL_OBJECT_KEYS)
		return 1; /* on_end_map looks at all of them */
	uint64_t bit = key_bit(parse->key);
	if ((frame->key_bits & bit) != 0) {
		for (const struct json *child = frame->node->first; child != NULL; child = child->next) {
			if (str_equal(child->key, parse->key))
				return fail(parse, "E_DATA_DUPKEY", parse->key, "duplicate key");
		}
	}
	frame->key_bits |= bit;
	return 1;
}

/* Open addressing, at most half full. The seed keeps a page from choosing keys that collide. */
static bool check_many_keys(struct parse *parse, const struct json *object)
{
	size_t n_slots = 2 * SMALL_OBJECT_KEYS;
	while (n_slots < 2 * object->n_children)
		n_slots *= 2;
	const struct json **slots = calloc(n_slots, sizeof(const struct json *));
	if (slots == NULL) {
		parse->is_failed = true;
		return err_nomem(parse->err, "a JSON object's keys");
	}
	bool is_unique = true;
	XXH64_hash_t seed = (XXH64_hash_t)(uintptr_t)slots;
	for (const struct json *child = object->first; child != NULL && is_unique; child = child->next) {
		size_t slot = XXH3_64bits_withSeed(child->key.data, child->key.length, seed) & (n_slots - 1);
		while (slots[slot] != NULL && !str_equal(slots[slot]->key, child->key))
			slot = (slot + 1) & (n_slots - 1);
		if (slots[slot] != NULL)
			is_unique = fail(parse, "E_DATA_DUPKEY", child->key, "duplicate key");
		slots[slot] = child;
	}
	free(slots);
	return is_unique;
}

static int on_end_map(void *context)
{
	struct parse *parse = context;
	const struct json *object = parse->frames[parse->depth - 1].node;
	if (object->n_children > SMALL_OBJECT_KEYS && !check_many_keys(parse, object))
		return 0;
	parse->depth--;
	return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number, /* the text: yajl's own conversions give up on large numbers */
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_map_key,
    .yajl_end_map = on_end_map,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end_array,
};

static bool fail_syntax(struct parse *parse, bool is_at_end)
{
	size_t consumed = yajl_get_bytes_consumed(parse->yajl); /* with the byte that is wrong */
	size_t offset = is_at_end ? parse->bytes.length : consumed - (consumed > 0 ? 1 : 0);
	const unsigned char *bytes = (const unsigned char *)parse->bytes.data;
	/* Not verbose: the verbose form quotes the payload. */
	const char *reason = (const char *)yajl_get_error(parse->yajl, 0, bytes, parse->bytes.length);
	struct str text = str_trim(str_from(reason));
	char what[128];
	snprintf(what, sizeof(what), "invalid JSON in byte %zu (%.*s)", offset,
		 (int)(text.length < 80 ? text.length : 80), text.data);
	return fail(parse, "E_DATA_JSON", parse->key, what);
}

static bool run(struct parse *parse)
{
	yajl_alloc_funcs functions = {yajl_take, yajl_grow, yajl_give_back, parse};
	if (setjmp(parse->out_of_memory) != 0)
		return false;
	parse->yajl = yajl_alloc(&callbacks, &functions, parse);
	yajl_config(parse->yajl, yajl_dont_validate_strings, 1); /* utf8_is_valid is stricter, and faster */
	yajl_status status =
	    yajl_parse(parse->yajl, (const unsigned char *)parse->bytes.data, parse->bytes.length);
	bool is_at_end = status == yajl_status_ok;
	if (is_at_end)
		status = yajl_complete_parse(parse->yajl);
	if (parse->is_failed)
		return false;
	if (status != yajl_status_ok || parse->root == NULL)
		return fail_syntax(parse, is_at_end);
	return true;
}

static bool has_unicode_escape(struct str bytes)
{
	size_t at = 0;
	while (at < bytes.length) {
		const char *found = memchr(bytes.data + at, '\\', bytes.length - at);
		if (found == NULL)
			return false;
		at = (size_t)(found - bytes.data) + 2;
		if (at <= bytes.length && found[1] == 'u')
			return true;
	}
	return false;
}

bool json_parse(struct str bytes, struct arena *arena, const struct json **ret_root, struct err *err)
{
	struct parse parse;
	parse.bytes = bytes.data == NULL ? str_from("") : bytes;
	parse.arena = arena;
	parse.err = err;
	parse.yajl = NULL;
	parse.root = NULL;
	parse.key = STR_NONE;
	parse.depth = 0;
	parse.is_failed = false;
	parse.scratch_used = 0;
	parse.is_utf8 = utf8_is_valid(bytes);
	parse.has_unicode_escape = has_unicode_escape(bytes);
	/* yajl takes these two for blanks, JSON does not; within a string both sides refuse them. */
	if (str_find_byte(bytes, '\f') < bytes.length || str_find_byte(bytes, '\v') < bytes.length)
		return fail(&parse, "E_DATA_JSON", STR_NONE, "invalid JSON (vertical blank)");
	if (!run(&parse))
		return false;
	*ret_root = parse.root;
	return true;
}

/* --- looking things up --- */

static const struct json *find_member(const struct json *value, struct str name)
{
	if (value == NULL || value->kind != JSON_OBJECT)
		return NULL;
	for (const struct json *child = value->first; child != NULL; child = child->next) {
		if (str_equal(child->key, name))
			return child;
	}
	return NULL;
}

const struct json *json_get(const struct json *value, const char *name)
{
	return find_member(value, str_from(name));
}

const struct json *json_path(const struct json *value, const char *path)
{
	struct str rest = str_from(path);
	struct str step;
	while (value != NULL && str_next(&rest, '.', &step))
		value = find_member(value, step);
	return value;
}

const struct json *json_unwrap(const struct json *value)
{
	const struct json *inner = json_get(value, "value");
	return inner == NULL ? value : inner;
}

struct str json_str(const struct json *value)
{
	if (value == NULL || (value->kind != JSON_STRING && value->kind != JSON_NUMBER))
		return STR_NONE;
	return value->text;
}

bool json_is_null(const struct json *value)
{
	return value == NULL || value->kind == JSON_NULL;
}

/* --- the identity of a broken record --- */

static size_t skip_blanks(struct str bytes, size_t at)
{
	while (at < bytes.length && strchr(" \t\r\n", bytes.data[at]) != NULL && bytes.data[at] != '\0')
		at++;
	return at;
}

/* Index of the quote that closes the string opened at `at`, or bytes.length. */
static size_t closing_quote(struct str bytes, size_t at)
{
	for (at++; at < bytes.length && bytes.data[at] != '"'; at++) {
		if (bytes.data[at] == '\\')
			at++;
	}
	return at < bytes.length ? at : bytes.length;
}

static struct str plain_value(struct str bytes, size_t at)
{
	if (at >= bytes.length || bytes.data[at] != '"')
		return STR_NONE;
	size_t end = closing_quote(bytes, at);
	if (end == bytes.length)
		return STR_NONE;
	struct str value = str_slice(bytes, at + 1, end - at - 1);
	for (size_t i = 0; i < value.length; i++) {
		unsigned char byte = (unsigned char)value.data[i];
		if (byte < ' ' || byte >= 0x7F || byte == '\\')
			return STR_NONE;
	}
	return value;
}

struct str json_peek_key(struct str bytes, const char *key)
{
	size_t depth = 0;
	struct str wanted = str_from(key);
	for (size_t at = 0; at < bytes.length; at++) {
		char byte = bytes.data[at];
		if (byte == '{' || byte == '[')
			depth++;
		else if ((byte == '}' || byte == ']') && depth > 0)
			depth--;
		if (byte != '"')
			continue;
		size_t end = closing_quote(bytes, at);
		size_t colon = skip_blanks(bytes, end + 1);
		bool is_key = depth == 1 && colon < bytes.length && bytes.data[colon] == ':';
		if (is_key && str_equal(str_slice(bytes, at + 1, end - at - 1), wanted))
			return plain_value(bytes, skip_blanks(bytes, colon + 1));
		at = end;
	}
	return STR_NONE;
}
