/* SPDX-License-Identifier: PostgreSQL
 *
 * Every fault of the fault server -> kind, class and words; bounded memory and descriptors; no secret with a
 * host it was not meant for; recording and replay.
 */
#define _GNU_SOURCE
#include "http/http.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/stop.h"
#include "fault_server.h"

#define CANARY	   "canary-5ecret"
#define CAP	   UINT64_C(20000000)
#define LONG_BYTES 131072u /* decoded size of /gzip/good */

static struct fault_server server;
static char directory[64] = "/tmp/tenure-http-XXXXXX";

/* ---- tools ------------------------------------------------------------------------------------------- */

static struct http_options options(void)
{
	return (struct http_options){.user_agent = "tenure-test/1",
				     .ca_file = server.ca_file,
				     .spool_directory = directory,
				     /* Never reached, even under valgrind on a busy machine. */
				     .connect_timeout_ms = 20000,
				     .stall_timeout_ms = 20000,
				     .page_timeout_ms = 40000};
}

static struct http *client_with(const struct http_options *with)
{
	struct http *http = NULL;
	struct err err = {0};
	if (!http_new(&http, with, &err))
		fail_msg("%s", err.message);
	return http;
}

static struct http *client(void)
{
	struct http_options plain = options();
	return client_with(&plain);
}

static const char *url_of(enum fault_port port, const char *path)
{
	static char url[512];
	const char *scheme = port >= FAULT_TLS_GOOD ? "https" : "http";
	const char *host = port == FAULT_OTHER ? "127.0.0.2" : "127.0.0.1";
	snprintf(url, sizeof(url), "%s://%s:%u%s", scheme, host, server.ports[port], path);
	return url;
}

static bool get(struct http *http, const char *url, struct http_response *response, struct err *err)
{
	struct http_request request = {.method = "GET", .url = url, .bearer = CANARY, .max_bytes = CAP};
	*err = (struct err){0};
	return http_fetch(http, &request, response, err);
}

static void assert_error(const struct err *err, enum err_kind kind, const char *class_name,
			 const char *message)
{
	assert_string_equal(err->message, message);
	assert_string_equal(err->class_name, class_name);
	assert_int_equal(err->kind, kind);
	assert_null(strstr(err->message, CANARY));
	assert_null(strstr(err->hint, CANARY));
}

/* GET fails with "GET <url>: <words>". */
static void assert_fails(struct http *http, const char *url, enum err_kind kind, const char *class_name,
			 const char *words)
{
	struct http_response response;
	struct err err;
	char message[ERR_MESSAGE_BYTES];
	snprintf(message, sizeof(message), "GET %s: %s", url, words);
	if (get(http, url, &response, &err))
		fail_msg("%s gave status %d", url, response.status);
	assert_error(&err, kind, class_name, message);
}

static void assert_answers(struct http *http, const char *url, int status, const char *body)
{
	struct http_response response;
	struct err err;
	struct buf text;
	if (!get(http, url, &response, &err))
		fail_msg("%s", err.message);
	assert_int_equal(response.status, status);
	buf_init(&text, 1024);
	assert_true(http_response_text(&response, &text, &err));
	assert_int_equal(text.length, strlen(body));
	if (text.length > 0)
		assert_string_equal(text.data, body);
	assert_int_equal(lseek(response.spool_fd, 0, SEEK_CUR), 0);
	buf_done(&text);
	http_response_done(&response);
}

static int count_descriptors(void)
{
	DIR *entries = opendir("/proc/self/fd");
	int n = 0;
	assert_non_null(entries);
	while (readdir(entries) != NULL)
		n++;
	closedir(entries);
	return n;
}

/* A line of /proc/self/status in KiB. */
static long memory_kib(const char *name)
{
	struct buf text;
	struct err err;
	buf_init(&text, 64 * 1024);
	assert_true(file_read("/proc/self/status", &text, &err));
	const char *line = strstr(text.data, name);
	assert_non_null(line);
	long kib = strtol(line + strlen(name), NULL, 10);
	buf_done(&text);
	return kib;
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(directory) != NULL && fault_server_start(&server, directory) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	fault_server_stop(&server);
	unlink(server.ca_file);
	char path[128];
	snprintf(path, sizeof(path), "%s/ca.pem", directory);
	unlink(path);
	return rmdir(directory);
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static const struct {
	const char *path;
	enum err_kind kind;
	const char *class_name;
	const char *words;
} faults[] = {
    {"/empty_reply", ERR_NET_TRANSIENT, "E_SRC_RESET",
     "the connection was closed without an answer (Empty reply from server)"},
    {"/rst_before", ERR_NET_TRANSIENT, "E_SRC_RESET",
     "the connection was lost while receiving (Recv failure: Connection reset by peer)"},
    {"/rst_mid", ERR_NET_TRANSIENT, "E_SRC_RESET",
     "the connection was lost while receiving (Recv failure: Connection reset by peer)"},
    {"/cut_header", ERR_NET_TRANSIENT, "E_SRC_TRUNC", "the response ends inside its header"},
    {"/cut_length", ERR_NET_TRANSIENT, "E_SRC_TRUNC",
     "the body ends too early (transfer closed with 993 bytes remaining to read)"},
    {"/cut_chunked", ERR_NET_TRANSIENT, "E_SRC_TRUNC",
     "the body ends too early (transfer closed with outstanding read data remaining)"},
    {"/cut_in_chunk", ERR_NET_TRANSIENT, "E_SRC_TRUNC",
     "the body ends too early (transfer closed with outstanding read data remaining)"},
    {"/bad_chunk", ERR_NET_TRANSIENT, "E_SRC_DECODE",
     "the chunked body is damaged (Illegal or missing hexadecimal sequence in chunked-encoding)"},

    {"/not_gzip", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body is corrupt"},
    {"/gzip_nothing", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body ends too early"},
    {"/gzip/cut", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body ends too early"},
    {"/gzip/cut_trailer", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body ends too early"},
    {"/gzip/corrupt", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body is corrupt"},
    {"/gzip/crc", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body is corrupt"},
    {"/gzip/size", ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body is corrupt"},
    {"/gzip/trailing", ERR_NET_TRANSIENT, "E_SRC_DECODE", "bytes stand behind the end of the gzip body"},

    {"/length_twice", ERR_PROTOCOL, "E_SRC_PROTO", "the response has two Content-Length headers"},
    {"/length_twice_same", ERR_PROTOCOL, "E_SRC_PROTO", "the response has two Content-Length headers"},
    {"/length_list", ERR_PROTOCOL, "E_SRC_PROTO", "the Content-Length of the response is not a number"},
    {"/length_huge", ERR_PROTOCOL, "E_SRC_PROTO", "the Content-Length of the response is not a number"},
    {"/length_negative", ERR_PROTOCOL, "E_SRC_PROTO",
     "the answer is not valid HTTP (Invalid Content-Length: value)"},
    {"/length_words", ERR_PROTOCOL, "E_SRC_PROTO",
     "the answer is not valid HTTP (Invalid Content-Length: value)"},
    {"/length_and_chunks", ERR_PROTOCOL, "E_SRC_PROTO",
     "the response has both Content-Length and Transfer-Encoding"},
    {"/chunks_and_length", ERR_PROTOCOL, "E_SRC_PROTO",
     "the response has both Content-Length and Transfer-Encoding"},
    {"/transfer_gzip", ERR_PROTOCOL, "E_SRC_PROTO",
     "the response has a transfer encoding other than chunked"},
    {"/brotli", ERR_PROTOCOL, "E_SRC_PROTO", "the response has a content encoding other than gzip"},
    {"/gzip_twice", ERR_PROTOCOL, "E_SRC_PROTO", "the response has a content encoding other than gzip"},
    {"/http09", ERR_PROTOCOL, "E_SRC_PROTO", "the answer is not HTTP/1 (Received HTTP/0.9 when not allowed)"},
    {"/garbage", ERR_PROTOCOL, "E_SRC_PROTO",
     "the answer is not HTTP/1 (Received HTTP/0.9 when not allowed)"},
    {"/http2_line", ERR_PROTOCOL, "E_SRC_PROTO", "the answer is not HTTP/1"},
    {"/status_words", ERR_PROTOCOL, "E_SRC_PROTO",
     "the answer is not HTTP/1 (Unsupported HTTP version in response)"},
    {"/flood/headers", ERR_PROTOCOL, "E_SRC_PROTO", "the response header is larger than 64 KiB"},
    {"/flood/interim", ERR_PROTOCOL, "E_SRC_PROTO", "the response header is larger than 64 KiB"},
    {"/flood/trailers", ERR_PROTOCOL, "E_SRC_PROTO", "the response header is larger than 64 KiB"},
    {"/flood/line", ERR_PROTOCOL, "E_SRC_PROTO", "the response header is too large (Out of memory)"},
    {"/flood/status", ERR_PROTOCOL, "E_SRC_PROTO", "the response header is too large (Out of memory)"},

    {"/flood/declared", ERR_PROTOCOL, "E_SRC_SIZE", "the body is larger than the limit of 20000000 bytes"},
    {"/flood/close", ERR_PROTOCOL, "E_SRC_SIZE", "the body is larger than the limit of 20000000 bytes"},
    {"/flood/chunks", ERR_PROTOCOL, "E_SRC_SIZE", "the body is larger than the limit of 20000000 bytes"},
    {"/flood/members", ERR_PROTOCOL, "E_SRC_SIZE", "the body is larger than the limit of 20000000 bytes"},
    {"/bomb", ERR_PROTOCOL, "E_SRC_SIZE", "the body is larger than the limit of 20000000 bytes"},
};

/* One client for all of them: a fault must leave nothing behind for the next request. */
static void test_faults(void **state)
{
	(void)state;
	int n_descriptors = count_descriptors();
	struct http *http = client();
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	long before_kib = memory_kib("VmRSS:");
	for (size_t i = 0; i < ARRAY_LENGTH(faults); i++)
		assert_fails(http, url_of(FAULT_PLAIN, faults[i].path), faults[i].kind, faults[i].class_name,
			     faults[i].words);
	/* The peak since the process began, tens of megabytes of bodies and headers later. */
	assert_in_range(memory_kib("VmHWM:") - before_kib, 0, 16 * 1024);
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_int_equal(http_request_count(http), ARRAY_LENGTH(faults) + 2);
	http_free(http);
	assert_int_equal(count_descriptors(), n_descriptors);
}

static void test_time_limits(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		int64_t stall_ms, page_ms;
		const char *words;
	} cases[] = {
	    {"/stall", 300, 20000, "nothing arrived for 300 ms"},
	    {"/drip_below", 600, 20000, "less than 64 bytes a second arrived for 600 ms"},
	    {"/drip_above", 20000, 700, "the answer was not complete after 700 ms"},
	    {"/stall", 20000, 300, "the answer was not complete after 300 ms"},
	};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct http_options impatient = options();
		impatient.stall_timeout_ms = cases[i].stall_ms;
		impatient.page_timeout_ms = cases[i].page_ms;
		struct http *http = client_with(&impatient);
		int64_t began_ms = clock_monotonic_ms();
		assert_fails(http, url_of(FAULT_PLAIN, cases[i].path), ERR_NET_TRANSIENT, "E_SRC_STALL",
			     cases[i].words);
		assert_in_range(clock_monotonic_ms() - began_ms, 290, 10000);
		assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
		http_free(http);
	}
}

/* Something arrived first, so that silence and slowness are a hair apart: either may be said. */
static void test_stalls_midway(void **state)
{
	(void)state;
	static const char *const paths[] = {"/stall_header", "/stall_body"};
	struct http_options impatient = options();
	impatient.stall_timeout_ms = 300;
	struct http *http = client_with(&impatient);
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		struct http_response response;
		struct err err;
		assert_false(get(http, url_of(FAULT_PLAIN, paths[i]), &response, &err));
		assert_int_equal(err.kind, ERR_NET_TRANSIENT);
		assert_string_equal(err.class_name, "E_SRC_STALL");
		assert_non_null(strstr(err.message, "arrived for 300 ms"));
	}
	http_free(http);
}

static void test_refused_connection(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	assert_false(get(http, "http://127.0.0.1:1/x?secret=1", &response, &err));
	assert_int_equal(err.kind, ERR_NET_TRANSIENT);
	assert_string_equal(err.class_name, "E_SRC_CONNECT");
	assert_int_equal(
	    strncmp(err.message, "GET http://127.0.0.1:1/x: no connection (Failed to connect", 58), 0);
	http_free(http);
}

static void test_unknown_name(void **state)
{
	(void)state;
	struct http_options brief = options();
	brief.connect_timeout_ms = 1000; /* no name server at all is an answer, too */
	struct http *http = client_with(&brief);
	struct http_response response;
	struct err err;
	assert_false(get(http, "https://tenure.invalid/x", &response, &err));
	assert_int_equal(err.kind, ERR_NET_TRANSIENT);
	assert_string_equal(err.class_name, "E_DNS");
	assert_non_null(strstr(err.message, "GET https://tenure.invalid/x: the host name"));
	/* The next attempt is one of its own: the same failure, not a handle that refuses its options. */
	assert_false(get(http, "https://tenure.invalid/x", &response, &err));
	assert_string_equal(err.class_name, "E_DNS");
	http_free(http);
}

/* ---- good answers ------------------------------------------------------------------------------------ */

static void test_answers(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		int status;
		const char *body;
	} cases[] = {
	    {"/ok", 200, "{\"a\":1}"},
	    {"/chunked", 200, "{\"a\":1}"},
	    {"/interim", 200, "{\"a\":1}"},
	    {"/until_close", 200, "{\"a\":1}"},
	    {"/http10", 200, "{\"a\":1}"},
	    {"/trailers", 200, "{\"a\":1}"},
	    {"/no_content", 204, ""},
	    {"/gzip_empty", 200, ""},
	    {"/not_modified", 304, ""},
	    {"/nowhere", 404, ""},
	    {"/bad_gateway", 502, "<html></html>"},
	    {"/html", 200, "<html></html>"},
	    /* What only the content can tell: the JSON layer refuses both. */
	    {"/cut_until_close", 200, "{\"a\":"},
	    {"/short_length", 200, "{\"a\":"},
	};
	struct http *http = client();
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		assert_answers(http, url_of(FAULT_PLAIN, cases[i].path), cases[i].status, cases[i].body);
	http_free(http);
}

static void test_response_fields(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	int64_t began_ms = clock_realtime_ms();
	assert_true(get(http, url_of(FAULT_PLAIN, "/interim"), &response, &err));
	assert_string_equal(response.content_type, "application/json");
	assert_int_equal(response.body_bytes, 7);
	assert_string_equal(response.sha256,
			    "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
	assert_int_equal(response.retry_after_ms, 0); /* the interim answer's does not count */
	assert_in_range(response.received_at_ms, began_ms, clock_realtime_ms());
	http_response_done(&response);
	assert_int_equal(response.spool_fd, -1);
	struct http_response zeroed = {0};
	http_response_done(&zeroed);
	assert_int_not_equal(fcntl(0, F_GETFD), -1); /* a zeroed response does not close stdin */
	http_free(http);
}

static void test_gzip(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	assert_true(get(http, url_of(FAULT_PLAIN, "/gzip/good"), &response, &err));
	assert_int_equal(response.body_bytes, LONG_BYTES);
	http_response_done(&response);
	assert_true(get(http, url_of(FAULT_PLAIN, "/gzip/members"), &response, &err));
	assert_int_equal(response.body_bytes, LONG_BYTES + 7);
	http_response_done(&response);
	http_free(http);
}

static void test_size_limit_is_exact(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	const char *const paths[] = {"/ok", "/chunked"};
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		struct http_request request = {
		    .method = "GET", .url = url_of(FAULT_PLAIN, paths[i]), .max_bytes = 7};
		assert_true(http_fetch(http, &request, &response, &err));
		http_response_done(&response);
		request.max_bytes = 6;
		assert_false(http_fetch(http, &request, &response, &err));
		assert_string_equal(err.class_name, "E_SRC_SIZE");
	}
	http_free(http);
}

static void test_text_over_cap(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	struct buf text;
	assert_true(get(http, url_of(FAULT_PLAIN, "/ok"), &response, &err));
	buf_init(&text, 6);
	assert_false(http_response_text(&response, &text, &err));
	assert_error(&err, ERR_DATA, "E_DATA_SIZE", "a response body is larger than 6 bytes");
	buf_done(&text);
	http_response_done(&response);
	http_free(http);
}

static void test_retry_after(void **state)
{
	(void)state;
	static const int64_t week_ms = INT64_C(7) * 24 * 3600 * 1000;
	static const struct {
		const char *path;
		int64_t after_ms; /* -1: none */
	} cases[] = {
	    {"/retry_2", 2000},	      {"/retry_date", 0},   {"/retry_2099", week_ms}, {"/retry_negative", 0},
	    {"/retry_huge", week_ms}, {"/retry_words", -1}, {"/retry_absent", -1},
	};
	struct http *http = client();
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct http_response response;
		struct err err;
		assert_true(get(http, url_of(FAULT_PLAIN, cases[i].path), &response, &err));
		assert_true(response.status == 429 || response.status == 503);
		if (cases[i].after_ms < 0)
			assert_int_equal(response.retry_after_ms, 0);
		else
			assert_int_equal(response.retry_after_ms - response.received_at_ms,
					 cases[i].after_ms);
		http_response_done(&response);
	}
	http_free(http);
}

/* ---- connections ------------------------------------------------------------------------------------- */

static void test_reuse(void **state)
{
	(void)state;
	struct http *http = client();
	fault_server_forget(&server);
	for (int i = 0; i < 5; i++)
		assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_int_equal(server.logs[FAULT_PLAIN].n_connections, 1);
	assert_int_equal(server.logs[FAULT_PLAIN].n_requests, 5);
	http_free(http);
}

/* Bytes behind an answer must not become the next one. */
static void test_split_answer(void **state)
{
	(void)state;
	struct http *http = client();
	fault_server_forget(&server);
	assert_answers(http, url_of(FAULT_PLAIN, "/split"), 200, "{\"a\":1}");
	fault_sleep_ms(100);
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_int_equal(server.logs[FAULT_PLAIN].n_connections, 2);
	/* The same when the bytes came along with the answer. */
	assert_answers(http, url_of(FAULT_PLAIN, "/short_length"), 200, "{\"a\":");
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	http_free(http);
}

static void test_pace(void **state)
{
	(void)state;
	struct http_options paced = options();
	paced.min_interval_ms = 300;
	struct http *http = client_with(&paced);
	int64_t began_ms = clock_monotonic_ms();
	for (int i = 0; i < 3; i++)
		assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_in_range(clock_monotonic_ms() - began_ms, 600, 20000);
	began_ms = clock_monotonic_ms();
	assert_answers(http, url_of(FAULT_OTHER, "/ok"), 200,
		       "{\"a\":1}"); /* another host waits for nobody */
	assert_in_range(clock_monotonic_ms() - began_ms, 0, 290);
	http_free(http);
}

static void test_wait(void **state)
{
	(void)state;
	struct err err;
	int64_t began_ms = clock_monotonic_ms();
	assert_true(http_wait(began_ms - 1000, &err));
	assert_true(http_wait(began_ms + 50, &err));
	assert_in_range(clock_monotonic_ms() - began_ms, 50, 10000);
}

/* ---- policy ------------------------------------------------------------------------------------------ */

static void test_redirects(void **state)
{
	(void)state;
	static const struct {
		const char *path;
		const char *words; /* %u: the port of the host itself, @: of the other one */
	} cases[] = {
	    {"/redirect_relative", "redirect (302) to http://127.0.0.1:%u refused"},
	    {"/redirect_loop", "redirect (302) to http://127.0.0.1:%u refused"},
	    {"/redirect_other", "redirect (302) to http://127.0.0.2:@ refused"},
	    {"/redirect_protocol_relative", "redirect (302) to http://127.0.0.2:@ refused"},
	    {"/redirect_file", "redirect (302) to file: refused"},
	    {"/redirect_gopher", "redirect (302) to gopher://127.0.0.1:1 refused"},
	    {"/redirect_downgrade", "redirect (302) to http://api.example refused"},
	    {"/redirect_metadata", "redirect (302) to http://169.254.169.254 refused"},
	    {"/redirect_userinfo", "redirect (302) to http://127.0.0.2:@ refused"},
	    {"/redirect_odd", "redirect (302) to http://127.0.0.1:%u refused"},
	    {"/redirect_nowhere", "redirect (302) to nowhere refused"},
	    {"/redirect_unreadable", "redirect (302) to an unreadable address refused"},
	};
	struct http *http = client();
	fault_server_forget(&server);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char words[256];
		const char *hole = strpbrk(cases[i].words, "%@");
		if (hole == NULL)
			snprintf(words, sizeof(words), "%s", cases[i].words);
		else
			snprintf(words, sizeof(words), "%.*s%u%s", (int)(hole - cases[i].words),
				 cases[i].words, server.ports[*hole == '%' ? FAULT_PLAIN : FAULT_OTHER],
				 hole + (*hole == '%' ? 2 : 1));
		assert_fails(http, url_of(FAULT_PLAIN, cases[i].path), ERR_PROTOCOL, "E_REDIRECT", words);
	}
	struct http_response response;
	struct err err;
	assert_false(get(http, url_of(FAULT_PLAIN, "/redirect_userinfo"), &response, &err));
	assert_int_equal(err.http_status, 302);
	assert_null(strstr(err.message, "hunter2"));
	assert_string_equal(err.hint,
			    "redirects are never followed; if the source has moved, set its base URL "
			    "to the new address");
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "Authorization: Bearer " CANARY "\r\n"));
	assert_int_equal(server.logs[FAULT_OTHER].n_connections, 0);
	assert_false(fault_server_saw(&server, FAULT_OTHER, CANARY));
	http_free(http);
}

static void test_tls(void **state)
{
	(void)state;
	static const struct {
		enum fault_port port;
		enum err_kind kind;
		const char *class_name;
		const char *words; /* beginning */
	} cases[] = {
	    {FAULT_TLS_SELF_SIGNED, ERR_PROTOCOL, "E_TLS",
	     "the certificate is not valid (SSL certificate problem: self-signed certificate)"},
	    {FAULT_TLS_WRONG_HOST, ERR_PROTOCOL, "E_TLS",
	     "the certificate is not valid (SSL: no alternative certificate subject name matches target"},
	    {FAULT_TLS_EXPIRED, ERR_PROTOCOL, "E_TLS",
	     "the certificate is not valid (SSL certificate problem: certificate has expired)"},
	    {FAULT_TLS_FUTURE, ERR_PROTOCOL, "E_TLS",
	     "the certificate is not valid (SSL certificate problem: certificate is not yet valid)"},
	    {FAULT_TLS_OLD, ERR_PROTOCOL, "E_TLS", "no TLS connection ("},
	    {FAULT_TLS_RESET, ERR_NET_TRANSIENT, "E_SRC_RESET",
	     "the connection was lost during the TLS handshake ("},
	    {FAULT_TLS_SILENT, ERR_NET_TRANSIENT, "E_SRC_CONNECT", "no connection in time ("},
	};
	struct err err;
	struct http *http = client();
	struct http_options brief = options();
	brief.connect_timeout_ms = 500;
	struct http *hasty = client_with(&brief);
	fault_server_forget(&server);
	assert_answers(http, url_of(FAULT_TLS_GOOD, "/ok"), 200, "{\"a\":1}");
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct http_response response;
		char message[ERR_MESSAGE_BYTES];
		struct http_request request = {.method = "POST",
					       .url = url_of(cases[i].port, "/login"),
					       .bearer = CANARY,
					       .body = STR("{\"password\":\"" CANARY "\"}"),
					       .max_bytes = CAP};
		bool is_silent = cases[i].port == FAULT_TLS_SILENT;
		assert_false(http_fetch(is_silent ? hasty : http, &request, &response, &err));
		snprintf(message, sizeof(message), "POST %s: %s", request.url, cases[i].words);
		err.message[strlen(message)] = '\0'; /* what follows is OpenSSL's */
		assert_error(&err, cases[i].kind, cases[i].class_name, message);
		assert_int_equal(server.logs[cases[i].port].length, 0);
	}
	http_free(hasty);
	http_free(http);
}

static void test_tls_reuse_and_gzip(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	fault_server_forget(&server);
	for (int i = 0; i < 3; i++) {
		assert_true(get(http, url_of(FAULT_TLS_GOOD, "/gzip/good"), &response, &err));
		assert_int_equal(response.body_bytes, LONG_BYTES);
		http_response_done(&response);
	}
	assert_int_equal(server.logs[FAULT_TLS_GOOD].n_connections, 1);
	assert_fails(http, url_of(FAULT_TLS_GOOD, "/gzip/cut"), ERR_NET_TRANSIENT, "E_SRC_DECODE",
		     "the gzip body ends too early");
	char url[128];
	snprintf(url, sizeof(url), "https://localhost:%u/ok", server.ports[FAULT_TLS_GOOD]);
	assert_answers(http, url, 200, "{\"a\":1}");
	http_free(http);
}

static void test_plain_http_on_tls_port(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	char url[128];
	snprintf(url, sizeof(url), "https://127.0.0.1:%u/ok", server.ports[FAULT_PLAIN]);
	fault_server_forget(&server);
	assert_false(get(http, url, &response, &err));
	assert_int_equal(err.kind, ERR_PROTOCOL);
	assert_string_equal(err.class_name, "E_TLS");
	assert_non_null(strstr(err.message, "/ok: no TLS connection ("));
	assert_false(fault_server_saw(&server, FAULT_PLAIN, CANARY));
	http_free(http);
}

/* Our authority is unknown without ca_file; there is no way to get past that. */
static void test_tls_without_ca_file(void **state)
{
	(void)state;
	struct http_options bare = options();
	bare.ca_file = NULL;
	struct http *http = client_with(&bare);
	assert_fails(http, url_of(FAULT_TLS_GOOD, "/ok"), ERR_PROTOCOL, "E_TLS",
		     "the certificate is not valid (SSL certificate problem: unable to get local issuer "
		     "certificate)");
	http_free(http);
}

/* A file that looks like PEM and is none: our setting is wrong, not the peer. */
static void test_tls_with_broken_ca_file(void **state)
{
	(void)state;
	char path[128];
	struct err err;
	struct http_response response;
	struct http_options broken = options();
	snprintf(path, sizeof(path), "%s/broken.pem", directory);
	assert_true(file_write_atomically(
	    path, 0600, str_from("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"), &err));
	broken.ca_file = path;
	struct http *http = client_with(&broken);
	assert_false(get(http, url_of(FAULT_TLS_GOOD, "/ok"), &response, &err));
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.class_name, "E_CONFIG");
	assert_non_null(strstr(err.message, "/ok: the certificate authorities cannot be read ("));
	http_free(http);
	unlink(path);
}

static void test_urls(void **state)
{
	(void)state;
	static const struct {
		const char *url;
		const char *message;
	} cases[] = {
	    {"http://example.com/x",
	     "cannot fetch from example.com: http is allowed with loopback addresses only"},
	    {"http://128.0.0.1/x",
	     "cannot fetch from 128.0.0.1: http is allowed with loopback addresses only"},
	    {"http://localhost.example/",
	     "cannot fetch from localhost.example: http is allowed with loopback addresses only"},
	    {"http://[::2]/", "cannot fetch from [::2]: http is allowed with loopback addresses only"},
	    {"ftp://example.com/x", "cannot fetch from example.com: ftp is not https"},
	    {"https://me:" CANARY "@example.com/", "cannot fetch: the URL holds a user name or password"},
	    {"/relative", "cannot fetch: not an absolute https URL"},
	    {"file:///etc/passwd", "cannot fetch: not an absolute https URL"},
	    {"https://", "cannot fetch: not an absolute https URL"},
	    {"", "cannot fetch: not an absolute https URL"},
	};
	struct http *http = client();
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct http_response response;
		struct err err;
		assert_false(get(http, cases[i].url, &response, &err));
		assert_error(&err, ERR_CONFIG, "E_CONFIG", cases[i].message);
	}
	assert_int_equal(http_request_count(http), 0);
	http_free(http);
}

static void test_private_addresses(void **state)
{
	(void)state;
	static const char *const urls[] = {
	    "https://10.0.0.1/",	  "https://172.16.0.1/",       "https://192.168.1.1/",
	    "https://169.254.169.254/x",  "https://100.64.0.1/",       "https://0.0.0.0/",
	    "https://224.0.0.1/",	  "https://[fd00::1]/",	       "https://[fe80::1]/",
	    "https://[::ffff:10.0.0.1]/", "https://[64:ff9b::a00:1]/",
	};
	struct http *http = client();
	for (size_t i = 0; i < ARRAY_LENGTH(urls); i++)
		assert_fails(http, urls[i], ERR_NET_FINAL, "E_DNS", "the host has no public address");
	http_free(http);
}

static void test_requests(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	static char big[300 * 1024];
	struct http_request request = {.method = "PUT", .url = "http://127.0.0.1/"};
	assert_false(http_fetch(http, &request, &response, &err));
	assert_error(&err, ERR_BUG, "", "cannot send PUT: only GET and POST");
	request.method = "GET";
	request.body = (struct str){"x", 1};
	assert_false(http_fetch(http, &request, &response, &err));
	assert_error(&err, ERR_BUG, "", "cannot send GET with a body");
	request.method = "POST";
	request.body = (struct str){big, sizeof(big)};
	assert_false(http_fetch(http, &request, &response, &err));
	assert_error(&err, ERR_BUG, "", "cannot send a body of 307200 bytes: the limit is 262144");
	request.body = STR_NONE;
	request.content_type = "a\r\nX: y";
	assert_false(http_fetch(http, &request, &response, &err));
	assert_error(&err, ERR_BUG, "", "cannot send a content type that is no header text");
	request.content_type = NULL;
	request.bearer = "abc\n";
	assert_false(http_fetch(http, &request, &response, &err));
	assert_error(&err, ERR_AUTH, "E_SRC_AUTH", "cannot send the access token: it is no header text");
	assert_string_equal(err.hint, "the token must be one line of printable characters");
	http_free(http);
}

static void test_sent_headers(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	char home[128], netrc[160];
	snprintf(home, sizeof(home), "%s", directory);
	snprintf(netrc, sizeof(netrc), "%s/.netrc", home);
	assert_true(file_write_atomically(netrc, 0600,
					  str_from("machine 127.0.0.1 login netrc-user password x\n"), &err));
	setenv("HOME", home, 1);
	setenv("http_proxy", url_of(FAULT_OTHER, ""), 1);
	setenv("all_proxy", url_of(FAULT_OTHER, ""), 1);
	fault_server_forget(&server);
	struct http_request request = {.method = "POST",
				       .url = url_of(FAULT_PLAIN, "/ok"),
				       .content_type = "application/json",
				       .body = STR("{\"ids\":[]}"),
				       .max_bytes = CAP};
	assert_true(http_fetch(http, &request, &response, &err));
	http_response_done(&response);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unlink(netrc);
	assert_int_equal(server.logs[FAULT_OTHER].n_connections, 0);
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "POST /ok HTTP/1.1\r\n"));
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "User-Agent: tenure-test/1\r\n"));
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "Accept: application/json\r\n"));
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "Accept-Encoding: gzip\r\n"));
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "Content-Type: application/json\r\n"));
	assert_true(fault_server_saw(&server, FAULT_PLAIN, "\r\n\r\n{\"ids\":[]}"));
	assert_false(fault_server_saw(&server, FAULT_PLAIN, "Expect"));
	assert_false(fault_server_saw(&server, FAULT_PLAIN, "Authorization"));
	assert_false(fault_server_saw(&server, FAULT_PLAIN, "Cookie"));
	http_free(http);
}

/* An answer with credentials never touches the disk, and is small. */
static void test_secret_answer(void **state)
{
	(void)state;
	struct http *http = client();
	struct http_response response;
	struct err err;
	char path[64], target[128] = {0};
	struct http_request request = {
	    .method = "POST", .url = url_of(FAULT_PLAIN, "/ok"), .is_secret = true, .max_bytes = CAP};
	assert_true(http_fetch(http, &request, &response, &err));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", response.spool_fd);
	assert_true(readlink(path, target, sizeof(target) - 1) > 0);
	assert_non_null(strstr(target, "memfd:"));
	http_response_done(&response);
	request.url = url_of(FAULT_PLAIN, "/flood/close");
	assert_false(http_fetch(http, &request, &response, &err));
	assert_string_equal(err.class_name, "E_SRC_SIZE");
	assert_non_null(strstr(err.message, "the limit of 1048576 bytes"));
	http_free(http);
}

/* ---- our own side ------------------------------------------------------------------------------------ */

static void test_options(void **state)
{
	(void)state;
	struct http *http = NULL;
	struct err err;
	struct http_options wrong = options();
	wrong.ca_file = "/nonexistent/ca.pem";
	assert_false(http_new(&http, &wrong, &err));
	assert_error(&err, ERR_CONFIG, "E_CONFIG",
		     "cannot read the certificate authorities in /nonexistent/ca.pem");
	wrong.ca_file = "/proc/self/status";
	assert_false(http_new(&http, &wrong, &err));
	assert_error(&err, ERR_CONFIG, "E_CONFIG",
		     "cannot use /proc/self/status: it holds no PEM certificate");
	wrong = options();
	wrong.record_directory = wrong.replay_directory = directory;
	assert_false(http_new(&http, &wrong, &err));
	assert_error(&err, ERR_USAGE, "", "cannot record and replay in one run");
	wrong.record_directory = NULL;
	wrong.replay_directory = "/nonexistent";
	assert_false(http_new(&http, &wrong, &err));
	assert_error(&err, ERR_CONFIG, "E_CONFIG", "cannot replay from /nonexistent: not a folder");
	http_free(NULL);
}

static void test_spool_directory_missing(void **state)
{
	(void)state;
	struct http_response response;
	struct err err;
	struct http_options wrong = options();
	wrong.spool_directory = "/nonexistent";
	struct http *http = client_with(&wrong);
	assert_false(get(http, url_of(FAULT_PLAIN, "/ok"), &response, &err));
	assert_error(&err, ERR_IO, "E_SPOOL",
		     "cannot open a spool file in /nonexistent: No such file or directory");
	assert_int_equal(http_request_count(http), 0);
	http_free(http);
}

/* Runs in a child, whose limits and signals are its own; 0 = as expected. */
static int in_child(int (*body)(void))
{
	int status = -1;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int fetch_onto_full_disk(void)
{
	struct rlimit limit = {.rlim_cur = 65536, .rlim_max = 65536};
	struct http_response response;
	struct err err;
	struct http *http = client();
	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 2;
	bool is_fetched = get(http, url_of(FAULT_PLAIN, "/gzip/good"), &response, &err);
	http_free(http);
	bool is_right = !is_fetched && err.kind == ERR_IO && strcmp(err.class_name, "E_SPOOL") == 0 &&
			strstr(err.message, ": the spool file cannot be written: cannot write") != NULL &&
			strstr(err.message, "File too large") != NULL;
	return is_right ? 0 : 1;
}

static void test_full_disk(void **state)
{
	(void)state;
	assert_int_equal(in_child(fetch_onto_full_disk), 0);
}

/* A signal in the middle of a stalled answer ends the wait at once. */
static int fetch_until_stopped(void)
{
	struct http_response response;
	struct err err;
	struct http *http = client();
	if (!stop_install(&err))
		return 2;
	pid_t self = getpid();
	pid_t killer = fork();
	if (killer == 0) {
		fault_sleep_ms(200);
		kill(self, SIGTERM);
		_exit(0);
	}
	int64_t began_ms = clock_monotonic_ms();
	bool is_fetched = get(http, url_of(FAULT_PLAIN, "/stall_body"), &response, &err);
	bool is_quick = clock_monotonic_ms() - began_ms < 5000;
	bool is_right = !is_fetched && is_quick && err.kind == ERR_CANCELLED &&
			err.signal_number == SIGTERM && strcmp(err.message, "stopped by SIGTERM") == 0;
	/* From now on nothing is begun, and nothing is waited for. */
	is_right = is_right && !get(http, url_of(FAULT_PLAIN, "/ok"), &response, &err) &&
		   err.kind == ERR_CANCELLED && !http_wait(clock_monotonic_ms() + 60000, &err) &&
		   err.kind == ERR_CANCELLED && http_request_count(http) == 1;
	waitpid(killer, NULL, 0);
	http_free(http);
	return is_right ? 0 : 1;
}

static void test_stop(void **state)
{
	(void)state;
	assert_int_equal(in_child(fetch_until_stopped), 0);
}

/* ---- recording --------------------------------------------------------------------------------------- */

static void remove_recordings(const char *path)
{
	DIR *entries = opendir(path);
	assert_non_null(entries);
	for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
		unlinkat(dirfd(entries), entry->d_name, 0);
	closedir(entries);
	assert_int_equal(rmdir(path), 0);
}

static struct http *recorder(const char *record, const char *replay)
{
	struct http_options with = options();
	with.record_directory = record;
	with.replay_directory = replay;
	return client_with(&with);
}

static void assert_no_file_holds(const char *path, const char *text)
{
	DIR *entries = opendir(path);
	struct err err;
	assert_non_null(entries);
	for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		char name[512];
		struct buf bytes;
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		buf_init(&bytes, 1024 * 1024);
		assert_true(file_read(name, &bytes, &err));
		assert_null(memmem(bytes.data, bytes.length, text, strlen(text)));
		buf_done(&bytes);
	}
	closedir(entries);
}

static void test_record_and_replay(void **state)
{
	(void)state;
	char path[128];
	struct http_response first, second;
	struct err err;
	snprintf(path, sizeof(path), "%s/recording", directory);
	struct http *http = recorder(path, NULL);
	assert_false(http_is_replay(http));
	assert_true(get(http, url_of(FAULT_PLAIN, "/gzip/good"), &first, &err));
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_answers(http, url_of(FAULT_PLAIN, "/retry_2"), 429, "");
	assert_answers(http, url_of(FAULT_PLAIN, "/quoted"), 200, "{\"a\":1}");
	assert_false(get(http, url_of(FAULT_PLAIN, "/gzip/cut"), &second, &err)); /* not recorded */
	struct http_request login = {.method = "POST",
				     .url = url_of(FAULT_PLAIN, "/ok"),
				     .body = STR("{\"password\":\"" CANARY "\"}"),
				     .is_secret = true,
				     .max_bytes = CAP};
	assert_true(http_fetch(http, &login, &second, &err));
	http_response_done(&second);
	http_free(http);
	assert_no_file_holds(path, CANARY);

	http = recorder(NULL, path);
	fault_server_forget(&server);
	assert_true(http_is_replay(http));
	assert_true(get(http, url_of(FAULT_PLAIN, "/gzip/good"), &second, &err));
	assert_string_equal(first.sha256, second.sha256);
	assert_int_equal(second.body_bytes, LONG_BYTES);
	assert_int_equal(first.received_at_ms, second.received_at_ms);
	assert_string_equal(second.content_type, "application/json");
	http_response_done(&second);
	http_response_done(&first);
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	assert_true(get(http, url_of(FAULT_PLAIN, "/quoted"), &second, &err));
	assert_string_equal(second.content_type, "application/json; profile=\"a\\b\"");
	http_response_done(&second);
	assert_true(get(http, url_of(FAULT_PLAIN, "/retry_2"), &second, &err));
	assert_int_equal(second.status, 429);
	assert_int_equal(second.retry_after_ms - second.received_at_ms, 2000);
	http_response_done(&second);
	assert_false(get(http, url_of(FAULT_PLAIN, "/ok"), &second, &err)); /* asked for twice only */
	assert_int_equal(err.kind, ERR_NET_FINAL);
	assert_string_equal(err.class_name, "E_SRC_REPLAY");
	assert_false(http_fetch(http, &login, &second, &err));
	assert_error(&err, ERR_NET_FINAL, "E_SRC_REPLAY",
		     "cannot replay a secret exchange: none is ever recorded");
	assert_int_equal(server.logs[FAULT_PLAIN].n_connections, 0);
	assert_int_equal(http_request_count(http), 0);
	http_free(http);
	remove_recordings(path);
}

/* A second recording into the folder goes on after the first; many different requests find their own. */
static void test_record_many(void **state)
{
	(void)state;
	char path[128], url[600];
	snprintf(path, sizeof(path), "%s/recording", directory);
	for (int run = 0; run < 2; run++) {
		struct http *http = recorder(path, NULL);
		for (int i = 0; i < 100; i++) {
			snprintf(url, sizeof(url), "%s?%d", url_of(FAULT_PLAIN, "/nowhere"), i);
			assert_answers(http, url, 404, "");
		}
		http_free(http);
	}
	struct http *http = recorder(NULL, path);
	for (int i = 199; i >= 0; i--) {
		snprintf(url, sizeof(url), "%s?%d", url_of(FAULT_PLAIN, "/nowhere"), i % 100);
		assert_answers(http, url, 404, "");
	}
	http_free(http);
	remove_recordings(path);
}

/* Writes the one recording in the folder anew. */
static void damage(const char *path, const char *bytes)
{
	char name[512];
	struct err err;
	DIR *entries = opendir(path);
	assert_non_null(entries);
	for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		assert_true(file_write_atomically(name, 0600, str_from(bytes), &err));
	}
	closedir(entries);
}

#define META "{\"status\":200,\"retry_after_ms\":0,\"received_at_ms\":1,\"body_bytes\":7,\"body_sha256\":\""

static void test_damaged_recording(void **state)
{
	(void)state;
	static const char good[] = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
	static const struct {
		const char *sha256; /* NULL: the text is the whole file */
		const char *text;
		const char *words;
	} cases[] = {
	    {NULL, "", "its description does not end"},
	    {NULL, "{\"status\":200}\n", "its description is not one"},
	    {NULL, "{\"status\":1000,\n", "its description is not one"},
	    {good, "{\"a\":", "2 bytes are missing"},
	    {good, "{\"a\":1}x", "bytes stand behind its body"},
	    {good, "{\"a\":2}",
	     "cannot replay: a body does not have the digest 015abd7f5cc57a2d recorded with it"},
	};
	char path[128];
	snprintf(path, sizeof(path), "%s/recording", directory);
	struct http *http = recorder(path, NULL);
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	http_free(http);
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		char bytes[512];
		struct http_response response;
		struct err err;
		snprintf(bytes, sizeof(bytes), "%s%s%s%s", cases[i].sha256 == NULL ? "" : META,
			 cases[i].sha256 == NULL ? "" : cases[i].sha256,
			 cases[i].sha256 == NULL ? "" : "\",\"content_type\":\"\"}\n", cases[i].text);
		damage(path, bytes);
		http = recorder(NULL, path);
		assert_false(get(http, url_of(FAULT_PLAIN, "/ok"), &response, &err));
		assert_int_equal(err.kind, ERR_IO);
		assert_true(strlen(err.message) >= strlen(cases[i].words));
		assert_string_equal(err.message + strlen(err.message) - strlen(cases[i].words),
				    cases[i].words);
		http_free(http);
	}
	remove_recordings(path);
}

static void test_replay_keeps_the_limit(void **state)
{
	(void)state;
	char path[128];
	struct http_response response;
	struct err err;
	snprintf(path, sizeof(path), "%s/recording", directory);
	struct http *http = recorder(path, NULL);
	assert_answers(http, url_of(FAULT_PLAIN, "/ok"), 200, "{\"a\":1}");
	http_free(http);
	http = recorder(NULL, path);
	struct http_request request = {.method = "GET", .url = url_of(FAULT_PLAIN, "/ok"), .max_bytes = 6};
	assert_false(http_fetch(http, &request, &response, &err));
	assert_int_equal(err.kind, ERR_PROTOCOL);
	assert_string_equal(err.class_name, "E_SRC_SIZE");
	assert_non_null(strstr(err.message, "the body is larger than the limit of 6 bytes"));
	http_free(http);
	remove_recordings(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_time_limits),
	    cmocka_unit_test(test_stalls_midway),
	    cmocka_unit_test(test_refused_connection),
	    cmocka_unit_test(test_unknown_name),
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_response_fields),
	    cmocka_unit_test(test_gzip),
	    cmocka_unit_test(test_size_limit_is_exact),
	    cmocka_unit_test(test_text_over_cap),
	    cmocka_unit_test(test_retry_after),
	    cmocka_unit_test(test_reuse),
	    cmocka_unit_test(test_split_answer),
	    cmocka_unit_test(test_pace),
	    cmocka_unit_test(test_wait),
	    cmocka_unit_test(test_redirects),
	    cmocka_unit_test(test_tls),
	    cmocka_unit_test(test_tls_reuse_and_gzip),
	    cmocka_unit_test(test_plain_http_on_tls_port),
	    cmocka_unit_test(test_tls_without_ca_file),
	    cmocka_unit_test(test_tls_with_broken_ca_file),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_private_addresses),
	    cmocka_unit_test(test_requests),
	    cmocka_unit_test(test_sent_headers),
	    cmocka_unit_test(test_secret_answer),
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_spool_directory_missing),
	    cmocka_unit_test(test_full_disk),
	    cmocka_unit_test(test_stop),
	    cmocka_unit_test(test_record_and_replay),
	    cmocka_unit_test(test_record_many),
	    cmocka_unit_test(test_damaged_recording),
	    cmocka_unit_test(test_replay_keeps_the_limit),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
