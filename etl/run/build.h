/* SPDX-License-Identifier: PostgreSQL
 *
 * Staging -> core -> mart, within a run: one transaction, published only when every check of severity error
 * passes.
 *
 *     begin -> core.build -> checks -> meta.check_results -> commit | roll back (yesterday's figures stay)
 */
#ifndef TENURE_BUILD_H
#define TENURE_BUILD_H

#include "base/base.h"

struct err;
struct run;

struct build_counts {
	int64_t build_id;
	int64_t n_people_changed, n_people;
	int64_t n_checks, n_warnings;
	bool is_full;
};

/* Whether there is anything the last build has not seen: changed staging, other definitions, no build yet. */
MUST_USE bool build_is_due(struct run *run, bool *ret_is_due, struct err *err);
/* ERR_DATA E_CHECK (65) naming the check that failed: nothing of the build is kept. A
 * conflict or a lock timeout is tried again, at most five times. */
MUST_USE bool build_run(struct run *run, bool is_full, struct build_counts *ret, struct err *err);

#endif
