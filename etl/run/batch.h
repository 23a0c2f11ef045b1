/* SPDX-License-Identifier: PostgreSQL
 *
 * A stream of ids: the due ones in batches, those that a way of asking did not give by the next way.
 *
 *     due ids (SQL, most important first) -> batch -> [ request -> page -> load (rows, look-ups) ] by each
 * way
 *
 * An id counts as looked up when its record came, or when the last way of asking did not give it.
 */
#ifndef TENURE_BATCH_H
#define TENURE_BATCH_H

#include "base/base.h"

struct err;
struct extract;
struct stream;

MUST_USE bool batch_run(struct extract *extract, const struct stream *stream, struct err *first_failure,
			struct err *err);
/* Ids in one request of the stream. */
size_t batch_size(const struct extract *extract, const struct stream *stream);

#endif
