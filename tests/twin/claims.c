/* SPDX-License-Identifier: PostgreSQL
 *
 * twin describe: how large the world is, and where it stands against the published study it was shaped after
 * (sections 4 to 6 of docs/design/metrics.md, over the stints of truth.c).
 */
#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define DEGREE_GRACE	 1
#define FRESH_WINDOW	 1
#define ORIGIN_GAP	 2
#define DESTINATION_LEAD 1
#define DESTINATION_LAG	 2
#define ERA_START	 2023
#define N_YEARS		 TWIN_N_YEARS
#define FIRST		 TWIN_FIRST_YEAR
#define MAX_ORGS	 128

enum category { FRESH_GRADUATE, LARGE_DOMESTIC, START_UP, FOREIGN, ACADEMIA, OTHER, UNKNOWN, CATEGORY_COUNT };

struct tally {
	uint32_t n, known;
};

/* Sums by group and year of joining, leaving or stock. */
struct study {
	struct tally phd[TRACKED_COUNT][N_YEARS];
	struct tally fresh[TRACKED_COUNT][N_YEARS];
	struct tally fresh_phd[TRACKED_COUNT][N_YEARS];
	uint32_t joiners[TRACKED_COUNT][N_YEARS];
	uint32_t origins[TRACKED_COUNT][N_YEARS][CATEGORY_COUNT];
	uint32_t from_group[TRACKED_COUNT][N_YEARS][TRACKED_COUNT];
	uint32_t destinations[TRACKED_COUNT][N_YEARS][CATEGORY_COUNT];
	struct tally era[TRACKED_COUNT][N_YEARS]; /* of the stock */
	double age_sum[TRACKED_COUNT][N_YEARS];
	uint32_t age_known[TRACKED_COUNT][N_YEARS];
	struct tally abroad[TRACKED_COUNT];
	uint32_t schools[TRACKED_COUNT][MAX_ORGS];
	uint64_t n_rows, n_open, n_without_start, n_point_only, n_stints;
};

static int country_differs(const char *left, const char *right)
{
	return left != NULL && right != NULL && strcmp(left, right) != 0;
}

static enum category category_of(int org, int group)
{
	if (org < 0)
		return UNKNOWN;
	const struct org *other = &ORGS[org];
	if (other->kind == ORG_UNIVERSITY || other->kind == ORG_INSTITUTE)
		return ACADEMIA;
	if ((size_t)org >= N_TRACKED)
		return UNKNOWN; /* an invented company that no table knows */
	if (other->size == ORG_START_UP)
		return START_UP;
	if (country_differs(other->country, ORGS[group].country))
		return FOREIGN;
	return other->size == ORG_LARGE ? LARGE_DOMESTIC : OTHER;
}

static const struct truth_stint *latest_education(const struct truth_person *facts, int year)
{
	const struct truth_stint *best = NULL;
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		if (stint->kind != TRUTH_EDUCATION || stint->begin > year)
			continue;
		int end = stint->end == 0 ? 9999 : stint->end;
		int best_end = best == NULL ? 0 : best->end == 0 ? 9999 : best->end;
		if (best == NULL || end > best_end || (end == best_end && stint->begin > best->begin))
			best = stint;
	}
	return best;
}

static enum truth_degree degree_at(const struct truth_person *facts, int year)
{
	enum truth_degree degree = DEGREE_NONE;
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		if (stint->kind != TRUTH_EDUCATION)
			continue;
		if (degree == DEGREE_NONE)
			degree = DEGREE_OTHER;
		if (stint->end != 0 && stint->end <= year + DEGREE_GRACE && stint->degree > degree)
			degree = stint->degree;
	}
	for (size_t at = 0; at < facts->n_claims; at++) {
		const struct truth_claim *claim = &facts->claims[at];
		if (claim->is_academic && !claim->is_refused && claim->start != 0 && claim->start < year)
			degree = DEGREE_PHD;
	}
	return degree;
}

/* 1 yes, 0 no, -1 unknown */
static int is_fresh(const struct truth_person *facts, const struct truth_stint *group_stint, int year)
{
	const struct truth_stint *education = latest_education(facts, year);
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		if (stint->kind != TRUTH_EMPLOYMENT || stint->place == group_stint->place ||
		    stint->begin >= year)
			continue;
		if ((education != NULL && stint->begin >= education->begin) || stint->finish > year - 1)
			return 0;
	}
	if (education == NULL || education->end == 0)
		return -1;
	return education->end >= year - FRESH_WINDOW && education->end <= year + DEGREE_GRACE;
}

static const struct truth_stint *origin_of(const struct truth_person *facts,
					   const struct truth_stint *group_stint, int year)
{
	const struct truth_stint *best = NULL;
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		if (stint->kind != TRUTH_EMPLOYMENT || stint->place == group_stint->place ||
		    stint->begin >= year)
			continue;
		if (best == NULL || stint->begin > best->begin ||
		    (stint->begin == best->begin && stint->finish > best->finish))
			best = stint;
	}
	return best != NULL && best->finish >= year - ORIGIN_GAP ? best : NULL;
}

static void joiner_count(struct study *study, const struct truth_person *facts,
			 const struct truth_stint *stint, int year)
{
	int at = year - FIRST, group = stint->place;
	enum truth_degree degree = degree_at(facts, year);
	int fresh = is_fresh(facts, stint, year);
	study->joiners[group][at]++;
	study->phd[group][at].known += degree != DEGREE_NONE;
	study->phd[group][at].n += degree == DEGREE_PHD;
	study->fresh[group][at].known += fresh >= 0;
	study->fresh[group][at].n += fresh == 1;
	study->fresh_phd[group][at].known += fresh >= 0;
	study->fresh_phd[group][at].n += fresh == 1 && degree == DEGREE_PHD;
	if (fresh == 1) {
		study->origins[group][at][FRESH_GRADUATE]++;
		return;
	}
	const struct truth_stint *origin = origin_of(facts, stint, year);
	enum category category = origin == NULL ? UNKNOWN : category_of(origin->org, group);
	study->origins[group][at][category]++;
	if (origin != NULL && origin->place < TRACKED_COUNT)
		study->from_group[group][at][origin->place]++;
}

static void leaver_count(struct study *study, const struct truth_person *facts,
			 const struct truth_stint *left, int year)
{
	const struct truth_stint *best = NULL;
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		bool is_kind = stint->kind == TRUTH_EMPLOYMENT || stint->kind == TRUTH_EDUCATION;
		if (!is_kind || (stint->kind == TRUTH_EMPLOYMENT && stint->place == left->place) ||
		    stint->begin < left->begin || stint->begin < year - DESTINATION_LEAD ||
		    stint->begin > year + DESTINATION_LAG)
			continue;
		if (best == NULL || stint->begin < best->begin)
			best = stint;
	}
	enum category category = best == NULL			 ? UNKNOWN
				 : best->kind == TRUTH_EDUCATION ? ACADEMIA
								 : category_of(best->org, left->place);
	study->destinations[left->place][year - FIRST][category]++;
}

static int least_start(const struct truth_person *facts, enum truth_degree degree, bool is_end)
{
	int best = 0;
	for (size_t at = 0; at < facts->n_claims; at++) {
		const struct truth_claim *claim = &facts->claims[at];
		if (claim->is_refused || claim->kind != TRUTH_EDUCATION || claim->degree != degree)
			continue;
		int year = is_end ? (claim->is_open ? 0 : claim->end) : claim->start;
		if (year != 0 && (best == 0 || year < best))
			best = year;
	}
	return best;
}

static int birth_of(const struct truth_person *facts)
{
	static const struct {
		enum truth_degree degree;
		bool is_end;
		int age;
	} RULES[] = {{DEGREE_BACHELOR, false, 18},
		     {DEGREE_BACHELOR, true, 22},
		     {DEGREE_MASTER, false, 22},
		     {DEGREE_PHD, false, 24},
		     {DEGREE_PHD, true, 29}};
	for (size_t at = 0; at < ARRAY_LENGTH(RULES); at++) {
		int year = least_start(facts, RULES[at].degree, RULES[at].is_end);
		if (year != 0)
			return year - RULES[at].age;
	}
	return 0;
}

static void stock_count(struct study *study, const struct truth_person *facts,
			const struct truth_stint *stint)
{
	int birth = birth_of(facts);
	for (int year = FIRST; year < FIRST + N_YEARS; year++) {
		if (year < stint->begin || year >= stint->finish)
			continue;
		int at = year - FIRST;
		bool is_unknown = stint->start == 0 && stint->first_evidence >= ERA_START;
		study->era[stint->place][at].known += !is_unknown;
		study->era[stint->place][at].n += !is_unknown && stint->start >= ERA_START;
		if (birth != 0) {
			study->age_known[stint->place][at]++;
			study->age_sum[stint->place][at] += year - birth;
		}
	}
}

static void schools_count(struct study *study, const struct truth_person *facts, int group)
{
	bool is_abroad = false, has_unresolved = false, has_school = false;
	bool seen[MAX_ORGS] = {false};
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		if (stint->kind != TRUTH_EDUCATION)
			continue;
		has_unresolved = has_unresolved || stint->org < 0;
		if (stint->org < 0 || stint->org >= MAX_ORGS)
			continue;
		has_school = true;
		is_abroad = is_abroad || country_differs(ORGS[stint->org].country, ORGS[group].country);
		study->schools[group][stint->org] += !seen[stint->org];
		seen[stint->org] = true;
	}
	study->abroad[group].known += is_abroad || (has_school && !has_unresolved);
	study->abroad[group].n += is_abroad;
}

static void visit(void *context, uint32_t person, const struct truth_person *facts,
		  const struct truth_slot *slots, size_t n_slots)
{
	struct study *study = context;
	(void)person;
	(void)slots;
	(void)n_slots;
	bool is_counted[TRACKED_COUNT] = {false};
	for (size_t at = 0; at < facts->n_claims; at++) {
		study->n_rows++;
		study->n_open += facts->claims[at].is_open;
		study->n_without_start += facts->claims[at].start == 0;
	}
	for (size_t at = 0; at < facts->n_stints; at++) {
		const struct truth_stint *stint = &facts->stints[at];
		study->n_stints++;
		study->n_point_only += stint->is_point_only;
		if (stint->kind != TRUTH_EMPLOYMENT || stint->place >= TRACKED_COUNT)
			continue;
		if (stint->start >= FIRST && stint->start < FIRST + N_YEARS)
			joiner_count(study, facts, stint, stint->start);
		if (stint->end >= FIRST && stint->end < FIRST + N_YEARS)
			leaver_count(study, facts, stint, stint->end);
		stock_count(study, facts, stint);
		if (stint->finish > stint->begin && !is_counted[stint->place]) {
			is_counted[stint->place] = true;
			schools_count(study, facts, stint->place);
		}
	}
}

static double share(double n, double known)
{
	return known > 0 ? n / known : 0;
}

static double tally_share(const struct tally table[TRACKED_COUNT][N_YEARS], int first_group, int last_group,
			  int from, int to)
{
	double n = 0, known = 0;
	for (int group = first_group; group <= last_group; group++) {
		for (int year = from; year <= to; year++) {
			n += table[group][year - FIRST].n;
			known += table[group][year - FIRST].known;
		}
	}
	return share(n, known);
}

static double destination_share(const struct study *study, int first_group, int last_group,
				enum category category)
{
	double n = 0, known = 0;
	for (int group = first_group; group <= last_group; group++) {
		for (int year = 0; year < N_YEARS; year++) {
			for (int at = 0; at < UNKNOWN; at++)
				known += study->destinations[group][year][at];
			n += study->destinations[group][year][category];
		}
	}
	return share(n, known);
}

static int school_rank(const struct study *study, int group, const char *name)
{
	uint32_t own = 0;
	int rank = 1;
	for (size_t org = 0; org < N_ORGS; org++)
		own = strcmp(ORGS[org].name, name) == 0 ? study->schools[group][org] : own;
	for (size_t org = 0; org < N_ORGS; org++)
		rank += study->schools[group][org] > own;
	return rank;
}

/* Joiners with work experience whose last employer was one of the three: [0..2] by the three, [3] all. */
static void three_share(const struct study *study, double counts[4])
{
	for (int group = 0; group <= TENCENT; group++) {
		for (int year = 2023 - FIRST; year < N_YEARS; year++) {
			for (int from = 0; from <= TENCENT; from++)
				counts[from] += study->from_group[group][year][from];
			for (int category = LARGE_DOMESTIC; category < UNKNOWN; category++)
				counts[3] += study->origins[group][year][category];
		}
	}
}

static void line(const char *claim, const char *what, const char *relation, double claimed, double measured)
{
	(void)printf("%s,%s,%s,%g,%.4g\n", claim, what, relation, claimed, measured);
}

static uint32_t cell(const struct truth_totals *totals, int group, int year, bool is_joiners)
{
	const struct truth_year *found = &totals->years[group][year - TRUTH_FIRST_YEAR];
	return is_joiners ? found->joiners : found->headcount;
}

static void counts_print(const struct truth_totals *totals, double scale)
{
	double t22 = cell(totals, TENCENT, 2022, false), t24 = cell(totals, TENCENT, 2024, false);
	double a22 = cell(totals, ALIBABA, 2022, false), a24 = cell(totals, ALIBABA, 2024, false);
	double b22 = cell(totals, BYTEDANCE, 2022, false), b24 = cell(totals, BYTEDANCE, 2024, false);
	double t_new = cell(totals, TENCENT, 2023, true) + cell(totals, TENCENT, 2024, true);
	line("C01", "three published to 2024", "=", 2330 * scale, totals->n_published_of_three);
	line("C02", "baidu published to 2024", "=", 448 * scale,
	     totals->years[BAIDU][2024 - TRUTH_FIRST_YEAR].published_to_date);
	line("C03", "tencent headcount 2022", "=", 612 * scale, t22);
	line("C04", "tencent headcount 2024", "=", 607 * scale, t24);
	line("C05", "alibaba headcount 2022", "=", 640 * scale, a22);
	line("C06", "alibaba headcount 2024", "=", 696 * scale, a24);
	line("C07", "alibaba growth", "~", 0.09, share(a24 - a22, a22));
	line("C08", "bytedance headcount 2022", "=", 322 * scale, b22);
	line("C09", "bytedance headcount 2024", "=", 480 * scale, b24);
	line("C10", "bytedance growth", "~", 0.50, share(b24 - b22, b22));
	line("C11", "tencent joiners 2023-2024", "=", 112 * scale, t_new);
	line("C12", "tencent joiners over 2021", "~", 0.65, share(t_new, cell(totals, TENCENT, 2021, true)));
}

static void joiners_print(const struct study *study, const struct truth_totals *totals, double scale)
{
	line("C13", "tencent era share 2024", "<", 0.20,
	     tally_share(study->era, TENCENT, TENCENT, 2024, 2024));
	line("C14", "alibaba era share 2024", ">", 0.20,
	     tally_share(study->era, ALIBABA, ALIBABA, 2024, 2024));
	line("C15", "bytedance era share 2024", ">", 0.40,
	     tally_share(study->era, BYTEDANCE, BYTEDANCE, 2024, 2024));
	line("C16", "bytedance joiners 2023", ">", 100 * scale, cell(totals, BYTEDANCE, 2023, true));
	line("C17", "bytedance joiners 2024", ">", 100 * scale, cell(totals, BYTEDANCE, 2024, true));
	line("C18", "three phd share before 2020", ">", 0.60,
	     tally_share(study->phd, BYTEDANCE, TENCENT, FIRST, 2019));
	line("C19", "tencent phd share 2017", ">", 0.70,
	     tally_share(study->phd, TENCENT, TENCENT, 2017, 2017));
	line("C20", "tencent phd share 2020-2022", "<", 0.50,
	     tally_share(study->phd, TENCENT, TENCENT, 2020, 2022));
	line("C21", "alibaba phd share 2020-2022", "<", 0.50,
	     tally_share(study->phd, ALIBABA, ALIBABA, 2020, 2022));
	double lowest = 1;
	for (int year = 2020; year <= 2022; year++) {
		double value = tally_share(study->phd, BYTEDANCE, BYTEDANCE, year, year);
		lowest = value < lowest ? value : lowest;
	}
	line("C22", "bytedance phd share lowest of 2020-2022", "~", 0.40, lowest);
	line("C23", "tencent phd share 2023-2024", "~", 0.70,
	     tally_share(study->phd, TENCENT, TENCENT, 2023, 2024));
	line("C24", "bytedance phd share 2023-2024", "~", 0.70,
	     tally_share(study->phd, BYTEDANCE, BYTEDANCE, 2023, 2024));
	line("C25", "alibaba phd share 2023-2024", ">", 0.50,
	     tally_share(study->phd, ALIBABA, ALIBABA, 2023, 2024));
	line("C26", "alibaba fresh share 2023-2024", "~", 0.60,
	     tally_share(study->fresh, ALIBABA, ALIBABA, 2023, 2024));
	line("C27", "tencent fresh share 2024", "~", 0.70,
	     tally_share(study->fresh, TENCENT, TENCENT, 2024, 2024));
	line("C28", "bytedance fresh share 2023-2024", "~", 0.40,
	     tally_share(study->fresh, BYTEDANCE, BYTEDANCE, 2023, 2024));
	line("C29", "bytedance fresh phd share 2023-2024", "~", 0.25,
	     tally_share(study->fresh_phd, BYTEDANCE, BYTEDANCE, 2023, 2024));
}

static void people_print(const struct study *study)
{
	for (int year = 2021; year <= 2024; year++)
		line(year < 2024 ? "C30" : "C31", "bytedance mean age", year < 2024 ? "<" : ">", 30,
		     share(study->age_sum[BYTEDANCE][year - FIRST],
			   study->age_known[BYTEDANCE][year - FIRST]));
	line("C32", "tencent school rank of CUHK", "<=", 6,
	     school_rank(study, TENCENT, "Chinese University of Hong Kong"));
	line("C33", "bytedance school rank of CMU", "=", 8,
	     school_rank(study, BYTEDANCE, "Carnegie Mellon University"));
	line("C34", "bytedance studied abroad", ">", 0.40,
	     share(study->abroad[BYTEDANCE].n, study->abroad[BYTEDANCE].known));
	line("C35", "deepseek studied abroad", "<", 0.10,
	     share(study->abroad[DEEPSEEK].n, study->abroad[DEEPSEEK].known));
	line("C36", "deepseek fresh share", ">", 0.50,
	     tally_share(study->fresh, DEEPSEEK, DEEPSEEK, FIRST, TWIN_LAST_YEAR));
	double from[4] = {0};
	three_share(study, from);
	line("C37", "experienced joiners from the three", ">", 0.30,
	     share(from[0] + from[1] + from[2], from[3]));
	line("C37", "of these from tencent", "first", 0, from[TENCENT]);
	line("C37", "of these from alibaba", "second", 0, from[ALIBABA]);
	line("C37", "of these from bytedance", "third", 0, from[BYTEDANCE]);
	line("C38", "three leavers to large company", ">", 0.40,
	     destination_share(study, BYTEDANCE, TENCENT, LARGE_DOMESTIC));
	line("C39", "three leavers to academia", "~", 0.25,
	     destination_share(study, BYTEDANCE, TENCENT, ACADEMIA));
	line("C40", "three leavers to foreign company", "~", 0.16,
	     destination_share(study, BYTEDANCE, TENCENT, FOREIGN));
	line("C41", "three leavers to start-up", "<", 0.14,
	     destination_share(study, BYTEDANCE, TENCENT, START_UP));
	line("C42", "openai leavers to start-up", ">", 0.50,
	     destination_share(study, OPENAI, OPENAI, START_UP));
}

static void world_print(const struct world *world, const struct study *study,
			const struct truth_totals *totals)
{
	uint32_t forms[VENUE_PLAIN_V1 + 1] = {0}, states[PAPER_UNDER_REVIEW + 1] = {0};
	uint32_t n_deleted = 0, n_anonymous = 0, n_strangers = 0, n_unified = 0;
	for (size_t venue = 0; venue < world->n_venues; venue++)
		forms[world->venues[venue].form]++;
	for (uint32_t paper = 0; paper < world->n_papers; paper++) {
		struct paper_state state;
		paper_state_of(world, paper, &state);
		if (!state.exists)
			continue;
		states[state.status]++;
		n_deleted += state.is_deleted;
		n_anonymous += state.is_anonymous;
		n_unified += paper_venue(world, paper)->form == VENUE_UNIFIED;
	}
	for (uint32_t slot = 0; slot < world->n_slots; slot++)
		n_strangers += world->slots[slot] == TWIN_NO_PERSON;
	(void)printf("people made                  %u\n", world->n_people);
	(void)printf("people on record             %u\n", totals->n_people);
	(void)printf("venues                       %zu (%u without notes, %u refused, %u bare)\n",
		     world->n_venues, forms[VENUE_EMPTY], forms[VENUE_FORBIDDEN], forms[VENUE_BARE]);
	(void)printf("papers                       %u (accepted %u, rejected %u, withdrawn %u, desk-rejected "
		     "%u, under review %u)\n",
		     world->n_papers, states[PAPER_ACCEPTED], states[PAPER_REJECTED], states[PAPER_WITHDRAWN],
		     states[PAPER_DESK_REJECTED], states[PAPER_UNDER_REVIEW]);
	(void)printf("  deleted %u, authors hidden %u, with institutions of authors %u\n", n_deleted,
		     n_anonymous, n_unified);
	(void)printf("author slots                 %u (%u without a tilde id)\n", world->n_slots,
		     n_strangers);
	(void)printf("history rows                 %llu (open %.3f, without start %.4f)\n",
		     (unsigned long long)study->n_rows, share((double)study->n_open, (double)study->n_rows),
		     share((double)study->n_without_start, (double)study->n_rows));
	(void)printf("stints                       %llu (from papers alone %llu)\n",
		     (unsigned long long)study->n_stints, (unsigned long long)study->n_point_only);
}

int describe_main(int argc, char **argv)
{
	struct world_options options = {.seed = 1, .n_people = 20000};
	bool wants_claims = false;
	for (int at = 1; at < argc; at++) {
		if (strcmp(argv[at], "--help") == 0) {
			(void)printf("usage: twin describe [--seed N] [--people N] [--day 0|1] [--claims]\n"
				     "Size of the world and rates of its dirt; with --claims the study's "
				     "figures beside the world's, as CSV.\n");
			return 0;
		}
		if (strcmp(argv[at], "--claims") == 0) {
			wants_claims = true;
			continue;
		}
		if (options_take(&options, argv[at], at + 1 < argc ? argv[at + 1] : NULL) <= 0) {
			(void)fprintf(stderr, "twin: cannot take %s (see twin describe --help)\n", argv[at]);
			return 64;
		}
		at++;
	}
	struct err err = {0};
	struct world world = {0};
	struct truth_totals *totals = calloc(1, sizeof(*totals));
	struct study *study = calloc(1, sizeof(*study));
	bool is_done = totals != NULL && study != NULL && world_init(&world, &options, &err) &&
		       truth_walk(&world, visit, study, totals, &err);
	double scale = options.n_people / 20000.0;
	if (is_done && wants_claims) {
		(void)printf("claim_id,what,relation,claimed,measured\n");
		counts_print(totals, scale);
		joiners_print(study, totals, scale);
		people_print(study);
	} else if (is_done) {
		world_print(&world, study, totals);
	}
	world_done(&world);
	free(totals);
	free(study);
	if (is_done)
		return 0;
	(void)fprintf(stderr, "twin: %s\n", err.message);
	return err_exit_code(&err);
}
