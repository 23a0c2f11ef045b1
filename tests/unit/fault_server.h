/* SPDX-License-Identifier: PostgreSQL
 *
 * A web server with one fault per path, for tests: a child process on loopback that writes raw bytes, so that
 * it can do what no well-kept server does. Each connection gets a process of its own, all of one group.
 *
 *     fault_server_start -> http://127.0.0.1:<port><path> of fault_pages.c -> fault_server_stop
 *
 * What clients send is kept per port in shared memory: a test can ask whether a secret ever arrived there.
 */
#ifndef TENURE_TEST_FAULT_SERVER_H
#define TENURE_TEST_FAULT_SERVER_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/base.h"

enum fault_port {
	FAULT_PLAIN, /* 127.0.0.1 */
	FAULT_OTHER, /* 127.0.0.2: another host, for redirects */
	FAULT_TLS_GOOD,
	FAULT_TLS_SELF_SIGNED,
	FAULT_TLS_WRONG_HOST,
	FAULT_TLS_EXPIRED,
	FAULT_TLS_FUTURE,
	FAULT_TLS_OLD,	  /* at most TLS 1.1 */
	FAULT_TLS_RESET,  /* RST during the handshake */
	FAULT_TLS_SILENT, /* never answers the handshake */
	FAULT_PORT_COUNT
};

#define FAULT_LOG_BYTES ((size_t)512 * 1024)

struct fault_log {
	atomic_uint n_connections;
	atomic_uint n_requests;
	atomic_size_t length;
	char bytes[FAULT_LOG_BYTES]; /* as received; what does not fit is left out */
};

struct fault_server {
	pid_t pid;
	uint16_t ports[FAULT_PORT_COUNT];
	struct fault_log *logs; /* FAULT_PORT_COUNT, shared with the children */
	char ca_file[256];	/* PEM of the authority behind the good, wrong host, expired and old ones */
};

/* Makes certificates in `directory`, listens and forks; false with errno text on stderr. */
MUST_USE bool fault_server_start(struct fault_server *server, const char *directory);
void fault_server_stop(struct fault_server *server);
void fault_server_forget(struct fault_server *server); /* empties the logs */
bool fault_server_saw(const struct fault_server *server, enum fault_port port, const char *text);

/* ---- for fault_pages.c ------------------------------------------------------------------------------- */

struct ssl_st;

struct fault_connection {
	int fd;
	struct ssl_st *ssl; /* NULL: plain */
	const struct fault_server *server;
};

/* False once the peer is gone. */
bool fault_send(struct fault_connection *connection, const void *bytes, size_t length);
bool fault_send_text(struct fault_connection *connection, const char *text);
void fault_sleep_ms(int ms);
void fault_reset(struct fault_connection *connection); /* the close that follows sends RST */
void fault_hang(struct fault_connection *connection);  /* until the peer closes */
/* Answers one request; false: close the connection. path includes the query. */
bool fault_page(struct fault_connection *connection, const char *path);

/* ---- fault_tls.c ------------------------------------------------------------------------------------- */

struct ssl_ctx_st;

/* Contexts of the TLS ports with a certificate (others stay NULL), and the authority's PEM file. */
MUST_USE bool fault_tls_new(struct ssl_ctx_st *contexts[FAULT_PORT_COUNT], const char *ca_file);
void fault_tls_free(struct ssl_ctx_st *contexts[FAULT_PORT_COUNT]);

#endif
