/* SPDX-License-Identifier: PostgreSQL
 *
 * Programs and file work done as the user who owns the private cluster: initdb and postgres refuse to run as
 * root, so as root they run as user postgres.
 */
#ifndef TENURE_OWNER_H
#define TENURE_OWNER_H

#include <sys/types.h>

#include "base/base.h"
#include "base/buf.h"

struct err;

struct owner {
	uid_t uid;
	gid_t gid;
	char name[64]; /* "" when the user has no entry in the user database */
	bool is_other; /* we are root and become that user */
};

/* Ourselves, or user postgres when we are root. ERR_CONFIG when there is no such user. */
MUST_USE bool owner_find(struct owner *ret, struct err *err);

/* Runs argv[0] (an absolute path) as the owner, in `directory`, without a shell; waits. What it says on
 * stdout and stderr is appended to output. ERR_CONFIG when it ends with another code than 0. */
MUST_USE bool owner_run(const struct owner *owner, const char *directory, const char *const *argv,
			struct buf *output, struct err *err);

/* Runs work(context) in a child process as the owner; the child says with its return value whether it went
 * well, err then names `what`. */
typedef bool owner_work(const void *context, struct err *err);
MUST_USE bool owner_do(const struct owner *owner, const char *what, owner_work *work, const void *context,
		       struct err *err);

#endif
