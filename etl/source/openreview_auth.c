/* SPDX-License-Identifier: PostgreSQL
 *
 * The bearer token: handed in (OPENREVIEW_TOKEN), or from the cache, or by logging in. Logging in is limited
 * to a few times a window, so the token is kept in a file that only its owner can read until it expires.
 */
#include "source/openreview.h"

#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

#define TOKEN_BYTES	 ((size_t)64 * 1024)
#define ANSWER_BYTES	 ((size_t)256 * 1024)
#define PATH_BYTES	 1024
#define URL_BYTES	 1024
#define AUTH_ARENA	 ((size_t)2 * 1024 * 1024)
#define WANTED_SECONDS	 86400	 /* the API gives an hour by default and a week at most */
#define EXPIRY_MARGIN_MS 60000	 /* a token about to expire is renewed before it is used */
#define UNTOLD_LIFE_MS	 3000000 /* a token that does not say: 50 of the usual 60 minutes */

struct auth {
	struct buf token;
	int64_t expires_at_ms;
	bool was_handed_in;
};

struct auth *openreview_auth_new(void)
{
	struct auth *auth = calloc(1, sizeof(*auth));
	if (auth != NULL)
		buf_init(&auth->token, TOKEN_BYTES);
	return auth;
}

void openreview_auth_free(struct auth *auth)
{
	if (auth == NULL)
		return;
	buf_wipe(&auth->token);
	buf_done(&auth->token);
	free(auth);
}

/* ---- the token's own word ------------------------------------------------------------------------------ */

static int base64_value(char digit)
{
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	if (digit == '-' || digit == '+')
		return 62;
	return digit == '_' || digit == '/' ? 63 : -1;
}

static bool decode_base64(struct str text, struct buf *bytes)
{
	uint32_t bits = 0;
	int n_bits = 0;
	for (size_t i = 0; i < text.length && text.data[i] != '='; i++) {
		int value = base64_value(text.data[i]);
		if (value < 0)
			return false;
		bits = (bits << 6 | (uint32_t)value) & 0xFFFFFF;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		buf_put_byte(bytes, (char)(unsigned char)(bits >> n_bits));
	}
	return !bytes->is_failed;
}

int64_t openreview_jwt_expiry_ms(struct str token)
{
	CLEANUP(arena_done) struct arena arena;
	CLEANUP(buf_done) struct buf payload;
	struct err ignored = {.kind = ERR_NONE};
	const struct json *root = NULL;
	struct str rest = token;
	struct str part;
	double seconds = 0;
	arena_init(&arena, AUTH_ARENA);
	buf_init(&payload, TOKEN_BYTES);
	if (str_count_parts(token, '.') != 3 || !str_next(&rest, '.', &part) ||
	    !str_next(&rest, '.', &part) || !decode_base64(part, &payload) ||
	    !json_parse(buf_str(&payload), &arena, &root, &ignored))
		return 0;
	struct str text = json_str(json_get(root, "exp"));
	if (str_is_none(text) || !num_parse_double(text, &seconds) || seconds <= 0 || seconds > 1e11)
		return 0;
	return (int64_t)(seconds * 1000);
}

static bool is_fresh(const struct auth *auth, int64_t now_ms)
{
	return auth->token.length > 0 && auth->expires_at_ms > now_ms + EXPIRY_MARGIN_MS;
}

static void set_token(struct auth *auth, struct str token, int64_t now_ms)
{
	buf_wipe(&auth->token);
	buf_put_str(&auth->token, token);
	auth->expires_at_ms = openreview_jwt_expiry_ms(token);
	if (auth->expires_at_ms == 0)
		auth->expires_at_ms = now_ms + UNTOLD_LIFE_MS;
}

/* ---- the cache ----------------------------------------------------------------------------------------- */

/* One file for each host and account; neither shows in its name. */
static void cache_path(const struct auth_context *context, char path[PATH_BYTES])
{
	CLEANUP(buf_done) struct buf key;
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	buf_init(&key, ANSWER_BYTES);
	buf_printf(&key, "%s\n%s", conf_text(context->conf, CONF_OPENREVIEW_BASE_URL_V2),
		   conf_text(context->conf, CONF_OPENREVIEW_USERNAME));
	hash_sha256(buf_str(&key), digest);
	hash_hex(digest, hex);
	snprintf(path, PATH_BYTES, "%s/openreview-%.32s.token", context->state_directory, hex);
}

static void read_cache(struct auth *auth, const struct auth_context *context)
{
	CLEANUP(buf_done) struct buf text;
	char path[PATH_BYTES];
	int64_t expires_at_ms = 0;
	struct err ignored = {.kind = ERR_NONE};
	struct str rest;
	struct str first;
	cache_path(context, path);
	buf_init(&text, TOKEN_BYTES);
	if (!file_exists(path) || !file_read(path, &text, &ignored))
		return;
	rest = buf_str(&text);
	if (str_next(&rest, '\n', &first) && num_parse_i64(first, &expires_at_ms)) {
		struct str token = str_trim(rest);
		buf_wipe(&auth->token);
		buf_put_str(&auth->token, token);
		auth->expires_at_ms = expires_at_ms;
	}
	buf_wipe(&text);
}

static bool write_cache(const struct auth *auth, const struct auth_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf text;
	char path[PATH_BYTES];
	cache_path(context, path);
	buf_init(&text, TOKEN_BYTES);
	buf_printf(&text, "%lld\n", (long long)auth->expires_at_ms);
	buf_put_str(&text, buf_str(&auth->token));
	buf_put_byte(&text, '\n');
	bool is_written =
	    buf_check(&text, "a token", err) && file_write_atomically(path, 0600, buf_str(&text), err);
	buf_wipe(&text);
	return is_written || err_wrap(err, "keeping the token");
}

/* ---- logging in ---------------------------------------------------------------------------------------- */

static void put_url(char url[URL_BYTES], const char *base, const char *path)
{
	struct str host = str_trim(str_from(base));
	while (host.length > 0 && host.data[host.length - 1] == '/')
		host.length--;
	snprintf(url, URL_BYTES, "%.*s%s", (int)host.length, host.data, path);
}

/* The name that an error body gives: a word that may go into messages. */
static struct str error_name(const struct json *answer)
{
	struct str name = json_str(json_get(answer, "name"));
	for (size_t i = 0; i < name.length; i++) {
		bool is_letter = (name.data[i] >= 'A' && name.data[i] <= 'Z') ||
				 (name.data[i] >= 'a' && name.data[i] <= 'z');
		if (!is_letter || i >= 64)
			return STR_NONE;
	}
	return name;
}

static bool refused(const char *what, int status, const struct json *answer, struct err *err)
{
	struct str name = error_name(answer);
	err_set_class(err, ERR_AUTH, "E_SRC_AUTH", "openreview refused %s (HTTP %d%s%.*s)", what, status,
		      name.length > 0 ? " " : "", (int)name.length, name.length > 0 ? name.data : "");
	err->http_status = status;
	return err_hint(
	    err, "check OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD; for an account with a second factor "
		 "set OPENREVIEW_TOTP_SECRET or hand in OPENREVIEW_TOKEN");
}

struct exchange {
	struct auth_context *context;
	struct arena arena;
	struct buf body;
	struct buf answer;
	const struct json *root; /* of the last answer; NULL = not JSON */
	int status;
};

/* The v2 host answers for both; the v1 host is asked when the other one cannot be reached. */
static bool post(struct exchange *exchange, const char *path, struct err *err)
{
	const struct conf *conf = exchange->context->conf;
	struct err ignored = {.kind = ERR_NONE};
	char url[URL_BYTES];
	put_url(url, conf_text(conf, CONF_OPENREVIEW_BASE_URL_V2), path);
	buf_wipe(&exchange->answer);
	exchange->root = NULL;
	bool is_answered = auth_post(exchange->context, url, buf_str(&exchange->body), &exchange->status,
				     &exchange->answer, err);
	if (!is_answered && err->kind == ERR_NET_TRANSIENT) {
		err_reset(err);
		put_url(url, conf_text(conf, CONF_OPENREVIEW_BASE_URL), path);
		is_answered = auth_post(exchange->context, url, buf_str(&exchange->body), &exchange->status,
					&exchange->answer, err);
		if (!is_answered && err->kind == ERR_NET_TRANSIENT)
			err->kind = ERR_NET_FINAL;
	}
	if (!is_answered)
		return err_wrap(err, "logging in to openreview");
	if (!json_parse(buf_str(&exchange->answer), &exchange->arena, &exchange->root, &ignored))
		exchange->root = NULL;
	return true;
}

static bool has_method(const struct json *answer, const char *method)
{
	const struct json *methods = json_get(answer, "mfaMethods");
	if (methods == NULL || methods->kind != JSON_ARRAY)
		return true; /* not said: try */
	for (const struct json *item = methods->first; item != NULL; item = item->next)
		if (str_equal_text(json_str(item), method))
			return true;
	return false;
}

/* The account wants a second factor: a code from its secret, or nobody can answer here. */
static bool verify_second_factor(struct exchange *exchange, struct err *err)
{
	const struct conf *conf = exchange->context->conf;
	char code[7];
	struct str pending = json_str(json_get(exchange->root, "mfaPendingToken"));
	if (!conf_is_set(conf, CONF_OPENREVIEW_TOTP_SECRET) || !has_method(exchange->root, "totp")) {
		err_set_class(err, ERR_AUTH, "E_SRC_AUTH",
			      "the openreview account wants a second factor, which nobody can give here");
		return err_hint(err,
				"set OPENREVIEW_TOTP_SECRET (the authenticator's base32 secret), hand in "
				"OPENREVIEW_TOKEN, or use an account without second factor");
	}
	if (!openreview_totp(str_from(conf_text(conf, CONF_OPENREVIEW_TOTP_SECRET)),
			     exchange->context->now_ms, code)) {
		err_set(err, ERR_CONFIG, "OPENREVIEW_TOTP_SECRET is no base32 text");
		return err_hint(err, "it is the secret shown beside the QR code: letters A-Z and digits 2-7");
	}
	buf_wipe(&exchange->body);
	buf_put_text(&exchange->body, "{\"mfaPendingToken\":");
	buf_put_json(&exchange->body, pending);
	buf_printf(&exchange->body, ",\"method\":\"totp\",\"code\":\"%s\"}", code);
	if (!buf_check(&exchange->body, "a log-in", err) || !post(exchange, "/mfa/verify", err))
		return false;
	return exchange->status == 200 || refused("the second factor", exchange->status, exchange->root, err);
}

static bool exchange_tokens(struct exchange *exchange, struct auth *auth, struct err *err)
{
	const struct conf *conf = exchange->context->conf;
	buf_put_text(&exchange->body, "{\"id\":");
	buf_put_json(&exchange->body, str_from(conf_text(conf, CONF_OPENREVIEW_USERNAME)));
	buf_put_text(&exchange->body, ",\"password\":");
	buf_put_json(&exchange->body, str_from(conf_text(conf, CONF_OPENREVIEW_PASSWORD)));
	buf_printf(&exchange->body, ",\"expiresIn\":%d}", WANTED_SECONDS);
	if (!buf_check(&exchange->body, "a log-in", err) || !post(exchange, "/login", err))
		return false;
	if (exchange->status != 200)
		return refused("the log-in", exchange->status, exchange->root, err);
	const struct json *pending = json_get(exchange->root, "mfaPending");
	bool is_pending = (pending != NULL && pending->kind == JSON_BOOLEAN && pending->is_true) ||
			  !json_is_null(json_get(exchange->root, "mfaPendingToken"));
	if (is_pending && json_is_null(json_get(exchange->root, "token")) &&
	    !verify_second_factor(exchange, err))
		return false;
	struct str token = json_str(json_get(exchange->root, "token"));
	if (token.length == 0)
		return err_set_class(err, ERR_PROTOCOL, "E_SRC_PROTO",
				     "openreview answered a log-in without a token");
	set_token(auth, token, exchange->context->now_ms);
	return buf_check(&auth->token, "a token", err);
}

static bool log_in(struct auth *auth, struct auth_context *context, struct err *err)
{
	struct exchange exchange = {.context = context};
	arena_init(&exchange.arena, AUTH_ARENA);
	buf_init(&exchange.body, ANSWER_BYTES);
	buf_init(&exchange.answer, ANSWER_BYTES);
	bool is_done = exchange_tokens(&exchange, auth, err);
	buf_wipe(&exchange.body);
	buf_wipe(&exchange.answer);
	buf_done(&exchange.body);
	buf_done(&exchange.answer);
	arena_done(&exchange.arena);
	return is_done && write_cache(auth, context, err);
}

/* ---- the hook ------------------------------------------------------------------------------------------ */

static bool use_handed_in(struct auth *auth, const struct auth_context *context, bool is_renewal,
			  struct err *err)
{
	const char *token = conf_text(context->conf, CONF_OPENREVIEW_TOKEN);
	bool is_over = false;
	if (!auth->was_handed_in) {
		set_token(auth, str_from(token), context->now_ms);
		auth->was_handed_in = true;
	}
	int64_t expiry_ms = openreview_jwt_expiry_ms(str_from(token));
	is_over = expiry_ms > 0 && expiry_ms <= context->now_ms;
	if (!is_over && !is_renewal)
		return buf_check(&auth->token, "a token", err);
	err_set_class(err, ERR_AUTH, "E_SRC_AUTH", "the token in OPENREVIEW_TOKEN %s",
		      is_over ? "has expired" : "was refused");
	return err_hint(err, "hand in a new one, or set OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD instead");
}

bool openreview_authorize(struct auth *auth, struct auth_context *context, bool is_renewal,
			  const char **ret_bearer, struct err *err)
{
	const struct conf *conf = context->conf;
	char path[PATH_BYTES];
	bool has_name = conf_is_set(conf, CONF_OPENREVIEW_USERNAME);
	bool has_password = conf_is_set(conf, CONF_OPENREVIEW_PASSWORD);
	if (conf_is_set(conf, CONF_OPENREVIEW_TOKEN)) {
		if (!use_handed_in(auth, context, is_renewal, err))
			return false;
		*ret_bearer = auth->token.data;
		return true;
	}
	if (!has_name && !has_password) {
		*ret_bearer = NULL;
		return true;
	}
	if (!has_name || !has_password) {
		err_set_class(err, ERR_AUTH, "E_SRC_AUTH", "%s is not set",
			      has_name ? "OPENREVIEW_PASSWORD" : "OPENREVIEW_USERNAME");
		return err_hint(err, "both are needed to log in");
	}
	if (is_renewal) {
		cache_path(context, path);
		(void)unlink(path);
		buf_wipe(&auth->token);
	} else if (!is_fresh(auth, context->now_ms)) {
		read_cache(auth, context);
	}
	if (!is_fresh(auth, context->now_ms) && !log_in(auth, context, err))
		return false;
	*ret_bearer = auth->token.data;
	return true;
}
