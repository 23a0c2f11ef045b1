/* SPDX-License-Identifier: PostgreSQL */
#define _GNU_SOURCE /* O_TMPFILE */
#include "run/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/caps.h"
#include "base/err.h"
#include "base/file.h"
#include "run/run.h"

#define ARCHIVE_LEVEL	   3  /* measured: ratio 4.2 at 120 MB/s; higher levels cost more than they save */
#define ARCHIVE_WINDOW_LOG 21 /* 2 MiB: what level 3 uses; also the most that archive_open accepts */
#define PATH_BYTES	   ((size_t)4096)

void archive_location(const char *sha256, struct buf *buf)
{
	buf_printf(buf, "%.2s/%s.zst", sha256, sha256);
}

static bool check_name(const char *sha256, struct err *err)
{
	if (strspn(sha256, "0123456789abcdef") != HASH_SHA256_HEX - 1 || sha256[HASH_SHA256_HEX - 1] != '\0')
		return err_set(err, ERR_BUG, "a page hash is not 64 hexadecimal digits");
	return true;
}

static bool fail_io(struct err *err, const char *what, const char *path)
{
	int reason = errno;
	err_set(err, ERR_IO, "cannot %s %s: %s", what, path, strerror(reason));
	if (reason == ENOSPC || reason == EDQUOT)
		err_hint(err,
			 "free space in the state directory or set run.archive=false; running again is safe");
	return false;
}

static bool fail_content(struct err *err, const char *sha256, const char *why)
{
	return err_set_class(err, ERR_IO, "E_ARCHIVE", "page %s: %s", sha256, why);
}

/* Reads as much as fits, over interruptions and short reads. */
static bool read_chunk(int fd, char *bytes, size_t size, size_t *ret_length, struct err *err)
{
	ssize_t length;
	do
		length = read(fd, bytes, size);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return fail_io(err, "read", "a page");
	*ret_length = (size_t)length;
	return true;
}

static bool rewind_fd(int fd, struct err *err)
{
	if (lseek(fd, 0, SEEK_SET) != 0)
		return fail_io(err, "rewind", "a page");
	return true;
}

/* --- storing --- */

struct store {
	int from, to;
	ZSTD_CCtx *context;
	struct hash *hash;
	uint64_t n_read, n_written;
	char in[CAP_CHUNK_BYTES];
	char out[CAP_CHUNK_BYTES];
};

static bool compress_chunk(struct store *store, size_t length, bool is_last, struct err *err)
{
	ZSTD_inBuffer in = {store->in, length, 0};
	size_t left;
	do {
		ZSTD_outBuffer out = {store->out, sizeof(store->out), 0};
		left =
		    ZSTD_compressStream2(store->context, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return err_set(err, ERR_BUG, "zstd: %s", ZSTD_getErrorName(left));
		if (!file_write_all(store->to, (struct str){store->out, out.pos}, err))
			return false;
		store->n_written += out.pos;
	} while (is_last ? left != 0 : in.pos < in.size);
	return true;
}

static bool compress(struct store *store, const char *sha256, uint64_t body_bytes, struct err *err)
{
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	size_t length = 0;
	do {
		if (!read_chunk(store->from, store->in, sizeof(store->in), &length, err))
			return false;
		hash_add(store->hash, store->in, length);
		store->n_read += length;
		if (!compress_chunk(store, length, length == 0, err))
			return false;
	} while (length > 0);
	hash_finish(store->hash, digest);
	hash_hex(digest, hex);
	if (store->n_read != body_bytes || strcmp(hex, sha256) != 0)
		return fail_content(err, sha256, "changed while it was archived");
	return true;
}

static bool sync_directory(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail_io(err, "open", path);
	bool is_done = fsync(fd) == 0 || errno == EINVAL || fail_io(err, "sync", path);
	file_close(&fd);
	return is_done;
}

/* A copy under way has no name, so that a process that dies leaves nothing behind; where a file without a
 * name cannot be had, or could not get one by /proc, it is `temporary`. Below 0: neither, errno says why. */
static int open_copy(const char *directory, const char *temporary, bool *ret_has_name)
{
#ifdef O_TMPFILE
	int fd = access("/proc/self/fd", X_OK) == 0
		     ? open(directory, O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR)
		     : -1;
	*ret_has_name = false;
	if (fd >= 0)
		return fd;
#else
	(void)directory;
#endif
	*ret_has_name = true;
	return open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
}

static bool name_copy(int fd, bool has_name, const char *temporary, const char *path, struct err *err)
{
	char link[64];
	if (has_name)
		return rename(temporary, path) == 0 || fail_io(err, "rename", temporary);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	/* EEXIST: another process was first, with the same bytes. */
	return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 || errno == EEXIST ||
	       fail_io(err, "name", path);
}

static bool store_into(int to, int fd, const char *sha256, uint64_t body_bytes, uint64_t *ret_stored_bytes,
		       struct err *err)
{
	struct store *store = calloc(1, sizeof(*store));
	if (store == NULL)
		return err_nomem(err, "the page archive");
	store->from = fd;
	store->to = to;
	store->context = ZSTD_createCCtx();
	bool is_done = store->context != NULL || err_nomem(err, "the page archive");
	if (is_done) {
		ZSTD_CCtx_setParameter(store->context, ZSTD_c_compressionLevel, ARCHIVE_LEVEL);
		ZSTD_CCtx_setParameter(store->context, ZSTD_c_windowLog, ARCHIVE_WINDOW_LOG);
		ZSTD_CCtx_setParameter(store->context, ZSTD_c_checksumFlag, 1);
		is_done = hash_new(&store->hash, err) && compress(store, sha256, body_bytes, err);
	}
	if (is_done && fsync(to) != 0)
		is_done = fail_io(err, "sync", "an archived page");
	if (is_done)
		*ret_stored_bytes = store->n_written;
	ZSTD_freeCCtx(store->context);
	hash_free(store->hash);
	free(store);
	return is_done;
}

bool archive_store(const struct run *run, int fd, const char *sha256, uint64_t body_bytes,
		   uint64_t *ret_stored_bytes, struct err *err)
{
	CLEANUP(buf_done) struct buf directory;
	CLEANUP(buf_done) struct buf path;
	CLEANUP(buf_done) struct buf temporary;
	struct stat status;
	uint64_t stored_bytes = 0;
	buf_init(&directory, PATH_BYTES);
	buf_init(&path, PATH_BYTES);
	buf_init(&temporary, PATH_BYTES);
	if (!check_name(sha256, err))
		return false;
	buf_printf(&directory, "%s/%.2s", run->archive_directory, sha256);
	if (!buf_check(&directory, "the archive's path", err) ||
	    !file_make_directories(directory.data, 0700, err))
		return false;
	buf_printf(&path, "%s/%s.zst", directory.data, sha256);
	buf_printf(&temporary, "%s.tmp.%ld", path.data, (long)getpid());
	if (!buf_check(&path, "the archive's path", err) || !buf_check(&temporary, "the archive's path", err))
		return false;
	if (stat(path.data, &status) == 0) {
		*ret_stored_bytes = (uint64_t)status.st_size;
		return rewind_fd(fd, err);
	}
	if (!rewind_fd(fd, err))
		return false;
	bool has_name = false;
	CLEANUP(file_close) int to = open_copy(directory.data, temporary.data, &has_name);
	if (to < 0)
		return fail_io(err, "create", temporary.data);
	if (!store_into(to, fd, sha256, body_bytes, &stored_bytes, err) ||
	    !name_copy(to, has_name, temporary.data, path.data, err)) {
		if (has_name)
			unlink(temporary.data);
		return false;
	}
	if (!sync_directory(directory.data, err) || !rewind_fd(fd, err))
		return false;
	*ret_stored_bytes = stored_bytes;
	return true;
}

/* --- opening --- */

struct restore {
	int from, to;
	ZSTD_DCtx *context;
	struct hash *hash;
	uint64_t n_bytes;
	char in[CAP_CHUNK_BYTES];
	char out[CAP_CHUNK_BYTES];
};

static bool decompress_chunk(struct restore *restore, size_t length, const char *sha256, size_t *ret_left,
			     struct err *err)
{
	ZSTD_inBuffer in = {restore->in, length, 0};
	ZSTD_outBuffer out;
	do {
		out = (ZSTD_outBuffer){restore->out, sizeof(restore->out), 0};
		*ret_left = ZSTD_decompressStream(restore->context, &out, &in);
		if (ZSTD_isError(*ret_left))
			return fail_content(err, sha256, "its archived copy is damaged");
		hash_add(restore->hash, restore->out, out.pos);
		restore->n_bytes += out.pos;
		if (restore->n_bytes > CAP_PAGE_BYTES)
			return fail_content(err, sha256, "its archived copy is larger than any page");
		if (!file_write_all(restore->to, (struct str){restore->out, out.pos}, err))
			return false;
	} while (in.pos < in.size || out.pos == out.size);
	return true;
}

static bool decompress(struct restore *restore, const char *sha256, struct err *err)
{
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	size_t length = 0;
	size_t left = 1;
	do {
		if (!read_chunk(restore->from, restore->in, sizeof(restore->in), &length, err))
			return false;
		if (length > 0 && !decompress_chunk(restore, length, sha256, &left, err))
			return false;
	} while (length > 0);
	hash_finish(restore->hash, digest);
	hash_hex(digest, hex);
	if (left != 0 || strcmp(hex, sha256) != 0)
		return fail_content(err, sha256, "its archived copy has other content");
	return rewind_fd(restore->to, err);
}

bool archive_open(const struct run *run, const char *sha256, int *ret_fd, uint64_t *ret_bytes,
		  struct err *err)
{
	CLEANUP(buf_done) struct buf path;
	CLEANUP(file_close) int from = -1;
	CLEANUP(file_close) int to = -1;
	buf_init(&path, PATH_BYTES);
	if (!check_name(sha256, err))
		return false;
	buf_printf(&path, "%s/", run->archive_directory);
	archive_location(sha256, &path);
	if (!buf_check(&path, "the archive's path", err))
		return false;
	from = open(path.data, O_RDONLY | O_CLOEXEC);
	if (from < 0 && errno == ENOENT)
		return fail_content(err, sha256, "is not in the archive");
	if (from < 0)
		return fail_io(err, "open", path.data);
	if (!file_spool_open(run->spool_directory, &to, err))
		return false;
	struct restore *restore = calloc(1, sizeof(*restore));
	if (restore == NULL)
		return err_nomem(err, "the page archive");
	restore->from = from;
	restore->to = to;
	restore->context = ZSTD_createDCtx();
	bool is_done = restore->context != NULL || err_nomem(err, "the page archive");
	if (is_done) {
		ZSTD_DCtx_setParameter(restore->context, ZSTD_d_windowLogMax, ARCHIVE_WINDOW_LOG);
		is_done = hash_new(&restore->hash, err) && decompress(restore, sha256, err);
	}
	if (is_done) {
		*ret_bytes = restore->n_bytes;
		*ret_fd = to;
		to = -1;
	}
	ZSTD_freeDCtx(restore->context);
	hash_free(restore->hash);
	free(restore);
	return is_done;
}
