/* SPDX-License-Identifier: PostgreSQL
 *
 * Landing and merge: rows of one page -> temporary tables -> stg tables, within the caller's transaction.
 *
 *     stage_begin -> stage_put (record by record, parent first, children after) -> stage_merge
 *
 * The parent's rows stream straight into COPY; children wait in memory up to a cap, then in an unlinked
 * spool, and are copied after it. stage adds content_hash itself and meta.merge_entity adds run_id and
 * times. Rules of the merge: docs/design/contract.md.
 */
#ifndef TENURE_STAGE_H
#define TENURE_STAGE_H

#include "base/base.h"
#include "base/str.h"
#include "pg/row.h"

struct err;
struct pg;
struct stage;

/* One staging table of a stream: declared in source/<name>.c. */
struct entity {
	const char *table;             /* "stg.openreview_notes" */
	const char *const *columns;    /* own columns, key first, without lineage */
	size_t n_columns;
	size_t n_key_columns;          /* leading columns that make the primary key */
	size_t n_parent_key_columns;   /* leading columns that name the parent record */
	bool has_version;              /* the table has version_at: an older one never replaces a newer one */
};

struct stage_counts {
	uint64_t n_rows; /* parent rows given */
	uint64_t n_inserted, n_updated, n_unchanged, n_removed; /* parent rows */
	uint64_t n_child_changes;
};

/* Binds entities (index 0 is the parent) against the catalogue; needs no transaction. */
MUST_USE bool stage_new(struct stage **ret, struct pg *pg, const struct entity *entities, size_t n_entities,
                        const char *spool_directory, struct err *err);
void stage_free(struct stage *stage);

/* Creates the landing tables (on commit drop); the caller has begun the transaction. */
MUST_USE bool stage_begin(struct stage *stage, struct err *err);
/* Encodes one row. On ERR_DATA nothing of the row was kept and the stage goes on; ret_column says where. */
MUST_USE bool stage_put(struct stage *stage, size_t entity, const struct cell *cells, size_t *ret_column,
                        struct err *err);
/* Begins / keeps / takes back the rows of one record (parent and children) as a unit. */
void stage_record_begin(struct stage *stage);
MUST_USE bool stage_record_keep(struct stage *stage, struct err *err);
void stage_record_drop(struct stage *stage);
/* The record with this parent key was refused: its current version leaves the staging tables. version_ms: as in
 * version_at, 0 = unknown (always leaves). */
MUST_USE bool stage_refuse(struct stage *stage, const struct cell *key_cells, int64_t version_ms, struct err *err);
/* The record is gone at the source (deleted, not in a complete sweep): same effect as refuse. */
/* Finishes the COPYs and merges all entities. at_ms: the batch's time (valid_from, changed_at). */
MUST_USE bool stage_merge(struct stage *stage, int64_t run_id, int64_t at_ms, struct stage_counts *ret_counts,
                          struct err *err);
/* After a rollback: forgets everything given since stage_begin. */
void stage_abort(struct stage *stage);

#endif
