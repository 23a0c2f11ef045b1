/* SPDX-License-Identifier: PostgreSQL
 *
 * One self-contained HTML page with the figures (etl/cmd/report/page.html and what it names):
 *
 *     sql/etl/report_*.sql, one transaction -> rows as JSON in a <script> -> the page's own script draws
 *
 * A view of the public contract that the warehouse lacks is left out together with its section. Each
 * statement limits its rows, so that the page and one result stay within the caps below.
 */
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "cmd/report_page.h"
#include "gen/sql.h"
#include "pg/embed.h"
#include "pg/pg.h"

#define PAGE_BYTES                                                                                           \
	((size_t)16 * 1024 * 1024) /* the chart library is 1.1 MiB, twenty years of figures 1 MiB */
#define SECTION_BYTES ((size_t)4 * 1024 * 1024) /* rows of one statement as JSON */
#define TITLE_BYTES   300

static const struct section {
	const char *view;
	const struct sql *sql;
} sections[] = {
    {"age_year", &sql_report_age_year},
    {"claim_reconciliation", &sql_report_claim_reconciliation},
    {"coverage_year", &sql_report_coverage_year},
    {"dim_group", &sql_report_dim_group},
    {"dim_year", &sql_report_dim_year},
    {"direction_year", &sql_report_direction_year},
    {"era_share_year", &sql_report_era_share_year},
    {"flow_year", &sql_report_flow_year},
    {"freshness", &sql_report_freshness},
    {"headcount_year", &sql_report_headcount_year},
    {"joiner_degree_year", &sql_report_joiner_degree_year},
    {"joiner_fresh_year", &sql_report_joiner_fresh_year},
    {"joiner_origin_year", &sql_report_joiner_origin_year},
    {"leaver_destination_year", &sql_report_leaver_destination_year},
    {"output_year", &sql_report_output_year},
    {"published_as_year", &sql_report_published_as_year},
    {"retention", &sql_report_retention},
    {"school_rank", &sql_report_school_rank},
    {"sensitivity", &sql_report_sensitivity},
    {"studied_abroad_year", &sql_report_studied_abroad_year},
    {"unit_headcount_year", &sql_report_unit_headcount_year},
    {"unit_leader", &sql_report_unit_leader},
    {"unresolved_organisation", &sql_report_unresolved_organisation},
};

struct request {
	const char *path;
	struct str language;
	struct str title; /* STR_NONE: the page's own */
};

static void put_value(const struct pg_rows *rows, size_t row, size_t column, struct buf *buf)
{
	struct str text = pg_rows_text(rows, row, column);
	double number;
	if (str_is_none(text))
		buf_put_text(buf, "null");
	else if (pg_rows_is_boolean(rows, column))
		buf_put_text(buf, str_equal_text(text, "t") ? "true" : "false");
	else if (!pg_rows_is_number(rows, column))
		buf_put_json(buf, text);
	else if (num_parse_double(text, &number))
		buf_put_str(buf, text);
	else
		buf_put_text(buf, "null"); /* NaN and infinities, which JSON does not know */
}

/* {"columns":["group_key",…],"rows":[["tencent",…],…]} */
static void put_rows(const struct pg_rows *rows, struct buf *buf)
{
	buf_put_text(buf, "{\"columns\":[");
	for (size_t column = 0; column < pg_rows_columns(rows); column++) {
		buf_put_text(buf, column == 0 ? "" : ",");
		buf_put_json(buf, str_from(pg_rows_name(rows, column)));
	}
	buf_put_text(buf, "],\"rows\":[");
	for (size_t row = 0; row < pg_rows_count(rows); row++) {
		buf_put_text(buf, row == 0 ? "\n[" : ",\n[");
		for (size_t column = 0; column < pg_rows_columns(rows); column++) {
			buf_put_text(buf, column == 0 ? "" : ",");
			put_value(rows, row, column, buf);
		}
		buf_put_byte(buf, ']');
	}
	buf_put_text(buf, "]}");
}

static bool has_view(const struct pg_rows *views, const char *view)
{
	for (size_t row = 0; row < pg_rows_count(views); row++) {
		if (str_equal_text(pg_rows_text(views, row, 0), view))
			return true;
	}
	return false;
}

static bool put_section(struct pg *pg, const struct section *section, struct buf *data, struct err *err)
{
	CLEANUP(buf_done) struct buf json;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	buf_init(&json, SECTION_BYTES);
	if (!pg_run(pg, section->sql, 0, NULL, &rows, err))
		return false;
	put_rows(rows, &json);
	if (!buf_check(&json, section->view, err))
		return false;
	buf_put_text(data, ",\n\"");
	buf_put_text(data, section->view);
	buf_put_text(data, "\":");
	report_put_script_json(data, buf_str(&json));
	return true;
}

static bool put_sections(struct pg *pg, struct buf *data, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *views = NULL;
	if (!pg_run(pg, &sql_report_views, 0, NULL, &views, err))
		return false;
	if (!has_view(views, "dim_group") || !has_view(views, "headcount_year")) {
		err_set(err, ERR_CONFIG, "this database has no figures to report");
		return err_hint(err, "`tenure migrate` makes a warehouse of it, `tenure run` fills it");
	}
	for (size_t i = 0; i < ARRAY_LENGTH(sections); i++) {
		if (has_view(views, sections[i].view) && !put_section(pg, &sections[i], data, err))
			return err_wrap(err, "reading mart.%s", sections[i].view);
	}
	return true;
}

static bool put_data(struct pg *pg, struct buf *data, struct err *err)
{
	buf_put_text(data, "{\"version\":\"" TENURE_VERSION "\"");
	if (!pg_run(pg, &sql_report_begin, 0, NULL, NULL, err))
		return false;
	bool is_read = put_sections(pg, data, err);
	pg_rollback(pg);
	buf_put_text(data, "\n}");
	return is_read && buf_check(data, "the figures of the report", err);
}

static bool read_request(struct command_context *context, struct request *ret_request, struct err *err)
{
	const char *path = NULL;
	const char *short_path = NULL;
	const char *language = NULL;
	const char *title = NULL;
	if (!cmd_option(context, "-o", &short_path, err) || !cmd_option(context, "--output", &path, err) ||
	    !cmd_option(context, "--lang", &language, err) || !cmd_option(context, "--title", &title, err) ||
	    !cmd_operands(context, 0, 0, err))
		return false;
	if (path == NULL)
		path = short_path != NULL ? short_path : "report.html";
	struct request request = {path, str_from(language != NULL ? language : "en"), str_from(title)};
	if (path[0] == '\0')
		return err_set(err, ERR_USAGE, "the report needs a file name");
	if (!report_has_language(request.language))
		return err_set(err, ERR_USAGE, "there is no report in the language %s: en or zh", language);
	if (request.title.length > TITLE_BYTES || !utf8_is_valid(request.title))
		return err_set(err, ERR_USAGE, "the title must be UTF-8 of at most %d bytes", TITLE_BYTES);
	*ret_request = request;
	return true;
}

static bool write_page(const struct request *request, struct str page, struct err *err)
{
	if (strcmp(request->path, "-") == 0)
		return cmd_output(page, err);
	if (!file_write_atomically(request->path, 0644, page, err))
		return false;
	CLEANUP(buf_done) struct buf line;
	buf_init(&line, PAGE_BYTES);
	buf_printf(&line, "%s\n", request->path);
	return buf_check(&line, "the path", err) && cmd_output(buf_str(&line), err);
}

bool cmd_report(struct command_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf data;
	CLEANUP(buf_done) struct buf page;
	struct request request = {0};
	struct pg *pg = NULL;
	buf_init(&data, PAGE_BYTES);
	buf_init(&page, PAGE_BYTES);
	if (!read_request(context, &request, err) || !pg_open(&pg, context->conf, err))
		return false;
	bool is_read = put_data(pg, &data, err);
	pg_close(pg);
	struct report_page content = {request.language, request.title, buf_str(&data)};
	return is_read && report_put_page(&page, &content, err) && buf_check(&page, "the report", err) &&
	       write_page(&request, buf_str(&page), err);
}
