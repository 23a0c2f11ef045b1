/* SPDX-License-Identifier: PostgreSQL
 *
 * What a person's page says: the career as known when the page was last edited, with the usual dirt.
 */
#include "twin.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"

enum {
	TAG_PROFILE = 80,
	TAG_MADE = 81,
	TAG_ROW = 82,
	TAG_INSTITUTION = 83,
	TAG_ALIAS = 84,
	TAG_CHANGE = 85,
	TAG_ORDER = 86,
	TAG_SIGNED = 87,
	TAG_SLOT = 88
};

static const char *const ROLE_TEXTS[][6] = {
    [ROLE_UNDERGRAD] = {"Undergrad student", "Undergrad student", "Undergraduate student",
			"Undergrad student", NULL},
    [ROLE_MASTER] = {"MS student", "MS student", "Master student", "MS student", NULL},
    [ROLE_PHD] = {"PhD student", "PhD student", "PhD student", "PhD student", "Ph.D. student", NULL},
    [ROLE_INTERN] = {"Intern", "Intern", "Research Intern", "Student Intern", NULL},
    [ROLE_VISITOR] = {"Visiting Researcher", "Visiting Scholar", NULL},
    [ROLE_POSTDOC] = {"Postdoc", "Postdoc", "Postdoctoral Researcher", NULL},
    [ROLE_FACULTY] = {"Assistant Professor", "Associate Professor", "Full Professor", "Full Professor",
		      "Lecturer", NULL},
    [ROLE_RESEARCHER] = {"Researcher", "Researcher", "Principal Researcher", "Research Scientist",
			 "Senior Researcher", "Researcher"},
    [ROLE_ENGINEER] = {"Software Engineer", "Research Engineer", "Algorithm Engineer", "Engineer", NULL},
    [ROLE_MANAGER] = {"Director", "Research Manager", "Team Lead", NULL},
    [ROLE_FOUNDER] = {"Founder", "Co-founder", NULL},
    [ROLE_OTHER] = {"Algorithm Expert", "Staff", "Consultant", NULL},
};

static const char *const DEPARTMENTS[] = {NULL,	 NULL, NULL, "Computer Science", "AI Lab", "Machine Learning",
					  "EECS"};

static const char *role_text(enum role role, uint64_t hash)
{
	uint32_t n = 0;
	while (n < 6 && ROLE_TEXTS[role][n] != NULL)
		n++;
	return ROLE_TEXTS[role][below_of(hash, n)];
}

/* A part of a '|'-separated list. */
static struct str part_pick(const char *list, uint64_t hash)
{
	struct str rest = str_from(list);
	struct str part = STR_NONE;
	uint32_t place = below_of(hash, (uint32_t)str_count_parts(rest, '|'));
	for (uint32_t at = 0; at <= place; at++) {
		if (!str_next(&rest, '|', &part))
			break;
	}
	return part;
}

static void domain_spoil(const char *domain, uint64_t hash, char *text, size_t size)
{
	switch (below_of(hash, 4)) {
	case 0:
		(void)snprintf(text, size, "@%s", domain);
		break;
	case 1:
		(void)snprintf(text, size, "%.*s", (int)strcspn(domain, "."), domain);
		break;
	case 2:
		(void)snprintf(text, size, "gmail.com");
		break;
	case 3:
		(void)snprintf(text, size, "www.%s/", domain);
		break;
	}
}

/* Name and domain of an organisation as somebody types them. A tracked group stays recognisable: a free
 * spelling comes with a good domain, a spoilt domain with the exact name. */
static void institution_write(const struct org *org, uint64_t hash, struct shown_row *row)
{
	uint32_t place = below_of(hash, 100);
	(void)snprintf(row->institution, sizeof(row->institution), "%s", org->name);
	(void)snprintf(row->domain, sizeof(row->domain), "%s", org->domain);
	if (place >= 62 && place < 90) {
		if (org->variants != NULL) {
			struct str name = part_pick(org->variants, hash << 13);
			(void)snprintf(row->institution, sizeof(row->institution), "%.*s", (int)name.length,
				       name.data);
		} else if (place < 74 && strlen(org->name) < 44) {
			(void)snprintf(row->institution, sizeof(row->institution), "%s, %s", org->name,
				       org->name);
		}
		if (place >= 78 && org->domains != NULL) {
			struct str domain = part_pick(org->domains, hash << 21);
			(void)snprintf(row->domain, sizeof(row->domain), "%.*s", (int)domain.length,
				       domain.data);
		} else if (place >= 84 && org->kind == ORG_UNIVERSITY) {
			(void)snprintf(row->domain, sizeof(row->domain), "cs.%s", org->domain);
		}
	} else if (place >= 90 && place < 94) {
		domain_spoil(org->domain, hash << 17, row->domain, sizeof(row->domain));
	} else if (place >= 94 && place < 97) {
		row->domain[0] = '\0';
	} else if (place >= 97) {
		row->institution[0] = '\0';
	}
	row->country = below_of(hash << 9, 100) < 92 ? org->country : NULL;
	row->department = DEPARTMENTS[below_of(hash << 25, ARRAY_LENGTH(DEPARTMENTS))];
}

void paper_slot_institution(const struct world *world, uint32_t paper, uint32_t slot,
			    struct shown_row *ret_row)
{
	int org = paper_slot_org(world, paper, slot);
	*ret_row = (struct shown_row){0};
	if (org >= 0)
		institution_write(&ORGS[org], hash_of(world, TAG_SLOT, paper, slot), ret_row);
}

static bool is_student(enum role role)
{
	return role == ROLE_UNDERGRAD || role == ROLE_MASTER || role == ROLE_PHD;
}

static enum year_form open_form(uint64_t hash)
{
	uint32_t place = below_of(hash, 100);
	return place < 70 ? YEAR_NULL : place < 90 ? YEAR_EMPTY : YEAR_ABSENT;
}

/* One job as the page shows it; false when the page is older than the job. */
static bool row_make(const struct world *world, const struct profile *profile, const struct career *career,
		     size_t at, struct shown_row *ret_row)
{
	const struct job *job = &career->jobs[at];
	uint64_t hash = hash_of(world, TAG_ROW, profile->person, at);
	int made = profile->year_made;
	if (job->start > made && (job->start > made + 1 || below_of(hash << 3, 100) >= 25))
		return false;
	struct shown_row row = {
	    .role = role_text((enum role)job->role, hash), .start = job->start, .end = job->end};
	institution_write(&ORGS[job->org], hash_of(world, TAG_INSTITUTION, profile->person, at), &row);
	if (row.end == 0 && is_student((enum role)job->role))
		row.end = (int16_t)(job->start + 4);
	bool is_plan = is_student((enum role)job->role) && below_of(hash << 11, 100) < 70;
	if (row.end > made && !is_plan)
		row.end = 0;
	bool is_last = at + 1 == career->n_jobs;
	if (row.end != 0 && !is_last && !is_student((enum role)job->role) && below_of(hash << 19, 1000) < 15)
		row.end = 0; /* forgotten to close */
	row.start_form = row.end_form = YEAR_INT;
	if (row.end == 0)
		row.end_form = open_form(hash << 23);
	if (below_of(hash << 27, 1000) < 8) {
		row.start = 0;
		row.start_form = below_of(hash << 31, 2) == 0 ? YEAR_NULL : YEAR_EMPTY;
	} else if (below_of(hash << 29, 1000) < 15) {
		row.start_form = YEAR_TEXT;
		row.end_form = row.end == 0 ? row.end_form : YEAR_TEXT;
	} else if (!job->is_focal && row.end > row.start && below_of(hash << 33, 1000) < 3) {
		int16_t start = row.start;
		row.start = row.end;
		row.end = start;
	}
	*ret_row = row;
	return true;
}

/* The second day: who edits the page, and who changes the job while at it. */
static bool is_modified_next_day(const struct world *world, uint32_t person)
{
	return world->day >= 1 && below_of(hash_of(world, TAG_CHANGE, person, 0), 1000) < 30;
}

static void job_change(const struct world *world, uint32_t person, struct career *career)
{
	uint64_t hash = hash_of(world, TAG_CHANGE, person, 1);
	for (size_t at = career->n_jobs; at > 0; at--) {
		struct job *job = &career->jobs[at - 1];
		if (job->end != 0 || is_student((enum role)job->role) || job->start >= TWIN_LAST_YEAR)
			continue;
		if (below_of(hash, 100) >= 35 || career->n_jobs >= TWIN_MAX_JOBS)
			return;
		job->end = TWIN_LAST_YEAR;
		if (below_of(hash << 9, 100) < 80) {
			int16_t org = (int16_t)below_of(hash << 17, TRACKED_COUNT);
			if (org == job->org)
				org = (int16_t)(org == BYTEDANCE ? TENCENT : BYTEDANCE);
			career->jobs[career->n_jobs++] =
			    (struct job){.org = org, .start = TWIN_LAST_YEAR, .role = ROLE_RESEARCHER};
		}
		return;
	}
}

static int made_year(const struct world *world, uint32_t person, const struct career *career)
{
	/* of a thousand, edited last up to 2021 .. 2025: others, people of companies */
	static const uint32_t UP_TO[2][5] = {{50, 120, 230, 450, 1000}, {5, 20, 50, 140, 1000}};
	uint32_t place = below_of(hash_of(world, TAG_MADE, person, 0), 1000);
	int made = 2021;
	while (place >= UP_TO[career->group >= 0][made - 2021])
		made++;
	for (size_t at = 0; at < career->n_jobs; at++) {
		if (career->jobs[at].is_focal && made <= career->jobs[at].start)
			made = career->jobs[at].start + 1;
	}
	return made > TWIN_LAST_YEAR ? TWIN_LAST_YEAR : made;
}

static uint32_t person_of_next_round(const struct world *world, uint32_t person, bool is_forward)
{
	uint64_t place = (person * world->multiplier + world->shift) % world->n_people;
	if (is_forward ? place + world->name_space >= world->n_people : place < world->name_space)
		return TWIN_NO_PERSON;
	place = is_forward ? place + world->name_space : place - world->name_space;
	uint64_t shifted = (place + world->n_people - world->shift) % world->n_people;
	return (uint32_t)(shifted * world->inverse % world->n_people);
}

/* On the second day some accounts are merged into the account of the same name and the number before. */
static bool is_merged_away(const struct world *world, uint32_t person)
{
	if (world->day < 1 || below_of(hash_of(world, TAG_ALIAS, person, 9), 1000) >= 4)
		return false;
	struct person_name name;
	name_of(world, person, &name);
	return name.number % 2 == 0 && world->cohorts[world_cohort_of(world, person)].group < 0;
}

uint32_t profile_owner(const struct world *world, uint32_t person)
{
	if (!is_merged_away(world, person))
		return person;
	uint32_t owner = person_of_next_round(world, person, false);
	return owner == TWIN_NO_PERSON ? person : owner;
}

static void aliases_make(const struct world *world, struct profile *profile)
{
	uint32_t place = below_of(hash_of(world, TAG_ALIAS, profile->person, 0), 1000);
	/* 0-19 renamed long ago, 20-39 two names, 40-42 renamed on the second day */
	profile->has_swapped_name = place < 40 || (world->day >= 1 && place < 43);
	bool is_renamed = place < 20 || (world->day >= 1 && place >= 40 && place < 43);
	profile->id_form = is_renamed ? ID_SWAPPED : ID_NORMAL;
	profile->has_duplicate = place >= 100 && place < 112;
	profile->has_nameless_entry = place >= 200 && place < 230;
	profile->is_wrapped = place >= 300 && place < 330;
	uint32_t other = person_of_next_round(world, profile->person, true);
	profile->merged_person = TWIN_NO_PERSON;
	if (other != TWIN_NO_PERSON && is_merged_away(world, other))
		profile->merged_person = other;
}

enum id_form paper_id_form(const struct world *world, uint32_t paper, uint32_t person)
{
	uint32_t place = below_of(hash_of(world, TAG_ALIAS, person, 0), 1000);
	uint32_t signed_with = below_of(hash_of(world, TAG_SIGNED, person, paper), 100);
	if (place < 40 && signed_with < 35)
		return ID_SWAPPED;
	if (place >= 100 && place < 112 && signed_with < 40)
		return ID_DUPLICATE;
	return ID_NORMAL;
}

static void rows_order(const struct world *world, struct profile *profile)
{
	uint64_t hash = hash_of(world, TAG_ORDER, profile->person, 0);
	bool is_newest_first = hash % 100 < 65;
	for (size_t at = profile->n_rows; at > 1; at--) {
		size_t other =
		    is_newest_first ? profile->n_rows - at : below_of(hash << (at % 24), (uint32_t)at);
		if (is_newest_first && other >= at - 1)
			break;
		struct shown_row row = profile->rows[at - 1];
		profile->rows[at - 1] = profile->rows[other];
		profile->rows[other] = row;
	}
}

void profile_make(const struct world *world, uint32_t person, struct profile *ret_profile)
{
	struct profile *profile = ret_profile;
	*profile = (struct profile){.person = person};
	struct career career;
	career_make(world, person, &career);
	uint32_t place = below_of(hash_of(world, TAG_PROFILE, person, 0), 1000);
	profile->state = PROFILE_ACTIVE;
	if (place < (career.group >= 0 ? 2 : 30))
		profile->state = PROFILE_NONE;
	else if (place < (career.group >= 0 ? 4 : 70))
		profile->state = PROFILE_INACTIVE;
	aliases_make(world, profile);
	int made = made_year(world, person, &career);
	uint64_t moment = hash_of(world, TAG_MADE, person, 1);
	int64_t new_year = date_days_from_civil(made, 1, 1) * TWIN_DAY_MS;
	profile->modified_ms =
	    new_year +
	    (int64_t)(unit_of(moment) * (made == TWIN_LAST_YEAR ? 333.0 : 364.0) * (double)TWIN_DAY_MS);
	profile->created_ms =
	    date_days_from_civil(2016 + (int)below_of(moment << 20, 5), 3, 1) * TWIN_DAY_MS +
	    (int64_t)below_of(moment << 7, 86400000);
	if (is_modified_next_day(world, person)) {
		made = TWIN_LAST_YEAR;
		profile->modified_ms = TWIN_DAY0_MS + (int64_t)below_of(moment << 3, 80000000);
		job_change(world, person, &career);
	}
	bool is_touched = profile->merged_person != TWIN_NO_PERSON ||
			  (world->day >= 1 && profile->has_swapped_name &&
			   below_of(hash_of(world, TAG_ALIAS, person, 0), 1000) >= 40);
	if (is_touched) {
		made = TWIN_LAST_YEAR;
		profile->modified_ms = TWIN_DAY0_MS + 40000000;
	}
	profile->year_made = made;
	if (profile->state != PROFILE_ACTIVE)
		return;
	for (size_t at = 0; at < career.n_jobs; at++) {
		if (row_make(world, profile, &career, at, &profile->rows[profile->n_rows]))
			profile->n_rows++;
	}
	rows_order(world, profile);
}
