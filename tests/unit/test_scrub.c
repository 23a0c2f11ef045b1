/* SPDX-License-Identifier: PostgreSQL */
#include "run/scrub.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* In every chunk size: what is private must not depend on where a read ended. */
static void scrubs(const char *raw, const char *expected)
{
	for (size_t chunk = 1; chunk <= strlen(raw) + 1; chunk++) {
		struct buf out;
		struct scrub scrub;
		buf_init(&out, 4096);
		scrub_init(&scrub);
		for (size_t at = 0; at < strlen(raw); at += chunk)
			scrub_feed(&scrub, str_slice(str_from(raw), at, chunk), &out);
		scrub_finish(&scrub, &out);
		assert_string_equal(buf_str(&out).data, expected);
		scrub_done(&scrub);
		buf_done(&out);
	}
}

static void test_drops_denied_members(void **state)
{
	(void)state;
	scrubs("{\"id\":\"1\",\"gender\":\"F;M\",\"x\":2}", "{\"id\":\"1\",\"gender\":null,\"x\":2}");
	scrubs("{\"gender\" : \"a\\\"b\" }", "{\"gender\" : null }");
	scrubs("{\"yearOfBirth\":1990,\"a\":[1]}", "{\"yearOfBirth\":null,\"a\":[1]}");
	scrubs("{\"a\":{\"yearOfBirth\":1990}}", "{\"a\":{\"yearOfBirth\":null}}");
	scrubs("{\"pronouns\":null}", "{\"pronouns\":null}");
	scrubs("{\"relations\":[{\"name\":\"x]}\",\"b\":[{}]}],\"k\":true}",
	       "{\"relations\":null,\"k\":true}");
	scrubs("{\"signatures\":[\"V/Paper1/Reviewer_AbCd\"]}", "{\"signatures\":null}");
	scrubs("[{\"gender\":{\"value\":\"x\"}},{\"b\":1}]", "[{\"gender\":null},{\"b\":1}]");
}

static void test_keeps_what_only_looks_denied(void **state)
{
	(void)state;
	scrubs("{\"x\":\"gender\",\"y\":\"a\"}", "{\"x\":\"gender\",\"y\":\"a\"}");
	scrubs("{\"t\":\"the gender: a study\"}", "{\"t\":\"the gender: a study\"}");
	scrubs("[\"gender\",\"a\"]", "[\"gender\",\"a\"]");
	scrubs("<html>gender", "<html>gender");
	scrubs("", "");
}

static void test_masks_addresses(void **state)
{
	(void)state;
	scrubs("{\"emails\":[\"ada@alpha.edu\"]}", "{\"emails\":[\"****@alpha.edu\"]}");
	scrubs("{\"authorids\":\"ada@alpha.edu;~B1\"}", "{\"authorids\":\"****@alpha.edu;~B1\"}");
	scrubs("{\"a\":\"ada\\u0040alpha.edu\"}", "{\"a\":\"****@alpha.edu\"}");
	scrubs("{\"****@alpha.edu\":\"Acc@0.5\"}", "{\"****@alpha.edu\":\"Acc@0.5\"}");
	scrubs("{\"a\":\"cut off by@x.org", "{\"a\":\"cut off ****@x.org");
}

/* A string over the piece size is written in pieces; no address is cut where the pieces meet. */
static void test_long_strings(void **state)
{
	(void)state;
	for (size_t lead = (size_t)SCRUB_STRING_BYTES - 40; lead < SCRUB_STRING_BYTES + 5; lead++) {
		struct buf raw;
		struct buf out;
		buf_init(&raw, 4 * (size_t)SCRUB_STRING_BYTES);
		buf_init(&out, 4 * (size_t)SCRUB_STRING_BYTES);
		buf_put_byte(&raw, '"');
		for (size_t i = 0; i < lead; i++)
			buf_put_byte(&raw, i % 7 == 6 ? ' ' : 'x');
		buf_put_text(&raw, " ada.lovelace@alpha.edu end\"");
		assert_true(scrub_text(buf_str(&raw), &out));
		assert_null(strstr(out.data, "lovelace"));
		assert_non_null(strstr(out.data, " ****@alpha.edu end\""));
		assert_int_equal(out.length, raw.length - strlen("ada.lovelace") + strlen("****"));
		buf_done(&raw);
		buf_done(&out);
	}
}

static void test_reports_a_full_buffer(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out, 4);
	assert_false(scrub_text(str_from("{\"a\":\"long\"}"), &out));
	buf_done(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_drops_denied_members),  cmocka_unit_test(test_keeps_what_only_looks_denied),
	    cmocka_unit_test(test_masks_addresses),	  cmocka_unit_test(test_long_strings),
	    cmocka_unit_test(test_reports_a_full_buffer),
	};
	return cmocka_run_group_tests_name("scrub", tests, NULL, NULL);
}
