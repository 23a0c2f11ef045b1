/* SPDX-License-Identifier: PostgreSQL */
#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"

struct selecting {
	const struct world *world;
	const struct note_query *query;
	struct note_list *list;
	bool is_failed;
};

void note_list_done(struct note_list *list)
{
	free(list->notes);
	*list = (struct note_list){0};
}

const struct venue *venue_find(const struct world *world, struct str id)
{
	for (size_t venue = 0; venue < world->n_venues; venue++) {
		if (str_equal_text(id, world->venues[venue].id))
			return &world->venues[venue];
	}
	return NULL;
}

static bool passes(const struct selecting *selecting, const struct note_ref *note)
{
	const struct note_query *query = selecting->query;
	struct paper_state state;
	paper_state_of(selecting->world, note->paper, &state);
	if (!state.exists || (state.is_deleted && !query->has_trash && query->id.length == 0))
		return false;
	if (note->kind == NOTE_REVIEW && note->sub >= state.n_reviews)
		return false;
	if (note->kind == NOTE_DECISION && state.n_reviews == 0)
		return false;
	if (note->kind == NOTE_ORIGINAL && state.is_anonymous)
		return false;
	if (query->min_changed_ms > 0 && note_changed_ms(selecting->world, note) < query->min_changed_ms)
		return false;
	return query->min_created_ms <= 0 || note_created_ms(selecting->world, note) >= query->min_created_ms;
}

static void take(struct selecting *selecting, uint32_t paper, enum note_kind kind, uint32_t sub)
{
	struct note_list *list = selecting->list;
	struct note_ref note = {.paper = paper, .kind = (uint8_t)kind, .sub = (uint8_t)sub};
	if (selecting->is_failed || !passes(selecting, &note))
		return;
	if (list->n == list->capacity) {
		size_t capacity = list->capacity == 0 ? 256 : list->capacity * 2;
		struct note_ref *notes = realloc(list->notes, capacity * sizeof(*notes));
		if (notes == NULL) {
			selecting->is_failed = true;
			return;
		}
		list->notes = notes;
		list->capacity = capacity;
	}
	list->notes[list->n++] = note;
}

static void take_replies(struct selecting *selecting, uint32_t paper, bool has_reviews, bool has_decisions)
{
	for (uint32_t sub = 0; has_reviews && sub < 4; sub++)
		take(selecting, paper, NOTE_REVIEW, sub);
	if (has_decisions)
		take(selecting, paper, NOTE_DECISION, 0);
}

static bool venue_matches(struct selecting *selecting, const struct venue *venue)
{
	if (venue == NULL || venue->api_version != selecting->query->api_version)
		return false;
	if (venue->form == VENUE_FORBIDDEN)
		selecting->list->is_forbidden = true;
	return venue_is_readable(venue);
}

/* "V/-/Submission", "V/-/Blind_Submission", "V/Submission12/-/Official_Review", "V/-/Paper12/Decision",
 * "V/Paper.*" "/-/Decision" */
static void take_invitation(struct selecting *selecting, struct str invitation)
{
	static const struct str DASH = STR("/-/");
	const struct world *world = selecting->world;
	size_t dash = str_find(invitation, DASH);
	if (dash >= invitation.length)
		return;
	struct str head = str_slice(invitation, 0, dash);
	struct str name = str_slice(invitation, dash + 3, invitation.length);
	const struct venue *venue = venue_find(world, head);
	struct str paper_part = STR_NONE;
	if (venue != NULL) {
		struct buf text;
		buf_init(&text, 256);
		shape_submission_invitation(venue, &text);
		bool is_submission = str_equal(buf_str(&text), invitation);
		buf_done(&text);
		if (is_submission && venue_matches(selecting, venue)) {
			for (uint32_t at = 0; at < venue->n_papers; at++)
				take(selecting, venue->first_paper + at, NOTE_SUBMISSION, 0);
			return;
		}
		if (!venue_matches(selecting, venue) || !str_starts_with(name, str_from("Paper")))
			return;
		size_t slash = str_find_byte(name, '/');
		paper_part = str_slice(name, 0, slash);
		name = str_slice(name, slash + 1, name.length);
	} else {
		size_t slash = head.length;
		while (slash > 0 && head.data[slash - 1] != '/')
			slash--;
		if (slash == 0)
			return;
		venue = venue_find(world, str_slice(head, 0, slash - 1));
		paper_part = str_slice(head, slash, head.length);
		if (!venue_matches(selecting, venue))
			return;
	}
	bool is_review = str_equal_text(name, "Official_Review");
	bool is_decision = str_equal_text(name, "Decision");
	size_t prefix = str_starts_with(paper_part, str_from("Submission")) ? 10 : 5;
	struct str digits = str_slice(paper_part, prefix, paper_part.length);
	uint64_t number = 0;
	bool is_all = str_find_byte(digits, '*') < digits.length;
	if (!is_all && (!num_parse_u64(digits, &number) || number == 0 || number > venue->n_papers))
		return;
	for (uint32_t at = 0; at < venue->n_papers; at++) {
		if (is_all || at + 1 == number)
			take_replies(selecting, venue->first_paper + at, is_review, is_decision);
	}
}

static const char *tail_of(enum paper_status status)
{
	switch (status) {
	case PAPER_ACCEPTED:
		return "";
	case PAPER_REJECTED:
		return "/Rejected_Submission";
	case PAPER_WITHDRAWN:
		return "/Withdrawn_Submission";
	case PAPER_DESK_REJECTED:
		return "/Desk_Rejected_Submission";
	case PAPER_UNDER_REVIEW:
		return "/Submission";
	}
	return "";
}

static void take_venueid(struct selecting *selecting, struct str venueid)
{
	const struct world *world = selecting->world;
	for (size_t at = 0; at < world->n_venues; at++) {
		const struct venue *venue = &world->venues[at];
		struct str id = str_from(venue->id);
		if (!str_starts_with(venueid, id) || (venue->api_version == 1 && venue->year < 2021))
			continue;
		struct str tail = str_slice(venueid, id.length, venueid.length);
		if ((tail.length > 0 && tail.data[0] != '/') || !venue_matches(selecting, venue))
			continue;
		for (uint32_t paper = venue->first_paper; paper < venue->first_paper + venue->n_papers;
		     paper++) {
			struct paper_state state;
			paper_state_of(world, paper, &state);
			if (str_equal_text(tail, tail_of(state.status)))
				take(selecting, paper, NOTE_SUBMISSION, 0);
		}
	}
}

static void take_parent(struct selecting *selecting, struct str parent)
{
	size_t dash = str_find(parent, str_from("/-/"));
	const struct venue *venue = venue_find(selecting->world, str_slice(parent, 0, dash));
	if (dash >= parent.length || !venue_matches(selecting, venue) || venue->api_version != 2)
		return;
	struct str name = str_slice(parent, dash + 3, parent.length);
	for (uint32_t paper = venue->first_paper; paper < venue->first_paper + venue->n_papers; paper++)
		take_replies(selecting, paper, str_equal_text(name, "Official_Review"),
			     str_equal_text(name, "Decision"));
}

static void take_id(struct selecting *selecting, struct str id)
{
	struct note_ref note;
	if (!note_find(selecting->world, id, &note))
		return;
	if (paper_venue(selecting->world, note.paper)->api_version == selecting->query->api_version)
		take(selecting, note.paper, (enum note_kind)note.kind, note.sub);
}

static void take_list(struct selecting *selecting, struct str list,
		      void (*take_one)(struct selecting *, struct str))
{
	struct str part;
	while (list.data != NULL && str_next(&list, ',', &part)) {
		if (part.length > 0)
			take_one(selecting, part);
	}
}

static void take_domain(struct selecting *selecting, const struct venue *venue)
{
	if (!venue_matches(selecting, venue) || venue->api_version != 2)
		return;
	for (uint32_t paper = venue->first_paper; paper < venue->first_paper + venue->n_papers; paper++) {
		take(selecting, paper, NOTE_SUBMISSION, 0);
		take_replies(selecting, paper, true, true);
	}
}

static int key_compare(const void *left, const void *right)
{
	const struct note_ref *a = left;
	const struct note_ref *b = right;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->paper < b->paper ? -1 : a->paper > b->paper;
}

/* The id's order as a number: ids have ten characters of an alphabet in byte order. */
static uint64_t id_key(const struct world *world, const struct note_ref *note)
{
	char id[NOTE_ID_BYTES];
	note_id(world, note, id);
	uint64_t key = 0;
	for (size_t at = 0; at < 10; at++) {
		unsigned char byte = (unsigned char)id[at];
		key = key * 78 + (byte >= '-' ? (uint64_t)byte - '-' : 0u);
	}
	return key;
}

static void list_sort(const struct world *world, const struct note_query *query, struct note_list *list)
{
	size_t colon = str_find_byte(query->sort, ':');
	struct str field = str_slice(query->sort, 0, colon);
	struct str direction = str_slice(query->sort, colon + 1, query->sort.length);
	bool is_id = field.length == 0 || str_equal_text(field, "id");
	bool is_descending = !is_id && !str_equal_text(direction, "asc");
	if (is_id && str_equal_text(direction, "desc"))
		is_descending = true;
	if (query->sort.length == 0 && query->after.length == 0) {
		/* the real order is undefined; ours is one that no client should rely on */
		for (size_t at = 0; at < list->n; at++)
			list->notes[at].key =
			    hash_of(world, 900, list->notes[at].paper, list->notes[at].kind);
		qsort(list->notes, list->n, sizeof(*list->notes), key_compare);
		return;
	}
	for (size_t at = 0; at < list->n; at++) {
		struct note_ref *note = &list->notes[at];
		if (is_id)
			note->key = id_key(world, note);
		else if (str_equal_text(field, "number"))
			note->key = note->paper;
		else if (str_equal_text(field, "tmdate") || str_equal_text(field, "mdate"))
			note->key = (uint64_t)note_changed_ms(world, note);
		else
			note->key = (uint64_t)note_created_ms(world, note);
		if (is_descending)
			note->key = ~note->key;
	}
	if (list->n > 0)
		qsort(list->notes, list->n, sizeof(*list->notes), key_compare);
}

static void list_cut(const struct world *world, const struct note_query *query, struct note_list *list)
{
	list->n_matching = list->n;
	size_t from = 0;
	struct note_ref after;
	if (query->after.length > 0 && note_find(world, query->after, &after)) {
		uint64_t key = id_key(world, &after);
		while (from < list->n && list->notes[from].key <= key)
			from++;
	} else if (query->after.length > 0) {
		from = list->n;
	}
	from += query->offset > list->n ? list->n : (size_t)query->offset;
	if (query->drift < 0 && from > 0)
		from--;
	else if (query->drift > 0)
		from++;
	if (from > list->n)
		from = list->n;
	size_t n = list->n - from;
	if (!query->is_stream && n > query->limit)
		n = (size_t)query->limit;
	if (from > 0 && n > 0)
		memmove(list->notes, list->notes + from, n * sizeof(*list->notes));
	list->n = n;
}

bool notes_select(const struct world *world, const struct note_query *query, struct note_list *ret_list,
		  struct err *err)
{
	struct note_list list = {0};
	struct selecting selecting = {.world = world, .query = query, .list = &list};
	if (query->id.length > 0) {
		take_id(&selecting, query->id);
	} else if (query->ids.length > 0) {
		take_list(&selecting, query->ids, take_id);
	} else if (query->forum.length > 0 || query->replyto.length > 0) {
		struct note_ref note;
		struct str forum = query->forum.length > 0 ? query->forum : query->replyto;
		if (note_find(world, forum, &note) &&
		    paper_venue(world, note.paper)->api_version == query->api_version) {
			if (query->replyto.length == 0)
				take(&selecting, note.paper, NOTE_SUBMISSION, 0);
			take_replies(&selecting, note.paper, true, true);
		}
	} else if (query->invitation.length > 0) {
		take_list(&selecting, query->invitation, take_invitation);
	} else if (query->parent_invitation.length > 0) {
		take_list(&selecting, query->parent_invitation, take_parent);
	} else if (query->venueids.length > 0) {
		take_list(&selecting, query->venueids, take_venueid);
	} else if (query->original.length > 0) {
		struct note_ref note;
		if (note_find(world, query->original, &note) && note.kind == NOTE_ORIGINAL)
			take(&selecting, note.paper, NOTE_SUBMISSION, 0);
	} else if (query->domain.length > 0) {
		take_domain(&selecting, venue_find(world, query->domain));
	} else {
		list.is_unfiltered = true;
	}
	if (selecting.is_failed) {
		note_list_done(&list);
		return err_nomem(err, "list of notes");
	}
	list_sort(world, query, &list);
	list_cut(world, query, &list);
	*ret_list = list;
	return true;
}
