/* SPDX-License-Identifier: PostgreSQL
 *
 * struct str: borrowed bytes with a length, not NUL-terminated. Nothing from outside is NUL-terminated
 * until it is copied (arena_text, buf). A str with data NULL is "absent", with length 0 "empty".
 */
#ifndef TENURE_STR_H
#define TENURE_STR_H

#include "base/base.h"

struct str {
	const char *data;
	size_t length;
};

/* A str of a string literal, usable in static initialisers. */
#define STR(literal)                                                                                         \
	{                                                                                                    \
		(literal), sizeof(literal) - 1                                                               \
	}
#define STR_NONE ((struct str){NULL, 0})

struct str str_from(const char *text); /* NULL gives STR_NONE */
bool str_is_none(struct str text);
bool str_is_blank(struct str text); /* absent, empty or only ASCII white space */
bool str_equal(struct str left, struct str right);
bool str_equal_text(struct str left, const char *right);
bool str_equal_ignoring_case(struct str left, struct str right); /* ASCII only */
bool str_starts_with(struct str text, struct str prefix);
bool str_ends_with(struct str text, struct str suffix);
struct str str_trim(struct str text);				   /* ASCII white space off both ends */
struct str str_slice(struct str text, size_t from, size_t length); /* clipped to the text */

/* Position of needle in text, or text.length when it is not there. */
size_t str_find(struct str text, struct str needle);
size_t str_find_byte(struct str text, char byte);

/* Takes the part before the next separator off *rest. Returns false when nothing is left; an empty text
 * has one empty part, "a;" has two. Start with *rest = text; after the last part rest->data is NULL. */
bool str_next(struct str *rest, char separator, struct str *ret_part);
size_t str_count_parts(struct str text, char separator); /* at least 1 */

#endif
