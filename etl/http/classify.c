/* SPDX-License-Identifier: PostgreSQL */
#include "http/classify.h"

#include <curl/curl.h>

#include "base/caps.h"
#include "base/err.h"
#include "base/str.h"
#include "http/address.h"

struct meaning {
	enum err_kind kind;
	const char *class_name;
	const char *words;
};

static const struct meaning faults[] = {
    [FAULT_NONE] = {ERR_BUG, "", "no fault"},
    [FAULT_VERSION] = {ERR_PROTOCOL, "E_SRC_PROTO", "the answer is not HTTP/1"},
    [FAULT_HEADER_SHORT] = {ERR_NET_TRANSIENT, "E_SRC_TRUNC", "the response ends inside its header"},
    [FAULT_HEADER_BYTES] = {ERR_PROTOCOL, "E_SRC_PROTO", "the response header is larger than 64 KiB"},
    [FAULT_LENGTH_TWICE] = {ERR_PROTOCOL, "E_SRC_PROTO", "the response has two Content-Length headers"},
    [FAULT_LENGTH_BAD] = {ERR_PROTOCOL, "E_SRC_PROTO", "the Content-Length of the response is not a number"},
    [FAULT_LENGTH_AND_CHUNKS] = {ERR_PROTOCOL, "E_SRC_PROTO",
				 "the response has both Content-Length and Transfer-Encoding"},
    [FAULT_TRANSFER_ENCODING] = {ERR_PROTOCOL, "E_SRC_PROTO",
				 "the response has a transfer encoding other than chunked"},
    [FAULT_CONTENT_ENCODING] = {ERR_PROTOCOL, "E_SRC_PROTO",
				"the response has a content encoding other than gzip"},
    [FAULT_REDIRECT] = {ERR_PROTOCOL, "E_REDIRECT", "redirect refused"},
    [FAULT_SIZE] = {ERR_PROTOCOL, "E_SRC_SIZE", "the body is larger than the limit"},
    [FAULT_GZIP_CORRUPT] = {ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body is corrupt"},
    [FAULT_GZIP_TRAILING] = {ERR_NET_TRANSIENT, "E_SRC_DECODE",
			     "bytes stand behind the end of the gzip body"},
    [FAULT_GZIP_SHORT] = {ERR_NET_TRANSIENT, "E_SRC_DECODE", "the gzip body ends too early"},
    [FAULT_ADDRESS] = {ERR_NET_FINAL, "E_DNS", "the host has no public address"},
    [FAULT_SPOOL] = {ERR_IO, "E_SPOOL", "the spool file cannot be written"},
    [FAULT_NOMEM] = {ERR_NOMEM, "E_OOM", "out of memory"},
};

_Static_assert(ARRAY_LENGTH(faults) == FAULT_COUNT, "one meaning per fault");

/* What a peer or the network can cause; anything else is our own mistake. */
static const struct {
	CURLcode code;
	struct meaning meaning;
} curl_codes[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, {ERR_PROTOCOL, "E_SRC_PROTO", "the answer is not HTTP/1"}},
    {CURLE_COULDNT_RESOLVE_HOST, {ERR_NET_TRANSIENT, "E_DNS", "the host name cannot be resolved"}},
    {CURLE_COULDNT_CONNECT, {ERR_NET_TRANSIENT, "E_SRC_CONNECT", "no connection"}},
    {CURLE_WEIRD_SERVER_REPLY, {ERR_PROTOCOL, "E_SRC_PROTO", "the answer is not valid HTTP"}},
    {CURLE_PARTIAL_FILE, {ERR_NET_TRANSIENT, "E_SRC_TRUNC", "the body ends too early"}},
    {CURLE_OUT_OF_MEMORY, {ERR_NOMEM, "E_OOM", "out of memory"}},
    {CURLE_OPERATION_TIMEDOUT, {ERR_NET_TRANSIENT, "E_SRC_STALL", "the answer stalled"}},
    {CURLE_SSL_CONNECT_ERROR, {ERR_PROTOCOL, "E_TLS", "no TLS connection"}},
    {CURLE_GOT_NOTHING, {ERR_NET_TRANSIENT, "E_SRC_RESET", "the connection was closed without an answer"}},
    {CURLE_SEND_ERROR, {ERR_NET_TRANSIENT, "E_SRC_RESET", "the connection was lost while sending"}},
    {CURLE_RECV_ERROR, {ERR_NET_TRANSIENT, "E_SRC_RESET", "the connection was lost while receiving"}},
    {CURLE_SSL_CIPHER, {ERR_PROTOCOL, "E_TLS", "no common TLS cipher"}},
    {CURLE_PEER_FAILED_VERIFICATION, {ERR_PROTOCOL, "E_TLS", "the certificate is not valid"}},
    {CURLE_SSL_CACERT_BADFILE, {ERR_CONFIG, "E_CONFIG", "the certificate authorities cannot be read"}},
    {CURLE_SSL_ISSUER_ERROR, {ERR_PROTOCOL, "E_TLS", "the certificate is not valid"}},
    {CURLE_SSL_INVALIDCERTSTATUS, {ERR_PROTOCOL, "E_TLS", "the certificate is not valid"}},
};

static bool classify_redirect(const struct exchange *exchange, const struct failure *failure, struct err *err)
{
	char target[ADDRESS_ORIGIN_BYTES] = "nowhere";
	if (exchange->location[0] != '\0')
		address_describe_redirect(failure->url, exchange->location, target);
	err_set_class(err, ERR_PROTOCOL, "E_REDIRECT", "%s %s: redirect (%d) to %s refused", failure->method,
		      failure->label, exchange->status, target);
	if (err != NULL)
		err->http_status = exchange->status;
	err_hint(
	    err,
	    "redirects are never followed; if the source has moved, set its base URL to the new address");
	return false;
}

static bool classify_size(const struct exchange *exchange, const struct failure *failure, struct err *err)
{
	return err_set_class(err, ERR_PROTOCOL, "E_SRC_SIZE",
			     "%s %s: the body is larger than the limit of %llu bytes", failure->method,
			     failure->label, (unsigned long long)exchange->max_bytes);
}

bool classify_fault(const struct exchange *exchange, const struct failure *failure, struct err *err)
{
	const struct meaning *meaning = &faults[exchange->fault];
	if (exchange->fault == FAULT_REDIRECT)
		classify_redirect(exchange, failure, err);
	else if (exchange->fault == FAULT_SIZE)
		classify_size(exchange, failure, err);
	else if (exchange->fault == FAULT_SPOOL)
		err_set_class(err, meaning->kind, meaning->class_name, "%s %s: %s: %s", failure->method,
			      failure->label, meaning->words, exchange->spool_err.message);
	else
		err_set_class(err, meaning->kind, meaning->class_name, "%s %s: %s", failure->method,
			      failure->label, meaning->words);
	return false;
}

/* Where one code of curl's stands for several things and only its text tells them apart. */
static const struct {
	CURLcode code;
	const char *text;
	struct meaning meaning;
} curl_texts[] = {
    /* Cut by the network, as opposed to refused by a side. */
    {CURLE_SSL_CONNECT_ERROR,
     "SSL_ERROR_SYSCALL",
     {ERR_NET_TRANSIENT, "E_SRC_RESET", "the connection was lost during the TLS handshake"}},
    {CURLE_SSL_CONNECT_ERROR,
     "reset by peer",
     {ERR_NET_TRANSIENT, "E_SRC_RESET", "the connection was lost during the TLS handshake"}},
    {CURLE_SSL_CONNECT_ERROR, "CA certificate blob", {ERR_NOMEM, "E_OOM", "out of memory"}},
    {CURLE_RECV_ERROR,
     "chunked-encoding",
     {ERR_NET_TRANSIENT, "E_SRC_DECODE", "the chunked body is damaged"}},
};

static struct meaning meaning_of(const struct failure *failure)
{
	struct str detail = str_from(failure->curl_detail);
	if (failure->curl_code == CURLE_OPERATION_TIMEDOUT && !failure->is_resolved)
		return (struct meaning){ERR_NET_TRANSIENT, "E_DNS", "the host name was not resolved in time"};
	if (failure->curl_code == CURLE_OPERATION_TIMEDOUT && !failure->is_sent)
		return (struct meaning){ERR_NET_TRANSIENT, "E_SRC_CONNECT", "no connection in time"};
	/* Curl says so of a header line of more than 100 KiB. */
	if (failure->curl_code == CURLE_OUT_OF_MEMORY && failure->is_sent && !failure->is_header_done)
		return (struct meaning){ERR_PROTOCOL, "E_SRC_PROTO", "the response header is too large"};
	for (size_t i = 0; i < ARRAY_LENGTH(curl_texts); i++) {
		if ((int)curl_texts[i].code == failure->curl_code &&
		    str_find(detail, str_from(curl_texts[i].text)) < detail.length)
			return curl_texts[i].meaning;
	}
	for (size_t i = 0; i < ARRAY_LENGTH(curl_codes); i++) {
		if ((int)curl_codes[i].code == failure->curl_code)
			return curl_codes[i].meaning;
	}
	return (struct meaning){ERR_BUG, "", "unexpected failure of libcurl"};
}

bool classify_curl(const struct failure *failure, struct err *err)
{
	struct meaning meaning = meaning_of(failure);
	char detail[200];
	size_t length = 0;
	/* Certificates and peers can put anything into curl's text. */
	for (const char *from = failure->curl_detail; *from != '\0' && length + 1 < sizeof(detail); from++)
		detail[length++] = *from >= ' ' && *from < 0x7f ? *from : '?';
	detail[length] = '\0';
	return err_set_class(err, meaning.kind, meaning.class_name, "%s %s: %s (%s)", failure->method,
			     failure->label, meaning.words,
			     length > 0 ? detail : curl_easy_strerror((CURLcode)failure->curl_code));
}
