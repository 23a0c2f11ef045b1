/* SPDX-License-Identifier: PostgreSQL */
#include "source/openreview.h"

#include "base/hash.h"

#define STEP_MS	     30000
#define SECRET_BYTES 128
#define MILLION	     1000000

/* RFC 4648 without regard to case, blanks, hyphens and padding. */
static bool decode_base32(struct str text, unsigned char bytes[SECRET_BYTES], size_t *ret_length)
{
	uint32_t bits = 0;
	int n_bits = 0;
	size_t length = 0;
	for (size_t i = 0; i < text.length; i++) {
		char digit = text.data[i];
		uint32_t value;
		if (digit == ' ' || digit == '-' || digit == '=')
			continue;
		if (digit >= 'a' && digit <= 'z')
			value = (uint32_t)(digit - 'a');
		else if (digit >= 'A' && digit <= 'Z')
			value = (uint32_t)(digit - 'A');
		else if (digit >= '2' && digit <= '7')
			value = (uint32_t)(digit - '2') + 26;
		else
			return false;
		bits = (bits << 5 | value) & 0xFFFFF;
		n_bits += 5;
		if (n_bits < 8)
			continue;
		if (length == SECRET_BYTES)
			return false;
		n_bits -= 8;
		bytes[length++] = (unsigned char)(bits >> n_bits);
	}
	*ret_length = length;
	return length > 0;
}

bool openreview_totp(struct str base32_secret, int64_t now_ms, char ret_code[7])
{
	unsigned char secret[SECRET_BYTES];
	unsigned char digest[20];
	char counter[8];
	size_t length = 0;
	if (now_ms < 0 || !decode_base32(base32_secret, secret, &length))
		return false;
	uint64_t n_steps = (uint64_t)(now_ms / STEP_MS);
	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (char)(unsigned char)(n_steps >> (56 - 8 * i));
	hash_hmac_sha1((struct str){(const char *)secret, length}, (struct str){counter, sizeof(counter)},
		       digest);
	size_t at = digest[19] & 0x0F; /* RFC 4226: dynamic truncation */
	uint32_t value = (uint32_t)(digest[at] & 0x7F) << 24 | (uint32_t)digest[at + 1] << 16 |
			 (uint32_t)digest[at + 2] << 8 | digest[at + 3];
	snprintf(ret_code, 7, "%06u", (unsigned int)(value % MILLION));
	memset(secret, 0, sizeof(secret));
	return true;
}
