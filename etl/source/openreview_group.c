/* SPDX-License-Identifier: PostgreSQL
 *
 * Venue groups: what a venue calls its submissions, reviews and states; and the groups that list venues.
 */
#include "source/openreview.h"

#define MIN_YEAR 1980
#define MAX_YEAR 2100

/* ---- what the parts share ------------------------------------------------------------------------------ */

struct cell openreview_text(struct str text)
{
	if (text.length == 0)
		return (struct cell){.kind = CELL_NULL};
	return (struct cell){.kind = CELL_TEXT, .text = text};
}

struct cell openreview_integer(int64_t value)
{
	return (struct cell){.kind = CELL_INTEGER, .integer = value};
}

struct str openreview_member(struct arena *arena, const struct json *object, const char *name)
{
	struct str text = str_trim(json_str(json_unwrap(json_get(object, name))));
	if (text.length == 0)
		return STR_NONE;
	return private_has_address(text) ? private_without_addresses(arena, text) : text;
}

const struct json *openreview_content(const struct json *record, const char *name)
{
	const struct json *value = json_unwrap(json_get(json_unwrap(json_get(record, "content")), name));
	return json_is_null(value) ? NULL : value;
}

/* ---- years --------------------------------------------------------------------------------------------- */

static int four_digits(struct str text)
{
	int64_t year = 0;
	if (text.length != 4 || !num_parse_i64(text, &year) || year < MIN_YEAR || year > MAX_YEAR)
		return 0;
	return (int)year;
}

int openreview_year_of_id(struct str venue_id)
{
	struct str rest = venue_id;
	struct str step;
	int loose_year = 0;
	while (str_next(&rest, '/', &step)) {
		int year = four_digits(step);
		if (year != 0)
			return year;
		if (step.length > 4 && loose_year == 0) {
			loose_year = four_digits(str_slice(step, step.length - 4, 4));
			if (loose_year == 0)
				loose_year = four_digits(str_slice(step, 0, 4));
		}
	}
	return loose_year;
}

/* The first year written in a text such as "May 07 2024" or "2024/05/07". */
static int year_in_text(struct str text)
{
	size_t digits = 0;
	for (size_t i = 0; i <= text.length; i++) {
		bool is_digit = i < text.length && text.data[i] >= '0' && text.data[i] <= '9';
		if (is_digit) {
			digits++;
			continue;
		}
		int year = digits == 4 ? four_digits(str_slice(text, i - 4, 4)) : 0;
		if (year != 0)
			return year;
		digits = 0;
	}
	return 0;
}

/* ---- venues -------------------------------------------------------------------------------------------- */

enum venue_column {
	VENUE_ID,
	VENUE_API_VERSION,
	VENUE_HOST,
	VENUE_TITLE,
	VENUE_SUBTITLE,
	VENUE_WEBSITE,
	VENUE_START_DATE,
	VENUE_YEAR,
	VENUE_ACCEPT_OPTIONS = 18
};

static bool was_asked_for(const struct record *record, struct str venue_id)
{
	for (size_t i = 0; i < record->n_arguments; i++)
		if (str_equal_text(venue_id, record->arguments[i]))
			return true;
	return record->n_arguments == 0;
}

/* The docs tell a v1 venue by its missing domain, the site by its missing invitations; one that declares how
 * papers are submitted is v2 whatever else it lacks. */
static bool is_v1(const struct json *group)
{
	bool has_domain = json_str(json_get(group, "domain")).length > 0;
	bool has_invitations = !json_is_null(json_get(group, "invitations"));
	bool declares_submissions = openreview_content(group, "submission_id") != NULL;
	return (!has_domain || !has_invitations) && !declares_submissions;
}

enum record_outcome openreview_record_venue(struct record *record, struct err *err UNUSED)
{
	struct cell *cells = record->cells;
	struct str venue_id = cells[VENUE_ID].text;
	if (!was_asked_for(record, venue_id))
		return RECORD_SKIP;
	cells[VENUE_API_VERSION] = openreview_integer(is_v1(record->json) ? 1 : 2);
	if (cells[VENUE_HOST].kind == CELL_NULL)
		cells[VENUE_HOST] = openreview_text(str_slice(venue_id, 0, str_find_byte(venue_id, '/')));
	int year = openreview_year_of_id(venue_id);
	if (year == 0)
		year = year_in_text(json_str(openreview_content(record->json, "start_date")));
	if (year == 0)
		year = year_in_text(json_str(openreview_content(record->json, "date")));
	if (year != 0)
		cells[VENUE_YEAR] = openreview_integer(year);
	for (size_t i = VENUE_HOST; i <= VENUE_START_DATE; i++) {
		if (cells[i].kind == CELL_TEXT && private_has_address(cells[i].text))
			cells[i].text = private_without_addresses(record->arena, cells[i].text);
	}
	return RECORD_KEEP;
}

/* ---- lists --------------------------------------------------------------------------------------------- */

enum list_entity { ENTITY_LISTS, ENTITY_MEMBERS };

enum record_outcome openreview_record_list(struct record *record, struct err *err)
{
	const struct json *members = json_get(record->json, "members");
	struct str list_id = record->cells[0].text;
	if (members == NULL || members->kind != JSON_ARRAY)
		return RECORD_KEEP;
	for (const struct json *item = members->first; item != NULL; item = item->next) {
		struct str id = str_trim(json_str(item));
		/* Members of these groups are venues; a person that strayed in is not stored. */
		if (id.length == 0 || id.data[0] == '~' || str_find_byte(id, '@') < id.length)
			continue;
		struct cell cells[] = {openreview_text(list_id), openreview_text(id)};
		if (!record_put(record, ENTITY_MEMBERS, cells, err))
			return RECORD_REFUSE;
	}
	return RECORD_KEEP;
}

enum record_outcome openreview_record_institution(struct record *record UNUSED, struct err *err UNUSED)
{
	return RECORD_KEEP;
}
