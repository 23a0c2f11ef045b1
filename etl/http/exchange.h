/* SPDX-License-Identifier: PostgreSQL
 *
 * What arrives in one exchange, as curl's callbacks hand it over: header lines are looked at and counted,
 * body bytes go through gunzip, the cap and SHA-256 into the spool. Nothing is decided here but to stop: the
 * first fault is kept and told later by classify.
 *
 *     header line -> exchange_header        body bytes -> exchange_body -> [gunzip] -> cap -> hash + spool
 */
#ifndef TENURE_HTTP_EXCHANGE_H
#define TENURE_HTTP_EXCHANGE_H

#include "base/base.h"
#include "base/err.h"

struct gunzip;
struct hash;

enum fault {
	FAULT_NONE,
	FAULT_VERSION,		 /* a status line of something else than HTTP/1.x */
	FAULT_HEADER_BYTES,	 /* more than CAP_HEADER_BYTES */
	FAULT_LENGTH_TWICE,	 /* Content-Length twice, even with one value: proxies disagree on it */
	FAULT_LENGTH_BAD,	 /* Content-Length is no number */
	FAULT_LENGTH_AND_CHUNKS, /* Content-Length beside Transfer-Encoding */
	FAULT_TRANSFER_ENCODING, /* other than chunked */
	FAULT_CONTENT_ENCODING,	 /* not what was asked for */
	FAULT_REDIRECT,
	FAULT_HEADER_SHORT, /* the answer ends inside its header; curl calls that complete */
	FAULT_SIZE,
	FAULT_GZIP_CORRUPT,
	FAULT_GZIP_TRAILING,
	FAULT_GZIP_SHORT, /* the body ends before the gzip stream does */
	FAULT_ADDRESS,	  /* not a public address, or not loopback for a loopback URL */
	FAULT_SPOOL,	  /* spool_err says why */
	FAULT_NOMEM,
	FAULT_COUNT
};

struct exchange {
	/* set before */
	uint64_t max_bytes; /* of the decoded body */
	bool is_loopback;   /* the URL's host is: then nothing else may be connected to */
	int spool_fd;	    /* borrowed */
	struct hash *hash;  /* borrowed */

	/* found in the header */
	int status;
	bool is_header_done;
	bool has_length;
	bool is_chunked;
	bool is_gzip;
	uint64_t length;
	char content_type[128];
	char retry_after[64];
	char location[1024];

	size_t header_bytes;
	uint64_t encoded_bytes;
	uint64_t body_bytes;
	struct gunzip *gunzip;	 /* owned: exchange_done */
	bool is_address_refused; /* FAULT_ADDRESS if no other address did */
	enum fault fault;
	struct err spool_err;
};

void exchange_done(struct exchange *exchange); /* accepts zeroed */
/* CURLOPT_HEADERFUNCTION, CURLOPT_WRITEFUNCTION; context is the struct exchange. */
size_t exchange_header(char *bytes, size_t size, size_t count, void *context);
size_t exchange_body(char *bytes, size_t size, size_t count, void *context);
/* Decoded bytes into cap, hash and spool; false with the fault kept. */
bool exchange_store(void *context, const void *bytes, size_t length);
/* After a transfer that curl calls complete: may find FAULT_HEADER_SHORT or FAULT_GZIP_SHORT. */
void exchange_finish(struct exchange *exchange);

#endif
