/* SPDX-License-Identifier: PostgreSQL
 *
 * Which notes a GET /notes asks for: parameters in, a sorted list of note references out.
 */
#ifndef TENURE_TWIN_SELECT_H
#define TENURE_TWIN_SELECT_H

#include "twin.h"

#define SELECT_MAX_LIMIT 1000

/* Every text may be absent. */
struct note_query {
	int api_version;
	struct str id, ids; /* ids: comma-separated */
	struct str invitation, parent_invitation, forum, replyto, domain, venueids, original, number;
	struct str sort, after;
	int64_t min_created_ms, min_changed_ms;
	bool has_trash;
	uint64_t offset;
	uint64_t limit;
	bool is_stream;
	int drift; /* the drift fault: -1 one record comes again, 1 one is passed over */
	unsigned details;
};

struct note_list {
	struct note_ref *notes;
	size_t n;
	size_t capacity;
	size_t n_matching;  /* before offset, after and limit */
	bool is_forbidden;  /* the venue may not be read */
	bool is_unfiltered; /* nothing was asked for */
};

void note_list_done(struct note_list *list);
MUST_USE bool notes_select(const struct world *world, const struct note_query *query,
			   struct note_list *ret_list, struct err *err);
const struct venue *venue_find(const struct world *world, struct str id);

#endif
