/* SPDX-License-Identifier: PostgreSQL */
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/tenure-test-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static int remove_folder(void **state)
{
	(void)state;
	static const char *const files[] = {"one", "plain"};
	static const char *const folders[] = {"a/b/c", "a/b", "a", "busy"};
	for (size_t i = 0; i < ARRAY_LENGTH(files); i++)
		unlink(files[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(folders); i++)
		rmdir(folders[i]);
	return chdir("/") != 0 ? -1 : rmdir(folder);
}

static void writes_and_reads(void **state)
{
	(void)state;
	struct err err;
	struct buf buf;
	struct stat status;
	char path[PATH_MAX];
	buf_init(&buf, 100);
	assert_false(file_exists("one"));
	assert_true(file_write_atomically("one", 0640, str_from("first"), &err));
	snprintf(path, sizeof(path), "%s/one", folder);
	assert_true(file_write_atomically(path, 0600, str_from("second"), &err));
	assert_true(file_exists("one"));
	assert_int_equal(stat("one", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_true(file_read("one", &buf, &err));
	assert_true(file_read("one", &buf, &err));
	assert_string_equal(buf.data, "secondsecond");
	buf_done(&buf);
	buf_init(&buf, 3);
	assert_false(file_read("one", &buf, &err));
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.message, "cannot read one: larger than 3 bytes");
	buf_done(&buf);
}

static void says_why_not(void **state)
{
	(void)state;
	struct err err;
	struct buf buf;
	char longest[PATH_MAX + 10];
	char message[ERR_MESSAGE_BYTES];
	memset(longest, 'x', sizeof(longest));
	longest[PATH_MAX - 1] = '\0';
	buf_init(&buf, 100);
	assert_false(file_read("absent", &buf, &err));
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.message, "cannot open absent: No such file or directory");
	assert_false(file_read(".", &buf, &err));
	assert_string_equal(err.message, "cannot read .: Is a directory");
	assert_false(file_write_atomically("absent/file", 0600, str_from("x"), &err));
	snprintf(message, sizeof(message), "cannot create absent/file.tmp.%ld: No such file or directory",
		 (long)getpid());
	assert_string_equal(err.message, message);
	assert_int_equal(mkdir("busy", 0700), 0);
	assert_false(file_write_atomically("busy", 0600, str_from("x"), &err));
	snprintf(message, sizeof(message), "cannot rename busy.tmp.%ld to busy: Is a directory",
		 (long)getpid());
	assert_string_equal(err.message, message);
	snprintf(message, sizeof(message), "busy.tmp.%ld", (long)getpid());
	assert_false(file_exists(message));
	assert_false(file_write_atomically(longest, 0600, str_from("x"), &err));
	assert_non_null(strstr(err.message, "cannot write xxx"));
	buf_done(&buf);
}

/* The process numbers are beyond what the kernel gives; our parent is alive. */
static void removes_orphans(void **state)
{
	(void)state;
	struct err err;
	char own[64];
	assert_true(file_write_atomically("token.tmp.2147483647", 0600, str_from("dead"), &err));
	assert_true(file_write_atomically("token.tmp.word", 0600, str_from("no process"), &err));
	assert_true(file_write_atomically("other.tmp.2147483646", 0600, str_from("another's"), &err));
	snprintf(own, sizeof(own), "token.tmp.%ld", (long)getppid());
	assert_true(file_write_atomically(own, 0600, str_from("alive"), &err));
	assert_true(file_write_atomically("token", 0600, str_from("x"), &err));
	assert_false(file_exists("token.tmp.2147483647"));
	assert_true(file_exists("token.tmp.word"));
	assert_true(file_exists("other.tmp.2147483646"));
	assert_true(file_exists(own));
	assert_int_equal(unlink("token.tmp.word") | unlink("other.tmp.2147483646") | unlink(own), 0);
	assert_int_equal(unlink("token"), 0);
}

static void reports_a_full_disk(void **state)
{
	(void)state;
	struct err err;
	CLEANUP(file_close) int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		skip();
	assert_false(file_write_all(fd, str_from("12345"), &err));
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(err.message, "cannot write 5 bytes: No space left on device");
	assert_true(file_write_all(fd, str_from(""), &err));
}

static void makes_folders(void **state)
{
	(void)state;
	struct err err;
	struct stat status;
	char longest[PATH_MAX + 10];
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_true(file_make_directories("a//b/c", 0700, &err));
	assert_true(file_make_directories("a/b/c/", 0700, &err));
	assert_true(file_make_directories("/", 0700, &err));
	assert_int_equal(stat("a/b", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_true(file_write_atomically("plain", 0600, str_from(""), &err));
	assert_false(file_make_directories("plain", 0700, &err));
	assert_string_equal(err.message, "cannot make folder plain: Not a directory");
	assert_false(file_make_directories("plain/x", 0700, &err));
	assert_string_equal(err.message, "cannot make folder plain: Not a directory");
	assert_false(file_make_directories("", 0700, &err));
	assert_string_equal(err.message, "cannot make folder : the path is empty or too long");
	assert_false(file_make_directories(longest, 0700, &err));
	assert_non_null(strstr(err.message, "cannot make folder xxx"));
}

static void opens_spools(void **state)
{
	(void)state;
	struct err err;
	char bytes[8] = {0};
	struct stat status;
	int fd = -1;
	assert_true(file_spool_open(folder, &fd, &err));
	assert_true(file_write_all(fd, str_from("spooled"), &err));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(read(fd, bytes, sizeof(bytes)), 7);
	assert_string_equal(bytes, "spooled");
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(status.st_nlink, 0);
	file_close(&fd);
	assert_int_equal(fd, -1);
	file_close(&fd);
	assert_false(file_spool_open("/tmp/tenure-absent-folder", &fd, &err));
	assert_int_equal(err.kind, ERR_IO);
	assert_string_equal(
	    err.message, "cannot open a spool file in /tmp/tenure-absent-folder: No such file or directory");
	assert_int_equal(fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_and_reads),	   cmocka_unit_test(says_why_not),
	    cmocka_unit_test(removes_orphans),	   cmocka_unit_test(makes_folders),

	    cmocka_unit_test(reports_a_full_disk), cmocka_unit_test(makes_folders),
	    cmocka_unit_test(opens_spools),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
