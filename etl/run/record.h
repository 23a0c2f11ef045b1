/* SPDX-License-Identifier: PostgreSQL
 *
 * One record's bytes -> rows or a reject, by the declarations of its stream:
 *
 *     raw -> json_parse -> field map (all paths in one walk) -> cells -> record hook -> sink.put … sink.keep
 *                 \________________________ refused: sink.refuse + sink.reject
 *
 * The sink is where rows go: staging tables in a load, memory in the tests of a source. Nothing is allocated
 * per record but in the record's arena.
 */
#ifndef TENURE_RECORD_H
#define TENURE_RECORD_H

#include "base/base.h"
#include "base/str.h"
#include "source/source.h"

struct conf;
struct err;

/* A refused record, or a single row of one that stands. */
struct reject {
	const char *class_name; /* E_DATA_… */
	const char *json_path;	/* "$.content.title" */
	const char *detail;	/* words, never the value */
	struct str source_key;	/* empty when the record has none that can be read */
	struct str raw;		/* first bytes of the record at least */
	uint64_t raw_bytes;	/* its full length */
	uint64_t ordinal;	/* on the page, from 0 */
	bool is_row;		/* the record stands */
};

struct record_sink {
	void *context;
	void (*begin)(void *context);
	/* false with ERR_DATA: nothing of the row was kept, ret_column says where; other errors end the load
	 */
	bool (*put)(void *context, size_t entity, const struct cell *cells, size_t *ret_column,
		    struct err *err);
	bool (*keep)(void *context, struct err *err);
	void (*drop)(void *context);
	bool (*refuse)(void *context, const struct cell *key_cells, int64_t version_ms, struct err *err);
	bool (*reject)(void *context, const struct reject *reject, struct err *err);
	/* the record with this key stands: earlier rejects of it are settled */
	bool (*settle)(void *context, struct str source_key, struct err *err);
};

struct record_counts {
	uint64_t n_records, n_kept, n_refused, n_skipped, n_row_rejects;
	char first_key[256], last_key[256];
	int64_t greatest_version_ms;
};

struct recorder;

/* stream, conf and sink are borrowed. ERR_CONTRACT when the field map is not the columns of entities[0]. */
MUST_USE bool recorder_new(struct recorder **ret, const struct stream *stream, const struct conf *conf,
			   const struct record_sink *sink, struct err *err);
void recorder_free(struct recorder *recorder);
/* Begins a page: counts at zero. Texts are borrowed until the next page. */
void recorder_page(struct recorder *recorder, const char *partition_key, const char *const *arguments,
		   size_t n_arguments);
/* A json_split_record: context is the recorder. False only for failures of the machinery. */
MUST_USE bool recorder_take(void *context, struct str raw, uint64_t ordinal, bool is_oversized,
			    uint64_t full_bytes, struct err *err);
const struct record_counts *recorder_counts(const struct recorder *recorder);

/* Whether the record's key is only unique within its partition: the table's key has a column before it, which
 * is the partition key. */
bool recorder_is_partitioned(const struct stream *stream);

#endif
