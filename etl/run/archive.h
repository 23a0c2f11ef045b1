/* SPDX-License-Identifier: PostgreSQL
 *
 * Page archive: state_directory/archive/<2 hex>/<sha256>.zst, content-addressed, so the same answer is kept
 * once. Imported files are recorded by path, size and hash and copied only when run.archive_files says so.
 *
 *     spool --read--> zstd level 3 --> <name>.tmp.<pid> --fsync, rename, fsync of the directory--> <name>
 */
#ifndef TENURE_ARCHIVE_H
#define TENURE_ARCHIVE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/hash.h"

struct err;
struct run;

/* Compresses body_bytes of fd under its hash (fsync + rename), unless it is there. Leaves fd at 0. IO
 * E_ARCHIVE when the bytes do not have that hash or length, IO when the disk is full. */
MUST_USE bool archive_store(const struct run *run, int fd, const char *sha256, uint64_t body_bytes,
			    uint64_t *ret_stored_bytes, struct err *err);
/* Opens a stored page decompressed into a spool; the hash is checked (IO E_ARCHIVE when it differs or the
 * page is not there). The caller closes *ret_fd, which stands at 0. */
MUST_USE bool archive_open(const struct run *run, const char *sha256, int *ret_fd, uint64_t *ret_bytes,
			   struct err *err);
/* "<2 hex>/<sha256>.zst": meta.archive.location of a kept page. */
void archive_location(const char *sha256, struct buf *buf);

#endif
