/* SPDX-License-Identifier: PostgreSQL
 *
 * What must not be stored wherever it turns up: e-mail addresses (their domain may), and members such as
 * gender. Sources use the first three for texts, the reject ledger the last for raw records.
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

/* Appends the raw record without addresses and without the values of private members, so that it still loads
 * as before. False (buf's content is then of no use) when one of them holds more than a text: keep nothing.
 */
bool private_scrub(struct str raw, struct buf *buf);

#endif
