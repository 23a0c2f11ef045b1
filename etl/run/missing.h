/* SPDX-License-Identifier: PostgreSQL
 *
 * Which records of a partition a page no longer holds, for a page that is all of its partition.
 *
 *     missing_begin (keys in staging) -> missing_see (keys on the page) … -> missing_each (the rest)
 */
#ifndef TENURE_MISSING_H
#define TENURE_MISSING_H

#include "base/base.h"
#include "base/str.h"

struct entity;
struct err;
struct pg;
struct missing;

#define MISSING_MAX_KEYS 200000 /* of one partition, some 20 MB; larger partitions keep what a page lacks */

MUST_USE bool missing_new(struct missing **ret, struct err *err);
void missing_free(struct missing *missing);  /* accepts NULL */
void missing_reset(struct missing *missing); /* no partition: nothing will be missing */
/* Reads the keys; entity's first two key columns are partition and record. No COPY may be open. */
MUST_USE bool missing_begin(struct missing *missing, struct pg *pg, const struct entity *entity,
			    const char *partition_key, struct err *err);
void missing_see(struct missing *missing, struct str key);

typedef bool missing_key(void *context, struct str key, struct err *err);
/* Calls on_key for each key that was not seen, in byte order. */
MUST_USE bool missing_each(struct missing *missing, missing_key *on_key, void *context, struct err *err);

/* For tests: takes keys as if read. */
MUST_USE bool missing_add(struct missing *missing, struct str key, struct err *err);
void missing_sort(struct missing *missing);

#endif
