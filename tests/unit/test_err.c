/* SPDX-License-Identifier: PostgreSQL */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>

static void fills_and_replaces(void **state)
{
	(void)state;
	struct err err = {.kind = ERR_IO, .hint = "old", .http_status = 500, .sqlstate = "57014"};
	assert_false(err_set(&err, ERR_CONFIG, "cannot read %s: %s", "x", "no"));
	assert_int_equal(err.kind, ERR_CONFIG);
	assert_string_equal(err.message, "cannot read x: no");
	assert_string_equal(err.hint, "");
	assert_string_equal(err.class_name, "");
	assert_string_equal(err.sqlstate, "");
	assert_int_equal(err.http_status, 0);
	assert_false(err_set_class(&err, ERR_DATA, "E_DATA_UTF8", "bad byte %d", 7));
	assert_string_equal(err.class_name, "E_DATA_UTF8");
	assert_string_equal(err.message, "bad byte 7");
	assert_false(err_hint(&err, "chmod %d", 600));
	assert_string_equal(err.hint, "chmod 600");
	err_reset(&err);
	assert_int_equal(err.kind, ERR_NONE);
	assert_string_equal(err.message, "");
}

static void may_format_its_own_text(void **state)
{
	(void)state;
	struct err err;
	err_set(&err, ERR_IO, "inner");
	err_set(&err, ERR_DB_FINAL, "outer (%s)", err.message);
	assert_string_equal(err.message, "outer (inner)");
	err_hint(&err, "one");
	err_hint(&err, "%s, two", err.hint);
	assert_string_equal(err.hint, "one, two");
}

static void wraps(void **state)
{
	(void)state;
	struct err err;
	err_set_class(&err, ERR_NET_TRANSIENT, "E_SRC_TRUNC", "ended early");
	err_hint(&err, "try later");
	assert_false(err_wrap(&err, "loading %s", "page 3"));
	assert_string_equal(err.message, "loading page 3: ended early");
	assert_int_equal(err.kind, ERR_NET_TRANSIENT);
	assert_string_equal(err.class_name, "E_SRC_TRUNC");
	assert_string_equal(err.hint, "try later");
}

static void cuts_at_a_character(void **state)
{
	(void)state;
	char text[2 * ERR_MESSAGE_BYTES];
	struct err err;
	memset(text, 'a', sizeof(text));
	memcpy(text + ERR_MESSAGE_BYTES - 2, "\xE2\x82\xAC", 3);
	text[sizeof(text) - 1] = '\0';
	err_set(&err, ERR_IO, "%s", text);
	assert_int_equal(strlen(err.message), ERR_MESSAGE_BYTES - 2);
	err_wrap(&err, "%s", text);
	assert_true(strlen(err.message) < ERR_MESSAGE_BYTES);
	err_set_class(&err, ERR_IO, "E_A_CLASS_NAME_THAT_IS_FAR_TOO_LONG", "x");
	assert_int_equal(strlen(err.class_name), ERR_CLASS_BYTES - 1);
	err_hint(&err, "%s", text);
	assert_int_equal(strlen(err.hint), ERR_HINT_BYTES - 1);
}

static void accepts_null(void **state)
{
	(void)state;
	assert_false(err_set(NULL, ERR_IO, "x"));
	assert_false(err_set_class(NULL, ERR_IO, "E", "x"));
	assert_false(err_hint(NULL, "x"));
	assert_false(err_wrap(NULL, "x"));
	assert_false(err_nomem(NULL, "x"));
	err_reset(NULL);
}

static void knows_exit_codes(void **state)
{
	(void)state;
	static const struct {
		enum err_kind kind;
		int exit_code;
		bool is_retryable;
		const char *word;
	} cases[] = {{ERR_NONE, 0, false, "none"},
		     {ERR_USAGE, 64, false, "usage"},
		     {ERR_DATA, 65, false, "data"},
		     {ERR_NET_TRANSIENT, 69, true, "net_transient"},
		     {ERR_BUG, 70, false, "bug"},
		     {ERR_NOMEM, 71, false, "nomem"},
		     {ERR_IO, 74, false, "io"},
		     {ERR_DB_TRANSIENT, 75, true, "db_transient"},
		     {ERR_PROTOCOL, 76, false, "protocol"},
		     {ERR_AUTH, 77, false, "auth"},
		     {ERR_CONFIG, 78, false, "config"},
		     {ERR_CANCELLED, 130, false, "cancelled"}};
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		struct err err = {.kind = cases[i].kind};
		assert_int_equal(err_exit_code(&err), cases[i].exit_code);
		assert_int_equal(err_is_retryable(&err), cases[i].is_retryable);
		assert_string_equal(err_kind_word(err.kind), cases[i].word);
	}
	struct err err = {.kind = ERR_CANCELLED, .signal_number = SIGTERM};
	assert_int_equal(err_exit_code(&err), 143);
	assert_string_equal(err_kind_word(ERR_KIND_COUNT), "unknown");
	err_nomem(&err, "a thing");
	assert_string_equal(err.message, "out of memory: a thing");
	assert_int_equal(err_exit_code(&err), 71);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fills_and_replaces),
	    cmocka_unit_test(may_format_its_own_text),
	    cmocka_unit_test(wraps),
	    cmocka_unit_test(cuts_at_a_character),
	    cmocka_unit_test(accepts_null),
	    cmocka_unit_test(knows_exit_codes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
