/* SPDX-License-Identifier: PostgreSQL */
#include "run/fetch.h"

#include "base/arena.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/num.h"
#include "base/stop.h"
#include "conf/conf.h"
#include "http/retry.h"
#include "json/json.h"
#include "run/budget.h"
#include "run/run.h"
#include "run/scrub.h"
#include "source/source.h"

#define ERROR_BODY_BYTES  ((size_t)256 * 1024)
#define AGENT_BYTES	  512
#define PATH_BYTES	  1024
#define CONNECT_MS	  10000
#define SOON_MS		  5000	/* a reset time that is past already: clocks differ */
#define UNTOLD_MS	  30000 /* a 429 that names no time */
#define PROTOCOL_ATTEMPTS 2	/* a page that is no JSON may be a proxy's hiccup, not for long */
#define MOST_REFUSALS	  100	/* 429 in a row to one question */

struct fetch {
	struct run *run;
	const struct source *source;
	struct http *http;
	struct auth *auth;
	const char *bearer; /* the hook's; NULL = guest */
	bool has_asked_for_token;
	bool is_replay;
	uint64_t jitter_seed;
	uint64_t n_requests;
	char spool_directory[PATH_BYTES];
	char token_directory[PATH_BYTES];
};

/* One question's patience. */
struct attempts {
	int n_again;
	int n_renewed;
	int n_parked;
	int64_t left_ms; /* of run.retry_budget: waiting only, not the transfers */
};

/* What an error body says. */
struct refusal {
	char name[FETCH_NAME_BYTES];
	int64_t limit, used, reset_at_ms;
};

static int64_t thousandths(const char *seconds)
{
	double value = 0;
	if (!num_parse_double(str_from(seconds), &value) || value < 0 || value > 86400)
		return 1000;
	return (int64_t)(value * 1000);
}

static bool new_http(struct fetch *fetch, const struct fetch_options *options, struct err *err)
{
	const struct conf *conf = fetch->run->conf;
	char agent[AGENT_BYTES];
	const char *contact = conf_text(conf, CONF_HTTP_CONTACT);
	bool has_contact = contact[0] != '\0';
	snprintf(agent, sizeof(agent), "tenure/%s%s%s%s", TENURE_VERSION, has_contact ? " (+" : "", contact,
		 has_contact ? ")" : "");
	struct http_options http_options = {
	    .user_agent = agent,
	    .ca_file = conf_is_set(conf, CONF_HTTP_CA_FILE) ? conf_text(conf, CONF_HTTP_CA_FILE) : NULL,
	    .spool_directory = fetch->spool_directory,
	    .connect_timeout_ms = CONNECT_MS,
	    .stall_timeout_ms = conf_seconds(conf, CONF_RUN_STALL_TIMEOUT) * 1000,
	    .page_timeout_ms = conf_seconds(conf, CONF_RUN_PAGE_TIMEOUT) * 1000,
	    .min_interval_ms = thousandths(conf_text(conf, CONF_RUN_REQUEST_INTERVAL)),
	    .record_directory = options->record_directory,
	    .replay_directory = options->replay_directory};
	return file_make_directories(fetch->spool_directory, 0700, err) &&
	       file_make_directories(fetch->token_directory, 0700, err) &&
	       http_new(&fetch->http, &http_options, err);
}

bool fetch_new(struct fetch **ret, struct run *run, const struct source *source,
	       const struct fetch_options *options, struct err *err)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));
	if (fetch == NULL)
		return err_nomem(err, "fetching");
	fetch->run = run;
	fetch->source = source;
	fetch->is_replay = options->replay_directory != NULL;
	fetch->jitter_seed = (uint64_t)clock_realtime_ms();
	snprintf(fetch->spool_directory, sizeof(fetch->spool_directory), "%s/spool", run->state_directory);
	snprintf(fetch->token_directory, sizeof(fetch->token_directory), "%s/tokens", run->state_directory);
	if (!new_http(fetch, options, err)) {
		fetch_free(fetch);
		return false;
	}
	if (source->auth_new != NULL && !fetch->is_replay) {
		fetch->auth = source->auth_new();
		if (fetch->auth == NULL) {
			fetch_free(fetch);
			return err_nomem(err, "logging in");
		}
	}
	*ret = fetch;
	return true;
}

void fetch_free(struct fetch *fetch)
{
	if (fetch == NULL)
		return;
	if (fetch->auth != NULL)
		fetch->source->auth_free(fetch->auth);
	http_free(fetch->http);
	free(fetch);
}

void fetch_answer_done(struct fetch_answer *answer)
{
	http_response_done(&answer->response);
	scan_done(&answer->scan);
	*answer = (struct fetch_answer){.response = {.spool_fd = -1}};
}

uint64_t fetch_request_count(const struct fetch *fetch)
{
	return fetch->n_requests;
}

/* ---- patience ----------------------------------------------------------------------------------------- */

static struct attempts begin_attempts(const struct fetch *fetch)
{
	int64_t budget_ms = conf_seconds(fetch->run->conf, CONF_RUN_RETRY_BUDGET) * 1000;
	return (struct attempts){.left_ms = budget_ms};
}

static bool spent(const struct fetch *fetch, const char *route, int64_t until_ms, struct err *err)
{
	char until[32];
	date_format_instant(until_ms, until, sizeof(until));
	err_set_class(err, ERR_BUSY, "E_SRC_RATE", "request budget of %s (%s) is spent; run again after %s",
		      fetch->source->name, route, until);
	err->retry_at_ms = until_ms;
	return err_hint(err, "what was fetched is loaded, the next run goes on from there");
}

/* Waits for a moment the source named, or says that it is too far away. */
static bool wait_or_park(const struct fetch *fetch, struct attempts *attempts, const char *route,
			 int64_t until_ms, struct err *err)
{
	int64_t wait_ms = until_ms - clock_realtime_ms();
	if (wait_ms <= 0)
		return true;
	if (wait_ms > attempts->left_ms)
		return spent(fetch, route, until_ms, err);
	attempts->left_ms -= wait_ms;
	if (wait_ms >= 1000)
		log_event(LOG_INFO, "waiting for the request budget", "source=%s route=%s seconds=%.1f",
			  fetch->source->name, route, (double)wait_ms / 1000);
	return http_wait(clock_monotonic_ms() + wait_ms, err);
}

static bool take_from_budget(struct fetch *fetch, struct attempts *attempts, const char *route,
			     struct err *err)
{
	int64_t own_limit = conf_integer(fetch->run->conf, CONF_RUN_REQUEST_LIMIT);
	if (fetch->is_replay)
		return true;
	if (own_limit > 0 && fetch->n_requests >= (uint64_t)own_limit) {
		err_set_class(err, ERR_BUSY, "E_PARKED", "%lld requests made, as run.request_limit allows",
			      (long long)own_limit);
		return err_hint(err, "run again to go on");
	}
	for (;;) {
		int64_t until_ms = 0;
		if (!budget_take(fetch->run, fetch->source->name, route, &until_ms, err)) {
			if (!err_is_retryable(err) || !run_recover(fetch->run, err))
				return false;
			continue;
		}
		if (until_ms == 0)
			return true;
		if (!wait_or_park(fetch, attempts, route, until_ms, err))
			return false;
	}
}

/* Backs off before the next attempt; false with err as it was when patience is at its end. */
static bool back_off(struct fetch *fetch, struct attempts *attempts, int64_t not_before_ms, struct err *err)
{
	struct err stopped = {.kind = ERR_NONE};
	int64_t base_ms = thousandths(conf_text(fetch->run->conf, CONF_RUN_RETRY_DELAY));
	int64_t delay_ms = retry_delay_ms(base_ms, attempts->n_again, &fetch->jitter_seed);
	int64_t told_ms = not_before_ms > 0 ? not_before_ms - clock_realtime_ms() : 0;
	if (told_ms > delay_ms)
		delay_ms = told_ms;
	if (delay_ms > attempts->left_ms)
		return false;
	attempts->left_ms -= delay_ms;
	log_event(LOG_WARNING, "request failed, trying again",
		  "source=%s attempt=%d seconds=%.1f reason=\"%s\"", fetch->source->name, attempts->n_again,
		  (double)delay_ms / 1000, err->message);
	if (http_wait(clock_monotonic_ms() + delay_ms, &stopped))
		return true;
	*err = stopped;
	return false;
}

/* ---- what an error body says -------------------------------------------------------------------------- */

static int64_t number_of(const struct json *object, const char *name)
{
	int64_t value = 0;
	struct str text = json_str(json_get(object, name));
	if (str_is_none(text) || !num_parse_i64(text, &value) || value < 0)
		return 0;
	return value;
}

static void read_refusal(const struct http_response *response, struct refusal *ret)
{
	CLEANUP(arena_done) struct arena arena;
	CLEANUP(buf_done) struct buf text;
	struct err ignored = {.kind = ERR_NONE};
	const struct json *root = NULL;
	arena_init(&arena, CAP_RECORD_ARENA);
	buf_init(&text, ERROR_BODY_BYTES);
	*ret = (struct refusal){.name = ""};
	if (response->spool_fd < 0 || !http_response_text(response, &text, &ignored) ||
	    !json_parse(buf_str(&text), &arena, &root, &ignored))
		return;
	struct str name = json_str(json_get(root, "name"));
	/* A word, not prose: it goes into logs and the ledger. */
	bool is_word = name.length > 0 && name.length < sizeof(ret->name);
	for (size_t i = 0; is_word && i < name.length; i++)
		is_word = (name.data[i] >= 'A' && name.data[i] <= 'Z') ||
			  (name.data[i] >= 'a' && name.data[i] <= 'z') || name.data[i] == '_';
	if (is_word)
		memcpy(ret->name, name.data, name.length);
	const struct json *details = json_get(root, "details");
	ret->limit = number_of(details, "limit");
	ret->used = number_of(details, "used");
	if (ret->used == 0)
		ret->used = number_of(details, "current");
	struct str reset = json_str(json_get(details, "resetTime"));
	if (str_is_none(reset) || !date_parse_instant(reset, &ret->reset_at_ms))
		ret->reset_at_ms = number_of(details, "resetTime");
}

/* A 429: the time it names is kept for all processes, and for the days to come. */
static bool learn_limit(struct fetch *fetch, const char *route, const struct refusal *refusal,
			int64_t retry_after_ms, struct err *err)
{
	int64_t now_ms = clock_realtime_ms();
	int64_t reset_at_ms = refusal->reset_at_ms > retry_after_ms ? refusal->reset_at_ms : retry_after_ms;
	if (reset_at_ms == 0)
		reset_at_ms = now_ms + UNTOLD_MS;
	else if (reset_at_ms <= now_ms)
		reset_at_ms = now_ms + SOON_MS;
	char until[32];
	date_format_instant(reset_at_ms, until, sizeof(until));
	log_event(LOG_INFO, "request limit reached", "source=%s route=%s limit=%lld used=%lld until=%s",
		  fetch->source->name, route, (long long)refusal->limit, (long long)refusal->used, until);
	if (fetch->is_replay)
		return true;
	struct budget_word word = {.limit = refusal->limit,
				   .used = refusal->used,
				   .reset_at_ms = reset_at_ms,
				   .window_end_ms =
				       refusal->reset_at_ms > now_ms ? refusal->reset_at_ms : reset_at_ms};
	return budget_learn(fetch->run, fetch->source->name, route, &word, err);
}

/* ---- logging in --------------------------------------------------------------------------------------- */

/* Policy of a login POST: budget, 429 and transport as everywhere; other statuses are the hook's to read. */
bool auth_post(struct auth_context *context, const char *url, struct str body, int *ret_status,
	       struct buf *answer, struct err *err)
{
	struct fetch *fetch = context->internal;
	struct attempts attempts = begin_attempts(fetch);
	struct http_request request = {.method = "POST",
				       .url = url,
				       .content_type = "application/json",
				       .body = body,
				       .max_bytes = ERROR_BODY_BYTES,
				       .is_secret = true};
	for (;;) {
		struct http_response response = {.spool_fd = -1};
		if (!take_from_budget(fetch, &attempts, BUDGET_ROUTE_LOGIN, err))
			return false;
		fetch->n_requests++;
		if (!http_fetch(fetch->http, &request, &response, err))
			return false; /* the hook may know another host */
		if (response.status == 429 && attempts.n_parked++ < MOST_REFUSALS) {
			struct refusal refusal;
			read_refusal(&response, &refusal);
			bool is_learnt =
			    learn_limit(fetch, BUDGET_ROUTE_LOGIN, &refusal, response.retry_after_ms, err);
			http_response_done(&response);
			if (!is_learnt)
				return false;
			continue;
		}
		if (response.status >= 500 && attempts.n_again++ < PROTOCOL_ATTEMPTS) {
			http_response_done(&response);
			err_set_class(err, ERR_NET_FINAL, "E_SRC_HTTP5XX", "log-in answered with status %d",
				      response.status);
			if (!back_off(fetch, &attempts, 0, err))
				return false;
			err_reset(err);
			continue;
		}
		*ret_status = response.status;
		bool is_read = http_response_text(&response, answer, err);
		http_response_done(&response);
		return is_read;
	}
}

static bool get_token(struct fetch *fetch, bool is_renewal, struct err *err)
{
	if (fetch->auth == NULL || (fetch->has_asked_for_token && !is_renewal && fetch->bearer == NULL))
		return true;
	struct auth_context context = {.conf = fetch->run->conf,
				       .state_directory = fetch->token_directory,
				       .now_ms = clock_realtime_ms(),
				       .internal = fetch};
	const char *bearer = NULL;
	if (!fetch->source->authorize(fetch->auth, &context, is_renewal, &bearer, err))
		return false;
	if (bearer == NULL && !fetch->has_asked_for_token)
		log_event(LOG_WARNING, "no credentials, asking as a guest", "source=%s", fetch->source->name);
	fetch->bearer = bearer;
	fetch->has_asked_for_token = true;
	return true;
}

static bool no_access(const struct fetch *fetch, int status, const char *name, struct err *err)
{
	err_set_class(err, ERR_AUTH, "E_SRC_AUTH", "%s refuses guests (HTTP %d%s%s)", fetch->source->name,
		      status, name[0] != '\0' ? " " : "", name);
	err->http_status = status;
	return err_hint(err, "set %s", fetch->source->credentials);
}

/* ---- one question ------------------------------------------------------------------------------------- */

enum verdict { VERDICT_ANSWERED, VERDICT_AGAIN, VERDICT_FAILED };

static void say_failure(const struct fetch *fetch, const struct retry_rule *rule, int status,
			const struct refusal *refusal, struct err *err)
{
	enum err_kind kind = rule->fail_kind != 0 ? (enum err_kind)rule->fail_kind : ERR_NET_FINAL;
	if (status == 0) {
		err->kind = kind;
		return;
	}
	err_set_class(err, kind, rule->fail_class != NULL ? rule->fail_class : "E_SRC_HTTP4XX",
		      "%s answered with HTTP %d%s%s", fetch->source->name, status,
		      refusal->name[0] != '\0' ? " " : "", refusal->name);
	err->http_status = status;
}

/* A broken page, or no answer at all: err says which. */
static enum verdict after_broken(struct fetch *fetch, struct attempts *attempts, struct err *err)
{
	bool is_protocol = err->kind == ERR_PROTOCOL && strcmp(err->class_name, "E_SRC_PROTO") == 0;
	if (!err_is_retryable(err) && !is_protocol)
		return VERDICT_FAILED;
	const struct retry_rule *rule = retry_decide(fetch->source->retry, RETRY_STATUS_TRANSPORT, NULL);
	int64_t most = is_protocol	 ? PROTOCOL_ATTEMPTS
		       : rule->limit > 0 ? rule->limit
					 : conf_integer(fetch->run->conf, CONF_RUN_RETRIES);
	struct err last = *err;
	if (attempts->n_again++ < most && back_off(fetch, attempts, 0, err)) {
		err_reset(err);
		return VERDICT_AGAIN;
	}
	if (err->kind == last.kind && !is_protocol)
		err->kind = rule->fail_kind != 0 ? (enum err_kind)rule->fail_kind : ERR_NET_FINAL;
	return VERDICT_FAILED;
}

static enum verdict after_again(struct fetch *fetch, struct attempts *attempts, const struct retry_rule *rule,
				const struct http_response *response, const struct refusal *refusal,
				struct err *err)
{
	int64_t most = rule->limit > 0 ? rule->limit : conf_integer(fetch->run->conf, CONF_RUN_RETRIES);
	say_failure(fetch, rule, response->status, refusal, err);
	if (attempts->n_again++ >= most || !back_off(fetch, attempts, response->retry_after_ms, err))
		return VERDICT_FAILED;
	err_reset(err);
	return VERDICT_AGAIN;
}

static enum verdict after_renew(struct fetch *fetch, struct attempts *attempts, const struct retry_rule *rule,
				int status, const struct refusal *refusal, struct err *err)
{
	if (fetch->bearer == NULL) {
		no_access(fetch, status, refusal->name, err);
		return VERDICT_FAILED;
	}
	if (attempts->n_renewed++ >= (rule->limit > 0 ? rule->limit : 1)) {
		say_failure(fetch, rule, status, refusal, err);
		err_hint(err, "the token was refused after a new log-in; check %s",
			 fetch->source->credentials);
		return VERDICT_FAILED;
	}
	log_event(LOG_INFO, "token refused, logging in again", "source=%s status=%d name=%s",
		  fetch->source->name, status, refusal->name);
	return get_token(fetch, true, err) ? VERDICT_AGAIN : VERDICT_FAILED;
}

static enum verdict judge(struct fetch *fetch, struct attempts *attempts, const struct fetch_request *request,
			  struct fetch_answer *answer, struct err *err)
{
	struct refusal refusal = {.name = ""};
	int status = answer->response.status;
	if (status < 200 || status > 299)
		read_refusal(&answer->response, &refusal);
	const struct retry_rule *rule = retry_decide(fetch->source->retry, status, refusal.name);
	switch (rule->action) {
	case RETRY_DONE:
		if (!scrub_response(fetch->run, &answer->response, err))
			return VERDICT_FAILED;
		if (scan_page(request->stream, answer->response.spool_fd, &answer->scan, err))
			return VERDICT_ANSWERED;
		return after_broken(fetch, attempts, err);
	case RETRY_AGAIN:
		if (status == 403 && fetch->auth != NULL && fetch->bearer == NULL) {
			no_access(fetch, status, refusal.name, err);
			return VERDICT_FAILED;
		}
		return after_again(fetch, attempts, rule, &answer->response, &refusal, err);
	case RETRY_RENEW:
		return after_renew(fetch, attempts, rule, status, &refusal, err);
	case RETRY_PARK:
		if (!learn_limit(fetch, request->route, &refusal, answer->response.retry_after_ms, err))
			return VERDICT_FAILED;
		if (attempts->n_parked++ < MOST_REFUSALS)
			return VERDICT_AGAIN;
		spent(fetch, request->route, clock_realtime_ms() + UNTOLD_MS, err);
		return VERDICT_FAILED;
	case RETRY_SKIP:
		answer->is_refused = true;
		answer->status = status;
		snprintf(answer->error_name, sizeof(answer->error_name), "%s", refusal.name);
		return VERDICT_ANSWERED;
	case RETRY_FAIL:
		say_failure(fetch, rule, status, &refusal, err);
		return VERDICT_FAILED;
	}
	err_set(err, ERR_BUG, "a retry rule has action %d", (int)rule->action);
	return VERDICT_FAILED;
}

bool fetch_page(struct fetch *fetch, const struct fetch_request *request, struct fetch_answer *ret,
		struct err *err)
{
	struct attempts attempts = begin_attempts(fetch);
	struct http_request http_request = {.method = request->body.length > 0 ? "POST" : "GET",
					    .url = request->url,
					    .content_type =
						request->body.length > 0 ? "application/json" : NULL,
					    .body = request->body,
					    .max_bytes = conf_bytes(fetch->run->conf, CONF_RUN_MAX_PAGE)};
	for (;;) {
		struct fetch_answer answer = {.response = {.spool_fd = -1}};
		enum verdict verdict;
		if (stop_wanted(err) || !get_token(fetch, false, err) ||
		    !take_from_budget(fetch, &attempts, request->route, err))
			return false;
		int64_t begun_ms = clock_monotonic_ms();
		http_request.bearer = fetch->bearer;
		fetch->n_requests++;
		fetch->run->counts.n_requests++;
		if (http_fetch(fetch->http, &http_request, &answer.response, err))
			verdict = judge(fetch, &attempts, request, &answer, err);
		else
			verdict = after_broken(fetch, &attempts, err);
		if (verdict == VERDICT_ANSWERED) {
			answer.status = answer.response.status;
			answer.asked_at_ms =
			    answer.response.received_at_ms - (clock_monotonic_ms() - begun_ms);
			*ret = answer;
			return true;
		}
		fetch_answer_done(&answer);
		if (verdict == VERDICT_FAILED)
			return false;
	}
}
