/* SPDX-License-Identifier: PostgreSQL
 *
 *     settings.def -> rows -> defaults -> settings file -> environment, secret files, credentials -> --set
 */
#define SLIP_DISTANCE	2 /* letters */
#define _DEFAULT_SOURCE	  /* explicit_bzero */
#include "conf/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"

#define NAME_BYTES   96			  /* "section.name" or an environment name */
#define SECRET_BYTES 8192		  /* longest content of a secret's file */
#define FILE_BYTES   ((size_t)256 * 1024) /* longest settings file */
#define LINE_BYTES   (INI_MAX_LINE - 2)	  /* libinih cuts longer ones */

struct row {
	const char *section;
	const char *name;
	enum conf_type type;
	const char *environment; /* own name, or NULL */
	const char *default_text;
	bool is_secret;
	const char *help;
};

static const struct row rows[] = {
#define SETTING(id, section, name, type, environment, default_text, is_secret, help)                         \
	[CONF_##id] = {section, name, type, environment, default_text, is_secret, help},
#include "conf/settings.def"
#undef SETTING
};

_Static_assert(ARRAY_LENGTH(rows) == CONF_COUNT, "one row for each setting");

static const char *const type_words[] = {[CONF_TEXT] = "text",
					 [CONF_INTEGER] = "whole number",
					 [CONF_SECONDS] = "duration",
					 [CONF_BYTES] = "size",
					 [CONF_BOOLEAN] = "boolean"};

extern char **environ;

struct value {
	char *text;
	char *origin;
	uint64_t number; /* seconds, bytes, whole number or boolean, by type; fits int64_t but for bytes */
};

struct conf {
	struct value values[CONF_COUNT];
};

/* A value on its way in: where it comes from, and how that is said. */
struct entry {
	enum conf_id id;
	struct str text;
	const char *origin;
};

/* What libinih's handler works on. */
struct ini_load {
	struct conf *conf;
	const char *path;
	bool is_private; /* nobody else can read the file */
	bool is_failed;
	bool is_seen[CONF_COUNT];
	struct err *err;
};

/* --- names --- */

static void write_name(enum conf_id id, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "%s.%s", rows[id].section, rows[id].name);
}

static void write_environment_name(enum conf_id id, char name[NAME_BYTES])
{
	snprintf(name, NAME_BYTES, "TENURE_%s_%s", rows[id].section, rows[id].name);
	for (char *at = name; *at != '\0'; at++) {
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	}
}

static bool find_name(struct str name, enum conf_id *ret_id)
{
	char known[NAME_BYTES];
	for (size_t i = 0; i < CONF_COUNT; i++) {
		write_name((enum conf_id)i, known);
		if (str_equal_text(name, known)) {
			*ret_id = (enum conf_id)i;
			return true;
		}
	}
	return false;
}

/* Edits that make one name of the other (Levenshtein), both shorter than NAME_BYTES. */
static size_t edit_distance(struct str left, struct str right)
{
	size_t row[NAME_BYTES + 1];
	for (size_t j = 0; j <= right.length; j++)
		row[j] = j;
	for (size_t i = 1; i <= left.length; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= right.length; j++) {
			size_t best = diagonal + (left.data[i - 1] != right.data[j - 1] ? 1 : 0);
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[right.length];
}

typedef void name_writer(enum conf_id id, char name[NAME_BYTES]);

/* True when the name is a known one but for a slip of the fingers, or continues one (…_FILE of no secret). */
static bool is_slip(struct str name, name_writer *write)
{
	char known[NAME_BYTES];
	for (size_t i = 0; i < CONF_COUNT && name.length < NAME_BYTES; i++) {
		write((enum conf_id)i, known);
		if (str_starts_with(name, str_from(known)) ||
		    edit_distance(name, str_from(known)) <= SLIP_DISTANCE)
			return true;
	}
	return false;
}

/* Adds the nearest known name as the hint, when one is near enough to be meant. */
static bool fail_unknown(enum err_kind kind, struct str name, const char *origin, name_writer *write,
			 struct err *err)
{
	char known[NAME_BYTES];
	size_t nearest_distance = name.length / 3 + 1;
	bool is_found = false;
	enum conf_id nearest = 0;
	err_set(err, kind, "unknown setting %.*s (%s)", (int)(name.length < 100 ? name.length : 100),
		name.data, origin);
	for (size_t i = 0; i < CONF_COUNT && name.length < NAME_BYTES; i++) {
		write((enum conf_id)i, known);
		size_t distance = edit_distance(name, str_from(known));
		if (distance > nearest_distance || (is_found && distance == nearest_distance))
			continue;
		nearest_distance = distance;
		nearest = (enum conf_id)i;
		is_found = true;
	}
	if (!is_found)
		return err_hint(err, "tenure config show lists the settings");
	write(nearest, known);
	return err_hint(err, "did you mean %s?", known);
}

/* --- values --- */

static bool parse_boolean(struct str text, uint64_t *ret_number)
{
	static const struct str words[] = {STR("false"), STR("true"), STR("no"), STR("yes"),
					   STR("off"),	 STR("on"),   STR("0"),	 STR("1")};
	for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
		if (str_equal_ignoring_case(text, words[i])) {
			*ret_number = i % 2;
			return true;
		}
	}
	return false;
}

static bool parse_number(enum conf_type type, struct str text, uint64_t *ret_number)
{
	int64_t seconds = 0;
	switch (type) {
	case CONF_TEXT:
		*ret_number = 0;
		return true;
	case CONF_INTEGER:
		return num_parse_u64(text, ret_number) && *ret_number <= INT64_MAX;
	case CONF_SECONDS:
		if (!num_parse_seconds(text, &seconds))
			return false;
		*ret_number = (uint64_t)seconds;
		return true;
	case CONF_BYTES:
		return num_parse_bytes(text, ret_number);
	case CONF_BOOLEAN:
		return parse_boolean(text, ret_number);
	}
	return false;
}

static void wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

static char *duplicate(struct str text)
{
	char *copy = malloc(text.length + 1);
	if (copy == NULL)
		return NULL;
	if (text.length > 0)
		memcpy(copy, text.data, text.length);
	copy[text.length] = '\0';
	return copy;
}

static bool fail_type(const struct entry *entry, struct err *err)
{
	static const char *const wanted[] = {[CONF_TEXT] = "text",
					     [CONF_INTEGER] = "a whole number",
					     [CONF_SECONDS] = "a duration such as 90s, 15m, 6h or 7d",
					     [CONF_BYTES] = "a size such as 64k, 64m or 2g",
					     [CONF_BOOLEAN] = "true or false"};
	char name[NAME_BYTES];
	write_name(entry->id, name);
	return err_set(err, ERR_CONFIG, "setting %s (%s) is \"%.*s\", not %s", name, entry->origin,
		       (int)(entry->text.length < 40 ? entry->text.length : 40), entry->text.data,
		       wanted[rows[entry->id].type]);
}

static bool put_value(struct conf *conf, const struct entry *entry, struct err *err)
{
	uint64_t number = 0;
	char name[NAME_BYTES];
	write_name(entry->id, name);
	if (memchr(entry->text.data, '\0', entry->text.length) != NULL)
		return err_set(err, ERR_CONFIG, "setting %s (%s) has a NUL byte", name, entry->origin);
	if (!parse_number(rows[entry->id].type, entry->text, &number))
		return fail_type(entry, err);
	char *text = duplicate(entry->text);
	char *origin = duplicate(str_from(entry->origin));
	if (text == NULL || origin == NULL) {
		wipe(text);
		free(origin);
		return err_nomem(err, "a setting");
	}
	struct value *value = &conf->values[entry->id];
	wipe(value->text);
	free(value->origin);
	*value = (struct value){.text = text, .origin = origin, .number = number};
	return true;
}

/* --- defaults and settings file --- */

static bool load_defaults(struct conf *conf, struct err *err)
{
	for (size_t i = 0; i < CONF_COUNT; i++) {
		struct entry entry = {(enum conf_id)i, str_from(rows[i].default_text), "default"};
		if (!put_value(conf, &entry, err))
			return false;
	}
	return true;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value == NULL || value[0] == '\0' ? NULL : value;
}

/* False when there is no place to look. */
static bool write_path(char path[PATH_MAX], bool *ret_is_wanted)
{
	const char *named = environment("TENURE_CONFIG");
	const char *folder = environment("XDG_CONFIG_HOME");
	const char *home = environment("HOME");
	int length = 0;
	*ret_is_wanted = named != NULL;
	if (named != NULL)
		length = snprintf(path, PATH_MAX, "%s", named);
	else if (folder != NULL)
		length = snprintf(path, PATH_MAX, "%s/tenure/tenure.conf", folder);
	else if (home != NULL)
		length = snprintf(path, PATH_MAX, "%s/.config/tenure/tenure.conf", home);
	return length > 0 && length < PATH_MAX;
}

static bool take_ini_entry(struct ini_load *load, const char *section, const char *name, const char *value)
{
	char full_name[2 * NAME_BYTES];
	char origin[PATH_MAX + 16];
	enum conf_id id = 0;
	snprintf(origin, sizeof(origin), "file %s", load->path);
	snprintf(full_name, sizeof(full_name), "%s.%s", section, name);
	if (!find_name(str_from(full_name), &id))
		return fail_unknown(ERR_CONFIG, str_from(full_name), origin, write_name, load->err);
	if (load->is_seen[id])
		return err_set(load->err, ERR_CONFIG, "setting %s (%s) is there twice", full_name, origin);
	load->is_seen[id] = true;
	if (rows[id].is_secret && !load->is_private) {
		err_set(load->err, ERR_CONFIG, "secret setting %s is in %s, which others can read", full_name,
			load->path);
		return err_hint(load->err, "chmod 600 %s", load->path);
	}
	struct entry entry = {id, str_from(value), origin};
	return put_value(load->conf, &entry, load->err);
}

static int on_ini_entry(void *context, const char *section, const char *name, const char *value)
{
	struct ini_load *load = context;
	if (!load->is_failed && !take_ini_entry(load, section, name, value == NULL ? "" : value))
		load->is_failed = true;
	return 1; /* libinih's own errors, which may be the cause of ours, stay apart */
}

static bool check_lines(struct str text, const char *path, struct err *err)
{
	struct str line;
	if (str_find_byte(text, '\0') < text.length)
		return err_set(err, ERR_CONFIG, "settings file %s has a NUL byte", path);
	for (size_t number = 1; str_next(&text, '\n', &line); number++) {
		if (line.length > LINE_BYTES)
			return err_set(err, ERR_CONFIG, "settings file %s, line %zu is longer than %d bytes",
				       path, number, LINE_BYTES);
	}
	return true;
}

static bool parse_ini(struct conf *conf, const char *path, struct str text, bool is_private, struct err *err)
{
	struct ini_load load = {.conf = conf, .path = path, .is_private = is_private, .err = err};
	if (!check_lines(text, path, err))
		return false;
	int line = ini_parse_string(text.data, on_ini_entry, &load);
	if (line < 0)
		return err_nomem(err, "a settings file");
	if (line > 0)
		return err_set(err, ERR_CONFIG, "settings file %s, line %d is no section, setting or comment",
			       path, line);
	return !load.is_failed;
}

static bool load_file(struct conf *conf, struct err *err)
{
	char path[PATH_MAX];
	struct stat status;
	bool is_wanted = false;
	if (!write_path(path, &is_wanted))
		return true;
	if (stat(path, &status) != 0) {
		if (!is_wanted && (errno == ENOENT || errno == ENOTDIR))
			return true;
		return err_set(err, ERR_CONFIG, "cannot read settings file %s: %s", path, strerror(errno));
	}
	/* All the memory at once: a buffer that grows would leave copies of secrets behind. */
	char *memory = malloc(FILE_BYTES);
	if (memory == NULL)
		return err_nomem(err, "a settings file");
	struct buf buf;
	buf_init_borrowed(&buf, memory, FILE_BYTES);
	bool is_done = file_read(path, &buf, err);
	if (!is_done && err != NULL)
		err->kind = ERR_CONFIG;
	bool is_private = (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
	is_done = is_done && parse_ini(conf, path, buf_str(&buf), is_private, err);
	buf_wipe(&buf);
	free(memory);
	return is_done;
}

/* --- environment, secret files, credentials --- */

/* Reads a secret and puts it in. What is wrong is said without a word of the content. */
static bool load_secret_file(struct conf *conf, enum conf_id id, const char *path, const char *origin,
			     struct err *err)
{
	char bytes[SECRET_BYTES];
	struct buf buf;
	buf_init_borrowed(&buf, bytes, sizeof(bytes));
	if (!file_read(path, &buf, err)) {
		if (err != NULL)
			err->kind = ERR_CONFIG;
		buf_wipe(&buf);
		return err_wrap(err, "secret %s", origin);
	}
	struct entry entry = {id, buf_str(&buf), origin};
	while (entry.text.length > 0 && strchr("\r\n", entry.text.data[entry.text.length - 1]) != NULL)
		entry.text.length--;
	bool is_done = false;
	if (entry.text.length == 0)
		err_set(err, ERR_CONFIG, "secret %s: %s is empty", origin, path);
	else
		is_done = put_value(conf, &entry, err);
	buf_wipe(&buf);
	return is_done;
}

static bool check_private(const char *path, const char *origin, struct err *err)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return err_set(err, ERR_CONFIG, "secret %s: cannot open %s: %s", origin, path,
			       strerror(errno));
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return true;
	err_set(err, ERR_CONFIG, "secret %s: others can read %s", origin, path);
	return err_hint(err, "chmod 600 %s", path);
}

/* <NAME>_FILE; no such variable is no error. */
static bool load_named_file(struct conf *conf, enum conf_id id, const char *name, struct err *err)
{
	char variable[NAME_BYTES + 8];
	char origin[NAME_BYTES + 32];
	snprintf(variable, sizeof(variable), "%s_FILE", name);
	snprintf(origin, sizeof(origin), "environment %s", variable);
	const char *path = environment(variable);
	if (path == NULL)
		return true;
	return check_private(path, origin, err) && load_secret_file(conf, id, path, origin, err);
}

/* systemd's LoadCredential. Its folder is private by itself, whatever the mode of the file says. */
static bool load_credential(struct conf *conf, enum conf_id id, struct err *err)
{
	char path[PATH_MAX];
	char origin[NAME_BYTES + 16];
	char name[NAME_BYTES];
	const char *folder = environment("CREDENTIALS_DIRECTORY");
	if (folder == NULL)
		return true;
	write_name(id, name);
	int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(origin, sizeof(origin), "credential %s", name);
	if (length < 0 || length >= (int)sizeof(path) || !file_exists(path))
		return true;
	return load_secret_file(conf, id, path, origin, err);
}

static bool load_variable(struct conf *conf, enum conf_id id, const char *name, struct err *err)
{
	char origin[NAME_BYTES + 16];
	const char *text = environment(name);
	if (text == NULL)
		return true;
	snprintf(origin, sizeof(origin), "environment %s", name);
	struct entry entry = {id, str_from(text), origin};
	return put_value(conf, &entry, err);
}

/* The weakest first, as the later value wins. */
static bool load_one_from_environment(struct conf *conf, enum conf_id id, struct err *err)
{
	char name[NAME_BYTES];
	const char *own_name = rows[id].environment;
	write_environment_name(id, name);
	if (rows[id].is_secret) {
		if (!load_credential(conf, id, err))
			return false;
		if (own_name != NULL && !load_named_file(conf, id, own_name, err))
			return false;
		if (!load_named_file(conf, id, name, err))
			return false;
	}
	if (own_name != NULL && !load_variable(conf, id, own_name, err))
		return false;
	return load_variable(conf, id, name, err);
}

static bool is_known_variable(struct str name)
{
	char known[NAME_BYTES];
	if (str_equal_text(name, "TENURE_CONFIG") || str_starts_with(name, str_from("TENURE_TEST_")))
		return true;
	for (size_t i = 0; i < CONF_COUNT; i++) {
		struct str base = name;
		if (rows[i].is_secret && str_ends_with(name, str_from("_FILE")))
			base = str_slice(name, 0, name.length - strlen("_FILE"));
		write_environment_name((enum conf_id)i, known);
		if (str_equal_text(base, known))
			return true;
		if (rows[i].environment != NULL && str_equal_text(base, rows[i].environment))
			return true;
	}
	return false;
}

/* A variable of somebody else's (TENURE_HOME in a deployment's scripts) is left alone; one that is nearly a
 * setting's is a mistake that would otherwise go unseen. */
static bool check_variables(struct err *err)
{
	for (char **at = environ; at != NULL && *at != NULL; at++) {
		struct str name = str_from(*at);
		name = str_slice(name, 0, str_find_byte(name, '='));
		if (str_starts_with(name, str_from("TENURE_")) && !is_known_variable(name) &&
		    is_slip(name, write_environment_name))
			return fail_unknown(ERR_CONFIG, name, "environment", write_environment_name, err);
	}
	return true;
}

static bool load_environment(struct conf *conf, struct err *err)
{
	if (!check_variables(err))
		return false;
	for (size_t i = 0; i < CONF_COUNT; i++) {
		if (!load_one_from_environment(conf, (enum conf_id)i, err))
			return false;
	}
	return true;
}

/* --- the interface --- */

bool conf_new(struct conf **ret, struct err *err)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	if (conf == NULL)
		return err_nomem(err, "the settings");
	if (!load_defaults(conf, err) || !load_file(conf, err) || !load_environment(conf, err)) {
		conf_free(conf);
		return false;
	}
	*ret = conf;
	return true;
}

void conf_free(struct conf *conf)
{
	if (conf == NULL)
		return;
	for (size_t i = 0; i < CONF_COUNT; i++) {
		wipe(conf->values[i].text);
		free(conf->values[i].origin);
	}
	free(conf);
}

bool conf_set(struct conf *conf, struct str assignment, struct err *err)
{
	size_t equals = str_find_byte(assignment, '=');
	struct str name = str_trim(str_slice(assignment, 0, equals));
	enum conf_id id = 0;
	if (equals == assignment.length)
		return err_set(err, ERR_USAGE, "--set wants section.name=value");
	if (!find_name(name, &id))
		return fail_unknown(ERR_USAGE, name, "--set", write_name, err);
	if (rows[id].is_secret) {
		err_set(err, ERR_USAGE, "secret setting %s.%s cannot be given on the command line",
			rows[id].section, rows[id].name);
		char variable[NAME_BYTES];
		write_environment_name(id, variable);
		return err_hint(err, "set %s, or %s_FILE to a file of mode 600", variable, variable);
	}
	struct entry entry = {id, str_trim(str_slice(assignment, equals + 1, assignment.length)), "--set"};
	return put_value(conf, &entry, err);
}

const char *conf_text(const struct conf *conf, enum conf_id id)
{
	return conf->values[id].text;
}

bool conf_is_set(const struct conf *conf, enum conf_id id)
{
	return conf->values[id].text[0] != '\0';
}

int64_t conf_integer(const struct conf *conf, enum conf_id id)
{
	return (int64_t)conf->values[id].number;
}

int64_t conf_seconds(const struct conf *conf, enum conf_id id)
{
	return (int64_t)conf->values[id].number;
}

uint64_t conf_bytes(const struct conf *conf, enum conf_id id)
{
	return conf->values[id].number;
}

bool conf_boolean(const struct conf *conf, enum conf_id id)
{
	return conf->values[id].number != 0;
}

/* "password=…" of a connection string, or "//user:password@" of a URL. */
static bool holds_password(struct str text)
{
	if (str_find(text, str_from("password")) < text.length)
		return true;
	size_t authority = str_find(text, str_from("://"));
	if (authority == text.length)
		return false;
	struct str rest = str_slice(text, authority + 3, text.length);
	struct str user = str_slice(rest, 0, str_find_byte(rest, '/'));
	size_t at = str_find_byte(user, '@');
	return at < user.length && str_find_byte(user, ':') < at;
}

static const char *shown_text(const struct conf *conf, enum conf_id id)
{
	const char *text = conf->values[id].text;
	if (text[0] == '\0')
		return rows[id].is_secret ? "(not set)" : "";
	if (rows[id].is_secret)
		return "(set)";
	return holds_password(str_from(text)) ? "(set; not shown: holds a password)" : text;
}

void conf_show(const struct conf *conf, bool is_json, struct buf *buf)
{
	char name[NAME_BYTES];
	for (size_t i = 0; i < CONF_COUNT; i++) {
		enum conf_id id = (enum conf_id)i;
		write_name(id, name);
		if (!is_json) {
			buf_printf(buf, "%s = %s  # %s\n", name, shown_text(conf, id),
				   conf->values[i].origin);
			continue;
		}
		buf_put_text(buf, i == 0 ? "[\n  {\"name\": " : ",\n  {\"name\": ");
		buf_put_json(buf, str_from(name));
		buf_put_text(buf, ", \"value\": ");
		buf_put_json(buf, str_from(shown_text(conf, id)));
		buf_put_text(buf, ", \"origin\": ");
		buf_put_json(buf, str_from(conf->values[i].origin));
		buf_put_byte(buf, '}');
	}
	if (is_json)
		buf_put_text(buf, "\n]\n");
}

static void put_reference_row(enum conf_id id, struct buf *buf)
{
	char variable[NAME_BYTES];
	const struct row *row = &rows[id];
	write_environment_name(id, variable);
	buf_printf(buf, "| `%s` | `%s`", row->name, variable);
	if (row->environment != NULL)
		buf_printf(buf, ", `%s`", row->environment);
	buf_printf(buf, " | %s", row->is_secret ? "secret" : type_words[row->type]);
	if (row->default_text[0] == '\0')
		buf_put_text(buf, " | ");
	else
		buf_printf(buf, " | `%s`", row->default_text);
	buf_put_text(buf, " | ");
	for (const char *at = row->help; *at != '\0'; at++) {
		if (*at == '|')
			buf_put_byte(buf, '\\');
		buf_put_byte(buf, *at);
	}
	buf_put_text(buf, " |\n");
}

void conf_reference(struct buf *buf)
{
	const char *section = "";
	buf_put_text(
	    buf, "# Settings\n\n"
		 "This page is generated from `etl/conf/settings.def`. Later wins: default, settings file\n"
		 "(`$TENURE_CONFIG`, else `$XDG_CONFIG_HOME/tenure/tenure.conf`, else\n"
		 "`~/.config/tenure/tenure.conf`), environment, `--set section.name=value`. An empty "
		 "variable counts as\n"
		 "not set. `tenure config show` prints every setting with its origin.\n\n"
		 "Durations: `90`, `90s`, `15m`, `6h`, `7d`. Sizes: `64k`, `64m`, `2g` (powers of 1024). "
		 "Booleans:\n"
		 "`true` or `false`. In the file a `;` after a blank begins a comment.\n\n"
		 "Secrets come from their variable, from a file of mode 600 named by the variable with "
		 "`_FILE` behind\n"
		 "it, from systemd's `$CREDENTIALS_DIRECTORY/<section>.<name>`, or from a settings file of "
		 "mode 600;\n"
		 "never from the command line.\n");
	for (size_t i = 0; i < CONF_COUNT; i++) {
		if (strcmp(section, rows[i].section) != 0) {
			section = rows[i].section;
			buf_printf(buf, "\n## [%s]\n\n", section);
			buf_put_text(buf, "| name | environment | type | default | meaning |\n"
					  "|---|---|---|---|---|\n");
		}
		put_reference_row((enum conf_id)i, buf);
	}
}
