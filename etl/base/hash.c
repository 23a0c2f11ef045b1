/* SPDX-License-Identifier: PostgreSQL
 *
 * The SHA_* calls rather than EVP_*: they allocate nothing and cannot fail, so that a digest needs no error
 * path. OpenSSL 3 marks them deprecated in favour of pluggable providers, which nothing here wants.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"

#include <openssl/sha.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/err.h"

#define HMAC_BLOCK_BYTES 64

_Static_assert(HASH_SHA256_BYTES == SHA256_DIGEST_LENGTH, "digest size");

struct hash {
	SHA256_CTX context;
};

bool hash_new(struct hash **ret_hash, struct err *err)
{
	struct hash *hash = calloc(1, sizeof(*hash));
	if (hash == NULL)
		return err_nomem(err, "a SHA-256 state");
	SHA256_Init(&hash->context);
	*ret_hash = hash;
	return true;
}

void hash_free(struct hash *hash)
{
	free(hash);
}

void hash_add(struct hash *hash, const void *bytes, size_t length)
{
	if (length > 0)
		SHA256_Update(&hash->context, bytes, length);
}

void hash_finish(struct hash *hash, unsigned char digest[HASH_SHA256_BYTES])
{
	SHA256_Final(digest, &hash->context);
	SHA256_Init(&hash->context);
}

void hash_sha256(struct str bytes, unsigned char digest[HASH_SHA256_BYTES])
{
	struct hash hash;
	SHA256_Init(&hash.context);
	hash_add(&hash, bytes.data, bytes.length);
	SHA256_Final(digest, &hash.context);
}

void hash_hex(const unsigned char digest[HASH_SHA256_BYTES], char hex[HASH_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < HASH_SHA256_BYTES; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[2 * HASH_SHA256_BYTES] = '\0';
}

void hash_row(struct str bytes, unsigned char digest[HASH_ROW_BYTES])
{
	XXH128_canonical_t canonical;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data, bytes.length));
	_Static_assert(sizeof(canonical.digest) == HASH_ROW_BYTES, "digest size");
	memcpy(digest, canonical.digest, HASH_ROW_BYTES);
}

/* RFC 2104: one half of the construction, over the key block masked with `mask`. */
static void hmac_half(const unsigned char block[HMAC_BLOCK_BYTES], unsigned char mask, struct str bytes,
		      unsigned char digest[20])
{
	unsigned char masked[HMAC_BLOCK_BYTES];
	for (size_t i = 0; i < HMAC_BLOCK_BYTES; i++)
		masked[i] = block[i] ^ mask;
	SHA_CTX context;
	SHA1_Init(&context);
	SHA1_Update(&context, masked, sizeof(masked));
	if (bytes.length > 0)
		SHA1_Update(&context, bytes.data, bytes.length);
	SHA1_Final(digest, &context);
}

void hash_hmac_sha1(struct str key, struct str bytes, unsigned char digest[20])
{
	unsigned char block[HMAC_BLOCK_BYTES] = {0};
	if (key.length > HMAC_BLOCK_BYTES) {
		SHA_CTX context;
		SHA1_Init(&context);
		SHA1_Update(&context, key.data, key.length);
		SHA1_Final(block, &context);
	} else if (key.length > 0)
		memcpy(block, key.data, key.length);
	unsigned char inner[20];
	hmac_half(block, 0x36, bytes, inner);
	hmac_half(block, 0x5C, (struct str){(const char *)inner, sizeof(inner)}, digest);
}
