/* SPDX-License-Identifier: PostgreSQL */
#include "http/exchange.h"

#include "base/caps.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/str.h"
#include "http/gunzip.h"

#define GZIP_SLACK_BYTES UINT64_C(65536)

void exchange_done(struct exchange *exchange)
{
	gunzip_free(TAKE(exchange->gunzip));
}

/* Keeps the first fault. Curl takes a short count for an error and ends the transfer. */
static bool refuse(struct exchange *exchange, enum fault fault)
{
	if (exchange->fault == FAULT_NONE)
		exchange->fault = fault;
	return false;
}

/* Most bytes that a body within the cap can take on the way: gzip of incompressible bytes is a little longer
 * than they are. Without this limit empty gzip members could flow for ever. */
static uint64_t most_encoded(const struct exchange *exchange)
{
	uint64_t slack = exchange->max_bytes / 1000 + GZIP_SLACK_BYTES;
	return exchange->max_bytes > UINT64_MAX - slack ? UINT64_MAX : exchange->max_bytes + slack;
}

static void keep_text(char *to, size_t size, struct str value)
{
	size_t length = value.length < size ? value.length : size - 1;
	for (size_t i = 0; i < length; i++)
		to[i] = value.data[i] >= ' ' && value.data[i] < 0x7f ? value.data[i] : '?';
	to[length] = '\0';
}

/* ---- header ------------------------------------------------------------------------------------------ */

static bool on_length(struct exchange *exchange, struct str value)
{
	if (exchange->has_length)
		return refuse(exchange, FAULT_LENGTH_TWICE);
	exchange->has_length = true;
	/* Digits only: a sign would pass as a number. */
	if (value.length == 0 || value.data[0] < '0' || value.data[0] > '9' ||
	    !num_parse_u64(value, &exchange->length))
		return refuse(exchange, FAULT_LENGTH_BAD);
	return true;
}

static bool on_transfer_encoding(struct exchange *exchange, struct str value)
{
	if (exchange->is_chunked || !str_equal_ignoring_case(value, str_from("chunked")))
		return refuse(exchange, FAULT_TRANSFER_ENCODING);
	exchange->is_chunked = true;
	return true;
}

static bool on_content_encoding(struct exchange *exchange, struct str value)
{
	if (str_equal_ignoring_case(value, str_from("identity")) || value.length == 0)
		return true;
	if (exchange->is_gzip || (!str_equal_ignoring_case(value, str_from("gzip")) &&
				  !str_equal_ignoring_case(value, str_from("x-gzip"))))
		return refuse(exchange, FAULT_CONTENT_ENCODING);
	exchange->is_gzip = true;
	return true;
}

static bool on_content_type(struct exchange *exchange, struct str value)
{
	keep_text(exchange->content_type, sizeof(exchange->content_type), value);
	return true;
}

static bool on_retry_after(struct exchange *exchange, struct str value)
{
	keep_text(exchange->retry_after, sizeof(exchange->retry_after), value);
	return true;
}

static bool on_location(struct exchange *exchange, struct str value)
{
	keep_text(exchange->location, sizeof(exchange->location), value);
	return true;
}

static const struct {
	const char *name;
	bool (*take)(struct exchange *exchange, struct str value);
} fields[] = {
    {"content-length", on_length},
    {"transfer-encoding", on_transfer_encoding},
    {"content-encoding", on_content_encoding},
    {"content-type", on_content_type},
    {"retry-after", on_retry_after},
    {"location", on_location},
};

static bool on_field(struct exchange *exchange, struct str line)
{
	size_t colon = str_find_byte(line, ':');
	if (colon == line.length)
		return true; /* curl has its own opinion on lines without a colon */
	struct str name = str_trim(str_slice(line, 0, colon));
	struct str value = str_trim(str_slice(line, colon + 1, line.length));
	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
		if (str_equal_ignoring_case(name, str_from(fields[i].name)))
			return fields[i].take(exchange, value);
	}
	return true;
}

/* "HTTP/1.1 200 OK": a new answer begins, after interim ones (1xx) of which nothing is kept. */
static bool on_status_line(struct exchange *exchange, struct str line)
{
	if (!str_starts_with(line, str_from("HTTP/1.")))
		return refuse(exchange, FAULT_VERSION);
	struct str rest = str_slice(line, str_find_byte(line, ' '), line.length);
	uint64_t status = 0;
	if (!num_parse_u64(str_slice(str_trim(rest), 0, 3), &status))
		status = 0;
	exchange->status = (int)status;
	exchange->has_length = false;
	exchange->is_chunked = false;
	exchange->is_gzip = false;
	exchange->is_header_done = false;
	exchange->content_type[0] = '\0';
	exchange->retry_after[0] = '\0';
	exchange->location[0] = '\0';
	return true;
}

static bool is_redirect(int status)
{
	return status >= 300 && status < 400 && status != 304;
}

static bool on_header_end(struct exchange *exchange)
{
	if (exchange->status < 200)
		return true;
	exchange->is_header_done = true;
	if (is_redirect(exchange->status))
		return refuse(exchange, FAULT_REDIRECT);
	if (exchange->has_length && exchange->is_chunked)
		return refuse(exchange, FAULT_LENGTH_AND_CHUNKS);
	uint64_t most = exchange->is_gzip ? most_encoded(exchange) : exchange->max_bytes;
	if (exchange->has_length && exchange->length > most)
		return refuse(exchange, FAULT_SIZE);
	return true;
}

size_t exchange_header(char *bytes, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	size_t length = size * count;
	struct str line = str_trim((struct str){bytes, length});
	bool is_taken = true;
	exchange->header_bytes += length;
	if (exchange->header_bytes > CAP_HEADER_BYTES)
		is_taken = refuse(exchange, FAULT_HEADER_BYTES);
	else if (exchange->is_header_done)
		is_taken = true; /* trailers after chunks: counted, nothing else */
	else if (str_starts_with(line, str_from("HTTP/")))
		is_taken = on_status_line(exchange, line);
	else if (line.length == 0)
		is_taken = on_header_end(exchange);
	else
		is_taken = on_field(exchange, line);
	return is_taken ? length : 0;
}

/* ---- body -------------------------------------------------------------------------------------------- */

bool exchange_store(void *context, const void *bytes, size_t length)
{
	struct exchange *exchange = context;
	if (length > exchange->max_bytes - exchange->body_bytes)
		return refuse(exchange, FAULT_SIZE);
	if (!file_write_all(exchange->spool_fd, (struct str){bytes, length}, &exchange->spool_err))
		return refuse(exchange, FAULT_SPOOL);
	hash_add(exchange->hash, bytes, length);
	exchange->body_bytes += length;
	return true;
}

static bool decode(struct exchange *exchange, const char *bytes, size_t length)
{
	if (exchange->gunzip == NULL && !gunzip_new(&exchange->gunzip, NULL))
		return refuse(exchange, FAULT_NOMEM);
	switch (gunzip_add(exchange->gunzip, bytes, length, exchange_store, exchange)) {
	case GUNZIP_OK:
		return true;
	case GUNZIP_CORRUPT:
		return refuse(exchange, FAULT_GZIP_CORRUPT);
	case GUNZIP_TRAILING:
		return refuse(exchange, FAULT_GZIP_TRAILING);
	case GUNZIP_REFUSED:
		return false;
	case GUNZIP_NOMEM:
		return refuse(exchange, FAULT_NOMEM);
	}
	return refuse(exchange, FAULT_GZIP_CORRUPT);
}

size_t exchange_body(char *bytes, size_t size, size_t count, void *context)
{
	struct exchange *exchange = context;
	size_t length = size * count;
	exchange->encoded_bytes += length;
	if (exchange->encoded_bytes > most_encoded(exchange)) {
		refuse(exchange, FAULT_SIZE);
		return 0;
	}
	bool is_taken =
	    exchange->is_gzip ? decode(exchange, bytes, length) : exchange_store(exchange, bytes, length);
	return is_taken ? length : 0;
}

void exchange_finish(struct exchange *exchange)
{
	if (!exchange->is_header_done)
		refuse(exchange, FAULT_HEADER_SHORT);
	if (!exchange->is_gzip || exchange->fault != FAULT_NONE)
		return;
	/* 204, and an announced empty body, carry no gzip stream whatever the header says. */
	bool is_empty_by_announcement = exchange->status == 204 || exchange->status == 304 ||
					(exchange->has_length && exchange->length == 0);
	if (exchange->gunzip == NULL ? !is_empty_by_announcement : !gunzip_is_complete(exchange->gunzip))
		refuse(exchange, FAULT_GZIP_SHORT);
}
