/* SPDX-License-Identifier: PostgreSQL
 *
 * What the case tests of all sources share: a case file as JSON, wanted rows and rejects against those of a
 * memory sink, every file of a folder in the order of names.
 */
#ifndef TENURE_CASE_FILE_H
#define TENURE_CASE_FILE_H

#include "base/arena.h"
#include "base/base.h"
#include "memory_sink.h"
#include "source/source.h"

#define CASE_BYTES ((size_t)1024 * 1024)

/* Of the case at hand: where its values live, and the first difference in words. */
extern struct arena case_arena;
extern char case_failure[1024];

/* A value as JSON text; "(missing)" for NULL. Lives in case_arena. */
const char *case_text(const struct json *value);
/* Member `rows` of a case: all rows of a table that is mentioned must be there, in order; of a row the
 * mentioned columns are compared. Tables are named without "stg.<source>_". */
bool case_check_rows(const struct memory_sink *sink, const struct stream *stream, const char *source_name,
		     const struct json *wanted);
bool case_check_rejects(const struct memory_sink *sink, const struct json *wanted);
/* Runs `check` on every file of the folder; it returns false with case_failure. At least `least` files. */
void case_run_all(const char *folder, size_t least, bool (*check)(const struct json *root));

#endif
