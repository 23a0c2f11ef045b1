/* SPDX-License-Identifier: PostgreSQL
 *
 * Files: whole small ones, atomic writes, unlinked spools, private directories.
 */
#ifndef TENURE_FILE_H
#define TENURE_FILE_H

#include "base/base.h"
#include "base/buf.h"

struct err;

/* Appends the file to buf; ERR_IO with path and reason; over buf's cap is ERR_IO too. */
MUST_USE bool file_read(const char *path, struct buf *buf, struct err *err);
/* Writes to path.tmp.<pid>, fsyncs file and directory, renames. */
MUST_USE bool file_write_atomically(const char *path, int mode, struct str bytes, struct err *err);
MUST_USE bool file_make_directories(const char *path, int mode, struct err *err); /* like mkdir -p */
/* An unnamed file in directory (O_TMPFILE, else mkstemp + unlink), 0600, read and write. */
MUST_USE bool file_spool_open(const char *directory, int *ret_fd, struct err *err);
MUST_USE bool file_write_all(int fd, struct str bytes, struct err *err); /* EINTR invisible; ENOSPC -> IO */
void file_close(int *fd);						 /* for CLEANUP; accepts -1 */
bool file_exists(const char *path);

#endif
