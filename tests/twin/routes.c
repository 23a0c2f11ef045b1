/* SPDX-License-Identifier: PostgreSQL
 *
 * The API's routes: login, budget, and one function for each path.
 */
#include "http.h"

#include <inttypes.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/num.h"

#define PUT(json, literal) buf_put((json), (literal), sizeof(literal) - 1)
#define TOKEN_DEFAULT_S	   3600
#define TOKEN_MOST_S	   604800

static const char TOKEN_KEY[] = "the twin signs its tokens with this";

void answer_error(struct answer *answer, int status, const char *name, const char *message)
{
	answer->status = status;
	buf_reset(&answer->body);
	buf_printf(
	    &answer->body,
	    "{\"name\":\"%s\",\"message\":\"%s\",\"status\":%d,\"details\":{\"reqId\":\"2025-12-01-%d\"}}",
	    name, message, status, 100000 + status);
}

/* --- the little JSON that requests carry --- */

static void put_code_point(struct buf *text, uint32_t code)
{
	if (code < 0x80) {
		buf_put_byte(text, (char)code);
	} else if (code < 0x800) {
		buf_put_byte(text, (char)(0xc0 | code >> 6));
		buf_put_byte(text, (char)(0x80 | (code & 0x3f)));
	} else {
		buf_put_byte(text, (char)(0xe0 | code >> 12));
		buf_put_byte(text, (char)(0x80 | (code >> 6 & 0x3f)));
		buf_put_byte(text, (char)(0x80 | (code & 0x3f)));
	}
}

static uint32_t hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return (uint32_t)(digit - '0');
	return (uint32_t)((digit | 0x20) - 'a' + 10) & 15;
}

/* Reads the string literal at json[at] == '"' into text; returns the place behind it. */
static size_t json_text(struct str json, size_t at, struct buf *text)
{
	for (at++; at < json.length && json.data[at] != '"'; at++) {
		char byte = json.data[at];
		if (byte != '\\' || at + 1 >= json.length) {
			buf_put_byte(text, byte);
			continue;
		}
		byte = json.data[++at];
		if (byte == 'u' && at + 4 < json.length) {
			uint32_t code = 0;
			for (size_t digit = 1; digit <= 4; digit++)
				code = code << 4 | hex_value(json.data[at + digit]);
			put_code_point(text, code);
			at += 4;
		} else {
			buf_put_byte(text, byte == 'n' ? '\n' : byte == 't' ? '\t' : byte);
		}
	}
	return at + 1;
}

static size_t json_skip_blank(struct str json, size_t at)
{
	while (at < json.length && (json.data[at] == ' ' || json.data[at] == '\n' || json.data[at] == '\t' ||
				    json.data[at] == '\r'))
		at++;
	return at;
}

/* The place of a member's value, or the end. */
static size_t json_value(struct str json, const char *key)
{
	struct buf text;
	buf_init(&text, HTTP_MAX_BODY);
	size_t found = json.length;
	for (size_t at = 0; at < json.length && found == json.length;) {
		if (json.data[at] != '"') {
			at++;
			continue;
		}
		buf_reset(&text);
		at = json_skip_blank(json, json_text(json, at, &text));
		if (at < json.length && json.data[at] == ':' && str_equal_text(buf_str(&text), key))
			found = json_skip_blank(json, at + 1);
	}
	buf_done(&text);
	return found;
}

bool json_member(struct str json, const char *key, struct buf *value)
{
	size_t at = json_value(json, key);
	if (at >= json.length)
		return false;
	if (json.data[at] == '"') {
		(void)json_text(json, at, value);
		return true;
	}
	for (; at < json.length && strchr(",}] \r\n", json.data[at]) == NULL; at++)
		buf_put_byte(value, json.data[at]);
	return true;
}

/* Calls take for every text of the array member; false when there is no such array. */
static bool json_each(struct str json, const char *key, void (*take)(void *, struct str), void *context)
{
	size_t at = json_value(json, key);
	if (at >= json.length || json.data[at] != '[')
		return false;
	struct buf text;
	buf_init(&text, HTTP_MAX_BODY);
	while (at < json.length && json.data[at] != ']') {
		if (json.data[at] != '"') {
			at++;
			continue;
		}
		buf_reset(&text);
		at = json_text(json, at, &text);
		take(context, text.length == 0 ? (struct str){"", 0} : buf_str(&text));
	}
	buf_done(&text);
	return true;
}

/* --- arguments --- */

struct joining {
	const char *name;
	struct buf *text;
	bool is_there;
};

static enum MHD_Result argument_join(void *context, enum MHD_ValueKind kind, const char *key,
				     const char *value)
{
	struct joining *joining = context;
	(void)kind;
	if (strcmp(key, joining->name) != 0 || value == NULL)
		return MHD_YES;
	if (joining->is_there)
		buf_put_byte(joining->text, ',');
	buf_put_text(joining->text, value);
	joining->is_there = true;
	return MHD_YES;
}

struct str request_argument(struct request *request, const char *name, struct buf *storage)
{
	struct joining joining = {.name = name, .text = storage};
	size_t from = storage->length;
	MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, argument_join, &joining);
	if (!joining.is_there)
		return STR_NONE;
	if (storage->length == from)
		return (struct str){"", 0};
	return (struct str){storage->data + from, storage->length - from};
}

static bool argument_is(struct request *request, const char *name, const char *wanted)
{
	const char *value = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
	return value != NULL && strcmp(value, wanted) == 0;
}

static uint64_t argument_number(struct request *request, const char *name, uint64_t otherwise)
{
	const char *value = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
	uint64_t number = 0;
	return value != NULL && num_parse_u64(str_from(value), &number) ? number : otherwise;
}

/* --- tokens --- */

static void put_base64url(struct buf *text, struct str bytes)
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	for (size_t at = 0; at < bytes.length; at += 3) {
		uint32_t group = (uint32_t)(unsigned char)bytes.data[at] << 16;
		size_t n = bytes.length - at;
		if (n > 1)
			group |= (uint32_t)(unsigned char)bytes.data[at + 1] << 8;
		if (n > 2)
			group |= (uint32_t)(unsigned char)bytes.data[at + 2];
		buf_put_byte(text, DIGITS[group >> 18 & 63]);
		buf_put_byte(text, DIGITS[group >> 12 & 63]);
		if (n > 1)
			buf_put_byte(text, DIGITS[group >> 6 & 63]);
		if (n > 2)
			buf_put_byte(text, DIGITS[group & 63]);
	}
}

static void unput_base64url(struct str text, struct buf *bytes)
{
	uint32_t group = 0;
	int n_bits = 0;
	for (size_t at = 0; at < text.length; at++) {
		char byte = text.data[at];
		uint32_t digit = byte >= 'A' && byte <= 'Z'   ? (uint32_t)(byte - 'A')
				 : byte >= 'a' && byte <= 'z' ? (uint32_t)(byte - 'a' + 26)
				 : byte >= '0' && byte <= '9' ? (uint32_t)(byte - '0' + 52)
				 : byte == '-'		      ? 62u
							      : 63u;
		group = group << 6 | digit;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			buf_put_byte(bytes, (char)(group >> n_bits & 255));
		}
	}
}

static void token_sign(struct str payload, struct buf *token)
{
	size_t from = token->length;
	put_base64url(token, (struct str)STR("{\"alg\":\"HS1\",\"typ\":\"JWT\"}"));
	buf_put_byte(token, '.');
	put_base64url(token, payload);
	unsigned char digest[20];
	hash_hmac_sha1((struct str)STR(TOKEN_KEY), (struct str){token->data + from, token->length - from},
		       digest);
	buf_put_byte(token, '.');
	put_base64url(token, (struct str){(const char *)digest, sizeof(digest)});
}

enum token_state { TOKEN_MISSING, TOKEN_BAD, TOKEN_EXPIRED, TOKEN_GOOD };

static enum token_state token_check(struct server *server, struct str token)
{
	struct str rest = token, header, payload, signature;
	if (!str_next(&rest, '.', &header) || !str_next(&rest, '.', &payload) ||
	    !str_next(&rest, '.', &signature))
		return TOKEN_BAD;
	struct buf bytes, again;
	buf_init(&bytes, 8192);
	buf_init(&again, 16384);
	unput_base64url(payload, &bytes);
	token_sign(buf_str(&bytes), &again);
	enum token_state state = str_equal(buf_str(&again), token) ? TOKEN_GOOD : TOKEN_BAD;
	struct buf value;
	buf_init(&value, 64);
	int64_t expires = 0, serial = 0;
	if (state == TOKEN_GOOD && json_member(buf_str(&bytes), "exp", &value) &&
	    num_parse_i64(buf_str(&value), &expires) && expires * 1000 <= clock_realtime_ms())
		state = TOKEN_EXPIRED;
	buf_reset(&value);
	if (state == TOKEN_GOOD && json_member(buf_str(&bytes), "serial", &value) &&
	    num_parse_i64(buf_str(&value), &serial) && (uint64_t)serial <= server->n_expired_tokens)
		state = TOKEN_EXPIRED;
	buf_done(&bytes);
	buf_done(&again);
	buf_done(&value);
	return state;
}

static void answer_token(struct server *server, struct str user, int64_t expires_in, struct answer *answer)
{
	int64_t now = clock_realtime_ms() / 1000;
	if (expires_in <= 0)
		expires_in = TOKEN_DEFAULT_S;
	if (expires_in > TOKEN_MOST_S)
		expires_in = TOKEN_MOST_S;
	struct buf payload;
	buf_init(&payload, 4096);
	server->n_tokens++;
	PUT(&payload, "{\"user\":{\"id\":");
	buf_put_json(&payload, user);
	buf_printf(&payload,
		   "},\"iss\":\"openreview-twin\",\"iat\":%" PRId64 ",\"exp\":%" PRId64 ",\"serial\":%" PRIu64
		   "}",
		   now, now + expires_in, server->n_tokens);
	PUT(&answer->body, "{\"token\":\"");
	token_sign(buf_str(&payload), &answer->body);
	PUT(&answer->body, "\",\"user\":{\"id\":");
	buf_put_json(&answer->body, user);
	PUT(&answer->body,
	    ",\"profile\":{\"id\":\"~Twin_User1\",\"first\":\"Twin\",\"middle\":\"\",\"last\":\"User\","
	    "\"fullname\":\"Twin User\","
	    "\"emails\":[\"****@twin.example\"],\"preferredEmail\":\"****@twin.example\",\"usernames\":[\"~"
	    "Twin_User1\"],"
	    "\"preferredId\":\"~Twin_User1\",\"state\":\"Active\",\"termsTimestamp\":1700000000000}}}");
	buf_done(&payload);
}

static bool base32_decode(const char *text, struct buf *bytes)
{
	uint32_t group = 0;
	int n_bits = 0;
	for (; *text != '\0' && *text != '='; text++) {
		uint32_t digit;
		if (*text >= 'A' && *text <= 'Z')
			digit = (uint32_t)(*text - 'A');
		else if (*text >= '2' && *text <= '7')
			digit = (uint32_t)(*text - '2' + 26);
		else
			return false;
		group = group << 5 | digit;
		n_bits += 5;
		if (n_bits >= 8) {
			n_bits -= 8;
			buf_put_byte(bytes, (char)(group >> n_bits & 255));
		}
	}
	return true;
}

/* RFC 6238, SHA-1, 30 s, six digits, one step of clock drift allowed. */
static bool totp_is_good(const char *secret, struct str code)
{
	struct buf key;
	buf_init(&key, 256);
	bool is_good = false;
	uint64_t typed = 0;
	if (base32_decode(secret, &key) && code.length == 6 && num_parse_u64(code, &typed)) {
		int64_t step = clock_realtime_ms() / 30000;
		for (int64_t at = step - 1; at <= step + 1; at++) {
			char counter[8];
			for (int byte = 0; byte < 8; byte++)
				counter[byte] = (char)((uint64_t)at >> (56 - 8 * byte) & 255);
			unsigned char digest[20];
			hash_hmac_sha1(buf_str(&key), (struct str){counter, 8}, digest);
			unsigned offset = digest[19] & 15u;
			uint32_t value = ((uint32_t)(digest[offset] & 127) << 24) |
					 ((uint32_t)digest[offset + 1] << 16) |
					 ((uint32_t)digest[offset + 2] << 8) | digest[offset + 3];
			is_good = is_good || value % 1000000 == typed;
		}
	}
	buf_done(&key);
	return is_good;
}

static void login(struct request *request, struct answer *answer)
{
	struct server *server = request->server;
	struct str body = buf_str(&request->body);
	struct buf user, password, expires;
	buf_init(&user, 4096);
	buf_init(&password, 4096);
	buf_init(&expires, 64);
	server->n_logins++;
	int64_t expires_in = 0;
	if (json_member(body, "expiresIn", &expires) && !num_parse_i64(buf_str(&expires), &expires_in))
		expires_in = 0;
	bool has_user = json_member(body, "id", &user) && user.length > 0;
	bool has_password = json_member(body, "password", &password) && password.length > 0;
	bool is_good = true;
	if (server->options.credentials != NULL) {
		struct str wanted = str_from(server->options.credentials);
		size_t colon = str_find_byte(wanted, ':');
		is_good = str_equal(buf_str(&user), str_slice(wanted, 0, colon)) &&
			  str_equal(buf_str(&password), str_slice(wanted, colon + 1, wanted.length));
	}
	if (!has_user)
		answer_error(answer, 400, "Error", "id cannot be empty or missing");
	else if (!has_password)
		answer_error(answer, 400, "Error", "password cannot be empty or missing");
	else if (!is_good || fault_set(&server->faults, FAULT_EXPIRE_NO_RENEW) != NULL)
		answer_error(answer, 400, "Error", "Invalid username or password");
	else if (server->options.has_mfa)
		buf_printf(&answer->body,
			   "{\"mfaPending\":true,\"mfaPendingToken\":\"pending-%" PRIu64
			   "\",\"mfaMethods\":[\"totp\",\"emailOtp\",\"recoveryCode\"],"
			   "\"preferredMethod\":\"totp\"}",
			   server->n_logins);
	else
		answer_token(server, buf_str(&user), expires_in, answer);
	buf_done(&user);
	buf_done(&password);
	buf_done(&expires);
}

static void mfa_verify(struct request *request, struct answer *answer)
{
	struct str body = buf_str(&request->body);
	struct buf pending, code, method;
	buf_init(&pending, 256);
	buf_init(&code, 64);
	buf_init(&method, 64);
	bool has_all = json_member(body, "mfaPendingToken", &pending) && json_member(body, "code", &code) &&
		       json_member(body, "method", &method);
	bool is_good = str_equal_text(buf_str(&method), "totp")
			   ? totp_is_good(request->server->options.totp_secret, buf_str(&code))
			   : str_equal_text(buf_str(&code), "recovery-1");
	if (!has_all || !str_starts_with(buf_str(&pending), str_from("pending-")))
		answer_error(answer, 400, "Error", "mfaPendingToken, method and code are required");
	else if (!is_good)
		answer_error(answer, 400, "Error", "Invalid verification code");
	else
		answer_token(request->server, (struct str)STR("user@twin.example"), 0, answer);
	buf_done(&pending);
	buf_done(&code);
	buf_done(&method);
}

/* --- notes --- */

static unsigned details_parse(struct str text)
{
	static const struct {
		const char *name;
		unsigned flag;
	} NAMES[] = {
	    {"replies", DETAIL_REPLIES},	{"directReplies", DETAIL_DIRECT_REPLIES},
	    {"original", DETAIL_ORIGINAL},	{"replyCount", DETAIL_COUNT},
	    {"directReplyCount", DETAIL_COUNT}, {"all", DETAIL_REPLIES | DETAIL_ORIGINAL | DETAIL_COUNT}};
	unsigned details = 0;
	struct str part;
	while (text.data != NULL && str_next(&text, ',', &part)) {
		for (size_t at = 0; at < ARRAY_LENGTH(NAMES); at++)
			details |= str_equal_text(part, NAMES[at].name) ? NAMES[at].flag : 0;
	}
	return details;
}

static void notes_put(const struct world *world, const struct note_list *list, unsigned details,
		      struct buf *json)
{
	PUT(json, "{\"notes\":[");
	for (size_t at = 0; at < list->n; at++) {
		if (at > 0)
			PUT(json, ",");
		shape_note(world, &list->notes[at], details, json);
	}
	PUT(json, "]");
}

void answer_materialise(struct request *request, struct answer *answer)
{
	if (!answer->is_stream)
		return;
	answer->is_stream = false;
	notes_put(&request->server->world, &answer->stream, answer->details, &answer->body);
	PUT(&answer->body, "}");
	note_list_done(&answer->stream);
}

/* The vanish fault: keeps the share of the records that is not to vanish. */
static void notes_vanish(struct request *request, struct note_list *list)
{
	size_t n = 0;
	for (size_t at = 0; at < list->n; at++) {
		uint32_t place =
		    below_of(hash_of(&request->server->world, 901, list->notes[at].paper, 0), 100);
		if ((int64_t)place >= request->vanish_percent)
			list->notes[n++] = list->notes[at];
	}
	list->n_matching = list->n_matching * n / (list->n == 0 ? 1 : list->n);
	list->n = n;
}

static void notes_answer(struct request *request, struct note_query *query, struct answer *answer)
{
	struct server *server = request->server;
	struct note_list list;
	struct err err;
	if (!notes_select(&server->world, query, &list, &err)) {
		answer_error(answer, 500, "Error", "out of memory");
		return;
	}
	if (request->vanish_percent > 0)
		notes_vanish(request, &list);
	if (list.is_unfiltered) {
		answer_error(answer, 400, "MissingRequiredError", "at least one filter is required");
	} else if (list.is_forbidden) {
		answer_error(answer, 403, "ForbiddenError", "You don't have permission to read these notes");
	} else if (query->is_stream && query->api_version == 2) {
		answer->is_stream = true;
		answer->details = query->details;
		answer->stream = list;
		return;
	} else {
		notes_put(&server->world, &list, query->details, &answer->body);
		bool has_count = query->api_version == 1 || argument_is(request, "count", "true");
		uint64_t wrong =
		    has_count && fault_due(&server->faults, FAULT_COUNT_WRONG, request->path) != NULL ? 7 : 0;
		if (has_count)
			buf_printf(&answer->body, ",\"count\":%" PRIu64, list.n_matching + wrong);
		if (query->api_version == 2)
			PUT(&answer->body, ",\"fromCache\":false");
		PUT(&answer->body, "}");
	}
	note_list_done(&list);
}

static uint64_t count_ids(struct str ids)
{
	return ids.length == 0 ? 0 : str_count_parts(ids, ',');
}

static void notes_get(struct request *request, struct answer *answer)
{
	struct server *server = request->server;
	struct buf text;
	buf_init(&text, HTTP_MAX_BODY);
	/* the texts point into the buffer, which therefore must not move */
	buf_printf(&text, "%*s", 300000, "");
	buf_reset(&text);
	struct note_query query = {.api_version = request->api_version,
				   .id = request_argument(request, "id", &text),
				   .ids = request_argument(request, "ids", &text),
				   .invitation = request_argument(request, "invitation", &text),
				   .parent_invitation = request_argument(request, "parentInvitations", &text),
				   .forum = request_argument(request, "forum", &text),
				   .replyto = request_argument(request, "replyto", &text),
				   .domain = request_argument(request, "domain", &text),
				   .venueids = request_argument(request, "content.venueid", &text),
				   .original = request_argument(request, "original", &text),
				   .sort = request_argument(request, "sort", &text),
				   .after = request_argument(request, "after", &text),
				   .details = details_parse(request_argument(request, "details", &text)),
				   .min_created_ms = (int64_t)argument_number(request, "mintcdate", 0),
				   .min_changed_ms = request->api_version == 2
							 ? (int64_t)argument_number(request, "mintmdate", 0)
							 : 0,
				   .has_trash = argument_is(request, "trash", "true"),
				   .offset = argument_number(request, "offset", 0),
				   .limit = argument_number(request, "limit", SELECT_MAX_LIMIT),
				   .is_stream = argument_is(request, "stream", "true")};
	if (query.invitation.length == 0)
		query.invitation = request_argument(request, "invitations", &text);
	if (query.limit > SELECT_MAX_LIMIT)
		query.limit = SELECT_MAX_LIMIT;
	if (query.after.length > 0 && fault_due(&server->faults, FAULT_PAGE_LOOP, request->path) != NULL)
		query.after = STR_NONE;
	if (query.after.length > 0 || query.offset > 0) {
		const struct fault *drift = fault_due(&server->faults, FAULT_DRIFT, request->path);
		if (drift != NULL)
			query.drift = drift->n_done % 2 == 1 ? -1 : 1;
	}
	request->n_ids = count_ids(query.ids) + (query.id.length > 0);
	notes_answer(request, &query, answer);
	buf_done(&text);
}

struct id_joining {
	struct buf *text;
	uint64_t n;
};

static void id_join(void *context, struct str id)
{
	struct id_joining *joining = context;
	if (joining->n++ > 0)
		buf_put_byte(joining->text, ',');
	buf_put_str(joining->text, id);
}

static void notes_search_post(struct request *request, struct answer *answer)
{
	struct buf ids;
	buf_init(&ids, HTTP_MAX_BODY);
	struct id_joining joining = {.text = &ids};
	if (!json_each(buf_str(&request->body), "ids", id_join, &joining)) {
		PUT(&answer->body, "{\"notes\":[],\"count\":0}");
	} else {
		struct note_query query = {.api_version = request->api_version,
					   .ids = ids.length == 0 ? (struct str)STR("none") : buf_str(&ids),
					   .limit = SELECT_MAX_LIMIT,
					   .sort = (struct str)STR("id:asc")};
		request->n_ids = joining.n;
		notes_answer(request, &query, answer);
	}
	buf_done(&ids);
}

/* --- profiles --- */

struct profile_finding {
	struct request *request;
	struct buf *json;
	uint32_t *found; /* owners already given */
	size_t n_found;
	size_t n_asked;
	bool is_one_hidden;
};

static void profile_put(void *context, struct str id)
{
	struct profile_finding *finding = context;
	const struct world *world = &finding->request->server->world;
	finding->n_asked++;
	uint32_t person = 0;
	enum id_form form;
	if (finding->n_asked > 1000 || !name_find(world, id, &person, &form))
		return;
	struct profile profile;
	profile_make(world, person, &profile);
	if ((form == ID_SWAPPED && !profile.has_swapped_name) ||
	    (form == ID_DUPLICATE && !profile.has_duplicate))
		return;
	uint32_t owner = profile_owner(world, person);
	if (owner != person)
		profile_make(world, owner, &profile);
	uint32_t place = below_of(hash_of(world, 902, owner, 0), 100);
	if (profile.state == PROFILE_NONE || (int64_t)place < finding->request->vanish_percent)
		return;
	for (size_t at = 0; at < finding->n_found; at++) {
		if (finding->found[at] == owner)
			return;
	}
	if (!finding->is_one_hidden &&
	    fault_due(&finding->request->server->faults, FAULT_FORBID_ONE, finding->request->path) != NULL) {
		finding->is_one_hidden = true;
		return;
	}
	if (finding->n_found > 0)
		PUT(finding->json, ",");
	finding->found[finding->n_found++] = owner;
	shape_profile(world, owner, finding->json);
}

static void profiles_answer(struct request *request, struct answer *answer, struct str ids, bool is_body)
{
	struct profile_finding finding = {
	    .request = request, .json = &answer->body, .found = calloc(1001, sizeof(uint32_t))};
	if (finding.found == NULL) {
		answer_error(answer, 500, "Error", "out of memory");
		return;
	}
	PUT(&answer->body, "{\"profiles\":[");
	bool is_there = true;
	if (is_body) {
		is_there = json_each(ids, "ids", profile_put, &finding);
	} else {
		struct str part;
		while (str_next(&ids, ',', &part))
			profile_put(&finding, part);
	}
	PUT(&answer->body, "]");
	if (!is_body)
		buf_printf(&answer->body, ",\"count\":%zu", finding.n_found);
	PUT(&answer->body, "}");
	request->n_ids = finding.n_asked;
	if (finding.n_asked > 1000)
		answer_error(answer, 400, "Error", "the list of ids is limited to 1000");
	else if (!is_there) {
		buf_reset(&answer->body);
		PUT(&answer->body, "{\"profiles\":[]}");
	}
	free(finding.found);
}

static void profiles_get(struct request *request, struct answer *answer)
{
	struct buf text;
	buf_init(&text, HTTP_MAX_BODY);
	struct str ids = request_argument(request, "ids", &text);
	if (ids.data == NULL)
		ids = request_argument(request, "id", &text);
	if (ids.data == NULL)
		answer_error(answer, 400, "MissingRequiredError", "a minimum set of parameters is required");
	else
		profiles_answer(request, answer, ids, false);
	buf_done(&text);
}

static void profiles_search(struct request *request, struct answer *answer)
{
	if (strcmp(request->method, "POST") == 0)
		profiles_answer(request, answer, buf_str(&request->body), true);
	else
		profiles_get(request, answer);
}

/* --- groups, invitations, settings --- */

static void put_list_group(const struct world *world, const char *id, struct buf *json)
{
	buf_printf(json,
		   "{\"id\":\"%s\",\"invitations\":[],\"cdate\":1500000000000,\"tcdate\":1500000000000,"
		   "\"tmdate\":1700000000000,"
		   "\"readers\":[\"everyone\"],\"nonreaders\":[],\"writers\":[],\"signatories\":[],"
		   "\"signatures\":[\"openreview.net\"],\"members\":[",
		   id);
	bool is_hosts = strcmp(id, "host") == 0;
	bool is_active = strcmp(id, "active_venues") == 0;
	size_t n = 0;
	for (size_t at = 0; at < world->n_venues; at++) {
		const struct venue *venue = &world->venues[at];
		bool is_there = !is_active || venue->year == 0 || venue->year >= 2025;
		for (size_t before = 0; is_hosts && before < at; before++)
			is_there = is_there && strcmp(world->venues[before].host, venue->host) != 0;
		if (is_there)
			buf_printf(json, "%s\"%s\"", n++ == 0 ? "" : ",", is_hosts ? venue->host : venue->id);
	}
	PUT(json, "]}");
}

static bool group_put(struct request *request, struct str id, bool has_comma, struct buf *json)
{
	const struct world *world = &request->server->world;
	static const char *const LISTS[] = {"venues", "host", "active_venues"};
	for (size_t at = 0; at < ARRAY_LENGTH(LISTS); at++) {
		if (!str_equal_text(id, LISTS[at]))
			continue;
		if (has_comma)
			PUT(json, ",");
		put_list_group(world, LISTS[at], json);
		return true;
	}
	const struct venue *venue = venue_find(world, id);
	if (venue == NULL)
		return false;
	if (has_comma)
		PUT(json, ",");
	shape_group(world, venue, request->api_version, json);
	return true;
}

static void groups_get(struct request *request, struct answer *answer)
{
	const struct world *world = &request->server->world;
	struct buf text;
	buf_init(&text, HTTP_MAX_BODY);
	struct str id = request_argument(request, "id", &text);
	struct buf others;
	buf_init(&others, HTTP_MAX_BODY);
	struct str ids = request_argument(request, "ids", &others);
	struct buf more;
	buf_init(&more, HTTP_MAX_BODY);
	struct str host = request_argument(request, "host", &more);
	struct buf prefixes;
	buf_init(&prefixes, HTTP_MAX_BODY);
	struct str prefix = request_argument(request, "prefix", &prefixes);
	struct str list = ids.data != NULL ? ids : id;
	size_t n = 0;
	PUT(&answer->body, "{\"groups\":[");
	struct str part;
	while (list.data != NULL && str_next(&list, ',', &part)) {
		request->n_ids++;
		n += group_put(request, part, n > 0, &answer->body);
	}
	for (size_t at = 0; (host.data != NULL || prefix.data != NULL) && at < world->n_venues; at++) {
		const struct venue *venue = &world->venues[at];
		bool is_host = host.data != NULL && str_equal_text(host, venue->host) &&
			       venue->api_version == request->api_version;
		bool is_prefix = prefix.length > 0 && str_starts_with(str_from(venue->id), prefix);
		if (is_host || is_prefix)
			n += group_put(request, str_from(venue->id), n > 0, &answer->body);
	}
	buf_printf(&answer->body, "],\"count\":%zu}", n);
	if (id.data == NULL && ids.data == NULL && host.data == NULL && prefix.data == NULL)
		answer_error(answer, 400, "MissingRequiredError", "a minimum set of parameters is required");
	else if (id.data != NULL && n == 0)
		answer_error(answer, 404, "NotFoundError", "Group Not Found");
	buf_done(&text);
	buf_done(&others);
	buf_done(&more);
	buf_done(&prefixes);
}

static void invitations_get(struct request *request, struct answer *answer)
{
	const struct world *world = &request->server->world;
	struct buf text, own;
	buf_init(&text, HTTP_MAX_BODY);
	buf_init(&own, 256);
	struct str id = request_argument(request, "id", &text);
	PUT(&answer->body, "{\"invitations\":[");
	size_t n = 0;
	for (size_t at = 0; id.data != NULL && at < world->n_venues; at++) {
		const struct venue *venue = &world->venues[at];
		buf_reset(&own);
		shape_submission_invitation(venue, &own);
		bool is_shown = venue->year >= 2025 || argument_is(request, "expired", "true");
		if (!str_equal(buf_str(&own), id) || venue->api_version != request->api_version ||
		    !is_shown || venue->form == VENUE_BARE)
			continue;
		buf_printf(&answer->body,
			   "{\"id\":\"%s\",\"cdate\":1500000000000,\"tcdate\":1500000000000,\"tmdate\":"
			   "1600000000000,\"ddate\":null,"
			   "\"expdate\":1600000000000,\"readers\":[\"everyone\"],\"nonreaders\":[],"
			   "\"writers\":[\"%s\"],\"invitees\":[\"~\"],"
			   "\"signatures\":[\"%s\"],\"reply\":{\"content\":{}}}",
			   own.data, venue->id, venue->id);
		n++;
	}
	buf_printf(&answer->body, "],\"count\":%zu}", n);
	buf_done(&text);
	buf_done(&own);
}

static void institution_domains(struct request *request, struct answer *answer)
{
	(void)request;
	PUT(&answer->body, "[");
	for (size_t org = 0; org < N_ORGS; org++)
		buf_printf(&answer->body, "%s\"%s\"", org == 0 ? "" : ",", ORGS[org].domain);
	PUT(&answer->body, "]");
}

static void institutions(struct request *request, struct answer *answer)
{
	struct buf text;
	buf_init(&text, HTTP_MAX_BODY);
	struct str wanted = request_argument(request, "domain", &text);
	if (wanted.data == NULL)
		wanted = request_argument(request, "id", &text);
	size_t n = 0;
	PUT(&answer->body, "{\"institutions\":[");
	for (size_t at = 0; at < N_ORGS; at++) {
		const struct org *org = &ORGS[at];
		if (wanted.data != NULL && !str_equal_text(wanted, org->domain))
			continue;
		buf_printf(&answer->body,
			   "%s{\"id\":\"%s\",\"shortname\":\"%.8s\",\"fullname\":\"%s\",\"parent\":null,"
			   "\"domains\":[\"%s\"",
			   n++ == 0 ? "" : ",", org->domain, org->domain, org->name, org->domain);
		struct str rest = str_from(org->domains), part;
		while (rest.data != NULL && str_next(&rest, '|', &part))
			buf_printf(&answer->body, ",\"%.*s\"", (int)part.length, part.data);
		buf_printf(&answer->body,
			   "],\"country\":null,\"alphaTwoCode\":%s%s%s,\"stateProvince\":null,\"webPages\":["
			   "\"https://%s\"]}",
			   org->country == NULL ? "" : "\"", org->country == NULL ? "null" : org->country,
			   org->country == NULL ? "" : "\"", org->domain);
	}
	buf_printf(&answer->body, "],\"count\":%zu}", n);
	buf_done(&text);
}

static void empty_edits(struct request *request, struct answer *answer)
{
	(void)request;
	PUT(&answer->body, "{\"edits\":[],\"count\":0}");
}

static void empty_references(struct request *request, struct answer *answer)
{
	(void)request;
	PUT(&answer->body, "{\"references\":[],\"count\":0}");
}

static void notes_search(struct request *request, struct answer *answer)
{
	if (strcmp(request->method, "POST") == 0)
		notes_search_post(request, answer);
	else
		PUT(&answer->body, "{\"notes\":[],\"count\":0}");
}

/* --- the twin's own --- */

static void twin_stats(struct request *request, struct answer *answer)
{
	struct server *server = request->server;
	buf_printf(&answer->body,
		   "{\"day\":%d,\"requests\":%" PRIu64 ",\"early_requests\":%" PRIu64 ",\"logins\":%" PRIu64
		   ",\"distinct_pages\":%zu,"
		   "\"bytes\":%" PRIu64 ",\"routes\":{",
		   server->world.day, server->n_requests, server->n_early, server->n_logins, server->n_pages,
		   server->n_bytes);
	for (size_t at = 0; at < server->n_routes; at++) {
		const struct route_count *route = &server->routes[at];
		buf_printf(&answer->body,
			   "%s\"%s\":{\"requests\":%" PRIu64 ",\"used\":%" PRIu64 ",\"limited\":%" PRIu64
			   ",\"early\":%" PRIu64 "}",
			   at == 0 ? "" : ",", route->name, route->n_requests, route->used, route->n_limited,
			   route->n_early);
	}
	PUT(&answer->body, "},\"faults\":[");
	for (size_t at = 0; at < server->faults.n; at++)
		buf_printf(&answer->body, "%s{\"name\":\"%s\",\"seen\":%" PRIu64 ",\"done\":%" PRIu64 "}",
			   at == 0 ? "" : ",", fault_name(server->faults.list[at].kind),
			   server->faults.list[at].n_seen, server->faults.list[at].n_done);
	PUT(&answer->body, "]}");
}

static void twin_day(struct request *request, struct answer *answer)
{
	struct buf value;
	buf_init(&value, 64);
	int64_t day = -1;
	if (!json_member(buf_str(&request->body), "day", &value) || !num_parse_i64(buf_str(&value), &day) ||
	    day < 0 || day > 1) {
		answer_error(answer, 400, "Error", "day must be 0 or 1");
	} else {
		request->server->world.day = (int)day;
		buf_printf(&answer->body, "{\"day\":%d}", (int)day);
	}
	buf_done(&value);
}

struct fault_adding {
	struct faults *faults;
	struct answer *answer;
};

static void fault_add(void *context, struct str specification)
{
	struct fault_adding *adding = context;
	struct err err;
	if (!fault_parse(adding->faults, specification, &err))
		answer_error(adding->answer, 400, "Error", err.message);
}

static void twin_fault(struct request *request, struct answer *answer)
{
	struct str body = buf_str(&request->body);
	struct fault_adding adding = {.faults = &request->server->faults, .answer = answer};
	struct buf value;
	buf_init(&value, 256);
	if (json_member(body, "clear", &value))
		faults_clear(adding.faults);
	buf_reset(&value);
	if (!json_each(body, "faults", fault_add, &adding) && json_member(body, "fault", &value))
		fault_add(&adding, buf_str(&value));
	if (answer->body.length == 0)
		buf_printf(&answer->body, "{\"faults\":%zu}", adding.faults->n);
	buf_done(&value);
}

static void twin_reset(struct request *request, struct answer *answer)
{
	struct server *server = request->server;
	server->n_routes = 0;
	server->n_requests = server->n_bytes = server->n_early = server->n_logins = 0;
	server->n_pages = 0;
	if (server->pages != NULL)
		memset(server->pages, 0, server->page_capacity * sizeof(*server->pages));
	PUT(&answer->body, "{}");
}

/* --- the table --- */

struct route {
	const char *path;
	void (*answer)(struct request *, struct answer *);
	bool is_open; /* guests may */
	bool is_free; /* counts against no budget */
};

static const struct route ROUTES[] = {
    {"/notes", notes_get, false, false},
    {"/notes/search", notes_search, false, false},
    {"/notes/edits", empty_edits, false, false},
    {"/references", empty_references, false, false},
    {"/profiles", profiles_get, false, false},
    {"/profiles/search", profiles_search, false, false},
    {"/groups", groups_get, true, false},
    {"/invitations", invitations_get, false, false},
    {"/settings/institutionDomains", institution_domains, true, false},
    {"/settings/institutions", institutions, false, false},
    {"/login", login, true, true},
    {"/mfa/verify", mfa_verify, true, true},
    {"/twin/stats", twin_stats, true, true},
    {"/twin/day", twin_day, true, true},
    {"/twin/fault", twin_fault, true, true},
    {"/twin/reset", twin_reset, true, true},
};

static struct route_count *route_count_of(struct server *server, int api_version, const char *path)
{
	char name[64];
	(void)snprintf(name, sizeof(name), "v%d %s", api_version, path);
	for (size_t at = 0; at < server->n_routes; at++) {
		if (strcmp(server->routes[at].name, name) == 0)
			return &server->routes[at];
	}
	if (server->n_routes == MAX_ROUTES)
		return &server->routes[MAX_ROUTES - 1];
	struct route_count *count = &server->routes[server->n_routes++];
	*count = (struct route_count){0};
	(void)snprintf(count->name, sizeof(count->name), "%s", name);
	return count;
}

/* True when the request may pass; else the 429 is in answer. */
static bool budget_take(struct server *server, struct route_count *count, uint64_t limit,
			struct answer *answer)
{
	int64_t now = clock_realtime_ms();
	if (limit == 0)
		return true;
	if (now >= count->window_end_ms) {
		count->window_end_ms = now + server->options.window_ms;
		count->used = 0;
		count->is_told = false;
	}
	count->used++;
	if (count->used <= limit)
		return true;
	if (count->is_told) {
		count->n_early++;
		server->n_early++;
	}
	count->is_told = true;
	count->n_limited++;
	int64_t wait_ms = count->window_end_ms - now;
	char reset[40];
	date_format_instant(count->window_end_ms, reset, sizeof(reset));
	answer->status = 429;
	(void)snprintf(answer->retry_after, sizeof(answer->retry_after), "%" PRId64, (wait_ms + 999) / 1000);
	buf_printf(&answer->body,
		   "{\"name\":\"RateLimitError\",\"message\":\"Too many requests: You have made %" PRIu64
		   " requests, surpassing the limit of %" PRIu64 " requests. Please try again in %" PRId64
		   " minutes and %" PRId64 " seconds (2025-12-01-%" PRIu64 ")\",\"status\":429,"
		   "\"details\":{\"limit\":%" PRIu64 ",\"remaining\":0,\"resetTime\":\"%s\",\"used\":%" PRIu64
		   ",\"current\":%" PRIu64 ",\"reqId\":\"2025-12-01-%" PRIu64 "\"}}",
		   count->used, limit, wait_ms / 60000, wait_ms / 1000 % 60, server->n_requests, limit, reset,
		   count->used, count->used, server->n_requests);
	return false;
}

/* True when the caller may read; else the 401 or 403 is in answer. */
static bool is_authorised(struct request *request, struct answer *answer)
{
	struct server *server = request->server;
	if (!server->options.has_auth)
		return true;
	const char *header =
	    MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, "Authorization");
	struct str token = str_from(header);
	enum token_state state = TOKEN_MISSING;
	if (str_starts_with(token, str_from("Bearer ")))
		state = token_check(server, str_trim(str_slice(token, 7, token.length)));
	if (state == TOKEN_GOOD) {
		struct fault *expiring = fault_set(&server->faults, FAULT_EXPIRE_TOKEN_AFTER);
		server->n_authorised++;
		bool is_spent = expiring != NULL && expiring->is_counted && expiring->n_left == 0;
		if (expiring != NULL && !is_spent && expiring->parameter >= 0 &&
		    server->n_authorised > (uint64_t)expiring->parameter) {
			expiring->n_left -= expiring->is_counted;
			expiring->n_done++;
			server->n_authorised = 0;
			server->n_expired_tokens = server->n_tokens;
			state = TOKEN_EXPIRED;
		}
		if (fault_set(&server->faults, FAULT_EXPIRE_NO_RENEW) != NULL)
			state = TOKEN_EXPIRED;
	}
	if (state == TOKEN_GOOD)
		return true;
	if (state == TOKEN_EXPIRED)
		answer_error(answer, 401, "TokenExpiredError", "Token has expired. Please log in again.");
	else if (state == TOKEN_BAD)
		answer_error(answer, 401, "ForbiddenError", "Token is invalid");
	else
		answer_error(answer, 403, "ChallengeRequiredError", "Challenge verification required");
	return false;
}

void api_answer(struct request *request, struct answer *answer)
{
	struct server *server = request->server;
	answer->status = 200;
	answer->content_type = "application/json; charset=utf-8";
	for (size_t at = 0; at < ARRAY_LENGTH(ROUTES); at++) {
		const struct route *route = &ROUTES[at];
		const char *path =
		    strncmp(request->path, "/moved/", 7) == 0 ? request->path + 6 : request->path;
		if (strcmp(path, route->path) != 0)
			continue;
		struct route_count *count = route_count_of(server, request->api_version, route->path);
		bool is_own = strncmp(route->path, "/twin/", 6) == 0;
		server->n_requests += !is_own;
		count->n_requests++;
		request->route = count;
		if (clock_realtime_ms() < count->not_before_ms) {
			count->n_early++;
			server->n_early++;
		}
		struct fault *vanishing =
		    is_own ? NULL : fault_due(&server->faults, FAULT_VANISH, request->path);
		if (vanishing != NULL)
			request->vanish_percent = vanishing->parameter < 0 ? 90 : vanishing->parameter;
		uint64_t limit = route->is_free ? 0 : server->options.budget;
		if (strcmp(route->path, "/login") == 0)
			limit = server->options.login_budget;
		if (!route->is_open && !is_authorised(request, answer))
			return;
		if (!is_own && !budget_take(server, count, limit, answer))
			return;
		route->answer(request, answer);
		return;
	}
	answer_error(answer, 404, "NotFoundError", "Not Found");
}
