/* SPDX-License-Identifier: PostgreSQL
 *
 * One person's career, made anew whenever it is asked for.
 */
#include "twin.h"

#include <string.h>

/* Tags of the random sequences; the numbers decide nothing but must differ. */
enum {
	TAG_FRESH = 16,
	TAG_DEGREE = 17,
	TAG_ABROAD = 18,
	TAG_DESTINATION = 19,
	TAG_ORIGIN = 20,
	TAG_SCHOOL = 21,
	TAG_NEVER = 22,
	TAG_LEAVE = 23,
	TAG_JOB = 24,
	TAG_INTERN = 25,
	TAG_ACADEMIC = 26,
	TAG_EXPERIENCE = 27
};

enum {
#define PLAN(group, joiners, leavers)
#define NEVER(three, baidu, others) NEVER_THREE = three, NEVER_BAIDU = baidu, NEVER_OTHERS = others
#define BAIDU_PEOPLE(people)
#include "plan.def"
#undef PLAN
#undef NEVER
#undef BAIDU_PEOPLE
};

enum category {
	CATEGORY_NONE,
	CATEGORY_DOMESTIC,
	CATEGORY_ACADEMIA,
	CATEGORY_FOREIGN,
	CATEGORY_START_UP,
	CATEGORY_OTHER
};

struct maker {
	const struct world *world;
	struct career *career;
	uint64_t cohort; /* stable name of the cohort: group and year, so that plans can change elsewhere */
	uint32_t k;
};

static uint64_t draw(const struct maker *maker, uint64_t tag, uint64_t what)
{
	return hash_of(maker->world, tag, maker->cohort << 32 | maker->k, what);
}

static double even(const struct maker *maker, uint64_t tag)
{
	return even_of(maker->world, tag, maker->cohort, maker->k);
}

static void add(struct maker *maker, int org, enum role role, int start, int end)
{
	struct career *career = maker->career;
	if (career->n_jobs >= TWIN_MAX_JOBS || org < 0)
		return;
	size_t at = career->n_jobs++;
	while (at > 0 && career->jobs[at - 1].start > start) {
		career->jobs[at] = career->jobs[at - 1];
		at--;
	}
	career->jobs[at] = (struct job){
	    .org = (int16_t)org, .start = (int16_t)start, .end = (int16_t)end, .role = (uint8_t)role};
}

static int school_pick(uint64_t hash, bool is_chinese, int is_abroad)
{
	uint32_t total = 0;
	for (size_t pass = 0; pass < 2; pass++) {
		uint32_t place = pass == 0 ? 0 : below_of(hash, total);
		for (size_t org = N_TRACKED; org < N_ORGS; org++) {
			bool is_cn = ORGS[org].country != NULL && strcmp(ORGS[org].country, "CN") == 0;
			if (ORGS[org].kind != ORG_UNIVERSITY || (is_abroad == 1 && is_cn) ||
			    (is_abroad == 0 && !is_cn))
				continue;
			uint32_t weight = is_chinese ? ORGS[org].weight_cn : ORGS[org].weight_world;
			if (pass == 0)
				total += weight;
			else if (place < weight)
				return (int)org;
			else
				place -= weight;
		}
	}
	return (int)N_TRACKED;
}

static int unknown_company_pick(uint64_t hash)
{
	size_t first = N_TRACKED;
	while (ORGS[first].kind == ORG_UNIVERSITY)
		first++;
	return (int)(first + below_of(hash, (uint32_t)(N_ORGS - first)));
}

/* ByteDance hires few before 2018 and most of those who move from 2022 on. */
static uint32_t choice_weight(int org, uint32_t weight, int group, int year)
{
	if (org == group)
		return 0;
	if (org != BYTEDANCE)
		return weight;
	return year < 2015 ? 0 : year < 2018 ? 3 : year < 2021 ? 9 : year < 2022 ? 14 : 60;
}

/* An employer of the category as seen from group, another one than group. */
static int employer_pick(const struct maker *maker, int group, enum category category, int year,
			 uint64_t hash)
{
	static const struct choice {
		int16_t org;
		uint16_t weight;
	} DOMESTIC[] = {{BYTEDANCE, 0}, {TENCENT, 20}, {ALIBABA, 13}, {ANT_GROUP, 8},	{HUAWEI, 8},
			{MEITUAN, 6},	{BAIDU, 4},    {KUAISHOU, 4}, {XIAOHONGSHU, 3}, {JD, 3}},
	  FOREIGN[] = {{GOOGLE, 5}, {META, 7}, {MICROSOFT, 5}, {AMAZON, 8},
		       {ADOBE, 2},  {SNAP, 1}, {SALESFORCE, 1}},
	  START_UP[] = {{MOONSHOT, 4}, {MINIMAX, 4}, {ZHIPU, 4}, {ZERO_ONE, 3}, {MODELBEST, 2}};
	const struct choice *choices = DOMESTIC;
	size_t n = ARRAY_LENGTH(DOMESTIC);
	bool is_domestic_chinese = strcmp(ORGS[group].country, "CN") == 0;
	switch (category) {
	case CATEGORY_DOMESTIC:
		if (!is_domestic_chinese) {
			choices = FOREIGN;
			n = ARRAY_LENGTH(FOREIGN);
		}
		break;
	case CATEGORY_FOREIGN:
		if (is_domestic_chinese) {
			choices = FOREIGN;
			n = ARRAY_LENGTH(FOREIGN);
		}
		break;
	case CATEGORY_START_UP:
		choices = START_UP;
		n = ARRAY_LENGTH(START_UP);
		break;
	case CATEGORY_ACADEMIA:
		return school_pick(hash, is_domestic_chinese, -1);
	case CATEGORY_NONE:
	case CATEGORY_OTHER:
		return unknown_company_pick(hash);
	}
	(void)maker;
	uint32_t total = 0;
	for (size_t choice = 0; choice < n; choice++)
		total += choice_weight(choices[choice].org, choices[choice].weight, group, year);
	uint32_t place = below_of(hash, total);
	for (size_t choice = 0; choice < n; choice++) {
		uint32_t weight = choice_weight(choices[choice].org, choices[choice].weight, group, year);
		if (place < weight) {
			int org = choices[choice].org;
			/* nobody joins a company before it exists */
			if ((org == MOONSHOT || org == ZERO_ONE) && year < 2023)
				return year < 2021 ? ZHIPU : MINIMAX;
			return org;
		}
		place -= weight;
	}
	return unknown_company_pick(hash);
}

static enum role job_role(uint64_t hash, enum category category, int org)
{
	uint32_t place = below_of(hash, 100);
	if (ORGS[org].kind == ORG_UNIVERSITY)
		return place < 45 ? ROLE_POSTDOC : ROLE_FACULTY;
	if (category == CATEGORY_START_UP)
		return place < 25 ? ROLE_FOUNDER : ROLE_RESEARCHER;
	return place < 64   ? ROLE_RESEARCHER
	       : place < 88 ? ROLE_ENGINEER
	       : place < 93 ? ROLE_MANAGER
			    : ROLE_OTHER;
}

struct shares {
	double phd_fresh, phd_experienced, fresh, abroad;
};

static struct shares shares_of(int group, int year)
{
	struct shares shares = {.phd_fresh = 0.60, .phd_experienced = 0.66, .fresh = 0.45, .abroad = 0.30};
	switch (group) {
	case TENCENT:
		shares.abroad = 0.38;
		shares.phd_fresh = year == 2017 ? 0.80 : year < 2020 ? 0.72 : year < 2023 ? 0.40 : 0.76;
		shares.phd_experienced = year == 2017 ? 0.76 : year < 2020 ? 0.66 : year < 2023 ? 0.30 : 0.70;
		shares.fresh = year < 2020 ? 0.42 : year < 2023 ? 0.55 : year == 2023 ? 0.62 : 0.80;
		break;
	case ALIBABA:
		shares.abroad = 0.30;
		shares.phd_fresh = year < 2020 ? 0.68 : year < 2023 ? 0.38 : 0.60;
		shares.phd_experienced = year < 2020 ? 0.62 : year < 2023 ? 0.28 : 0.56;
		shares.fresh = year < 2020 ? 0.40 : year < 2023 ? 0.58 : 0.68;
		break;
	case BYTEDANCE:
		shares.abroad = 0.46;
		shares.phd_fresh = year < 2020 ? 0.64 : year == 2021 ? 0.36 : year < 2023 ? 0.40 : 0.63;
		shares.phd_experienced = year < 2020 ? 0.60 : year == 2021 ? 0.26 : year < 2023 ? 0.32 : 0.70;
		shares.fresh = year < 2020 ? 0.62 : year < 2023 ? 0.74 : 0.61;
		break;
	case DEEPSEEK:
		shares.abroad = 0.05;
		shares.fresh = 0.74;
		break;
	default:
		if (strcmp(ORGS[group].country, "CN") != 0)
			shares.abroad = 0.75;
		break;
	}
	return shares;
}

/* Bachelor, master, PhD up to the year of the last degree; the birth year follows. */
static void education_add(struct maker *maker, bool is_phd, bool is_bachelor_only, int finish,
			  const struct shares *shares)
{
	bool is_chinese = maker->career->group < 0 || strcmp(ORGS[maker->career->group].country, "CN") == 0;
	bool is_abroad = even(maker, TAG_ABROAD) < shares->abroad;
	uint64_t hash = draw(maker, TAG_SCHOOL, 0);
	int home = school_pick(draw(maker, TAG_SCHOOL, 1), is_chinese, is_chinese ? 0 : -1);
	int last = school_pick(draw(maker, TAG_SCHOOL, 2), is_chinese, is_abroad ? 1 : is_chinese ? 0 : -1);
	uint32_t favourite = below_of(hash >> 17, 100);
	if (is_abroad && maker->career->group == TENCENT && favourite < 38)
		last = org_find(STR_NONE, (struct str)STR("cuhk.edu.hk"));
	else if (is_abroad && maker->career->group == BYTEDANCE && favourite < 9)
		last = org_find(STR_NONE, (struct str)STR("cmu.edu"));
	int start = finish;
	if (is_phd) {
		bool has_master = below_of(hash, 100) < (maker->career->group == BYTEDANCE ? 5 : 45);
		int length = has_master ? 4 : 5;
		start = finish - length;
		add(maker, last, ROLE_PHD, start, finish);
		if (has_master) {
			if (below_of(hash >> 7, 100) < 85)
				add(maker, below_of(hash >> 3, 2) == 0 ? home : last, ROLE_MASTER, start - 3,
				    start);
			start -= 3;
		}
	} else if (!is_bachelor_only) {
		int length =
		    is_abroad || (maker->career->group == BYTEDANCE && below_of(hash >> 5, 2) == 0) ? 2 : 3;
		start = finish - length;
		add(maker, last, ROLE_MASTER, start, finish);
	}
	if (below_of(hash >> 11, 100) < 82 || is_bachelor_only)
		add(maker, home, ROLE_UNDERGRAD, start - 4, start);
	maker->career->birth_year = start - 4 - 18;
	uint64_t intern = draw(maker, TAG_INTERN, 0);
	if (below_of(intern, 100) < 30 && finish >= 2014) {
		int year = finish - 1 - (int)below_of(intern >> 9, 2);
		int org = employer_pick(maker, GOOGLE, is_chinese ? CATEGORY_DOMESTIC : CATEGORY_FOREIGN,
					year, intern << 5);
		if (is_chinese)
			org = employer_pick(maker, IBM == maker->career->group ? GOOGLE : BAAI,
					    CATEGORY_DOMESTIC, year, intern << 5);
		add(maker, org, below_of(intern >> 13, 12) == 0 ? ROLE_PHD : ROLE_INTERN, year, year);
	}
}

static void previous_add(struct maker *maker, int graduation, int join)
{
	int group = maker->career->group;
	double place = even(maker, TAG_ORIGIN);
	uint64_t hash = draw(maker, TAG_ORIGIN, 1);
	bool is_chinese = strcmp(ORGS[group].country, "CN") == 0;
	double domestic = is_chinese && group <= TENCENT && join >= 2022 ? 0.48 : 0.20;
	double foreign = is_chinese ? 0.24 : 0.03;
	enum category category = CATEGORY_OTHER;
	if (place < domestic)
		category = CATEGORY_DOMESTIC;
	else if (place < domestic + foreign)
		category = CATEGORY_FOREIGN;
	else if (place < 0.80)
		category = CATEGORY_ACADEMIA;
	else if (place < 0.83)
		category = CATEGORY_START_UP;
	int span = join - graduation;
	int from = graduation;
	if (span > 4 && below_of(hash >> 5, 100) < 40) {
		int middle = graduation + span / 2;
		int first = employer_pick(maker, group, CATEGORY_OTHER, graduation, hash << 3);
		add(maker, first, job_role(hash >> 9, CATEGORY_OTHER, first), graduation, middle);
		from = middle;
	}
	int org = employer_pick(maker, group, category, from < 2021 ? from : 2020, hash << 7);
	add(maker, org, job_role(hash >> 13, category, org), from,
	    below_of(hash >> 17, 100) < 85 || join - 1 < from ? join : join - 1);
}

static void next_add(struct maker *maker, int leave)
{
	int group = maker->career->group;
	double place = even(maker, TAG_DESTINATION);
	uint64_t hash = draw(maker, TAG_DESTINATION, 1);
	if (place < 0.16)
		return;
	place = (place - 0.16) / 0.84;
	enum category category = CATEGORY_OTHER;
	if (place < 0.31)
		category = CATEGORY_DOMESTIC;
	else if (place < 0.64)
		category = CATEGORY_ACADEMIA;
	else if (place < 0.83)
		category = CATEGORY_FOREIGN;
	else if (place < 0.98)
		category = CATEGORY_START_UP;
	if (group == OPENAI)
		category = place < 0.75	 ? CATEGORY_START_UP
			   : place < 0.9 ? CATEGORY_DOMESTIC
					 : CATEGORY_ACADEMIA;
	if (category == CATEGORY_START_UP && leave < 2019)
		category = CATEGORY_ACADEMIA;
	int start = below_of(hash >> 3, 100) < 82 || leave >= TWIN_LAST_YEAR ? leave : leave + 1;
	int org = employer_pick(maker, group, category, start, hash << 9);
	int end = 0;
	if (below_of(hash >> 19, 100) < 14 && start + 2 <= TWIN_LAST_YEAR)
		end = start + 2 + (int)below_of(hash >> 23, 3);
	if (end > TWIN_LAST_YEAR)
		end = 0;
	add(maker, org, job_role(hash >> 27, category, org), start, end);
}

static int leave_year(const struct maker *maker, const struct cohort *cohort, int join)
{
	if (cohort->is_planned) {
		uint32_t place = maker->k;
		for (int year = 0; year < TWIN_N_YEARS; year++) {
			if (place < cohort->leavers[year])
				return TWIN_FIRST_YEAR + year;
			place -= cohort->leavers[year];
		}
		return 0;
	}
	for (int year = join + 1; year <= TWIN_LAST_YEAR; year++) {
		if (below_of(draw(maker, TAG_LEAVE, (uint64_t)year), 1000) < 85)
			return year;
	}
	return 0;
}

static const struct first_year {
	int16_t group, year;
} OLD_GROUPS[] = {{GOOGLE, 2004}, {MICROSOFT, 1998}, {IBM, 1998},    {AMAZON, 2006},
		  {ADOBE, 2004},  {BAIDU, 2008},     {HUAWEI, 2008}, {META, 2008}};

static void company_career(struct maker *maker, const struct cohort *cohort)
{
	struct career *career = maker->career;
	int group = cohort->group;
	int join = cohort->join_year;
	career->kind = PERSON_COMPANY;
	career->group = group;
	for (size_t old = 0; old < ARRAY_LENGTH(OLD_GROUPS); old++) {
		if (OLD_GROUPS[old].group == group && join == TWIN_FIRST_YEAR)
			join -= (int)below_of(draw(maker, TAG_JOB, 9),
					      (uint32_t)(TWIN_FIRST_YEAR - OLD_GROUPS[old].year));
	}
	struct shares shares = shares_of(group, join);
	bool is_fresh = even(maker, TAG_FRESH) < shares.fresh;
	double degree = even(maker, TAG_DEGREE);
	double phd_share = is_fresh ? shares.phd_fresh : shares.phd_experienced;
	bool is_phd = degree < phd_share;
	bool is_bachelor_only = !is_phd && degree > 1 - (1 - phd_share) * (group == BYTEDANCE ? 0.40 : 0.22);
	uint64_t hash = draw(maker, TAG_EXPERIENCE, 0);
	int graduation = below_of(hash, 100) < 72 ? join : join - 1;
	if (!is_fresh)
		graduation = join - 2 -
			     (int)below_of(hash >> 8, group != BYTEDANCE ? 8
						      : join < 2023	 ? 3
									 : 4);
	education_add(maker, is_phd, is_bachelor_only, graduation, &shares);
	if (!is_fresh)
		previous_add(maker, graduation, join);
	int leave = leave_year(maker, cohort, join);
	uint64_t job = draw(maker, TAG_JOB, 1);
	enum role role = job_role(job, CATEGORY_NONE, group);
	size_t before = career->n_jobs;
	/* one in twelve changes the team inside the group: two rows, one stint */
	int middle = join + 2 + (int)below_of(job >> 5, 3);
	if (below_of(job >> 9, 12) == 0 && (leave == 0 ? middle < TWIN_LAST_YEAR : middle < leave)) {
		add(maker, group, role, join, middle);
		add(maker, group, role == ROLE_ENGINEER ? ROLE_RESEARCHER : ROLE_MANAGER, middle, leave);
	} else {
		add(maker, group, role, join, leave);
	}
	for (size_t at = 0; at < career->n_jobs; at++)
		career->jobs[at].is_focal = career->jobs[at].org == group && career->jobs[at].start >= join;
	(void)before;
	if (leave != 0)
		next_add(maker, leave);
	int never = group <= TENCENT ? NEVER_THREE : group == BAIDU ? NEVER_BAIDU : NEVER_OTHERS;
	career->is_never_published = even(maker, TAG_NEVER) < never / 10000.0;
}

static void academic_career(struct maker *maker)
{
	struct career *career = maker->career;
	uint64_t hash = draw(maker, TAG_ACADEMIC, 0);
	struct shares shares = {.abroad = 0.45};
	career->kind = PERSON_ACADEMIC;
	career->group = -1;
	uint32_t type = below_of(hash, 100);
	bool is_chinese = below_of(hash >> 40, 100) < 45;
	if (type < 52) { /* students of 2012 and later; those still at it plan their end */
		int finish = 2016 + (int)below_of(hash >> 9, 14);
		bool is_phd = below_of(hash >> 13, 100) < 72;
		education_add(maker, is_phd, false, finish, &shares);
		if (finish < TWIN_LAST_YEAR && below_of(hash >> 17, 100) < 60) {
			int org = below_of(hash >> 21, 100) < 62 ? school_pick(hash << 3, is_chinese, -1)
								 : unknown_company_pick(hash << 5);
			add(maker, org, job_role(hash << 9, CATEGORY_NONE, org), finish, 0);
		}
	} else if (type < 88) { /* faculty */
		int finish = 1990 + (int)below_of(hash >> 9, 30);
		education_add(maker, true, false, finish, &shares);
		int first = school_pick(hash << 3, is_chinese, -1);
		int second = finish + 2 + (int)below_of(hash >> 17, 3);
		if (second > 2024)
			second = 2024;
		add(maker, first, ROLE_POSTDOC, finish, second);
		add(maker, school_pick(hash << 7, is_chinese, -1), ROLE_FACULTY, second, 0);
		if (below_of(hash >> 23, 100) < 4)
			add(maker, (int)below_of(hash >> 27, (uint32_t)N_TRACKED), ROLE_VISITOR, 2019, 2020);
	} else { /* people of companies that no table knows */
		int finish = 2006 + (int)below_of(hash >> 9, 18);
		education_add(maker, below_of(hash >> 13, 100) < 60, false, finish, &shares);
		add(maker, unknown_company_pick(hash << 5), ROLE_ENGINEER, finish, 0);
	}
}

void career_make(const struct world *world, uint32_t person, struct career *ret_career)
{
	const struct cohort *cohort = &world->cohorts[world_cohort_of(world, person)];
	*ret_career = (struct career){.group = -1};
	struct maker maker = {.world = world,
			      .career = ret_career,
			      .cohort = (uint64_t)(cohort->group + 1) * 10000 + (uint64_t)cohort->join_year,
			      .k = person - cohort->first};
	if (cohort->group >= 0)
		company_career(&maker, cohort);
	else
		academic_career(&maker);
}
