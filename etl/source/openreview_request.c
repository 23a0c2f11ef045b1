/* SPDX-License-Identifier: PostgreSQL
 *
 * What is asked, as URLs. Requests are the scarcest resource: one request a venue (stream=true), a thousand
 * profiles a request, a hundred groups a request.
 */
#include "source/openreview.h"

#define GROUPS_AT_ONCE 100
#define GROUPS_URL     4000 /* bytes of ids in one URL; servers refuse beyond some 8,000 */
#define FEW_V1	       1000 /* what fits one page is read whole: its decisions hang on other notes */
#define RECENT_PAGE    200

static void put_host(struct request_plan *plan, enum conf_id setting)
{
	struct str host = str_trim(str_from(conf_text(plan->conf, setting)));
	while (host.length > 0 && host.data[host.length - 1] == '/')
		host.length--;
	buf_put_str(plan->url, host);
}

/* Ids as they are read in a query: '/' and ',' need no escape there and make half of a list of groups. */
static void put_id(struct buf *url, struct str id)
{
	while (id.length > 0) {
		struct str step = str_slice(id, 0, str_find_byte(id, '/'));
		buf_put_url(url, step);
		if (step.length == id.length)
			break;
		buf_put_byte(url, '/');
		id = str_slice(id, step.length + 1, id.length);
	}
}

static const char *argument(const struct request_plan *plan, size_t index)
{
	return index < plan->n_arguments ? plan->arguments[index] : NULL;
}

/* ---- groups -------------------------------------------------------------------------------------------- */

bool openreview_request_lists(struct request_plan *plan, struct err *err UNUSED)
{
	static const char *const lists[] = {"venues", "active_venues", "host"};
	plan->route = "groups";
	if (plan->mode < 0 || plan->mode >= (int)ARRAY_LENGTH(lists))
		return true;
	put_host(plan, CONF_OPENREVIEW_BASE_URL_V2);
	buf_printf(plan->url, "/groups?id=%s", lists[plan->mode]);
	return true;
}

static void put_groups(struct request_plan *plan, enum conf_id host, size_t n_ids)
{
	put_host(plan, host);
	buf_put_text(plan->url, n_ids == 1 ? "/groups?id=" : "/groups?ids=");
	size_t start = plan->url->length;
	size_t i = 0;
	for (; i < n_ids && plan->url->length - start < GROUPS_URL; i++) {
		if (i > 0)
			buf_put_byte(plan->url, ',');
		put_id(plan->url, plan->ids[i]);
	}
	plan->most_ids = i;
}

/* Named outright: worth a question of its own. */
static bool is_named(const struct request_plan *plan)
{
	return plan->n_ids <= 10;
}

/* 0: v2, many at once; 1: v2, one by one, where lists are not understood or few are missing; 2, 3: the same
 * on v1, which alone knows some of the old venues. */
bool openreview_request_venues(struct request_plan *plan, struct err *err UNUSED)
{
	bool is_v1 = plan->mode >= 2;
	bool is_single = plan->mode % 2 == 1;
	enum conf_id host = is_v1 ? CONF_OPENREVIEW_BASE_URL : CONF_OPENREVIEW_BASE_URL_V2;
	plan->route = is_v1 ? "groups_v1" : "groups"; /* each host counts for itself */
	if (plan->n_ids == 0 || plan->mode > 3)
		return true;
	if (!is_single && plan->was_batch_ignored && plan->n_ids > 1)
		return true;
	if (is_single && !plan->was_batch_ignored && !is_named(plan))
		return true;
	if (is_single && plan->n_ids_at_first == 1)
		return true; /* has just been asked alone */
	size_t n_ids = is_single ? 1 : plan->n_ids < GROUPS_AT_ONCE ? plan->n_ids : GROUPS_AT_ONCE;
	put_groups(plan, host, n_ids);
	return true;
}

/* ---- notes --------------------------------------------------------------------------------------------- */

/* Ordered by id behind the last one, or by offset where `after` is not understood. */
static void put_page(struct request_plan *plan)
{
	buf_printf(plan->url, "&sort=id&limit=%zu", plan->page_size);
	if (plan->pager == PAGER_OFFSET)
		buf_printf(plan->url, "&offset=%llu", (unsigned long long)plan->offset);
	else if (plan->after != NULL) {
		buf_put_text(plan->url, "&after=");
		buf_put_url(plan->url, str_from(plan->after));
	}
}

/* All at once where that is wanted and works. */
static void put_extent(struct request_plan *plan)
{
	if (plan->watermark != NULL)
		buf_printf(plan->url, "&mintmdate=%s", plan->watermark);
	buf_put_text(plan->url, "&trash=true&count=true");
	if (conf_boolean(plan->conf, CONF_OPENREVIEW_USE_STREAM) && !plan->is_paged) {
		buf_put_text(plan->url, "&stream=true");
		plan->is_all_in_one = true;
	} else {
		put_page(plan);
	}
	buf_put_text(plan->url, "&domain=");
	put_id(plan->url, str_from(plan->partition_key));
}

/* 0: by the venue's submission invitation; 1: by venueid, where the group names no invitation. */
bool openreview_request_notes(struct request_plan *plan, struct err *err UNUSED)
{
	const char *invitation = argument(plan, OPENREVIEW_INVITATION);
	const char *venue_ids = argument(plan, OPENREVIEW_VENUE_IDS);
	plan->route = "notes";
	if (plan->mode > 1 || (plan->mode == 1 && (invitation != NULL || venue_ids == NULL)))
		return true;
	put_host(plan, CONF_OPENREVIEW_BASE_URL_V2);
	if (plan->mode == 1) {
		buf_put_text(plan->url, "/notes?content.venueid=");
		put_id(plan->url, str_from(venue_ids));
	} else {
		buf_put_text(plan->url, "/notes?invitation=");
		put_id(plan->url, str_from(invitation != NULL ? invitation : plan->partition_key));
		if (invitation == NULL)
			buf_put_text(plan->url, "/-/Submission");
	}
	put_extent(plan);
	return true;
}

/* v1 has neither streams nor mintmdate. A venue of one page is read whole; a larger one is read from its
 * newest note back to the watermark. Invitations were named in four ways over the years. */
bool openreview_request_notes_v1(struct request_plan *plan, struct err *err UNUSED)
{
	static const char *const names[] = {"Blind_Submission", "blind_submission", "Submission",
					    "submission"};
	plan->route = "notes_v1";
	if (plan->mode < 0 || plan->mode >= (int)ARRAY_LENGTH(names))
		return true;
	put_host(plan, CONF_OPENREVIEW_BASE_URL);
	buf_put_text(plan->url, "/notes?invitation=");
	put_id(plan->url, str_from(plan->partition_key));
	buf_printf(plan->url, "/-/%s&details=directReplies,original&trash=true", names[plan->mode]);
	if (plan->watermark != NULL && plan->n_known > FEW_V1) {
		plan->page_size = RECENT_PAGE;
		plan->is_newest_first = true;
		plan->pager = PAGER_OFFSET;
		buf_printf(plan->url, "&sort=tmdate:desc&limit=%zu&offset=%llu", plan->page_size,
			   (unsigned long long)plan->offset);
		return true;
	}
	plan->is_full = true;
	put_page(plan);
	return true;
}

/* 0: the venue's reviews; 1: inside its submissions, where reviews cannot be asked for. */
bool openreview_request_reviews(struct request_plan *plan, struct err *err UNUSED)
{
	const char *name = argument(plan, OPENREVIEW_REVIEW_NAME);
	const char *invitation = argument(plan, OPENREVIEW_INVITATION);
	plan->route = "notes";
	if (plan->mode > 1)
		return true;
	put_host(plan, CONF_OPENREVIEW_BASE_URL_V2);
	if (plan->mode == 0) {
		buf_put_text(plan->url, "/notes?parentInvitations=");
		put_id(plan->url, str_from(plan->partition_key));
		buf_put_text(plan->url, "/-/");
		put_id(plan->url, str_from(name != NULL ? name : "Official_Review"));
		put_extent(plan);
		return true;
	}
	buf_put_text(plan->url, "/notes?invitation=");
	put_id(plan->url, str_from(invitation != NULL ? invitation : plan->partition_key));
	if (invitation == NULL)
		buf_put_text(plan->url, "/-/Submission");
	if (plan->watermark != NULL)
		buf_printf(plan->url, "&mintmdate=%s", plan->watermark);
	buf_put_text(plan->url, "&details=replies&count=true");
	put_page(plan);
	buf_put_text(plan->url, "&domain=");
	put_id(plan->url, str_from(plan->partition_key));
	plan->nested_path = "details.replies";
	return true;
}

/* ---- profiles and institutions ------------------------------------------------------------------------- */

bool openreview_request_profiles(struct request_plan *plan, struct err *err UNUSED)
{
	plan->route = "profiles";
	put_host(plan, CONF_OPENREVIEW_BASE_URL_V2);
	buf_put_text(plan->url, "/profiles/search");
	buf_put_text(plan->body, "{\"ids\":[");
	for (size_t i = 0; i < plan->n_ids; i++) {
		if (i > 0)
			buf_put_byte(plan->body, ',');
		buf_put_json(plan->body, plan->ids[i]);
	}
	buf_put_text(plan->body, "]}");
	return true;
}

bool openreview_request_institutions(struct request_plan *plan, struct err *err UNUSED)
{
	plan->route = "settings";
	put_host(plan, CONF_OPENREVIEW_BASE_URL_V2);
	buf_put_text(plan->url, "/settings/institutions");
	return true;
}
