/* SPDX-License-Identifier: PostgreSQL
 *
 * Graceful stop: the first SIGINT/SIGTERM asks to finish the page at hand, commit and stop; the second
 * one ends the process at once (the database rolls the page back).
 */
#ifndef TENURE_STOP_H
#define TENURE_STOP_H

#include "base/base.h"

struct err;

MUST_USE bool stop_install(struct err *err);
int stop_signal(void); /* 0, SIGINT or SIGTERM */
int stop_fd(void);     /* readable once a signal has come: for poll() */
/* True when a stop is wanted, with err filled (ERR_CANCELLED). */
bool stop_wanted(struct err *err);

#endif
