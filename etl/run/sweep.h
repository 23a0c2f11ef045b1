/* SPDX-License-Identifier: PostgreSQL
 *
 * Which records of a partition a page no longer holds, for a page that is all of its partition.
 *
 *     sweep_begin (keys in staging) -> sweep_see (keys on the page) … -> sweep_missing (the rest)
 */
#ifndef TENURE_SWEEP_H
#define TENURE_SWEEP_H

#include "base/base.h"
#include "base/str.h"

struct entity;
struct err;
struct pg;
struct sweep;

#define SWEEP_MAX_KEYS 200000 /* of one partition, some 20 MB; larger partitions keep what a page lacks */

MUST_USE bool sweep_new(struct sweep **ret, struct err *err);
void sweep_free(struct sweep *sweep);  /* accepts NULL */
void sweep_reset(struct sweep *sweep); /* no partition: nothing will be missing */
/* Reads the keys; entity's first two key columns are partition and record. No COPY may be open. */
MUST_USE bool sweep_begin(struct sweep *sweep, struct pg *pg, const struct entity *entity,
			  const char *partition_key, struct err *err);
void sweep_see(struct sweep *sweep, struct str key);

typedef bool sweep_key(void *context, struct str key, struct err *err);
/* Calls on_key for each key that was not seen, in byte order. */
MUST_USE bool sweep_missing(struct sweep *sweep, sweep_key *on_key, void *context, struct err *err);

/* For tests: takes keys as if read. */
MUST_USE bool sweep_add(struct sweep *sweep, struct str key, struct err *err);
void sweep_sort(struct sweep *sweep);

#endif
