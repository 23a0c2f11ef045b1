/* SPDX-License-Identifier: PostgreSQL */
#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "base/err.h"
#include "base/str.h"

/* Parts of a URL, owned: parts_done. */
struct parts {
	CURLU *url;
	char *scheme;
	char *host;
	char *port;
	char *path;
};

static void parts_done(struct parts *parts)
{
	curl_free(parts->scheme);
	curl_free(parts->host);
	curl_free(parts->port);
	curl_free(parts->path);
	curl_url_cleanup(parts->url);
}

/* NULL when the part is missing. */
static char *part_of(CURLU *url, CURLUPart which, unsigned flags)
{
	char *text = NULL;
	if (curl_url_get(url, which, &text, flags) != CURLUE_OK)
		return NULL;
	return text;
}

static bool has_part(CURLU *url, CURLUPart which)
{
	char *text = part_of(url, which, 0);
	curl_free(text);
	return text != NULL;
}

static bool host_is_loopback(const char *host)
{
	struct in_addr four;
	struct in6_addr six;
	char bare[64];
	size_t length = strlen(host);
	if (str_equal_ignoring_case(str_from(host), str_from("localhost")))
		return true;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (length < 3 || length - 2 >= sizeof(bare) || host[0] != '[')
		return false;
	memcpy(bare, host + 1, length - 2);
	bare[length - 2] = '\0';
	return inet_pton(AF_INET6, bare, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

/* Copies, leaving out what a terminal or a log line could misread. */
static void copy_printable(char *to, size_t size, const char *from)
{
	size_t length = 0;
	for (; *from != '\0' && length + 1 < size; from++)
		to[length++] = *from > ' ' && *from < 0x7f ? *from : '?';
	to[length] = '\0';
}

static bool fill(const struct parts *parts, struct address *ret, struct err *err)
{
	struct address address = {.is_https = strcmp(parts->scheme, "https") == 0,
				  .is_loopback = host_is_loopback(parts->host)};
	if (!address.is_https && strcmp(parts->scheme, "http") != 0)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG",
				     "cannot fetch from %.40s: %.16s is not https", parts->host,
				     parts->scheme);
	if (!address.is_https && !address.is_loopback)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG",
				     "cannot fetch from %.200s: http is allowed with loopback addresses only",
				     parts->host);
	char label[ADDRESS_LABEL_BYTES];
	char *written_port = part_of(parts->url, CURLUPART_PORT, 0);
	int origin_length = snprintf(address.origin, sizeof(address.origin), "%s://%s:%s", parts->scheme,
				     parts->host, parts->port);
	snprintf(label, sizeof(label), "%s://%s%s%s%s", parts->scheme, parts->host,
		 written_port == NULL ? "" : ":", written_port == NULL ? "" : written_port, parts->path);
	curl_free(written_port);
	if (origin_length < 0 || (size_t)origin_length >= sizeof(address.origin))
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cannot fetch: the host name is too long");
	copy_printable(address.label, sizeof(address.label), label);
	*ret = address;
	return true;
}

bool address_parse(const char *url, struct address *ret, struct err *err)
{
	CLEANUP(parts_done) struct parts parts = {.url = curl_url()};
	if (parts.url == NULL)
		return err_nomem(err, "a URL");
	/* The text itself stays out of the message: what cannot be parsed may hold a password. */
	CURLUcode code = curl_url_set(parts.url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
	if (code == CURLUE_OUT_OF_MEMORY)
		return err_nomem(err, "a URL");
	if (code != CURLUE_OK)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cannot fetch: not an absolute https URL");
	if (has_part(parts.url, CURLUPART_USER) || has_part(parts.url, CURLUPART_PASSWORD))
		return err_set_class(err, ERR_CONFIG, "E_CONFIG",
				     "cannot fetch: the URL holds a user name or password");
	parts.scheme = part_of(parts.url, CURLUPART_SCHEME, 0);
	parts.host = part_of(parts.url, CURLUPART_HOST, 0);
	parts.port = part_of(parts.url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	parts.path = part_of(parts.url, CURLUPART_PATH, 0);
	if (parts.scheme == NULL || parts.host == NULL || parts.path == NULL)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cannot fetch: not an absolute https URL");
	return fill(&parts, ret, err);
}

void address_describe_redirect(const char *base_url, const char *location, char text[ADDRESS_ORIGIN_BYTES])
{
	CLEANUP(parts_done) struct parts parts = {.url = curl_url()};
	snprintf(text, ADDRESS_ORIGIN_BYTES, "an unreadable address");
	if (parts.url == NULL || curl_url_set(parts.url, CURLUPART_URL, base_url, 0) != CURLUE_OK ||
	    curl_url_set(parts.url, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		return;
	parts.scheme = part_of(parts.url, CURLUPART_SCHEME, 0);
	parts.host = part_of(parts.url, CURLUPART_HOST, 0);
	parts.port = part_of(parts.url, CURLUPART_PORT, 0);
	if (parts.scheme == NULL)
		return;
	char raw[ADDRESS_ORIGIN_BYTES];
	if (parts.host == NULL || parts.host[0] == '\0')
		snprintf(raw, sizeof(raw), "%s:", parts.scheme);
	else
		snprintf(raw, sizeof(raw), "%s://%s%s%s", parts.scheme, parts.host,
			 parts.port == NULL ? "" : ":", parts.port == NULL ? "" : parts.port);
	copy_printable(text, ADDRESS_ORIGIN_BYTES, raw);
}

struct range4 {
	uint32_t first;
	unsigned prefix;
};

/* IANA special-purpose registry, what no public source can live at. */
static const struct range4 not_public4[] = {
    {UINT32_C(0x00000000), 8},	/* this network */
    {UINT32_C(0x0a000000), 8},	/* private */
    {UINT32_C(0x64400000), 10}, /* shared, CGNAT */
    {UINT32_C(0x7f000000), 8},	/* loopback */
    {UINT32_C(0xa9fe0000), 16}, /* link-local, cloud metadata */
    {UINT32_C(0xac100000), 12}, /* private */
    {UINT32_C(0xc0000000), 24}, /* protocol assignments */
    {UINT32_C(0xc0000200), 24}, /* documentation */
    {UINT32_C(0xc0a80000), 16}, /* private */
    {UINT32_C(0xc6120000), 15}, /* benchmarking */
    {UINT32_C(0xc6336400), 24}, /* documentation */
    {UINT32_C(0xcb007100), 24}, /* documentation */
    {UINT32_C(0xe0000000), 3}	/* multicast, reserved, broadcast */
};

static bool is_public4(uint32_t address)
{
	for (size_t i = 0; i < ARRAY_LENGTH(not_public4); i++) {
		if ((address ^ not_public4[i].first) >> (32 - not_public4[i].prefix) == 0)
			return false;
	}
	return true;
}

static uint32_t four_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool is_public6(const unsigned char address[16])
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b};
	if (memcmp(address, mapped, sizeof(mapped)) == 0 || memcmp(address, nat64, sizeof(nat64)) == 0)
		return is_public4(four_at(address + 12));
	if (address[0] == 0x20 && address[1] == 0x02) /* 6to4 */
		return is_public4(four_at(address + 2));
	/* Global unicast is 2000::/3; 2001:db8::/32 is documentation. */
	return (address[0] & 0xe0) == 0x20 &&
	       !(address[0] == 0x20 && address[1] == 0x01 && address[2] == 0x0d && address[3] == 0xb8);
}

bool address_is_public(const struct sockaddr *socket_address)
{
	if (socket_address->sa_family == AF_INET) {
		struct sockaddr_in four;
		memcpy(&four, socket_address, sizeof(four));
		return is_public4(ntohl(four.sin_addr.s_addr));
	}
	if (socket_address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 six;
	memcpy(&six, socket_address, sizeof(six));
	return is_public6(six.sin6_addr.s6_addr);
}

bool address_is_loopback(const struct sockaddr *socket_address)
{
	if (socket_address->sa_family == AF_INET) {
		struct sockaddr_in four;
		memcpy(&four, socket_address, sizeof(four));
		return ntohl(four.sin_addr.s_addr) >> 24 == 127;
	}
	if (socket_address->sa_family != AF_INET6)
		return false;
	struct sockaddr_in6 six;
	memcpy(&six, socket_address, sizeof(six));
	return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
}
