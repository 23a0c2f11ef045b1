/* SPDX-License-Identifier: PostgreSQL
 *
 * Errors as values. A function that can fail returns bool (true = done) and takes `struct err *err`
 * last; the place that detects the failure fills it, callers add context or pass it on, and cmd/ or
 * run/ logs it once. Outputs are written only on success.
 *
 *     if (!thing_open(&thing, path, err))
 *         return err_wrap(err, "loading %s", path);
 *
 * Messages: lower case, no full stop: what was tried, on what, why. Never secrets, never personal data
 * (no names, no e-mail addresses, no payload text). A NULL err is accepted by the functions below: the
 * caller does not care why. A message that does not fit is cut at a character boundary.
 */
#ifndef TENURE_ERR_H
#define TENURE_ERR_H

#include "base/base.h"

enum err_kind {
	ERR_NONE = 0,
#define ERROR_KIND(name, exit_code, is_retryable, word) ERR_##name,
#include "base/errors.def"
#undef ERROR_KIND
	ERR_KIND_COUNT
};

#define ERR_MESSAGE_BYTES 1024
#define ERR_HINT_BYTES	  512
#define ERR_CLASS_BYTES	  32

struct err {
	enum err_kind kind;
	char class_name[ERR_CLASS_BYTES]; /* stable word such as E_SRC_TRUNC; empty when the kind says it all
					   */
	char message[ERR_MESSAGE_BYTES];
	char hint[ERR_HINT_BYTES];
	char sqlstate[6];    /* five characters, or empty */
	int http_status;     /* 0 = not from HTTP */
	int signal_number;   /* ERR_CANCELLED: SIGINT or SIGTERM, decides between 130 and 143 */
	int64_t retry_at_ms; /* UTC epoch ms before which trying again is pointless; 0 = unknown */
};

/* Fills err (an earlier content is replaced) and returns false, so that callers can `return err_set(…)`. */
bool err_set(struct err *err, enum err_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* The same with a stable class word (reliability classes: E_SRC_TRUNC, E_DB_LOST, E_DATA_UTF8 …). */
bool err_set_class(struct err *err, enum err_kind kind, const char *class_name, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Sets the second sentence, what the user can do; returns false. */
bool err_hint(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "context: " before the message; returns false. */
bool err_wrap(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Out of memory: no formatting of anything large; returns false. */
bool err_nomem(struct err *err, const char *what);

void err_reset(struct err *err);

/* Exit code of the process for this error: errors.def, or 128 + signal for ERR_CANCELLED; 0 for ERR_NONE. */
int err_exit_code(const struct err *err); /* ERR_CANCELLED without a signal: 130 */
bool err_is_retryable(const struct err *err);
const char *err_kind_word(enum err_kind kind);

#endif
