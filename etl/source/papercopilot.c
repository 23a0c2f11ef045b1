/* SPDX-License-Identifier: PostgreSQL
 *
 * The Paper Copilot archives: one record a paper, its authors' attributes as lists in one text each,
 * separated by ';' in the order of `authorids`; '+' joins what one author is at the same time. See
 * docs/sources/papercopilot.md.
 *
 *     name + first record -> edition -> paper row
 *                                    -> author rows       lists that line up with authorids
 *                                    -> affiliation rows  aff, aff_domain, position of one author, by '+'
 *
 * A list that does not have exactly as many parts as authorids is never matched to authors: with blanks
 * dropped, or a ';' inside a name, nobody can tell whose part is whose. Read never: gender. E-mail addresses
 * become their domain.
 */
#include "source/source.h"

#define PARSER_VERSION 1
#define MAX_AUTHORS    ((size_t)5000) /* largest collaboration on record: some 3,000 */
#define MAX_CONCURRENT 32	      /* places of one author at one time; seen: 8 */

enum entity_index { ENTITY_PAPERS, ENTITY_AUTHORS, ENTITY_AFFILIATIONS };

static const char *const paper_columns[] = {
    "edition_key", "paper_id",	   "venue_key", "venue_year",
    "crawled_on",  "layout",	   "title",	"abstract",
    "keywords",	   "primary_area", "track",	"status",
    "rating_mean", "n_ratings",	   "n_authors", "is_affiliation_aligned",
};
enum paper_column {
	PAPER_EDITION,
	PAPER_ID,
	PAPER_VENUE,
	PAPER_YEAR,
	PAPER_CRAWLED,
	PAPER_LAYOUT,
	PAPER_TITLE,
	PAPER_ABSTRACT,
	PAPER_KEYWORDS,
	PAPER_AREA,
	PAPER_TRACK,
	PAPER_STATUS,
	PAPER_RATING_MEAN,
	PAPER_N_RATINGS,
	PAPER_N_AUTHORS,
	PAPER_IS_ALIGNED,
	PAPER_COLUMNS
};
_Static_assert(ARRAY_LENGTH(paper_columns) == PAPER_COLUMNS, "one name a column");

static const char *const author_columns[] = {
    "edition_key", "paper_id",	     "author_position", "author_name",
    "author_id",   "author_id_kind", "email_domain",	"homepage",
    "dblp",	   "google_scholar", "orcid",		"linkedin",
};
enum author_column {
	AUTHOR_EDITION,
	AUTHOR_PAPER,
	AUTHOR_POSITION,
	AUTHOR_NAME,
	AUTHOR_ID,
	AUTHOR_ID_KIND,
	AUTHOR_EMAIL_DOMAIN,
	AUTHOR_HOMEPAGE,
	AUTHOR_DBLP,
	AUTHOR_SCHOLAR,
	AUTHOR_ORCID,
	AUTHOR_LINKEDIN,
	AUTHOR_COLUMNS
};
_Static_assert(ARRAY_LENGTH(author_columns) == AUTHOR_COLUMNS, "one name a column");

static const char *const affiliation_columns[] = {
    "edition_key",	  "paper_id", "author_position", "affiliation_position", "affiliation",
    "affiliation_domain", "role",
};
enum affiliation_column {
	AFFILIATION_EDITION,
	AFFILIATION_PAPER,
	AFFILIATION_AUTHOR,
	AFFILIATION_POSITION,
	AFFILIATION_NAME,
	AFFILIATION_DOMAIN,
	AFFILIATION_ROLE,
	AFFILIATION_COLUMNS
};
_Static_assert(ARRAY_LENGTH(affiliation_columns) == AFFILIATION_COLUMNS, "one name a column");

static const struct entity entities[] = {
    {"stg.papercopilot_papers", paper_columns, PAPER_COLUMNS, 2, 2, false},
    {"stg.papercopilot_authors", author_columns, AUTHOR_COLUMNS, 3, 2, false},
    {"stg.papercopilot_affiliations", affiliation_columns, AFFILIATION_COLUMNS, 4, 2, false},
};

static const struct field fields[] = {
    {"edition_key", NULL, FIELD_HOOK}, {"paper_id", "id", FIELD_TEXT},
    {"venue_key", NULL, FIELD_HOOK},   {"venue_year", NULL, FIELD_HOOK},
    {"crawled_on", NULL, FIELD_HOOK},  {"layout", NULL, FIELD_HOOK},
    {"title", "title", FIELD_TEXT},    {"abstract", "abstract", FIELD_TEXT},
    {"keywords", NULL, FIELD_HOOK},    {"primary_area", "primary_area", FIELD_TEXT},
    {"track", "track", FIELD_TEXT},    {"status", "status", FIELD_TEXT},
    {"rating_mean", NULL, FIELD_HOOK}, {"n_ratings", NULL, FIELD_HOOK},
    {"n_authors", NULL, FIELD_HOOK},   {"is_affiliation_aligned", NULL, FIELD_HOOK},
};

/* --- lists --- */

enum list_index {
	LIST_NAME,
	LIST_AFFILIATION,
	LIST_DOMAIN,
	LIST_ROLE,
	LIST_HOMEPAGE,
	LIST_DBLP,
	LIST_SCHOLAR,
	LIST_ORCID,
	LIST_LINKEDIN,
	LIST_COUNT
};

static const char *const list_names[LIST_COUNT] = {
    [LIST_NAME] = "author",
    [LIST_AFFILIATION] = "aff",
    [LIST_DOMAIN] = "aff_domain",
    [LIST_ROLE] = "position",
    [LIST_HOMEPAGE] = "homepage",
    [LIST_DBLP] = "dblp",
    [LIST_SCHOLAR] = "google_scholar",
    [LIST_ORCID] = "orcid",
    [LIST_LINKEDIN] = "linkedin",
};

struct list {
	struct str text; /* as in the record; none when missing or blank */
	const struct str *parts;
	size_t n_parts;
	bool is_used; /* one part an author */
	bool has_blank_part;
	bool has_indented_part; /* "; " inside: rather a ';' in a name than a separator */
};

struct paper {
	struct record *record;
	size_t n_authors;
	const struct str *ids; /* n_authors, or NULL when the paper has names only */
	struct list lists[LIST_COUNT];
	const char *layout;
	bool has_profile_list;	      /* or_profile: the layout that keeps blanks */
	bool is_rejected[LIST_COUNT]; /* one reject a paper and list */
};

/* The member as text; false when it is neither text, number, null nor missing. */
static bool member_text(const struct json *json, const char *name, struct str *ret)
{
	const struct json *value = json_get(json, name);
	*ret = json_str(value);
	return json_is_null(value) || value->kind == JSON_STRING || value->kind == JSON_NUMBER;
}

/* Parts of a list, trimmed; NULL when memory is exhausted. */
static const struct str *split(struct arena *arena, struct str text, char separator, size_t n_parts)
{
	struct str *parts = arena_alloc(arena, n_parts * sizeof(*parts));
	struct str rest = text;
	if (parts == NULL)
		return NULL;
	for (size_t i = 0; i < n_parts && str_next(&rest, separator, &parts[i]); i++)
		parts[i] = str_trim(parts[i]);
	return parts;
}

static bool too_large(struct err *err)
{
	return err_set_class(err, ERR_DATA, "E_DATA_SIZE",
			     "the lists of a paper are too long at $.authorids");
}

static bool reject_list(struct paper *paper, enum list_index index, const char *detail, struct err *err)
{
	const char *path = arena_printf(paper->record->arena, "$.%s", list_names[index]);
	if (paper->is_rejected[index])
		return true;
	paper->is_rejected[index] = true;
	if (path == NULL)
		return too_large(err);
	return record_reject_row(paper->record, "E_DATA_ALIGN", path, detail, err);
}

static bool read_list(struct paper *paper, enum list_index index, struct err *err)
{
	struct list *list = &paper->lists[index];
	struct str text;
	if (!member_text(paper->record->json, list_names[index], &text)) {
		paper->is_rejected[index] = true;
		return record_reject_row(paper->record, "E_DATA_TYPE",
					 arena_printf(paper->record->arena, "$.%s", list_names[index]),
					 "a list is one text, its parts separated by semicolons", err);
	}
	if (str_is_blank(text))
		return true;
	list->text = text;
	list->n_parts = str_count_parts(text, ';');
	if (list->n_parts > MAX_AUTHORS)
		return too_large(err);
	list->parts = split(paper->record->arena, text, ';', list->n_parts);
	if (list->parts == NULL)
		return too_large(err);
	for (size_t i = 0; i < list->n_parts; i++) {
		list->has_blank_part = list->has_blank_part || list->parts[i].length == 0;
		/* parts[i].data stands behind the blanks that were trimmed off */
		list->has_indented_part = list->has_indented_part || (i > 0 && list->parts[i].length > 0 &&
								      list->parts[i].data[-1] == ' ');
	}
	return true;
}

/* Who the authors are: authorids; where that is blank, the names. */
static bool read_authors(struct paper *paper, struct err *err)
{
	struct str text;
	struct list *names = &paper->lists[LIST_NAME];
	if (!member_text(paper->record->json, "authorids", &text))
		return err_set_class(err, ERR_DATA, "E_DATA_TYPE",
				     "the author ids are not one text at $.authorids");
	if (str_is_blank(text)) {
		paper->n_authors = names->n_parts;
		return true;
	}
	paper->n_authors = str_count_parts(text, ';');
	if (paper->n_authors > MAX_AUTHORS)
		return too_large(err);
	paper->ids = split(paper->record->arena, text, ';', paper->n_authors);
	return paper->ids != NULL || too_large(err);
}

/* In the compact layout a list of the right length may still be shifted: a blank was dropped and a name holds
 * a
 * ';'. Its sign is an indented part while the other lists have another length. */
static bool is_shifted(const struct paper *paper, enum list_index index)
{
	if (paper->has_profile_list || index > LIST_ROLE || index == LIST_NAME ||
	    !paper->lists[index].has_indented_part)
		return false;
	for (size_t i = LIST_AFFILIATION; i <= LIST_ROLE; i++) {
		if (paper->lists[i].n_parts > 0 && paper->lists[i].n_parts != paper->n_authors)
			return true;
	}
	return false;
}

static bool align_lists(struct paper *paper, struct err *err)
{
	for (size_t i = 0; i < LIST_COUNT; i++) {
		struct list *list = &paper->lists[i];
		if (list->n_parts == 0)
			continue;
		bool has_owners = paper->ids != NULL || i == LIST_NAME;
		list->is_used = has_owners && list->n_parts == paper->n_authors && !is_shifted(paper, i);
		if (list->is_used)
			continue;
		const char *detail =
		    arena_printf(paper->record->arena, "%zu parts for %zu author ids", list->n_parts,
				 paper->ids == NULL ? (size_t)0 : paper->n_authors);
		if (detail == NULL)
			return too_large(err);
		if (!reject_list(paper, i, detail, err))
			return false;
	}
	return true;
}

static const char *find_layout(const struct paper *paper)
{
	bool has_any = false;
	bool keeps_blanks = paper->has_profile_list;
	for (size_t i = LIST_AFFILIATION; i < LIST_COUNT; i++) {
		const struct list *list = &paper->lists[i];
		has_any = has_any || list->n_parts > 0;
		keeps_blanks = keeps_blanks || (list->is_used && list->has_blank_part);
	}
	if (json_is_null(json_get(paper->record->json, "title")))
		return "authors";
	if (!has_any)
		return "bare";
	return keeps_blanks ? "aligned" : "compact";
}

/* --- cells --- */

static struct cell text_cell(struct str text)
{
	return (struct cell){.kind = text.length == 0 ? CELL_NULL : CELL_TEXT, .text = text};
}

static struct cell integer_cell(int64_t integer)
{
	return (struct cell){.kind = CELL_INTEGER, .integer = integer};
}

/* --- authors --- */

static const char *id_kind(struct str id)
{
	struct str dblp = STR("dblp.");
	struct str scheme = STR("://");
	if (id.length == 0)
		return "none";
	if (id.data[0] == '~')
		return "tilde";
	if (str_find_byte(id, '@') < id.length)
		return "email";
	if (str_find(id, dblp) < id.length)
		return "dblp";
	if (str_find(id, scheme) == id.length && str_find_byte(id, '/') < id.length)
		return "group";
	return "other";
}

/* A list's part for author i: empty when the list is not used. A link that holds an address is none. */
static struct str part(const struct paper *paper, enum list_index index, size_t i)
{
	const struct list *list = &paper->lists[index];
	return list->is_used ? list->parts[i] : STR_NONE;
}

static struct cell link_cell(const struct paper *paper, enum list_index index, size_t i)
{
	struct str text = part(paper, index, i);
	return text_cell(private_has_address(text) ? STR_NONE : text);
}

static bool put_author(struct paper *paper, size_t i, struct err *err)
{
	struct cell cells[AUTHOR_COLUMNS] = {0};
	struct arena *arena = paper->record->arena;
	struct str id = paper->ids == NULL ? STR_NONE : paper->ids[i];
	const char *kind = id_kind(id);
	bool is_email = strcmp(kind, "email") == 0;
	cells[AUTHOR_EDITION] = paper->record->cells[PAPER_EDITION];
	cells[AUTHOR_PAPER] = paper->record->cells[PAPER_ID];
	cells[AUTHOR_POSITION] = integer_cell((int64_t)i + 1);
	cells[AUTHOR_NAME] = text_cell(private_without_addresses(arena, part(paper, LIST_NAME, i)));
	cells[AUTHOR_ID] = text_cell(is_email ? STR_NONE : id);
	cells[AUTHOR_ID_KIND] = text_cell(str_from(kind));
	if (is_email)
		cells[AUTHOR_EMAIL_DOMAIN] = text_cell(private_address_domain(arena, id));
	cells[AUTHOR_HOMEPAGE] = link_cell(paper, LIST_HOMEPAGE, i);
	cells[AUTHOR_DBLP] = link_cell(paper, LIST_DBLP, i);
	cells[AUTHOR_SCHOLAR] = link_cell(paper, LIST_SCHOLAR, i);
	cells[AUTHOR_ORCID] = link_cell(paper, LIST_ORCID, i);
	cells[AUTHOR_LINKEDIN] = link_cell(paper, LIST_LINKEDIN, i);
	return record_put(paper->record, ENTITY_AUTHORS, cells, err);
}

/* --- affiliations --- */

/* What one author is at one time: name, domain and role lists, each split at '+'. */
struct concurrent {
	const struct str *parts[LIST_COUNT];
	size_t n_parts[LIST_COUNT]; /* 0: nothing said */
};

static bool read_concurrent(struct paper *paper, size_t i, struct concurrent *concurrent, struct err *err)
{
	for (size_t index = LIST_AFFILIATION; index <= LIST_ROLE; index++) {
		struct str text = part(paper, index, i);
		if (text.length == 0)
			continue;
		concurrent->n_parts[index] = str_count_parts(text, '+');
		concurrent->parts[index] = split(paper->record->arena, text, '+', concurrent->n_parts[index]);
		if (concurrent->parts[index] == NULL || concurrent->n_parts[index] > MAX_CONCURRENT)
			return too_large(err);
	}
	return true;
}

/* One list does not go with the others: it is left out, and said so. */
static bool leave_out(struct paper *paper, struct concurrent *concurrent, enum list_index index,
		      struct err *err)
{
	concurrent->n_parts[index] = 0;
	return reject_list(paper, index, "an author's concurrent parts do not line up with the other lists",
			   err);
}

/* Leaves in `concurrent` only lists of one length. Blanks are kept between '+', so that lists of one author
 * that differ in length mean a '+' inside a name: two that agree are believed. Where none agree, the domains
 * (which cannot hold a '+') stand alone; and a name alone stands unsplit. */
static bool agree(struct paper *paper, struct concurrent *concurrent, struct err *err)
{
	size_t n_names = concurrent->n_parts[LIST_AFFILIATION];
	size_t n_domains = concurrent->n_parts[LIST_DOMAIN];
	size_t n_roles = concurrent->n_parts[LIST_ROLE];
	if (n_domains > 0 && n_names > 0 && n_names != n_domains) {
		/* name or domain goes: the one that the roles do not confirm, the name when they confirm
		 * neither */
		if (n_roles == n_names)
			return leave_out(paper, concurrent, LIST_DOMAIN, err);
		if (!leave_out(paper, concurrent, LIST_AFFILIATION, err))
			return false;
		n_names = 0;
	}
	size_t n_places = n_domains > 0 ? n_domains : n_names;
	if (n_roles == 0 || n_roles == n_places || n_places == 0)
		return true;
	if (n_domains == 0 && n_names > 1) {
		/* "A+B" with another number of roles and no domain: two places, or one with a '+' in its name
		 */
		concurrent->n_parts[LIST_AFFILIATION] = 0;
		if (!reject_list(paper, LIST_AFFILIATION,
				 "an author's concurrent parts do not line up with the other lists", err))
			return false;
	}
	return leave_out(paper, concurrent, LIST_ROLE, err);
}

struct place {
	struct str name, domain, role;
};

static struct place place_at(struct paper *paper, const struct concurrent *concurrent, size_t i)
{
	struct place place = {STR_NONE, STR_NONE, STR_NONE};
	struct arena *arena = paper->record->arena;
	if (i < concurrent->n_parts[LIST_AFFILIATION])
		place.name = concurrent->parts[LIST_AFFILIATION][i];
	if (i < concurrent->n_parts[LIST_DOMAIN])
		place.domain = concurrent->parts[LIST_DOMAIN][i];
	if (i < concurrent->n_parts[LIST_ROLE])
		place.role = concurrent->parts[LIST_ROLE][i];
	/* An address given as the place says its domain and no more. */
	if (str_find_byte(place.domain, '@') < place.domain.length)
		place.domain = private_address_domain(arena, place.domain);
	if (private_has_address(place.name)) {
		if (place.domain.length == 0)
			place.domain = private_address_domain(arena, place.name);
		place.name = STR_NONE;
	}
	if (private_has_address(place.role))
		place.role = STR_NONE;
	return place;
}

static bool is_same_place(const struct place *left, const struct place *right)
{
	return str_equal(left->name, right->name) && str_equal(left->domain, right->domain) &&
	       str_equal(left->role, right->role);
}

static bool put_place(struct paper *paper, size_t author, size_t position, const struct place *place,
		      struct err *err)
{
	struct cell cells[AFFILIATION_COLUMNS] = {0};
	cells[AFFILIATION_EDITION] = paper->record->cells[PAPER_EDITION];
	cells[AFFILIATION_PAPER] = paper->record->cells[PAPER_ID];
	cells[AFFILIATION_AUTHOR] = integer_cell((int64_t)author + 1);
	cells[AFFILIATION_POSITION] = integer_cell((int64_t)position);
	cells[AFFILIATION_NAME] = text_cell(place->name);
	cells[AFFILIATION_DOMAIN] = text_cell(place->domain);
	cells[AFFILIATION_ROLE] = text_cell(place->role);
	return record_put(paper->record, ENTITY_AFFILIATIONS, cells, err);
}

static bool put_affiliations(struct paper *paper, size_t author, struct err *err)
{
	struct concurrent concurrent = {0};
	struct place places[MAX_CONCURRENT];
	size_t n_places = 0;
	size_t n_most = 0;
	if (!read_concurrent(paper, author, &concurrent, err))
		return false;
	struct str whole_name = part(paper, LIST_AFFILIATION, author);
	if (!agree(paper, &concurrent, err))
		return false;
	for (size_t index = LIST_AFFILIATION; index <= LIST_ROLE; index++)
		n_most = concurrent.n_parts[index] > n_most ? concurrent.n_parts[index] : n_most;
	for (size_t i = 0; i < n_most; i++) {
		struct place place = place_at(paper, &concurrent, i);
		bool is_new = place.name.length > 0 || place.domain.length > 0;
		for (size_t j = 0; j < n_places && is_new; j++)
			is_new = !is_same_place(&places[j], &place);
		if (is_new)
			places[n_places++] = place;
	}
	if (n_most == 0 && whole_name.length > 0 && !private_has_address(whole_name))
		places[n_places++] = (struct place){whole_name, STR_NONE, STR_NONE};
	for (size_t i = 0; i < n_places; i++) {
		if (!put_place(paper, author, i + 1, &places[i], err))
			return false;
	}
	return true;
}

/* --- the paper --- */

static bool set_keywords(struct paper *paper, struct err *err)
{
	struct str text;
	struct cell *cell = &paper->record->cells[PAPER_KEYWORDS];
	if (!member_text(paper->record->json, "keywords", &text))
		return err_set_class(err, ERR_DATA, "E_DATA_TYPE",
				     "the keywords are not one text at $.keywords");
	if (str_is_blank(text))
		return true;
	size_t n_parts = str_count_parts(text, ';');
	struct str *keywords = arena_alloc(paper->record->arena, n_parts * sizeof(*keywords));
	struct str rest = text;
	struct str keyword;
	if (keywords == NULL)
		return too_large(err);
	while (str_next(&rest, ';', &keyword)) {
		keyword = private_without_addresses(paper->record->arena, str_trim(keyword));
		if (keyword.length > 0)
			keywords[cell->n_texts++] = keyword;
	}
	cell->kind = cell->n_texts == 0 ? CELL_NULL : CELL_TEXTS;
	cell->texts = keywords;
	return true;
}

/* "6;7;5": the mean over the parts that are whole numbers. */
static bool set_ratings(struct paper *paper, struct err *err)
{
	struct str rest;
	struct str rating;
	int64_t sum = 0;
	int64_t n_ratings = 0;
	if (!member_text(paper->record->json, "rating", &rest))
		return record_reject_row(paper->record, "E_DATA_TYPE", "$.rating",
					 "the ratings are not one text", err);
	while (str_next(&rest, ';', &rating)) {
		int64_t value;
		if (!num_parse_i64(str_trim(rating), &value) || value < -100 || value > 100)
			continue;
		sum += value;
		n_ratings++;
	}
	if (n_ratings > 0) {
		paper->record->cells[PAPER_RATING_MEAN] =
		    (struct cell){.kind = CELL_REAL, .real = (double)sum / (double)n_ratings};
		paper->record->cells[PAPER_N_RATINGS] = integer_cell(n_ratings);
	}
	return true;
}

static void set_free_texts(struct paper *paper)
{
	static const enum paper_column columns[] = {PAPER_TITLE, PAPER_ABSTRACT, PAPER_AREA, PAPER_TRACK,
						    PAPER_STATUS};
	for (size_t i = 0; i < ARRAY_LENGTH(columns); i++) {
		struct cell *cell = &paper->record->cells[columns[i]];
		*cell = text_cell(private_without_addresses(paper->record->arena, str_trim(cell->text)));
	}
}

enum argument_index { ARGUMENT_VENUE, ARGUMENT_YEAR, ARGUMENT_CRAWLED, ARGUMENT_COUNT };

static bool set_edition(struct record *record, struct err *err)
{
	struct cell *cells = record->cells;
	struct cell *crawled = &cells[PAPER_CRAWLED];
	if (record->n_arguments != ARGUMENT_COUNT)
		return err_set(err, ERR_BUG, "a Paper Copilot file without its edition");
	cells[PAPER_EDITION] = text_cell(str_from(record->partition_key));
	cells[PAPER_VENUE] = text_cell(str_from(record->arguments[ARGUMENT_VENUE]));
	cells[PAPER_YEAR] = text_cell(str_from(record->arguments[ARGUMENT_YEAR]));
	if (date_parse(str_from(record->arguments[ARGUMENT_CRAWLED]), &crawled->date))
		crawled->kind = CELL_DATE;
	return true;
}

static bool read_paper(struct paper *paper, struct err *err)
{
	for (size_t i = 0; i < LIST_COUNT; i++) {
		if (!read_list(paper, i, err))
			return false;
	}
	paper->has_profile_list = !json_is_null(json_get(paper->record->json, "or_profile"));
	return read_authors(paper, err) && align_lists(paper, err);
}

static bool put_paper(struct paper *paper, struct err *err)
{
	struct cell *cells = paper->record->cells;
	bool is_aligned = true;
	if (!set_edition(paper->record, err) || !set_keywords(paper, err) || !set_ratings(paper, err))
		return false;
	set_free_texts(paper);
	for (size_t i = LIST_AFFILIATION; i <= LIST_ROLE; i++)
		is_aligned = is_aligned && (paper->lists[i].is_used || paper->lists[i].n_parts == 0);
	cells[PAPER_LAYOUT] = text_cell(str_from(find_layout(paper)));
	cells[PAPER_N_AUTHORS] = integer_cell((int64_t)paper->n_authors);
	cells[PAPER_IS_ALIGNED] = (struct cell){.kind = CELL_BOOLEAN, .is_true = is_aligned};
	for (size_t i = 0; i < paper->n_authors; i++) {
		if (!put_author(paper, i, err) || !put_affiliations(paper, i, err))
			return false;
	}
	return true;
}

static enum record_outcome paper_record(struct record *record, struct err *err)
{
	struct paper *paper = arena_alloc(record->arena, sizeof(*paper));
	if (paper == NULL) {
		too_large(err);
		return RECORD_REFUSE;
	}
	paper->record = record;
	return read_paper(paper, err) && put_paper(paper, err) ? RECORD_KEEP : RECORD_REFUSE;
}

/* --- which edition a file is --- */

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_word_byte(char byte)
{
	return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static char to_lower(char byte)
{
	return (char)(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

/* Position of the year in "iclr2021.jsonl": four digits from 1980 to 2099 that are not part of a longer
 * number and have a venue before them; name.length when there is none. */
static size_t find_year(struct str name)
{
	for (size_t i = 1; i + 4 <= name.length; i++) {
		int64_t year;
		if (is_digit(name.data[i - 1]) || (i + 4 < name.length && is_digit(name.data[i + 4])))
			continue;
		if (num_parse_i64(str_slice(name, i, 4), &year) && year >= 1980 && year < 2100)
			return i;
	}
	return name.length;
}

/* Lower-case letters and digits of the text, runs of anything else as one '-'. */
static struct str to_key(struct arena *arena, struct str text)
{
	char *key = arena_alloc(arena, text.length + 1);
	size_t length = 0;
	if (key == NULL)
		return STR_NONE;
	for (size_t i = 0; i < text.length; i++) {
		if (is_word_byte(text.data[i]))
			key[length++] = to_lower(text.data[i]);
		else if (length > 0 && key[length - 1] != '-')
			key[length++] = '-';
	}
	while (length > 0 && key[length - 1] == '-')
		length--;
	return (struct str){key, length};
}

/* "2024-10-11" anywhere in the text; taken out of it. */
static struct str take_date(struct arena *arena, struct str *text)
{
	struct date date;
	for (size_t i = 0; i + 10 <= text->length; i++) {
		struct str candidate = str_slice(*text, i, 10);
		if (!is_digit(candidate.data[0]) || !date_parse(candidate, &date) ||
		    date.precision != DATE_DAY)
			continue;
		const char *rest = arena_printf(arena, "%.*s-%.*s", (int)i, text->data,
						(int)(text->length - i - 10), text->data + i + 10);
		*text = str_from(rest);
		return candidate;
	}
	return STR_NONE;
}

/* What else the name says, without words that only repeat what is known: part of the edition, so that
 * "nips2021_datasets.json" does not replace "nips2021.json". */
static struct str to_suffix(struct arena *arena, struct str text)
{
	static const char *const silent[] = {"snapshot", "crawl", "crawled", "authors", "author",
					     "venues",	 "venue", "papers",  "paper",	"lists",
					     "list",	 "json",  "jsonl",   "ndjson"};
	struct str key = to_key(arena, text);
	char *kept = arena_alloc(arena, key.length + 1);
	size_t length = 0;
	struct str word;
	if (kept == NULL)
		return STR_NONE;
	while (key.length > 0 && str_next(&key, '-', &word)) {
		bool is_silent = word.length == 0;
		for (size_t i = 0; i < ARRAY_LENGTH(silent); i++)
			is_silent = is_silent || str_equal_text(word, silent[i]);
		if (is_silent)
			continue;
		if (length > 0)
			kept[length++] = '-';
		memcpy(kept + length, word.data, word.length);
		length += word.length;
	}
	return (struct str){kept, length};
}

static bool check_flags(const struct file_claim *claim, struct err *err)
{
	int64_t year;
	struct date date;
	if (claim->year != NULL &&
	    (!num_parse_i64(str_from(claim->year), &year) || year < 1980 || year >= 2100))
		return err_set(err, ERR_USAGE, "--year %s is not a year from 1980 to 2099", claim->year);
	if (claim->crawled_on != NULL &&
	    (!date_parse(str_from(claim->crawled_on), &date) || date.precision != DATE_DAY))
		return err_set(err, ERR_USAGE, "--crawled-on %s is not a date such as 2024-10-11",
			       claim->crawled_on);
	if (claim->venue != NULL && to_key(claim->arena, str_from(claim->venue)).length == 0)
		return err_set(err, ERR_USAGE, "--venue %s has no letter or digit", claim->venue);
	return true;
}

/* Authors files have no titles; of the files with titles the paper lists are one JSON array. */
static const char *find_product(const struct file_claim *claim)
{
	if (json_is_null(json_get(claim->first, "title")))
		return "authors";
	return claim->is_array ? "lists" : "venues";
}

static bool check_record(const struct file_claim *claim, struct err *err)
{
	const struct json *first = claim->first;
	if (first != NULL && !json_is_null(json_get(first, "id")) &&
	    (json_get(first, "authorids") != NULL || json_get(first, "author") != NULL))
		return true;
	err_set_class(err, ERR_DATA, "E_SRC_DRIFT",
		      "%s is no Paper Copilot file: its first record lacks id and authors", claim->path);
	return err_hint(err, "one record a paper, with members id, author and authorids");
}

static bool papercopilot_file(const struct file_claim *claim, struct file_partition *ret, struct err *err)
{
	struct arena *arena = claim->arena;
	size_t at = find_year(claim->name);
	bool is_named = at < claim->name.length;
	struct str stem = is_named ? str_slice(claim->name, 0, at) : STR_NONE;
	struct str tail = is_named ? str_slice(claim->name, at + 4, claim->name.length) : STR_NONE;
	if (!check_flags(claim, err) || !check_record(claim, err))
		return false;
	struct str venue = to_key(arena, claim->venue != NULL ? str_from(claim->venue) : stem);
	struct str year = claim->year != NULL ? str_from(claim->year) : str_slice(claim->name, at, 4);
	struct str crawled = take_date(arena, &tail);
	if (claim->crawled_on != NULL)
		crawled = str_from(claim->crawled_on);
	if (venue.length == 0 || year.length == 0) {
		err_set(err, ERR_USAGE, "cannot tell venue and year of %s from its name", claim->path);
		return err_hint(err, "name it like iclr2021.jsonl, or say --venue iclr --year 2021");
	}
	struct str suffix = to_suffix(arena, tail);
	const char **arguments = arena_alloc(arena, ARGUMENT_COUNT * sizeof(const char *));
	const char *key =
	    arena_printf(arena, "%s/%.*s%.*s%s%.*s%s%.*s", find_product(claim), (int)venue.length, venue.data,
			 (int)year.length, year.data, suffix.length > 0 ? "." : "", (int)suffix.length,
			 suffix.data, crawled.length > 0 ? "@" : "", (int)crawled.length, crawled.data);
	if (arguments == NULL || key == NULL)
		return err_nomem(err, "the edition of a file");
	arguments[ARGUMENT_VENUE] = arena_text(arena, venue);
	arguments[ARGUMENT_YEAR] = arena_text(arena, year);
	arguments[ARGUMENT_CRAWLED] = crawled.length > 0 ? arena_text(arena, crawled) : NULL;
	*ret = (struct file_partition){.key = key, .arguments = arguments, .n_arguments = ARGUMENT_COUNT};
	return true;
}

static const struct stream streams[] = {
    {
	.name = "papers",
	.summary = "papers with their authors' ids, names, links, affiliations and roles at the time",
	.entities = entities,
	.n_entities = ARRAY_LENGTH(entities),
	.fields = fields,
	.n_fields = ARRAY_LENGTH(fields),
	.key_path = "id",
	.record = paper_record,
	.parser_version = PARSER_VERSION,
    },
};

extern const struct source source_papercopilot;
const struct source source_papercopilot = {
    .name = "papercopilot",
    .title = "Paper Copilot archives of OpenReview and other venues",
    .licence = "none stated by the publisher",
    .terms = "https://papercopilot.com: no licence stated; import files you may use and say so with "
	     "--source-licence",
    .credentials = "none: files only",
    .streams = streams,
    .n_streams = ARRAY_LENGTH(streams),
    .file_partition = papercopilot_file,
};
