/* SPDX-License-Identifier: PostgreSQL
 *
 * Landing and merge: rows of one page -> temporary tables -> stg tables, within the caller's transaction.
 *
 *     stage_begin -> stage_record_begin, stage_put …, stage_record_keep | _drop -> stage_merge
 *
 * The first entity's rows stream straight into COPY; the others wait in memory up to a cap, then in an
 * unlinked spool, and are copied after it. Where all tables of the stage are empty (a first load) the rows go
 * straight into them, and only keys met again on the page take the way over landing and merge. stage adds
 * content_hash itself, and run_id and times with it. Rules of the merge: docs/design/contract.md.
 *
 * An entity whose key is the record's own (n_parent_key_columns 0 or n_key_columns) is a root; an entity
 * after it with fewer parent key columns is a child of the nearest root before it. Roots after the first have
 * no children, but a record may bring many rows of them.
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
	const char *table;	    /* "stg.openreview_notes" */
	const char *const *columns; /* own columns, key first, without lineage */
	size_t n_columns;
	size_t n_key_columns;	     /* leading columns that make the primary key */
	size_t n_parent_key_columns; /* leading columns that name the parent record */
	bool has_version;	     /* the table has version_at: an older one never replaces a newer one */
};

struct stage_counts {
	uint64_t n_rows;					/* parent rows given */
	uint64_t n_inserted, n_updated, n_unchanged, n_removed; /* parent rows */
	uint64_t n_child_changes; /* rows of all other tables written or removed */
};

/* Binds entities (index 0 is the parent) against the catalogue; needs no transaction. */
MUST_USE bool stage_new(struct stage **ret, struct pg *pg, const struct entity *entities, size_t n_entities,
			const char *spool_directory, struct err *err);
void stage_free(struct stage *stage);

/* Creates the landing tables; the caller has begun the transaction. at_ms: the batch's time (first_seen_at,
 * changed_at, valid_to). */
MUST_USE bool stage_begin(struct stage *stage, int64_t run_id, int64_t at_ms, struct err *err);
/* Encodes one row of the record at hand. On ERR_DATA nothing of the row was kept and the stage goes on;
 * ret_column says where. A second row with the same key of a child in one record is ERR_DATA E_DATA_CONFLICT.
 */
MUST_USE bool stage_put(struct stage *stage, size_t entity, const struct cell *cells, size_t *ret_column,
			struct err *err);
/* Begins / keeps / takes back the rows of one record (parent and children) as a unit. A kept record may have
 * no row of the first entity, then it has none of its children either (ERR_BUG). A COPY is open from the
 * first kept record to stage_merge: nothing else may run on the connection in between. */
void stage_record_begin(struct stage *stage);
MUST_USE bool stage_record_keep(struct stage *stage, struct err *err);
void stage_record_drop(struct stage *stage);
/* The record with this key of the first entity was refused, or is gone at the source (deleted, not in a
 * complete sweep): its current version leaves the staging tables. version_ms: as in version_at, 0 = unknown
 * (always leaves). Against rows of the same page: it beats those that are not newer. */
MUST_USE bool stage_refuse(struct stage *stage, const struct cell *key_cells, int64_t version_ms,
			   struct err *err);
/* Finishes the COPYs and merges all entities. */
MUST_USE bool stage_merge(struct stage *stage, struct stage_counts *ret_counts, struct err *err);
/* After a rollback: forgets everything given since stage_begin. */
void stage_abort(struct stage *stage);

#endif
