/* SPDX-License-Identifier: PostgreSQL
 *
 * COPY … FROM STDIN without blocking: rows are gathered to chunks, and what the server says meanwhile is
 * heard before the next one.
 */
#include <errno.h>
#include <poll.h>

#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "pg/pg.h"
#include "pg/pg_internal.h"

static const char binary_header[] =
    "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* 19 bytes; the literal's NUL is the last */
static const char binary_trailer[] = {'\377', '\377'};

_Static_assert(sizeof(binary_header) == 19, "signature of 11 bytes, flags, extension length");

static bool put_identifier(struct pg *pg, struct buf *buf, const char *name, struct err *err)
{
	char *quoted = PQescapeIdentifier(pg->connection, name, strlen(name));
	if (quoted == NULL) /* names are our own and plain: it is memory that lacks */
		return err_nomem(err, "a name in SQL");
	buf_put_text(buf, quoted);
	PQfreemem(quoted);
	return true;
}

/* "stg.notes" -> "stg"."notes" */
static bool put_table(struct pg *pg, struct buf *buf, struct str table, struct err *err)
{
	char part_text[128];
	struct str rest = table;
	struct str part;
	for (bool is_first = true; str_next(&rest, '.', &part); is_first = false) {
		snprintf(part_text, sizeof(part_text), "%.*s", (int)part.length, part.data);
		if (!is_first)
			buf_put_byte(buf, '.');
		if (!put_identifier(pg, buf, part_text, err))
			return false;
	}
	return true;
}

static bool begin_copy(struct pg *pg, struct str table, const char *const *columns, size_t n_columns,
		       const char *direction, struct err *err)
{
	CLEANUP(buf_done) struct buf sql;
	PGresult *result = NULL;
	buf_init(&sql, CAP_SQL_BYTES);
	if (pg_is_lost(pg))
		return pg_fail_lost(pg, "copy", err);
	buf_put_text(&sql, "copy ");
	if (!put_table(pg, &sql, table, err))
		return false;
	for (size_t i = 0; i < n_columns; i++) {
		buf_put_text(&sql, i == 0 ? " (" : ", ");
		if (!put_identifier(pg, &sql, columns[i], err))
			return false;
	}
	buf_printf(&sql, ") %s", direction);
	if (!buf_check(&sql, "copy statement", err) || !pg_send(pg, "copy", sql.data, err))
		return false;
	struct patience patience = pg_patience(pg, pg->statement_ms);
	if (!pg_collect(pg, &patience, "copy", &result, err))
		return false;
	ExecStatusType status = PQresultStatus(result);
	PQclear(result);
	if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT)
		return err_set(err, ERR_BUG, "the server did not begin a COPY");
	pg->is_copying = status == PGRES_COPY_IN;
	buf_reset(&pg->chunk);
	return true;
}

/* Ends a COPY that the server has ended already, and tells why. */
static bool fail_early(struct pg *pg, struct err *err)
{
	PGresult *result = NULL;
	pg->is_copying = false;
	(void)PQputCopyEnd(pg->connection, "given up");
	struct patience patience = pg_patience(pg, pg->statement_ms);
	if (!pg_collect(pg, &patience, "copy", &result, err))
		return false;
	PQclear(result);
	return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_LOST", "copy: the server ended it early");
}

/* During COPY IN the server speaks only to say a notice, a changed parameter, or an error. The first is
 * counted away; after the others going on is pointless (a changed parameter costs a retry, which is rare
 * enough). */
static bool has_server_spoken(struct pg *pg)
{
	struct pollfd socket = {.fd = PQsocket(pg->connection), .events = POLLIN};
	uint64_t n_notices = pg->n_notices;
	if (poll(&socket, 1, 0) <= 0 || (socket.revents & POLLIN) == 0)
		return false;
	if (PQconsumeInput(pg->connection) == 0)
		return true;
	(void)PQisBusy(pg->connection); /* hands out notices */
	return pg->n_notices == n_notices;
}

/* Waits until the chunk is with the kernel. */
static bool flush_copy(struct pg *pg, struct err *err)
{
	struct patience patience = pg_patience(pg, pg->statement_ms);
	for (;;) {
		int unsent = PQflush(pg->connection);
		if (unsent == 0)
			return true;
		if (unsent < 0 || has_server_spoken(pg))
			return fail_early(pg, err);
		int64_t left_ms = patience.until_ms - clock_monotonic_ms();
		if (left_ms <= 0) {
			pg_drop(pg);
			return err_set_class(
			    err, ERR_DB_TRANSIENT, "E_DB_TIMEOUT",
			    "copy: the server took nothing in time, the connection was given up");
		}
		struct pollfd socket = {.fd = PQsocket(pg->connection), .events = POLLIN | POLLOUT};
		(void)poll(&socket, 1, left_ms > 1000 ? 1000 : (int)left_ms);
	}
}

static bool send_chunk(struct pg *pg, const char *bytes, size_t length, struct err *err)
{
	while (length > 0) {
		size_t part = length < CAP_CHUNK_BYTES ? length : CAP_CHUNK_BYTES;
		if (has_server_spoken(pg))
			return fail_early(pg, err);
		int sent = PQputCopyData(pg->connection, bytes, (int)part);
		if (sent < 0)
			return fail_early(pg, err);
		if (!flush_copy(pg, err))
			return false;
		if (sent == 0)
			continue; /* libpq's buffer was full: it is empty now */
		bytes += part;
		length -= part;
	}
	return true;
}

bool pg_copy_begin(struct pg *pg, struct str table, const char *const *columns, size_t n_columns,
		   struct err *err)
{
	if (!begin_copy(pg, table, columns, n_columns, "from stdin (format binary)", err))
		return false;
	buf_put(&pg->chunk, binary_header, sizeof(binary_header));
	return buf_check(&pg->chunk, "copy buffer", err);
}

static bool is_open(const struct pg *pg, struct err *err)
{
	if (pg->is_copying)
		return true;
	if (pg_is_lost(pg))
		return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_LOST",
				     "copy: the connection to the database was lost");
	return err_set(err, ERR_BUG, "copy: none is open");
}

bool pg_copy_put(struct pg *pg, struct str bytes, struct err *err)
{
	if (!is_open(pg, err))
		return false;
	if (pg->chunk.length + bytes.length < CAP_CHUNK_BYTES) {
		buf_put_str(&pg->chunk, bytes);
		return buf_check(&pg->chunk, "copy buffer", err);
	}
	if (!send_chunk(pg, pg->chunk.data, pg->chunk.length, err))
		return false;
	buf_reset(&pg->chunk);
	if (bytes.length >= CAP_CHUNK_BYTES)
		return send_chunk(pg, bytes.data, bytes.length, err);
	buf_put_str(&pg->chunk, bytes);
	return buf_check(&pg->chunk, "copy buffer", err);
}

static bool end_copy(struct pg *pg, uint64_t *ret_rows, struct err *err)
{
	PGresult *result = NULL;
	uint64_t n_rows = 0;
	if (!send_chunk(pg, pg->chunk.data, pg->chunk.length, err))
		return false;
	buf_reset(&pg->chunk);
	int ended;
	while ((ended = PQputCopyEnd(pg->connection, NULL)) == 0)
		if (!flush_copy(pg, err))
			return false;
	if (ended < 0)
		return fail_early(pg, err);
	pg->is_copying = false;
	struct patience patience = pg_patience(pg, pg->statement_ms);
	if (!pg_collect(pg, &patience, "copy", &result, err))
		return false;
	for (const char *digit = PQcmdTuples(result); *digit >= '0' && *digit <= '9'; digit++)
		n_rows = n_rows * 10 + (uint64_t)(*digit - '0');
	PQclear(result);
	if (ret_rows != NULL)
		*ret_rows = n_rows;
	return true;
}

bool pg_copy_end(struct pg *pg, uint64_t *ret_rows, struct err *err)
{
	if (!is_open(pg, err))
		return false;
	buf_put(&pg->chunk, binary_trailer, sizeof(binary_trailer));
	return buf_check(&pg->chunk, "copy buffer", err) && end_copy(pg, ret_rows, err);
}

void pg_copy_abort(struct pg *pg)
{
	struct err ignored;
	if (!pg->is_copying || pg_is_lost(pg))
		return;
	(void)fail_early(pg, &ignored);
}

/* One message of COPY OUT is one row; the first also holds the header, the last is the trailer. */
static bool hand_out(struct str message, bool is_first, pg_copy_row *on_row, void *context, struct err *err)
{
	if (is_first)
		message = str_slice(message, sizeof(binary_header), message.length);
	if (message.length <= sizeof(binary_trailer))
		return true;
	return on_row(context, str_slice(message, 2, message.length), err);
}

static bool read_out(struct pg *pg, pg_copy_row *on_row, void *context, struct err *err)
{
	struct patience patience = pg_patience(pg, pg->statement_ms);
	for (bool is_first = true;;) {
		char *bytes = NULL;
		int length = PQgetCopyData(pg->connection, &bytes, 1);
		if (length > 0) {
			bool is_taken =
			    hand_out((struct str){bytes, (size_t)length}, is_first, on_row, context, err);
			PQfreemem(bytes);
			is_first = false;
			if (!is_taken) {
				pg_drop(pg); /* the rest is not worth reading */
				return false;
			}
			continue;
		}
		if (length < 0)
			return true; /* the end, or a failure that PQgetResult tells */
		struct pollfd socket = {.fd = PQsocket(pg->connection), .events = POLLIN};
		if (clock_monotonic_ms() >= patience.until_ms) {
			pg_drop(pg);
			return err_set_class(
			    err, ERR_DB_TRANSIENT, "E_DB_TIMEOUT",
			    "copy: no rows from the server in time, the connection was given up");
		}
		(void)poll(&socket, 1, 1000);
		if (PQconsumeInput(pg->connection) == 0)
			return true;
	}
}

bool pg_copy_out(struct pg *pg, struct str table, const char *const *columns, size_t n_columns,
		 pg_copy_row *on_row, void *context, struct err *err)
{
	PGresult *result = NULL;
	if (!begin_copy(pg, table, columns, n_columns, "to stdout (format binary)", err) ||
	    !read_out(pg, on_row, context, err))
		return false;
	struct patience patience = pg_patience(pg, pg->statement_ms);
	if (!pg_collect(pg, &patience, "copy", &result, err))
		return false;
	PQclear(result);
	return true;
}

/* Names of the first line, as they stand there: quoted names are not needed in our own files. */
static bool split_header(struct str csv, char *names, size_t size, const char **columns, size_t *n_columns,
			 struct err *err)
{
	size_t end = str_find_byte(csv, '\n');
	size_t length = end > 0 && csv.data[end - 1] == '\r' ? end - 1 : end;
	size_t most = *n_columns;
	*n_columns = 0;
	if (length == 0 || length >= size)
		return err_set(err, ERR_CONTRACT, "the first line holds no column names");
	memcpy(names, csv.data, length);
	names[length] = '\0';
	for (char *at = names; at != NULL && *n_columns < most;) {
		columns[(*n_columns)++] = at;
		at = strchr(at, ',');
		if (at != NULL)
			*at++ = '\0';
	}
	return true;
}

bool pg_copy_csv(struct pg *pg, struct str table, struct str csv, uint64_t *ret_rows, struct err *err)
{
	char names[4096];
	const char *columns[64];
	size_t n_columns = ARRAY_LENGTH(columns);
	if (!split_header(csv, names, sizeof(names), columns, &n_columns, err))
		return false;
	return begin_copy(pg, table, columns, n_columns, "from stdin (format csv, header match)", err) &&
	       pg_copy_put(pg, csv, err) && end_copy(pg, ret_rows, err);
}
