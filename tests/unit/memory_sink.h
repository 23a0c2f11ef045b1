/* SPDX-License-Identifier: PostgreSQL
 *
 * A record sink that keeps rows and rejects in memory, for tests of sources without a database.
 */
#ifndef TENURE_TEST_MEMORY_SINK_H
#define TENURE_TEST_MEMORY_SINK_H

#include "base/base.h"
#include "run/record.h"

#define SINK_MAX_ROWS	 256
#define SINK_MAX_REJECTS 64
#define SINK_TEXT_BYTES	 4096

struct sink_row {
	size_t entity;
	char json[SINK_TEXT_BYTES]; /* {"column":value,…}: text, number, true/false, null, ["texts"] */
};

struct sink_reject {
	char class_name[64], json_path[128], detail[256], key[128];
	bool is_row;
};

struct memory_sink {
	const struct stream *stream;
	struct record_sink sink;
	struct sink_row *rows; /* SINK_MAX_ROWS */
	size_t n_rows, n_kept;
	struct sink_reject rejects[SINK_MAX_REJECTS];
	size_t n_rejects;
	size_t n_refused_keys;
	char last_settled[128];
	int fail_entity;	/* a put of this entity fails with fail_class; 0 = none */
	const char *fail_class; /* "E_DATA_…"; NULL: a failure of the machinery */
};

void memory_sink_init(struct memory_sink *sink, const struct stream *stream);
void memory_sink_done(struct memory_sink *sink);

#endif
