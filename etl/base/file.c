/* SPDX-License-Identifier: PostgreSQL */
#define _GNU_SOURCE /* O_TMPFILE, explicit_bzero */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/num.h"

void file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool read_into(int fd, const char *path, struct buf *buf, struct err *err)
{
	char bytes[16 * 1024];
	ssize_t length = 0;
	do {
		length = read(fd, bytes, sizeof(bytes));
		if (length > 0)
			buf_put(buf, bytes, (size_t)length);
	} while (!buf->is_failed && (length > 0 || (length < 0 && errno == EINTR)));
	int reason = errno;
	explicit_bzero(bytes, sizeof(bytes)); /* may have been a secret */
	if (buf->is_over_cap)
		return err_set(err, ERR_IO, "cannot read %s: larger than %zu bytes", path, buf->cap);
	if (buf->is_failed)
		return err_nomem(err, path);
	if (length < 0)
		return err_set(err, ERR_IO, "cannot read %s: %s", path, strerror(reason));
	return true;
}

bool file_read(const char *path, struct buf *buf, struct err *err)
{
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
	return read_into(fd, path, buf, err);
}

bool file_write_all(int fd, struct str bytes, struct err *err)
{
	while (bytes.length > 0) {
		ssize_t written = write(fd, bytes.data, bytes.length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set(err, ERR_IO, "cannot write %zu bytes: %s", bytes.length,
				       strerror(errno));
		bytes.data += written;
		bytes.length -= (size_t)written;
	}
	return true;
}

/* The folder of a path, in `directory` of PATH_MAX bytes. */
static void directory_of(const char *path, char *directory)
{
	const char *slash = strrchr(path, '/');
	int length = slash == NULL ? 0 : (int)(slash - path);
	if (slash == NULL)
		snprintf(directory, PATH_MAX, ".");
	else if (length == 0)
		snprintf(directory, PATH_MAX, "/");
	else
		snprintf(directory, PATH_MAX, "%.*s", length, path);
}

/* A rename is durable only once the folder itself is written out. */
static bool sync_directory(const char *path, struct err *err)
{
	char directory[PATH_MAX];
	directory_of(path, directory);
	CLEANUP(file_close) int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot open folder %s: %s", directory, strerror(errno));
	if (fsync(fd) != 0 && errno != EINVAL) /* EINVAL: a file system without it */
		return err_set(err, ERR_IO, "cannot sync folder %s: %s", directory, strerror(errno));
	return true;
}

static bool write_temporary(const char *path, int mode, struct str bytes, struct err *err)
{
	CLEANUP(file_close)
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot create %s: %s", path, strerror(errno));
	if (fchmod(fd, (mode_t)mode) != 0)
		return err_set(err, ERR_IO, "cannot set the mode of %s: %s", path, strerror(errno));
	if (!file_write_all(fd, bytes, err))
		return err_wrap(err, "writing %s", path);
	if (fsync(fd) != 0)
		return err_set(err, ERR_IO, "cannot sync %s: %s", path, strerror(errno));
	int descriptor = fd;
	fd = -1;
	if (close(descriptor) != 0)
		return err_set(err, ERR_IO, "cannot close %s: %s", path, strerror(errno));
	return true;
}

/* Removes what processes that died while they wrote `path` left behind: it may hold a secret. */
static void remove_orphans(const char *path)
{
	char directory[PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct str name = str_from(slash == NULL ? path : slash + 1);
	struct str mark = str_from(".tmp.");
	directory_of(path, directory);
	DIR *entries = opendir(directory);
	if (entries == NULL)
		return;
	for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
		struct str found = str_from(entry->d_name);
		int64_t process = 0;
		if (!str_starts_with(found, name))
			continue;
		struct str rest = str_slice(found, name.length, found.length);
		if (str_starts_with(rest, mark) &&
		    num_parse_i64(str_slice(rest, mark.length, rest.length), &process) && process > 0 &&
		    process <= INT32_MAX && kill((pid_t)process, 0) != 0 && errno == ESRCH)
			unlinkat(dirfd(entries), entry->d_name, 0);
	}
	closedir(entries);
}

bool file_write_atomically(const char *path, int mode, struct str bytes, struct err *err)
{
	char temporary[PATH_MAX];
	int length = snprintf(temporary, sizeof(temporary), "%s.tmp.%ld", path, (long)getpid());
	if (length < 0 || length >= (int)sizeof(temporary))
		return err_set(err, ERR_IO, "cannot write %s: the path is too long", path);
	remove_orphans(path);
	if (!write_temporary(temporary, mode, bytes, err)) {
		unlink(temporary);
		return false;
	}
	if (rename(temporary, path) != 0) {
		err_set(err, ERR_IO, "cannot rename %s to %s: %s", temporary, path, strerror(errno));
		unlink(temporary);
		return false;
	}
	return sync_directory(path, err);
}

static bool make_one(const char *path, int mode, struct err *err)
{
	struct stat status;
	if (mkdir(path, (mode_t)mode) == 0)
		return true;
	int reason = errno;
	/* Not only EEXIST: a read-only or foreign parent answers otherwise for a folder that is there. */
	if (stat(path, &status) == 0) {
		if (S_ISDIR(status.st_mode))
			return true;
		reason = ENOTDIR;
	}
	return err_set(err, ERR_IO, "cannot make folder %s: %s", path, strerror(reason));
}

bool file_make_directories(const char *path, int mode, struct err *err)
{
	char part[PATH_MAX];
	size_t length = strlen(path);
	if (length == 0 || length >= sizeof(part))
		return err_set(err, ERR_IO, "cannot make folder %s: the path is empty or too long", path);
	memcpy(part, path, length + 1);
	for (size_t i = 1; i < length; i++) {
		if (part[i] != '/' || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		if (!make_one(part, mode, err))
			return false;
		part[i] = '/';
	}
	return make_one(part, mode, err);
}

/* For file systems without O_TMPFILE. */
static int open_unlinked(const char *directory)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/tenure-XXXXXX", directory);
	if (length < 0 || length >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	int fd = mkstemp(path); /* 0600 */
	if (fd < 0)
		return -1;
	unlink(path);
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		file_close(&fd);
		return -1;
	}
	return fd;
}

bool file_spool_open(const char *directory, int *ret_fd, struct err *err)
{
	int fd = -1;
#ifdef O_TMPFILE
	fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, S_IRUSR | S_IWUSR);
	if (fd < 0 && errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL)
		return err_set(err, ERR_IO, "cannot open a spool file in %s: %s", directory, strerror(errno));
#endif
	if (fd < 0)
		fd = open_unlinked(directory);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot open a spool file in %s: %s", directory, strerror(errno));
	*ret_fd = fd;
	return true;
}
