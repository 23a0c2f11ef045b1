/* SPDX-License-Identifier: PostgreSQL
 *
 * Strict UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). yajl's own check lets
 * C0 80, ED A0 80 and F4 90 pass, PostgreSQL does not.
 */
#ifndef TENURE_UTF8_H
#define TENURE_UTF8_H

#include "base/base.h"
#include "base/str.h"

bool utf8_is_valid(struct str text);
size_t utf8_count(struct str text); /* code points of a valid text */

#endif
