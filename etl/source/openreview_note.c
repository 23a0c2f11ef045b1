/* SPDX-License-Identifier: PostgreSQL
 *
 * Submissions and reviews. Author lists come in four shapes:
 *
 *     v1       content.authors ["A B"], content.authorids ["~A_B1"]; a blind note says Anonymous and the
 * authors stand in details.original v2       the same in {value}; both missing while anonymous unified
 * content.authors.value [{"fullname", "username", "institutions": [{name, domain, country}]}] ids      tilde
 * ids, e-mail addresses (domain kept only), "", DBLP URLs, group ids; lengths may differ
 */
#include "source/openreview.h"

enum note_entity { ENTITY_NOTES, ENTITY_AUTHORS, ENTITY_AFFILIATIONS };
enum note_column {
	NOTE_ID,
	NOTE_API_VERSION,
	NOTE_VENUE_ID,
	NOTE_INVITATION,
	NOTE_TITLE = 7,
	NOTE_ABSTRACT,
	NOTE_DECISION = 13
};

/* ---- authors ------------------------------------------------------------------------------------------- */

struct openreview_author_id openreview_author_id(struct arena *arena, struct str text)
{
	static const struct str http = STR("http://");
	static const struct str https = STR("https://");
	struct str id = str_trim(text);
	if (id.length == 0)
		return (struct openreview_author_id){.kind = "none"};
	if (str_starts_with(id, http) || str_starts_with(id, https)) {
		struct str dblp = STR("dblp");
		if (str_find(id, dblp) < id.length && str_find_byte(id, '@') == id.length)
			return (struct openreview_author_id){.kind = "dblp", .id = id};
		return (struct openreview_author_id){.kind = "other"};
	}
	if (str_find_byte(id, '@') < id.length)
		return (struct openreview_author_id){.kind = "email",
						     .email_domain = private_address_domain(arena, id)};
	if (id.data[0] == '~')
		return (struct openreview_author_id){.kind = "tilde", .id = id};
	if (str_find_byte(id, '/') < id.length)
		return (struct openreview_author_id){.kind = "group", .id = id};
	return (struct openreview_author_id){.kind = "other"};
}

struct author_lists {
	const struct json *names; /* array of texts or of objects, or NULL */
	const struct json *ids;	  /* array of texts, or NULL */
};

static const struct json *array_or_null(const struct json *value)
{
	return value != NULL && value->kind == JSON_ARRAY ? value : NULL;
}

static struct author_lists lists_of(const struct json *note)
{
	return (struct author_lists){array_or_null(openreview_content(note, "authors")),
				     array_or_null(openreview_content(note, "authorids"))};
}

static bool is_anonymous(const struct author_lists *lists)
{
	const struct json *name = lists->names == NULL ? NULL : lists->names->first;
	const struct json *id = lists->ids == NULL ? NULL : lists->ids->first;
	struct str anonymous = STR("Anonymous");
	if (name == NULL && id == NULL)
		return true;
	if (name != NULL && str_equal_ignoring_case(str_trim(json_str(name)), anonymous))
		return true;
	struct str text = json_str(id);
	return lists->ids != NULL && lists->ids->n_children == 1 && text.length > 0 && text.data[0] != '~' &&
	       str_find_byte(text, '@') == text.length && str_find_byte(text, '/') < text.length;
}

static bool put_institutions(struct record *record, int64_t position, const struct json *author,
			     struct err *err)
{
	const struct json *list = array_or_null(json_unwrap(json_get(author, "institutions")));
	int64_t place = 0;
	if (list == NULL)
		return true;
	for (const struct json *item = list->first; item != NULL; item = item->next) {
		place++;
		const struct json *institution = json_unwrap(item);
		struct str name = openreview_member(record->arena, institution, "name");
		struct str domain = openreview_member(record->arena, institution, "domain");
		if (institution->kind == JSON_STRING)
			name = str_trim(json_str(institution));
		if (name.length == 0 && domain.length == 0)
			continue;
		struct cell cells[] = {
		    record->cells[NOTE_ID],
		    openreview_integer(position),
		    openreview_integer(place),
		    openreview_text(name),
		    openreview_text(domain),
		    openreview_text(openreview_member(record->arena, institution, "country"))};
		if (!record_put(record, ENTITY_AFFILIATIONS, cells, err))
			return false;
	}
	return true;
}

static struct str name_of_object(struct arena *arena, const struct json *author)
{
	struct str name = openreview_member(arena, author, "fullname");
	return name.length > 0 ? name : openreview_member(arena, author, "name");
}

static struct str id_of_object(const struct json *author)
{
	struct str id = json_str(json_unwrap(json_get(author, "username")));
	return id.length > 0 ? id : json_str(json_unwrap(json_get(author, "id")));
}

static bool put_author(struct record *record, int64_t position, const struct json *author,
		       const struct json *id, struct err *err)
{
	struct arena *arena = record->arena;
	bool is_object = author != NULL && author->kind == JSON_OBJECT;
	struct str id_text = json_str(id);
	struct str name = is_object ? name_of_object(arena, author) : str_trim(json_str(author));
	if (is_object && id_text.length == 0)
		id_text = id_of_object(author);
	if (!is_object && private_has_address(name))
		name = private_without_addresses(arena, name);
	struct openreview_author_id known = openreview_author_id(arena, id_text);
	struct cell cells[] = {record->cells[NOTE_ID],
			       openreview_integer(position),
			       openreview_text(name),
			       openreview_text(known.id),
			       openreview_text(str_from(known.kind)),
			       openreview_text(known.email_domain)};
	if (!record_put(record, ENTITY_AUTHORS, cells, err))
		return false;
	return !is_object || put_institutions(record, position, author, err);
}

/* Both lists go on side by side as far as each exists. */
static bool put_authors(struct record *record, const struct author_lists *lists, struct err *err)
{
	const struct json *author = lists->names == NULL ? NULL : lists->names->first;
	const struct json *id = lists->ids == NULL ? NULL : lists->ids->first;
	for (int64_t position = 1; author != NULL || id != NULL; position++) {
		if (!put_author(record, position, author == NULL ? NULL : json_unwrap(author), id, err))
			return false;
		author = author == NULL ? NULL : author->next;
		id = id == NULL ? NULL : id->next;
	}
	return true;
}

static struct author_lists find_authors(const struct json *note)
{
	struct author_lists lists = lists_of(note);
	const struct json *original = json_path(note, "details.original");
	if (original == NULL || original->kind != JSON_OBJECT || !is_anonymous(&lists))
		return lists;
	struct author_lists real = lists_of(original);
	return real.names != NULL || real.ids != NULL ? real : lists;
}

/* ---- decisions of v1 ----------------------------------------------------------------------------------- */

struct str openreview_invitation_name(struct str invitation)
{
	struct str name = invitation;
	struct str rest = invitation;
	struct str step;
	while (str_next(&rest, '/', &step))
		name = step;
	return name;
}

static bool name_ends_with(struct str name, const char *end)
{
	struct str tail = str_from(end);
	return name.length >= tail.length &&
	       str_equal_ignoring_case(str_slice(name, name.length - tail.length, tail.length), tail);
}

static bool is_deleted(const struct json *note)
{
	return !json_is_null(json_get(note, "ddate"));
}

static int64_t version_of(const struct json *note)
{
	int64_t version_ms = 0;
	struct str text = json_str(json_get(note, "tmdate"));
	if (str_is_none(text) || !num_parse_i64(text, &version_ms))
		return 0;
	return version_ms;
}

/* What a reply decides; a meta review counts only where it names a recommendation or decision. */
static struct str decision_of(const struct json *reply, struct str name)
{
	const struct json *decision = openreview_content(reply, "decision");
	if (decision == NULL)
		decision = openreview_content(reply, "recommendation");
	if (decision == NULL && name_ends_with(name, "decision"))
		decision = openreview_content(reply, "acceptance_decision");
	return str_trim(json_str(decision));
}

static int decision_rank(struct str name)
{
	if (name_ends_with(name, "decision"))
		return 2;
	return name_ends_with(name, "meta_review") ? 1 : 0;
}

/* The decision reply of a submission: a decision rather than a meta review, the latest of them. */
static struct str find_decision(const struct json *note)
{
	const struct json *replies = array_or_null(json_path(note, "details.directReplies"));
	struct str found = STR_NONE;
	int found_rank = 0;
	int64_t found_ms = 0;
	for (const struct json *reply = replies == NULL ? NULL : replies->first; reply != NULL;
	     reply = reply->next) {
		struct str name = openreview_invitation_name(json_str(json_get(reply, "invitation")));
		int rank = decision_rank(name);
		int64_t version_ms = version_of(reply);
		if (rank == 0 || rank < found_rank || is_deleted(reply) ||
		    (rank == found_rank && version_ms <= found_ms && found_ms != 0))
			continue;
		struct str text = decision_of(reply, name);
		if (text.length == 0)
			continue;
		found = text;
		found_rank = rank;
		found_ms = version_ms;
	}
	return found;
}

/* ---- submissions --------------------------------------------------------------------------------------- */

static bool cell_has_text(const struct cell *cell)
{
	return cell->kind == CELL_TEXT && cell->text.length > 0;
}

static bool is_v1_note(const struct json *note)
{
	return json_is_null(json_get(note, "invitations")) && !json_is_null(json_get(note, "invitation"));
}

/* A page was asked of one venue. A file may hold notes of many: those of API 2 say whose they are. */
static struct str venue_of(const struct record *record)
{
	struct str domain = json_str(json_get(record->json, "domain"));
	bool is_file = record->n_arguments == 0;
	return is_file && domain.length > 0 ? domain : str_from(record->partition_key);
}

enum record_outcome openreview_record_note(struct record *record, struct err *err)
{
	struct cell *cells = record->cells;
	const struct json *note = record->json;
	const struct json *invitations = json_get(note, "invitations");
	bool is_v1 = is_v1_note(note);
	cells[NOTE_API_VERSION] = openreview_integer(is_v1 ? 1 : 2);
	cells[NOTE_VENUE_ID] = openreview_text(venue_of(record));
	if (!is_v1 && invitations != NULL && invitations->kind == JSON_ARRAY && invitations->first != NULL)
		cells[NOTE_INVITATION] = openreview_text(json_str(invitations->first));
	if (!cell_has_text(&cells[NOTE_DECISION]))
		cells[NOTE_DECISION] = openreview_text(find_decision(note));
	for (size_t i = NOTE_TITLE; i <= NOTE_ABSTRACT; i++) {
		if (cell_has_text(&cells[i]) && private_has_address(cells[i].text))
			cells[i].text = private_without_addresses(record->arena, cells[i].text);
	}
	struct author_lists lists = find_authors(note);
	return put_authors(record, &lists, err) ? RECORD_KEEP : RECORD_REFUSE;
}

/* ---- reviews ------------------------------------------------------------------------------------------- */

enum review_column {
	REVIEW_ID,
	REVIEW_FORUM,
	REVIEW_KIND,
	REVIEW_RATING,
	REVIEW_CONFIDENCE,
	REVIEW_DECISION
};

bool openreview_leading_integer(struct str text, int64_t *ret)
{
	text = str_trim(text);
	size_t length = text.length > 0 && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
	while (length < text.length && text.data[length] >= '0' && text.data[length] <= '9')
		length++;
	/* 7.5 is no whole number, 7.0 is */
	struct str rest = str_slice(text, length, text.length);
	if (rest.length > 1 && rest.data[0] == '.' && rest.data[1] >= '0' && rest.data[1] <= '9') {
		for (size_t i = 1; i < rest.length && rest.data[i] >= '0' && rest.data[i] <= '9'; i++)
			if (rest.data[i] != '0')
				return false;
	}
	return num_parse_i64(str_slice(text, 0, length), ret);
}

static const char *argument(const struct record *record, size_t index)
{
	return index < record->n_arguments ? record->arguments[index] : NULL;
}

/* Any of the invitations that a note has been through. */
static bool has_invitation(const struct json *note, const char *name, bool is_end)
{
	const struct json *list = json_get(note, "invitations");
	struct str single = json_str(json_get(note, "invitation"));
	const struct json *item = list != NULL && list->kind == JSON_ARRAY ? list->first : NULL;
	for (;;) {
		struct str invitation = item != NULL ? json_str(item) : single;
		struct str last = openreview_invitation_name(invitation);
		if (is_end ? name_ends_with(last, name) : str_equal_ignoring_case(last, str_from(name)))
			return true;
		if (item == NULL)
			return false;
		item = item->next;
	}
}

static bool is_review(const struct record *record)
{
	const char *name = argument(record, OPENREVIEW_REVIEW_NAME);
	if (name != NULL && has_invitation(record->json, name, false))
		return true;
	if (has_invitation(record->json, "meta_review", true))
		return false;
	return has_invitation(record->json, "official_review", true) ||
	       has_invitation(record->json, "review", false);
}

static bool is_decision(const struct record *record)
{
	return has_invitation(record->json, "decision", true) ||
	       has_invitation(record->json, "meta_review", true);
}

static bool put_figure(struct record *record, enum review_column column, const char *declared,
		       const char *const *names, struct err *err)
{
	const struct json *value = declared != NULL ? openreview_content(record->json, declared) : NULL;
	int64_t figure = 0;
	for (size_t i = 0; value == NULL && names[i] != NULL; i++)
		value = openreview_content(record->json, names[i]);
	if (value == NULL || str_is_blank(json_str(value)))
		return true;
	if (openreview_leading_integer(json_str(value), &figure) && figure >= -1000 && figure <= 1000) {
		record->cells[column] = openreview_integer(figure);
		return true;
	}
	return record_reject_row(record, "E_DATA_NUMBER",
				 column == REVIEW_RATING ? "$.content.rating" : "$.content.confidence",
				 "no whole number in front", err);
}

enum record_outcome openreview_record_review(struct record *record, struct err *err)
{
	static const char *const ratings[] = {"rating",
					      "recommendation",
					      "overall_rating",
					      "overall_assessment",
					      "overall_recommendation",
					      "score",
					      NULL};
	static const char *const confidences[] = {"confidence", "reviewer_confidence", NULL};
	struct cell *cells = record->cells;
	if (cells[REVIEW_FORUM].kind == CELL_NULL) {
		err_set_class(err, ERR_DATA, "E_DATA_KEY", "a reply without forum at $.forum");
		return RECORD_REFUSE;
	}
	cells[REVIEW_DECISION] = (struct cell){.kind = CELL_NULL};
	if (is_review(record)) {
		cells[REVIEW_KIND] = openreview_text(str_from("review"));
		bool is_put = put_figure(record, REVIEW_RATING, argument(record, OPENREVIEW_RATING_FIELD),
					 ratings, err) &&
			      put_figure(record, REVIEW_CONFIDENCE,
					 argument(record, OPENREVIEW_CONFIDENCE_FIELD), confidences, err);
		return is_put ? RECORD_KEEP : RECORD_REFUSE;
	}
	if (!is_decision(record))
		return RECORD_SKIP;
	struct str decision = decision_of(record->json, str_from("decision"));
	if (decision.length == 0)
		return RECORD_SKIP;
	cells[REVIEW_KIND] = openreview_text(str_from("decision"));
	cells[REVIEW_DECISION] = openreview_text(decision);
	return RECORD_KEEP;
}
