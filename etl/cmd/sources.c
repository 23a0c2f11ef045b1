/* SPDX-License-Identifier: PostgreSQL
 *
 * The sources that are compiled in, their streams, terms and wants.
 */
#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "source/source.h"

#define OUTPUT_BYTES ((size_t)256 * 1024)

static void put_member(struct buf *buf, const char *name, const char *value)
{
	buf_printf(buf, ",\"%s\":", name);
	if (value == NULL)
		buf_put_text(buf, "null");
	else
		buf_put_json(buf, str_from(value));
}

static void put_json(struct buf *buf, const struct source *source)
{
	buf_put_text(buf, "{\"name\":");
	buf_put_json(buf, str_from(source->name));
	put_member(buf, "title", source->title);
	put_member(buf, "licence", source->licence);
	put_member(buf, "terms", source->terms);
	put_member(buf, "credentials", source->credentials);
	buf_printf(buf, ",\"is_imported\":%s,\"streams\":[",
		   source->file_partition != NULL ? "true" : "false");
	for (size_t i = 0; i < source->n_streams; i++) {
		const struct stream *stream = &source->streams[i];
		buf_put_text(buf, i == 0 ? "{\"name\":" : ",{\"name\":");
		buf_put_json(buf, str_from(stream->name));
		put_member(buf, "summary", stream->summary);
		put_member(buf, "table", stream->entities[0].table);
		buf_printf(buf, ",\"interval_seconds\":%lld}", (long long)stream->interval_seconds);
	}
	buf_put_text(buf, "]}");
}

static void put_text(struct buf *buf, const struct source *source)
{
	buf_printf(buf, "%s: %s\n", source->name, source->title);
	buf_printf(buf, "  licence      %s\n", source->licence);
	buf_printf(buf, "  terms        %s\n", source->terms);
	buf_printf(buf, "  credentials  %s\n", source->credentials);
	buf_printf(buf, "  how          %s %s\n",
		   source->file_partition != NULL ? "tenure import" : "tenure run", source->name);
	for (size_t i = 0; i < source->n_streams; i++) {
		const struct stream *stream = &source->streams[i];
		buf_printf(buf, "  %-12s %s -> %s\n", stream->name, stream->summary,
			   stream->entities[0].table);
	}
}

bool cmd_sources(struct command_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	if (!cmd_operands(context, 0, 0, err))
		return false;
	for (size_t i = 0; source_all[i] != NULL; i++) {
		if (context->is_json) {
			buf_put_text(&buf, i == 0 ? "[\n" : ",\n");
			put_json(&buf, source_all[i]);
		} else {
			buf_put_text(&buf, i == 0 ? "" : "\n");
			put_text(&buf, source_all[i]);
		}
	}
	if (context->is_json)
		buf_put_text(&buf, "\n]\n");
	return buf_check(&buf, "the sources", err) && cmd_output(buf_str(&buf), err);
}
