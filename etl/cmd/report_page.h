/* SPDX-License-Identifier: PostgreSQL
 *
 * The report's page around its figures: template, style sheet, texts, chart library and scripts, all
 * embedded. The page forbids itself every request and every script but its own (Content-Security-Policy with
 * hashes).
 */
#ifndef TENURE_REPORT_PAGE_H
#define TENURE_REPORT_PAGE_H

#include "base/base.h"
#include "base/str.h"

struct buf;
struct err;

struct report_page {
	struct str language; /* "en", "zh": report_has_language */
	struct str title;    /* STR_NONE: the one of the language's texts */
	struct str data;     /* JSON, already through report_put_script_json */
};

bool report_has_language(struct str language);
/* JSON as it may stand within <script>: <, >, & and the two line ends that JavaScript knows and JSON does not
 * are escaped. They occur in strings only. */
void report_put_script_json(struct buf *buf, struct str json);
void report_put_html(struct buf *buf, struct str text); /* for text and quoted attributes */
/* ERR_BUG when the template names what there is not. The caller checks the buf. */
MUST_USE bool report_put_page(struct buf *buf, const struct report_page *page, struct err *err);

#endif
