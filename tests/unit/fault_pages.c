/* SPDX-License-Identifier: PostgreSQL
 *
 * The paths of the fault server: most are bytes and what follows them, the rest are functions.
 */
#define _GNU_SOURCE
#include "fault_server.h"

#include <zlib.h>

enum ending {
	END_KEEP, /* the connection stays open for the next request */
	END_CLOSE,
	END_RESET,
	END_HANG /* nothing more is sent */
};

struct page {
	const char *path;
	const char *bytes;
	enum ending ending;
};

#define OK   "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define BODY "{\"a\":1}"

static const struct page pages[] = {
    {"/ok", OK "Content-Length: 7\r\n\r\n" BODY, END_KEEP},
    {"/html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
     END_KEEP},
    {"/chunked", OK "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n", END_KEEP},
    {"/interim",
     "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nRetry-After: 60\r\n\r\n" OK
     "Content-Length: 7\r\n\r\n" BODY,
     END_KEEP},
    {"/until_close", OK "\r\n" BODY, END_CLOSE},
    {"/http10", "HTTP/1.0 200 OK\r\n\r\n" BODY, END_CLOSE},
    {"/no_content", "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n", END_KEEP},
    {"/trailers",
     OK "Transfer-Encoding: chunked\r\n\r\n7\r\n" BODY "\r\n0\r\nContent-Length: 3\r\nLocation: /x\r\n\r\n",
     END_KEEP},

    {"/empty_reply", "", END_CLOSE},
    {"/rst_before", "", END_RESET},
    {"/rst_mid", OK "Content-Length: 1000\r\n\r\n" BODY, END_RESET},
    {"/stall", "", END_HANG},
    {"/stall_header", "HTTP/1.1 200 OK\r\nContent-Ty", END_HANG},
    {"/stall_body", OK "Content-Length: 1000\r\n\r\n" BODY, END_HANG},
    {"/cut_length", OK "Content-Length: 1000\r\n\r\n" BODY, END_CLOSE},
    {"/cut_chunked", OK "Transfer-Encoding: chunked\r\n\r\n7\r\n" BODY "\r\n", END_CLOSE},
    {"/cut_in_chunk", OK "Transfer-Encoding: chunked\r\n\r\n100\r\n" BODY, END_CLOSE},
    {"/cut_until_close", OK "\r\n{\"a\":", END_CLOSE},
    {"/cut_header", "HTTP/1.1 200 OK\r\nContent-Type: appl", END_CLOSE},
    {"/short_length", OK "Content-Length: 5\r\n\r\n" BODY, END_KEEP},
    {"/bad_chunk", OK "Transfer-Encoding: chunked\r\n\r\nzz\r\n" BODY "\r\n0\r\n\r\n", END_CLOSE},

    {"/length_twice", OK "Content-Length: 7\r\nContent-Length: 5\r\n\r\n" BODY, END_CLOSE},
    {"/length_twice_same", OK "Content-Length: 7\r\ncontent-length: 7\r\n\r\n" BODY, END_CLOSE},
    {"/length_list", OK "Content-Length: 7, 7\r\n\r\n" BODY, END_CLOSE},
    {"/length_negative", OK "Content-Length: -7\r\n\r\n" BODY, END_CLOSE},
    {"/length_words", OK "Content-Length: seven\r\n\r\n" BODY, END_CLOSE},
    {"/length_huge", OK "Content-Length: 99999999999999999999\r\n\r\n" BODY, END_CLOSE},
    {"/length_and_chunks",
     OK "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n" BODY "\r\n0\r\n\r\n", END_CLOSE},
    {"/chunks_and_length",
     OK "Transfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n7\r\n" BODY "\r\n0\r\n\r\n", END_CLOSE},
    {"/transfer_gzip", OK "Transfer-Encoding: gzip, chunked\r\n\r\n7\r\n" BODY "\r\n0\r\n\r\n", END_CLOSE},
    {"/brotli", OK "Content-Encoding: br\r\nContent-Length: 7\r\n\r\n" BODY, END_CLOSE},
    {"/gzip_twice", OK "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: 7\r\n\r\n" BODY,
     END_CLOSE},
    {"/http09", BODY, END_CLOSE},
    {"/garbage", "\x01\x02\xff\xfe\x80garbage\r\n\r\n\x03", END_CLOSE},
    {"/http2_line", "HTTP/2 200\r\nContent-Length: 7\r\n\r\n" BODY, END_CLOSE},
    {"/status_words", "HTTP/1.1 abc OK\r\nContent-Length: 7\r\n\r\n" BODY, END_CLOSE},

    {"/not_gzip", OK "Content-Encoding: gzip\r\nContent-Length: 7\r\n\r\n" BODY, END_CLOSE},
    {"/gzip_nothing", OK "Content-Encoding: gzip\r\n\r\n", END_CLOSE},
    {"/gzip_empty", OK "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", END_KEEP},

    {"/retry_2", "HTTP/1.1 429 Too Many\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n", END_KEEP},
    {"/retry_date",
     "HTTP/1.1 429 Too Many\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\nContent-Length: 0\r\n\r\n",
     END_KEEP},
    {"/retry_2099",
     "HTTP/1.1 429 Too Many\r\nRetry-After: Thu, 31 Dec 2099 23:59:59 GMT\r\nContent-Length: 0\r\n\r\n",
     END_KEEP},
    {"/retry_negative", "HTTP/1.1 429 Too Many\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n", END_KEEP},
    {"/retry_huge", "HTTP/1.1 503 Down\r\nRetry-After: 99999999999999999999999\r\nContent-Length: 0\r\n\r\n",
     END_KEEP},
    {"/retry_words", "HTTP/1.1 503 Down\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", END_KEEP},
    {"/retry_absent", "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n", END_KEEP},
    {"/bad_gateway",
     "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
     END_KEEP},
    {"/quoted",
     "HTTP/1.1 200 OK\r\nContent-Type: application/json; profile=\"a\\b\"\r\nContent-Length: 7\r\n\r\n" BODY,
     END_KEEP},
    {"/redirect_nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", END_KEEP},
    {"/not_modified", "HTTP/1.1 304 Not Modified\r\n\r\n", END_KEEP},
};

static bool send_page(struct fault_connection *connection, const struct page *page)
{
	bool is_sent = fault_send_text(connection, page->bytes);
	if (page->ending == END_RESET)
		fault_reset(connection);
	if (page->ending == END_HANG)
		fault_hang(connection);
	return is_sent && page->ending == END_KEEP;
}

/* ---- redirects --------------------------------------------------------------------------------------- */

static const struct {
	const char *path;
	const char *location; /* a format with the second host's port */
} redirects[] = {
    {"/redirect_relative", "/ok"},
    {"/redirect_loop", "/redirect_loop"},
    {"/redirect_other", "http://127.0.0.2:%u/ok"},
    {"/redirect_protocol_relative", "//127.0.0.2:%u/ok"},
    {"/redirect_file", "file:///etc/passwd"},
    {"/redirect_downgrade", "http://api.example/ok"},
    {"/redirect_metadata", "http://169.254.169.254/latest/meta-data"},
    {"/redirect_userinfo", "http://root:hunter2@127.0.0.2:%u/ok"},
    {"/redirect_odd", "ht!tp://\x01 ["},
    {"/redirect_unreadable", "http://[::zz]:70000/"},
    {"/redirect_gopher", "gopher://127.0.0.1:1/x"},
};

static bool send_redirect(struct fault_connection *connection, const char *format)
{
	char location[256];
	char head[512];
	const char *hole = strstr(format, "%u");
	if (hole == NULL)
		snprintf(location, sizeof(location), "%s", format);
	else
		snprintf(location, sizeof(location), "%.*s%u%s", (int)(hole - format), format,
			 connection->server->ports[FAULT_OTHER], hole + 2);
	snprintf(head, sizeof(head), "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
		 location);
	return fault_send_text(connection, head);
}

/* ---- gzip -------------------------------------------------------------------------------------------- */

/* One gzip member of the text into bytes; its length. */
static size_t member(const void *text, size_t length, unsigned char *bytes, size_t size)
{
	z_stream stream = {.avail_in = (unsigned)length, .next_out = bytes, .avail_out = (unsigned)size};
	stream.next_in = (z_const Bytef *)(uintptr_t)text;
	deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&stream, Z_FINISH);
	size_t produced = stream.total_out;
	deflateEnd(&stream);
	return produced;
}

static bool send_gzip(struct fault_connection *connection, const unsigned char *bytes, size_t length)
{
	char head[256];
	snprintf(head, sizeof(head), OK "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", length);
	return fault_send_text(connection, head) && fault_send(connection, bytes, length);
}

static bool gzip_page(struct fault_connection *connection, const char *kind)
{
	static unsigned char bytes[256 * 1024];
	static char text[128 * 1024];
	uint32_t seed = 1;
	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 1664525 + 1013904223;
		text[i] = (char)('a' + (seed >> 24) % 26);
	}
	size_t length = member(text, sizeof(text), bytes, sizeof(bytes));
	if (strcmp(kind, "members") == 0)
		length += member(BODY, strlen(BODY), bytes + length, sizeof(bytes) - length);
	else if (strcmp(kind, "cut") == 0) /* Content-Length fits: libcurl itself would call it complete */
		length /= 2;
	else if (strcmp(kind, "cut_trailer") == 0)
		length -= 4;
	else if (strcmp(kind, "corrupt") == 0)
		memset(bytes + length / 2, 0xff, 64);
	else if (strcmp(kind, "crc") == 0)
		bytes[length - 8] ^= 1;
	else if (strcmp(kind, "size") == 0)
		bytes[length - 4] ^= 1;
	else if (strcmp(kind, "trailing") == 0)
		bytes[length++] = '\n';
	return send_gzip(connection, bytes, length);
}

/* One member without end of zeros. */
static bool bomb(struct fault_connection *connection)
{
	static unsigned char zeros[1024 * 1024];
	static unsigned char bytes[64 * 1024];
	z_stream stream = {.next_in = zeros};
	bool is_there = fault_send_text(connection, OK "Content-Encoding: gzip\r\n\r\n");
	deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	for (int i = 0; is_there && i < 2048; i++) {
		stream.next_in = zeros;
		stream.avail_in = sizeof(zeros);
		stream.next_out = bytes;
		stream.avail_out = sizeof(bytes);
		deflate(&stream, Z_SYNC_FLUSH);
		is_there = fault_send(connection, bytes, sizeof(bytes) - stream.avail_out);
	}
	deflateEnd(&stream);
	return false;
}

/* ---- floods and drips -------------------------------------------------------------------------------- */

/* The block again and again until the peer has had enough; at most `most` times. */
static bool flood(struct fault_connection *connection, const char *head, const char *block, size_t length,
		  uint64_t most)
{
	bool is_there = fault_send_text(connection, head);
	for (uint64_t i = 0; is_there && i < most; i++)
		is_there = fault_send(connection, block, length);
	return false;
}

static bool drip(struct fault_connection *connection, size_t n_bytes, int every_ms)
{
	static const char bytes[64] = {0};
	bool is_there = fault_send_text(connection, OK "Content-Length: 1000000\r\n\r\n");
	for (int i = 0; is_there && i < 1000; i++) {
		fault_sleep_ms(every_ms);
		is_there = fault_send(connection, bytes, n_bytes);
	}
	return false;
}

static bool flood_page(struct fault_connection *connection, const char *kind)
{
	static char block[64 * 1024 + 1];
	const size_t length = sizeof(block) - 1;
	memset(block, 'x', length);
	if (strcmp(kind, "headers") == 0)
		return flood(connection, "HTTP/1.1 200 OK\r\n",
			     "X-Flood: 0123456789012345678901234567890123456789\r\n", 51, 1000000);
	if (strcmp(kind, "interim") == 0)
		return flood(connection, "", "HTTP/1.1 100 Continue\r\n\r\n", 25, 1000000);
	if (strcmp(kind, "line") == 0)
		return flood(connection, "HTTP/1.1 200 OK\r\nX-Long: ", block, length, 32);
	if (strcmp(kind, "status") == 0)
		return flood(connection, "HTTP/1.1 200 ", block, length, 32);
	if (strcmp(kind, "trailers") == 0)
		return flood(connection, OK "Transfer-Encoding: chunked\r\n\r\n7\r\n" BODY "\r\n0\r\n",
			     "X-Flood: 0123456789012345678901234567890123456789\r\n", 51, 1000000);
	if (strcmp(kind, "declared") == 0)
		return flood(connection, OK "Content-Length: 2147483648\r\n\r\n", block, length, 32768);
	if (strcmp(kind, "close") == 0)
		return flood(connection, OK "\r\n", block, length, 32768);
	if (strcmp(kind, "members") == 0) {
		static unsigned char empty[64];
		size_t empty_length = member("", 0, empty, sizeof(empty));
		for (size_t i = 0; i + empty_length <= length; i += empty_length)
			memcpy(block + i, empty, empty_length);
		return flood(connection, OK "Content-Encoding: gzip\r\n\r\n", block,
			     length / empty_length * empty_length, 1000000);
	}
	/* chunked: 0x4000 bytes and the line ends around them */
	memcpy(block, "4000\r\n", 6);
	memcpy(block + 6 + 0x4000, "\r\n", 2);
	return flood(connection, OK "Transfer-Encoding: chunked\r\n\r\n", block, 6 + 0x4000 + 2, 131072);
}

/* An answer within its length, and a moment later bytes that look like the next one. */
static bool split(struct fault_connection *connection)
{
	if (!fault_send_text(connection, OK "Content-Length: 7\r\n\r\n" BODY))
		return false;
	fault_sleep_ms(30);
	return fault_send_text(connection, OK "Content-Length: 8\r\n\r\n{\"evil\"}");
}

bool fault_page(struct fault_connection *connection, const char *path)
{
	for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
		if (strcmp(pages[i].path, path) == 0)
			return send_page(connection, &pages[i]);
	}
	for (size_t i = 0; i < ARRAY_LENGTH(redirects); i++) {
		if (strcmp(redirects[i].path, path) == 0)
			return send_redirect(connection, redirects[i].location);
	}
	if (strncmp(path, "/flood/", 7) == 0)
		return flood_page(connection, path + 7);
	if (strncmp(path, "/gzip/", 6) == 0)
		return gzip_page(connection, path + 6);
	if (strcmp(path, "/bomb") == 0)
		return bomb(connection);
	if (strcmp(path, "/drip_below") == 0)
		return drip(connection, 1, 50);
	if (strcmp(path, "/drip_above") == 0)
		return drip(connection, 64, 20);
	if (strcmp(path, "/split") == 0)
		return split(connection);
	fault_send_text(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	return true;
}
