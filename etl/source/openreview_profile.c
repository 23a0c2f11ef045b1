/* SPDX-License-Identifier: PostgreSQL
 *
 * Profiles: names with their tilde ids, positions held, links, e-mail domains, expertise. Content is bare, or
 * each member is wrapped in {value}; both are read. Never read: gender, pronouns, birth, relations, addresses
 * beyond their domain.
 */
#include "source/openreview.h"

#define MIN_YEAR    1900
#define MAX_YEAR    2100
#define MAX_DOMAINS 64

enum profile_entity { ENTITY_PROFILES, ENTITY_NAMES, ENTITY_HISTORY, ENTITY_DOMAINS, ENTITY_EXPERTISE };
enum profile_column {
	PROFILE_ID,
	PROFILE_STATE,
	PROFILE_IS_ACTIVE,
	PROFILE_PREFERRED_NAME,
	PROFILE_PREFERRED_USERNAME,
	PROFILE_FIRST_LINK,
	PROFILE_LAST_LINK = 13
};

static const struct json *list_of(const struct record *record, const char *name)
{
	const struct json *list = openreview_content(record->json, name);
	return list != NULL && list->kind == JSON_ARRAY ? list : NULL;
}

/* ---- years --------------------------------------------------------------------------------------------- */

/* A year as stated: a number or a text holding one; null, "" and nothing mean not said. */
static bool read_year(const struct json *value, struct cell *ret)
{
	int64_t year = 0;
	*ret = (struct cell){.kind = CELL_NULL};
	value = value == NULL ? NULL : json_unwrap(value);
	if (json_is_null(value))
		return true;
	struct str text = str_trim(json_str(value));
	if (value->kind == JSON_STRING && text.length == 0)
		return true;
	if (text.length == 0 || !num_parse_i64(text, &year) || year < MIN_YEAR || year > MAX_YEAR)
		return false;
	*ret = openreview_integer(year);
	return true;
}

static bool read_period(struct record *record, const char *list, int64_t place, const struct json *item,
			struct cell *start, struct cell *end, bool *ret_is_good, struct err *err)
{
	char path[64];
	bool is_start_good = read_year(json_get(item, "start"), start);
	*ret_is_good = is_start_good && read_year(json_get(item, "end"), end);
	if (*ret_is_good)
		return true;
	snprintf(path, sizeof(path), "$.content.%s[%lld].%s", list, (long long)place - 1,
		 is_start_good ? "end" : "start");
	return record_reject_row(record, "E_DATA_DATE", path, "no year from 1900 to 2100", err);
}

/* ---- names --------------------------------------------------------------------------------------------- */

static struct str full_name(struct arena *arena, const struct json *name)
{
	struct str full = openreview_member(arena, name, "fullname");
	if (full.length > 0)
		return full;
	static const char *const parts[] = {"first", "middle", "last"};
	struct buf joined;
	buf_init(&joined, 4096);
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
		struct str part = openreview_member(arena, name, parts[i]);
		if (part.length > 0 && joined.length > 0)
			buf_put_byte(&joined, ' ');
		buf_put_str(&joined, part);
	}
	full = joined.length > 0 && !joined.is_failed ? arena_copy(arena, buf_str(&joined)) : STR_NONE;
	buf_done(&joined);
	return full;
}

static bool is_true(const struct json *value)
{
	value = value == NULL ? NULL : json_unwrap(value);
	return value != NULL && value->kind == JSON_BOOLEAN && value->is_true;
}

static bool put_names(struct record *record, struct err *err)
{
	const struct json *list = list_of(record, "names");
	struct arena *arena = record->arena;
	bool has_preferred = false;
	int64_t place = 0;
	for (const struct json *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
		place++;
		if (item->kind != JSON_OBJECT)
			continue;
		bool is_preferred = is_true(json_get(item, "preferred"));
		struct cell full = openreview_text(full_name(arena, item));
		struct cell username = openreview_text(openreview_member(arena, item, "username"));
		struct cell cells[] = {record->cells[PROFILE_ID],
				       openreview_integer(place),
				       full,
				       openreview_text(openreview_member(arena, item, "first")),
				       openreview_text(openreview_member(arena, item, "middle")),
				       openreview_text(openreview_member(arena, item, "last")),
				       username,
				       {.kind = CELL_BOOLEAN, .is_true = is_preferred}};
		if (!record_put(record, ENTITY_NAMES, cells, err))
			return false;
		bool is_first = record->cells[PROFILE_PREFERRED_NAME].kind == CELL_NULL;
		if ((is_preferred && !has_preferred) || (is_first && !has_preferred)) {
			record->cells[PROFILE_PREFERRED_NAME] = full;
			record->cells[PROFILE_PREFERRED_USERNAME] = username;
		}
		has_preferred = has_preferred || is_preferred;
	}
	return true;
}

/* ---- history ------------------------------------------------------------------------------------------- */

static bool put_position(struct record *record, int64_t place, const struct json *item, struct err *err)
{
	struct arena *arena = record->arena;
	const struct json *institution = json_unwrap(json_get(item, "institution"));
	struct cell start;
	struct cell end;
	bool is_good = false;
	if (!read_period(record, "history", place, item, &start, &end, &is_good, err))
		return false;
	if (!is_good)
		return true;
	struct str name = openreview_member(arena, institution, "name");
	if (institution != NULL && institution->kind == JSON_STRING)
		name = str_trim(json_str(institution));
	struct cell cells[] = {record->cells[PROFILE_ID],
			       openreview_integer(place),
			       openreview_text(openreview_member(arena, item, "position")),
			       start,
			       end,
			       openreview_text(name),
			       openreview_text(openreview_member(arena, institution, "domain")),
			       openreview_text(openreview_member(arena, institution, "department")),
			       openreview_text(openreview_member(arena, institution, "country")),
			       openreview_text(openreview_member(arena, institution, "stateProvince")),
			       openreview_text(openreview_member(arena, institution, "city"))};
	return record_put(record, ENTITY_HISTORY, cells, err);
}

static bool put_history(struct record *record, struct err *err)
{
	const struct json *list = list_of(record, "history");
	int64_t place = 0;
	for (const struct json *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
		place++;
		const struct json *position = json_unwrap(item);
		if (position->kind == JSON_OBJECT && !put_position(record, place, position, err))
			return false;
	}
	return true;
}

/* ---- e-mail domains ------------------------------------------------------------------------------------ */

struct domains {
	struct str names[MAX_DOMAINS];
	bool is_confirmed[MAX_DOMAINS];
	size_t n_domains;
};

static void collect_domains(struct record *record, const char *list_name, bool is_confirmed,
			    struct domains *domains)
{
	const struct json *list = list_of(record, list_name);
	for (const struct json *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
		struct str domain = private_address_domain(record->arena, json_str(json_unwrap(item)));
		size_t at = 0;
		if (domain.length == 0)
			continue;
		while (at < domains->n_domains && !str_equal(domains->names[at], domain))
			at++;
		if (at == MAX_DOMAINS)
			continue;
		if (at == domains->n_domains) {
			domains->names[at] = domain;
			domains->is_confirmed[at] = false;
			domains->n_domains++;
		}
		domains->is_confirmed[at] = domains->is_confirmed[at] || is_confirmed;
	}
}

static bool put_domains(struct record *record, struct err *err)
{
	struct domains domains = {.n_domains = 0};
	collect_domains(record, "emails", false, &domains);
	collect_domains(record, "emailsConfirmed", true, &domains);
	for (size_t i = 0; i < domains.n_domains; i++) {
		struct cell cells[] = {record->cells[PROFILE_ID],
				       openreview_integer((int64_t)i + 1),
				       openreview_text(domains.names[i]),
				       {.kind = CELL_BOOLEAN, .is_true = domains.is_confirmed[i]}};
		if (!record_put(record, ENTITY_DOMAINS, cells, err))
			return false;
	}
	return true;
}

/* ---- expertise ----------------------------------------------------------------------------------------- */

static bool put_keywords(struct record *record, int64_t place, const struct json *item, struct err *err)
{
	const struct json *list = json_unwrap(json_get(item, "keywords"));
	struct cell keywords = {.kind = CELL_NULL};
	struct cell start;
	struct cell end;
	bool is_good = false;
	if (!read_period(record, "expertise", place, item, &start, &end, &is_good, err))
		return false;
	if (!is_good)
		return true;
	size_t n_most = list != NULL && list->kind == JSON_ARRAY ? list->n_children : 0;
	struct str *texts = arena_alloc(record->arena, (n_most + 1) * sizeof(*texts));
	if (texts == NULL)
		return err_set_class(err, ERR_DATA, "E_DATA_SIZE",
				     "too many keywords at $.content.expertise");
	for (const struct json *word = n_most == 0 ? NULL : list->first; word != NULL; word = word->next) {
		struct str text = str_trim(json_str(word));
		if (private_has_address(text))
			text = private_without_addresses(record->arena, text);
		if (text.length > 0)
			texts[keywords.n_texts++] = text;
	}
	if (keywords.n_texts > 0) {
		keywords.kind = CELL_TEXTS;
		keywords.texts = texts;
	}
	struct cell cells[] = {record->cells[PROFILE_ID], openreview_integer(place), keywords, start, end};
	return record_put(record, ENTITY_EXPERTISE, cells, err);
}

static bool put_expertise(struct record *record, struct err *err)
{
	const struct json *list = list_of(record, "expertise");
	int64_t place = 0;
	for (const struct json *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
		place++;
		const struct json *expertise = json_unwrap(item);
		if (expertise->kind == JSON_OBJECT && !put_keywords(record, place, expertise, err))
			return false;
	}
	return true;
}

enum record_outcome openreview_record_profile(struct record *record, struct err *err)
{
	for (size_t i = PROFILE_FIRST_LINK; i <= PROFILE_LAST_LINK; i++) {
		struct cell *cell = &record->cells[i];
		if (cell->kind != CELL_TEXT)
			continue;
		struct str text = str_trim(cell->text);
		if (private_has_address(text))
			text = private_without_addresses(record->arena, text);
		*cell = openreview_text(text);
	}
	bool is_put = put_names(record, err) && put_history(record, err) && put_domains(record, err) &&
		      put_expertise(record, err);
	return is_put ? RECORD_KEEP : RECORD_REFUSE;
}
