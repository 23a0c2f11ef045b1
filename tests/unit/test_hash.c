/* SPDX-License-Identifier: PostgreSQL */
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"

static void assert_hex(const unsigned char *digest, size_t length, const char *wanted)
{
	char hex[2 * HASH_SHA256_BYTES + 1];
	for (size_t i = 0; i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", (unsigned int)digest[i]);
	assert_string_equal(hex, wanted);
}

static void computes_sha256(void **state)
{
	(void)state;
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	struct hash *hash = NULL;
	struct err err;
	hash_sha256(str_from("abc"), digest);
	hash_hex(digest, hex);
	assert_string_equal(hex, abc);
	hash_sha256(STR_NONE, digest);
	hash_hex(digest, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_true(hash_new(&hash, &err));
	for (int round = 0; round < 2; round++) { /* finish starts anew */
		hash_add(hash, "a", 1);
		hash_add(hash, NULL, 0);
		hash_add(hash, "bc", 2);
		hash_finish(hash, digest);
		hash_hex(digest, hex);
		assert_string_equal(hex, abc);
	}
	hash_free(hash);
	hash_free(NULL);
}

/* Stored in the database: must never change. */
static void computes_xxh3(void **state)
{
	(void)state;
	unsigned char digest[HASH_ROW_BYTES];
	hash_row(str_from(""), digest);
	assert_hex(digest, sizeof(digest), "99aa06d3014798d86001c324468d497f");
	hash_row(STR_NONE, digest);
	assert_hex(digest, sizeof(digest), "99aa06d3014798d86001c324468d497f");
}

static void computes_hmac_sha1(void **state)
{
	(void)state;
	char key[80];
	unsigned char digest[20];
	memset(key, 0x0B, 20);
	hash_hmac_sha1((struct str){key, 20}, str_from("Hi There"), digest); /* RFC 2202, case 1 */
	assert_hex(digest, sizeof(digest), "b617318655057264e28bc0b6fb378c8ef146be00");
	hash_hmac_sha1(str_from("Jefe"), str_from("what do ya want for nothing?"), digest);
	assert_hex(digest, sizeof(digest), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xAA, 80);
	hash_hmac_sha1((struct str){key, 80},
		       str_from("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
	assert_hex(digest, sizeof(digest), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
	hash_hmac_sha1(STR_NONE, STR_NONE, digest);
	assert_hex(digest, sizeof(digest), "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(computes_sha256),
	    cmocka_unit_test(computes_xxh3),
	    cmocka_unit_test(computes_hmac_sha1),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
