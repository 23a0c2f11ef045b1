/* SPDX-License-Identifier: PostgreSQL
 *
 * The rejects of a page: gathered while it loads (in memory up to a cap, then in an unlinked spool), written
 * in its transaction after the merge.
 *
 *     rejects_begin -> rejects_add, rejects_settle … -> rejects_flush (landing -> meta.rejects)
 *
 * Kept is the record's text up to 64 KiB without private members and addresses, else hash and length.
 */
#ifndef TENURE_REJECTS_H
#define TENURE_REJECTS_H

#include "base/base.h"
#include "base/str.h"
#include "run/record.h"

struct err;
struct pg;
struct rejects;

/* Texts are borrowed. Binds meta.rejects against the catalogue. */
MUST_USE bool rejects_new(struct rejects **ret, struct pg *pg, const char *spool_directory,
			  const char *source, const struct stream *stream, struct err *err);
void rejects_free(struct rejects *rejects); /* accepts NULL */

/* Begins a page: forgets the one before, asks which records have open rejects. */
MUST_USE bool rejects_begin(struct rejects *rejects, const char *partition_key, bool is_whole_partition,
			    struct err *err);
MUST_USE bool rejects_add(struct rejects *rejects, const struct reject *reject, struct err *err);
/* The record stands: its open rejects are settled unless this page repeats them. */
MUST_USE bool rejects_settle(struct rejects *rejects, struct str source_key, struct err *err);
/* Within a transaction, no COPY open. May be called again after a rollback; nothing is lost by it. With
 * is_loaded = false the page itself was not loaded: its rejects are told, none is settled. */
MUST_USE bool rejects_flush(struct rejects *rejects, int64_t run_id, const char *page_sha256, int64_t at_ms,
			    bool is_loaded, struct err *err);
uint64_t rejects_count(const struct rejects *rejects);

#endif
