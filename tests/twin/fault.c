/* SPDX-License-Identifier: PostgreSQL */
#include "http.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/num.h"

static const struct {
	const char *name;
	const char *help;
} FAULTS[] = {
#define FAULT(id, name, help) {name, help},
#include "faults.def"
#undef FAULT
};

const char *fault_name(enum fault_kind kind)
{
	return FAULTS[kind].name;
}

void faults_help(void)
{
	for (size_t at = 0; at < ARRAY_LENGTH(FAULTS); at++)
		(void)printf("  %-26s %s\n", FAULTS[at].name, FAULTS[at].help);
}

void faults_clear(struct faults *faults)
{
	*faults = (struct faults){0};
}

static bool takes_parameter(enum fault_kind kind)
{
	return kind == FAULT_SLOW || kind == FAULT_HUGE || kind == FAULT_EXPIRE_TOKEN_AFTER ||
	       kind == FAULT_VANISH;
}

bool fault_parse(struct faults *faults, struct str specification, struct err *err)
{
	struct fault fault = {.kind = FAULT_COUNT, .parameter = -1};
	struct str rest = specification, part;
	if (!str_next(&rest, ':', &part))
		return err_set(err, ERR_CONFIG, "empty fault");
	for (size_t at = 0; at < ARRAY_LENGTH(FAULTS); at++) {
		if (str_equal_text(part, FAULTS[at].name))
			fault.kind = (enum fault_kind)at;
	}
	if (fault.kind == FAULT_COUNT)
		return err_set(err, ERR_CONFIG, "no fault is named %.*s", (int)part.length, part.data);
	while (rest.data != NULL && str_next(&rest, ':', &part)) {
		uint64_t number = 0;
		char mark = part.length > 0 ? part.data[0] : '\0';
		struct str digits = mark == '*' || mark == '+' ? str_slice(part, 1, part.length) : part;
		if (mark == '/' && part.length < sizeof(fault.route)) {
			(void)snprintf(fault.route, sizeof(fault.route), "%.*s", (int)part.length, part.data);
			continue;
		}
		if (!num_parse_u64(digits, &number))
			return err_set(err, ERR_CONFIG, "fault %.*s: cannot read %.*s",
				       (int)specification.length, specification.data, (int)part.length,
				       part.data);
		if (mark == '*') {
			fault.every = number;
		} else if (mark == '+') {
			fault.skip = number;
		} else if (takes_parameter(fault.kind) && fault.parameter < 0) {
			fault.parameter = (int64_t)number;
		} else {
			fault.n_left = number;
			fault.is_counted = number > 0;
		}
	}
	if (faults->n == MAX_FAULTS)
		return err_set(err, ERR_CONFIG, "more than %d faults", MAX_FAULTS);
	faults->list[faults->n++] = fault;
	return true;
}

struct fault *fault_due(struct faults *faults, enum fault_kind kind, const char *path)
{
	for (size_t at = 0; at < faults->n; at++) {
		struct fault *fault = &faults->list[at];
		if (fault->kind != kind || (fault->route[0] != '\0' && strstr(path, fault->route) == NULL))
			continue;
		fault->n_seen++;
		bool is_due =
		    fault->n_seen > fault->skip && (fault->every == 0 || fault->n_seen % fault->every == 0);
		if (!is_due || (fault->is_counted && fault->n_left == 0))
			continue;
		if (fault->is_counted)
			fault->n_left--;
		fault->n_done++;
		return fault;
	}
	return NULL;
}

const struct fault *fault_set(const struct faults *faults, enum fault_kind kind)
{
	for (size_t at = 0; at < faults->n; at++) {
		if (faults->list[at].kind == kind)
			return &faults->list[at];
	}
	return NULL;
}

bool faults_apply(struct request *request, struct answer *answer)
{
	(void)request;
	(void)answer;
	return false;
}
