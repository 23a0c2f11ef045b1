/* SPDX-License-Identifier: PostgreSQL
 *
 * From what went wrong in a transfer to an error kind and class: two tables, one of our own faults and one of
 * curl's codes. Faults go first: curl's code is then only the echo of our stopping it.
 */
#ifndef TENURE_HTTP_CLASSIFY_H
#define TENURE_HTTP_CLASSIFY_H

#include "base/base.h"
#include "http/exchange.h"

struct err;

struct failure {
	const char *method;
	const char *label;	 /* of the URL */
	const char *url;	 /* base of a relative Location; never shown */
	int curl_code;		 /* CURLcode */
	const char *curl_detail; /* curl's error text, may be empty */
	bool is_resolved;	 /* the host name was: a time-out before that is DNS */
	bool is_sent;		 /* the request went out: a time-out is a stall, not a failed connection */
	bool is_header_done;	 /* from here on curl's "out of memory" is ours, not the peer's doing */
};

/* Fills err; returns false. */
bool classify_fault(const struct exchange *exchange, const struct failure *failure, struct err *err);
bool classify_curl(const struct failure *failure, struct err *err);

#endif
