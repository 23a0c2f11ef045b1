/* SPDX-License-Identifier: PostgreSQL
 *
 * Venues and papers. People hand in slots (person, year); a year's slots are sorted so that colleagues stand
 * near each other and cut into papers; papers are then laid out venue by venue.
 */
#include "twin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/err.h"

enum {
	TAG_SLOTS = 48,
	TAG_CHUNK = 49,
	TAG_VENUE = 50,
	TAG_STATE = 51,
	TAG_TIME = 52,
	TAG_AFFILIATION = 53,
	TAG_DAY = 54,
	TAG_AUTHOR = 55,
	TAG_FIRST = 56
};

#define MAX_VENUES	 128
#define MAX_SLOTS_A_YEAR 4

struct slot_entry {
	uint64_t key;
	uint32_t person;
};

struct slot_list {
	struct slot_entry *entries;
	size_t n;
	size_t capacity;
};

static void venue_add(struct world *world, int year, int api_version, enum venue_form form, uint32_t weight)
{
	struct venue *venue = &world->venues[world->n_venues++];
	venue->year = year;
	venue->api_version = api_version;
	venue->form = (uint8_t)form;
	venue->weight = weight;
}

static void venue_name(struct world *world, const char *host, const char *format, int year)
{
	struct venue *venue = &world->venues[world->n_venues - 1];
	char tail[48];
	(void)snprintf(venue->host, sizeof(venue->host), "%s", host);
	const char *mark = strchr(format, '#');
	if (mark == NULL)
		(void)snprintf(tail, sizeof(tail), "%s", format);
	else
		(void)snprintf(tail, sizeof(tail), "%.*s%d%s", (int)(mark - format), format, year, mark + 1);
	(void)snprintf(venue->id, sizeof(venue->id), "%s%s", host, tail);
}

bool venues_init(struct world *world, struct err *err)
{
	world->venues = calloc(MAX_VENUES, sizeof(*world->venues));
	if (world->venues == NULL)
		return err_nomem(err, "venues of the twin");
	for (int year = TWIN_FIRST_PAPER_YEAR; year <= TWIN_LAST_YEAR; year++) {
		venue_add(world, year, year <= 2023 ? 1 : 2,
			  year == 2017	 ? VENUE_PLAIN_V1
			  : year == 2018 ? VENUE_BLIND
					 : VENUE_NORMAL,
			  40);
		venue_name(world, "ICLR.cc", year == 2017 ? "/#/conference" : "/#/Conference", year);
		if (year >= 2019) {
			venue_add(world, year, year <= 2022 ? 1 : 2,
				  year == 2025 ? VENUE_UNIFIED : VENUE_NORMAL, 40);
			venue_name(world, "NeurIPS.cc", "/#/Conference", year);
			venue_add(world, year, year <= 2023 ? 1 : 2, VENUE_NORMAL, 3);
			venue_name(world, "ICLR.cc", "/#/Workshop/Twin_Models", year);
		} else {
			venue_add(world, year, 1, VENUE_NORMAL, 6);
			venue_name(world, "NIPS.cc", "/#/Workshop/Synthetic_Worlds", year);
		}
		if (year >= 2021) {
			venue_add(world, year, year <= 2022 ? 1 : 2,
				  year <= 2022 ? VENUE_PLAIN_V1 : VENUE_NORMAL, 5);
			venue_name(world, "robot-learning.org", "/CoRL/#/Conference", year);
		}
		if (year >= 2023) {
			venue_add(world, year, 2, year == 2025 ? VENUE_UNIFIED : VENUE_NORMAL, 22);
			venue_name(world, "ICML.cc", "/#/Conference", year);
		}
	}
	venue_add(world, 0, 2, VENUE_JOURNAL, 6);
	venue_name(world, "TMLR", "", 0);
	venue_add(world, 2025, 2, VENUE_REVIEWING, 3);
	venue_name(world, "NeurIPS.cc", "/2025/Workshop/Late_Breaking", 2025);
	venue_add(world, 2020, 1, VENUE_EMPTY, 0);
	venue_name(world, "ICLR.cc", "/2020/Workshop/Empty_Sessions", 2020);
	venue_add(world, 2024, 2, VENUE_EMPTY, 0);
	venue_name(world, "ICML.cc", "/2024/Workshop/Nothing_Submitted", 2024);
	venue_add(world, 2023, 2, VENUE_FORBIDDEN, 0);
	venue_name(world, "NeurIPS.cc", "/2023/Track/Restricted", 2023);
	venue_add(world, 2025, 2, VENUE_FORBIDDEN, 0);
	venue_name(world, "Closed.example", "/2025/Conference", 2025);
	venue_add(world, 2021, 1, VENUE_BARE, 0);
	venue_name(world, "Twin.example", "/2021/Retreat", 2021);
	venue_add(world, 2024, 2, VENUE_BARE, 0);
	venue_name(world, "Twin.example", "/2024/Retreat", 2024);
	return true;
}

bool venue_is_readable(const struct venue *venue)
{
	return venue->form != VENUE_FORBIDDEN && venue->form != VENUE_BARE && venue->form != VENUE_EMPTY;
}

const struct venue *paper_venue(const struct world *world, uint32_t paper)
{
	return &world->venues[world->papers[paper].venue];
}

static bool job_covers(const struct job *job, int year)
{
	return job->start <= year && (job->end == 0 || year <= job->end);
}

static bool is_on_focal_staff(const struct career *career, int year)
{
	for (size_t at = 0; at < career->n_jobs; at++) {
		if (career->jobs[at].is_focal && job_covers(&career->jobs[at], year))
			return true;
	}
	return false;
}

static bool is_on_staff_of_three(const struct career *career, int year)
{
	for (size_t at = 0; at < career->n_jobs; at++) {
		const struct job *job = &career->jobs[at];
		if (job->org <= TENCENT && job->role >= ROLE_POSTDOC && job_covers(job, year))
			return true;
	}
	return false;
}

/* The year for which the person surely has a paper: on the focal staff up to 2024, else anywhere. */
static int sure_year(const struct world *world, uint32_t person, const struct career *career)
{
	int from = 0, n = 0;
	for (int pass = 0; pass < 2; pass++) {
		int place = pass == 0 ? -1 : (int)below_of(hash_of(world, TAG_FIRST, person, 0), (uint32_t)n);
		for (int year = TWIN_FIRST_PAPER_YEAR; year <= TWIN_LAST_YEAR; year++) {
			bool is_good = career->n_jobs > 0 && career->jobs[0].start + 2 <= year;
			if (career->group >= 0 && !career->is_never_published)
				is_good = is_on_focal_staff(career, year) && year <= 2024;
			else if (career->is_never_published)
				is_good = is_good &&
					  (year == TWIN_LAST_YEAR || !is_on_staff_of_three(career, year));
			if (!is_good)
				continue;
			if (pass == 0)
				n++;
			else if (place-- == 0)
				from = year;
		}
		if (n == 0)
			return TWIN_LAST_YEAR;
	}
	return from;
}

static uint32_t slots_in_year(const struct world *world, uint32_t person, const struct career *career,
			      int year, int sure)
{
	uint32_t n = year == sure ? 1 : 0;
	if (career->is_never_published && is_on_staff_of_three(career, year) && year < TWIN_LAST_YEAR)
		return n;
	uint32_t rate = 10; /* per cent of a try */
	for (size_t at = 0; at < career->n_jobs; at++) {
		const struct job *job = &career->jobs[at];
		uint32_t of_job = job->role == ROLE_FACULTY	 ? 38
				  : job->role == ROLE_PHD	 ? 26
				  : job->role == ROLE_POSTDOC	 ? 28
				  : job->role == ROLE_RESEARCHER ? 24
				  : job->role == ROLE_UNDERGRAD	 ? 3
								 : 12;
		if (job_covers(job, year) && of_job > rate)
			rate = of_job;
	}
	if (career->n_jobs == 0 || career->jobs[0].start + 2 > year)
		rate = 0;
	/* the field grows */
	rate = rate * (uint32_t)(4 + year - TWIN_FIRST_PAPER_YEAR) / 16;
	uint64_t hash = hash_of(world, TAG_SLOTS, person, (uint64_t)year);
	for (int try = 0; try < MAX_SLOTS_A_YEAR; try++) {
		if (n < MAX_SLOTS_A_YEAR && below_of(hash << (try * 9), 100) < rate)
			n++;
	}
	return n;
}

static int64_t org_in_year(const struct career *career, int year)
{
	for (size_t at = career->n_jobs; at > 0; at--) {
		if (job_covers(&career->jobs[at - 1], year))
			return career->jobs[at - 1].org;
	}
	return 4000;
}

static int entry_compare(const void *left, const void *right)
{
	const struct slot_entry *a = left;
	const struct slot_entry *b = right;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->person < b->person ? -1 : a->person > b->person;
}

static bool slot_add(struct slot_list *list, uint64_t key, uint32_t person)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity == 0 ? 4096 : list->capacity * 2;
		struct slot_entry *entries = realloc(list->entries, capacity * sizeof(*entries));
		if (entries == NULL)
			return false;
		list->entries = entries;
		list->capacity = capacity;
	}
	list->entries[list->n++] = (struct slot_entry){.key = key, .person = person};
	return true;
}

static bool slots_collect(const struct world *world, struct slot_list lists[TWIN_N_YEARS])
{
	for (uint32_t person = 0; person < world->n_people; person++) {
		struct career career;
		career_make(world, person, &career);
		int sure = sure_year(world, person, &career);
		for (int year = TWIN_FIRST_PAPER_YEAR; year <= TWIN_LAST_YEAR; year++) {
			uint32_t n = slots_in_year(world, person, &career, year, sure);
			uint64_t org = (uint64_t)org_in_year(&career, year);
			for (uint32_t at = 0; at < n; at++) {
				uint64_t hash = hash_of(world, TAG_CHUNK, person, (uint64_t)(year * 8) + at);
				uint64_t key = hash % 100 < 60 ? org << 48 | hash >> 16 : hash;
				if (!slot_add(&lists[year - TWIN_FIRST_YEAR], key, person))
					return false;
			}
		}
	}
	return true;
}

static uint16_t venue_pick(const struct world *world, int year, uint64_t hash)
{
	uint32_t total = 0;
	for (int pass = 0; pass < 2; pass++) {
		uint32_t place = pass == 0 ? 0 : below_of(hash, total);
		for (size_t venue = 0; venue < world->n_venues; venue++) {
			bool fits = world->venues[venue].year == year ||
				    (world->venues[venue].year == 0 && year >= 2022);
			if (!fits)
				continue;
			if (pass == 0)
				total += world->venues[venue].weight;
			else if (place < world->venues[venue].weight)
				return (uint16_t)venue;
			else
				place -= world->venues[venue].weight;
		}
	}
	return 0;
}

struct layout {
	struct paper *papers; /* in order of creation */
	size_t n_papers, capacity;
	size_t slot_capacity;
};

static bool layout_grow(struct world *world, struct layout *layout)
{
	if (layout->n_papers == layout->capacity) {
		size_t capacity = layout->capacity == 0 ? 4096 : layout->capacity * 2;
		struct paper *papers = realloc(layout->papers, capacity * sizeof(*papers));
		if (papers == NULL)
			return false;
		layout->papers = papers;
		layout->capacity = capacity;
	}
	if (world->n_slots + TWIN_MAX_AUTHORS > layout->slot_capacity) {
		size_t capacity = layout->slot_capacity == 0 ? 16384 : layout->slot_capacity * 2;
		uint32_t *slots = realloc(world->slots, capacity * sizeof(*slots));
		if (slots == NULL)
			return false;
		world->slots = slots;
		layout->slot_capacity = capacity;
	}
	return true;
}

/* Cuts one year's sorted slots into papers. */
static bool papers_cut(struct world *world, const struct slot_list *list, int year, struct layout *layout)
{
	size_t at = 0;
	while (at < list->n) {
		if (!layout_grow(world, layout))
			return false;
		uint64_t hash = hash_of(world, TAG_VENUE, list->entries[at].person, list->entries[at].key);
		uint32_t wanted = 1 + below_of(hash, 4) + below_of(hash << 16, 5);
		struct paper *paper = &layout->papers[layout->n_papers++];
		*paper = (struct paper){.first_slot = world->n_slots,
					.venue = venue_pick(world, year, hash << 24),
					.year_offset = (uint8_t)(year - TWIN_FIRST_YEAR)};
		for (uint32_t slot = 0; slot < wanted && at < list->n; slot++) {
			uint32_t person = list->entries[at++].person;
			bool is_there = false;
			for (uint32_t other = paper->first_slot; other < world->n_slots; other++)
				is_there = is_there || world->slots[other] == person;
			if (!is_there)
				world->slots[world->n_slots++] = person;
			if (below_of(hash_of(world, TAG_AUTHOR, person, list->entries[at - 1].key), 100) <
				4 &&
			    world->n_slots - paper->first_slot < TWIN_MAX_AUTHORS - 1)
				world->slots[world->n_slots++] = TWIN_NO_PERSON;
		}
		paper->n_slots = (uint8_t)(world->n_slots - paper->first_slot);
	}
	return true;
}

static bool papers_lay_out(struct world *world, const struct layout *layout)
{
	world->papers = malloc((layout->n_papers + 1) * sizeof(*world->papers));
	if (world->papers == NULL)
		return false;
	for (size_t at = 0; at < layout->n_papers; at++)
		world->venues[layout->papers[at].venue].n_papers++;
	uint32_t first = 0;
	for (size_t venue = 0; venue < world->n_venues; venue++) {
		world->venues[venue].first_paper = first;
		first += world->venues[venue].n_papers;
		world->venues[venue].n_papers = 0;
	}
	for (size_t at = 0; at < layout->n_papers; at++) {
		struct venue *venue = &world->venues[layout->papers[at].venue];
		world->papers[venue->first_paper + venue->n_papers++] = layout->papers[at];
	}
	world->n_papers = (uint32_t)layout->n_papers;
	return true;
}

bool papers_init(struct world *world, struct err *err)
{
	struct slot_list lists[TWIN_N_YEARS] = {{0}};
	struct layout layout = {0};
	bool is_done = slots_collect(world, lists);
	for (int year = TWIN_FIRST_PAPER_YEAR; is_done && year <= TWIN_LAST_YEAR; year++) {
		struct slot_list *list = &lists[year - TWIN_FIRST_YEAR];
		if (list->n > 0)
			qsort(list->entries, list->n, sizeof(*list->entries), entry_compare);
		is_done = papers_cut(world, list, year, &layout);
		free(list->entries);
		*list = (struct slot_list){0};
	}
	is_done = is_done && papers_lay_out(world, &layout);
	for (int year = 0; year < TWIN_N_YEARS; year++)
		free(lists[year].entries);
	free(layout.papers);
	return is_done || err_nomem(err, "papers of the twin");
}

static int64_t day_of(int year, int month, int day)
{
	return date_days_from_civil(year, month, day) * TWIN_DAY_MS;
}

static enum paper_status status_of(const struct venue *venue, uint32_t place)
{
	if (venue->form == VENUE_JOURNAL)
		return place < 62   ? PAPER_ACCEPTED
		       : place < 80 ? PAPER_REJECTED
		       : place < 88 ? PAPER_WITHDRAWN
				    : PAPER_UNDER_REVIEW;
	return place < 34   ? PAPER_ACCEPTED
	       : place < 80 ? PAPER_REJECTED
	       : place < 95 ? PAPER_WITHDRAWN
			    : PAPER_DESK_REJECTED;
}

static void state_times(const struct world *world, uint32_t paper, const struct venue *venue,
			struct paper_state *state)
{
	uint64_t hash = hash_of(world, TAG_TIME, paper, 0);
	int year = TWIN_FIRST_YEAR + world->papers[paper].year_offset;
	bool is_iclr = strcmp(venue->host, "ICLR.cc") == 0;
	int64_t created = is_iclr ? day_of(year - 1, 9, 25) : day_of(year, 5, 12);
	int64_t decided = is_iclr ? day_of(year, 1, 22) + 43200000 : day_of(year, 9, 25) + 43200000;
	if (venue->form == VENUE_JOURNAL) {
		created = day_of(year, 1, 5) + (int64_t)below_of(hash, 240) * TWIN_DAY_MS;
		decided = created + (int64_t)(30 + below_of(hash << 8, 50)) * TWIN_DAY_MS;
	} else if (venue->form == VENUE_REVIEWING) {
		created = day_of(year, 11, 10);
		decided = TWIN_DAY0_MS + TWIN_DAY_MS / 2;
	}
	created += (int64_t)below_of(hash << 16, 86400000);
	state->created_ms = created;
	state->decided_ms = decided;
	state->changed_ms = state->status == PAPER_UNDER_REVIEW ? created + 5000 : decided;
	if (state->status == PAPER_ACCEPTED)
		state->published_ms = decided;
	/* a late correction of a few, each at its own moment */
	int64_t late = decided + (int64_t)below_of(hash << 24, 30) * TWIN_DAY_MS +
		       (int64_t)below_of(hash << 9, 86400000);
	if (below_of(hash << 30, 100) < 6 && state->changed_ms < TWIN_DAY0_MS && late < TWIN_DAY0_MS)
		state->changed_ms = late;
}

/* What the second day changes: new, deleted, restored and decided notes. */
static void state_next_day(const struct world *world, uint32_t paper, const struct venue *venue,
			   struct paper_state *state)
{
	uint32_t place = below_of(hash_of(world, TAG_DAY, paper, 0), 10000);
	int64_t moment = TWIN_DAY0_MS + (int64_t)below_of(hash_of(world, TAG_DAY, paper, 1), 80000000);
	bool is_latest = TWIN_FIRST_YEAR + world->papers[paper].year_offset == TWIN_LAST_YEAR;
	bool is_new = is_latest && venue->form == VENUE_JOURNAL && place < 600;
	if (is_new) {
		state->exists = world->day >= 1;
		state->created_ms = state->changed_ms = moment;
		state->status = PAPER_UNDER_REVIEW;
		state->published_ms = 0;
		state->is_deleted = false;
		state->deleted_ms = 0;
		return;
	}
	if (world->day < 1)
		return;
	if (state->is_deleted && place < 2500) {
		state->is_deleted = false;
		state->deleted_ms = 0;
		state->changed_ms = moment;
	} else if (!state->is_deleted && place >= 2500 && place < 2540) {
		state->is_deleted = true;
		state->deleted_ms = state->changed_ms = moment;
	} else if (venue->api_version == 2 && place >= 2540 && place < 2600 &&
		   state->status == PAPER_REJECTED) {
		state->status = PAPER_ACCEPTED;
		state->published_ms = state->created_ms + 10 * TWIN_DAY_MS;
		state->changed_ms = moment;
	}
	if (venue->form == VENUE_REVIEWING && state->changed_ms < TWIN_DAY0_MS)
		state->changed_ms = TWIN_DAY0_MS + TWIN_DAY_MS / 2;
}

void paper_state_of(const struct world *world, uint32_t paper, struct paper_state *ret_state)
{
	const struct venue *venue = paper_venue(world, paper);
	uint64_t hash = hash_of(world, TAG_STATE, paper, 0);
	struct paper_state state = {.exists = true, .number = paper - venue->first_paper + 1};
	state.status = status_of(venue, below_of(hash, 100));
	if (venue->form == VENUE_REVIEWING && world->day < 1)
		state.status = PAPER_UNDER_REVIEW;
	state.first_status = state.status;
	state_times(world, paper, venue, &state);
	state.is_deleted = below_of(hash << 10, 1000) < 8;
	if (state.is_deleted)
		state.deleted_ms = state.changed_ms =
		    state.changed_ms + 3600000 + (int64_t)below_of(hash << 20, 36000000);
	state_next_day(world, paper, venue, &state);
	state.is_anonymous =
	    below_of(hash << 12, 1000) < 5 || (venue->form == VENUE_REVIEWING && world->day < 1);
	state.is_blind = venue->form == VENUE_BLIND;
	if (venue->form != VENUE_REVIEWING && state.status != PAPER_DESK_REJECTED &&
	    state.status != PAPER_UNDER_REVIEW)
		state.n_reviews = 3 + below_of(hash << 22, 2);
	*ret_state = state;
}

int paper_slot_org(const struct world *world, uint32_t paper, uint32_t slot)
{
	uint32_t person = world->slots[world->papers[paper].first_slot + slot];
	if (paper_venue(world, paper)->form != VENUE_UNIFIED || person == TWIN_NO_PERSON)
		return -1;
	if (below_of(hash_of(world, TAG_AFFILIATION, paper, slot), 100) < 30)
		return -1;
	struct career career;
	career_make(world, person, &career);
	int year = TWIN_FIRST_YEAR + world->papers[paper].year_offset;
	for (size_t at = career.n_jobs; at > 0; at--) {
		const struct job *job = &career.jobs[at - 1];
		if (job_covers(job, year) && job->role != ROLE_VISITOR)
			return job->org;
	}
	return -1;
}
