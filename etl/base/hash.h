/* SPDX-License-Identifier: PostgreSQL
 *
 * SHA-256 (libcrypto) names pages and files; XXH3-128 (libxxhash) tells whether a row changed.
 */
#ifndef TENURE_HASH_H
#define TENURE_HASH_H

#include "base/base.h"
#include "base/str.h"

#define HASH_SHA256_BYTES 32
#define HASH_SHA256_HEX	  65 /* with the NUL */
#define HASH_ROW_BYTES	  16

struct hash; /* running SHA-256 */
struct err;

MUST_USE bool hash_new(struct hash **ret_hash, struct err *err);
void hash_free(struct hash *hash);
void hash_add(struct hash *hash, const void *bytes, size_t length);
void hash_finish(struct hash *hash, unsigned char digest[HASH_SHA256_BYTES]); /* and starts anew */
void hash_sha256(struct str bytes, unsigned char digest[HASH_SHA256_BYTES]);
void hash_hex(const unsigned char digest[HASH_SHA256_BYTES], char hex[HASH_SHA256_HEX]);
void hash_row(struct str bytes, unsigned char digest[HASH_ROW_BYTES]);
/* HMAC-SHA1 for TOTP (RFC 6238). */
void hash_hmac_sha1(struct str key, struct str bytes, unsigned char digest[20]);

#endif
