/* SPDX-License-Identifier: PostgreSQL */
#include "http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/date.h"
#include "base/err.h"
#include "base/num.h"

static const struct {
	const char *name;
	const char *help;
} FAULTS[] = {
#define FAULT(id, name, help) {name, help},
#include "faults.def"
#undef FAULT
};

const char *fault_name(enum fault_kind kind)
{
	return FAULTS[kind].name;
}

void faults_help(void)
{
	for (size_t at = 0; at < ARRAY_LENGTH(FAULTS); at++)
		(void)printf("  %-26s %s\n", FAULTS[at].name, FAULTS[at].help);
}

void faults_clear(struct faults *faults)
{
	*faults = (struct faults){0};
}

static bool takes_parameter(enum fault_kind kind)
{
	return kind == FAULT_SLOW || kind == FAULT_HUGE || kind == FAULT_EXPIRE_TOKEN_AFTER ||
	       kind == FAULT_VANISH;
}

bool fault_parse(struct faults *faults, struct str specification, struct err *err)
{
	struct fault fault = {.kind = FAULT_COUNT, .parameter = -1};
	struct str rest = specification, part;
	if (!str_next(&rest, ':', &part))
		return err_set(err, ERR_CONFIG, "empty fault");
	for (size_t at = 0; at < ARRAY_LENGTH(FAULTS); at++) {
		if (str_equal_text(part, FAULTS[at].name))
			fault.kind = (enum fault_kind)at;
	}
	if (fault.kind == FAULT_COUNT)
		return err_set(err, ERR_CONFIG, "no fault is named %.*s", (int)part.length, part.data);
	while (rest.data != NULL && str_next(&rest, ':', &part)) {
		uint64_t number = 0;
		char mark = part.length > 0 ? part.data[0] : '\0';
		struct str digits = mark == '*' || mark == '+' ? str_slice(part, 1, part.length) : part;
		if (mark == '/' && part.length < sizeof(fault.route)) {
			(void)snprintf(fault.route, sizeof(fault.route), "%.*s", (int)part.length, part.data);
			continue;
		}
		if (!num_parse_u64(digits, &number))
			return err_set(err, ERR_CONFIG, "fault %.*s: cannot read %.*s",
				       (int)specification.length, specification.data, (int)part.length,
				       part.data);
		if (mark == '*') {
			fault.every = number;
		} else if (mark == '+') {
			fault.skip = number;
		} else if (takes_parameter(fault.kind) && fault.parameter < 0) {
			fault.parameter = (int64_t)number;
		} else {
			fault.n_left = number;
			fault.is_counted = number > 0;
		}
	}
	if (fault.kind == FAULT_CHALLENGE_ONCE && !fault.is_counted && fault.every == 0) {
		fault.is_counted = true;
		fault.n_left = 1;
	}
	if (faults->n == MAX_FAULTS)
		return err_set(err, ERR_CONFIG, "more than %d faults", MAX_FAULTS);
	faults->list[faults->n++] = fault;
	return true;
}

struct fault *fault_due(struct faults *faults, enum fault_kind kind, const char *path)
{
	for (size_t at = 0; at < faults->n; at++) {
		struct fault *fault = &faults->list[at];
		if (fault->kind != kind || (fault->route[0] != '\0' && strstr(path, fault->route) == NULL))
			continue;
		fault->n_seen++;
		bool is_due =
		    fault->n_seen > fault->skip && (fault->every == 0 || fault->n_seen % fault->every == 0);
		if (!is_due || (fault->is_counted && fault->n_left == 0))
			continue;
		if (fault->is_counted)
			fault->n_left--;
		fault->n_done++;
		return fault;
	}
	return NULL;
}

struct fault *fault_set(struct faults *faults, enum fault_kind kind)
{
	for (size_t at = 0; at < faults->n; at++) {
		if (faults->list[at].kind == kind)
			return &faults->list[at];
	}
	return NULL;
}

/* --- raw answers --- */

static void put_head(struct buf *bytes, const char *more)
{
	buf_put_text(
	    bytes,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n");
	buf_put_text(bytes, more);
}

static void put_length(struct buf *bytes, uint64_t length)
{
	buf_printf(bytes, "Content-Length: %" PRIu64 "\r\n", length);
}

static void put_half(struct buf *bytes, const struct buf *body)
{
	buf_put(bytes, body->data, body->length / 2);
}

static void put_fill(struct buf *bytes, char byte, size_t n)
{
	char block[4096];
	memset(block, byte, sizeof(block));
	while (n > 0) {
		size_t part = n < sizeof(block) ? n : sizeof(block);
		buf_put(bytes, block, part);
		n -= part;
	}
}

static bool gzip_make(const struct buf *plain, struct buf *packed)
{
	z_stream zip = {0};
	if (deflateInit2(&zip, 6, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	size_t most = deflateBound(&zip, plain->length) + 64;
	char *bytes = malloc(most);
	bool is_done = false;
	if (bytes != NULL) {
		zip.next_in = (Bytef *)plain->data;
		zip.avail_in = (uInt)plain->length;
		zip.next_out = (Bytef *)bytes;
		zip.avail_out = (uInt)most;
		is_done = deflate(&zip, Z_FINISH) == Z_STREAM_END;
		buf_put(packed, bytes, most - zip.avail_out);
		free(bytes);
	}
	(void)deflateEnd(&zip);
	return is_done;
}

/* One piece of raw deflate that stands on a byte boundary and refers to nothing before it. */
static bool deflate_piece(const char *text, size_t length, int flush, struct buf *piece)
{
	z_stream zip = {0};
	if (deflateInit2(&zip, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	size_t most = deflateBound(&zip, length) + 64;
	char *bytes = malloc(most);
	char *input = malloc(length + 1);
	bool is_done = bytes != NULL && input != NULL;
	if (is_done) {
		memcpy(input, text, length);
		zip.next_in = (Bytef *)input;
		zip.avail_in = (uInt)length;
		zip.next_out = (Bytef *)bytes;
		zip.avail_out = (uInt)most;
		is_done = deflate(&zip, flush) != Z_STREAM_ERROR && zip.avail_in == 0;
		buf_put(piece, bytes, most - zip.avail_out);
	}
	free(bytes);
	free(input);
	(void)deflateEnd(&zip);
	return is_done;
}

static void put_little_endian(struct buf *bytes, uint32_t value)
{
	for (int at = 0; at < 4; at++)
		buf_put_byte(bytes, (char)(value >> (8 * at) & 255));
}

/* {"notes":[ a gibibyte of blanks ]} */
static void put_bomb(struct buf *bytes)
{
	enum { PIECE = 16 * 1024 * 1024, N_PIECES = 64 };
	static const char HEAD[] = "{\"notes\":[", TAIL[] = "]}";
	struct buf blanks, head, body, tail, whole;
	buf_init(&blanks, PIECE);
	buf_init(&head, 4096);
	buf_init(&body, PIECE);
	buf_init(&tail, 4096);
	buf_init(&whole, (size_t)N_PIECES * PIECE);
	put_fill(&blanks, ' ', PIECE);
	if (deflate_piece(HEAD, sizeof(HEAD) - 1, Z_FULL_FLUSH, &head) &&
	    deflate_piece(blanks.data, PIECE, Z_FULL_FLUSH, &body) &&
	    deflate_piece(TAIL, sizeof(TAIL) - 1, Z_FINISH, &tail)) {
		uLong sum = crc32(0, (const Bytef *)HEAD, sizeof(HEAD) - 1);
		uLong piece_sum = crc32(0, (const Bytef *)blanks.data, PIECE);
		buf_put(&whole, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10);
		buf_put_str(&whole, buf_str(&head));
		for (int at = 0; at < N_PIECES; at++) {
			buf_put_str(&whole, buf_str(&body));
			sum = crc32_combine(sum, piece_sum, PIECE);
		}
		buf_put_str(&whole, buf_str(&tail));
		sum = crc32_combine(sum, crc32(0, (const Bytef *)TAIL, sizeof(TAIL) - 1), sizeof(TAIL) - 1);
		put_little_endian(&whole, (uint32_t)sum);
		put_little_endian(&whole,
				  (uint32_t)((uint64_t)N_PIECES * PIECE + sizeof(HEAD) + sizeof(TAIL) - 2));
	}
	put_head(bytes, "Content-Encoding: gzip\r\n");
	put_length(bytes, whole.length);
	buf_put_text(bytes, "\r\n");
	buf_put_str(bytes, buf_str(&whole));
	buf_done(&blanks);
	buf_done(&head);
	buf_done(&body);
	buf_done(&tail);
	buf_done(&whole);
}

static void put_gzip_fault(enum fault_kind kind, const struct buf *body, struct buf *bytes)
{
	struct buf packed;
	buf_init(&packed, HTTP_MAX_ANSWER);
	if (kind == FAULT_NOT_GZIP)
		buf_put_str(&packed, buf_str(body));
	else if (!gzip_make(body, &packed))
		buf_reset(&packed);
	size_t length = packed.length;
	if (kind == FAULT_GZIP_TRUNCATED)
		length /= 2;
	for (size_t at = length / 2; kind == FAULT_GZIP_CORRUPT && at < length / 2 + 40 && at < length; at++)
		packed.data[at] = (char)(packed.data[at] ^ 0x5a);
	if (kind == FAULT_GZIP_BAD_CRC && length > 8)
		packed.data[length - 8] = (char)(packed.data[length - 8] ^ 1);
	put_head(bytes, "Content-Encoding: gzip\r\n");
	put_length(bytes, length);
	buf_put_text(bytes, "\r\n");
	buf_put(bytes, packed.data, length);
	buf_done(&packed);
}

static void put_chunked(struct buf *bytes, const struct buf *body, bool is_cut)
{
	size_t half = body->length / 2;
	buf_printf(bytes, "%zx\r\n", half);
	buf_put(bytes, body->data, half);
	buf_printf(bytes, "\r\n%zx\r\n", body->length - half);
	if (is_cut) {
		buf_put(bytes, body->data + half, (body->length - half) / 2);
		return;
	}
	buf_put(bytes, body->data + half, body->length - half);
	buf_put_text(bytes, "\r\n0\r\n\r\n");
}

/* Bytes and plan of a fault below HTTP; false when the fault is none of these. */
static bool raw_make(const struct fault *fault, const struct buf *body, struct buf *bytes,
		     struct raw_plan *plan)
{
	plan->end = RAW_CLOSE;
	switch (fault->kind) {
	case FAULT_RST_BEFORE:
		plan->end = RAW_RESET;
		return true;
	case FAULT_CLOSE_EMPTY:
		return true;
	case FAULT_STALL_HEADER:
		buf_put_text(bytes, "HTTP/1.1 200 OK\r\nContent-Ty");
		plan->end = RAW_HANG;
		return true;
	case FAULT_RST_MID:
	case FAULT_STALL_BODY:
	case FAULT_TRUNCATE_LENGTH:
		put_head(bytes, "");
		put_length(bytes, body->length);
		buf_put_text(bytes, "\r\n");
		put_half(bytes, body);
		plan->end = fault->kind == FAULT_RST_MID      ? RAW_RESET
			    : fault->kind == FAULT_STALL_BODY ? RAW_HANG
							      : RAW_CLOSE;
		return true;
	case FAULT_SLOW:
		put_head(bytes, "");
		put_length(bytes, body->length);
		buf_put_text(bytes, "\r\n");
		buf_put_str(bytes, buf_str(body));
		plan->bytes_a_second = fault->parameter > 0 ? (size_t)fault->parameter : 3;
		return true;
	case FAULT_TRUNCATE_CHUNKED:
		put_head(bytes, "Transfer-Encoding: chunked\r\n\r\n");
		put_chunked(bytes, body, true);
		return true;
	case FAULT_TRUNCATE_CLOSE:
		put_head(bytes, "\r\n");
		put_half(bytes, body);
		return true;
	case FAULT_SHORT_LENGTH:
		put_head(bytes, "");
		put_length(bytes, body->length / 2);
		buf_put_text(bytes, "\r\n");
		buf_put_str(bytes, buf_str(body));
		return true;
	case FAULT_GZIP_TRUNCATED:
	case FAULT_GZIP_CORRUPT:
	case FAULT_GZIP_BAD_CRC:
	case FAULT_NOT_GZIP:
		put_gzip_fault(fault->kind, body, bytes);
		return true;
	case FAULT_GZIP_BOMB:
		put_bomb(bytes);
		return true;
	case FAULT_HUGE:
		put_head(bytes, "");
		plan->end = RAW_REPEAT;
		plan->repeat_bytes = (uint64_t)(fault->parameter > 0 ? fault->parameter : 2048) * 1024 * 1024;
		put_length(bytes, plan->repeat_bytes + 65536 + 10);
		buf_put_text(bytes, "\r\n{\"notes\":[");
		plan->repeat_from = bytes->length;
		put_fill(bytes, ' ', 65536);
		return true;
	case FAULT_ENDLESS:
		put_head(bytes, "Transfer-Encoding: chunked\r\n\r\na\r\n{\"notes\":[\r\n");
		plan->end = RAW_REPEAT;
		plan->repeat_from = bytes->length;
		buf_put_text(bytes, "10000\r\n");
		put_fill(bytes, ' ', 65536);
		buf_put_text(bytes, "\r\n");
		return true;
	case FAULT_HEADER_FLOOD:
		put_head(bytes, "");
		for (int at = 0; at < 10000; at++)
			buf_printf(bytes, "X-Flood-%05d: 0123456789012345678901234\r\n", at);
		put_length(bytes, body->length);
		buf_put_text(bytes, "\r\n");
		buf_put_str(bytes, buf_str(body));
		return true;
	case FAULT_HUGE_HEADER:
		put_head(bytes, "X-Huge: ");
		put_fill(bytes, 'h', (size_t)2 * 1024 * 1024);
		buf_put_text(bytes, "\r\n");
		put_length(bytes, body->length);
		buf_put_text(bytes, "\r\n");
		buf_put_str(bytes, buf_str(body));
		return true;
	case FAULT_TWO_LENGTHS:
		put_head(bytes, "");
		put_length(bytes, body->length);
		put_length(bytes, body->length / 2);
		buf_put_text(bytes, "\r\n");
		buf_put_str(bytes, buf_str(body));
		return true;
	case FAULT_LENGTH_AND_CHUNKED:
		put_head(bytes, "Transfer-Encoding: chunked\r\n");
		put_length(bytes, body->length);
		buf_put_text(bytes, "\r\n");
		put_chunked(bytes, body, false);
		return true;
	case FAULT_HTTP09:
		buf_put_str(bytes, buf_str(body));
		return true;
	case FAULT_GARBAGE:
		buf_put_text(bytes, "\x16\x03\x01\x02 this is not HTTP at all\r\n\r\n\x80\x81\x82\r\n");
		return true;
	default:
		return false;
	}
}

/* --- answers that are good HTTP --- */

static void put_http_date(int64_t ms, char text[64])
{
	static const char *const DAYS[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const MONTHS[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t days = ms / 86400000, seconds = ms / 1000 % 86400;
	int year = date_year_of_ms(ms), month = 1;
	while (month < 12 && date_days_from_civil(year, month + 1, 1) <= days)
		month++;
	(void)snprintf(text, 64, "%s, %02d %s %d %02d:%02d:%02d GMT", DAYS[days % 7],
		       (int)(days - date_days_from_civil(year, month, 1)) + 1, MONTHS[month - 1], year,
		       (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

static void limited(struct request *request, struct answer *answer, enum fault_kind kind)
{
	int64_t now = clock_realtime_ms();
	answer_error(answer, 429, "RateLimitError", "Too many requests");
	if (kind == FAULT_RETRY_AFTER_2 || kind == FAULT_RETRY_AFTER_DATE)
		request->route->not_before_ms = now + (kind == FAULT_RETRY_AFTER_2 ? 2000 : 1000);
	if (kind == FAULT_RETRY_AFTER_2)
		(void)snprintf(answer->retry_after, sizeof(answer->retry_after), "2");
	else if (kind == FAULT_RETRY_AFTER_NEGATIVE)
		(void)snprintf(answer->retry_after, sizeof(answer->retry_after), "-5");
	else if (kind == FAULT_RETRY_AFTER_DATE)
		put_http_date(now + 2000, answer->retry_after);
	else if (kind == FAULT_RETRY_AFTER_2099)
		put_http_date(date_days_from_civil(2099, 12, 31) * 86400000, answer->retry_after);
	if (kind == FAULT_RETRY_AFTER_ABSENT) {
		buf_reset(&answer->body);
		buf_put_text(
		    &answer->body,
		    "{\"name\":\"RateLimitError\",\"message\":\"Too many requests\",\"status\":429}");
	}
}

static void redirect(struct request *request, struct answer *answer, enum fault_kind kind)
{
	struct server *server = request->server;
	const char *query = request->query.length > 0 ? request->query.data : "";
	char *to = answer->location;
	size_t size = sizeof(answer->location);
	answer_error(answer, 302, "Moved", "Found");
	if (kind == FAULT_REDIRECT_SAME)
		(void)snprintf(to, size, "/moved%s%s", request->path, query);
	else if (kind == FAULT_REDIRECT_OTHER_HOST)
		(void)snprintf(to, size, "http://localhost:%u%s%s", server->ports[2 - request->api_version],
			       request->path, query);
	else if (kind == FAULT_REDIRECT_LOOP)
		(void)snprintf(to, size, "%s%s", request->path, query);
	else if (kind == FAULT_REDIRECT_FILE)
		(void)snprintf(to, size, "file:///etc/passwd");
	else if (kind == FAULT_REDIRECT_HTTP_DOWNGRADE)
		(void)snprintf(to, size, "http://downgrade.example%s", request->path);
	else
		(void)snprintf(to, size, "http://169.254.169.254/latest/meta-data/");
}

static void put_empty(const struct request *request, struct answer *answer, const char *more)
{
	const char *list = strstr(request->path, "profiles") != NULL	  ? "profiles"
			   : strstr(request->path, "groups") != NULL	  ? "groups"
			   : strstr(request->path, "invitations") != NULL ? "invitations"
									  : "notes";
	buf_reset(&answer->body);
	buf_printf(&answer->body, "{\"%s\":[],\"count\":0%s}", list, more);
}

/* Puts text into the body at the place. */
static void insert(struct answer *answer, size_t at, struct str text)
{
	struct buf changed;
	buf_init(&changed, HTTP_MAX_ANSWER);
	buf_put(&changed, answer->body.data, at);
	buf_put_str(&changed, text);
	buf_put(&changed, answer->body.data + at, answer->body.length - at);
	buf_done(&answer->body);
	answer->body = changed;
}

/* The place behind the first of the markers that is there; 0 when none is. */
static size_t behind(const struct answer *answer, const char *const markers[])
{
	for (size_t at = 0; markers[at] != NULL; at++) {
		struct str marker = str_from(markers[at]);
		size_t place = str_find(buf_str(&answer->body), marker);
		if (place < answer->body.length)
			return place + marker.length;
	}
	return 0;
}

static const char *const TEXT_MARKERS[] = {"\"title\":{\"value\":\"", "\"title\":\"", "\"first\":\"",
					   "\"id\":\"", NULL};
static const char *const RECORD_MARKERS[] = {"\"notes\":[{", "\"profiles\":[{", "\"groups\":[{",
					     "\"invitations\":[{", NULL};

static void spoil_text(struct answer *answer, struct str text)
{
	size_t at = behind(answer, TEXT_MARKERS);
	if (at > 0)
		insert(answer, at, text);
}

static void spoil_record(struct answer *answer, struct str text)
{
	size_t at = behind(answer, RECORD_MARKERS);
	if (at > 0)
		insert(answer, at, text);
}

static void spoil_deep(struct answer *answer)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	buf_put_text(&text, "\"deep\":");
	put_fill(&text, '[', 100000);
	put_fill(&text, ']', 100000);
	buf_put_text(&text, ",");
	spoil_record(answer, buf_str(&text));
	buf_done(&text);
}

static void spoil_huge(struct answer *answer)
{
	struct buf text;
	buf_init(&text, (size_t)64 << 20);
	put_fill(&text, 'x', (size_t)32 << 20);
	spoil_text(answer, buf_str(&text));
	buf_done(&text);
}

static void spoil_numbers(struct answer *answer)
{
	static const char *const NUMBER[] = {"\"number\":", NULL}, *const DATE[] = {"\"tcdate\":", NULL};
	size_t at = behind(answer, NUMBER);
	if (at > 0)
		insert(answer, at, (struct str)STR("9999999999999999999999"));
	at = behind(answer, DATE);
	if (at > 0)
		insert(answer, at, (struct str)STR("1e400,\"tcdate2\":"));
}

static void spoil_types(struct answer *answer)
{
	size_t at = behind(answer, TEXT_MARKERS);
	if (at == 0)
		return;
	size_t end = at;
	while (end < answer->body.length && answer->body.data[end] != '"')
		end++;
	insert(answer, end + 1, (struct str)STR("}"));
	insert(answer, at - 1, (struct str)STR("{\"en\":"));
}

/* The end of the JSON object that begins at the place. */
static size_t object_end(struct str json, size_t at)
{
	int depth = 0;
	for (bool is_text = false; at < json.length; at++) {
		char byte = json.data[at];
		if (is_text && byte == '\\')
			at++;
		else if (byte == '"')
			is_text = !is_text;
		else if (!is_text && byte == '{')
			depth++;
		else if (!is_text && byte == '}' && --depth == 0)
			return at + 1;
	}
	return json.length;
}

static void spoil_duplicate(struct answer *answer)
{
	size_t at = behind(answer, RECORD_MARKERS);
	if (at == 0)
		return;
	size_t end = object_end(buf_str(&answer->body), at - 1);
	struct buf copy;
	buf_init(&copy, HTTP_MAX_ANSWER);
	buf_put(&copy, answer->body.data + at - 1, end - at + 1);
	buf_put_byte(&copy, ',');
	insert(answer, at - 1, buf_str(&copy));
	buf_done(&copy);
	spoil_text(answer, (struct str)STR("Another "));
}

/* Changes the answer; false when the fault is none of these. */
static bool answer_spoil(struct request *request, struct answer *answer, enum fault_kind kind)
{
	switch (kind) {
	case FAULT_RETRY_AFTER_2:
	case FAULT_RETRY_AFTER_DATE:
	case FAULT_RETRY_AFTER_2099:
	case FAULT_RETRY_AFTER_NEGATIVE:
	case FAULT_RETRY_AFTER_ABSENT:
		limited(request, answer, kind);
		return true;
	case FAULT_HTTP500:
		answer_error(answer, 500, "Error", "Internal Server Error");
		return true;
	case FAULT_HTTP502:
		answer_error(answer, 502, "Error", "Bad Gateway");
		return true;
	case FAULT_HTTP503:
		answer_error(answer, 503, "Error", "API currently unavailable");
		return true;
	case FAULT_HTML502:
	case FAULT_HTML200:
		answer->status = kind == FAULT_HTML502 ? 502 : 200;
		answer->content_type = "text/html";
		buf_reset(&answer->body);
		buf_put_text(
		    &answer->body,
		    "<html><head><title>Just a moment</title></head><body>Please wait</body></html>");
		return true;
	case FAULT_JSON_ERRORS200:
		buf_reset(&answer->body);
		buf_put_text(&answer->body,
			     "{\"errors\":[{\"name\":\"Error\",\"message\":\"something went wrong\"}]}");
		return true;
	case FAULT_EMPTY_NOTES:
		put_empty(request, answer, "");
		return true;
	case FAULT_WRONG_TYPE:
		answer->content_type = "text/plain";
		return true;
	case FAULT_SEARCH_UNAVAILABLE:
		put_empty(request, answer, ",\"searchUnavailable\":true");
		return true;
	case FAULT_CHALLENGE_ONCE:
		answer_error(answer, 403, "ChallengeRequiredError", "Challenge verification required");
		return true;
	case FAULT_REDIRECT_SAME:
	case FAULT_REDIRECT_OTHER_HOST:
	case FAULT_REDIRECT_LOOP:
	case FAULT_REDIRECT_FILE:
	case FAULT_REDIRECT_HTTP_DOWNGRADE:
	case FAULT_REDIRECT_METADATA:
		redirect(request, answer, kind);
		return true;
	case FAULT_DUPLICATE_RECORD_CONFLICT:
		spoil_duplicate(answer);
		return true;
	case FAULT_BAD_UTF8:
		spoil_text(answer, (struct str)STR("\xc3(\xff\xed\xa0\x80"));
		return true;
	case FAULT_NUL_ESCAPE:
		spoil_text(answer, (struct str)STR("nul \\u0000 "));
		return true;
	case FAULT_LONE_SURROGATE:
		spoil_text(answer, (struct str)STR("lone \\ud800 "));
		return true;
	case FAULT_DEEP:
		spoil_deep(answer);
		return true;
	case FAULT_HUGE_STRING:
		spoil_huge(answer);
		return true;
	case FAULT_DUP_KEYS:
		spoil_record(answer, (struct str)STR("\"id\":\"duplicate-key\","));
		return true;
	case FAULT_BIG_NUMBER:
		spoil_numbers(answer);
		return true;
	case FAULT_SCHEMA_TYPE_CHANGE:
		spoil_types(answer);
		return true;
	default:
		return false;
	}
}

/* Faults that the routes look up themselves. */
static bool is_of_routes(enum fault_kind kind)
{
	return kind == FAULT_EXPIRE_TOKEN_AFTER || kind == FAULT_EXPIRE_NO_RENEW ||
	       kind == FAULT_COUNT_WRONG || kind == FAULT_PAGE_LOOP || kind == FAULT_DRIFT ||
	       kind == FAULT_VANISH;
}

bool faults_apply(struct request *request, struct answer *answer)
{
	struct faults *faults = &request->server->faults;
	if (faults->n == 0 || answer->status != 200)
		return false;
	for (int kind = 0; kind < FAULT_COUNT; kind++) {
		const struct fault *set = fault_set(faults, (enum fault_kind)kind);
		bool is_login =
		    strcmp(request->path, "/login") == 0 || strcmp(request->path, "/mfa/verify") == 0;
		bool is_profiles = strcmp(request->path, "/profiles/search") == 0;
		if (set == NULL || is_of_routes((enum fault_kind)kind) ||
		    (is_login && set->route[0] == '\0') || (kind == FAULT_FORBID_ONE && is_profiles))
			continue;
		const struct fault *fault = fault_due(faults, (enum fault_kind)kind, request->path);
		if (fault == NULL)
			continue;
		if (kind == FAULT_FORBID_ONE) {
			answer_error(answer, 403, "ForbiddenError", "You don't have permission to read this");
			answer->is_stream = false;
			return false;
		}
		answer_materialise(request, answer);
		struct buf bytes;
		struct raw_plan plan = {.end = RAW_CLOSE};
		buf_init(&bytes, HTTP_MAX_ANSWER);
		bool is_taken =
		    raw_make(fault, &answer->body, &bytes, &plan) && raw_begin(request, &plan, &bytes);
		buf_done(&bytes);
		if (is_taken)
			return true;
		if (answer_spoil(request, answer, (enum fault_kind)kind) && answer->status != 200)
			return false;
	}
	return false;
}
