/* SPDX-License-Identifier: PostgreSQL
 *
 * The plan: how many people join and leave each tracked group in each year of a world of 20,000, set so that
 * the finished metrics come near the published study; scaled linearly to other sizes. And the careers.
 */
#include "twin.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define PLAN_PEOPLE 20000.0

struct plan {
	int group;
	uint16_t joiners[TWIN_N_YEARS]; /* 2012 .. 2025 */
	uint16_t leavers[TWIN_N_YEARS];
};

#define YEARS(...)                                                                                           \
	{                                                                                                    \
		__VA_ARGS__                                                                                  \
	}
static const struct plan PLANS[] = {
#define PLAN(group, joiners, leavers) {group, YEARS joiners, YEARS leavers},
#define NEVER(three, baidu, others)
#define BAIDU_PEOPLE(people)
#include "plan.def"
#undef PLAN
#undef NEVER
#undef BAIDU_PEOPLE
};

enum {
#define PLAN(group, joiners, leavers)
#define NEVER(three, baidu, others)
#define BAIDU_PEOPLE(people) N_BAIDU = people
#include "plan.def"
#undef PLAN
#undef NEVER
#undef BAIDU_PEOPLE
};

struct plain_plan {
	int group;
	uint16_t people;
	uint16_t first_year; /* before 2012: joiners of 2012 are spread back to it */
};

static const struct plain_plan PLAIN_PLANS[] = {
    {BAIDU, N_BAIDU, 2008}, {ANT_GROUP, 260, 2014}, {HUAWEI, 380, 2008},     {MEITUAN, 140, 2012},
    {JD, 120, 2012},	    {KUAISHOU, 110, 2013},  {XIAOHONGSHU, 45, 2016}, {DEEPSEEK, 60, 2023},
    {MOONSHOT, 15, 2023},   {MINIMAX, 15, 2021},    {ZHIPU, 30, 2019},	     {ZERO_ONE, 15, 2023},
    {MODELBEST, 12, 2022},  {BAAI, 60, 2018},	    {GOOGLE, 900, 2004},     {META, 500, 2010},
    {MICROSOFT, 750, 1998}, {AMAZON, 400, 2008},    {OPENAI, 70, 2016},	     {ADOBE, 110, 2004},
    {SNAP, 45, 2014},	    {SALESFORCE, 70, 2014}, {IBM, 130, 1998},
};

static const uint16_t GROWTH[TWIN_N_YEARS] = {4, 2, 3, 4, 6, 8, 10, 11, 12, 12, 10, 8, 8, 6};

uint64_t hash_of(const struct world *world, uint64_t tag, uint64_t a, uint64_t b)
{
	uint64_t x = world->seed * UINT64_C(0x9e3779b97f4a7c15) + tag * UINT64_C(0xd1342543de82ef95) +
		     a * UINT64_C(0x2545f4914f6cdd1d) + b * UINT64_C(0xda942042e4dd58b5);
	for (int round = 0; round < 2; round++) {
		x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
		x ^= x >> 31;
	}
	return x;
}

/* floor without libm; the values here are small */
static double whole_of(double value)
{
	double whole = (double)(int64_t)value;
	return whole > value ? whole - 1 : whole;
}

double unit_of(uint64_t hash)
{
	return (double)(hash >> 11) / 9007199254740992.0;
}

uint32_t below_of(uint64_t hash, uint32_t n)
{
	/* mixed once more: callers shift one hash about to get several draws */
	hash = (hash ^ hash >> 29) * UINT64_C(0x9fb21c651e98df25);
	hash ^= hash >> 32;
	return (uint32_t)(((hash & UINT32_MAX) * n) >> 32);
}

double even_of(const struct world *world, uint64_t tag, uint64_t cohort, uint32_t k)
{
	/* additive recurrence: golden ratio, one per attribute turned into another badly approximable step */
	static const double STEPS[] = {0.6180339887498949, 0.4142135623730950, 0.7320508075688772,
				       0.3027756377319946, 0.5615528128088303, 0.1925824035672520,
				       0.8284271247461903, 0.2360679774997898};
	double shift = unit_of(hash_of(world, tag, cohort, 77));
	double place = shift + STEPS[tag % ARRAY_LENGTH(STEPS)] * (double)k;
	return place - whole_of(place);
}

/* Scales a planned count; the remainder of the division is carried along so that sums scale too. */
static uint32_t scaled(const struct world *world, double count, double *carry)
{
	double exact = count * (double)world->n_people / PLAN_PEOPLE + *carry;
	double whole = whole_of(exact + 0.5);
	if (whole < 0)
		whole = 0;
	*carry = exact - whole;
	return (uint32_t)whole;
}

static void cohort_add(struct world *world, int group, int join_year, uint32_t count, bool is_planned)
{
	uint32_t first = 0;
	if (world->n_cohorts > 0)
		first =
		    world->cohorts[world->n_cohorts - 1].first + world->cohorts[world->n_cohorts - 1].count;
	if (first > world->n_people)
		first = world->n_people;
	if (count > world->n_people - first)
		count = world->n_people - first;
	world->cohorts[world->n_cohorts++] = (struct cohort){.group = (int16_t)group,
							     .join_year = (int16_t)join_year,
							     .first = first,
							     .count = count,
							     .is_planned = is_planned};
}

/* Spreads the leavers of one year over the cohorts that joined before, by what is left of them. */
static void leavers_spread(struct cohort *cohorts, int leave, uint32_t count)
{
	double left[TWIN_N_YEARS] = {0};
	double total = 0;
	for (int join = 0; join < leave; join++) {
		uint32_t gone = 0;
		for (int year = 0; year < leave; year++)
			gone += cohorts[join].leavers[year];
		left[join] = (double)(cohorts[join].count - gone) * (join == leave - 1 ? 0.4 : 1.0);
		total += left[join];
	}
	double carry = 0;
	for (int join = 0; join < leave && total > 0; join++) {
		double exact = (double)count * left[join] / total + carry;
		double whole = whole_of(exact + 0.5);
		carry = exact - whole;
		if (whole > left[join])
			whole = whole_of(left[join]);
		cohorts[join].leavers[leave] = (uint32_t)(whole < 0 ? 0 : whole);
	}
}

static bool cohorts_init(struct world *world, struct err *err)
{
	size_t most = (ARRAY_LENGTH(PLANS) + ARRAY_LENGTH(PLAIN_PLANS)) * TWIN_N_YEARS + 1;
	world->cohorts = calloc(most, sizeof(*world->cohorts));
	if (world->cohorts == NULL)
		return err_nomem(err, "cohorts of the twin");
	for (size_t plan = 0; plan < ARRAY_LENGTH(PLANS); plan++) {
		double carry = 0;
		size_t first = world->n_cohorts;
		for (int year = 0; year < TWIN_N_YEARS; year++)
			cohort_add(world, PLANS[plan].group, TWIN_FIRST_YEAR + year,
				   scaled(world, PLANS[plan].joiners[year], &carry), true);
		carry = 0;
		for (int year = 0; year < TWIN_N_YEARS; year++)
			leavers_spread(&world->cohorts[first], year,
				       scaled(world, PLANS[plan].leavers[year], &carry));
	}
	for (size_t plan = 0; plan < ARRAY_LENGTH(PLAIN_PLANS); plan++) {
		const struct plain_plan *plain = &PLAIN_PLANS[plan];
		double carry = 0, total = 0;
		for (int year = 0; year < TWIN_N_YEARS; year++)
			total += TWIN_FIRST_YEAR + year >= plain->first_year ? GROWTH[year] : 0;
		for (int year = 0; year < TWIN_N_YEARS; year++) {
			if (TWIN_FIRST_YEAR + year < plain->first_year)
				continue;
			cohort_add(world, plain->group, TWIN_FIRST_YEAR + year,
				   scaled(world, plain->people * GROWTH[year] / total, &carry), false);
		}
	}
	cohort_add(world, -1, 0, world->n_people, false);
	return true;
}

size_t world_cohort_of(const struct world *world, uint32_t person)
{
	size_t low = 0, high = world->n_cohorts;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (world->cohorts[middle].first <= person)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool world_init(struct world *world, const struct world_options *options, struct err *err)
{
	*world = (struct world){.seed = options->seed, .n_people = options->n_people, .day = options->day};
	if (options->n_people < 100 || options->n_people > TWIN_MAX_PEOPLE)
		return err_set(err, ERR_CONFIG, "--people %u is outside 100 .. %d", options->n_people,
			       TWIN_MAX_PEOPLE);
	name_init(world);
	if (cohorts_init(world, err) && venues_init(world, err) && papers_init(world, err))
		return true;
	world_done(world);
	return false;
}

void world_done(struct world *world)
{
	free(world->cohorts);
	free(world->venues);
	free(world->papers);
	free(world->slots);
	*world = (struct world){0};
}
