/* SPDX-License-Identifier: PostgreSQL
 *
 * Numbers from text: the whole text must be the number; range is reported, never wrapped.
 */
#ifndef TENURE_NUM_H
#define TENURE_NUM_H

#include "base/base.h"
#include "base/str.h"

MUST_USE bool num_parse_i64(struct str text, int64_t *ret_value); /* optional sign, decimal digits */
MUST_USE bool num_parse_u64(struct str text, uint64_t *ret_value);
MUST_USE bool num_parse_double(struct str text, double *ret_value); /* finite, locale-independent */
/* "90", "90s", "15m", "6h", "7d": seconds. */
MUST_USE bool num_parse_seconds(struct str text, int64_t *ret_seconds);
/* "64", "64k", "64m", "2g" (powers of 1024). */
MUST_USE bool num_parse_bytes(struct str text, uint64_t *ret_bytes);

#endif
