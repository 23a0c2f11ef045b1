/* SPDX-License-Identifier: PostgreSQL
 *
 * Faults: one table of names; each active fault has a route filter, a count and a parameter.
 */
#ifndef TENURE_TWIN_FAULT_H
#define TENURE_TWIN_FAULT_H

#include "twin.h"

struct request;
struct answer;

enum fault_kind {
#define FAULT(id, name, help) FAULT_##id,
#include "faults.def"
#undef FAULT
	FAULT_COUNT
};

#define MAX_FAULTS 32

struct fault {
	enum fault_kind kind;
	char route[64];	 /* substring of the path; empty = every */
	uint64_t n_left; /* 0 = for ever */
	bool is_counted;
	uint64_t every;	   /* every n-th matching request; 0 = each */
	uint64_t skip;	   /* matching requests that pass first */
	int64_t parameter; /* the bare number, where the fault takes one */
	uint64_t n_seen, n_done;
};

struct faults {
	struct fault list[MAX_FAULTS];
	size_t n;
};

/* How the raw path sends: bytes, then what. */
enum raw_end { RAW_CLOSE, RAW_RESET, RAW_HANG, RAW_REPEAT };

struct raw_plan {
	enum raw_end end;
	size_t bytes_a_second; /* 0 = at once */
	size_t repeat_from;    /* RAW_REPEAT: the bytes from here on come again and again … */
	uint64_t repeat_bytes; /* … so many bytes in all; 0 = for ever */
};

/* "name[:/route][:N|:*N|:+N]"; false with a message in err. */
MUST_USE bool fault_parse(struct faults *faults, struct str specification, struct err *err);
void faults_clear(struct faults *faults);
/* The next fault of this kind due for the path, or NULL; counts the match. */
struct fault *fault_due(struct faults *faults, enum fault_kind kind, const char *path);
/* Is one of this kind set at all (no counting)? */
struct fault *fault_set(struct faults *faults, enum fault_kind kind);
/* Changes the answer, or takes the connection over (true: nothing is left to send). */
bool faults_apply(struct request *request, struct answer *answer);
void faults_help(void);
const char *fault_name(enum fault_kind kind);

#endif
