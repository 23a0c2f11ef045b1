/* SPDX-License-Identifier: PostgreSQL
 *
 * Which URLs and which network addresses may be talked to: https anywhere public; http only with loopback,
 * for tests and the fake API. The address is judged after name resolution, so that a name that points into
 * the private network (DNS rebinding, a metadata service) is refused as well.
 */
#ifndef TENURE_HTTP_ADDRESS_H
#define TENURE_HTTP_ADDRESS_H

#include "base/base.h"

struct err;
struct sockaddr;

#define ADDRESS_ORIGIN_BYTES 320
#define ADDRESS_LABEL_BYTES  512

struct address {
	char origin[ADDRESS_ORIGIN_BYTES]; /* scheme://host:port, the port always written */
	char label[ADDRESS_LABEL_BYTES];   /* for messages: origin as written and path; never query or user */
	bool is_https;
	bool is_loopback; /* host is 127.0.0.0/8, [::1] or localhost */
};

/* CONFIG E_CONFIG for what is no absolute http(s) URL, has a user name, or is http without loopback. */
MUST_USE bool address_parse(const char *url, struct address *ret, struct err *err);
/* Where a Location header points, for messages: "https://other.example", "file:", or "an unreadable address".
 * text gets at most ADDRESS_ORIGIN_BYTES. */
void address_describe_redirect(const char *base_url, const char *location, char text[ADDRESS_ORIGIN_BYTES]);
/* Not loopback, private, link-local, shared (CGNAT), unique local, multicast, unspecified or reserved. */
bool address_is_public(const struct sockaddr *socket_address);
bool address_is_loopback(const struct sockaddr *socket_address);

#endif
