/* SPDX-License-Identifier: PostgreSQL */
#define _GNU_SOURCE /* MAP_ANONYMOUS, memmem */
#include "fault_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/ssl.h>

#define HEAD_BYTES ((size_t)128 * 1024)

/* ---- sending ----------------------------------------------------------------------------------------- */

bool fault_send(struct fault_connection *connection, const void *bytes, size_t length)
{
	const char *from = bytes;
	while (length > 0) {
		int step = length > 16384 ? 16384 : (int)length;
		ssize_t sent = connection->ssl != NULL ? SSL_write(connection->ssl, from, step)
						       : send(connection->fd, from, length, MSG_NOSIGNAL);
		if (sent < 0 && connection->ssl == NULL && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		from += sent;
		length -= (size_t)sent;
	}
	return true;
}

bool fault_send_text(struct fault_connection *connection, const char *text)
{
	return fault_send(connection, text, strlen(text));
}

void fault_sleep_ms(int ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
	nanosleep(&time, NULL);
}

void fault_reset(struct fault_connection *connection)
{
	struct linger linger = {.l_onoff = 1, .l_linger = 0};
	fault_sleep_ms(20); /* what was sent shall arrive first */
	setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
}

void fault_hang(struct fault_connection *connection)
{
	char byte;
	while (recv(connection->fd, &byte, 1, 0) > 0)
		;
}

/* ---- receiving --------------------------------------------------------------------------------------- */

static void keep(struct fault_log *log, const char *bytes, size_t length)
{
	size_t at = atomic_fetch_add(&log->length, length);
	if (at < FAULT_LOG_BYTES)
		memcpy(log->bytes + at, bytes, length < FAULT_LOG_BYTES - at ? length : FAULT_LOG_BYTES - at);
}

static ssize_t receive(struct fault_connection *connection, char *bytes, size_t size)
{
	if (connection->ssl != NULL)
		return SSL_read(connection->ssl, bytes, size > 65536 ? 65536 : (int)size);
	return recv(connection->fd, bytes, size, 0);
}

static size_t body_length(const char *head)
{
	const char *field = strcasestr(head, "\r\nContent-Length:");
	return field == NULL ? 0 : (size_t)strtoull(field + strlen("\r\nContent-Length:"), NULL, 10);
}

/* Reads head and body of one request into bytes, NUL-terminated; false when the peer is gone. */
static bool read_request(struct fault_connection *connection, struct fault_log *log, char bytes[HEAD_BYTES])
{
	size_t length = 0;
	for (;;) {
		char *end = length == 0 ? NULL : memmem(bytes, length, "\r\n\r\n", 4);
		if (end != NULL && length >= (size_t)(end + 4 - bytes) + body_length(bytes))
			return true;
		if (length + 1 >= HEAD_BYTES)
			return false;
		ssize_t got = receive(connection, bytes + length, HEAD_BYTES - 1 - length);
		if (got <= 0)
			return false;
		if (length == 0 && bytes[0] == 0x16) { /* a TLS handshake on the plain port */
			fault_send_text(connection, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
			return false;
		}
		keep(log, bytes + length, (size_t)got);
		length += (size_t)got;
		bytes[length] = '\0';
	}
}

static void answer_requests(struct fault_connection *connection, struct fault_log *log)
{
	static char bytes[HEAD_BYTES];
	while (read_request(connection, log, bytes)) {
		atomic_fetch_add(&log->n_requests, 1);
		char *path = strchr(bytes, ' ');
		char *end = path == NULL ? NULL : strchr(path + 1, ' ');
		if (end == NULL)
			return;
		*end = '\0';
		if (!fault_page(connection, path + 1))
			return;
	}
}

static void serve(const struct fault_server *server, enum fault_port port, int fd, SSL_CTX *context)
{
	struct fault_log *log = &server->logs[port];
	struct fault_connection connection = {.fd = fd, .server = server};
	atomic_fetch_add(&log->n_connections, 1);
	if (port == FAULT_TLS_RESET) {
		char byte;
		if (recv(fd, &byte, 1, MSG_PEEK) == 1)
			fault_reset(&connection);
	} else if (port == FAULT_TLS_SILENT) {
		fault_hang(&connection);
	} else if (context == NULL) {
		answer_requests(&connection, log);
	} else {
		connection.ssl = SSL_new(context);
		if (SSL_set_fd(connection.ssl, fd) == 1 && SSL_accept(connection.ssl) == 1)
			answer_requests(&connection, log);
		SSL_shutdown(connection.ssl);
	}
	close(fd);
	_exit(0);
}

/* ---- life -------------------------------------------------------------------------------------------- */

static int listen_on(const char *address, uint16_t *ret_port)
{
	struct sockaddr_in name = {.sin_family = AF_INET};
	socklen_t length = sizeof(name);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		return -1;
	if (inet_pton(AF_INET, address, &name.sin_addr) != 1 ||
	    bind(fd, (const struct sockaddr *)&name, sizeof(name)) != 0 || listen(fd, 64) != 0 ||
	    getsockname(fd, (struct sockaddr *)&name, &length) != 0) {
		close(fd);
		return -1;
	}
	*ret_port = ntohs(name.sin_port);
	return fd;
}

static void accept_for_ever(const struct fault_server *server, struct pollfd listeners[FAULT_PORT_COUNT],
			    SSL_CTX *contexts[FAULT_PORT_COUNT])
{
	signal(SIGCHLD, SIG_IGN); /* children reap themselves */
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		if (poll(listeners, FAULT_PORT_COUNT, -1) <= 0)
			continue;
		for (int i = 0; i < FAULT_PORT_COUNT; i++) {
			if ((listeners[i].revents & POLLIN) == 0)
				continue;
			int fd = accept(listeners[i].fd, NULL, NULL);
			if (fd < 0)
				continue;
			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				serve(server, (enum fault_port)i, fd, contexts[i]);
			}
			close(fd);
		}
	}
}

static bool open_listeners(struct fault_server *server, struct pollfd listeners[FAULT_PORT_COUNT])
{
	for (int i = 0; i < FAULT_PORT_COUNT; i++) {
		const char *address = i == FAULT_OTHER ? "127.0.0.2" : "127.0.0.1";
		listeners[i] = (struct pollfd){.fd = listen_on(address, &server->ports[i]), .events = POLLIN};
		if (listeners[i].fd < 0)
			return false;
	}
	return true;
}

bool fault_server_start(struct fault_server *server, const char *directory)
{
	struct pollfd listeners[FAULT_PORT_COUNT];
	SSL_CTX *contexts[FAULT_PORT_COUNT] = {NULL};
	*server = (struct fault_server){.pid = -1};
	snprintf(server->ca_file, sizeof(server->ca_file), "%s/ca.pem", directory);
	server->logs = mmap(NULL, FAULT_PORT_COUNT * sizeof(*server->logs), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (server->logs == MAP_FAILED || !fault_tls_new(contexts, server->ca_file) ||
	    !open_listeners(server, listeners)) {
		perror("fault server");
		return false;
	}
	server->pid = fork();
	if (server->pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		accept_for_ever(server, listeners, contexts);
	}
	if (server->pid > 0)
		setpgid(server->pid, server->pid); /* both do it: whoever comes first */
	for (int i = 0; i < FAULT_PORT_COUNT; i++)
		close(listeners[i].fd);
	fault_tls_free(contexts);
	return server->pid > 0;
}

void fault_server_stop(struct fault_server *server)
{
	if (server->pid > 0) {
		kill(-server->pid, SIGKILL);
		waitpid(server->pid, NULL, 0);
	}
	munmap(server->logs, FAULT_PORT_COUNT * sizeof(*server->logs));
	*server = (struct fault_server){.pid = -1};
}

void fault_server_forget(struct fault_server *server)
{
	for (int i = 0; i < FAULT_PORT_COUNT; i++) {
		atomic_store(&server->logs[i].n_connections, 0);
		atomic_store(&server->logs[i].n_requests, 0);
		atomic_store(&server->logs[i].length, 0);
	}
}

bool fault_server_saw(const struct fault_server *server, enum fault_port port, const char *text)
{
	const struct fault_log *log = &server->logs[port];
	size_t length = atomic_load(&log->length);
	return memmem(log->bytes, length < FAULT_LOG_BYTES ? length : FAULT_LOG_BYTES, text, strlen(text)) !=
	       NULL;
}
