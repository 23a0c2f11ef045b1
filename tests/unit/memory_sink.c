/* SPDX-License-Identifier: PostgreSQL */
#include "memory_sink.h"

#include <assert.h>

#include "base/buf.h"
#include "base/err.h"

static void put_cell(struct buf *buf, const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_NULL:
		buf_put_text(buf, "null");
		return;
	case CELL_TEXT:
	case CELL_BYTES:
		buf_put_json(buf, cell->text);
		return;
	case CELL_INTEGER:
	case CELL_INSTANT:
		buf_printf(buf, "%lld", (long long)cell->integer);
		return;
	case CELL_REAL:
		buf_printf(buf, "%.6g", cell->real);
		return;
	case CELL_BOOLEAN:
		buf_put_text(buf, cell->is_true ? "true" : "false");
		return;
	case CELL_DATE:
		buf_printf(buf, "\"%04d-%02d-%02d\"", cell->date.year, cell->date.month, cell->date.day);
		return;
	case CELL_TEXTS:
		for (size_t i = 0; i < cell->n_texts; i++) {
			buf_put_byte(buf, i == 0 ? '[' : ',');
			buf_put_json(buf, cell->texts[i]);
		}
		buf_put_byte(buf, ']');
		return;
	}
}

static void on_begin(void *context)
{
	struct memory_sink *sink = context;
	sink->n_kept = sink->n_rows;
}

static bool on_put(void *context, size_t entity, const struct cell *cells, size_t *ret_column,
		   struct err *err)
{
	struct memory_sink *sink = context;
	struct buf buf;
	const struct entity *table = &sink->stream->entities[entity];
	if (sink->fail_entity != 0 && (size_t)sink->fail_entity - 1 == entity) {
		*ret_column = 1;
		return sink->fail_class != NULL
			   ? err_set_class(err, ERR_DATA, sink->fail_class, "made to fail")
			   : err_set(err, ERR_DB_FINAL, "made to fail");
	}
	assert(sink->n_rows < SINK_MAX_ROWS);
	struct sink_row *row = &sink->rows[sink->n_rows++];
	row->entity = entity;
	buf_init_borrowed(&buf, row->json, sizeof(row->json));
	for (size_t i = 0; i < table->n_columns; i++) {
		buf_printf(&buf, "%s\"%s\":", i == 0 ? "{" : ",", table->columns[i]);
		put_cell(&buf, &cells[i]);
	}
	buf_put_byte(&buf, '}');
	assert(!buf.is_failed);
	return true;
}

static bool on_keep(void *context, struct err *err)
{
	(void)context, (void)err;
	return true;
}

static void on_drop(void *context)
{
	struct memory_sink *sink = context;
	sink->n_rows = sink->n_kept;
}

static bool on_refuse(void *context, const struct cell *key_cells, int64_t version_ms, struct err *err)
{
	struct memory_sink *sink = context;
	(void)key_cells, (void)version_ms, (void)err;
	sink->n_refused_keys++;
	return true;
}

static bool on_reject(void *context, const struct reject *reject, struct err *err)
{
	struct memory_sink *sink = context;
	(void)err;
	assert(sink->n_rejects < SINK_MAX_REJECTS);
	struct sink_reject *kept = &sink->rejects[sink->n_rejects++];
	snprintf(kept->class_name, sizeof(kept->class_name), "%s", reject->class_name);
	snprintf(kept->json_path, sizeof(kept->json_path), "%s", reject->json_path);
	snprintf(kept->detail, sizeof(kept->detail), "%.250s", reject->detail);
	snprintf(kept->key, sizeof(kept->key), "%.*s", (int)reject->source_key.length,
		 reject->source_key.data == NULL ? "" : reject->source_key.data);
	kept->is_row = reject->is_row;
	return true;
}

static bool on_settle(void *context, struct str source_key, struct err *err)
{
	struct memory_sink *sink = context;
	(void)err;
	snprintf(sink->last_settled, sizeof(sink->last_settled), "%.*s", (int)source_key.length,
		 source_key.data);
	return true;
}

void memory_sink_init(struct memory_sink *sink, const struct stream *stream)
{
	*sink = (struct memory_sink){.stream = stream};
	sink->rows = calloc(SINK_MAX_ROWS, sizeof(*sink->rows));
	assert(sink->rows != NULL);
	sink->sink = (struct record_sink){.context = sink,
					  .begin = on_begin,
					  .put = on_put,
					  .keep = on_keep,
					  .drop = on_drop,
					  .refuse = on_refuse,
					  .reject = on_reject,
					  .settle = on_settle};
}

void memory_sink_done(struct memory_sink *sink)
{
	free(sink->rows);
}
