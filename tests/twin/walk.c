/* SPDX-License-Identifier: PostgreSQL
 *
 * twin truth: walks over everybody on record in the world as the API shows it and prints the right figures.
 */
#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/err.h"
#include "base/num.h"

/* Papers of people, by owner: where each one's slots begin in a list. */
struct slot_index {
	uint32_t *first; /* n_people + 1 */
	uint64_t *refs;	 /* paper << 8 | slot */
};

static bool paper_is_on_record(const struct world *world, uint32_t paper)
{
	struct paper_state state;
	paper_state_of(world, paper, &state);
	return state.exists && !state.is_deleted && !state.is_anonymous &&
	       venue_is_readable(paper_venue(world, paper));
}

static bool index_make(const struct world *world, struct slot_index *index)
{
	index->first = calloc((size_t)world->n_people + 2, sizeof(*index->first));
	index->refs = malloc(((size_t)world->n_slots + 1) * sizeof(*index->refs));
	if (index->first == NULL || index->refs == NULL)
		return false;
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t paper = 0; paper < world->n_papers; paper++) {
			if (!paper_is_on_record(world, paper))
				continue;
			for (uint32_t slot = 0; slot < world->papers[paper].n_slots; slot++) {
				uint32_t person = world->slots[world->papers[paper].first_slot + slot];
				if (person == TWIN_NO_PERSON)
					continue;
				uint32_t owner = profile_owner(world, person);
				if (pass == 0)
					index->first[owner + 2]++;
				else
					index->refs[index->first[owner + 1]++] = (uint64_t)paper << 8 | slot;
			}
		}
		for (uint32_t person = 0; pass == 0 && person < world->n_people; person++)
			index->first[person + 2] += index->first[person + 1];
	}
	return true;
}

static int paper_year(const struct world *world, uint32_t paper)
{
	const struct venue *venue = paper_venue(world, paper);
	if (venue->year != 0)
		return venue->year;
	struct paper_state state;
	paper_state_of(world, paper, &state);
	return date_year_of_ms(state.published_ms != 0 ? state.published_ms : state.created_ms);
}

/* The texts of one person, kept while they are looked at. */
struct person_texts {
	struct profile profile;
	struct shown_row rows[TRUTH_MAX_POINTS];
	struct truth_slot slots[TRUTH_MAX_POINTS];
	size_t n_slots;
};

static void person_load(const struct world *world, const struct slot_index *index, uint32_t owner,
			struct person_texts *texts, struct truth_person *facts)
{
	*facts = (struct truth_person){0};
	profile_make(world, owner, &texts->profile);
	texts->n_slots = 0;
	for (size_t at = 0; at < texts->profile.n_rows; at++) {
		const struct shown_row *row = &texts->profile.rows[at];
		facts->claims[facts->n_claims++] =
		    (struct truth_claim){.role = str_from(row->role),
					 .institution = str_from(row->institution),
					 .domain = str_from(row->domain),
					 .start = row->start,
					 .end = row->end,
					 .made = texts->profile.year_made};
	}
	for (uint32_t at = index->first[owner]; at < index->first[owner + 1]; at++) {
		uint32_t paper = (uint32_t)(index->refs[at] >> 8);
		if (texts->n_slots == TRUTH_MAX_POINTS)
			break;
		struct shown_row *row = &texts->rows[texts->n_slots];
		struct truth_slot *slot = &texts->slots[texts->n_slots++];
		paper_slot_institution(world, paper, (uint32_t)(index->refs[at] & 255), row);
		*slot = (struct truth_slot){.year = paper_year(world, paper), .group = -1};
		slot->is_affiliated = row->institution[0] != '\0' || row->domain[0] != '\0';
		if (!slot->is_affiliated)
			continue;
		slot->group = org_resolve(str_from(row->institution), str_from(row->domain));
		facts->points[facts->n_points++] =
		    (struct truth_point){.institution = str_from(row->institution),
					 .domain = str_from(row->domain),
					 .year = slot->year};
	}
	truth_stints(facts);
}

bool truth_walk(const struct world *world, truth_visit *visit, void *context, struct truth_totals *totals,
		struct err *err)
{
	struct slot_index index = {0};
	struct person_texts *texts = malloc(sizeof(*texts));
	struct truth_person *facts = malloc(sizeof(*facts));
	bool is_done = texts != NULL && facts != NULL && index_make(world, &index);
	*totals = (struct truth_totals){0};
	for (uint32_t owner = 0; is_done && owner < world->n_people; owner++) {
		if (index.first[owner] == index.first[owner + 1])
			continue;
		person_load(world, &index, owner, texts, facts);
		truth_add(totals, facts, texts->slots, texts->n_slots);
		if (texts->profile.year_made > totals->data_end && texts->profile.state != PROFILE_NONE)
			totals->data_end = texts->profile.year_made;
		for (size_t at = 0; at < texts->n_slots; at++)
			totals->data_end = texts->slots[at].year > totals->data_end ? texts->slots[at].year
										    : totals->data_end;
		if (visit != NULL)
			visit(context, owner, facts, texts->slots, texts->n_slots);
	}
	truth_finish(totals);
	free(index.first);
	free(index.refs);
	free(texts);
	free(facts);
	return is_done || err_nomem(err, "people on record");
}

static void totals_print(const struct truth_totals *totals)
{
	(void)printf("metric,group_key,year,value\n");
	for (int group = 0; group < TRACKED_COUNT; group++) {
		for (int year = totals->first_year[group]; year != 0 && year <= totals->data_end; year++) {
			const struct truth_year *cell = &totals->years[group][year - TRUTH_FIRST_YEAR];
			const struct {
				const char *name;
				uint32_t value;
			} metrics[] = {{"headcount", cell->headcount},
				       {"joiners", cell->joiners},
				       {"appeared", cell->appeared},
				       {"leavers", cell->leavers},
				       {"lapsed", cell->lapsed},
				       {"published_as", cell->published},
				       {"published_as_to_date", cell->published_to_date}};
			for (size_t at = 0; at < ARRAY_LENGTH(metrics); at++)
				(void)printf("%s,%s,%d,%u\n", metrics[at].name, ORGS[group].key, year,
					     metrics[at].value);
		}
	}
}

/* --- hand-made worlds: lines "claim,PERSON,ROLE,INSTITUTION,DOMAIN,START,END,MADE" and
 *     "slot,PERSON,YEAR,INSTITUTION,DOMAIN", people in runs --- */

struct hand_made {
	struct truth_totals totals;
	struct truth_person facts;
	struct truth_slot slots[TRUTH_MAX_POINTS];
	size_t n_slots;
	struct str person;
};

static void hand_made_flush(struct hand_made *world)
{
	if (world->facts.n_claims + world->n_slots == 0)
		return;
	truth_stints(&world->facts);
	truth_add(&world->totals, &world->facts, world->slots, world->n_slots);
	world->facts = (struct truth_person){0};
	world->n_slots = 0;
}

static bool hand_made_line(struct hand_made *world, struct str line)
{
	struct str fields[8] = {{0}};
	size_t n = 0;
	struct str rest = line;
	while (n < ARRAY_LENGTH(fields) && rest.data != NULL && str_next(&rest, ',', &fields[n]))
		n++;
	if (n < 5)
		return false;
	if (!str_equal(fields[1], world->person))
		hand_made_flush(world);
	world->person = fields[1];
	int64_t numbers[3] = {0};
	bool is_claim = str_equal_text(fields[0], "claim") && n == 8;
	for (size_t at = 0; at < (is_claim ? 3u : 1u); at++) {
		struct str text = is_claim ? fields[5 + at] : fields[2];
		if (text.length > 0 && !num_parse_i64(text, &numbers[at]))
			return false;
	}
	int year = (int)(is_claim ? numbers[2] : numbers[0]);
	world->totals.data_end = year > world->totals.data_end ? year : world->totals.data_end;
	if (is_claim && world->facts.n_claims < TRUTH_MAX_CLAIMS) {
		world->facts.claims[world->facts.n_claims++] = (struct truth_claim){.role = fields[2],
										    .institution = fields[3],
										    .domain = fields[4],
										    .start = (int)numbers[0],
										    .end = (int)numbers[1],
										    .made = year};
		return true;
	}
	if (is_claim || !str_equal_text(fields[0], "slot") || world->n_slots == TRUTH_MAX_POINTS)
		return false;
	bool is_affiliated = fields[3].length + fields[4].length > 0;
	world->slots[world->n_slots++] =
	    (struct truth_slot){.year = year,
				.is_affiliated = is_affiliated,
				.group = is_affiliated ? org_resolve(fields[3], fields[4]) : -1};
	if (is_affiliated)
		world->facts.points[world->facts.n_points++] =
		    (struct truth_point){.institution = fields[3], .domain = fields[4], .year = year};
	return true;
}

static int hand_made_main(const char *path)
{
	struct err err = {0};
	struct buf text;
	buf_init(&text, 1 << 24);
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		(void)fprintf(stderr, "twin: cannot read %s\n", path);
		return 74;
	}
	char block[4096];
	for (size_t n; (n = fread(block, 1, sizeof(block), file)) > 0;)
		buf_put(&text, block, n);
	(void)fclose(file);
	struct hand_made *world = calloc(1, sizeof(*world));
	bool is_done = world != NULL && buf_check(&text, path, &err);
	struct str rest = buf_str(&text), line;
	for (size_t number = 1; is_done && rest.data != NULL && str_next(&rest, '\n', &line); number++) {
		if (line.length == 0 || line.data[0] == '#')
			continue;
		is_done = hand_made_line(world, line);
		if (!is_done)
			(void)fprintf(stderr, "twin: %s:%zu: not a claim or slot line\n", path, number);
	}
	if (is_done) {
		hand_made_flush(world);
		truth_finish(&world->totals);
		totals_print(&world->totals);
	}
	free(world);
	buf_done(&text);
	return is_done ? 0 : 65;
}

static void help(void)
{
	(void)printf("usage: twin truth [--seed N] [--people N] [--day 0|1]\n"
		     "       twin truth --claims FILE\n"
		     "Prints metric,group_key,year,value for every tracked group, from its first year to the "
		     "data's end: headcount,\n"
		     "joiners, appeared, leavers, lapsed, published_as, published_as_to_date, computed from "
		     "what the API shows.\n\n"
		     "  --claims FILE   a hand-made world instead, in lines of people in runs:\n"
		     "                  claim,PERSON,ROLE,INSTITUTION,DOMAIN,START,END,MADE\n"
		     "                  slot,PERSON,YEAR,INSTITUTION,DOMAIN\n");
}

int truth_main(int argc, char **argv)
{
	struct world_options options = {.seed = 1, .n_people = 20000};
	for (int at = 1; at < argc; at++) {
		if (strcmp(argv[at], "--help") == 0) {
			help();
			return 0;
		}
		if (strcmp(argv[at], "--claims") == 0 && at + 1 < argc)
			return hand_made_main(argv[at + 1]);
		if (options_take(&options, argv[at], at + 1 < argc ? argv[at + 1] : NULL) <= 0) {
			(void)fprintf(stderr, "twin: cannot take %s (see twin truth --help)\n", argv[at]);
			return 64;
		}
		at++;
	}
	struct err err = {0};
	struct world world;
	struct truth_totals *totals = calloc(1, sizeof(*totals));
	bool is_done = totals != NULL && world_init(&world, &options, &err);
	if (is_done) {
		is_done = truth_walk(&world, NULL, NULL, totals, &err);
		if (is_done)
			totals_print(totals);
		world_done(&world);
	}
	free(totals);
	if (is_done)
		return 0;
	(void)fprintf(stderr, "twin: %s\n", err.message);
	return err_exit_code(&err);
}
