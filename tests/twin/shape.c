/* SPDX-License-Identifier: PostgreSQL
 *
 * Notes, profiles and groups as JSON, in the shapes of API v1 (bare content, explicit nulls) and v2 (content
 * in {value}).
 */
#include "twin.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"

enum { TAG_TEXT = 112, TAG_REVIEW = 113, TAG_LINK = 114, TAG_STRANGER = 115, TAG_EXPERTISE = 116 };

#define PUT(json, literal) buf_put((json), (literal), sizeof(literal) - 1)
#define ID_BITS		   59
#define ID_MASK		   ((UINT64_C(1) << ID_BITS) - 1)
#define ID_MULTIPLIER	   UINT64_C(0x5851f42d4c957f2d)
#define ID_INVERSE	   UINT64_C(0xc097ef87329e28a5)
#define ID_CHECK_BITS	   16
#define ID_PAYLOAD_BITS	   (ID_BITS - ID_CHECK_BITS)

static const char ALPHABET_V2[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
static const char ALPHABET_V1[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

static const char *const SENTENCES[] = {
    "We study how the structure of a synthetic corpus shapes what a model can learn from it. ",
    "Existing approaches rely on assumptions that rarely hold once the data come from several sources. ",
    "In this work we propose a simple procedure that removes this dependence without further supervision. ",
    "The method combines a sparse routing objective with a calibrated estimate of its own uncertainty. ",
    "A careful ablation shows that most of the gain comes from the order in which examples are presented. ",
    "On five benchmarks the proposed estimator improves over strong baselines at a quarter of the cost. ",
    "We prove that the bias of the estimator vanishes at the usual rate under mild regularity conditions. ",
    "Surprisingly, the effect persists when the number of parameters is reduced by two orders of magnitude. ",
    "Our analysis explains why earlier results could not be reproduced with a larger batch size. ",
    "We release code, invented data and the full set of configurations so that every figure can be rebuilt. ",
    "The resulting representation transfers to unseen tasks with as few as sixteen labelled examples. ",
    "Compared with distillation the approach needs no teacher and leaves the original weights untouched. ",
    "We further discuss limits: long contexts, rare languages and adversarial inputs remain open problems. ",
    "A human evaluation with forty raters confirms the trend observed in the automatic metrics. ",
    "Finally, we connect the procedure to classical results on kernel smoothing and optimal transport. ",
    "The same idea applies to graphs, point clouds and time series with only minor changes to the encoder. ",
};
static const char *const TITLE_HEADS[] = {
    "Learning",	     "Rethinking",	 "Scaling",   "Towards",  "On the Limits of",
    "Understanding", "A Closer Look at", "Efficient", "Provable", "Calibrated"};
static const char *const TITLE_MIDDLES[] = {"Sparse",		"Multimodal",	       "Causal",
					    "Robust",		"Federated",	       "Compositional",
					    "Self-Supervised",	"Equivariant",	       "Long-Context",
					    "Preference-Based", "Retrieval-Augmented", "Continual"};
static const char *const TITLE_TAILS[] = {"Transformers",	 "Diffusion Models", "Graph Networks",
					  "Reward Models",	 "Language Agents",  "Representations",
					  "Policy Optimisation", "Recommenders",     "Speech Encoders",
					  "Neural Operators",	 "Benchmarks",	     "World Models"};
static const char *const KEYWORDS[] = {"large language models",
				       "computer vision",
				       "reinforcement learning",
				       "graph learning",
				       "speech recognition",
				       "recommendation",
				       "optimization",
				       "robotics",
				       "multimodal learning",
				       "diffusion models",
				       "AI for science",
				       "safety",
				       "systems",
				       "theory"};
static const char *const AREAS[] = {"foundation or frontier models, including LLMs",
				    "applications to computer vision",
				    "reinforcement learning",
				    "learning on graphs and other geometries",
				    "optimization",
				    "generative models",
				    "applications to robotics, autonomy, planning",
				    "alignment, fairness, safety, privacy"};

static uint64_t check_of(const struct world *world, uint64_t payload)
{
	return hash_of(world, TAG_TEXT, payload, 3) & ((1 << ID_CHECK_BITS) - 1);
}

static uint64_t id_value(const struct world *world, const struct note_ref *note)
{
	uint64_t payload = (uint64_t)note->paper << 8 | (uint64_t)note->kind << 5 | note->sub;
	uint64_t value = (payload << ID_CHECK_BITS | check_of(world, payload)) & ID_MASK;
	value = value * ID_MULTIPLIER & ID_MASK;
	value ^= value >> 30;
	return value * ID_MULTIPLIER & ID_MASK;
}

void note_id(const struct world *world, const struct note_ref *note, char id[NOTE_ID_BYTES])
{
	bool is_v2 = paper_venue(world, note->paper)->api_version == 2;
	const char *alphabet = is_v2 ? ALPHABET_V2 : ALPHABET_V1;
	uint64_t base = is_v2 ? 62 : 64;
	uint64_t value = id_value(world, note);
	for (int at = 9; at >= 0; at--) {
		id[at] = alphabet[value % base];
		value /= base;
	}
	id[10] = '\0';
}

bool note_find(const struct world *world, struct str id, struct note_ref *ret_note)
{
	if (id.length != 10)
		return false;
	for (int version = 1; version <= 2; version++) {
		const char *alphabet = version == 2 ? ALPHABET_V2 : ALPHABET_V1;
		uint64_t base = version == 2 ? 62 : 64;
		uint64_t value = 0;
		bool is_good = true;
		for (size_t at = 0; at < 10 && is_good; at++) {
			const char *place = id.data[at] == '\0' ? NULL : strchr(alphabet, id.data[at]);
			is_good = place != NULL;
			if (is_good)
				value = value * base + (uint64_t)(place - alphabet);
		}
		if (!is_good || value > ID_MASK)
			continue;
		value = value * ID_INVERSE & ID_MASK;
		value ^= value >> 30;
		value = value * ID_INVERSE & ID_MASK;
		uint64_t payload = value >> ID_CHECK_BITS;
		if ((value & ((1 << ID_CHECK_BITS) - 1)) != check_of(world, payload) ||
		    payload >> 8 >= world->n_papers)
			continue;
		struct note_ref note = {.paper = (uint32_t)(payload >> 8),
					.kind = (uint8_t)(payload >> 5 & 7),
					.sub = (uint8_t)(payload & 31)};
		if (paper_venue(world, note.paper)->api_version != version)
			continue;
		*ret_note = note;
		return true;
	}
	return false;
}

int64_t note_created_ms(const struct world *world, const struct note_ref *note)
{
	struct paper_state state;
	paper_state_of(world, note->paper, &state);
	switch ((enum note_kind)note->kind) {
	case NOTE_SUBMISSION:
	case NOTE_ORIGINAL:
		return state.created_ms;
	case NOTE_REVIEW:
		return state.created_ms + (20 + note->sub) * TWIN_DAY_MS;
	case NOTE_DECISION:
		return state.decided_ms;
	}
	return 0;
}

int64_t note_changed_ms(const struct world *world, const struct note_ref *note)
{
	struct paper_state state;
	paper_state_of(world, note->paper, &state);
	bool is_reply = note->kind == NOTE_REVIEW || note->kind == NOTE_DECISION;
	bool is_redecided = note->kind == NOTE_DECISION && state.status != state.first_status;
	return is_reply && !is_redecided ? note_created_ms(world, note) : state.changed_ms;
}

static void put_int(struct buf *json, const char *key, int64_t value)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "\"%s\":%" PRId64 ",", key, value);
	buf_put(json, text, (size_t)n);
}

static void put_title(const struct world *world, uint32_t paper, struct buf *json)
{
	uint64_t hash = hash_of(world, TAG_TEXT, paper, 0);
	buf_put_text(json, TITLE_HEADS[below_of(hash, ARRAY_LENGTH(TITLE_HEADS))]);
	PUT(json, " ");
	buf_put_text(json, TITLE_MIDDLES[below_of(hash << 8, ARRAY_LENGTH(TITLE_MIDDLES))]);
	PUT(json, " ");
	buf_put_text(json, TITLE_TAILS[below_of(hash << 16, ARRAY_LENGTH(TITLE_TAILS))]);
	buf_printf(json, " %u", paper % 9973);
}

static void put_abstract(const struct world *world, uint32_t paper, struct buf *json)
{
	uint64_t hash = hash_of(world, TAG_TEXT, paper, 1);
	uint32_t n = 9 + below_of(hash, 7);
	for (uint32_t at = 0; at < n; at++) {
		const char *sentence = SENTENCES[(hash >> (at * 4)) & 15];
		buf_put_text(json, sentence);
	}
	if ((hash & 31) == 0)
		PUT(json, "Notation: $\\\\mathbf{x}\\\\in\\\\mathbb{R}^d$, \\\"quoted\\\" caf\\u00e9 "
			  "\xe2\x89\xa4 \xf0\x9f\x94\xac\\n");
}

/* An author whom no profile stands behind: e-mail, nothing, a DBLP address or a group id. */
static void put_stranger_id(const struct world *world, const struct venue *venue, uint32_t paper,
			    uint32_t slot, struct buf *json)
{
	uint64_t hash = hash_of(world, TAG_STRANGER, paper, slot);
	uint32_t place = below_of(hash, 100);
	if (place < 70)
		buf_printf(json, "author%u@%s", below_of(hash << 9, 100000),
			   ORGS[below_of(hash << 3, (uint32_t)N_ORGS)].domain);
	else if (place < 90 && venue->api_version == 1)
		buf_printf(json, "https://dblp.org/search/pid/api?q=author:Stranger_%u:",
			   below_of(hash << 9, 100000));
	else if (place < 96)
		return;
	else
		buf_printf(json, "%s/Paper%u/Authors", venue->id, paper - venue->first_paper + 1);
}

static void put_author_name(const struct world *world, uint32_t person, uint32_t paper, uint32_t slot,
			    struct buf *json)
{
	if (person == TWIN_NO_PERSON) {
		buf_printf(json, "Stranger %c%u", (char)('A' + slot % 26), paper % 997);
		return;
	}
	struct person_name name;
	name_of(world, person, &name);
	if (paper_id_form(world, paper, person) == ID_SWAPPED)
		buf_printf(json, "%s %s", name.family, name.given);
	else if (name.middle[0] != '\0')
		buf_printf(json, "%s %s %s", name.given, name.middle, name.family);
	else
		buf_printf(json, "%s %s", name.given, name.family);
}

static void put_author_id(const struct world *world, uint32_t paper, uint32_t slot, struct buf *json)
{
	uint32_t person = world->slots[world->papers[paper].first_slot + slot];
	if (person == TWIN_NO_PERSON) {
		put_stranger_id(world, paper_venue(world, paper), paper, slot, json);
		return;
	}
	char id[NAME_BYTES];
	name_id(world, person, paper_id_form(world, paper, person), id);
	buf_put_text(json, id);
}

/* ["..", ".."] of names or ids. */
static void put_author_list(const struct world *world, uint32_t paper, bool is_ids, struct buf *json)
{
	const struct paper *entry = &world->papers[paper];
	PUT(json, "[");
	for (uint32_t slot = 0; slot < entry->n_slots; slot++) {
		buf_put_text(json, slot == 0 ? "\"" : ",\"");
		if (is_ids)
			put_author_id(world, paper, slot, json);
		else
			put_author_name(world, world->slots[entry->first_slot + slot], paper, slot, json);
		PUT(json, "\"");
	}
	PUT(json, "]");
}

static void put_text_or_null(struct buf *json, const char *text)
{
	if (text == NULL) {
		PUT(json, "null");
		return;
	}
	PUT(json, "\"");
	buf_put_text(json, text);
	PUT(json, "\"");
}

static void put_unified_authors(const struct world *world, uint32_t paper, struct buf *json)
{
	const struct paper *entry = &world->papers[paper];
	PUT(json, "\"authors\":{\"value\":[");
	for (uint32_t slot = 0; slot < entry->n_slots; slot++) {
		buf_put_text(json, slot == 0 ? "{\"fullname\":\"" : ",{\"fullname\":\"");
		put_author_name(world, world->slots[entry->first_slot + slot], paper, slot, json);
		PUT(json, "\",\"username\":\"");
		put_author_id(world, paper, slot, json);
		PUT(json, "\"");
		struct shown_row row;
		paper_slot_institution(world, paper, slot, &row);
		PUT(json, ",\"institutions\":[");
		if (row.institution[0] != '\0' || row.domain[0] != '\0') {
			PUT(json, "{");
			if (row.institution[0] != '\0')
				buf_printf(json, "\"name\":\"%s\",", row.institution);
			if (row.domain[0] != '\0')
				buf_printf(json, "\"domain\":\"%s\",", row.domain);
			PUT(json, "\"country\":");
			put_text_or_null(json, row.country);
			PUT(json, "}");
		}
		PUT(json, "]}");
	}
	PUT(json, "]},");
}

static const char *venueid_tail(enum paper_status status)
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

static const char *accept_form(const struct world *world, uint32_t paper)
{
	uint32_t place = below_of(hash_of(world, TAG_TEXT, paper, 2), 100);
	return place < 6 ? "oral" : place < 22 ? "spotlight" : "poster";
}

/* "ICLR 2024": host without its domain, and the year. */
static void put_short_venue(const struct venue *venue, struct buf *json)
{
	if (venue->form == VENUE_JOURNAL) {
		buf_put_text(json, venue->host);
		return;
	}
	bool is_corl = strstr(venue->id, "CoRL") != NULL;
	int n = (int)strcspn(venue->host, ".");
	if (is_corl)
		buf_printf(json, "CoRL %d", venue->year);
	else
		buf_printf(json, "%.*s %d%s", n, venue->host, venue->year,
			   strstr(venue->id, "/Workshop/") != NULL ? " Workshop" : "");
}

static void put_venue_text(const struct world *world, uint32_t paper, enum paper_status status,
			   struct buf *json)
{
	const struct venue *venue = paper_venue(world, paper);
	if (status != PAPER_ACCEPTED)
		PUT(json, "Submitted to ");
	put_short_venue(venue, json);
	if (status == PAPER_ACCEPTED && venue->form != VENUE_JOURNAL)
		buf_printf(json, " %s", accept_form(world, paper));
	else if (status == PAPER_WITHDRAWN)
		PUT(json, " (withdrawn)");
}

static void put_paperhash(const struct world *world, uint32_t paper, struct buf *json)
{
	uint32_t person = world->slots[world->papers[paper].first_slot];
	struct person_name name = {.family = "Stranger"};
	if (person != TWIN_NO_PERSON)
		name_of(world, person, &name);
	size_t from = json->length;
	buf_printf(json, "%s|", name.family);
	put_title(world, paper, json);
	for (size_t at = from; at < json->length; at++) {
		char byte = json->data[at];
		if (byte == ' ')
			json->data[at] = '_';
		else if (byte >= 'A' && byte <= 'Z')
			json->data[at] = (char)(byte + 'a' - 'A');
	}
}

static void put_keywords(const struct world *world, uint32_t paper, struct buf *json)
{
	uint64_t hash = hash_of(world, TAG_TEXT, paper, 4);
	uint32_t n = 2 + below_of(hash, 3);
	PUT(json, "[");
	for (uint32_t at = 0; at < n; at++)
		buf_printf(json, "%s\"%s\"", at == 0 ? "" : ",",
			   KEYWORDS[(hash >> (at * 5)) % ARRAY_LENGTH(KEYWORDS)]);
	PUT(json, "]");
}

void shape_submission_invitation(const struct venue *venue, struct buf *text)
{
	const char *name = "Submission";
	if (venue->api_version == 1 && venue->form != VENUE_PLAIN_V1)
		name = "Blind_Submission";
	else if (venue->form == VENUE_PLAIN_V1 && venue->year == 2017)
		name = "submission";
	buf_printf(text, "%s/-/%s", venue->id, name);
}

static void put_details_tail(const struct world *world, const struct note_ref *note, unsigned details,
			     const struct paper_state *state, struct buf *json)
{
	if (details == 0)
		return;
	uint32_t n = state->n_reviews + (state->n_reviews > 0);
	PUT(json, ",\"details\":{");
	bool is_first = true;
	if (details & DETAIL_COUNT) {
		buf_printf(json, "\"replyCount\":%u", n);
		is_first = false;
	}
	if (details & (DETAIL_REPLIES | DETAIL_DIRECT_REPLIES)) {
		buf_put_text(json, is_first ? "\"" : ",\"");
		buf_put_text(json, details & DETAIL_REPLIES ? "replies\":[" : "directReplies\":[");
		is_first = false;
		for (uint32_t at = 0; at < n; at++) {
			struct note_ref reply = {.paper = note->paper,
						 .kind = at < state->n_reviews ? NOTE_REVIEW : NOTE_DECISION,
						 .sub = (uint8_t)(at < state->n_reviews ? at : 0)};
			if (at > 0)
				PUT(json, ",");
			shape_note(world, &reply, 0, json);
		}
		PUT(json, "]");
	}
	const struct venue *venue = paper_venue(world, note->paper);
	if (details & DETAIL_ORIGINAL && venue->api_version == 1 && venue->form != VENUE_PLAIN_V1 &&
	    !state->is_anonymous) {
		struct note_ref original = {.paper = note->paper, .kind = NOTE_ORIGINAL};
		buf_put_text(json, is_first ? "\"original\":" : ",\"original\":");
		shape_note(world, &original, 0, json);
	}
	PUT(json, "}");
}

static void shape_submission_v2(const struct world *world, const struct note_ref *note,
				const struct paper_state *state, unsigned details, struct buf *json)
{
	const struct venue *venue = paper_venue(world, note->paper);
	char id[NOTE_ID_BYTES];
	note_id(world, note, id);
	buf_printf(
	    json,
	    "{\"id\":\"%s\",\"forum\":\"%s\",\"number\":%u,\"domain\":\"%s\",\"invitations\":[\"%s/-/"
	    "Submission\","
	    "\"%s/-/Post_Submission\",\"%s/Submission%u/-/Revision\"],\"signatures\":[\"%s/Submission%u/"
	    "Authors\"],"
	    "\"readers\":[\"everyone\"],\"nonreaders\":[],\"writers\":[\"%s\",\"%s/Submission%u/Authors\"],",
	    id, id, state->number, venue->id, venue->id, venue->id, venue->id, state->number, venue->id,
	    state->number, venue->id, venue->id, state->number);
	put_int(json, "cdate", state->created_ms);
	put_int(json, "mdate", state->changed_ms);
	put_int(json, "tcdate", state->created_ms);
	put_int(json, "tmdate", state->changed_ms);
	if (state->published_ms != 0)
		put_int(json, "pdate", state->published_ms);
	if (!state->is_anonymous)
		put_int(json, "odate",
			state->created_ms + 7 * TWIN_DAY_MS > state->changed_ms
			    ? state->created_ms
			    : state->created_ms + 7 * TWIN_DAY_MS);
	if (state->is_deleted)
		put_int(json, "ddate", state->deleted_ms);
	PUT(json, "\"license\":\"CC BY 4.0\",\"version\":2,\"content\":{\"title\":{\"value\":\"");
	put_title(world, note->paper, json);
	PUT(json, "\"},");
	if (!state->is_anonymous && venue->form == VENUE_UNIFIED) {
		put_unified_authors(world, note->paper, json);
	} else if (!state->is_anonymous) {
		PUT(json, "\"authors\":{\"value\":");
		put_author_list(world, note->paper, false, json);
		PUT(json, "},\"authorids\":{\"value\":");
		put_author_list(world, note->paper, true, json);
		PUT(json, "},");
	}
	PUT(json, "\"keywords\":{\"value\":");
	put_keywords(world, note->paper, json);
	PUT(json, "},\"abstract\":{\"value\":\"");
	put_abstract(world, note->paper, json);
	buf_printf(json, "\"},\"primary_area\":{\"value\":\"%s\"},\"venue\":{\"value\":\"",
		   AREAS[note->paper % ARRAY_LENGTH(AREAS)]);
	put_venue_text(world, note->paper, state->status, json);
	buf_printf(json,
		   "\"},\"venueid\":{\"value\":\"%s%s\"},\"pdf\":{\"value\":\"/pdf/%016" PRIx64
		   "%08x%016" PRIx64 ".pdf\"},",
		   venue->id, venueid_tail(state->status), hash_of(world, TAG_TEXT, note->paper, 5),
		   note->paper, hash_of(world, TAG_TEXT, note->paper, 6));
	PUT(json, "\"paperhash\":{\"value\":\"");
	put_paperhash(world, note->paper, json);
	buf_printf(json, "\"},\"_bibtex\":{\"value\":\"@inproceedings{\\nanonymous%d%u,\\ntitle={",
		   venue->year, note->paper);
	put_title(world, note->paper, json);
	buf_printf(json,
		   "},\\nauthor={Anonymous},\\nbooktitle={%s},\\nyear={%d},\\nurl={https://openreview.net/"
		   "forum?id=%s}\\n}\"}}",
		   venue->id, venue->year, id);
	put_details_tail(world, note, details, state, json);
	PUT(json, "}");
}

static void put_venueid_v1(const struct world *world, const struct note_ref *note,
			   const struct paper_state *state, struct buf *json)
{
	const struct venue *venue = paper_venue(world, note->paper);
	if (venue->year >= 2021) {
		PUT(json, "\"venue\":\"");
		put_venue_text(world, note->paper, state->status, json);
		buf_printf(json, "\",\"venueid\":\"%s%s\",", venue->id, venueid_tail(state->status));
	} else if (state->status == PAPER_WITHDRAWN) {
		PUT(json, "\"withdrawal\":\"Confirmed\",");
	}
}

static void shape_submission_v1(const struct world *world, const struct note_ref *note,
				const struct paper_state *state, unsigned details, struct buf *json)
{
	const struct venue *venue = paper_venue(world, note->paper);
	bool is_original = note->kind == NOTE_ORIGINAL;
	struct note_ref forum = {.paper = note->paper, .kind = NOTE_SUBMISSION};
	struct note_ref original = {.paper = note->paper, .kind = NOTE_ORIGINAL};
	char id[NOTE_ID_BYTES], forum_id[NOTE_ID_BYTES], original_id[NOTE_ID_BYTES];
	note_id(world, note, id);
	note_id(world, is_original ? note : &forum, forum_id);
	note_id(world, &original, original_id);
	bool has_original = !is_original && venue->form != VENUE_PLAIN_V1;
	buf_printf(json, "{\"id\":\"%s\",\"original\":%s%s%s,", id, has_original ? "\"" : "",
		   has_original ? original_id : "null", has_original ? "\"" : "");
	put_int(json, "cdate", state->created_ms);
	put_int(json, "tcdate", state->created_ms);
	put_int(json, "tmdate", state->changed_ms);
	if (state->is_deleted)
		put_int(json, "ddate", state->deleted_ms);
	else
		PUT(json, "\"ddate\":null,");
	if (state->published_ms != 0 && venue->year >= 2022)
		put_int(json, "pdate", state->published_ms);
	buf_printf(json, "\"number\":%u,\"content\":{\"title\":\"", state->number);
	put_title(world, note->paper, json);
	PUT(json, "\",");
	bool is_hidden = !is_original && (state->is_anonymous || state->is_blind);
	if (is_hidden) {
		buf_printf(json, "\"authors\":[\"Anonymous\"],\"authorids\":[\"%s/Paper%u/Authors\"],",
			   venue->id, state->number);
	} else {
		PUT(json, "\"authors\":");
		put_author_list(world, note->paper, false, json);
		PUT(json, ",\"authorids\":");
		put_author_list(world, note->paper, true, json);
		PUT(json, ",");
	}
	PUT(json, "\"keywords\":");
	put_keywords(world, note->paper, json);
	PUT(json, ",\"abstract\":\"");
	put_abstract(world, note->paper, json);
	PUT(json, "\",");
	put_venueid_v1(world, note, state, json);
	buf_printf(
	    json, "\"TL;DR\":null,\"pdf\":\"/pdf/%016" PRIx64 "%08x%016" PRIx64 ".pdf\",\"paperhash\":\"",
	    hash_of(world, TAG_TEXT, note->paper, 5), note->paper, hash_of(world, TAG_TEXT, note->paper, 6));
	put_paperhash(world, note->paper, json);
	PUT(json, "\"},");
	buf_printf(json, "\"forum\":\"%s\",\"referent\":null,\"invitation\":\"", forum_id);
	if (is_original)
		buf_printf(json, "%s/-/Submission", venue->id);
	else
		shape_submission_invitation(venue, json);
	buf_printf(json,
		   "\",\"replyto\":null,\"readers\":[\"everyone\"],\"nonreaders\":[],\"signatures\":[\"%s/"
		   "Paper%u/Authors\"],"
		   "\"writers\":[\"%s/Paper%u/Authors\"]",
		   venue->id, state->number, venue->id, state->number);
	put_details_tail(world, note, details, state, json);
	PUT(json, "}");
}

static const char *decision_text(const struct world *world, uint32_t paper, enum paper_status status,
				 int api_version)
{
	if (status != PAPER_ACCEPTED)
		return status == PAPER_WITHDRAWN ? "Reject" : "Reject";
	const char *form = accept_form(world, paper);
	if (api_version == 2)
		return form[0] == 'o'	? "Accept (oral)"
		       : form[0] == 's' ? "Accept (spotlight)"
					: "Accept (poster)";
	return form[0] == 'o' ? "Accept (Oral)" : form[0] == 's' ? "Accept (Spotlight)" : "Accept (Poster)";
}

static const char *const RATING_TEXTS[] = {"1: Trivial or wrong",
					   "2: Strong rejection",
					   "3: Clear rejection",
					   "4: Ok but not good enough - rejection",
					   "5: Marginally below acceptance threshold",
					   "6: Marginally above acceptance threshold",
					   "7: Good paper, accept",
					   "8: Top 50% of accepted papers, clear accept",
					   "9: Top 15% of accepted papers, strong accept",
					   "10: Top 5% of accepted papers, seminal paper"};
static const char *const CONFIDENCE_TEXTS[] = {
    "1: The reviewer's evaluation is an educated guess",
    "2: The reviewer is willing to defend the evaluation, but it is quite likely that the reviewer did not "
    "understand central "
    "parts of the paper",
    "3: The reviewer is fairly confident that the evaluation is correct",
    "4: The reviewer is confident but not absolutely certain that the evaluation is correct",
    "5: The reviewer is absolutely certain that the evaluation is correct and very familiar with the "
    "relevant literature"};

/* The invitation of a reply; older v1 venues put the paper behind the dash. */
static void put_reply_invitation(const struct venue *venue, uint32_t number, const char *name,
				 struct buf *json)
{
	if (venue->api_version == 2)
		buf_printf(json, "%s/Submission%u/-/%s", venue->id, number, name);
	else if (venue->year <= 2018)
		buf_printf(json, "%s/-/Paper%u/%s", venue->id, number, name);
	else
		buf_printf(json, "%s/Paper%u/-/%s", venue->id, number, name);
}

const char *venue_rating_field(const struct venue *venue);

static void shape_reply(const struct world *world, const struct note_ref *note,
			const struct paper_state *state, struct buf *json)
{
	const struct venue *venue = paper_venue(world, note->paper);
	bool is_v2 = venue->api_version == 2;
	bool is_review = note->kind == NOTE_REVIEW;
	struct note_ref forum = {.paper = note->paper, .kind = NOTE_SUBMISSION};
	char id[NOTE_ID_BYTES], forum_id[NOTE_ID_BYTES];
	note_id(world, note, id);
	note_id(world, &forum, forum_id);
	uint64_t hash = hash_of(world, TAG_REVIEW, note->paper, note->sub);
	int rating = (state->first_status == PAPER_ACCEPTED ? 5 : 2) + (int)below_of(hash, 5);
	int confidence = 1 + (int)below_of(hash << 9, 5);
	int64_t created = note_created_ms(world, note), changed = note_changed_ms(world, note);
	char signer[96];
	if (is_review)
		(void)snprintf(signer, sizeof(signer), "%s/%s%u/%s_%c%c%c%c", venue->id,
			       is_v2 ? "Submission" : "Paper", state->number,
			       is_v2 ? "Reviewer" : "AnonReviewer", (char)('A' + hash % 26),
			       (char)('a' + hash / 26 % 26), (char)('A' + hash / 700 % 26),
			       (char)('a' + hash / 19000 % 26));
	else
		(void)snprintf(signer, sizeof(signer), "%s/Program_Chairs", venue->id);
	buf_printf(json, "{\"id\":\"%s\",\"forum\":\"%s\",\"replyto\":\"%s\",\"number\":%u,", id, forum_id,
		   forum_id, note->sub + 1u);
	put_int(json, "cdate", created);
	put_int(json, "tcdate", created);
	put_int(json, "tmdate", changed);
	if (is_v2)
		buf_printf(json,
			   "\"mdate\":%" PRId64
			   ",\"domain\":\"%s\",\"version\":2,\"license\":\"CC BY 4.0\",\"invitations\":[\"",
			   changed, venue->id);
	else
		PUT(json, "\"ddate\":null,\"original\":null,\"referent\":null,\"invitation\":\"");
	put_reply_invitation(venue, state->number, is_review ? "Official_Review" : "Decision", json);
	if (is_v2)
		buf_printf(json, "\",\"%s/-/Edit\"],\"parentInvitations\":\"%s/-/%s\",", venue->id, venue->id,
			   is_review ? "Official_Review" : "Decision");
	else
		PUT(json, "\",");
	buf_printf(json,
		   "\"readers\":[\"everyone\"],\"nonreaders\":[],\"signatures\":[\"%s\"],\"writers\":[\"%s\"]"
		   ",\"content\":{",
		   signer, signer);
	const char *review = SENTENCES[hash & 15];
	const char *decision = decision_text(world, note->paper, state->status, venue->api_version);
	if (is_review && is_v2)
		buf_printf(json,
			   "\"summary\":{\"value\":\"%s\"},\"strengths\":{\"value\":\"Clear "
			   "writing.\"},\"%s\":{\"value\":%d},"
			   "\"confidence\":{\"value\":%d}}}",
			   review, venue_rating_field(venue), rating, confidence);
	else if (is_review)
		buf_printf(json,
			   "\"title\":\"Review\",\"review\":\"%s\",\"rating\":\"%s\",\"confidence\":\"%s\"}}",
			   review, RATING_TEXTS[rating - 1], CONFIDENCE_TEXTS[confidence - 1]);
	else if (is_v2)
		buf_printf(json, "\"title\":{\"value\":\"Paper Decision\"},\"decision\":{\"value\":\"%s\"}}}",
			   decision);
	else
		buf_printf(json, "\"title\":\"Paper Decision\",\"decision\":\"%s\",\"comment\":null}}",
			   decision);
}

void shape_note(const struct world *world, const struct note_ref *note, unsigned details, struct buf *json)
{
	struct paper_state state;
	paper_state_of(world, note->paper, &state);
	switch ((enum note_kind)note->kind) {
	case NOTE_SUBMISSION:
	case NOTE_ORIGINAL:
		if (paper_venue(world, note->paper)->api_version == 2)
			shape_submission_v2(world, note, &state, details, json);
		else
			shape_submission_v1(world, note, &state, details, json);
		break;
	case NOTE_REVIEW:
	case NOTE_DECISION:
		shape_reply(world, note, &state, json);
		break;
	}
}

static void put_year(struct buf *json, const char *key, int year, enum year_form form)
{
	switch (form) {
	case YEAR_ABSENT:
		return;
	case YEAR_INT:
		buf_printf(json, "\"%s\":%d,", key, year);
		return;
	case YEAR_NULL:
		buf_printf(json, "\"%s\":null,", key);
		return;
	case YEAR_EMPTY:
		buf_printf(json, "\"%s\":\"\",", key);
		return;
	case YEAR_TEXT:
		buf_printf(json, "\"%s\":\"%d\",", key, year);
		return;
	}
}

static void put_history(const struct profile *profile, struct buf *json)
{
	PUT(json, "[");
	for (size_t at = 0; at < profile->n_rows; at++) {
		const struct shown_row *row = &profile->rows[at];
		buf_printf(json, "%s{\"position\":\"%s\",", at == 0 ? "" : ",", row->role);
		put_year(json, "start", row->start, row->start_form);
		put_year(json, "end", row->end, row->end_form);
		PUT(json, "\"institution\":{");
		if (row->institution[0] != '\0')
			buf_printf(json, "\"name\":\"%s\",", row->institution);
		if (row->domain[0] != '\0')
			buf_printf(json, "\"domain\":\"%s\",", row->domain);
		PUT(json, "\"country\":");
		put_text_or_null(json, row->country);
		PUT(json, ",\"stateProvince\":null,\"city\":null,\"department\":");
		put_text_or_null(json, row->department);
		PUT(json, "}}");
	}
	PUT(json, "]");
}

static void put_name_entry(struct buf *json, const char *first, const char *middle, const char *last,
			   const char *username, bool is_preferred)
{
	buf_printf(json, "{\"first\":\"%s\",\"middle\":\"%s\",\"last\":\"%s\",\"preferred\":%s", first,
		   middle, last, is_preferred ? "true" : "false");
	if (username != NULL)
		buf_printf(json, ",\"fullname\":\"%s%s%s %s\",\"username\":\"%s\"", first,
			   middle[0] == '\0' ? "" : " ", middle, last, username);
	PUT(json, "}");
}

static void put_names(const struct world *world, const struct profile *profile, struct buf *json)
{
	struct person_name name;
	name_of(world, profile->person, &name);
	char id[NAME_BYTES];
	name_id(world, profile->person, ID_NORMAL, id);
	PUT(json, "[");
	put_name_entry(json, name.given, name.middle, name.family, id, profile->id_form == ID_NORMAL);
	if (profile->has_swapped_name) {
		name_id(world, profile->person, ID_SWAPPED, id);
		PUT(json, ",");
		put_name_entry(json, name.family, "", name.given, id, profile->id_form == ID_SWAPPED);
	}
	if (profile->has_duplicate) {
		name_id(world, profile->person, ID_DUPLICATE, id);
		PUT(json, ",");
		put_name_entry(json, name.given, "", name.family, id, false);
	}
	if (profile->merged_person != TWIN_NO_PERSON) {
		struct profile merged;
		profile_make(world, profile->merged_person, &merged);
		name_id(world, profile->merged_person, ID_NORMAL, id);
		PUT(json, ",");
		put_name_entry(json, name.given, name.middle, name.family, id, false);
		if (merged.has_swapped_name) {
			name_id(world, profile->merged_person, ID_SWAPPED, id);
			PUT(json, ",");
			put_name_entry(json, name.family, "", name.given, id, false);
		}
		if (merged.has_duplicate) {
			name_id(world, profile->merged_person, ID_DUPLICATE, id);
			PUT(json, ",");
			put_name_entry(json, name.given, "", name.family, id, false);
		}
	}
	if (profile->has_nameless_entry) {
		PUT(json, ",");
		put_name_entry(json, name.given, "", "Formerly", NULL, false);
	}
	PUT(json, "]");
}

/* A content field, bare or as {value}. */
static void field_begin(const struct profile *profile, const char *key, struct buf *json)
{
	buf_printf(json, ",\"%s\":%s", key, profile->is_wrapped ? "{\"value\":" : "");
}

static void field_end(const struct profile *profile, struct buf *json)
{
	if (profile->is_wrapped)
		PUT(json, "}");
}

static void put_text_field(const struct profile *profile, const char *key, const char *text, struct buf *json)
{
	field_begin(profile, key, json);
	buf_printf(json, "\"%s\"", text);
	field_end(profile, json);
}

static char orcid_check_digit(const char digits[16])
{
	int total = 0;
	for (int at = 0; at < 15; at++)
		total = (total + digits[at] - '0') * 2;
	int check = (12 - total % 11) % 11;
	return check == 10 ? 'X' : (char)('0' + check);
}

static void put_links(const struct world *world, const struct profile *profile, struct buf *json)
{
	uint64_t hash = hash_of(world, TAG_LINK, profile->person, 0);
	struct person_name name;
	name_of(world, profile->person, &name);
	char text[160];
	if (hash % 100 < 55) {
		(void)snprintf(text, sizeof(text), "%s%s-%s.example%s", hash % 7 == 0 ? "  " : "https://",
			       name.given, name.family, hash % 7 == 0 ? " " : "/");
		put_text_field(profile, "homepage", text, json);
	}
	if ((hash >> 8) % 100 < 50) {
		bool is_bare = (hash >> 20) % 9 == 0;
		(void)snprintf(text, sizeof(text), "%sT%08" PRIx64 "AAJ%s",
			       is_bare ? "" : "https://scholar.google.com/citations?user=",
			       (uint64_t)(hash >> 36), is_bare ? "" : "&hl=en");
		put_text_field(profile, "gscholar", text, json);
	}
	if ((hash >> 12) % 100 < 45) {
		bool is_short = (hash >> 21) % 5 == 0;
		(void)snprintf(text, sizeof(text), "%s%u/%u%s", is_short ? "" : "https://dblp.org/pid/",
			       100 + (unsigned)(hash % 300), profile->person % 20000,
			       is_short ? ".html" : "");
		put_text_field(profile, "dblp", text, json);
	}
	if ((hash >> 16) % 100 < 38) {
		char digits[17];
		(void)snprintf(digits, sizeof(digits), "00090%010u", 900000000u + profile->person);
		char check = orcid_check_digit(digits);
		if ((hash >> 24) % 40 == 0)
			check = check == '1' ? '2' : '1'; /* invalid */
		(void)snprintf(text, sizeof(text), "%s%.4s-%.4s-%.4s-%.3s%c",
			       (hash >> 28) % 3 == 0 ? "" : "https://orcid.org/", digits, digits + 4,
			       digits + 8, digits + 12, check);
		put_text_field(profile, "orcid", text, json);
	}
	if ((hash >> 18) % 100 < 25) {
		(void)snprintf(text, sizeof(text), "%s%s-%s-%u/",
			       (hash >> 22) % 4 == 0 ? "" : "https://www.linkedin.com/in/", name.given,
			       name.family, name.number);
		put_text_field(profile, "linkedin", text, json);
	}
	if ((hash >> 19) % 100 < 8) {
		(void)snprintf(text, sizeof(text), "https://www.semanticscholar.org/author/%u",
			       900000000u + profile->person);
		put_text_field(profile, "semanticScholar", text, json);
	}
}

/* What the loader must never keep. */
static void put_private(const struct world *world, const struct profile *profile, struct buf *json)
{
	uint64_t hash = hash_of(world, TAG_LINK, profile->person, 1);
	if (hash % 100 < 60)
		put_text_field(profile, "gender",
			       hash % 3 == 0   ? "Female"
			       : hash % 3 == 1 ? "Male"
					       : "Non-Binary",
			       json);
	if (hash % 100 < 20)
		put_text_field(profile, "pronouns", "they/them", json);
	if ((hash >> 9) % 100 < 30) {
		field_begin(profile, "yearOfBirth", json);
		buf_printf(json, "%d", 1960 + (int)(hash >> 17) % 40);
		field_end(profile, json);
	}
	if ((hash >> 13) % 100 < 40) {
		field_begin(profile, "relations", json);
		PUT(json, "[{\"relation\":\"PhD Advisor\",\"name\":\"Invented "
			  "Advisor\",\"email\":\"****@advisor.example\","
			  "\"username\":\"~Invented_Advisor1\",\"start\":2015,\"end\":null,\"readers\":["
			  "\"everyone\"]}]");
		field_end(profile, json);
	}
}

static void put_emails(const struct profile *profile, struct buf *json)
{
	if (profile->state != PROFILE_ACTIVE)
		return;
	const char *last = "mail.example";
	for (size_t at = 0; at < profile->n_rows; at++) {
		if (profile->rows[at].domain[0] != '\0' && profile->rows[at].domain[0] != '@' &&
		    strchr(profile->rows[at].domain, '/') == NULL)
			last = profile->rows[at].domain;
	}
	field_begin(profile, "emails", json);
	buf_printf(json, "[\"****@%s\",\"****@gmail.com\"]", last);
	field_end(profile, json);
	field_begin(profile, "emailsConfirmed", json);
	buf_printf(json, "[\"****@%s\"]", last);
	field_end(profile, json);
	field_begin(profile, "preferredEmail", json);
	buf_printf(json, "\"****@%s\"", last);
	field_end(profile, json);
}

void shape_profile(const struct world *world, uint32_t person, struct buf *json)
{
	struct profile profile;
	profile_make(world, person, &profile);
	char id[NAME_BYTES];
	name_id(world, person, profile.id_form, id);
	bool is_active = profile.state == PROFILE_ACTIVE;
	bool is_members_only = hash_of(world, TAG_LINK, person, 2) % 100 < 6;
	buf_printf(json,
		   "{\"id\":\"%s\",\"number\":%u,\"active\":%s,\"password\":%s,\"state\":\"%s\","
		   "\"invitation\":\"~/-/profiles\","
		   "\"readers\":[\"%s\"],\"nonreaders\":[],\"writers\":[\"%s\"],\"signatures\":[\"%s\"],"
		   "\"referent\":null,\"packaging\":null,",
		   id, person + 1000, is_active ? "true" : "false", is_active ? "true" : "false",
		   is_active ? (person % 11 == 0 ? "Active Institutional" : "Active") : "Inactive",
		   is_members_only ? "~" : "everyone", id, id);
	put_int(json, "tcdate", profile.created_ms);
	put_int(json, "cdate", profile.created_ms);
	put_int(json, "tmdate", profile.modified_ms);
	buf_printf(json, "\"ddate\":null,\"tauthor\":\"%s\",\"metaContent\":{},\"content\":{", id);
	size_t from = json->length;
	field_begin(&profile, "names", json);
	json->data[from] = ' '; /* the first field has no comma before it */
	put_names(world, &profile, json);
	field_end(&profile, json);
	put_emails(&profile, json);
	if (is_active) {
		put_links(world, &profile, json);
		put_private(world, &profile, json);
	}
	field_begin(&profile, "history", json);
	put_history(&profile, json);
	field_end(&profile, json);
	field_begin(&profile, "expertise", json);
	uint64_t hash = hash_of(world, TAG_EXPERTISE, person, 0);
	if (is_active && hash % 100 < 70)
		buf_printf(json, "[{\"keywords\":[\"%s\",\"%s\"],\"start\":%s,\"end\":null}]",
			   KEYWORDS[hash % ARRAY_LENGTH(KEYWORDS)],
			   KEYWORDS[(hash >> 9) % ARRAY_LENGTH(KEYWORDS)],
			   (hash >> 15) % 3 == 0 ? "null" : "2019");
	else
		PUT(json, "[]");
	field_end(&profile, json);
	PUT(json, "}}");
}

const char *venue_rating_field(const struct venue *venue)
{
	return strcmp(venue->host, "ICML.cc") == 0 && venue->year >= 2025 ? "overall_recommendation"
									  : "rating";
}

void shape_group(const struct world *world, const struct venue *venue, int api_version, struct buf *json)
{
	(void)world;
	bool is_known = venue->api_version == api_version && venue->form != VENUE_BARE;
	int64_t created = date_days_from_civil(venue->year == 0 ? 2021 : venue->year - 1, 6, 1) * TWIN_DAY_MS;
	buf_printf(json, "{\"id\":\"%s\",", venue->id);
	if (is_known && api_version == 2)
		buf_printf(json,
			   "\"invitations\":[\"%s/-/Edit\",\"%s/-/"
			   "Venue\"],\"parent\":\"%s\",\"host\":\"%s\",\"domain\":\"%s\",",
			   venue->id, venue->id, venue->host, venue->host, venue->id);
	else if (api_version == 2)
		buf_printf(json, "\"domain\":null,\"host\":\"%s\",", venue->host);
	put_int(json, "cdate", created);
	put_int(json, "tcdate", created);
	put_int(json, "tmdate", created + 40 * TWIN_DAY_MS);
	buf_printf(json,
		   "\"members\":[\"%s/"
		   "Program_Chairs\"],\"readers\":[\"everyone\"],\"nonreaders\":[],\"writers\":[\"%s\"],"
		   "\"signatories\":[\"%s\"],"
		   "\"signatures\":[\"%s\"],\"web\":null",
		   venue->id, venue->id, venue->id, venue->host);
	if (!is_known || api_version == 1) {
		PUT(json, "}");
		return;
	}
	PUT(json, ",\"content\":{\"title\":{\"value\":\"");
	put_short_venue(venue, json);
	PUT(json, "\"},\"subtitle\":{\"value\":\"");
	put_short_venue(venue, json);
	buf_printf(
	    json,
	    "\"},\"website\":{\"value\":\"https://venue.example/%s\"},\"location\":{\"value\":\"Nowhere\"},"
	    "\"submission_id\":{\"value\":\"%s/-/"
	    "Submission\"},\"submission_name\":{\"value\":\"Submission\"},"
	    "\"submission_venue_id\":{\"value\":\"%s/Submission\"},\"withdrawn_venue_id\":{\"value\":\"%s/"
	    "Withdrawn_Submission\"},"
	    "\"desk_rejected_venue_id\":{\"value\":\"%s/Desk_Rejected_Submission\"},"
	    "\"rejected_venue_id\":{\"value\":\"%s/"
	    "Rejected_Submission\"},\"public_submissions\":{\"value\":true},",
	    venue->id, venue->id, venue->id, venue->id, venue->id, venue->id);
	if (venue->year != 0)
		buf_printf(json, "\"start_date\":{\"value\":\"%s %d\"},",
			   strcmp(venue->host, "ICLR.cc") == 0 ? "May 7" : "December 9", venue->year);
	buf_printf(
	    json,
	    "\"accept_decision_options\":{\"value\":[\"Accept (oral)\",\"Accept (spotlight)\",\"Accept "
	    "(poster)\"]},"
	    "\"decision_name\":{\"value\":\"Decision\"},\"decision_field_name\":{\"value\":\"decision\"},"
	    "\"review_name\":{\"value\":\"Official_Review\"},\"review_rating\":{\"value\":\"%s\"},"
	    "\"review_confidence\":{\"value\":\"confidence\"},\"meta_review_name\":{\"value\":\"Meta_"
	    "Review\"},"
	    "\"authors_id\":{\"value\":\"%s/Authors\"},\"program_chairs_id\":{\"value\":\"%s/"
	    "Program_Chairs\"},"
	    "\"contact\":{\"value\":\"****@venue.example\",\"readers\":[\"%s\"]}}}",
	    venue_rating_field(venue), venue->id, venue->id, venue->id);
}
