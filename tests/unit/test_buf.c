/* SPDX-License-Identifier: PostgreSQL */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"

static void writes(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 100000);
	assert_string_equal(buf_str(&buf).data, "");
	buf_put_text(&buf, "ab");
	buf_put_byte(&buf, 'c');
	buf_put_str(&buf, str_from("de"));
	buf_put_str(&buf, STR_NONE);
	buf_printf(&buf, "%d-%s", 42, "x");
	assert_string_equal(buf.data, "abcde42-x");
	buf_remove_front(&buf, 5);
	assert_string_equal(buf.data, "42-x");
	buf_remove_front(&buf, 0);
	buf_remove_front(&buf, 99);
	assert_string_equal(buf.data, "");
	for (int i = 0; i < 5000; i++)
		buf_put_text(&buf, "0123456789");
	assert_int_equal(buf.length, 50000);
	assert_int_equal(strlen(buf.data), 50000);
	assert_true(buf_check(&buf, "text", NULL));
	buf_done(&buf);
	buf_done(&buf);
	struct buf zeroed = {0};
	buf_done(&zeroed);
}

static void fails_stickily_at_the_cap(void **state)
{
	(void)state;
	struct buf buf;
	struct err err;
	buf_init(&buf, 8);
	buf_put_text(&buf, "12345678");
	assert_true(buf_check(&buf, "a row", &err));
	buf_put_byte(&buf, '9');
	buf_put_text(&buf, "");
	buf_printf(&buf, "%d", 1);
	assert_string_equal(buf.data, "12345678");
	assert_false(buf_check(&buf, "a row", &err));
	assert_int_equal(err.kind, ERR_DATA);
	assert_string_equal(err.class_name, "E_DATA_SIZE");
	assert_string_equal(err.message, "a row is larger than 8 bytes");
	buf_reset(&buf);
	buf_printf(&buf, "%s", "12345678");
	assert_true(buf_check(&buf, "a row", &err));
	buf_printf(&buf, "%s", "9");
	assert_true(buf.is_over_cap);
	buf_done(&buf);
	buf.is_failed = true; /* as when malloc fails */
	buf.is_over_cap = false;
	assert_false(buf_check(&buf, "a row", &err));
	assert_int_equal(err.kind, ERR_NOMEM);
	assert_string_equal(err.message, "out of memory: a row");
}

static void borrows(void **state)
{
	(void)state;
	char bytes[6];
	struct buf buf;
	buf_init_borrowed(&buf, bytes, sizeof(bytes));
	assert_string_equal(buf_str(&buf).data, "");
	buf_put_text(&buf, "12345");
	assert_false(buf.is_failed);
	buf_put_byte(&buf, '6');
	assert_true(buf.is_over_cap);
	buf_wipe(&buf);
	assert_memory_equal(bytes, "\0\0\0\0\0\0", 6);
	buf_done(&buf);
}

static void writes_network_order(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 100);
	buf_put_u16(&buf, 0x0102);
	buf_put_u32(&buf, 0x03040506);
	buf_put_u64(&buf, UINT64_C(0x0708090A0B0C0D0E));
	assert_int_equal(buf.length, 14);
	assert_memory_equal(buf.data, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E", 14);
	buf_done(&buf);
}

static void escapes(void **state)
{
	(void)state;
	struct buf buf;
	buf_init(&buf, 1000);
	buf_put_json(&buf, (struct str){"a\"\\\b\f\n\r\t\x01\0\x7F\xC3\xA9", 13});
	assert_string_equal(buf.data, "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u0000\x7F\xC3\xA9\"");
	buf_reset(&buf);
	buf_put_json(&buf, STR_NONE);
	assert_string_equal(buf.data, "\"\"");
	buf_reset(&buf);
	buf_put_url(&buf, str_from("A-z_0.~ /?&=+%\xC3\xA9"));
	assert_string_equal(buf.data, "A-z_0.~%20%2F%3F%26%3D%2B%25%C3%A9");
	buf_done(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes),  cmocka_unit_test(fails_stickily_at_the_cap),
	    cmocka_unit_test(borrows), cmocka_unit_test(writes_network_order),
	    cmocka_unit_test(escapes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
