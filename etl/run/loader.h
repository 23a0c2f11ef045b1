/* SPDX-License-Identifier: PostgreSQL
 *
 * What load.c keeps in a run between pages of one stream: bound staging tables, field map, reject ledger.
 */
#ifndef TENURE_LOADER_H
#define TENURE_LOADER_H

struct loader;

void loader_free(struct loader *loader); /* accepts NULL */

#endif
