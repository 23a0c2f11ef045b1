/* SPDX-License-Identifier: PostgreSQL
 *
 * A statement's rows as a command's result.
 */
#ifndef TENURE_SHOW_H
#define TENURE_SHOW_H

#include "base/base.h"

struct command_context;
struct err;
struct pg;
struct sql;

/* Runs the statement and writes its rows to stdout: aligned, or JSON with --json. `nothing` is said instead
 * of an empty table (not in JSON). */
MUST_USE bool show_rows(const struct command_context *context, struct pg *pg, const struct sql *sql,
			int n_params, const char *const *params, const char *nothing, struct err *err);
/* The same with a connection of its own to a warehouse that must be up to date. */
MUST_USE bool show_statement(const struct command_context *context, const struct sql *sql, int n_params,
			     const char *const *params, const char *nothing, struct err *err);

#endif
