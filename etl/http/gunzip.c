/* SPDX-License-Identifier: PostgreSQL */
#include "http/gunzip.h"

#define ZLIB_CONST
#include <assert.h>
#include <limits.h>
#include <zlib.h>

#include "base/caps.h"
#include "base/err.h"

#define WINDOW_GZIP_ONLY (15 + 16) /* zlib: largest window, gzip wrapper demanded */

struct gunzip {
	z_stream stream;
	bool is_at_end; /* the last member is complete */
	bool has_member;
	unsigned char out[CAP_CHUNK_BYTES];
};

bool gunzip_new(struct gunzip **ret, struct err *err)
{
	struct gunzip *gunzip = calloc(1, sizeof(*gunzip));
	if (gunzip == NULL)
		return err_nomem(err, "a gzip decoder");
	if (inflateInit2(&gunzip->stream, WINDOW_GZIP_ONLY) != Z_OK) {
		free(gunzip);
		return err_nomem(err, "a gzip decoder");
	}
	*ret = gunzip;
	return true;
}

void gunzip_free(struct gunzip *gunzip)
{
	if (gunzip == NULL)
		return;
	inflateEnd(&gunzip->stream);
	free(gunzip);
}

/* One call of inflate and its output to the sink. */
static enum gunzip_result step(struct gunzip *gunzip, gunzip_sink *sink, void *context)
{
	z_stream *stream = &gunzip->stream;
	stream->next_out = gunzip->out;
	stream->avail_out = sizeof(gunzip->out);
	int code = inflate(stream, Z_NO_FLUSH);
	size_t produced = sizeof(gunzip->out) - stream->avail_out;
	if (produced > 0 && !sink(context, gunzip->out, produced))
		return GUNZIP_REFUSED;
	if (code == Z_MEM_ERROR)
		return GUNZIP_NOMEM;
	if (code == Z_STREAM_END) {
		gunzip->is_at_end = true;
		gunzip->has_member = true;
		return GUNZIP_OK;
	}
	/* Z_BUF_ERROR: nothing left to do with this input. */
	return code == Z_OK || code == Z_BUF_ERROR ? GUNZIP_OK : GUNZIP_CORRUPT;
}

enum gunzip_result gunzip_add(struct gunzip *gunzip, const void *bytes, size_t length, gunzip_sink *sink,
			      void *context)
{
	assert(length <= UINT_MAX);
	z_stream *stream = &gunzip->stream;
	stream->next_in = bytes;
	stream->avail_in = (unsigned)length;
	for (;;) {
		if (gunzip->is_at_end) {
			if (stream->avail_in == 0)
				return GUNZIP_OK;
			if (*stream->next_in != 0x1f)
				return GUNZIP_TRAILING;
			gunzip->is_at_end = false;
			if (inflateReset(stream) != Z_OK)
				return GUNZIP_CORRUPT;
		}
		enum gunzip_result result = step(gunzip, sink, context);
		if (result != GUNZIP_OK)
			return result;
		/* Room left in the output means that the input is used up. */
		if (!gunzip->is_at_end && stream->avail_in == 0 && stream->avail_out > 0)
			return GUNZIP_OK;
	}
}

bool gunzip_is_complete(const struct gunzip *gunzip)
{
	return gunzip->has_member && gunzip->is_at_end;
}
