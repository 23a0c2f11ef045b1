/* SPDX-License-Identifier: PostgreSQL
 *
 *     DIRECTORY/            0700, the owner's
 *         data/             the cluster; tenure.conf in it is written at every start, custom.conf is the
 * user's run/              0700: the socket. Too long for a socket's name: /tmp/tenure-UID-HASH instead
 *         postgres.log
 *         lock              taken by start and stop
 *
 * Who may connect: whoever can enter the socket's folder, that is the owner and root (`local trust` behind
 * mode 0700 asks the kernel the same question as `peer` would, and lets the tests be any role). Clients check
 * the owner of the other end by requirepeer. Over TCP (cluster.port) a password is always asked for.
 */
#define _GNU_SOURCE /* flock, glob */
#include "pg/cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/num.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "pg/owner.h"
#include "pg/pg.h"
#include "pg/pg_internal.h"

#define SOCKET_PORT	5432 /* only names the socket when cluster.port is 0 */
#define SOCKET_NAME_MAX 107  /* sun_path */
#define FOLDER_TRIES	20   /* one second */
#define LOCK_WAIT_MS	90000
#define START_WAIT	"60" /* seconds, for pg_ctl */
#define CRASH_ATTEMPTS	10   /* half a second apart */
#define PING_WAIT_MS	15000
#define OUTPUT_BYTES	((size_t)64 * 1024)
#define CONFIG_BYTES	((size_t)16 * 1024)

struct place {
	struct owner owner;
	int port; /* 0 = no TCP */
	char directory[PATH_MAX];
	char data[PATH_MAX + 16];
	char fresh[PATH_MAX + 16]; /* where initdb works, renamed to data when all is well */
	char log[PATH_MAX + 16];
	char lock[PATH_MAX + 16];
	char socket[PATH_MAX + 16]; /* folder of the socket */
};

/* ---- where things are */

static bool default_directory(const struct place *place, char *directory, struct err *err)
{
	const char *data_home = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");
	int length = 0;
	if (place->owner.is_other) /* user postgres cannot enter root's home */
		length = snprintf(directory, PATH_MAX, "/var/lib/tenure");
	else if (data_home != NULL && data_home[0] == '/')
		length = snprintf(directory, PATH_MAX, "%s/tenure", data_home);
	else if (home != NULL && home[0] == '/')
		length = snprintf(directory, PATH_MAX, "%s/.local/share/tenure", home);
	if (length > 0 && length < PATH_MAX)
		return true;
	err_set_class(err, ERR_CONFIG, "E_CONFIG", "there is no home folder for the private cluster");
	return err_hint(err, "set cluster.directory (TENURE_CLUSTER_DIRECTORY)");
}

static bool find_directory(const struct conf *conf, struct place *place, struct err *err)
{
	char here[PATH_MAX];
	const char *set = conf_text(conf, CONF_CLUSTER_DIRECTORY);
	int length;
	if (set[0] == '\0')
		return default_directory(place, place->directory, err);
	if (set[0] == '/')
		length = snprintf(place->directory, PATH_MAX, "%s", set);
	else if (getcwd(here, sizeof(here)) == NULL)
		return err_set(err, ERR_IO, "cannot tell the current folder: %s", strerror(errno));
	else
		length = snprintf(place->directory, PATH_MAX, "%s/%s", here, set);
	if (length < 0 || length >= PATH_MAX)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cluster.directory is too long");
	return true;
}

static void find_socket(struct place *place)
{
	unsigned char digest[HASH_SHA256_BYTES];
	char hex[HASH_SHA256_HEX];
	int length = snprintf(place->socket, sizeof(place->socket), "%s/run", place->directory);
	if (length + (int)sizeof("/.s.PGSQL.65535") - 1 <= SOCKET_NAME_MAX)
		return;
	hash_sha256(str_from(place->directory), digest);
	hash_hex(digest, hex);
	snprintf(place->socket, sizeof(place->socket), "/tmp/tenure-%lu-%.12s",
		 (unsigned long)place->owner.uid, hex);
}

static bool find_place(const struct conf *conf, struct place *place, struct err *err)
{
	int64_t port = conf_integer(conf, CONF_CLUSTER_PORT);
	*place = (struct place){.port = (int)port};
	if (port < 0 || port > 65535)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cluster.port is not between 0 and 65535");
	if (!owner_find(&place->owner, err) || !find_directory(conf, place, err))
		return false;
	snprintf(place->data, sizeof(place->data), "%s/data", place->directory);
	snprintf(place->fresh, sizeof(place->fresh), "%s/data.new", place->directory);
	snprintf(place->log, sizeof(place->log), "%s/postgres.log", place->directory);
	snprintf(place->lock, sizeof(place->lock), "%s/lock", place->directory);
	find_socket(place);
	return true;
}

static int socket_port(const struct place *place)
{
	return place->port == 0 ? SOCKET_PORT : place->port;
}

static bool has_cluster(const struct place *place)
{
	char path[PATH_MAX + 32];
	snprintf(path, sizeof(path), "%s/PG_VERSION", place->data);
	return file_exists(path);
}

/* The first line of a small file of the cluster, as a number; 0 when there is none. */
static int64_t read_number(const char *folder, const char *name)
{
	CLEANUP(buf_done) struct buf buf;
	char path[PATH_MAX + 64];
	int64_t value = 0;
	buf_init(&buf, 4096);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!file_read(path, &buf, NULL))
		return 0;
	struct str rest = buf_str(&buf);
	struct str line;
	if (!str_next(&rest, '\n', &line) || !num_parse_i64(str_trim(line), &value))
		return 0;
	return value;
}

/* ---- PostgreSQL's programs */

static bool has_program(const char *directory, const char *name)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/%s", directory, name);
	return length > 0 && length < (int)sizeof(path) && access(path, X_OK) == 0;
}

/* Newest first: glob sorts by name, so the last match with a program in it counts. */
static bool find_installed(const char *pattern, char *bin)
{
	glob_t found = {0};
	bool is_found = false;
	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; i < found.gl_pathc; i++)
			if (has_program(found.gl_pathv[i], "initdb"))
				is_found = snprintf(bin, PATH_MAX, "%s", found.gl_pathv[i]) < PATH_MAX;
	globfree(&found);
	return is_found;
}

static bool find_in_path(char *bin)
{
	struct str rest = str_from(getenv("PATH"));
	struct str part;
	while (str_next(&rest, ':', &part)) {
		int length = snprintf(bin, PATH_MAX, "%.*s", (int)part.length, part.data);
		if (length > 0 && length < PATH_MAX && has_program(bin, "initdb"))
			return true;
	}
	return false;
}

/* A cluster that exists needs the programs of its own version. */
static bool find_bin(const struct conf *conf, const struct place *place, char *bin, struct err *err)
{
	char pattern[PATH_MAX];
	const char *set = conf_text(conf, CONF_CLUSTER_BIN);
	if (set[0] != '\0') {
		if (snprintf(bin, PATH_MAX, "%s", set) < PATH_MAX && has_program(bin, "initdb"))
			return true;
		return err_set_class(err, ERR_CONFIG, "E_CONFIG", "cluster.bin holds no initdb: %s", set);
	}
	int64_t version = read_number(place->data, "PG_VERSION");
	if (version > 0) {
		snprintf(pattern, sizeof(pattern), "/usr/lib/postgresql/%lld/bin", (long long)version);
		if (find_installed(pattern, bin))
			return true;
	}
	if (find_installed("/usr/lib/postgresql/[1-9][0-9]/bin", bin) || find_in_path(bin) ||
	    find_installed("/usr/pgsql-[1-9][0-9]/bin", bin) || find_installed("/usr/local/pgsql/bin", bin))
		return true;
	err_set_class(err, ERR_CONFIG, "E_CONFIG", "PostgreSQL's programs (initdb, pg_ctl) were not found");
	return err_hint(err,
			"install PostgreSQL (make deps), or set cluster.bin to the folder that holds them");
}

static struct str last_line(struct str text)
{
	struct str rest = str_trim(text);
	struct str last = STR_NONE;
	struct str line;
	while (str_next(&rest, '\n', &line))
		last = line;
	return last;
}

static bool run_program(const struct place *place, const char *bin, const char *const *argv, struct err *err)
{
	CLEANUP(buf_done) struct buf output;
	char program[PATH_MAX + 16];
	const char *arguments[32] = {program};
	buf_init(&output, OUTPUT_BYTES);
	snprintf(program, sizeof(program), "%s/%s", bin, argv[0]);
	for (size_t i = 1; argv[i] != NULL; i++)
		arguments[i] = argv[i];
	if (owner_run(&place->owner, place->directory, arguments, &output, err))
		return true;
	struct str line = last_line(buf_str(&output));
	err_wrap(err, "%.*s", (int)(line.length < 300 ? line.length : 300),
		 line.length == 0 ? "" : line.data);
	return err_hint(err, "the server's log is %s", place->log);
}

/* ---- folders */

static bool check_private(const struct place *place, const char *path, struct err *err)
{
	struct stat status;
	if (lstat(path, &status) != 0)
		return err_set(err, ERR_IO, "cannot look at %s: %s", path, strerror(errno));
	if (!S_ISDIR(status.st_mode) || status.st_uid != place->owner.uid || (status.st_mode & 077) != 0)
		return err_set_class(err, ERR_CONFIG, "E_CONFIG",
				     "%s is not a folder that only user %s can enter", path,
				     place->owner.name);
	return true;
}

/* A folder of the owner's, mode 0700, made when it is missing and never taken from somebody else. */
static bool make_private(const struct place *place, const char *path, struct err *err)
{
	if (mkdir(path, 0700) == 0) {
		if (place->owner.is_other && lchown(path, place->owner.uid, place->owner.gid) != 0)
			return err_set(err, ERR_IO, "cannot give %s to user %s: %s", path, place->owner.name,
				       strerror(errno));
		if (chmod(path, 0700) != 0)
			return err_set(err, ERR_IO, "cannot set the mode of %s: %s", path, strerror(errno));
	} else if (errno != EEXIST) {
		return err_set(err, ERR_IO, "cannot make folder %s: %s", path, strerror(errno));
	}
	/* Another start may have made it and not yet given it away: it is looked at again before it is
	 * refused. */
	for (int tries = 0; tries < FOLDER_TRIES; tries++) {
		struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
		if (check_private(place, path, err)) {
			err_reset(err);
			return true;
		}
		(void)nanosleep(&pause, NULL);
	}
	return false;
}

static bool make_parents(const char *path, struct err *err)
{
	char parent[PATH_MAX];
	snprintf(parent, sizeof(parent), "%s", path);
	char *slash = strrchr(parent, '/');
	if (slash == NULL || slash == parent)
		return true;
	*slash = '\0';
	return file_make_directories(parent, 0755, err);
}

static bool can_enter(const void *context, struct err *err)
{
	const struct place *place = context;
	if (chdir(place->directory) == 0)
		return true;
	return err_set(err, ERR_CONFIG, "cannot enter %s: %s", place->directory, strerror(errno));
}

static bool make_folders(const struct place *place, struct err *err)
{
	if (!make_parents(place->directory, err) || !make_private(place, place->directory, err) ||
	    !make_private(place, place->socket, err))
		return false;
	if (owner_do(&place->owner, "the private cluster's folder", can_enter, place, err))
		return true;
	return err_hint(err, "set cluster.directory to a folder that user %s can reach", place->owner.name);
}

static bool take_lock(const struct place *place, int *ret_fd, struct err *err)
{
	int64_t until_ms = clock_monotonic_ms() + LOCK_WAIT_MS;
	CLEANUP(file_close) int fd = open(place->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_set(err, ERR_IO, "cannot open %s: %s", place->lock, strerror(errno));
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (clock_monotonic_ms() >= until_ms)
			return err_set_class(err, ERR_BUSY, "E_LOCKED",
					     "another tenure is starting or stopping the cluster in %s",
					     place->directory);
		struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
		(void)nanosleep(&pause, NULL);
	}
	*ret_fd = fd;
	fd = -1;
	return true;
}

/* ---- the server */

static void put_quoted(struct buf *buf, const char *value)
{
	buf_put_byte(buf, '\'');
	for (const char *at = value; *at != '\0'; at++) {
		if (*at == '\'' || *at == '\\')
			buf_put_byte(buf, '\\');
		buf_put_byte(buf, *at);
	}
	buf_put_byte(buf, '\'');
}

static void put_dsn(struct buf *buf, const struct place *place, const char *database)
{
	buf_put_text(buf, "host=");
	put_quoted(buf, place->socket);
	buf_printf(buf, " port=%d dbname=%s user=tenure", socket_port(place), database);
	if (place->owner.name[0] != '\0') {
		buf_put_text(buf, " requirepeer=");
		put_quoted(buf, place->owner.name);
	}
}

static bool is_answering(const struct place *place)
{
	CLEANUP(buf_done) struct buf dsn;
	buf_init(&dsn, CONFIG_BYTES);
	put_dsn(&dsn, place, "postgres");
	buf_put_text(&dsn, " connect_timeout=3");
	if (dsn.is_failed)
		return false;
	PGPing answer = PQping(dsn.data);
	return answer == PQPING_OK || answer == PQPING_REJECT;
}

/* The server of this data folder works in it; any other process with the number of the pid file (numbers are
 * used again, and start small in containers) does not. */
static bool is_server_alive(const struct place *place, int64_t pid)
{
	char link[64];
	char target[PATH_MAX + 16];
	char real[PATH_MAX];
	if (pid <= 0 || (kill((pid_t)pid, 0) != 0 && errno == ESRCH))
		return false;
	snprintf(link, sizeof(link), "/proc/%lld/cwd", (long long)pid);
	ssize_t length = readlink(link, target, sizeof(target) - 1);
	if (length < 0)
		return errno == EACCES; /* not to be looked at: believe the pid file */
	target[length] = '\0';
	return realpath(place->data, real) != NULL && strcmp(real, target) == 0;
}

static bool wait_for_answer(const struct place *place)
{
	int64_t until_ms = clock_monotonic_ms() + PING_WAIT_MS;
	while (!is_answering(place)) {
		if (clock_monotonic_ms() >= until_ms)
			return false;
		struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

static void put_settings(struct buf *buf, const struct place *place)
{
	buf_printf(
	    buf,
	    "# Written by `tenure db start` at every start; settings of your own go into custom.conf.\n"
	    "listen_addresses = '%s'\nport = %d\nunix_socket_directories = ",
	    place->port == 0 ? "" : "127.0.0.1", socket_port(place));
	put_quoted(buf, place->socket);
	buf_put_text(buf, "\nunix_socket_permissions = 0700\n"
			  "max_connections = 50\n"
			  "shared_buffers = 128MB\n"
			  "work_mem = 32MB\n"
			  "maintenance_work_mem = 128MB\n"
			  "max_wal_size = 4GB\n"
			  "checkpoint_timeout = 15min\n"
			  "wal_compression = lz4\n"
			  "default_toast_compression = lz4\n"
			  "random_page_cost = 1.1\n"
			  "jit = off\n"
			  "timezone = 'UTC'\n"
			  "log_timezone = 'UTC'\n"
			  "password_encryption = 'scram-sha-256'\n"
			  /* Statements, details and parameters hold people's data. */
			  "log_error_verbosity = terse\n"
			  "log_min_error_statement = panic\n"
			  "log_parameter_max_length = 0\n"
			  "log_parameter_max_length_on_error = 0\n");
}

static bool write_settings(const void *context, struct err *err)
{
	const struct place *place = context;
	CLEANUP(buf_done) struct buf text;
	char path[PATH_MAX + 64];
	buf_init(&text, CONFIG_BYTES);
	put_settings(&text, place);
	snprintf(path, sizeof(path), "%s/tenure.conf", place->data);
	return buf_check(&text, "server settings", err) &&
	       file_write_atomically(path, 0600, buf_str(&text), err);
}

/* Of a cluster that initdb has just made: who may connect, and where settings come from. */
static bool write_fresh_files(const void *context, struct err *err)
{
	static const char access_rules[] =
	    "# Written by `tenure db start`. The socket's folder is the gate.\n"
	    "local all all trust\n"
	    "host all all 127.0.0.1/32 scram-sha-256\n"
	    "host all all ::1/128 scram-sha-256\n";
	static const char includes[] = "include = 'tenure.conf'\ninclude_if_exists = 'custom.conf'\n";
	const struct place *place = context;
	char path[PATH_MAX + 64];
	snprintf(path, sizeof(path), "%s/pg_hba.conf", place->fresh);
	if (!file_write_atomically(path, 0600, str_from(access_rules), err))
		return false;
	snprintf(path, sizeof(path), "%s/postgresql.conf", place->fresh);
	if (!file_write_atomically(path, 0600, str_from(includes), err))
		return false;
	if (rename(place->fresh, place->data) != 0)
		return err_set(err, ERR_IO, "cannot rename %s: %s", place->fresh, strerror(errno));
	return true;
}

static bool create_cluster(const struct place *place, const char *bin, struct err *err)
{
	CLEANUP(buf_done) struct buf output;
	const char *const initdb[] = {"initdb",
				      "-D",
				      place->fresh,
				      "-U",
				      "tenure",
				      "-E",
				      "UTF8",
				      "--locale=C.UTF-8",
				      "--data-checksums",
				      "--auth-local=trust",
				      "--auth-host=scram-sha-256",
				      "--no-instructions",
				      NULL};
	const char *const clear[] = {"/bin/rm", "-rf", "--", place->fresh, NULL};
	buf_init(&output, OUTPUT_BYTES);
	return owner_run(&place->owner, place->directory, clear, &output, err) &&
	       run_program(place, bin, initdb, err) &&
	       owner_do(&place->owner, "setting up the private cluster", write_fresh_files, place, err);
}

static struct str last_failure(struct str text)
{
	static const struct str mark = STR("FATAL:");
	struct str rest = str_trim(text);
	struct str last = last_line(text);
	struct str line;
	while (str_next(&rest, '\n', &line))
		if (str_find(line, mark) < line.length)
			last = line;
	return last;
}

/* The log's last words say more than pg_ctl's "could not start server". */
static void explain_start(const struct place *place, struct err *err)
{
	CLEANUP(buf_done) struct buf log;
	buf_init(&log, (size_t)16 * 1024 * 1024);
	if (!file_read(place->log, &log, NULL))
		return;
	struct str line = last_failure(buf_str(&log));
	if (line.length > 0)
		err_hint(err, "the server's log %s says: %.*s", place->log,
			 (int)(line.length < 300 ? line.length : 300), line.data);
}

/* What a crash leaves behind. The caller knows that nobody works in the data folder; PostgreSQL itself looks
 * only whether the numbers in these files are in use, which in a container they soon are, and zombies count
 * too. Its other gate, the shared memory of the data folder, stays. */
static bool remove_stale(const struct place *place, bool *ret_was_there, struct err *err)
{
	char paths[2][PATH_MAX + 64];
	snprintf(paths[0], sizeof(paths[0]), "%s/postmaster.pid", place->data);
	snprintf(paths[1], sizeof(paths[1]), "%s/.s.PGSQL.%d.lock", place->socket, socket_port(place));
	*ret_was_there = false;
	for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
		if (unlink(paths[i]) == 0)
			*ret_was_there = true;
		else if (errno != ENOENT)
			return err_set(err, ERR_IO, "cannot remove %s: %s", paths[i], strerror(errno));
	}
	return true;
}

static bool start_server(const struct place *place, const char *bin, struct err *err)
{
	const char *const start[] = {"pg_ctl", "-D", place->data, "-l",	   place->log,
				     "-w",     "-t", START_WAIT,  "start", NULL};
	bool has_crashed = false;
	if (!remove_stale(place, &has_crashed, err))
		return false;
	/* After a crash the dead server's children let go of its memory within moments. */
	for (int attempt = has_crashed ? 1 : CRASH_ATTEMPTS;; attempt++) {
		if (run_program(place, bin, start, err))
			return true;
		if (attempt >= CRASH_ATTEMPTS)
			break;
		struct timespec pause = {.tv_nsec = 500 * 1000 * 1000};
		(void)nanosleep(&pause, NULL);
	}
	explain_start(place, err);
	return false;
}

static bool stop_server(const struct place *place, const char *bin, struct err *err)
{
	const char *const stop[] = {"pg_ctl", "-D", place->data, "-m",	 "fast",
				    "-w",     "-t", START_WAIT,	 "stop", NULL};
	return run_program(place, bin, stop, err);
}

/* Where a session of ours may be opened without settings. */
static bool ensure_database(const struct place *place, struct err *err)
{
	CLEANUP(buf_done) struct buf dsn;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	buf_init(&dsn, CONFIG_BYTES);
	put_dsn(&dsn, place, "postgres");
	if (!buf_check(&dsn, "connection string", err))
		return false;
	struct pg pg = {.conninfo = dsn.data, .statement_ms = 60000, .lock_ms = 2000};
	if (!pg_connect_session(&pg, true, err))
		return false;
	bool is_done =
	    pg_run(&pg, &sql_cluster_has_database, 0, NULL, &rows, err) &&
	    (pg_rows_count(rows) > 0 || pg_run(&pg, &sql_cluster_create_database, 0, NULL, NULL, err));
	pg_drop(&pg);
	return is_done;
}

/* With the lock held. */
static bool ensure_running(const struct place *place, const char *bin, struct err *err)
{
	if (!has_cluster(place) && !create_cluster(place, bin, err))
		return err_wrap(err, "creating the private cluster in %s", place->directory);
	if (is_server_alive(place, read_number(place->data, "postmaster.pid"))) {
		if (wait_for_answer(place))
			return true;
		/* Alive but not where it should listen: the settings have changed. */
		if (!stop_server(place, bin, err))
			return false;
	}
	return owner_do(&place->owner, "server settings", write_settings, place, err) &&
	       start_server(place, bin, err);
}

bool cluster_start(const struct conf *conf, struct err *err)
{
	struct place place;
	char bin[PATH_MAX];
	CLEANUP(file_close) int lock = -1;
	if (!find_place(conf, &place, err) || !find_bin(conf, &place, bin, err) ||
	    !make_folders(&place, err) || !take_lock(&place, &lock, err))
		return false;
	return ensure_running(&place, bin, err) && ensure_database(&place, err);
}

bool cluster_stop(const struct conf *conf, struct err *err)
{
	struct place place;
	char bin[PATH_MAX];
	CLEANUP(file_close) int lock = -1;
	if (!find_place(conf, &place, err))
		return false;
	if (!has_cluster(&place))
		return true;
	if (!find_bin(conf, &place, bin, err) || !take_lock(&place, &lock, err))
		return false;
	if (!is_server_alive(&place, read_number(place.data, "postmaster.pid")))
		return true;
	return stop_server(&place, bin, err);
}

bool cluster_status(const struct conf *conf, struct buf *buf, bool *ret_is_running, struct err *err)
{
	struct place place;
	if (!find_place(conf, &place, err))
		return false;
	bool is_created = has_cluster(&place);
	int64_t pid = is_created ? read_number(place.data, "postmaster.pid") : 0;
	bool is_running = is_created && is_server_alive(&place, pid) && is_answering(&place);
	buf_printf(buf, "cluster    %s\n", place.directory);
	buf_printf(buf, "state      %s\n",
		   is_running ? "running" : (is_created ? "stopped" : "not created (tenure db start)"));
	if (is_created)
		buf_printf(buf, "version    PostgreSQL %lld\n",
			   (long long)read_number(place.data, "PG_VERSION"));
	if (is_running) {
		buf_printf(buf, "process    %lld\n", (long long)pid);
		buf_put_text(buf, "connection ");
		put_dsn(buf, &place, "tenure");
		buf_put_byte(buf, '\n');
	}
	*ret_is_running = is_running;
	return true;
}

bool cluster_dsn(const struct conf *conf, struct buf *buf, struct err *err)
{
	struct place place;
	if (!find_place(conf, &place, err))
		return false;
	if (!has_cluster(&place)) {
		err_set_class(err, ERR_CONFIG, "E_CONFIG",
			      "no database is named, and there is no private cluster in %s", place.directory);
		return err_hint(err,
				"`tenure db start` creates one; --dsn or TENURE_DSN names another database");
	}
	put_dsn(buf, &place, "tenure");
	return true;
}
