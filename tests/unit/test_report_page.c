/* SPDX-License-Identifier: PostgreSQL */
#include "cmd/report_page.h"

#include "base/buf.h"
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define CAP ((size_t)16 * 1024 * 1024)

static void assert_script_json(struct str json, const char *expected)
{
	CLEANUP(buf_done) struct buf buf;
	struct err err = {0};
	buf_init(&buf, CAP);
	report_put_script_json(&buf, json);
	assert_true(buf_check(&buf, "the test", &err));
	assert_string_equal(buf.length > 0 ? buf.data : "", expected);
}

static void escapes_json_for_a_script(void **state)
{
	(void)state;
	assert_script_json(str_from("{\"a\":1}"), "{\"a\":1}");
	assert_script_json(str_from(""), "");
	assert_script_json(str_from("\"</script><!--&\""), "\"\\u003c/script\\u003e\\u003c!--\\u0026\"");
	assert_script_json(str_from("a\xE2\x80\xA8"
				    "b\xE2\x80\xA9"),
			   "a\\u2028b\\u2029");
	/* Their neighbours, and what only begins like them, stay. */
	assert_script_json(str_from("\xE2\x80\xA7\xE2\x80\xAA\xE2\x81\xA8"),
			   "\xE2\x80\xA7\xE2\x80\xAA\xE2\x81\xA8");
	assert_script_json((struct str){"a\xE2\x80\xA8", 3}, "a\xE2\x80");
	assert_script_json((struct str){"a\xE2\x80\xA8", 2}, "a\xE2");
}

static void escapes_html(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, CAP);
	report_put_html(&buf, str_from("<b a=\"1\" c='2'>&amp;\xE4\xB8\xAD"));
	assert_string_equal(buf.data, "&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;amp;\xE4\xB8\xAD");
}

static void knows_its_languages(void **state)
{
	(void)state;
	assert_true(report_has_language(str_from("en")));
	assert_true(report_has_language(str_from("zh")));
	assert_false(report_has_language(str_from("fr")));
	assert_false(report_has_language(str_from("")));
	assert_false(report_has_language(str_from("ENGLISH")));
	assert_false(report_has_language(STR_NONE));
}

static bool holds(const struct buf *page, const char *text)
{
	return str_find(buf_str(page), str_from(text)) < page->length;
}

static void fills_the_template(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf buf;
	struct err err = {0};
	buf_init(&buf, CAP);
	struct report_page page = {str_from("en"), str_from("{{data}} <i>"),
				   str_from("{\"x\":\"{{title}}\"}")};
	assert_true(report_put_page(&buf, &page, &err));
	assert_true(buf_check(&buf, "the page", &err));
	assert_true(
	    holds(&buf, "<title>{{data}} &#60;i&#62;</title>")); /* what was filled in is not read again */
	assert_true(holds(&buf, "id=\"data\">{\"x\":\"{{title}}\"}</script>"));
	assert_true(holds(&buf, "script-src 'sha256-"));
	assert_true(holds(&buf, "<html lang=\"en\">"));

	buf_reset(&buf);
	page = (struct report_page){str_from("zh"), STR_NONE, str_from("{}")};
	assert_true(report_put_page(&buf, &page, &err));
	assert_true(holds(&buf, "<title>\xE4\xBA\xBA\xE5\xB7\xA5")); /* the title of the Chinese texts */
}

static void a_page_over_its_cap_is_an_error(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf buf;
	struct err err = {0};
	buf_init(&buf, 1000);
	struct report_page page = {str_from("en"), STR_NONE, str_from("{}")};
	assert_true(report_put_page(&buf, &page, &err));
	assert_false(buf_check(&buf, "the report", &err));
	assert_int_equal(err.kind, ERR_DATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escapes_json_for_a_script),
	    cmocka_unit_test(escapes_html),
	    cmocka_unit_test(knows_its_languages),
	    cmocka_unit_test(fills_the_template),
	    cmocka_unit_test(a_page_over_its_cap_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
