/* SPDX-License-Identifier: PostgreSQL
 *
 * OpenReview: streams in the order in which one feeds the next.
 *
 *     lists -> venues -> notes, notes_v1 (with reviews inside) -> reviews -> profiles      institutions
 */
#include "source/openreview.h"

#include "gen/sql.h"

#define PARSER_VERSION 1
#define DAY	       86400

/* ---- tables -------------------------------------------------------------------------------------------- */

static const char *const list_columns[] = {"list_id", "version_at"};
static const char *const member_columns[] = {"list_id", "venue_id"};
static const char *const venue_columns[] = {"venue_id",
					    "api_version",
					    "host",
					    "title",
					    "subtitle",
					    "website",
					    "start_date",
					    "venue_year",
					    "submission_invitation",
					    "submission_venue_id",
					    "withdrawn_venue_id",
					    "desk_rejected_venue_id",
					    "rejected_venue_id",
					    "review_name",
					    "review_rating_field",
					    "review_confidence_field",
					    "decision_name",
					    "decision_field",
					    "accept_decision_options",
					    "modified_at"};
static const char *const note_columns[] = {
    "note_id",	    "api_version", "venue_id",	 "invitation",	"forum_id",	"original_id",
    "number",	    "title",	   "abstract",	 "keywords",	"primary_area", "venue",
    "venueid",	    "decision",	   "license",	 "paperhash",	"external_ids", "created_at",
    "published_at", "online_at",   "deleted_at", "recorded_at", "version_at"};
static const char *const author_columns[] = {"note_id",	  "author_position", "author_name",
					     "author_id", "author_id_kind",  "email_domain"};
static const char *const affiliation_columns[] = {
    "note_id",		"author_position",    "affiliation_position",
    "institution_name", "institution_domain", "country"};
static const char *const review_columns[] = {"review_id",  "forum_id", "kind",	     "rating",
					     "confidence", "decision", "deleted_at", "version_at"};
static const char *const profile_columns[] = {
    "profile_id",     "state",	"is_active",  "preferred_name", "preferred_username", "homepage",
    "google_scholar", "dblp",	"orcid",      "linkedin",	"wikipedia",	      "semantic_scholar",
    "acl_anthology",  "github", "created_at", "deleted_at",	"version_at"};
static const char *const name_columns[] = {"profile_id",  "name_position", "full_name", "first_name",
					   "middle_name", "last_name",	   "username",	"is_preferred"};
static const char *const history_columns[] = {
    "profile_id",	  "history_position", "role",	 "start_year",	   "end_year", "institution_name",
    "institution_domain", "department",	      "country", "state_province", "city"};
static const char *const domain_columns[] = {"profile_id", "domain_position", "email_domain", "is_confirmed"};
static const char *const expertise_columns[] = {"profile_id", "expertise_position", "keywords", "start_year",
						"end_year"};
static const char *const institution_columns[] = {"institution_id", "short_name", "full_name",
						  "parent",	    "domains",	  "country_code",
						  "state_province", "web_pages"};

#define ENTITY(table, columns, n_key, n_parent_key, has_version)                                             \
	{                                                                                                    \
		table, columns, ARRAY_LENGTH(columns), n_key, n_parent_key, has_version                      \
	}

static const struct entity list_entities[] = {
    ENTITY("stg.openreview_lists", list_columns, 1, 1, true),
    ENTITY("stg.openreview_list_venues", member_columns, 2, 1, false),
};
static const struct entity venue_entities[] = {ENTITY("stg.openreview_venues", venue_columns, 1, 1, false)};
static const struct entity note_entities[] = {
    ENTITY("stg.openreview_notes", note_columns, 1, 1, true),
    ENTITY("stg.openreview_note_authors", author_columns, 2, 1, false),
    ENTITY("stg.openreview_note_affiliations", affiliation_columns, 3, 1, false),
};
static const struct entity review_entities[] = {ENTITY("stg.openreview_reviews", review_columns, 1, 1, true)};
static const struct entity profile_entities[] = {
    ENTITY("stg.openreview_profiles", profile_columns, 1, 1, true),
    ENTITY("stg.openreview_profile_names", name_columns, 2, 1, false),
    ENTITY("stg.openreview_profile_history", history_columns, 2, 1, false),
    ENTITY("stg.openreview_profile_email_domains", domain_columns, 2, 1, false),
    ENTITY("stg.openreview_profile_expertise", expertise_columns, 2, 1, false),
};
static const struct entity institution_entities[] = {
    ENTITY("stg.openreview_institutions", institution_columns, 1, 1, false)};

/* ---- field maps ---------------------------------------------------------------------------------------- */

static const struct field list_fields[] = {
    {"list_id", "id", FIELD_TEXT},
    {"version_at", "tmdate", FIELD_INSTANT_MS},
};

static const struct field venue_fields[] = {
    {"venue_id", "id", FIELD_TEXT},
    {"api_version", NULL, FIELD_HOOK},
    {"host", "host", FIELD_FIRST_TEXT},
    {"title", "content.title", FIELD_FIRST_TEXT},
    {"subtitle", "content.subtitle", FIELD_FIRST_TEXT},
    {"website", "content.website", FIELD_FIRST_TEXT},
    {"start_date", "content.start_date", FIELD_FIRST_TEXT},
    {"venue_year", NULL, FIELD_HOOK},
    {"submission_invitation", "content.submission_id", FIELD_FIRST_TEXT},
    {"submission_venue_id", "content.submission_venue_id", FIELD_FIRST_TEXT},
    {"withdrawn_venue_id", "content.withdrawn_venue_id", FIELD_FIRST_TEXT},
    {"desk_rejected_venue_id", "content.desk_rejected_venue_id", FIELD_FIRST_TEXT},
    {"rejected_venue_id", "content.rejected_venue_id", FIELD_FIRST_TEXT},
    {"review_name", "content.review_name", FIELD_FIRST_TEXT},
    {"review_rating_field", "content.review_rating", FIELD_FIRST_TEXT},
    {"review_confidence_field", "content.review_confidence", FIELD_FIRST_TEXT},
    {"decision_name", "content.decision_name", FIELD_FIRST_TEXT},
    {"decision_field", "content.decision_field_name", FIELD_FIRST_TEXT},
    {"accept_decision_options", "content.accept_decision_options", FIELD_TEXTS},
    {"modified_at", "tmdate", FIELD_INSTANT_MS},
};

static const struct field note_fields[] = {
    {"note_id", "id", FIELD_TEXT},
    {"api_version", NULL, FIELD_HOOK},
    {"venue_id", NULL, FIELD_HOOK},
    {"invitation", "invitation", FIELD_FIRST_TEXT},
    {"forum_id", "forum", FIELD_TEXT},
    {"original_id", "original", FIELD_TEXT},
    {"number", "number", FIELD_INTEGER},
    {"title", "content.title", FIELD_TEXT},
    {"abstract", "content.abstract", FIELD_TEXT},
    {"keywords", "content.keywords", FIELD_TEXTS},
    {"primary_area", "content.primary_area", FIELD_FIRST_TEXT},
    {"venue", "content.venue", FIELD_FIRST_TEXT},
    {"venueid", "content.venueid", FIELD_FIRST_TEXT},
    {"decision", "content.decision", FIELD_FIRST_TEXT},
    {"license", "license", FIELD_FIRST_TEXT},
    {"paperhash", "content.paperhash", FIELD_FIRST_TEXT},
    {"external_ids", "externalIds", FIELD_TEXTS},
    {"created_at", "cdate", FIELD_INSTANT_MS},
    {"published_at", "pdate", FIELD_INSTANT_MS},
    {"online_at", "odate", FIELD_INSTANT_MS},
    {"deleted_at", "ddate", FIELD_INSTANT_MS},
    {"recorded_at", "tcdate", FIELD_INSTANT_MS},
    {"version_at", "tmdate", FIELD_INSTANT_MS},
};

static const struct field review_fields[] = {
    {"review_id", "id", FIELD_TEXT},
    {"forum_id", "forum", FIELD_TEXT},
    {"kind", NULL, FIELD_HOOK},
    {"rating", NULL, FIELD_HOOK},
    {"confidence", NULL, FIELD_HOOK},
    {"decision", NULL, FIELD_HOOK},
    {"deleted_at", "ddate", FIELD_INSTANT_MS},
    {"version_at", "tmdate", FIELD_INSTANT_MS},
};

static const struct field profile_fields[] = {
    {"profile_id", "id", FIELD_TEXT},
    {"state", "state", FIELD_FIRST_TEXT},
    {"is_active", "active", FIELD_BOOLEAN},
    {"preferred_name", NULL, FIELD_HOOK},
    {"preferred_username", NULL, FIELD_HOOK},
    {"homepage", "content.homepage", FIELD_FIRST_TEXT},
    {"google_scholar", "content.gscholar", FIELD_FIRST_TEXT},
    {"dblp", "content.dblp", FIELD_FIRST_TEXT},
    {"orcid", "content.orcid", FIELD_FIRST_TEXT},
    {"linkedin", "content.linkedin", FIELD_FIRST_TEXT},
    {"wikipedia", "content.wikipedia", FIELD_FIRST_TEXT},
    {"semantic_scholar", "content.semanticScholar", FIELD_FIRST_TEXT},
    {"acl_anthology", "content.aclanthology", FIELD_FIRST_TEXT},
    {"github", "content.github", FIELD_FIRST_TEXT},
    {"created_at", "tcdate", FIELD_INSTANT_MS},
    {"deleted_at", "ddate", FIELD_INSTANT_MS},
    {"version_at", "tmdate", FIELD_INSTANT_MS},
};

static const struct field institution_fields[] = {
    {"institution_id", "id", FIELD_TEXT},
    {"short_name", "shortname", FIELD_FIRST_TEXT},
    {"full_name", "fullname", FIELD_FIRST_TEXT},
    {"parent", "parent", FIELD_FIRST_TEXT},
    {"domains", "domains", FIELD_TEXTS},
    {"country_code", "alphaTwoCode", FIELD_FIRST_TEXT},
    {"state_province", "stateProvince", FIELD_FIRST_TEXT},
    {"web_pages", "webPages", FIELD_TEXTS},
};

/* ---- checks and policy --------------------------------------------------------------------------------- */

/* When its search engine is down the API answers 200 with nothing in it. */
static bool check_page(const struct json *skeleton, uint64_t n_records UNUSED, struct err *err)
{
	const struct json *unavailable = json_get(skeleton, "searchUnavailable");
	if (unavailable == NULL || unavailable->kind != JSON_BOOLEAN || !unavailable->is_true)
		return true;
	return err_set_class(err, ERR_NET_TRANSIENT, "E_SRC_HTTP5XX",
			     "openreview says that its search is unavailable");
}

static const struct retry_rule retry_rules[] = {
    /* to a guest: log in (77); to us: passes, or this venue has to wait */
    {403, "ChallengeRequiredError", RETRY_AGAIN, 2, ERR_NET_FINAL, "E_SRC_CHALLENGE"},
    {403, NULL, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_AUTH"},
    {401, NULL, RETRY_RENEW, 1, ERR_AUTH, "E_SRC_AUTH"},
    {408, NULL, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_STALL"},
    {425, NULL, RETRY_AGAIN, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
    {429, NULL, RETRY_PARK, 0, ERR_BUSY, "E_SRC_RATE"},
    {RETRY_STATUS_4XX, NULL, RETRY_SKIP, 0, ERR_NET_FINAL, "E_SRC_HTTP4XX"},
};
static const struct retry_policy retry = {retry_rules, ARRAY_LENGTH(retry_rules)};

/* ---- streams ------------------------------------------------------------------------------------------- */

static const enum conf_id profile_settings[] = {CONF_OPENREVIEW_TRACKED_PROFILE_MAX_AGE_DAYS,
						CONF_OPENREVIEW_PROFILE_MAX_AGE_DAYS};

static const struct stream streams[] = {
    {
	.name = "lists",
	.summary = "the groups that list all venues",
	.entities = list_entities,
	.n_entities = ARRAY_LENGTH(list_entities),
	.fields = list_fields,
	.n_fields = ARRAY_LENGTH(list_fields),
	.item_key = "groups",
	.key_path = "id",
	.version_path = "tmdate",
	.record = openreview_record_list,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_NONE,
	.partitions = &sql_openreview_lists_due,
	.request = openreview_request_lists,
	.interval_seconds = DAY,
	.is_optional = true,
	.n_modes = 3,
	.endpoint = CONF_OPENREVIEW_BASE_URL_V2,
    },
    {
	.name = "venues",
	.summary = "venue editions: which API holds them, what they call submissions and reviews",
	.entities = venue_entities,
	.n_entities = ARRAY_LENGTH(venue_entities),
	.fields = venue_fields,
	.n_fields = ARRAY_LENGTH(venue_fields),
	.item_key = "groups",
	.key_path = "id",
	.version_path = "tmdate",
	.record = openreview_record_venue,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_IDS,
	.partitions = &sql_openreview_venues_due,
	.request = openreview_request_venues,
	.page_size = 100,
	.interval_seconds = DAY,
	.n_modes = 4,
	.endpoint = CONF_OPENREVIEW_BASE_URL_V2,
	.after_batch = &sql_openreview_venues_found,
    },
    {
	.name = "notes",
	.summary = "submissions of API 2 with their authors",
	.entities = note_entities,
	.n_entities = ARRAY_LENGTH(note_entities),
	.fields = note_fields,
	.n_fields = ARRAY_LENGTH(note_fields),
	.item_key = "notes",
	.key_path = "id",
	.version_path = "tmdate",
	.record = openreview_record_note,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_AFTER_ID,
	.partitions = &sql_openreview_notes_due,
	.request = openreview_request_notes,
	.interval_seconds = DAY,
	.page_check = check_page,
	.n_modes = 2,
	.endpoint = CONF_OPENREVIEW_BASE_URL_V2,
	.known = &sql_openreview_notes_known,
	.vanished = &sql_openreview_notes_vanished,
    },
    {
	.name = "notes_v1",
	.summary = "submissions of API 1 (until about 2023) with their authors, decisions and reviews",
	.entities = note_entities,
	.n_entities = ARRAY_LENGTH(note_entities),
	.fields = note_fields,
	.n_fields = ARRAY_LENGTH(note_fields),
	.item_key = "notes",
	.key_path = "id",
	.version_path = "tmdate",
	.record = openreview_record_note,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_AFTER_ID,
	.partitions = &sql_openreview_notes_v1_due,
	.request = openreview_request_notes_v1,
	.interval_seconds = (int64_t)7 * DAY,
	.page_check = check_page,
	.n_modes = 4,
	.endpoint = CONF_OPENREVIEW_BASE_URL,
	.known = &sql_openreview_notes_known,
	.nested_stream = "reviews",
	.nested_path = "details.directReplies",
	.vanished = &sql_openreview_notes_vanished,
    },
    {
	.name = "reviews",
	.summary = "ratings, confidences and decisions of a paper; never who gave them",
	.entities = review_entities,
	.n_entities = ARRAY_LENGTH(review_entities),
	.fields = review_fields,
	.n_fields = ARRAY_LENGTH(review_fields),
	.item_key = "notes",
	.key_path = "id",
	.version_path = "tmdate",
	.record = openreview_record_review,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_AFTER_ID,
	.partitions = &sql_openreview_reviews_due,
	.request = openreview_request_reviews,
	.interval_seconds = (int64_t)7 * DAY,
	.page_check = check_page,
	.n_modes = 2,
	.endpoint = CONF_OPENREVIEW_BASE_URL_V2,
    },
    {
	.name = "profiles",
	.summary = "profiles of the authors: names and former ids, positions held, links, e-mail domains",
	.entities = profile_entities,
	.n_entities = ARRAY_LENGTH(profile_entities),
	.fields = profile_fields,
	.n_fields = ARRAY_LENGTH(profile_fields),
	.item_key = "profiles",
	.key_path = "id",
	.version_path = "tmdate",
	.record = openreview_record_profile,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_IDS,
	.partitions = &sql_openreview_profiles_due,
	.request = openreview_request_profiles,
	.interval_seconds = DAY,
	.page_check = check_page,
	.endpoint = CONF_OPENREVIEW_BASE_URL_V2,
	.settings = profile_settings,
	.n_settings = ARRAY_LENGTH(profile_settings),
	.after_batch = &sql_openreview_profiles_renamed,
    },
    {
	.name = "institutions",
	.summary = "OpenReview's own table of institutions and their domains",
	.entities = institution_entities,
	.n_entities = ARRAY_LENGTH(institution_entities),
	.fields = institution_fields,
	.n_fields = ARRAY_LENGTH(institution_fields),
	.item_key = "institutions",
	.key_path = "id",
	.record = openreview_record_institution,
	.parser_version = PARSER_VERSION,
	.pager = PAGER_NONE,
	.partitions = &sql_openreview_institutions_due,
	.request = openreview_request_institutions,
	.interval_seconds = (int64_t)30 * DAY,
	.is_optional = true,
	.endpoint = CONF_OPENREVIEW_BASE_URL_V2,
    },
};

extern const struct source source_openreview;
const struct source source_openreview = {
    .name = "openreview",
    .title = "OpenReview: submissions, reviews and author profiles (API v1 and v2)",
    .licence = "metadata CC0 1.0, reviews and venue configuration CC BY 4.0, profiles personal data",
    .terms =
	"https://openreview.net/legal/terms: automated reading is not forbidden; an account of one's own, an "
	"honest User-Agent, pacing, respect for readers' restrictions",
    .credentials =
	"OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD (with OPENREVIEW_TOTP_SECRET for a second factor), or "
	"OPENREVIEW_TOKEN",
    .streams = streams,
    .n_streams = ARRAY_LENGTH(streams),
    .retry = &retry,
    .selection = CONF_OPENREVIEW_VENUES,
    .auth_new = openreview_auth_new,
    .authorize = openreview_authorize,
    .auth_free = openreview_auth_free,
};
