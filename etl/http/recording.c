/* SPDX-License-Identifier: PostgreSQL */
#include "http/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/caps.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/str.h"
#include "http/exchange.h"
#include "http/http.h"

#define META_BYTES  ((size_t)512 * 1024) /* a URL of CAP_REQUEST_BYTES, escaped */
#define NUMBER_MOST 1000000u

/* How often a request was asked for: open addressing, always at most half full. */
struct tally_entry {
	unsigned char key[HASH_SHA256_BYTES];
	unsigned last; /* number used last; 0: free slot */
};

struct recording {
	char *directory;
	struct tally_entry *entries;
	size_t n_slots; /* a power of two */
	size_t n_used;
};

static struct tally_entry *tally_find(struct tally_entry *entries, size_t n_slots,
				      const unsigned char key[HASH_SHA256_BYTES])
{
	size_t slot = 0;
	memcpy(&slot, key, sizeof(slot)); /* a digest is as good as a hash of it */
	for (slot &= n_slots - 1; entries[slot].last != 0; slot = (slot + 1) & (n_slots - 1)) {
		if (memcmp(entries[slot].key, key, HASH_SHA256_BYTES) == 0)
			break;
	}
	return &entries[slot];
}

static bool tally_grow(struct recording *recording, struct err *err)
{
	size_t n_slots = recording->n_slots == 0 ? 64 : recording->n_slots * 2;
	struct tally_entry *entries = calloc(n_slots, sizeof(*entries));
	if (entries == NULL)
		return err_nomem(err, "the list of recorded exchanges");
	for (size_t i = 0; i < recording->n_slots; i++) {
		if (recording->entries[i].last != 0)
			*tally_find(entries, n_slots, recording->entries[i].key) = recording->entries[i];
	}
	free(recording->entries);
	recording->entries = entries;
	recording->n_slots = n_slots;
	return true;
}

/* The number after the last one used for the key; it counts as used once tally_set says so. */
static bool tally_next(struct recording *recording, const unsigned char key[HASH_SHA256_BYTES],
		       unsigned *ret_number, struct err *err)
{
	if (recording->n_used * 2 >= recording->n_slots && !tally_grow(recording, err))
		return false;
	*ret_number = tally_find(recording->entries, recording->n_slots, key)->last + 1;
	return true;
}

static void tally_set(struct recording *recording, const unsigned char key[HASH_SHA256_BYTES],
		      unsigned number)
{
	struct tally_entry *entry = tally_find(recording->entries, recording->n_slots, key);
	if (entry->last == 0)
		recording->n_used++;
	memcpy(entry->key, key, HASH_SHA256_BYTES);
	entry->last = number;
}

bool recording_new(struct recording **ret, const char *directory, bool is_replay, struct err *err)
{
	struct stat status;
	if (!is_replay && !file_make_directories(directory, 0700, err))
		return err_wrap(err, "recording");
	if (is_replay && (stat(directory, &status) != 0 || !S_ISDIR(status.st_mode)))
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cannot replay from %s: not a folder",
				     directory);
	struct recording *recording = calloc(1, sizeof(*recording));
	if (recording == NULL)
		return err_nomem(err, "a recording");
	recording->directory = strdup(directory);
	if (recording->directory == NULL) {
		free(recording);
		return err_nomem(err, "a recording");
	}
	*ret = recording;
	return true;
}

void recording_free(struct recording *recording)
{
	if (recording == NULL)
		return;
	free(recording->directory);
	free(recording->entries);
	free(recording);
}

static bool key_of(const struct http_request *request, unsigned char key[HASH_SHA256_BYTES], struct err *err)
{
	struct hash *hash = NULL;
	if (!hash_new(&hash, err))
		return false;
	hash_add(hash, request->method, strlen(request->method) + 1);
	hash_add(hash, request->url, strlen(request->url) + 1);
	if (request->body.length > 0)
		hash_add(hash, request->body.data, request->body.length);
	hash_finish(hash, key);
	hash_free(hash);
	return true;
}

static bool path_of(const struct recording *recording, const unsigned char key[HASH_SHA256_BYTES],
		    unsigned number, char path[PATH_MAX], struct err *err)
{
	char hex[HASH_SHA256_HEX];
	hash_hex(key, hex);
	int length = snprintf(path, PATH_MAX, "%s/%s-%u.exchange", recording->directory, hex, number);
	if (length < 0 || length >= PATH_MAX)
		return err_set(err, ERR_IO, "cannot name a recording in %s: the path is too long",
			       recording->directory);
	return true;
}

/* Copies length bytes from where both files stand to `take`. */
static bool copy_bytes(int from, uint64_t length,
		       bool (*take)(void *context, const void *bytes, size_t length), void *context,
		       struct err *err)
{
	char bytes[32 * 1024];
	while (length > 0) {
		size_t wanted = length < sizeof(bytes) ? (size_t)length : sizeof(bytes);
		ssize_t got = read(from, bytes, wanted);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_IO, "cannot read: %s", strerror(errno));
		if (got == 0)
			return err_set(err, ERR_IO, "%llu bytes are missing", (unsigned long long)length);
		if (!take(context, bytes, (size_t)got))
			return false;
		length -= (uint64_t)got;
	}
	return true;
}

/* ---- writing ----------------------------------------------------------------------------------------- */

struct sink {
	int fd;
	struct err *err;
};

static bool sink_take(void *context, const void *bytes, size_t length)
{
	const struct sink *sink = context;
	return file_write_all(sink->fd, (struct str){bytes, length}, sink->err);
}

static bool meta_write(int fd, const struct http_request *request, const struct http_response *response,
		       struct err *err)
{
	struct buf meta;
	buf_init(&meta, META_BYTES);
	buf_printf(&meta,
		   "{\"status\":%d,\"retry_after_ms\":%lld,\"received_at_ms\":%lld,\"body_bytes\":%llu",
		   response->status, (long long)response->retry_after_ms, (long long)response->received_at_ms,
		   (unsigned long long)response->body_bytes);
	buf_printf(&meta, ",\"body_sha256\":\"%s\",\"content_type\":", response->sha256);
	buf_put_json(&meta, str_from(response->content_type));
	buf_put_text(&meta, ",\"method\":");
	buf_put_json(&meta, str_from(request->method));
	buf_put_text(&meta, ",\"url\":");
	buf_put_json(&meta, str_from(request->url));
	buf_put_text(&meta, "}\n");
	bool is_written = buf_check(&meta, "the description of a recording", err) &&
			  file_write_all(fd, buf_str(&meta), err);
	buf_done(&meta);
	return is_written;
}

static bool file_fill(const char *path, const struct http_request *request,
		      const struct http_response *response, struct err *err)
{
	CLEANUP(file_close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot create %s: %s", path, strerror(errno));
	struct sink sink = {.fd = fd, .err = err};
	if (!meta_write(fd, request, response, err) ||
	    !copy_bytes(response->spool_fd, response->body_bytes, sink_take, &sink, err))
		return false;
	if (lseek(response->spool_fd, 0, SEEK_SET) != 0)
		return err_set(err, ERR_IO, "cannot rewind the spool file: %s", strerror(errno));
	return true;
}

/* Gives the finished file the next free number. link() refuses a name that is there, so that two processes
 * recording into one folder do not overwrite each other. */
static bool publish(struct recording *recording, const unsigned char key[HASH_SHA256_BYTES],
		    const char *temporary, struct err *err)
{
	char path[PATH_MAX];
	unsigned number = 0;
	if (!tally_next(recording, key, &number, err))
		return false;
	for (; number < NUMBER_MOST; number++) {
		if (!path_of(recording, key, number, path, err))
			return false;
		if (link(temporary, path) == 0) {
			tally_set(recording, key, number);
			return true;
		}
		if (errno != EEXIST)
			return err_set(err, ERR_IO, "cannot name %s: %s", path, strerror(errno));
	}
	return err_set(err, ERR_IO, "cannot record: one request was recorded %u times", NUMBER_MOST);
}

bool recording_write(struct recording *recording, const struct http_request *request,
		     const struct http_response *response, struct err *err)
{
	char temporary[PATH_MAX];
	unsigned char key[HASH_SHA256_BYTES];
	int length =
	    snprintf(temporary, sizeof(temporary), "%s/.recording.%ld", recording->directory, (long)getpid());
	if (length < 0 || length >= PATH_MAX)
		return err_set(err, ERR_IO, "cannot name a recording in %s: the path is too long",
			       recording->directory);
	if (!key_of(request, key, err))
		return false;
	bool is_written =
	    file_fill(temporary, request, response, err) && publish(recording, key, temporary, err);
	unlink(temporary);
	return is_written || err_wrap(err, "recording");
}

/* ---- replaying --------------------------------------------------------------------------------------- */

/* Reads the first line, leaving the file at the byte after it. */
static bool meta_read(int fd, struct buf *meta, struct err *err)
{
	char bytes[4096];
	off_t offset = 0;
	for (;;) {
		ssize_t got = pread(fd, bytes, sizeof(bytes), offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, ERR_IO, "cannot read: %s", strerror(errno));
		size_t end = str_find_byte((struct str){bytes, (size_t)got}, '\n');
		buf_put(meta, bytes, end);
		if (!buf_check(meta, "the description of a recording", err))
			return false;
		if (end < (size_t)got)
			return lseek(fd, offset + (off_t)end + 1, SEEK_SET) >= 0 ||
			       err_set(err, ERR_IO, "cannot seek: %s", strerror(errno));
		if (got == 0)
			return err_set(err, ERR_IO, "its description does not end");
		offset += got;
	}
}

/* The text after "name":. The line is our own and flat, its URL comes last: the first hit is the member. */
static struct str meta_member(struct str meta, const char *name)
{
	size_t at = str_find(meta, str_from(name));
	return str_slice(meta, at + strlen(name), meta.length);
}

static bool meta_number(struct str meta, const char *name, uint64_t *ret_number)
{
	struct str rest = meta_member(meta, name);
	return num_parse_u64(str_slice(rest, 0, str_find_byte(rest, ',')), ret_number);
}

/* Undoes buf_put_json for printable ASCII. */
static void meta_text(struct str meta, const char *name, char *text, size_t size)
{
	struct str rest = meta_member(meta, name);
	size_t length = 0;
	for (size_t i = 1; i < rest.length && rest.data[i] != '"' && length + 1 < size; i++) {
		if (rest.data[i] == '\\' && i + 1 < rest.length)
			i++;
		text[length++] = rest.data[i];
	}
	text[length] = '\0';
}

static bool meta_parse(struct str meta, struct http_response *ret, uint64_t *ret_body_bytes, struct err *err)
{
	uint64_t status = 0, retry_after_ms = 0, received_at_ms = 0;
	if (!meta_number(meta, "{\"status\":", &status) || status > 999 ||
	    !meta_number(meta, ",\"retry_after_ms\":", &retry_after_ms) || retry_after_ms > INT64_MAX ||
	    !meta_number(meta, ",\"received_at_ms\":", &received_at_ms) || received_at_ms > INT64_MAX ||
	    !meta_number(meta, ",\"body_bytes\":", ret_body_bytes))
		return err_set(err, ERR_IO, "its description is not one");
	ret->status = (int)status;
	ret->retry_after_ms = (int64_t)retry_after_ms;
	ret->received_at_ms = (int64_t)received_at_ms;
	meta_text(meta, ",\"body_sha256\":", ret->sha256, sizeof(ret->sha256));
	meta_text(meta, ",\"content_type\":", ret->content_type, sizeof(ret->content_type));
	return true;
}

static bool file_replay(int fd, struct exchange *exchange, struct http_response *ret, struct err *err)
{
	struct buf meta;
	uint64_t body_bytes = 0;
	buf_init(&meta, META_BYTES);
	bool is_read = meta_read(fd, &meta, err) && meta_parse(buf_str(&meta), ret, &body_bytes, err);
	buf_done(&meta);
	if (!is_read)
		return false;
	if (!copy_bytes(fd, body_bytes, exchange_store, exchange, err)) {
		if (exchange->fault == FAULT_SIZE)
			return err_set_class(err, ERR_PROTOCOL, "E_SRC_SIZE",
					     "the body is larger than the limit of %llu bytes",
					     (unsigned long long)exchange->max_bytes);
		if (exchange->fault == FAULT_SPOOL)
			return err_set_class(err, ERR_IO, "E_SPOOL", "%s", exchange->spool_err.message);
		return false;
	}
	char more = 0;
	if (read(fd, &more, 1) != 0)
		return err_set(err, ERR_IO, "bytes stand behind its body");
	return true;
}

static bool absent(const struct http_request *request, struct err *err)
{
	if (request->is_secret)
		return err_set_class(err, ERR_NET_FINAL, "E_SRC_REPLAY",
				     "cannot replay a secret exchange: none is ever recorded");
	return err_set_class(err, ERR_NET_FINAL, "E_SRC_REPLAY",
			     "cannot replay: %s of a URL of %zu characters is not recorded (any more)",
			     request->method, strlen(request->url));
}

bool recording_replay(struct recording *recording, const struct http_request *request,
		      struct exchange *exchange, struct http_response *ret, struct err *err)
{
	unsigned char key[HASH_SHA256_BYTES];
	char path[PATH_MAX];
	unsigned number = 0;
	if (request->is_secret)
		return absent(request, err);
	if (!key_of(request, key, err) || !tally_next(recording, key, &number, err) ||
	    !path_of(recording, key, number, path, err))
		return false;
	CLEANUP(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return absent(request, err);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
	if (!file_replay(fd, exchange, ret, err))
		return err_wrap(err, "replaying %s", path);
	tally_set(recording, key, number);
	return true;
}
