/* SPDX-License-Identifier: PostgreSQL
 *
 * Living definitions: which files there are, what each requires, what must be deployed again.
 *
 *     sql/core/people.sql  ->  definition core.people;  head comment `-- requires: core.papers, fn.fold`
 *
 * All that changed is deployed in one transaction, required ones first. What `create or replace` cannot do
 * (other columns, another signature, a materialized view) is done by dropping the definition's objects and
 * those of all definitions that require it, in reverse order and never with CASCADE, and creating them again.
 */
#ifndef TENURE_DEFINITION_H
#define TENURE_DEFINITION_H

#include "base/arena.h"
#include "base/base.h"
#include "base/hash.h"
#include "base/str.h"

struct err;
struct pg;
struct embedded_file;

struct definition {
	const char *name; /* core.people */
	const struct embedded_file *file;
	size_t *requires; /* positions in the list */
	size_t n_requires;
	char hash[HASH_SHA256_HEX]; /* over the text and the hashes of what it requires */
	bool is_placed;		    /* while sorting */
	/* what the warehouse has: */
	const char *deployed_hash; /* NULL = never deployed */
	const char **objects;	   /* "view:mart.x" as created last time */
	size_t n_objects;
	bool must_drop;
};

struct definitions {
	struct definition *list; /* required ones first, else by name; those no longer in the program last */
	size_t count;		 /* in the program */
	size_t n_removed;	 /* behind them: deployed once, not in the program any more */
};

/* Reads and sorts the embedded files. ERR_CONTRACT for an unknown name after `requires` or a circle. */
MUST_USE bool definitions_load(struct definitions *definitions, const struct embedded_file *files,
			       struct arena *arena, struct err *err);
/* Adds what the warehouse has. */
MUST_USE bool definitions_compare(struct definitions *definitions, struct pg *pg, struct arena *arena,
				  struct err *err);
size_t definitions_pending(const struct definitions *definitions);
bool definition_is_current(const struct definition *definition);
MUST_USE bool definitions_deploy(struct definitions *definitions, struct pg *pg, struct err *err);

#endif
