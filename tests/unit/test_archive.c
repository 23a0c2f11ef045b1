/* SPDX-License-Identifier: PostgreSQL */
#include "run/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "run/run.h"

#define BODY_BYTES ((size_t)300000)

static char directory[64];
static char archive[96];
static char spool[96];
static struct run run;
static struct err err;
static char *body;
static char sha256[HASH_SHA256_HEX];

static int spool_of(const char *bytes, size_t length)
{
	int fd = -1;
	assert_true(file_spool_open(spool, &fd, &err));
	assert_true(file_write_all(fd, (struct str){bytes, length}, &err));
	return fd;
}

static void page_path(char *path, size_t size)
{
	snprintf(path, size, "%s/%.2s/%s.zst", archive, sha256, sha256);
}

static void test_there_and_back(void **state)
{
	(void)state;
	uint64_t stored = 0;
	uint64_t again = 0;
	uint64_t bytes = 0;
	int copy = -1;
	struct stat status;
	char path[300];
	CLEANUP(file_close) int fd = spool_of(body, BODY_BYTES);
	assert_true(archive_store(&run, fd, sha256, BODY_BYTES, &stored, &err));
	assert_true(stored > 0 && stored < BODY_BYTES);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
	page_path(path, sizeof(path));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_true(archive_store(&run, fd, sha256, BODY_BYTES, &again, &err));
	assert_int_equal(stored, again);
	assert_true(archive_open(&run, sha256, &copy, &bytes, &err));
	assert_int_equal(bytes, BODY_BYTES);
	char *back = malloc(BODY_BYTES);
	assert_non_null(back);
	assert_int_equal(read(copy, back, BODY_BYTES), BODY_BYTES);
	assert_memory_equal(back, body, BODY_BYTES);
	free(back);
	file_close(&copy);
}

static void test_location(void **state)
{
	(void)state;
	char text[128];
	struct buf buf;
	buf_init_borrowed(&buf, text, sizeof(text));
	archive_location("abcd", &buf);
	assert_string_equal(text, "ab/abcd.zst");
}

static void test_refuses(void **state)
{
	(void)state;
	uint64_t stored = 0;
	uint64_t bytes = 0;
	int copy = -1;
	char other[HASH_SHA256_HEX];
	CLEANUP(file_close) int fd = spool_of(body, 1000);
	memset(other, 'a', sizeof(other) - 1);
	other[sizeof(other) - 1] = '\0';
	assert_false(archive_store(&run, fd, other, 1000, &stored, &err));
	assert_string_equal(err.class_name, "E_ARCHIVE");
	assert_non_null(strstr(err.message, "changed while it was archived"));
	assert_false(archive_open(&run, other, &copy, &bytes, &err));
	assert_int_equal(err.kind, ERR_IO);
	assert_non_null(strstr(err.message, "is not in the archive"));
	assert_false(archive_store(&run, fd, "../../etc/passwd", 1000, &stored, &err));
	assert_int_equal(err.kind, ERR_BUG);
}

static void damage(off_t at, bool is_cut)
{
	char path[300];
	char byte;
	page_path(path, sizeof(path));
	int fd = open(path, O_RDWR);
	assert_true(fd >= 0);
	if (is_cut) {
		assert_int_equal(ftruncate(fd, at), 0);
	} else {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte = (char)(byte ^ 1);
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

static void test_damaged(void **state)
{
	(void)state;
	uint64_t stored = 0;
	uint64_t bytes = 0;
	int copy = -1;
	char path[300];
	CLEANUP(file_close) int fd = spool_of(body, BODY_BYTES);
	assert_true(archive_store(&run, fd, sha256, BODY_BYTES, &stored, &err));
	damage(1000, false);
	assert_false(archive_open(&run, sha256, &copy, &bytes, &err));
	assert_string_equal(err.class_name, "E_ARCHIVE");
	page_path(path, sizeof(path));
	unlink(path);
	assert_true(archive_store(&run, fd, sha256, BODY_BYTES, &stored, &err));
	damage(1000, true);
	assert_false(archive_open(&run, sha256, &copy, &bytes, &err));
	assert_string_equal(err.class_name, "E_ARCHIVE");
	assert_int_equal(copy, -1);
}

static int setup(void **state)
{
	(void)state;
	unsigned char digest[HASH_SHA256_BYTES];
	uint32_t seed = 1;
	snprintf(directory, sizeof(directory), "/tmp/tenure-archive.%ld", (long)getpid());
	snprintf(archive, sizeof(archive), "%s/archive", directory);
	snprintf(spool, sizeof(spool), "%s/spool", directory);
	assert_true(file_make_directories(archive, 0700, &err) && file_make_directories(spool, 0700, &err));
	run.archive_directory = archive;
	run.spool_directory = spool;
	body = malloc(BODY_BYTES);
	assert_non_null(body);
	for (size_t i = 0; i < BODY_BYTES; i++) {
		seed = seed * 1103515245u + 12345u;
		body[i] = (char)('a' + (seed >> 16) % 20);
	}
	hash_sha256((struct str){body, BODY_BYTES}, digest);
	hash_hex(digest, sha256);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	char path[300];
	free(body);
	page_path(path, sizeof(path));
	unlink(path);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_there_and_back),
	    cmocka_unit_test(test_location),
	    cmocka_unit_test(test_refuses),
	    cmocka_unit_test(test_damaged),
	};
	return cmocka_run_group_tests_name("archive", tests, setup, teardown);
}
