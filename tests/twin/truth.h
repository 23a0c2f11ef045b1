/* SPDX-License-Identifier: PostgreSQL
 *
 * The definitions of docs/design/metrics.md (sections 1 to 3 and 7) once more, in C, from what a person's
 * page and papers say to stints. Shares no code with the warehouse's SQL: that is its purpose.
 */
#ifndef TENURE_TWIN_TRUTH_H
#define TENURE_TWIN_TRUTH_H

#include "twin.h"

#define TRUTH_MERGE_GAP	    1
#define TRUTH_CARRY_FORWARD 2
#define TRUTH_MAX_CLAIMS    32
#define TRUTH_MAX_POINTS    64
#define TRUTH_MAX_STINTS    96

enum truth_kind { TRUTH_EMPLOYMENT, TRUTH_INTERNSHIP, TRUTH_EDUCATION, TRUTH_VISIT };
enum truth_degree { DEGREE_NONE, DEGREE_OTHER, DEGREE_BACHELOR, DEGREE_MASTER, DEGREE_PHD };

/* One row of a history. Years: 0 = none. */
struct truth_claim {
	struct str role, institution, domain;
	int start, end, made;
	/* filled by truth_person */
	enum truth_kind kind;
	enum truth_degree degree;
	bool is_refused, is_open, is_academic; /* academic: postdoc or faculty */
	int org, place;			       /* ORGS index or -1; group or lone place */
};

/* One author slot with an affiliation. */
struct truth_point {
	struct str institution, domain;
	int year;
	/* filled by truth_person */
	int org, place;
	bool is_employment; /* evidence for an employment stint, or a claim of its own */
};

/* A place is a tracked group (0 .. 25), another organisation (PLACE_ORG + index) or an unresolved one
 * (PLACE_UNRESOLVED + number of its claim). */
enum { PLACE_ORG = 1000, PLACE_UNRESOLVED = 100000 };

struct truth_stint {
	enum truth_kind kind;
	enum truth_degree degree;
	int org, place;
	int begin, finish;
	int start, end; /* 0 = null */
	int first_evidence, last_evidence;
	bool is_point_only;
	bool is_start_known, is_end_known;
};

struct truth_person {
	struct truth_claim claims[TRUTH_MAX_CLAIMS];
	size_t n_claims;
	struct truth_point points[TRUTH_MAX_POINTS];
	size_t n_points;
	/* results: employment by place (group stints), education by organisation and degree */
	struct truth_stint stints[TRUTH_MAX_STINTS];
	size_t n_stints;
};

/* Claims and points in, stints out. */
void truth_stints(struct truth_person *person);

/* What a run over the world adds up. */
struct truth_year {
	uint32_t headcount, joiners, appeared, leavers, lapsed, published, published_to_date;
};

#define TRUTH_FIRST_YEAR 1980
#define TRUTH_N_YEARS	 60

struct truth_totals {
	struct truth_year years[TRACKED_COUNT][TRUTH_N_YEARS]; /* year - TRUTH_FIRST_YEAR */
	int first_year[TRACKED_COUNT];			       /* 0 = the group has nobody */
	int data_end;
	uint32_t n_published_of_three; /* to 2024 */
	uint32_t n_people;	       /* on record */
};

/* A slot of a paper as published_as sees it. */
struct truth_slot {
	int year;
	int group; /* tracked group of the affiliation, -1 none of them */
	bool is_affiliated;
};

void truth_add(struct truth_totals *totals, const struct truth_person *person, const struct truth_slot *slots,
	       size_t n_slots);
/* Headcounts from flows, published to date from firsts: once, after the last truth_add. */
void truth_finish(struct truth_totals *totals);

typedef void truth_visit(void *context, uint32_t person, const struct truth_person *facts,
			 const struct truth_slot *slots, size_t n_slots);
/* Calls visit for everybody on record: tilde ids on papers that are not deleted, accounts merged. */
MUST_USE bool truth_walk(const struct world *world, truth_visit *visit, void *context,
			 struct truth_totals *totals, struct err *err);

#endif
