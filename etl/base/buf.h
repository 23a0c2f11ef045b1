/* SPDX-License-Identifier: PostgreSQL
 *
 * struct buf: growing bytes with a cap. Writers fail stickily: after a failed write every other one does
 * nothing, so that one check (buf_check) at the end is enough. data is always NUL-terminated once
 * something was written.
 */
#ifndef TENURE_BUF_H
#define TENURE_BUF_H

#include "base/base.h"
#include "base/str.h"

struct err;

struct buf {
	char *data;
	size_t length;
	size_t capacity;
	size_t cap;	/* most bytes it may ever hold, see base/caps.h */
	bool is_failed; /* out of memory or over the cap */
	bool is_over_cap;
	bool is_borrowed; /* data is the caller's: never grown, never freed */
};

void buf_init(struct buf *buf, size_t cap);
/* Writes into the caller's bytes, for where malloc may not be used; holds size - 1 bytes and the NUL. */
void buf_init_borrowed(struct buf *buf, char *bytes, size_t size);
void buf_done(struct buf *buf);	 /* accepts zeroed */
void buf_reset(struct buf *buf); /* keeps the memory, clears the failure */
void buf_wipe(struct buf *buf);	 /* overwrites what it holds, for secrets, and resets */
void buf_put(struct buf *buf, const void *bytes, size_t length);
void buf_put_str(struct buf *buf, struct str text);
void buf_put_text(struct buf *buf, const char *text);
void buf_put_byte(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_put_u16(struct buf *buf, uint16_t value); /* network byte order, as COPY binary wants */
void buf_put_u32(struct buf *buf, uint32_t value);
void buf_put_u64(struct buf *buf, uint64_t value);
void buf_put_json(struct buf *buf, struct str text); /* quoted and escaped JSON string */
void buf_put_url(struct buf *buf, struct str text);  /* percent-encoded, RFC 3986 unreserved kept */
void buf_remove_front(struct buf *buf, size_t length);
struct str buf_str(const struct buf *buf); /* borrowed; empty, never absent */
/* True when every write succeeded; else NOMEM, or DATA E_DATA_SIZE naming `what` and the cap. */
MUST_USE bool buf_check(const struct buf *buf, const char *what, struct err *err);

#endif
