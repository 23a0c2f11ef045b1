/* SPDX-License-Identifier: PostgreSQL
 *
 * twin notes and twin papercopilot: the world as files.
 */
#include "twin.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/num.h"

enum { TAG_CRAWL = 144, TAG_BLANK = 145, TAG_SCORE = 146 };

#define FLUSH_BYTES	   ((size_t)1024 * 1024)
#define PUT(text, literal) buf_put((text), (literal), sizeof(literal) - 1)

/* --- twin notes --- */

static uint64_t count_v2(const struct world *world)
{
	uint64_t n = 0;
	for (size_t venue = 0; venue < world->n_venues; venue++)
		n += world->venues[venue].api_version == 2 ? world->venues[venue].n_papers : 0;
	return n;
}

static bool notes_write(const struct world *world, uint64_t count, bool is_envelope)
{
	struct buf text;
	buf_init(&text, FLUSH_BYTES * 4);
	uint64_t n = 0;
	if (is_envelope)
		PUT(&text, "{\"notes\":[");
	for (uint32_t paper = 0; paper < world->n_papers && n < count; paper++) {
		struct note_ref note = {.paper = paper, .kind = NOTE_SUBMISSION};
		if (paper_venue(world, paper)->api_version != 2)
			continue;
		if (is_envelope && n > 0)
			PUT(&text, ",");
		shape_note(world, &note, 0, &text);
		if (!is_envelope)
			PUT(&text, "\n");
		n++;
		if (text.length < FLUSH_BYTES)
			continue;
		if (fwrite(text.data, 1, text.length, stdout) != text.length)
			break;
		buf_reset(&text);
	}
	if (is_envelope)
		PUT(&text, "]}\n");
	bool is_done =
	    fwrite(text.data, 1, text.length, stdout) == text.length && fflush(stdout) == 0 && n == count;
	buf_done(&text);
	return is_done;
}

int notes_main(int argc, char **argv)
{
	struct world_options options = {.seed = 1, .n_people = 0};
	uint64_t count = 1000;
	bool is_envelope = false;
	for (int at = 1; at < argc; at++) {
		const char *value = at + 1 < argc ? argv[at + 1] : NULL;
		if (strcmp(argv[at], "--help") == 0) {
			(void)printf("usage: twin notes --count N [--envelope] [--seed N] > FILE\n"
				     "N submissions as API v2 shows them, about 2.7 kB each: a line each, or "
				     "one {\"notes\":[...]}.\n");
			return 0;
		}
		if (strcmp(argv[at], "--envelope") == 0) {
			is_envelope = true;
			continue;
		}
		bool is_count = strcmp(argv[at], "--count") == 0 && value != NULL &&
				num_parse_u64(str_from(value), &count);
		if (!is_count && options_take(&options, argv[at], value) <= 0) {
			(void)fprintf(stderr, "twin: cannot take %s (see twin notes --help)\n", argv[at]);
			return 64;
		}
		at++;
	}
	/* a person stands for a little less than half a paper of API v2 */
	uint64_t people = options.n_people != 0 ? options.n_people : count * 5 / 2 + 1000;
	options.n_people = (uint32_t)(people > TWIN_MAX_PEOPLE ? TWIN_MAX_PEOPLE : people);
	struct err err = {0};
	struct world world;
	if (!world_init(&world, &options, &err)) {
		(void)fprintf(stderr, "twin: %s\n", err.message);
		return err_exit_code(&err);
	}
	uint64_t most = count_v2(&world);
	bool is_done = notes_write(&world, count < most ? count : most, is_envelope);
	world_done(&world);
	if (count > most)
		(void)fprintf(stderr, "twin: only %" PRIu64 " notes in this world: try --people\n", most);
	return is_done && count <= most ? 0 : 74;
}

/* --- twin papercopilot --- */

enum archive { ARCHIVE_AUTHORS, ARCHIVE_VENUES, ARCHIVE_COMPACT, ARCHIVE_SNAPSHOT };

struct column {
	const char *name;
	void (*put)(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text);
	bool is_dropped_when_blank; /* in the compact layout */
};

static uint32_t slot_person(const struct world *world, uint32_t paper, uint32_t slot)
{
	return world->slots[world->papers[paper].first_slot + slot];
}

static void put_name(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	uint32_t person = slot_person(world, paper, slot);
	struct person_name name = {.given = "Stranger", .family = "Unregistered"};
	if (person != TWIN_NO_PERSON)
		name_of(world, person, &name);
	buf_printf(text, "%s %s", name.given, name.family);
}

static void put_id(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	uint32_t person = slot_person(world, paper, slot);
	char id[NAME_BYTES];
	if (person == TWIN_NO_PERSON) {
		PUT(text, "****@mail.example");
		return;
	}
	name_id(world, person, paper_id_form(world, paper, person), id);
	buf_put_text(text, id);
}

static void put_nothing(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	(void)world;
	(void)paper;
	(void)slot;
	(void)text;
}

static void put_homepage(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	uint32_t person = slot_person(world, paper, slot);
	struct person_name name;
	if (person == TWIN_NO_PERSON || hash_of(world, TAG_BLANK, person, 1) % 100 >= 50)
		return;
	name_of(world, person, &name);
	buf_printf(text, "https://%s-%s.example/", name.given, name.family);
}

static void put_dblp(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	uint32_t person = slot_person(world, paper, slot);
	uint64_t hash = hash_of(world, TAG_BLANK, person, 2);
	if (person != TWIN_NO_PERSON && hash % 100 < 45)
		buf_printf(text, "%s%u/%u", hash % 7 == 0 ? "https://dblp.org/pid/" : "",
			   100 + (unsigned)(hash % 300), person % 20000);
}

/* The rows of a person that are current in the paper's year: at most two, interns too. */
static size_t current_rows(const struct world *world, uint32_t paper, uint32_t slot,
			   const struct shown_row **rows, struct profile *profile)
{
	uint32_t person = slot_person(world, paper, slot);
	int year = TWIN_FIRST_YEAR + world->papers[paper].year_offset;
	if (person == TWIN_NO_PERSON || hash_of(world, TAG_CRAWL, person, paper) % 100 < 12)
		return 0;
	profile_make(world, person, profile);
	size_t n = 0;
	for (size_t at = 0; at < profile->n_rows && n < 2; at++) {
		const struct shown_row *row = &profile->rows[at];
		if (row->start != 0 && row->start <= year && (row->end == 0 || row->end > year) &&
		    row->institution[0] != '\0')
			rows[n++] = row;
	}
	return n;
}

static void put_current(const struct world *world, uint32_t paper, uint32_t slot, int what, struct buf *text)
{
	const struct shown_row *rows[2];
	struct profile profile;
	size_t n = current_rows(world, paper, slot, rows, &profile);
	for (size_t at = 0; at < n; at++) {
		if (at > 0)
			PUT(text, "+");
		buf_put_text(text, what == 0   ? rows[at]->institution
				   : what == 1 ? rows[at]->domain
					       : rows[at]->role);
	}
}

static void put_aff(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	put_current(world, paper, slot, 0, text);
}

static void put_aff_domain(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	put_current(world, paper, slot, 1, text);
}

static void put_position(const struct world *world, uint32_t paper, uint32_t slot, struct buf *text)
{
	put_current(world, paper, slot, 2, text);
}

static const struct column COLUMNS[] = {{"author", put_name, false},
					{"authorids", put_id, false},
					{"gender", put_nothing, false},
					{"homepage", put_homepage, false},
					{"dblp", put_dblp, false},
					{"google_scholar", put_nothing, false},
					{"orcid", put_nothing, false},
					{"linkedin", put_nothing, false},
					{"or_profile", put_id, false},
					{"aff", put_aff, true},
					{"aff_domain", put_aff_domain, true},
					{"position", put_position, true}};

static void put_columns(const struct world *world, uint32_t paper, enum archive archive, struct buf *text)
{
	bool is_compact = archive == ARCHIVE_COMPACT || archive == ARCHIVE_SNAPSHOT;
	for (size_t at = 0; at < ARRAY_LENGTH(COLUMNS); at++) {
		const struct column *column = &COLUMNS[at];
		if (is_compact && !column->is_dropped_when_blank && column->put != put_name &&
		    column->put != put_id)
			continue;
		buf_printf(text, ",\"%s\":\"", column->name);
		size_t n = 0;
		for (uint32_t slot = 0; slot < world->papers[paper].n_slots; slot++) {
			size_t before = text->length;
			if (n > 0)
				PUT(text, ";");
			size_t from = text->length;
			column->put(world, paper, slot, text);
			if (is_compact && column->is_dropped_when_blank && text->length == from) {
				text->length = before;
				continue;
			}
			n++;
		}
		PUT(text, "\"");
	}
}

static const char *status_text(const struct world *world, uint32_t paper, const struct paper_state *state)
{
	switch (state->status) {
	case PAPER_ACCEPTED:
		return hash_of(world, TAG_SCORE, paper, 1) % 10 == 0 ? "Oral" : "Poster";
	case PAPER_REJECTED:
		return "Reject";
	case PAPER_WITHDRAWN:
		return "Withdraw";
	case PAPER_DESK_REJECTED:
		return "Desk Reject";
	case PAPER_UNDER_REVIEW:
		return "Active";
	}
	return "";
}

static void put_scores(const struct world *world, uint32_t paper, const struct paper_state *state,
		       struct buf *text)
{
	double sum = 0;
	PUT(text, ",\"rating\":\"");
	for (uint32_t at = 0; at < state->n_reviews; at++) {
		uint32_t rating = 2 + below_of(hash_of(world, TAG_SCORE, paper, 8 + at), 7);
		buf_printf(text, "%s%u", at == 0 ? "" : ";", rating);
		sum += rating;
	}
	buf_printf(text, "\",\"rating_avg\":%.4f", state->n_reviews == 0 ? 0.0 : sum / state->n_reviews);
}

static void put_record(const struct world *world, uint32_t paper, enum archive archive, struct buf *text)
{
	struct note_ref note = {.paper = paper, .kind = NOTE_SUBMISSION};
	struct paper_state state;
	char id[NOTE_ID_BYTES];
	note_id(world, &note, id);
	paper_state_of(world, paper, &state);
	buf_printf(text, "{\"id\":\"%s\"", id);
	if (archive != ARCHIVE_AUTHORS)
		buf_printf(text, ",\"title\":\"Invented Paper %u\",\"track\":\"main\",\"status\":\"%s\"",
			   paper, archive == ARCHIVE_SNAPSHOT ? "Active" : status_text(world, paper, &state));
	if (archive == ARCHIVE_VENUES)
		PUT(text,
		    ",\"tldr\":\"\",\"abstract\":\"An abstract of an invented paper, quoted \\\"so\\\".\"");
	if (archive != ARCHIVE_AUTHORS)
		PUT(text, ",\"keywords\":\"invention;synthetic data\",\"primary_area\":\"\"");
	if (archive != ARCHIVE_VENUES)
		put_columns(world, paper, archive, text);
	if (archive != ARCHIVE_AUTHORS && archive != ARCHIVE_SNAPSHOT)
		put_scores(world, paper, &state, text);
	PUT(text, "}");
}

static bool archive_write(const struct world *world, const struct venue *venue, const char *path,
			  enum archive archive, struct err *err)
{
	bool is_lines = archive == ARCHIVE_AUTHORS || archive == ARCHIVE_VENUES;
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return err_set(err, ERR_IO, "cannot write %s: %s", path, strerror(errno));
	struct buf text;
	buf_init(&text, FLUSH_BYTES * 4);
	size_t n = 0;
	bool is_good = true;
	if (!is_lines)
		PUT(&text, "[\n");
	for (uint32_t at = 0; at < venue->n_papers && is_good; at++) {
		uint32_t paper = venue->first_paper + at;
		struct paper_state state;
		paper_state_of(world, paper, &state);
		bool is_early = archive != ARCHIVE_SNAPSHOT || hash_of(world, TAG_CRAWL, paper, 1) % 10 < 3;
		if (!state.exists || state.is_deleted || state.is_anonymous || !is_early)
			continue;
		if (!is_lines && n > 0)
			PUT(&text, ",\n");
		put_record(world, paper, archive, &text);
		if (is_lines)
			PUT(&text, "\n");
		n++;
		if (text.length >= FLUSH_BYTES) {
			is_good = fwrite(text.data, 1, text.length, file) == text.length;
			buf_reset(&text);
		}
	}
	if (!is_lines)
		PUT(&text, "\n]\n");
	is_good = is_good && fwrite(text.data, 1, text.length, file) == text.length;
	is_good = fclose(file) == 0 && is_good;
	buf_done(&text);
	return is_good || err_set(err, ERR_IO, "cannot write %s", path);
}

/* "iclr2024"; false for venues that the archives do not have. */
static bool archive_name(const struct venue *venue, char *name, size_t size)
{
	static const struct {
		const char *host, *name;
	} NAMES[] = {
	    {"ICLR.cc", "iclr"}, {"NeurIPS.cc", "nips"}, {"ICML.cc", "icml"}, {"robot-learning.org", "corl"}};
	if (venue->n_papers == 0 || venue->year == 0 || strstr(venue->id, "orkshop") != NULL)
		return false;
	for (size_t at = 0; at < ARRAY_LENGTH(NAMES); at++) {
		if (strcmp(venue->host, NAMES[at].host) != 0)
			continue;
		(void)snprintf(name, size, "%s%d", NAMES[at].name, venue->year);
		return true;
	}
	return false;
}

static bool archives_write(const struct world *world, const char *directory, struct err *err)
{
	static const char *const PARTS[] = {"", "/authors", "/venues", "/paperlists"};
	char path[1200], name[64];
	for (size_t at = 0; at < ARRAY_LENGTH(PARTS); at++) {
		(void)snprintf(path, sizeof(path), "%s%s", directory, PARTS[at]);
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return err_set(err, ERR_IO, "cannot make %s: %s", path, strerror(errno));
	}
	for (size_t at = 0; at < world->n_venues; at++) {
		const struct venue *venue = &world->venues[at];
		if (!archive_name(venue, name, sizeof(name)))
			continue;
		(void)snprintf(path, sizeof(path), "%s/authors/%s.jsonl", directory, name);
		if (!archive_write(world, venue, path, ARCHIVE_AUTHORS, err))
			return false;
		(void)snprintf(path, sizeof(path), "%s/venues/%s.jsonl", directory, name);
		if (!archive_write(world, venue, path, ARCHIVE_VENUES, err))
			return false;
		if (strcmp(name, "iclr2024") != 0 && strcmp(name, "corl2024") != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/paperlists/%s.json", directory, name);
		if (!archive_write(world, venue, path, ARCHIVE_COMPACT, err))
			return false;
		(void)snprintf(path, sizeof(path), "%s/paperlists/%s.snapshot-2024-10-11.json", directory,
			       name);
		if (strcmp(name, "corl2024") == 0 &&
		    !archive_write(world, venue, path, ARCHIVE_SNAPSHOT, err))
			return false;
	}
	return true;
}

int papercopilot_main(int argc, char **argv)
{
	struct world_options options = {.seed = 1, .n_people = 20000};
	const char *directory = NULL;
	for (int at = 1; at < argc; at++) {
		const char *value = at + 1 < argc ? argv[at + 1] : NULL;
		if (strcmp(argv[at], "--help") == 0) {
			(void)printf(
			    "usage: twin papercopilot --out DIRECTORY [--seed N] [--people N] [--day 0|1]\n"
			    "The world as Paper Copilot archives: authors/*.jsonl (lists that line up, '+' "
			    "between concurrent\n"
			    "affiliations), venues/*.jsonl, and paperlists/*.json (compact: blanks dropped, "
			    "lists do not line up;\n"
			    "one earlier snapshot of a venue).\n");
			return 0;
		}
		if (strcmp(argv[at], "--out") == 0 && value != NULL) {
			directory = value;
		} else if (options_take(&options, argv[at], value) <= 0) {
			(void)fprintf(stderr, "twin: cannot take %s (see twin papercopilot --help)\n",
				      argv[at]);
			return 64;
		}
		at++;
	}
	if (directory == NULL || strlen(directory) > 1000) {
		(void)fprintf(stderr, "twin: papercopilot wants --out DIRECTORY\n");
		return 64;
	}
	struct err err = {0};
	struct world world = {0};
	bool is_done = world_init(&world, &options, &err) && archives_write(&world, directory, &err);
	world_done(&world);
	if (is_done)
		return 0;
	(void)fprintf(stderr, "twin: %s\n", err.message);
	return err_exit_code(&err);
}
