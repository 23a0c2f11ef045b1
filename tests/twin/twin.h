/* SPDX-License-Identifier: PostgreSQL
 *
 * The synthetic twin: a generated world of invented people with careers, papers and organisations, shown the
 * way OpenReview's API shows real ones. Everything follows from (seed, people, day): nothing is stored but
 * the papers' author lists.
 *
 *     plan (counts per group and year) -> person -> career (what happened)
 *         -> profile (what the person's page says, dirt included) -> JSON, CSV truth, archive files
 *     person x year -> slots -> papers -> notes, reviews, decisions
 */
#ifndef TENURE_TWIN_H
#define TENURE_TWIN_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct err;

#define TWIN_FIRST_YEAR	      2012
#define TWIN_LAST_YEAR	      2025
#define TWIN_N_YEARS	      (TWIN_LAST_YEAR - TWIN_FIRST_YEAR + 1)
#define TWIN_FIRST_PAPER_YEAR 2017
#define TWIN_DAY0_MS	      INT64_C(1764547200000) /* 2025-12-01T00:00:00Z: nothing of day 0 is younger */
#define TWIN_DAY_MS	      INT64_C(86400000)
#define TWIN_MAX_JOBS	      16
#define TWIN_MAX_AUTHORS      12
#define TWIN_NO_PERSON	      UINT32_MAX
#define TWIN_MAX_PEOPLE	      4000000

/* --- organisations (orgs.c) --- */
enum org_kind { ORG_COMPANY, ORG_UNIVERSITY, ORG_INSTITUTE };
enum org_size { ORG_SIZE_NONE, ORG_LARGE, ORG_START_UP };

struct org {
	const char *key; /* group key for tracked ones, else NULL */
	const char *name;
	const char *domain;
	const char *country; /* ISO 3166 alpha-2 */
	enum org_kind kind;
	enum org_size size;
	const char *variants; /* other spellings of the name, separated by '|', or NULL */
	const char *domains;  /* further domains and sub-domains, separated by '|', or NULL */
	uint16_t weight_cn;   /* how often people of Chinese companies studied there */
	uint16_t weight_world;
};

extern const struct org ORGS[];
extern const size_t N_ORGS;
extern const size_t N_TRACKED; /* ORGS[0 .. N_TRACKED) are the tracked groups */

enum tracked {
	BYTEDANCE,
	ALIBABA,
	TENCENT,
	BAIDU,
	ANT_GROUP,
	HUAWEI,
	MEITUAN,
	JD,
	KUAISHOU,
	XIAOHONGSHU,
	DEEPSEEK,
	MOONSHOT,
	MINIMAX,
	ZHIPU,
	ZERO_ONE,
	MODELBEST,
	BAAI,
	GOOGLE,
	META,
	MICROSOFT,
	AMAZON,
	OPENAI,
	ADOBE,
	SNAP,
	SALESFORCE,
	IBM,
	TRACKED_COUNT
};

/* Group index of an organisation as its text says it, by exact name of a tracked group, then by domain; -1
 * when it is none of the tracked groups. */
int org_resolve(struct str name, struct str domain);
/* The index in ORGS by domain (suffix) or exact name; -1 unresolved. */
int org_find(struct str name, struct str domain);

/* --- careers (world.c, career.c) --- */
enum role {
	ROLE_UNDERGRAD,
	ROLE_MASTER,
	ROLE_PHD,
	ROLE_INTERN,
	ROLE_VISITOR,
	ROLE_POSTDOC,
	ROLE_FACULTY,
	ROLE_RESEARCHER,
	ROLE_ENGINEER,
	ROLE_MANAGER,
	ROLE_FOUNDER,
	ROLE_OTHER
};

struct job {
	int16_t org; /* index in ORGS */
	int16_t start;
	int16_t end; /* 0 = goes on */
	uint8_t role;
	bool is_focal; /* the stint the plan made */
};

enum person_kind { PERSON_COMPANY, PERSON_ACADEMIC };

struct career {
	enum person_kind kind;
	int group; /* tracked index of the focal employment, or -1 */
	int birth_year;
	bool is_never_published; /* no paper while on the staff of the focal group, up to 2024 */
	size_t n_jobs;
	struct job jobs[TWIN_MAX_JOBS]; /* in order of begin */
};

struct cohort {
	int16_t group; /* tracked index; -1 = everybody else */
	int16_t join_year;
	uint32_t first;
	uint32_t count;
	uint32_t leavers[TWIN_N_YEARS + 1]; /* by year of leaving; only where the plan says so */
	bool is_planned;		    /* leavers come from the table, else from a hazard */
};

struct venue {
	char id[64];
	char host[32];
	int year; /* 0 = journal without year */
	int api_version;
	uint8_t form;	 /* enum venue_form */
	uint32_t weight; /* how many of the year's papers */
	uint32_t first_paper;
	uint32_t n_papers;
};

enum venue_form {
	VENUE_NORMAL,
	VENUE_EMPTY,	 /* readable, no notes */
	VENUE_FORBIDDEN, /* notes answer 403 */
	VENUE_BARE,	 /* group without content */
	VENUE_JOURNAL,	 /* no year of its own */
	VENUE_UNIFIED,	 /* v2 author{} objects with institutions */
	VENUE_REVIEWING, /* under review on day 0: authors hidden; released on day 1 */
	VENUE_BLIND,	 /* v1: blind notes stay anonymous, authors in the original */
	VENUE_PLAIN_V1	 /* v1: no blind notes, V/-/submission */
};

struct paper {
	uint32_t first_slot;
	uint16_t venue;
	uint8_t n_slots;
	uint8_t year_offset; /* year of the work - TWIN_FIRST_YEAR */
};

struct world {
	uint64_t seed;
	uint32_t n_people;
	int day;
	uint32_t name_space; /* distinct names */
	uint32_t name_rounds;
	uint64_t multiplier, inverse, shift; /* person -> name permutation */
	struct cohort *cohorts;
	size_t n_cohorts;
	struct venue *venues;
	size_t n_venues;
	struct paper *papers;
	uint32_t n_papers;
	uint32_t *slots; /* person index, or TWIN_NO_PERSON for an author without profile */
	uint32_t n_slots;
};

struct world_options {
	uint64_t seed;
	uint32_t n_people;
	int day;
};

/* Builds the world: cohorts, venues, papers. world_done accepts zeroed. */
MUST_USE bool world_init(struct world *world, const struct world_options *options, struct err *err);
void world_done(struct world *world);
MUST_USE bool papers_init(struct world *world, struct err *err); /* called by world_init */
MUST_USE bool venues_init(struct world *world, struct err *err); /* called by world_init */

uint64_t hash_of(const struct world *world, uint64_t tag, uint64_t a, uint64_t b);
double unit_of(uint64_t hash);		      /* [0, 1) */
uint32_t below_of(uint64_t hash, uint32_t n); /* [0, n) */
/* The k-th of an evenly spread sequence in [0, 1), shifted by what (tag, cohort) say: shares come out exact.
 */
double even_of(const struct world *world, uint64_t tag, uint64_t cohort, uint32_t k);

size_t world_cohort_of(const struct world *world, uint32_t person);
void career_make(const struct world *world, uint32_t person, struct career *ret_career);

/* --- names (names.c) --- */
#define NAME_BYTES 96

struct person_name {
	char given[24];
	char family[24];
	char middle[8]; /* or empty */
	uint32_t number;
};

void name_init(struct world *world);
void name_of(const struct world *world, uint32_t person, struct person_name *ret_name);
enum id_form { ID_NORMAL, ID_SWAPPED, ID_DUPLICATE };
/* The tilde id: ~Given_Family3; swapped: ~Family_Given3; duplicate: ~Given_Family(3 + rounds). */
void name_id(const struct world *world, uint32_t person, enum id_form form, char id[NAME_BYTES]);
/* Person and form of a tilde id; false when nobody has it. */
MUST_USE bool name_find(const struct world *world, struct str id, uint32_t *ret_person,
			enum id_form *ret_form);

/* --- what a profile says (profile.c) --- */
enum year_form { YEAR_INT, YEAR_NULL, YEAR_EMPTY, YEAR_TEXT, YEAR_ABSENT };

struct shown_row {
	const char *role;
	char institution[96]; /* empty = absent */
	char domain[64];      /* empty = absent */
	const char *country;  /* NULL = null */
	const char *department;
	int16_t start; /* 0 = none */
	int16_t end;   /* 0 = none */
	enum year_form start_form, end_form;
};

enum profile_state { PROFILE_ACTIVE, PROFILE_INACTIVE, PROFILE_NONE };

struct profile {
	uint32_t person;
	enum profile_state state;
	enum id_form id_form;  /* of the current id */
	bool has_swapped_name; /* the other spelling is a second name */
	bool has_duplicate;    /* a second account was merged into this one */
	bool is_wrapped;       /* content fields as {value} */
	bool has_nameless_entry;
	uint32_t merged_person; /* another person's account merged into this one, or TWIN_NO_PERSON */
	int64_t created_ms;
	int64_t modified_ms;
	int year_made;
	size_t n_rows;
	struct shown_row rows[TWIN_MAX_JOBS + 2];
};

void profile_make(const struct world *world, uint32_t person, struct profile *ret_profile);
/* Who a person's ids lead to today: itself, or the account it was merged into. */
uint32_t profile_owner(const struct world *world, uint32_t person);
/* The id form under which the person signed this paper. */
enum id_form paper_id_form(const struct world *world, uint32_t paper, uint32_t person);

/* --- papers (papers.c) --- */
enum paper_status {
	PAPER_ACCEPTED,
	PAPER_REJECTED,
	PAPER_WITHDRAWN,
	PAPER_DESK_REJECTED,
	PAPER_UNDER_REVIEW
};

struct paper_state {
	bool exists;
	bool is_deleted;
	bool is_anonymous; /* authors are nowhere to be read */
	bool is_blind;	   /* authors only in the original (v1) */
	enum paper_status status;
	enum paper_status first_status; /* before the second day changed it */
	uint32_t number;
	int64_t created_ms, changed_ms, published_ms, deleted_ms, decided_ms; /* 0 = none */
	uint32_t n_reviews;
};

void paper_state_of(const struct world *world, uint32_t paper, struct paper_state *ret_state);
bool venue_is_readable(const struct venue *venue);
const struct venue *paper_venue(const struct world *world, uint32_t paper);
/* The institutions chosen at submission (unified authors): index in ORGS or -1. */
int paper_slot_org(const struct world *world, uint32_t paper, uint32_t slot);
/* Name and domain as written in that slot. */
void paper_slot_institution(const struct world *world, uint32_t paper, uint32_t slot,
			    struct shown_row *ret_row);

/* --- JSON (shape.c) --- */
enum note_kind { NOTE_SUBMISSION, NOTE_ORIGINAL, NOTE_REVIEW, NOTE_DECISION };

struct note_ref {
	uint64_t key; /* sort key */
	uint32_t paper;
	uint8_t kind;
	uint8_t sub;
};

enum { DETAIL_REPLIES = 1, DETAIL_DIRECT_REPLIES = 2, DETAIL_ORIGINAL = 4, DETAIL_COUNT = 8 };

#define NOTE_ID_BYTES 16

void note_id(const struct world *world, const struct note_ref *note, char id[NOTE_ID_BYTES]);
MUST_USE bool note_find(const struct world *world, struct str id, struct note_ref *ret_note);
int64_t note_changed_ms(const struct world *world, const struct note_ref *note);
int64_t note_created_ms(const struct world *world, const struct note_ref *note);
void shape_note(const struct world *world, const struct note_ref *note, unsigned details, struct buf *json);
void shape_profile(const struct world *world, uint32_t person, struct buf *json);
void shape_group(const struct world *world, const struct venue *venue, int api_version, struct buf *json);
/* The invitation of a venue's submissions, as its API version names it. */
void shape_submission_invitation(const struct venue *venue, struct buf *text);

/* --- commands --- */
int serve_main(int argc, char **argv);
int truth_main(int argc, char **argv);
int describe_main(int argc, char **argv);
int notes_main(int argc, char **argv);
int papercopilot_main(int argc, char **argv);

/* Options shared by the commands: --seed, --people, --day. Returns 1 when taken, 0 when not one of them,
 * -1 when the value is wrong (said on stderr). */
int options_take(struct world_options *options, const char *name, const char *value);

#endif
