/* SPDX-License-Identifier: PostgreSQL
 *
 * Databases for unit tests, in the cluster that TENURE_TEST_DSN names (tests/with_cluster.sh).
 */
#ifndef TENURE_TEST_DATABASE_H
#define TENURE_TEST_DATABASE_H

#include "base/base.h"

struct conf;
struct pg;

/* Settings that lead to that database of the cluster; the caller frees them. Fails the test, never returns
 * NULL. */
struct conf *database_conf(const char *database);
/* A fresh, empty database and a connection to it. */
struct pg *database_create(const char *database);
struct pg *database_open(const char *database); /* one more connection */
/* Runs a statement that must succeed; its first value, as text valid until the next call, or "" without rows.
 */
const char *database_value(struct pg *pg, const char *text);
int64_t database_number(struct pg *pg, const char *text);

#endif
