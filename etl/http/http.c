/* SPDX-License-Identifier: PostgreSQL */
#define _GNU_SOURCE /* memfd_create */
#include "http/http.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "base/stop.h"
#include "http/address.h"
#include "http/classify.h"
#include "http/exchange.h"
#include "http/recording.h"

#define OPEN_SOCKETS	    16
#define IDLE_CONNECTIONS    4L
#define PACED_HOSTS	    8
#define STALL_BYTES_PER_S   64
#define SECRET_BODY_BYTES   UINT64_C(1048576) /* a login's answer: a token and a profile */
#define CA_BYTES	    ((size_t)4 * 1024 * 1024)
#define RETRY_AFTER_MOST_MS (INT64_C(7) * 24 * 3600 * 1000)
#define IDLE_POLL_MS	    1000
#define DEFAULT_CONNECT_MS  INT64_C(30000)
#define DEFAULT_STALL_MS    INT64_C(60000)
#define DEFAULT_PAGE_MS	    INT64_C(1800000)

struct paced_host {
	char origin[ADDRESS_ORIGIN_BYTES];
	int64_t next_ms; /* monotonic */
};

struct http {
	CURLM *multi;
	CURL *easy; /* reset before each request; connections live in the multi handle */
	char *user_agent;
	char *spool_directory;
	struct buf ca; /* system bundle and ca_file; empty: curl's default */
	int64_t connect_timeout_ms;
	int64_t stall_timeout_ms;
	int64_t page_timeout_ms;
	int64_t min_interval_ms;
	struct paced_host hosts[PACED_HOSTS];
	struct recording *record;	     /* or NULL */
	struct recording *replay;	     /* or NULL */
	curl_socket_t sockets[OPEN_SOCKETS]; /* all open connections; CURL_SOCKET_BAD: free slot */
	struct exchange *exchange;	     /* the present one, for open_socket */
	uint64_t n_requests;
	bool is_global; /* curl_global_init done */
};

/* One transfer under way. */
struct transfer {
	struct http *http;
	const struct http_request *request;
	const struct address *address;
	struct exchange *exchange;
	struct curl_slist *headers;
	char detail[CURL_ERROR_SIZE];
	int64_t started_ms;
	int64_t last_byte_ms; /* when progress_bytes last grew */
	int64_t window_ms;    /* begin of the present stall window */
	uint64_t window_bytes;
	uint64_t progress_bytes;
};

/* OpenSSL writes without MSG_NOSIGNAL and curl leaves signals alone (CURLOPT_NOSIGNAL). */
struct pipe_guard {
	struct sigaction saved;
	bool is_set;
};

static void pipe_guard_begin(struct pipe_guard *guard)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigemptyset(&ignore.sa_mask);
	guard->is_set = sigaction(SIGPIPE, &ignore, &guard->saved) == 0;
}

static void pipe_guard_end(struct pipe_guard *guard)
{
	if (guard->is_set)
		sigaction(SIGPIPE, &guard->saved, NULL);
}

/* ---- settings ---------------------------------------------------------------------------------------- */

static bool copy_text(char **ret, const char *text, struct err *err)
{
	*ret = strdup(text);
	return *ret != NULL || err_nomem(err, "the HTTP settings");
}

/* One bundle of the system's authorities and the additional ones: CURLOPT_CAINFO would replace the former. */
static bool load_authorities(struct http *http, const char *ca_file, struct err *err)
{
	buf_init(&http->ca, CA_BYTES);
	if (ca_file == NULL || ca_file[0] == '\0')
		return true;
	const char *system_bundle = NULL;
	if (curl_easy_getinfo(http->easy, CURLINFO_CAINFO, &system_bundle) == CURLE_OK &&
	    system_bundle != NULL && file_exists(system_bundle) && !file_read(system_bundle, &http->ca, err))
		return err_wrap(err, "loading the system's certificate authorities");
	size_t n_system_bytes = http->ca.length;
	buf_put_byte(&http->ca, '\n');
	if (!file_read(ca_file, &http->ca, err)) {
		err_set_class(err, ERR_CONFIG, "E_CONFIG", "cannot read the certificate authorities in %s",
			      ca_file);
		return err_hint(err, "http.ca_file must name a readable PEM file");
	}
	struct str added = str_slice(buf_str(&http->ca), n_system_bytes, http->ca.length);
	if (str_find(added, str_from("-----BEGIN CERTIFICATE-----")) == added.length)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG",
				     "cannot use %s: it holds no PEM certificate", ca_file);
	return true;
}

/* ---- connections ------------------------------------------------------------------------------------- */

static bool pool_open(struct http *http, struct err *err)
{
	http->multi = curl_multi_init();
	if (http->multi == NULL ||
	    curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS) != CURLM_OK)
		return err_nomem(err, "a libcurl handle");
	return true;
}

/* An idle connection says nothing. When one does, it was closed, or holds bytes behind the last answer, which
 * would be taken for the answer to the next request: curl 7.88 does not look. All of them are then given up.
 */
static bool pool_refresh(struct http *http, struct err *err)
{
	struct pollfd sockets[OPEN_SOCKETS];
	for (size_t i = 0; i < OPEN_SOCKETS; i++)
		sockets[i] = (struct pollfd){.fd = http->sockets[i], .events = POLLIN}; /* -1 is ignored */
	if (poll(sockets, OPEN_SOCKETS, 0) == 0)
		return true;
	curl_multi_cleanup(TAKE(http->multi));
	return pool_open(http, err);
}

/* Judged after name resolution: a public name must not lead into the private network, nor localhost out. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct http *http = context;
	bool is_allowed = http->exchange->is_loopback ? address_is_loopback(&address->addr)
						      : address_is_public(&address->addr);
	if (purpose != CURLSOCKTYPE_IPCXN || !is_allowed) {
		http->exchange->is_address_refused = true;
		return CURL_SOCKET_BAD;
	}
	for (size_t i = 0; i < OPEN_SOCKETS; i++) {
		if (http->sockets[i] != CURL_SOCKET_BAD)
			continue;
		http->sockets[i] =
		    socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
		return http->sockets[i];
	}
	return CURL_SOCKET_BAD;
}

static int close_socket(void *context, curl_socket_t fd)
{
	struct http *http = context;
	for (size_t i = 0; i < OPEN_SOCKETS; i++) {
		if (http->sockets[i] == fd)
			http->sockets[i] = CURL_SOCKET_BAD;
	}
	return close(fd);
}

/* ---- life -------------------------------------------------------------------------------------------- */

static int64_t positive_or(int64_t value, int64_t otherwise)
{
	return value > 0 ? value : otherwise;
}

static bool set_up(struct http *http, const struct http_options *options, struct err *err)
{
	if (options->record_directory != NULL && options->replay_directory != NULL)
		return err_set(err, ERR_USAGE, "cannot record and replay in one run");
	if (!copy_text(&http->user_agent, options->user_agent, err) ||
	    !copy_text(&http->spool_directory, options->spool_directory, err))
		return false;
	http->connect_timeout_ms = positive_or(options->connect_timeout_ms, DEFAULT_CONNECT_MS);
	http->stall_timeout_ms = positive_or(options->stall_timeout_ms, DEFAULT_STALL_MS);
	http->page_timeout_ms = positive_or(options->page_timeout_ms, DEFAULT_PAGE_MS);
	http->min_interval_ms = positive_or(options->min_interval_ms, 0);
	if (options->replay_directory != NULL)
		return recording_new(&http->replay, options->replay_directory, true, err);
	if (options->record_directory != NULL &&
	    !recording_new(&http->record, options->record_directory, false, err))
		return false;
	http->is_global = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	if (!http->is_global)
		return err_nomem(err, "libcurl");
	return pool_open(http, err) && load_authorities(http, options->ca_file, err);
}

bool http_new(struct http **ret, const struct http_options *options, struct err *err)
{
	struct http *http = calloc(1, sizeof(*http));
	if (http == NULL)
		return err_nomem(err, "an HTTP client");
	for (size_t i = 0; i < OPEN_SOCKETS; i++)
		http->sockets[i] = CURL_SOCKET_BAD;
	if (!set_up(http, options, err)) {
		http_free(http);
		return false;
	}
	*ret = http;
	return true;
}

void http_free(struct http *http)
{
	if (http == NULL)
		return;
	CLEANUP(pipe_guard_end) struct pipe_guard guard = {0};
	pipe_guard_begin(&guard);
	if (http->easy != NULL)
		curl_easy_cleanup(http->easy);
	if (http->multi != NULL)
		curl_multi_cleanup(http->multi);
	if (http->is_global)
		curl_global_cleanup();
	recording_free(http->record);
	recording_free(http->replay);
	buf_done(&http->ca);
	free(http->user_agent);
	free(http->spool_directory);
	free(http);
}

uint64_t http_request_count(const struct http *http)
{
	return http->n_requests;
}

bool http_is_replay(const struct http *http)
{
	return http->replay != NULL;
}

/* ---- waiting ----------------------------------------------------------------------------------------- */

bool http_wait(int64_t until_monotonic_ms, struct err *err)
{
	for (;;) {
		if (stop_wanted(err))
			return false;
		int64_t left_ms = until_monotonic_ms - clock_monotonic_ms();
		if (left_ms <= 0)
			return true;
		/* A negative descriptor is ignored by poll. */
		struct pollfd stop = {.fd = stop_fd(), .events = POLLIN};
		int wait_ms = left_ms > 60000 ? 60000 : (int)left_ms;
		if (poll(&stop, 1, wait_ms) < 0 && errno != EINTR)
			return err_set(err, ERR_BUG, "cannot wait: %s", strerror(errno));
	}
}

/* The host's slot; the one unused for longest when it has none yet. */
static struct paced_host *pace_slot(struct http *http, const char *origin)
{
	struct paced_host *oldest = &http->hosts[0];
	for (size_t i = 0; i < PACED_HOSTS; i++) {
		if (strcmp(http->hosts[i].origin, origin) == 0)
			return &http->hosts[i];
		if (http->hosts[i].next_ms < oldest->next_ms)
			oldest = &http->hosts[i];
	}
	memset(oldest, 0, sizeof(*oldest));
	snprintf(oldest->origin, sizeof(oldest->origin), "%s", origin);
	return oldest;
}

static bool pace(struct http *http, const char *origin, struct err *err)
{
	struct paced_host *host = pace_slot(http, origin);
	if (!http_wait(host->next_ms, err))
		return false;
	host->next_ms = clock_monotonic_ms() + http->min_interval_ms;
	return true;
}

/* ---- request ----------------------------------------------------------------------------------------- */

static bool is_header_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text >= 0x7f)
			return false;
	}
	return true;
}

static bool request_check(const struct http_request *request, struct err *err)
{
	bool is_post = strcmp(request->method, "POST") == 0;
	if (!is_post && strcmp(request->method, "GET") != 0)
		return err_set(err, ERR_BUG, "cannot send %s: only GET and POST", request->method);
	if (!is_post && request->body.length > 0)
		return err_set(err, ERR_BUG, "cannot send GET with a body");
	if (request->body.length > CAP_REQUEST_BYTES)
		return err_set(err, ERR_BUG, "cannot send a body of %zu bytes: the limit is %zu",
			       request->body.length, CAP_REQUEST_BYTES);
	if (request->content_type != NULL && !is_header_text(request->content_type))
		return err_set(err, ERR_BUG, "cannot send a content type that is no header text");
	if (request->bearer != NULL && (request->bearer[0] == '\0' || !is_header_text(request->bearer))) {
		err_set_class(err, ERR_AUTH, "E_SRC_AUTH",
			      "cannot send the access token: it is no header text");
		return err_hint(err, "the token must be one line of printable characters");
	}
	return true;
}

static void headers_done(struct curl_slist **headers)
{
	for (struct curl_slist *item = *headers; item != NULL; item = item->next)
		explicit_bzero(item->data, strlen(item->data));
	curl_slist_free_all(*headers);
	*headers = NULL;
}

/* prefix is the header's name and what stands before the value; a NULL value leaves the header out. */
static bool header_add(struct transfer *transfer, const char *prefix, const char *value, struct err *err)
{
	struct buf line;
	if (value == NULL)
		return true;
	buf_init(&line, CAP_HEADER_BYTES);
	buf_printf(&line, "%s%s", prefix, value);
	bool is_done = buf_check(&line, "a request header", err);
	if (is_done) {
		struct curl_slist *longer = curl_slist_append(transfer->headers, line.data);
		if (longer != NULL)
			transfer->headers = longer;
		is_done = longer != NULL || err_nomem(err, "a request header");
	}
	if (line.data != NULL)
		explicit_bzero(line.data, line.capacity);
	buf_done(&line);
	return is_done;
}

static bool headers_fill(struct transfer *transfer, struct err *err)
{
	const struct http_request *request = transfer->request;
	return header_add(transfer, "Accept: ", "application/json", err) &&
	       header_add(transfer, "Accept-Encoding: ", "gzip", err) &&
	       header_add(transfer, "Expect:", "", err) && /* empty: no 100-continue round trip */
	       header_add(transfer, "Content-Type: ", request->content_type, err) &&
	       header_add(transfer, "Authorization: Bearer ", request->bearer, err);
}

static const struct {
	CURLoption option;
	long value;
} policy[] = {
    {CURLOPT_FOLLOWLOCATION, 0},
    {CURLOPT_NETRC, CURL_NETRC_IGNORED},
    {CURLOPT_DISALLOW_USERNAME_IN_URL, 1},
    {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2}, /* or later */
    {CURLOPT_SSL_VERIFYPEER, 1},
    {CURLOPT_SSL_VERIFYHOST, 2},
    {CURLOPT_HTTP09_ALLOWED, 0},
    /* One exchange at a time gains nothing from HTTP/2, and its framing hides the faults that exchange.c
     * looks for. */
    {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1},
    {CURLOPT_HTTP_CONTENT_DECODING, 0},
    {CURLOPT_NOSIGNAL, 1},
    {CURLOPT_QUICK_EXIT, 1}, /* a stop does not wait for DNS */
    {CURLOPT_TCP_KEEPALIVE, 1},
    {CURLOPT_BUFFERSIZE, CAP_CHUNK_BYTES},
};

/* The first failure wins; what follows it is not tried. */
#define SET(option, value)                                                                                   \
	do {                                                                                                 \
		if (code == CURLE_OK)                                                                        \
			code = curl_easy_setopt(easy, (option), (value));                                    \
	} while (0)

static CURLcode set_policy(CURL *easy, const struct address *address)
{
	CURLcode code = CURLE_OK;
	for (size_t i = 0; i < ARRAY_LENGTH(policy); i++)
		SET(policy[i].option, policy[i].value);
	SET(CURLOPT_PROTOCOLS_STR, address->is_https ? "https" : "http");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, "https");
	SET(CURLOPT_PROXY, ""); /* nor from the environment */
	return code;
}

static CURLcode set_request(struct transfer *transfer)
{
	CURLcode code = CURLE_OK;
	CURL *easy = transfer->http->easy;
	const struct http_request *request = transfer->request;
	struct buf *ca = &transfer->http->ca;
	struct curl_blob blob = {.data = ca->data, .len = ca->length, .flags = CURL_BLOB_NOCOPY};
	SET(CURLOPT_URL, request->url);
	SET(CURLOPT_HTTPHEADER, transfer->headers);
	SET(CURLOPT_USERAGENT, transfer->http->user_agent);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->http->connect_timeout_ms);
	if (ca->length > 0)
		SET(CURLOPT_CAINFO_BLOB, &blob);
	if (strcmp(request->method, "POST") == 0) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.length);
		SET(CURLOPT_POSTFIELDS, request->body.length > 0 ? request->body.data : "");
	}
	return code;
}

static CURLcode set_callbacks(struct transfer *transfer)
{
	CURLcode code = CURLE_OK;
	CURL *easy = transfer->http->easy;
	SET(CURLOPT_ERRORBUFFER, transfer->detail);
	SET(CURLOPT_HEADERFUNCTION, exchange_header);
	SET(CURLOPT_HEADERDATA, transfer->exchange);
	SET(CURLOPT_WRITEFUNCTION, exchange_body);
	SET(CURLOPT_WRITEDATA, transfer->exchange);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, transfer->http);
	SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket); /* kept with the connection beyond this transfer */
	SET(CURLOPT_CLOSESOCKETDATA, transfer->http);
	return code;
}

#undef SET

static bool set_all(struct transfer *transfer, struct err *err)
{
	CURLcode code = set_policy(transfer->http->easy, transfer->address);
	if (code == CURLE_OK)
		code = set_request(transfer);
	if (code == CURLE_OK)
		code = set_callbacks(transfer);
	if (code == CURLE_OUT_OF_MEMORY)
		return err_nomem(err, "a request");
	return code == CURLE_OK ||
	       err_set(err, ERR_BUG, "cannot set an option of libcurl: %s", curl_easy_strerror(code));
}

/* ---- transfer ---------------------------------------------------------------------------------------- */

static bool has_passed(const struct transfer *transfer, CURLINFO stage)
{
	curl_off_t after_us = 0;
	curl_easy_getinfo(transfer->http->easy, stage, &after_us);
	return after_us > 0;
}

static bool is_sent(const struct transfer *transfer)
{
	return has_passed(transfer, CURLINFO_PRETRANSFER_TIME_T);
}

static bool stalled(const struct transfer *transfer, const char *words, int64_t ms, struct err *err)
{
	return err_set_class(err, ERR_NET_TRANSIENT, "E_SRC_STALL", "%s %s: %s %lld ms",
			     transfer->request->method, transfer->address->label, words, (long long)ms);
}

/* Curl's own low-speed check averages over seconds: with a limit of 2 s it was seen to act after 7.5 s. Here
 * silence ends after exactly the time given, a drip below 64 bytes a second after at most twice that. */
static bool check_progress(struct transfer *transfer, struct err *err)
{
	int64_t now_ms = clock_monotonic_ms();
	int64_t limit_ms = transfer->http->stall_timeout_ms;
	curl_off_t n_uploaded = 0;
	curl_easy_getinfo(transfer->http->easy, CURLINFO_SIZE_UPLOAD_T, &n_uploaded);
	uint64_t n_bytes =
	    transfer->exchange->header_bytes + transfer->exchange->encoded_bytes + (uint64_t)n_uploaded;
	if (now_ms - transfer->started_ms >= transfer->http->page_timeout_ms)
		return stalled(transfer, "the answer was not complete after", transfer->http->page_timeout_ms,
			       err);
	if (n_bytes != transfer->progress_bytes)
		transfer->last_byte_ms = now_ms;
	transfer->progress_bytes = n_bytes;
	if (!is_sent(transfer)) { /* until then the connect time-out rules */
		transfer->last_byte_ms = now_ms;
		transfer->window_ms = now_ms;
	}
	if (now_ms - transfer->last_byte_ms >= limit_ms)
		return stalled(transfer, "nothing arrived for", limit_ms, err);
	if (now_ms - transfer->window_ms < limit_ms)
		return true;
	if ((n_bytes - transfer->window_bytes) * 1000 < (uint64_t)limit_ms * STALL_BYTES_PER_S)
		return stalled(transfer, "less than 64 bytes a second arrived for", limit_ms, err);
	transfer->window_ms = now_ms;
	transfer->window_bytes = n_bytes;
	return true;
}

static int poll_time_ms(const struct transfer *transfer)
{
	int64_t now_ms = clock_monotonic_ms();
	int64_t ends_ms[] = {transfer->started_ms + transfer->http->page_timeout_ms,
			     transfer->last_byte_ms + transfer->http->stall_timeout_ms,
			     transfer->window_ms + transfer->http->stall_timeout_ms, now_ms + IDLE_POLL_MS};
	int64_t least_ms = IDLE_POLL_MS;
	for (size_t i = 0; i < ARRAY_LENGTH(ends_ms); i++) {
		if (ends_ms[i] - now_ms < least_ms)
			least_ms = ends_ms[i] - now_ms;
	}
	return least_ms < 1 ? 1 : (int)least_ms;
}

/* Until curl is done with the handle; false when we ended it. */
static bool drive(struct transfer *transfer, struct err *err)
{
	CURLM *multi = transfer->http->multi;
	for (;;) {
		int n_running = 0;
		if (curl_multi_perform(multi, &n_running) != CURLM_OK)
			return err_set(err, ERR_BUG, "cannot drive libcurl");
		if (n_running == 0)
			return true;
		if (stop_wanted(err) || !check_progress(transfer, err))
			return false;
		struct curl_waitfd stop = {.fd = stop_fd(), .events = CURL_WAIT_POLLIN};
		unsigned n_extra = stop.fd >= 0 ? 1 : 0;
		if (curl_multi_poll(multi, &stop, n_extra, poll_time_ms(transfer), NULL) != CURLM_OK)
			return err_set(err, ERR_BUG, "cannot wait for libcurl");
	}
}

static CURLcode result_code(CURLM *multi)
{
	int n_left = 0;
	for (CURLMsg *message; (message = curl_multi_info_read(multi, &n_left)) != NULL;) {
		if (message->msg == CURLMSG_DONE)
			return message->data.result;
	}
	return CURLE_FAILED_INIT;
}

static bool judge(struct transfer *transfer, CURLcode code, struct err *err)
{
	struct exchange *exchange = transfer->exchange;
	struct failure failure = {.method = transfer->request->method,
				  .label = transfer->address->label,
				  .url = transfer->request->url,
				  .curl_code = (int)code,
				  .curl_detail = transfer->detail,
				  .is_resolved = has_passed(transfer, CURLINFO_NAMELOOKUP_TIME_T),
				  .is_sent = is_sent(transfer),
				  .is_header_done = exchange->is_header_done};
	if (code == CURLE_OK)
		exchange_finish(exchange);
	if (code == CURLE_COULDNT_CONNECT && exchange->is_address_refused)
		exchange->fault = FAULT_ADDRESS;
	if (exchange->fault != FAULT_NONE)
		return classify_fault(exchange, &failure, err);
	return code == CURLE_OK || classify_curl(&failure, err);
}

static void release_handle(struct http *http)
{
	if (http->easy != NULL)
		curl_easy_cleanup(http->easy);
	http->easy = NULL;
}

/* A handle for each exchange, since one whose name resolution failed refuses options even after a reset. The
 * connections stay: they belong to the multi handle. */
static bool renew_handle(struct http *http, struct err *err)
{
	release_handle(http);
	http->easy = curl_easy_init();
	return http->easy != NULL || err_nomem(err, "a libcurl handle");
}

static bool run(struct transfer *transfer, struct err *err)
{
	struct http *http = transfer->http;
	if (!renew_handle(http, err) || !set_all(transfer, err))
		return false;
	transfer->started_ms = clock_monotonic_ms();
	transfer->last_byte_ms = transfer->started_ms;
	transfer->window_ms = transfer->started_ms;
	http->exchange = transfer->exchange;
	if (curl_multi_add_handle(http->multi, http->easy) != CURLM_OK)
		return err_nomem(err, "a transfer");
	http->n_requests++;
	bool is_done = drive(transfer, err);
	if (is_done)
		is_done = judge(transfer, result_code(http->multi), err);
	curl_multi_remove_handle(http->multi, http->easy);
	release_handle(http); /* curl keeps pointers to all of these */
	return is_done;
}

static bool transfer_run(struct http *http, const struct http_request *request, const struct address *address,
			 struct exchange *exchange, struct err *err)
{
	struct transfer transfer = {
	    .http = http, .request = request, .address = address, .exchange = exchange};
	CLEANUP(pipe_guard_end) struct pipe_guard guard = {0};
	pipe_guard_begin(&guard);
	bool is_done = headers_fill(&transfer, err) && pace(http, address->origin, err) &&
		       pool_refresh(http, err) && run(&transfer, err);
	headers_done(&transfer.headers);
	return is_done;
}

/* ---- response ---------------------------------------------------------------------------------------- */

/* Delta seconds or an HTTP-date -> UTC ms; what is neither is no statement (0). */
static int64_t retry_after_ms(const char *text, int64_t now_ms)
{
	struct str value = str_trim(str_from(text));
	int64_t seconds = 0;
	int64_t at_ms = 0;
	if (num_parse_i64(value, &seconds)) {
		int64_t most_s = RETRY_AFTER_MOST_MS / 1000;
		at_ms = now_ms + (seconds > most_s ? most_s : seconds < 0 ? 0 : seconds) * 1000;
	} else if (!date_parse_http(value, &at_ms)) {
		bool is_digits = value.length > 0;
		for (size_t i = 0; i < value.length; i++)
			is_digits = is_digits && value.data[i] >= '0' && value.data[i] <= '9';
		if (!is_digits) /* digits here: more than 64 bits of seconds */
			return 0;
		at_ms = INT64_MAX;
	}
	if (at_ms < now_ms)
		return now_ms;
	return at_ms > now_ms + RETRY_AFTER_MOST_MS ? now_ms + RETRY_AFTER_MOST_MS : at_ms;
}

/* Secret answers stay in memory: even an unlinked file leaves its blocks on the disk. */
static bool secret_open(int *ret_fd, struct err *err)
{
	int fd = memfd_create("tenure-secret", MFD_CLOEXEC);
	if (fd < 0)
		return err_set_class(err, ERR_IO, "E_SPOOL", "cannot open a file in memory: %s",
				     strerror(errno));
	*ret_fd = fd;
	return true;
}

static bool body_open(const struct http *http, const struct http_request *request, int *ret_fd,
		      struct err *err)
{
	int fd = -1;
	if (request->is_secret ? !secret_open(&fd, err) : !file_spool_open(http->spool_directory, &fd, err)) {
		if (err != NULL && err->class_name[0] == '\0')
			snprintf(err->class_name, sizeof(err->class_name), "E_SPOOL");
		return false;
	}
	if (fd == 0) { /* stdin was closed: 0 must stay the mark of a zeroed response */
		int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		file_close(&fd);
		if (moved < 0)
			return err_set_class(err, ERR_IO, "E_SPOOL", "cannot move a descriptor: %s",
					     strerror(errno));
		fd = moved;
	}
	*ret_fd = fd;
	return true;
}

static uint64_t body_cap(const struct http_request *request)
{
	uint64_t cap = request->max_bytes > 0 ? request->max_bytes : CAP_PAGE_BYTES;
	return request->is_secret && cap > SECRET_BODY_BYTES ? SECRET_BODY_BYTES : cap;
}

static bool obtain(struct http *http, const struct http_request *request, struct exchange *exchange,
		   struct http_response *response, struct err *err)
{
	struct address address;
	if (http->replay != NULL)
		return recording_replay(http->replay, request, exchange, response, err);
	if (!address_parse(request->url, &address, err))
		return false;
	exchange->is_loopback = address.is_loopback;
	if (!transfer_run(http, request, &address, exchange, err))
		return false;
	response->status = exchange->status;
	snprintf(response->content_type, sizeof(response->content_type), "%s", exchange->content_type);
	response->received_at_ms = clock_realtime_ms();
	response->retry_after_ms = retry_after_ms(exchange->retry_after, response->received_at_ms);
	return true;
}

/* Size, digest, position. A replayed response comes with the digest that was recorded. */
static bool seal(const struct exchange *exchange, struct http_response *response, struct err *err)
{
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	hash_finish(exchange->hash, digest);
	hash_hex(digest, hex);
	if (response->sha256[0] != '\0' && strcmp(response->sha256, hex) != 0)
		return err_set(err, ERR_IO,
			       "cannot replay: a body does not have the digest %.16s recorded with it",
			       response->sha256);
	memcpy(response->sha256, hex, sizeof(hex));
	response->body_bytes = exchange->body_bytes;
	if (lseek(response->spool_fd, 0, SEEK_SET) != 0)
		return err_set_class(err, ERR_IO, "E_SPOOL", "cannot rewind the spool file: %s",
				     strerror(errno));
	return true;
}

static void free_hash(struct hash **hash)
{
	hash_free(*hash);
}

bool http_fetch(struct http *http, const struct http_request *request, struct http_response *ret,
		struct err *err)
{
	CLEANUP(http_response_done) struct http_response response = {.spool_fd = -1};
	CLEANUP(exchange_done) struct exchange exchange = {.max_bytes = body_cap(request)};
	CLEANUP(free_hash) struct hash *hash = NULL;
	if (stop_wanted(err) || !request_check(request, err))
		return false;
	if (!hash_new(&hash, err) || !body_open(http, request, &response.spool_fd, err))
		return false;
	exchange.spool_fd = response.spool_fd;
	exchange.hash = hash;
	if (!obtain(http, request, &exchange, &response, err) || !seal(&exchange, &response, err))
		return false;
	if (http->record != NULL && !request->is_secret &&
	    !recording_write(http->record, request, &response, err))
		return false;
	*ret = response;
	response.spool_fd = -1;
	return true;
}

void http_response_done(struct http_response *response)
{
	/* 0 is a zeroed response: body_open never gives it. */
	if (response->spool_fd > 0)
		file_close(&response->spool_fd);
	response->spool_fd = -1;
}

bool http_response_text(const struct http_response *response, struct buf *buf, struct err *err)
{
	char bytes[16 * 1024];
	off_t offset = 0;
	bool is_read = response->spool_fd <= 0;
	while (!is_read && !buf->is_failed) {
		ssize_t length = pread(response->spool_fd, bytes, sizeof(bytes), offset);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return err_set_class(err, ERR_IO, "E_SPOOL", "cannot read the spool file: %s",
					     strerror(errno));
		is_read = length == 0;
		offset += length;
		buf_put(buf, bytes, (size_t)length);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return buf_check(buf, "a response body", err);
}
