/* SPDX-License-Identifier: PostgreSQL
 *
 * Files that are part of the program (etl/pg/embed.sh). Each table ends with a row whose name is NULL; rows
 * are in the order of their paths.
 */
#ifndef TENURE_EMBED_H
#define TENURE_EMBED_H

#include "base/base.h"

struct embedded_file {
	const char *name;  /* path in the source tree: "sql/core/people.sql" */
	const char *bytes; /* with a NUL behind them */
	size_t length;
};

extern const struct embedded_file embed_migrations[];  /* migrations/NNNN_*.sql */
extern const struct embedded_file embed_definitions[]; /* sql/core, sql/mart, sql/check */
extern const struct embedded_file embed_references[];  /* sql/reference/STEM.csv */
extern const struct embedded_file embed_examples[];    /* sql/examples/NAME.sql */
extern const struct embedded_file embed_report[];      /* etl/cmd/report, and the chart library */

#endif
