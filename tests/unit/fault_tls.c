/* SPDX-License-Identifier: PostgreSQL */
#include "fault_server.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#define DAY_SECONDS (24L * 3600)

struct leaf {
	const char *names; /* subjectAltName */
	long from_days;
	long until_days;
	bool is_self_signed;
	int most_version; /* 0: any */
};

static const char here[] = "DNS:localhost,IP:127.0.0.1";

static const struct leaf leaves[FAULT_PORT_COUNT] = {
    [FAULT_TLS_GOOD] = {here, -1, 2, false, 0},
    [FAULT_TLS_SELF_SIGNED] = {here, -1, 2, true, 0},
    [FAULT_TLS_WRONG_HOST] = {"DNS:other.example", -1, 2, false, 0},
    [FAULT_TLS_EXPIRED] = {here, -3, -1, false, 0},
    [FAULT_TLS_FUTURE] = {here, 1, 3, false, 0},
    [FAULT_TLS_OLD] = {here, -1, 2, false, TLS1_1_VERSION},
};

struct signer {
	X509 *certificate;
	EVP_PKEY *key;
};

static bool add_extension(X509 *certificate, int which, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, which, value);
	bool is_added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_added;
}

/* signer NULL: signed by itself. */
static X509 *certificate_new(EVP_PKEY *key, const struct leaf *leaf, const char *name,
			     const struct signer *signer)
{
	static long serial = 1;
	X509 *certificate = X509_new();
	if (certificate == NULL)
		return NULL;
	X509_NAME *subject = X509_get_subject_name(certificate);
	bool is_done =
	    X509_set_version(certificate, 2) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(certificate), leaf->from_days * DAY_SECONDS) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(certificate), leaf->until_days * DAY_SECONDS) != NULL &&
	    X509_set_pubkey(certificate, key) == 1 &&
	    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0) ==
		1 &&
	    X509_set_issuer_name(
		certificate, signer == NULL ? subject : X509_get_subject_name(signer->certificate)) == 1 &&
	    add_extension(certificate, NID_basic_constraints,
			  leaf->names == NULL ? "critical,CA:TRUE" : "CA:FALSE") &&
	    (leaf->names == NULL || add_extension(certificate, NID_subject_alt_name, leaf->names)) &&
	    X509_sign(certificate, signer == NULL ? key : signer->key, EVP_sha256()) > 0;
	if (is_done)
		return certificate;
	X509_free(certificate);
	return NULL;
}

static SSL_CTX *context_new(const struct leaf *leaf, const struct signer *authority)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate =
	    key == NULL ? NULL : certificate_new(key, leaf, "leaf", leaf->is_self_signed ? NULL : authority);
	SSL_CTX *context = certificate == NULL ? NULL : SSL_CTX_new(TLS_server_method());
	bool is_done = context != NULL && SSL_CTX_use_certificate(context, certificate) == 1 &&
		       SSL_CTX_use_PrivateKey(context, key) == 1;
	if (is_done && leaf->most_version != 0)
		is_done = SSL_CTX_set_cipher_list(context, "ALL@SECLEVEL=0") == 1 &&
			  SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
			  SSL_CTX_set_max_proto_version(context, leaf->most_version) == 1;
	X509_free(certificate);
	EVP_PKEY_free(key);
	if (is_done)
		return context;
	SSL_CTX_free(context);
	return NULL;
}

static bool write_pem(const char *path, X509 *certificate)
{
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return false;
	bool is_written = PEM_write_X509(file, certificate) == 1;
	return fclose(file) == 0 && is_written;
}

bool fault_tls_new(struct ssl_ctx_st *contexts[FAULT_PORT_COUNT], const char *ca_file)
{
	static const struct leaf root = {NULL, -10, 10, true, 0};
	struct signer authority = {.key = EVP_EC_gen("P-256")};
	bool is_done = authority.key != NULL;
	if (is_done)
		authority.certificate = certificate_new(authority.key, &root, "Test authority", NULL);
	is_done = authority.certificate != NULL && write_pem(ca_file, authority.certificate);
	for (size_t i = 0; is_done && i < FAULT_PORT_COUNT; i++) {
		if (leaves[i].names == NULL)
			continue;
		contexts[i] = context_new(&leaves[i], &authority);
		is_done = contexts[i] != NULL;
	}
	X509_free(authority.certificate);
	EVP_PKEY_free(authority.key);
	if (!is_done)
		ERR_print_errors_fp(stderr);
	return is_done;
}

void fault_tls_free(struct ssl_ctx_st *contexts[FAULT_PORT_COUNT])
{
	for (size_t i = 0; i < FAULT_PORT_COUNT; i++)
		SSL_CTX_free(contexts[i]);
}
