/* SPDX-License-Identifier: PostgreSQL */
#include "run/scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "source/source.h"

static const struct stream stream = {
    .name = "notes", .item_key = "notes", .key_path = "id", .version_path = "tmdate"};

static int spool_of(const char *text)
{
	struct err err = {.kind = ERR_NONE};
	int fd = -1;
	assert_true(file_spool_open("/tmp", &fd, &err));
	assert_true(file_write_all(fd, str_from(text), &err));
	return fd;
}

static void test_page(void **state)
{
	struct scan scan;
	struct err err = {.kind = ERR_NONE};
	(void)state;
	int fd = spool_of("{\"notes\":[{\"id\":\"a1\",\"tmdate\":30,\"content\":{\"tmdate\":99}},"
			  "{\"tmdate\" : 20,\"id\":\"b2\"}],\"count\":7}");
	assert_true(scan_page(&stream, fd, &scan, &err));
	assert_int_equal(scan.n_records, 2);
	assert_int_equal(scan.total, 7);
	assert_string_equal(scan.last_key, "b2");
	assert_true(scan.is_ascending);
	assert_true(scan.is_newest_first);
	assert_int_equal(scan.least_version_ms, 20);
	assert_int_equal(scan.greatest_version_ms, 30);
	assert_int_equal(scan.keys.length, 6);
	scan_done(&scan);
	close(fd);
}

static void test_order(void **state)
{
	struct scan scan;
	struct err err = {.kind = ERR_NONE};
	(void)state;
	int fd = spool_of("{\"notes\":[{\"id\":\"b\",\"tmdate\":1},{\"id\":\"a\",\"tmdate\":2}]}");
	assert_true(scan_page(&stream, fd, &scan, &err));
	assert_int_equal(scan.total, -1);
	assert_false(scan.is_ascending);
	assert_false(scan.is_newest_first);
	scan_done(&scan);
	close(fd);
}

static void expect_failure(const char *text, enum err_kind kind, const char *class_name)
{
	struct scan scan;
	struct err err = {.kind = ERR_NONE};
	int fd = spool_of(text);
	assert_false(scan_page(&stream, fd, &scan, &err));
	assert_int_equal(err.kind, kind);
	assert_string_equal(err.class_name, class_name);
	close(fd);
}

static void test_broken(void **state)
{
	(void)state;
	expect_failure("{\"notes\":[{\"id\":\"a\"},{\"id\":", ERR_NET_TRANSIENT, "E_SRC_TRUNC");
	expect_failure("<html><body>sign in</body></html>", ERR_PROTOCOL, "E_SRC_PROTO");
	expect_failure("{\"errors\":[{\"name\":\"x\"}]}", ERR_PROTOCOL, "E_SRC_PROTO");
}

static void test_peek(void **state)
{
	int64_t value = 0;
	(void)state;
	assert_true(
	    scan_peek_number(str_from("{\"a\":\"\\\"tmdate\\\":1\",\"tmdate\":-5}"), "tmdate", &value));
	assert_int_equal(value, -5);
	assert_false(scan_peek_number(str_from("{\"content\":{\"tmdate\":5}}"), "tmdate", &value));
	assert_false(scan_peek_number(str_from("{\"tmdate\":null}"), "tmdate", &value));
	assert_false(scan_peek_number(str_from("{\"tmdate\":\"5\"}"), "tmdate", &value));
	assert_false(scan_peek_number(str_from("{\"tmdate"), "tmdate", &value));
}

static void test_nested(void **state)
{
	CLEANUP(buf_done) struct buf text;
	struct nested_page page = {.fd = -1};
	struct err err = {.kind = ERR_NONE};
	char bytes[512];
	(void)state;
	buf_init(&text, sizeof(bytes));
	int fd = spool_of(
	    "{\"notes\":[{\"id\":\"a\",\"details\":{\"replies\":[{\"id\":\"r1\",\"n\":[1,{},[],null,true],"
	    "\"t\":\"x\\n\\u00e9\"},{\"id\":\"r2\"}]}},{\"id\":\"b\"},{\"id\":\"c\",\"details\":"
	    "{\"replies\":[{\"id\":\"r3\",\"o\":{\"p\":{\"q\":-1.5e3}}}]}}],\"count\":3}");
	assert_true(scan_nested(&stream, fd, "details.replies", "/tmp", &page, &err));
	assert_int_equal(page.n_records, 3);
	ssize_t length = pread(page.fd, bytes, sizeof(bytes), 0);
	buf_put(&text, bytes, (size_t)length);
	assert_string_equal(
	    text.data,
	    "{\"notes\":[{\"id\":\"r1\",\"n\":[1,{},[],null,true],\"t\":\"x\\n\303\251\"},{\"id\":\"r2\"},"
	    "{\"id\":\"r3\",\"o\":{\"p\":{\"q\":-1.5e3}}}]}");
	assert_int_equal(page.body_bytes, text.length);
	close(page.fd);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_page), cmocka_unit_test(test_order),
					   cmocka_unit_test(test_broken), cmocka_unit_test(test_peek),
					   cmocka_unit_test(test_nested)};
	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
