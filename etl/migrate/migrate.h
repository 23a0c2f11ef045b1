/* SPDX-License-Identifier: PostgreSQL
 *
 * Migrations are history, definitions are living text. Files of migrations/ (embedded) are applied once, in
 * order, each in its own transaction, and hash-chained: an edited or missing old one is CONFIG (78). Files of
 * sql/core, sql/mart, sql/check (embedded) are deployed again when their text, or that of something they
 * require (head comment `-- requires: core.x, mart.y`), changed; the files of sql/reference replace the rows
 * of core.ref_<stem> by COPY when their text changed. All under the warehouse's advisory lock.
 */
#ifndef TENURE_MIGRATE_H
#define TENURE_MIGRATE_H

#include "base/base.h"

struct err;
struct pg;
struct buf;

struct migrate_counts {
	int n_migrations, n_definitions, n_reference;
};

MUST_USE bool migrate_deploy(struct pg *pg, bool is_dry_run, struct migrate_counts *ret_counts,
			     struct err *err);
/* ERR_CONFIG E_MIGRATION when the warehouse is not exactly what this binary carries (older or newer). */
MUST_USE bool migrate_verify(struct pg *pg, struct err *err);
int migrate_newest(void); /* number of the newest migration that this program carries */
MUST_USE bool migrate_status(struct pg *pg, bool is_json, struct buf *buf, struct err *err);

#endif
