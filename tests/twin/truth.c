/* SPDX-License-Identifier: PostgreSQL */
#include "truth.h"

#include <string.h>

/* Lower-case copy for the role rules. */
static void fold(struct str text, char *folded, size_t size)
{
	size_t n = text.length < size - 1 ? text.length : size - 1;
	for (size_t at = 0; at < n; at++) {
		char byte = text.data[at];
		folded[at] = byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
	}
	folded[n] = '\0';
}

static bool has_any(const char *text, const char *const words[])
{
	for (size_t at = 0; words[at] != NULL; at++) {
		if (strstr(text, words[at]) != NULL)
			return true;
	}
	return false;
}

static bool is_at_company(const struct truth_claim *claim)
{
	return claim->org >= 0 && (size_t)claim->org < N_TRACKED && ORGS[claim->org].kind == ORG_COMPANY;
}

static void claim_student(struct truth_claim *claim, enum truth_degree degree)
{
	claim->kind = is_at_company(claim) ? TRUTH_INTERNSHIP : TRUTH_EDUCATION;
	claim->degree = claim->kind == TRUTH_EDUCATION ? degree : DEGREE_NONE;
}

static void claim_classify(struct truth_claim *claim)
{
	static const char *const INTERN[] = {"intern", NULL}, *const VISIT[] = {"visit", NULL},
				 *const POSTDOC[] = {"postdoc", "post-doc", "post doc", NULL},
				 *const PHD[] = {"phd", "ph.d", "doctoral student", "doctoral candidate",
						 NULL},
				 *const MASTER[] = {"ms student", "master", "msc", "m.s. student", NULL},
				 *const BACHELOR[] = {"undergrad", "bachelor", "bs student", NULL},
				 *const FACULTY[] = {"professor", "lecturer", "instructor",
						     "faculty",	  "emeritus", NULL};
	char role[256];
	fold(claim->role, role, sizeof(role));
	claim->kind = TRUTH_EMPLOYMENT;
	claim->degree = DEGREE_NONE;
	if (has_any(role, INTERN)) {
		claim->kind = TRUTH_INTERNSHIP;
	} else if (has_any(role, VISIT)) {
		claim->kind = TRUTH_VISIT;
	} else if (has_any(role, POSTDOC)) {
		claim->is_academic = true;
	} else if (has_any(role, PHD)) {
		claim_student(claim, DEGREE_PHD);
	} else if (has_any(role, MASTER)) {
		claim_student(claim, DEGREE_MASTER);
	} else if (has_any(role, BACHELOR)) {
		claim_student(claim, DEGREE_BACHELOR);
	} else if (has_any(role, FACULTY)) {
		claim->is_academic = true;
	} else if (strstr(role, "student") != NULL) {
		claim_student(claim, DEGREE_OTHER);
	}
}

static int place_of(int org, size_t number)
{
	if (org < 0)
		return PLACE_UNRESOLVED + (int)number;
	return (size_t)org < N_TRACKED ? org : PLACE_ORG + org;
}

static void claim_prepare(struct truth_claim *claim, size_t number)
{
	claim->org = org_find(claim->institution, claim->domain);
	claim->place = place_of(claim->org, number);
	claim->is_refused =
	    (claim->end != 0 && claim->start != 0 && claim->end < claim->start) ||
	    claim->start > claim->made + 1 ||
	    (claim->start != 0 && (claim->end != 0 ? claim->end : claim->made) - claim->start > 70);
	claim->is_open = claim->end == 0 || claim->end > claim->made; /* an end to come is a plan */
	claim_classify(claim);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* The years that a claim occupies (for merging) and supports (evidence). */
struct span {
	int from, to;
	bool is_open;
};

static struct span occupied(const struct truth_claim *claim)
{
	int from = claim->start;
	if (from == 0)
		from = claim->end != 0 ? least(claim->end, claim->made) : claim->made;
	return (struct span){
	    .from = from, .to = claim->is_open ? from : claim->end, .is_open = claim->is_open};
}

static struct span supported(const struct truth_claim *claim)
{
	struct span span = occupied(claim);
	span.to = claim->is_open ? claim->made : claim->end;
	if (span.from > claim->made)
		span.from = claim->made; /* begins in the year after it was said */
	return span;
}

static bool is_near(struct span span, int year)
{
	return year >= span.from - TRUTH_MERGE_GAP && (span.is_open || year <= span.to + TRUTH_MERGE_GAP);
}

/* Whether a paper's affiliation speaks of employment: as evidence for such a stint, or on its own. */
static void point_prepare(struct truth_person *person, struct truth_point *point, size_t number)
{
	point->org = org_find(point->institution, point->domain);
	point->place = place_of(point->org, TRUTH_MAX_CLAIMS + number);
	bool is_any = false, is_employment = false;
	for (size_t at = 0; at < person->n_claims; at++) {
		const struct truth_claim *claim = &person->claims[at];
		if (claim->is_refused || claim->place != point->place ||
		    !is_near(occupied(claim), point->year))
			continue;
		is_any = true;
		is_employment = is_employment || claim->kind == TRUTH_EMPLOYMENT;
	}
	point->is_employment = is_employment || !is_any;
}

/* What one stint is made of: claims and points by number. */
struct members {
	bool claims[TRUTH_MAX_CLAIMS];
	bool points[TRUTH_MAX_POINTS];
};

static bool claim_fits(const struct truth_claim *claim, const struct truth_stint *stint)
{
	if (claim->is_refused || claim->kind != stint->kind)
		return false;
	return stint->kind == TRUTH_EDUCATION ? claim->place == stint->place && claim->degree == stint->degree
					      : claim->place == stint->place;
}

static bool observed_in(const struct truth_person *person, int place, bool is_same, int year)
{
	for (size_t at = 0; at < person->n_claims; at++) {
		const struct truth_claim *claim = &person->claims[at];
		struct span span = supported(claim);
		if (claim->is_refused || year < span.from || year > span.to)
			continue;
		if (claim->kind == TRUTH_EMPLOYMENT && (claim->place == place) == is_same)
			return true;
		if (claim->kind == TRUTH_EDUCATION && !is_same)
			return true;
	}
	for (size_t at = 0; at < person->n_points; at++) {
		const struct truth_point *point = &person->points[at];
		if (point->is_employment && point->year == year && (point->place == place) == is_same)
			return true;
	}
	return false;
}

/* Another staff only (an end is not decided by studies). */
static bool is_on_other_staff(const struct truth_person *person, int place, int year)
{
	for (size_t at = 0; at < person->n_claims; at++) {
		const struct truth_claim *claim = &person->claims[at];
		struct span span = supported(claim);
		if (!claim->is_refused && claim->kind == TRUTH_EMPLOYMENT && claim->place != place &&
		    year >= span.from && year <= span.to)
			return true;
	}
	for (size_t at = 0; at < person->n_points; at++) {
		const struct truth_point *point = &person->points[at];
		if (point->is_employment && point->place != place && point->year == year)
			return true;
	}
	return false;
}

static void point_only_bounds(const struct truth_person *person, struct truth_stint *stint)
{
	int first = stint->first_evidence;
	bool was_elsewhere = false, was_here = false;
	for (int year = first - TRUTH_CARRY_FORWARD - 1; year < first; year++) {
		was_elsewhere = was_elsewhere || observed_in(person, stint->place, false, year);
		was_here = was_here || observed_in(person, stint->place, true, year);
	}
	stint->start = was_elsewhere && !was_here ? first : 0;
	stint->is_start_known = stint->start != 0 && observed_in(person, stint->place, false, first - 1);
	for (int year = stint->last_evidence + 1; year <= stint->last_evidence + TRUTH_CARRY_FORWARD + 1;
	     year++) {
		if (!is_on_other_staff(person, stint->place, year))
			continue;
		stint->end = year;
		stint->is_end_known = year == stint->last_evidence + 1;
		break;
	}
}

/* Start, end, begin and finish of the stint from its members. */
static void stint_decide(const struct truth_person *person, const struct members *members,
			 struct truth_stint *stint)
{
	int made = 0, end = 0;
	bool is_open = false, has_claim = false;
	stint->start = stint->end = stint->first_evidence = stint->last_evidence = 0;
	stint->is_start_known = stint->is_end_known = false;
	for (size_t at = 0; at < person->n_claims; at++) {
		const struct truth_claim *claim = &person->claims[at];
		if (!members->claims[at])
			continue;
		struct span span = supported(claim);
		if (claim->start != 0 && (stint->start == 0 || claim->start < stint->start))
			stint->start = claim->start;
		if (stint->first_evidence == 0 || span.from < stint->first_evidence)
			stint->first_evidence = span.from;
		if (span.to > stint->last_evidence)
			stint->last_evidence = span.to;
		if (claim->made > made) {
			made = claim->made;
			is_open = false;
			end = 0;
		}
		if (claim->made == made) {
			is_open = is_open || claim->is_open;
			end = !claim->is_open && claim->end > end ? claim->end : end;
		}
		has_claim = true;
	}
	bool is_reopened = false;
	for (size_t at = 0; at < person->n_points; at++) {
		int year = person->points[at].year;
		if (!members->points[at])
			continue;
		if (stint->first_evidence == 0 || year < stint->first_evidence)
			stint->first_evidence = year;
		if (year > stint->last_evidence)
			stint->last_evidence = year;
		is_reopened = is_reopened || (year > made && year > end + TRUTH_MERGE_GAP);
	}
	stint->is_point_only = !has_claim;
	if (!has_claim) {
		point_only_bounds(person, stint);
	} else {
		stint->is_start_known = stint->start != 0;
		stint->end = is_open || is_reopened ? 0 : end;
		stint->is_end_known = stint->end != 0;
	}
	stint->begin = stint->start != 0 ? stint->start : stint->first_evidence;
	if (stint->end != 0 && stint->end < stint->begin)
		stint->end = stint->begin;
	stint->finish = stint->end != 0 ? stint->end : stint->last_evidence + TRUTH_CARRY_FORWARD + 1;
	if (stint->finish < stint->begin)
		stint->finish = stint->begin;
}

/* Collects into members the next connected run of claims and points that are not yet used; false when none is
 * left. */
static bool members_next(const struct truth_person *person, const struct truth_stint *wanted,
			 struct members *used, struct members *members)
{
	*members = (struct members){0};
	struct span reach = {0};
	bool has_any_member = false;
	for (;;) {
		size_t best = SIZE_MAX;
		bool is_point = false;
		int from = 0;
		for (size_t at = 0; at < person->n_claims; at++) {
			const struct truth_claim *claim = &person->claims[at];
			if (used->claims[at] || !claim_fits(claim, wanted) ||
			    (best != SIZE_MAX && occupied(claim).from >= from))
				continue;
			best = at;
			from = occupied(claim).from;
			is_point = false;
		}
		for (size_t at = 0; at < person->n_points && wanted->kind == TRUTH_EMPLOYMENT; at++) {
			const struct truth_point *point = &person->points[at];
			if (used->points[at] || !point->is_employment || point->place != wanted->place ||
			    (best != SIZE_MAX && point->year >= from))
				continue;
			best = at;
			from = point->year;
			is_point = true;
		}
		if (best == SIZE_MAX ||
		    (has_any_member && !reach.is_open && from > reach.to + TRUTH_MERGE_GAP))
			return has_any_member;
		struct span span = {.from = from, .to = from};
		if (!is_point)
			span = occupied(&person->claims[best]);
		if (is_point)
			used->points[best] = members->points[best] = true;
		else
			used->claims[best] = members->claims[best] = true;
		reach.is_open = reach.is_open || span.is_open;
		reach.to = !has_any_member || span.to > reach.to ? span.to : reach.to;
		has_any_member = true;
	}
}

static void members_join(struct members *members, const struct members *others)
{
	for (size_t at = 0; at < TRUTH_MAX_CLAIMS; at++)
		members->claims[at] = members->claims[at] || others->claims[at];
	for (size_t at = 0; at < TRUTH_MAX_POINTS; at++)
		members->points[at] = members->points[at] || others->points[at];
}

/* All stints of one kind at one place. */
static void place_stints(struct truth_person *person, const struct truth_stint *wanted)
{
	struct members used = {0}, members, pending = {0};
	struct truth_stint last = *wanted;
	bool has_last = false;
	while (members_next(person, wanted, &used, &members)) {
		struct truth_stint stint = *wanted;
		stint_decide(person, &members, &stint);
		if (has_last && wanted->kind == TRUTH_EMPLOYMENT && last.end == 0 &&
		    last.finish >= stint.begin) {
			members_join(&pending, &members);
			stint_decide(person, &pending, &last);
			continue;
		}
		if (has_last && person->n_stints < TRUTH_MAX_STINTS)
			person->stints[person->n_stints++] = last;
		last = stint;
		pending = members;
		has_last = true;
	}
	if (has_last && person->n_stints < TRUTH_MAX_STINTS)
		person->stints[person->n_stints++] = last;
}

static bool is_done_before(const struct truth_person *person, const struct truth_stint *wanted)
{
	for (size_t at = 0; at < person->n_stints; at++) {
		const struct truth_stint *stint = &person->stints[at];
		if (stint->kind == wanted->kind && stint->place == wanted->place &&
		    stint->degree == wanted->degree)
			return true;
	}
	return false;
}

void truth_stints(struct truth_person *person)
{
	person->n_stints = 0;
	for (size_t at = 0; at < person->n_claims; at++)
		claim_prepare(&person->claims[at], at);
	for (size_t at = 0; at < person->n_points; at++)
		point_prepare(person, &person->points[at], at);
	for (size_t at = 0; at < person->n_claims; at++) {
		const struct truth_claim *claim = &person->claims[at];
		struct truth_stint wanted = {.kind = claim->kind,
					     .degree =
						 claim->kind == TRUTH_EDUCATION ? claim->degree : DEGREE_NONE,
					     .org = claim->org,
					     .place = claim->place};
		if (!claim->is_refused && !is_done_before(person, &wanted))
			place_stints(person, &wanted);
	}
	for (size_t at = 0; at < person->n_points; at++) {
		const struct truth_point *point = &person->points[at];
		struct truth_stint wanted = {
		    .kind = TRUTH_EMPLOYMENT, .org = point->org, .place = point->place};
		if (point->is_employment && !is_done_before(person, &wanted))
			place_stints(person, &wanted);
	}
}

/* Adds one to a count of the year; years outside the table are nobody's business. */
static void year_add(struct truth_totals *totals, int group, int year, size_t offset)
{
	if (year >= TRUTH_FIRST_YEAR && year < TRUTH_FIRST_YEAR + TRUTH_N_YEARS)
		(*(uint32_t *)(void *)((char *)&totals->years[group][year - TRUTH_FIRST_YEAR] + offset))++;
}

static void first_year_note(struct truth_totals *totals, int group, int year)
{
	if (totals->first_year[group] == 0 || year < totals->first_year[group])
		totals->first_year[group] = year;
}

static void flows_add(struct truth_totals *totals, const struct truth_stint *stint)
{
	first_year_note(totals, stint->place, stint->begin);
	for (int year = stint->begin; year < stint->finish; year++)
		year_add(totals, stint->place, year, offsetof(struct truth_year, headcount));
	if (stint->start != 0)
		year_add(totals, stint->place, stint->start, offsetof(struct truth_year, joiners));
	else
		year_add(totals, stint->place, stint->begin, offsetof(struct truth_year, appeared));
	if (stint->end != 0)
		year_add(totals, stint->place, stint->end, offsetof(struct truth_year, leavers));
	else
		year_add(totals, stint->place, stint->finish, offsetof(struct truth_year, lapsed));
}

void truth_add(struct truth_totals *totals, const struct truth_person *person, const struct truth_slot *slots,
	       size_t n_slots)
{
	bool published[TRACKED_COUNT][TRUTH_N_YEARS] = {{false}};
	totals->n_people++;
	for (size_t at = 0; at < person->n_stints; at++) {
		const struct truth_stint *stint = &person->stints[at];
		if (stint->kind != TRUTH_EMPLOYMENT || stint->place >= TRACKED_COUNT)
			continue;
		flows_add(totals, stint);
		for (size_t slot = 0; slot < n_slots; slot++) {
			int year = slots[slot].year;
			int last = stint->end != 0 ? stint->end : stint->finish - 1;
			bool counts = slots[slot].is_affiliated ? slots[slot].group == stint->place
								: year >= stint->begin && year <= last;
			if (counts && year >= TRUTH_FIRST_YEAR && year < TRUTH_FIRST_YEAR + TRUTH_N_YEARS)
				published[stint->place][year - TRUTH_FIRST_YEAR] = true;
		}
	}
	bool is_of_three = false;
	for (int group = 0; group < TRACKED_COUNT; group++) {
		bool is_first = true;
		for (int at = 0; at < TRUTH_N_YEARS; at++) {
			if (!published[group][at])
				continue;
			totals->years[group][at].published++;
			totals->years[group][at].published_to_date += is_first;
			is_first = false;
			first_year_note(totals, group, TRUTH_FIRST_YEAR + at);
			is_of_three = is_of_three || (group <= TENCENT && TRUTH_FIRST_YEAR + at <= 2024);
		}
	}
	totals->n_published_of_three += is_of_three;
}

void truth_finish(struct truth_totals *totals)
{
	for (int group = 0; group < TRACKED_COUNT; group++) {
		for (int at = 1; at < TRUTH_N_YEARS; at++)
			totals->years[group][at].published_to_date +=
			    totals->years[group][at - 1].published_to_date;
	}
}
