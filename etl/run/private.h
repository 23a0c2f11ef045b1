/* SPDX-License-Identifier: PostgreSQL
 *
 * E-mail addresses, of which only the domain may be stored, wherever they turn up: sources use the first
 * three for texts, run/scrub.h the last for raw JSON.
 */
#ifndef TENURE_PRIVATE_H
#define TENURE_PRIVATE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

/* "a@b.org", "****@b.org"; not "Acc@0.5", not "https://x.org/@name". */
bool private_has_address(struct str text);
/* The text with every address cut down to "@b.org"; the text itself when it has none; STR_NONE when the arena
 * is exhausted. */
struct str private_without_addresses(struct arena *arena, struct str text);
/* What stands behind the last '@', in lower case, when it can be a domain; else STR_NONE. */
struct str private_address_domain(struct arena *arena, struct str text);

/* Appends the text, every address without its local part: "****@b.org", so that the kind of id can still be
 * told.
 */
void private_put_masked(struct buf *buf, struct str text);

#endif
