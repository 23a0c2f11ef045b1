/* SPDX-License-Identifier: PostgreSQL
 *
 * The private PostgreSQL cluster: a folder of the user's own, a unix socket in it, loopback TCP only on wish.
 * Never touches a system cluster. initdb and postgres refuse to run as root, so as root they run as the
 * postgres user (setpriv), with the folder owned by it.
 */
#ifndef TENURE_CLUSTER_H
#define TENURE_CLUSTER_H

#include "base/base.h"
#include "base/buf.h"

struct err;
struct conf;

MUST_USE bool cluster_start(const struct conf *conf, struct err *err); /* creates it at first; idempotent */
MUST_USE bool cluster_stop(const struct conf *conf, struct err *err);  /* idempotent */
MUST_USE bool cluster_status(const struct conf *conf, struct buf *buf, bool *ret_is_running, struct err *err);
/* libpq connection string of the private cluster's database "tenure"; ERR_CONFIG with hint `tenure db start`
 * when there is none. */
MUST_USE bool cluster_dsn(const struct conf *conf, struct buf *buf, struct err *err);

#endif
