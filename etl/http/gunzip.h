/* SPDX-License-Identifier: PostgreSQL
 *
 * gzip (RFC 1952) -> bytes while they stream by, stricter than curl's own decoder, which reports success when
 * a stream stops in the middle: each member must reach its end with CRC and length right, and nothing but
 * a further member may follow it.
 */
#ifndef TENURE_HTTP_GUNZIP_H
#define TENURE_HTTP_GUNZIP_H

#include "base/base.h"

struct err;
struct gunzip;

enum gunzip_result {
	GUNZIP_OK,
	GUNZIP_CORRUPT,	 /* bad data, CRC or length */
	GUNZIP_TRAILING, /* bytes behind the last member that are not a member */
	GUNZIP_REFUSED,	 /* the sink said no */
	GUNZIP_NOMEM
};

/* Takes decoded bytes, at most 64 KiB a call; false stops the decoding. */
typedef bool gunzip_sink(void *context, const void *bytes, size_t length);

MUST_USE bool gunzip_new(struct gunzip **ret, struct err *err);
void gunzip_free(struct gunzip *gunzip); /* accepts NULL */
/* Feeds encoded bytes; after anything but GUNZIP_OK the decoder is of no further use. */
MUST_USE enum gunzip_result gunzip_add(struct gunzip *gunzip, const void *bytes, size_t length,
				       gunzip_sink *sink, void *context);
/* True after whole members only: the input may end here. False before the first byte. */
bool gunzip_is_complete(const struct gunzip *gunzip);

#endif
