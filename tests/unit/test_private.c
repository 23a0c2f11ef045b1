/* SPDX-License-Identifier: PostgreSQL */
#include "run/private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct arena arena;

static void has(const char *text, bool is_expected)
{
	assert_int_equal(private_has_address(str_from(text)), is_expected);
}

static void test_has_address(void **state)
{
	(void)state;
	has("ada@alpha.edu", true);
	has("****@alpha.edu", true);
	has("mail to <a.b+c@cs.alpha.ac.uk>.", true);
	has("a@b.org.", true);
	has("Acc@0.25", false);
	has("https://medium.example/@name", false);
	has("A@B", false);
	has("@alpha.edu", false);
	has("a@b.c", false);
	has("a@.com", false);
	has("", false);
	has("@", false);
	has("no address", false);
}

static void without(const char *text, const char *expected)
{
	struct str result = private_without_addresses(&arena, str_from(text));
	assert_true(str_equal_text(result, expected));
}

static void test_without_addresses(void **state)
{
	(void)state;
	without("ada@alpha.edu", "@alpha.edu");
	without("x a@b.org, c@d.org; e@0.5", "x @b.org, @d.org; e@0.5");
	without("a@b.org@c.org", "@@c.org");
	without("plain", "plain");
	assert_true(str_is_none(private_without_addresses(&(struct arena){0}, str_from("a@b.org"))));
}

static void domain(const char *text, const char *expected)
{
	struct str result = private_address_domain(&arena, str_from(text));
	if (expected == NULL)
		assert_true(str_is_none(result));
	else
		assert_true(str_equal_text(result, expected));
}

static void test_address_domain(void **state)
{
	(void)state;
	domain("****@CS.Alpha.edu ", "cs.alpha.edu");
	domain("a@b@c.org", "c.org");
	domain("a@b", NULL);
	domain("a@", NULL);
	domain("a@b c.org", NULL);
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 65536);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_has_address),
	    cmocka_unit_test(test_without_addresses),
	    cmocka_unit_test(test_address_domain),
	};
	return cmocka_run_group_tests_name("private", tests, setup, NULL);
}
