/* SPDX-License-Identifier: PostgreSQL
 *
 * OpenReview, both of its APIs: what its parts share. Facts and their sources: docs/sources/openreview.md.
 *
 *     openreview.c          source and streams
 *     openreview_request.c  partitions -> URLs
 *     openreview_group.c    venue groups and lists of venues
 *     openreview_note.c     submissions, authors in four shapes, reviews
 *     openreview_profile.c  profiles
 *     openreview_auth.c     log-in, token cache, second factor
 *     openreview_totp.c     RFC 6238
 */
#ifndef TENURE_OPENREVIEW_H
#define TENURE_OPENREVIEW_H

#include "source/source.h"

/* Columns of a venue's row in notes, notes_v1 and reviews after the key. */
enum openreview_argument {
	OPENREVIEW_INVITATION,
	OPENREVIEW_REVIEW_NAME,
	OPENREVIEW_RATING_FIELD,
	OPENREVIEW_CONFIDENCE_FIELD,
	OPENREVIEW_VENUE_IDS,
	OPENREVIEW_ARGUMENTS
};

/* Cells from JSON; "" and null become null. */
struct cell openreview_text(struct str text);
struct cell openreview_integer(int64_t value);
/* Text of a member, unwrapped, trimmed, addresses cut to their domain; STR_NONE when it is no text. */
struct str openreview_member(struct arena *arena, const struct json *object, const char *name);
/* The member `name` of content, unwrapped; NULL = missing or null. */
const struct json *openreview_content(const struct json *record, const char *name);

request_hook openreview_request_lists;
request_hook openreview_request_venues;
request_hook openreview_request_notes;
request_hook openreview_request_notes_v1;
request_hook openreview_request_reviews;
request_hook openreview_request_profiles;
request_hook openreview_request_institutions;

record_hook openreview_record_list;
record_hook openreview_record_venue;
record_hook openreview_record_note;
record_hook openreview_record_review;
record_hook openreview_record_profile;
record_hook openreview_record_institution;

/* What an author id is; the id itself only for tilde, dblp and group. */
struct openreview_author_id {
	const char *kind; /* tilde, email, dblp, group, none, other */
	struct str id;
	struct str email_domain;
};
struct openreview_author_id openreview_author_id(struct arena *arena, struct str text);
/* The last step of an invitation: "V/Paper1/-/Official_Review" and "V/-/Paper1/Review" -> what stands last.
 */
struct str openreview_invitation_name(struct str invitation);
/* "8: Top 50%" -> 8; false when no whole number stands in front. */
bool openreview_leading_integer(struct str text, int64_t *ret);
/* The year of an edition: a step of the id that is a year, or begins or ends with one; 0 = none. */
int openreview_year_of_id(struct str venue_id);

/* Expiry of a JSON web token in epoch ms; 0 when it says none. No signature is checked: it is our own. */
int64_t openreview_jwt_expiry_ms(struct str token);
/* Six digits for this moment; false when the secret is no base32. */
bool openreview_totp(struct str base32_secret, int64_t now_ms, char ret_code[7]);

struct auth *openreview_auth_new(void);
bool openreview_authorize(struct auth *auth, struct auth_context *context, bool is_renewal,
			  const char **ret_bearer, struct err *err);
void openreview_auth_free(struct auth *auth);

#endif
