/* SPDX-License-Identifier: PostgreSQL
 *
 * Logs and progress to stderr: one event, one line, key=value pairs, or JSON lines. Only cmd/ and run/
 * log above debug. Never secrets, never payloads, never names of people.
 *
 *     log_event(LOG_INFO, "page loaded", "source=%s rows=%zu", source, n_rows);
 *
 * The format after the event makes space-separated key=value pairs; a value with blanks is written "…".
 * In JSON mode they become members (numbers stay numbers).
 */
#ifndef TENURE_LOG_H
#define TENURE_LOG_H

#include "base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };
enum log_format { LOG_PLAIN, LOG_JSON };

struct err;

void log_init(enum log_level lowest, enum log_format format);
void log_event(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);
/* The one line of a failed command: message, hint, class, kind, SQLSTATE or HTTP status. */
void log_failure(const struct err *err);
/* Overwrites the terminal's last line when stderr is a terminal; else at most one plain line in 30 s. */
void log_progress(const char *format, ...) PRINTF_LIKE(1, 2);
void log_progress_end(void);

#endif
