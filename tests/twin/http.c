/* SPDX-License-Identifier: PostgreSQL */
#include "http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "base/date.h"
#include "base/err.h"
#include "base/num.h"
#include "base/stop.h"

#define CONNECTION_MEMORY ((size_t)1024 * 1024)
#define STREAM_BLOCK	  ((size_t)256 * 1024)
#define GZIP_LEAST	  1024
#define IDLE_TIMEOUT_S	  600

/* --- streaming notes, gzip on the way --- */

struct streaming {
	struct server *server;
	struct request *request;
	struct note_list list;
	size_t at;
	unsigned details;
	struct buf json; /* made and not yet sent */
	size_t sent;
	bool is_begun, is_ended; /* the envelope's parts are in json */
	bool is_gzip, is_gzip_done;
	z_stream zip;
};

/* Makes more JSON; false when the envelope is closed and everything sent. */
static bool streaming_fill(struct streaming *streaming)
{
	if (streaming->sent < streaming->json.length)
		return true;
	if (streaming->is_ended)
		return false;
	buf_reset(&streaming->json);
	streaming->sent = 0;
	if (!streaming->is_begun)
		buf_put_text(&streaming->json, "{\"notes\":[");
	while (streaming->at < streaming->list.n && streaming->json.length < STREAM_BLOCK) {
		if (streaming->at > 0)
			buf_put_byte(&streaming->json, ',');
		shape_note(&streaming->server->world, &streaming->list.notes[streaming->at++],
			   streaming->details, &streaming->json);
	}
	streaming->is_begun = true;
	if (streaming->at == streaming->list.n) {
		buf_put_text(&streaming->json, "]}");
		streaming->is_ended = true;
	}
	return true;
}

static ssize_t streaming_read_gzip(struct streaming *streaming, char *bytes, size_t most)
{
	streaming->zip.next_out = (Bytef *)bytes;
	streaming->zip.avail_out = (uInt)most;
	while (streaming->zip.avail_out == most && !streaming->is_gzip_done) {
		bool has_more = streaming_fill(streaming);
		char *from = streaming->json.data + streaming->sent;
		size_t n = has_more ? streaming->json.length - streaming->sent : 0;
		streaming->zip.next_in = (Bytef *)from;
		streaming->zip.avail_in = (uInt)n;
		int status = deflate(&streaming->zip, has_more ? Z_NO_FLUSH : Z_FINISH);
		streaming->sent += n - streaming->zip.avail_in;
		streaming->is_gzip_done = status == Z_STREAM_END;
		if (status == Z_STREAM_ERROR)
			return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	if (streaming->zip.avail_out == most)
		return MHD_CONTENT_READER_END_OF_STREAM;
	return (ssize_t)(most - streaming->zip.avail_out);
}

static ssize_t streaming_read(void *context, uint64_t position, char *bytes, size_t most)
{
	struct streaming *streaming = context;
	(void)position;
	ssize_t n;
	if (streaming->is_gzip) {
		n = streaming_read_gzip(streaming, bytes, most);
	} else {
		if (!streaming_fill(streaming))
			return MHD_CONTENT_READER_END_OF_STREAM;
		size_t left = streaming->json.length - streaming->sent;
		size_t taken = left < most ? left : most;
		memcpy(bytes, streaming->json.data + streaming->sent, taken);
		streaming->sent += taken;
		n = (ssize_t)taken;
	}
	if (n > 0) {
		streaming->request->n_bytes += (uint64_t)n;
		streaming->server->n_bytes += (uint64_t)n;
	}
	return n;
}

static void streaming_free(void *context)
{
	struct streaming *streaming = context;
	note_list_done(&streaming->list);
	buf_done(&streaming->json);
	if (streaming->is_gzip)
		(void)deflateEnd(&streaming->zip);
	free(streaming);
}

static bool zip_open(z_stream *zip, int level)
{
	*zip = (z_stream){0};
	return deflateInit2(zip, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK;
}

static bool wants_gzip(struct request *request)
{
	const char *accepts =
	    MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Accept-Encoding");
	return request->server->options.gzip_level > 0 && accepts != NULL && strstr(accepts, "gzip") != NULL;
}

static enum MHD_Result response_send(struct request *request, struct answer *answer,
				     struct MHD_Response *response, bool is_gzip)
{
	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type", answer->content_type);
	(void)MHD_add_response_header(response, "X-Powered-By", "twin");
	if (is_gzip)
		(void)MHD_add_response_header(response, "Content-Encoding", "gzip");
	if (answer->retry_after[0] != '\0')
		(void)MHD_add_response_header(response, "Retry-After", answer->retry_after);
	if (answer->location[0] != '\0')
		(void)MHD_add_response_header(response, "Location", answer->location);
	enum MHD_Result result = MHD_queue_response(request->connection, (unsigned)answer->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result stream_send(struct request *request, struct answer *answer)
{
	struct streaming *streaming = calloc(1, sizeof(*streaming));
	if (streaming == NULL)
		return MHD_NO;
	*streaming = (struct streaming){.server = request->server,
					.request = request,
					.list = answer->stream,
					.details = answer->details};
	answer->stream = (struct note_list){0};
	buf_init(&streaming->json, HTTP_MAX_ANSWER);
	streaming->is_gzip =
	    wants_gzip(request) && zip_open(&streaming->zip, request->server->options.gzip_level);
	struct MHD_Response *response = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, STREAM_BLOCK, streaming_read, streaming, streaming_free);
	return response_send(request, answer, response, streaming->is_gzip);
}

static bool gzip_whole(struct server *server, const struct buf *plain, struct buf *packed)
{
	z_stream zip;
	if (!zip_open(&zip, server->options.gzip_level))
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
		if (is_done)
			buf_put(packed, bytes, most - zip.avail_out);
		free(bytes);
	}
	(void)deflateEnd(&zip);
	return is_done;
}

static enum MHD_Result body_send(struct request *request, struct answer *answer)
{
	struct buf packed;
	buf_init(&packed, HTTP_MAX_ANSWER);
	bool is_gzip = answer->body.length >= GZIP_LEAST && wants_gzip(request) &&
		       gzip_whole(request->server, &answer->body, &packed);
	const struct buf *body = is_gzip ? &packed : &answer->body;
	request->n_bytes = body->length;
	request->server->n_bytes += body->length;
	char nothing[1] = "";
	struct MHD_Response *response = MHD_create_response_from_buffer(
	    body->length, body->length == 0 ? nothing : body->data, MHD_RESPMEM_MUST_COPY);
	buf_done(&packed);
	return response_send(request, answer, response, is_gzip);
}

/* --- raw jobs --- */

struct raw_job {
	struct raw_job *next;
	struct request *request;
	int fd;
	struct buf bytes;
	size_t sent;
	uint64_t repeated;
	struct raw_plan plan;
	int64_t begun_ms;
	bool is_over;
};

bool raw_begin(struct request *request, const struct raw_plan *plan, struct buf *bytes)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct raw_job *job = calloc(1, sizeof(*job));
	if (info == NULL || job == NULL) {
		free(job);
		return false;
	}
	*job = (struct raw_job){.next = request->server->jobs,
				.request = request,
				.fd = info->connect_fd,
				.bytes = *bytes,
				.plan = *plan,
				.begun_ms = clock_monotonic_ms()};
	*bytes = (struct buf){0};
	request->server->jobs = job;
	MHD_suspend_connection(request->connection);
	return true;
}

/* How many bytes may have gone by now. */
static size_t job_allowance(const struct raw_job *job)
{
	if (job->plan.bytes_a_second == 0)
		return job->bytes.length;
	int64_t gone_ms = clock_monotonic_ms() - job->begun_ms;
	uint64_t allowed = (uint64_t)gone_ms * job->plan.bytes_a_second / 1000 + 1;
	return allowed < job->bytes.length ? (size_t)allowed : job->bytes.length;
}

static void job_end(struct raw_job *job)
{
	if (job->plan.end == RAW_RESET) {
		struct linger linger = {.l_onoff = 1, .l_linger = 0};
		(void)setsockopt(job->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	}
	job->is_over = true;
}

static bool send_some(struct raw_job *job, const char *bytes, size_t n, size_t *ret_sent)
{
	ssize_t done = send(job->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);
	*ret_sent = done > 0 ? (size_t)done : 0;
	if (done > 0) {
		job->request->n_bytes += (uint64_t)done;
		job->request->server->n_bytes += (uint64_t)done;
	}
	return done >= 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* The peer has closed: nothing more to do on a hanging connection. */
static bool is_peer_gone(const struct raw_job *job)
{
	char byte;
	ssize_t n = recv(job->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

static void job_run(struct raw_job *job)
{
	size_t allowed = job_allowance(job);
	size_t n = 0;
	while (job->sent < allowed) {
		if (!send_some(job, job->bytes.data + job->sent, allowed - job->sent, &n)) {
			job_end(job);
			return;
		}
		job->sent += n;
		if (n == 0)
			return;
	}
	if (job->sent < job->bytes.length)
		return;
	switch (job->plan.end) {
	case RAW_CLOSE:
	case RAW_RESET:
		job_end(job);
		return;
	case RAW_HANG:
		if (is_peer_gone(job))
			job_end(job);
		return;
	case RAW_REPEAT:
		break;
	}
	for (int round = 0; round < 256; round++) {
		if (job->plan.repeat_bytes != 0 && job->repeated >= job->plan.repeat_bytes) {
			job_end(job);
			return;
		}
		size_t length = job->bytes.length - job->plan.repeat_from;
		size_t from = (size_t)(job->repeated % length);
		size_t left = length - from;
		if (job->plan.repeat_bytes != 0 && job->plan.repeat_bytes - job->repeated < left)
			left = (size_t)(job->plan.repeat_bytes - job->repeated);
		if (!send_some(job, job->bytes.data + job->plan.repeat_from + from, left, &n)) {
			job_end(job);
			return;
		}
		job->repeated += n;
		if (n < left)
			return;
	}
}

static void jobs_run(struct server *server)
{
	for (struct raw_job *job = server->jobs; job != NULL; job = job->next)
		job_run(job);
	struct raw_job **place = &server->jobs;
	while (*place != NULL) {
		struct raw_job *job = *place;
		if (!job->is_over) {
			place = &job->next;
			continue;
		}
		*place = job->next;
		job->request->is_killed = true;
		MHD_resume_connection(job->request->connection);
		buf_done(&job->bytes);
		free(job);
	}
}

/* --- requests --- */

static void page_note(struct server *server, uint64_t hash)
{
	if (server->n_pages * 2 >= server->page_capacity) {
		size_t capacity = server->page_capacity == 0 ? 1024 : server->page_capacity * 2;
		uint64_t *pages = calloc(capacity, sizeof(*pages));
		if (pages == NULL)
			return;
		for (size_t at = 0; at < server->page_capacity; at++) {
			size_t place = (size_t)server->pages[at] & (capacity - 1);
			while (server->pages[at] != 0 && pages[place] != 0)
				place = (place + 1) & (capacity - 1);
			if (server->pages[at] != 0)
				pages[place] = server->pages[at];
		}
		free(server->pages);
		server->pages = pages;
		server->page_capacity = capacity;
	}
	size_t place = (size_t)hash & (server->page_capacity - 1);
	while (server->pages[place] != 0 && server->pages[place] != hash)
		place = (place + 1) & (server->page_capacity - 1);
	if (server->pages[place] == 0) {
		server->pages[place] = hash;
		server->n_pages++;
	}
}

static uint64_t text_hash(uint64_t hash, struct str text)
{
	for (size_t at = 0; at < text.length; at++)
		hash = (hash ^ (unsigned char)text.data[at]) * UINT64_C(0x100000001b3);
	return hash | 1;
}

static enum MHD_Result query_collect(void *context, enum MHD_ValueKind kind, const char *key,
				     const char *value)
{
	struct buf *query = context;
	(void)kind;
	buf_put_text(query, query->length == 0 ? "?" : "&");
	buf_put_text(query, key);
	buf_put_byte(query, '=');
	if (value != NULL)
		buf_put_text(query, value);
	return MHD_YES;
}

static enum MHD_Result answer_send(struct request *request)
{
	struct answer answer = {0};
	buf_init(&answer.body, HTTP_MAX_ANSWER);
	buf_init(&request->query, CONNECTION_MEMORY * 2);
	MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, query_collect, &request->query);
	api_answer(request, &answer);
	if (strncmp(request->path, "/twin/", 6) != 0 && answer.status == 200) {
		uint64_t hash = text_hash(UINT64_C(0xcbf29ce484222325) + (uint64_t)request->api_version,
					  str_from(request->path));
		page_note(request->server,
			  text_hash(text_hash(hash, buf_str(&request->query)), buf_str(&request->body)));
	}
	request->is_answered = true;
	request->status = answer.status;
	enum MHD_Result result = MHD_YES;
	if (strncmp(request->path, "/twin/", 6) == 0 || !faults_apply(request, &answer)) {
		request->status = answer.status;
		if (answer.body.is_failed)
			answer_error(&answer, 500, "Error", "the answer is too large");
		result = answer.is_stream ? stream_send(request, &answer) : body_send(request, &answer);
	}
	note_list_done(&answer.stream);
	buf_done(&answer.body);
	return result;
}

static enum MHD_Result request_handle(void *context, struct MHD_Connection *connection, const char *url,
				      const char *method, const char *version, const char *upload,
				      size_t *upload_size, void **request_context)
{
	struct server *server = context;
	struct request *request = *request_context;
	(void)version;
	if (!request->is_started) {
		request->is_started = true;
		request->server = server;
		request->connection = connection;
		request->method = method;
		request->path = request->url;
		(void)snprintf(request->url, sizeof(request->url), "%s", url);
		return MHD_YES;
	}
	if (request->is_killed)
		return MHD_NO;
	if (*upload_size > 0) {
		buf_put(&request->body, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	if (request->is_answered)
		return MHD_YES;
	return answer_send(request);
}

static enum MHD_Result request_handle_v1(void *context, struct MHD_Connection *connection, const char *url,
					 const char *method, const char *version, const char *upload,
					 size_t *upload_size, void **request_context)
{
	struct request *request = *request_context;
	request->api_version = 1;
	return request_handle(context, connection, url, method, version, upload, upload_size,
			      request_context);
}

static enum MHD_Result request_handle_v2(void *context, struct MHD_Connection *connection, const char *url,
					 const char *method, const char *version, const char *upload,
					 size_t *upload_size, void **request_context)
{
	struct request *request = *request_context;
	request->api_version = 2;
	return request_handle(context, connection, url, method, version, upload, upload_size,
			      request_context);
}

/* Called with the raw URI before anything else: makes the request. */
static void *request_begin(void *context, const char *uri, struct MHD_Connection *connection)
{
	(void)context;
	(void)uri;
	(void)connection;
	struct request *request = calloc(1, sizeof(*request));
	if (request == NULL)
		return NULL;
	buf_init(&request->body, HTTP_MAX_BODY);
	request->begun_ms = clock_realtime_ms();
	return request;
}

static void request_end(void *context, struct MHD_Connection *connection, void **request_context,
			enum MHD_RequestTerminationCode code)
{
	struct server *server = context;
	struct request *request = *request_context;
	(void)connection;
	if (request == NULL)
		return;
	if (server->log != NULL && request->is_started) {
		(void)fprintf(server->log, "%" PRId64 " %s v%d%s %s %d %" PRIu64 " %" PRIu64 "%s\n",
			      request->begun_ms, request->method, request->api_version, request->path,
			      request->query.length == 0 ? "-" : request->query.data, request->status,
			      request->n_bytes, request->n_ids,
			      code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " broken");
		(void)fflush(server->log);
	}
	buf_done(&request->body);
	buf_done(&request->query);
	free(request);
	*request_context = NULL;
}

/* --- the loop --- */

static bool daemon_start(struct server *server, int version, uint16_t port, struct err *err)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
	struct MHD_Daemon *daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO, port, NULL, NULL,
	    version == 1 ? request_handle_v1 : request_handle_v2, server, MHD_OPTION_SOCK_ADDR,
	    (struct sockaddr *)&address, MHD_OPTION_URI_LOG_CALLBACK, request_begin, server,
	    MHD_OPTION_NOTIFY_COMPLETED, request_end, server, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_TIMEOUT_S,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	if (daemon == NULL)
		return err_set(err, ERR_IO, "cannot listen on 127.0.0.1:%u: %s", port, strerror(errno));
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	server->daemons[version - 1] = daemon;
	server->ports[version - 1] = info == NULL ? port : info->port;
	return true;
}

static int poll_timeout(const struct server *server)
{
	int timeout = 60000;
	for (int at = 0; at < 2; at++) {
		MHD_UNSIGNED_LONG_LONG wait = 0;
		if (MHD_get_timeout(server->daemons[at], &wait) == MHD_YES &&
		    wait < (MHD_UNSIGNED_LONG_LONG)timeout)
			timeout = (int)wait;
	}
	for (const struct raw_job *job = server->jobs; job != NULL; job = job->next) {
		bool is_waiting = job->plan.end == RAW_HANG || job->plan.bytes_a_second != 0;
		int own = is_waiting ? 100 : 1;
		timeout = own < timeout ? own : timeout;
	}
	return timeout;
}

static bool serve_loop(struct server *server, struct err *err)
{
	while (!stop_wanted(NULL)) {
		struct pollfd fds[3] = {{.fd = stop_fd(), .events = POLLIN}};
		for (int at = 0; at < 2; at++) {
			const union MHD_DaemonInfo *info =
			    MHD_get_daemon_info(server->daemons[at], MHD_DAEMON_INFO_EPOLL_FD);
			if (info == NULL)
				return err_set(err, ERR_BUG, "libmicrohttpd has no epoll descriptor");
			fds[at + 1] = (struct pollfd){.fd = info->epoll_fd, .events = POLLIN};
		}
		if (poll(fds, ARRAY_LENGTH(fds), poll_timeout(server)) < 0 && errno != EINTR)
			return err_set(err, ERR_IO, "cannot poll: %s", strerror(errno));
		for (int at = 0; at < 2; at++)
			(void)MHD_run(server->daemons[at]);
		if (server->jobs == NULL)
			continue;
		jobs_run(server);
		/* what was resumed must be looked at now: nothing will make the epoll descriptor readable */
		for (int at = 0; at < 2; at++)
			(void)MHD_run(server->daemons[at]);
	}
	return true;
}

static bool pid_write(const struct server *server, struct err *err)
{
	if (server->options.pid_path == NULL)
		return true;
	FILE *file = fopen(server->options.pid_path, "w");
	if (file == NULL)
		return err_set(err, ERR_IO, "cannot write %s: %s", server->options.pid_path, strerror(errno));
	(void)fprintf(file, "%ld\n", (long)getpid());
	return fclose(file) == 0 || err_set(err, ERR_IO, "cannot write %s", server->options.pid_path);
}

static bool serve(struct server *server, struct err *err)
{
	if (!stop_install(err) || !world_init(&server->world, &server->options.world, err))
		return false;
	if (server->options.log_path != NULL) {
		server->log = fopen(server->options.log_path, "w");
		if (server->log == NULL)
			return err_set(err, ERR_IO, "cannot write %s: %s", server->options.log_path,
				       strerror(errno));
	}
	if (!daemon_start(server, 1, server->options.port_v1, err) ||
	    !daemon_start(server, 2, server->options.port, err) || !pid_write(server, err))
		return false;
	(void)printf("listening on http://127.0.0.1:%u\n", server->ports[1]);
	(void)printf("listening on http://127.0.0.1:%u (v1)\n", server->ports[0]);
	(void)printf("OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:%u\n", server->ports[1]);
	(void)printf("OPENREVIEW_API_BASEURL=http://127.0.0.1:%u\n", server->ports[0]);
	(void)fflush(stdout);
	return serve_loop(server, err);
}

static void server_done(struct server *server)
{
	for (struct raw_job *job = server->jobs; job != NULL; job = job->next)
		job_end(job);
	jobs_run(server);
	for (int at = 0; at < 2; at++) {
		if (server->daemons[at] != NULL)
			MHD_stop_daemon(server->daemons[at]);
	}
	if (server->log != NULL)
		(void)fclose(server->log);
	free(server->pages);
	world_done(&server->world);
}

static void help(void)
{
	(void)printf(
	    "usage: twin serve [options]\n"
	    "Serves the synthetic world as OpenReview's API does, on 127.0.0.1 only: API v2 on one port, v1 "
	    "on another.\n"
	    "Prints \"listening on http://127.0.0.1:PORT\" (v2, then v1) when ready.\n\n"
	    "  --port N, --port-v1 N   ports; 0 (default): any free one\n"
	    "  --seed N, --people N    the world (1, 20000)\n"
	    "  --day 0|1               the first day or the next one (also POST /twin/day {\"day\":1})\n"
	    "  --budget N              requests a route and window; 0 (default): no limit\n"
	    "  --window SECONDS        length of the window (1800)\n"
	    "  --login-budget N        logins a window; 0 (default): no limit\n"
	    "  --no-auth               guests may read\n"
	    "  --credentials USER:PASSWORD   the only ones accepted (default: any)\n"
	    "  --mfa                   logins ask for a second factor\n"
	    "  --totp-secret BASE32    its secret (JBSWY3DPEHPK3PXP)\n"
	    "  --gzip LEVEL            0 to 9; 0: never compress (1)\n"
	    "  --log FILE              a line a request: time ms, method, path, query, status, bytes, ids\n"
	    "  --pid-file FILE         process id, once listening\n"
	    "  --fault NAME[:/ROUTE][:N|:*N|:+N]   a fault, repeatable; N: so often, *N: every N-th, +N: "
	    "after N\n"
	    "                          (also POST /twin/fault {\"faults\":[\"rst_mid:/notes:2\"]} or "
	    "{\"clear\":true})\n"
	    "GET /twin/stats counts requests, budget use, early requests and bytes.\n\nFaults:\n");
	faults_help();
}

static bool number_take(const char *name, const char *value, uint64_t most, uint64_t *number)
{
	if (value != NULL && num_parse_u64(str_from(value), number) && *number <= most)
		return true;
	(void)fprintf(stderr, "twin: %s wants a number up to %" PRIu64 "\n", name, most);
	return false;
}

/* True when the option is good; *used_value when it took the next word. */
static bool option_take(struct server *server, const char *name, const char *value, bool *used_value)
{
	struct serve_options *options = &server->options;
	uint64_t number = 0;
	*used_value = false;
	if (strcmp(name, "--no-auth") == 0) {
		options->has_auth = false;
		return true;
	}
	if (strcmp(name, "--mfa") == 0) {
		options->has_mfa = true;
		return true;
	}
	*used_value = true;
	int shared = options_take(&options->world, name, value);
	if (shared != 0)
		return shared > 0;
	if (value == NULL) {
		(void)fprintf(stderr, "twin: %s wants a value\n", name);
		return false;
	}
	const struct {
		const char *name;
		const char **place;
	} texts[] = {{"--log", &options->log_path},
		     {"--pid-file", &options->pid_path},
		     {"--credentials", &options->credentials},
		     {"--totp-secret", &options->totp_secret}};
	for (size_t at = 0; at < ARRAY_LENGTH(texts); at++) {
		if (strcmp(name, texts[at].name) == 0) {
			*texts[at].place = value;
			return true;
		}
	}
	if (strcmp(name, "--fault") == 0) {
		struct err err = {0};
		if (fault_parse(&server->faults, str_from(value), &err))
			return true;
		(void)fprintf(stderr, "twin: %s\n", err.message);
		return false;
	}
	bool is_known = true;
	if (strcmp(name, "--port") == 0 && number_take(name, value, 65535, &number))
		options->port = (uint16_t)number;
	else if (strcmp(name, "--port-v1") == 0 && number_take(name, value, 65535, &number))
		options->port_v1 = (uint16_t)number;
	else if (strcmp(name, "--budget") == 0 && number_take(name, value, 1000000, &number))
		options->budget = number;
	else if (strcmp(name, "--login-budget") == 0 && number_take(name, value, 1000000, &number))
		options->login_budget = number;
	else if (strcmp(name, "--window") == 0 && number_take(name, value, 1000000, &number))
		options->window_ms = (int64_t)number * 1000;
	else if (strcmp(name, "--gzip") == 0 && number_take(name, value, 9, &number))
		options->gzip_level = (int)number;
	else
		is_known = false;
	if (!is_known)
		(void)fprintf(stderr, "twin: cannot take %s %s (see twin serve --help)\n", name, value);
	return is_known;
}

int serve_main(int argc, char **argv)
{
	struct server server = {.options = {.world = {.seed = 1, .n_people = 20000},
					    .has_auth = true,
					    .window_ms = 1800000,
					    .gzip_level = 1,
					    .totp_secret = "JBSWY3DPEHPK3PXP"}};
	for (int at = 1; at < argc; at++) {
		if (strcmp(argv[at], "--help") == 0) {
			help();
			return 0;
		}
		bool used_value = false;
		if (!option_take(&server, argv[at], at + 1 < argc ? argv[at + 1] : NULL, &used_value))
			return 64;
		at += used_value;
	}
	struct err err = {0};
	bool is_done = serve(&server, &err);
	server_done(&server);
	if (is_done)
		return 0;
	(void)fprintf(stderr, "twin: %s\n", err.message);
	return err_exit_code(&err);
}
