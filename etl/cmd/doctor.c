/* SPDX-License-Identifier: PostgreSQL
 *
 * What is wrong with this set-up, line by line; the first problem decides the exit code.
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "conf/conf.h"
#include "gen/sql.h"
#include "migrate/migrate.h"
#include "pg/pg.h"
#include "run/run.h"

#define OUTPUT_BYTES  ((size_t)64 * 1024)
#define PATH_BYTES    ((size_t)4096)
#define LEAST_FREE_MB 1024
#define LEAST_SERVER  150019 /* minor release that fixes planner leaks past views and row security */

struct doctor {
	const struct command_context *context;
	struct buf buf;
	struct err first;
	size_t n_findings;
};

static void say(struct doctor *doctor, const char *state, const char *subject, const char *text)
{
	if (!doctor->context->is_json) {
		buf_printf(&doctor->buf, "%-8s %-10s %s\n", state, subject, text);
		return;
	}
	buf_printf(&doctor->buf,
		   "%s\n{\"state\":\"%s\",\"subject\":\"%s\",\"text\":", doctor->n_findings++ == 0 ? "" : ",",
		   state, subject);
	buf_put_json(&doctor->buf, str_from(text));
	buf_put_byte(&doctor->buf, '}');
}

static void say_problem(struct doctor *doctor, const char *subject, const struct err *err)
{
	char text[ERR_MESSAGE_BYTES + ERR_HINT_BYTES + 8];
	snprintf(text, sizeof(text), "%s%s%s", err->message, err->hint[0] != '\0' ? "; " : "", err->hint);
	say(doctor, "problem", subject, text);
	if (doctor->first.kind == ERR_NONE)
		doctor->first = *err;
}

static void look_at_state(struct doctor *doctor)
{
	CLEANUP(buf_done) struct buf path;
	struct statvfs disk;
	struct err err = {.kind = ERR_NONE};
	char text[PATH_BYTES + 64];
	buf_init(&path, PATH_BYTES);
	if (!run_state_directory(doctor->context->conf, &path, &err)) {
		say_problem(doctor, "state", &err);
		return;
	}
	if (access(path.data, F_OK) != 0) {
		snprintf(text, sizeof(text), "%s does not exist yet; the first run makes it", path.data);
		say(doctor, "ok", "state", text);
		return;
	}
	if (access(path.data, W_OK | X_OK) != 0 || statvfs(path.data, &disk) != 0) {
		err_set(&err, ERR_IO, "%s: %s", path.data, strerror(errno));
		say_problem(doctor, "state", &err);
		return;
	}
	uint64_t free_mb = (uint64_t)disk.f_bavail * disk.f_frsize / 1024 / 1024;
	snprintf(text, sizeof(text), "%s, %" PRIu64 " MB free", path.data, free_mb);
	say(doctor, free_mb < LEAST_FREE_MB ? "warning" : "ok", "state", text);
}

static void look_at_server(struct doctor *doctor, struct pg *pg)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	struct err err = {.kind = ERR_NONE};
	char text[512];
	if (!pg_run(pg, &sql_status_facts, 0, NULL, &rows, &err)) {
		say_problem(doctor, "server", &err);
		return;
	}
	struct str version = pg_rows_text(rows, 0, 0);
	struct str size = pg_rows_text(rows, 0, 2);
	struct str user = pg_rows_text(rows, 0, 3);
	struct str encoding = pg_rows_text(rows, 0, 4);
	int64_t number = pg_rows_integer(rows, 0, 1);
	snprintf(text, sizeof(text), "PostgreSQL %.*s, database of %.*s, user %.*s", (int)version.length,
		 version.data, (int)size.length, size.data, (int)user.length, user.data);
	say(doctor, "ok", "server", text);
	if (number < 160000 && number < LEAST_SERVER)
		say(doctor, "warning", "server",
		    "update to 15.19 or later: earlier ones leak statistics past views");
	if (!str_equal_text(encoding, "UTF8")) {
		err_set(&err, ERR_CONFIG, "the database's encoding is %.*s; it must be UTF8",
			(int)encoding.length, encoding.data);
		say_problem(doctor, "server", &err);
	}
	if (str_equal_text(pg_rows_text(rows, 0, 5), "off"))
		say(doctor, "warning", "server",
		    "synchronous_commit is off: the latest pages may be lost in a crash");
}

static void look_at_database(struct doctor *doctor, bool is_adopted)
{
	struct pg *pg = NULL;
	struct err err = {.kind = ERR_NONE};
	if (!pg_open(&pg, doctor->context->conf, &err)) {
		say_problem(doctor, "database", &err);
		return;
	}
	look_at_server(doctor, pg);
	if (!migrate_verify(pg, &err)) {
		say_problem(doctor, "migrations", &err);
	} else {
		CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
		say(doctor, "ok", "migrations", "the warehouse is what this program carries");
		if (is_adopted && !run_adopt(pg, &err))
			say_problem(doctor, "warehouse", &err);
		else if (is_adopted)
			say(doctor, "ok", "warehouse",
			    "adopted: this database is the warehouse's own from now on");
		else if (!pg_run(pg, &sql_run_context, 0, NULL, &rows, &err))
			say_problem(doctor, "warehouse", &err);
		else if (pg_rows_count(rows) > 0 &&
			 !str_equal(pg_rows_text(rows, 0, 0), pg_rows_text(rows, 0, 1)))
			say(doctor, "warning", "warehouse",
			    "made in another cluster (copied or restored); runs refuse it until `tenure "
			    "doctor --adopt`");
	}
	pg_close(pg);
}

static void look_at_credentials(struct doctor *doctor)
{
	const struct conf *conf = doctor->context->conf;
	bool has_login =
	    conf_is_set(conf, CONF_OPENREVIEW_USERNAME) && conf_is_set(conf, CONF_OPENREVIEW_PASSWORD);
	if (has_login || conf_is_set(conf, CONF_OPENREVIEW_TOKEN))
		say(doctor, "ok", "openreview", "credentials are set");
	else
		say(doctor, "note", "openreview",
		    "no credentials (OPENREVIEW_USERNAME and OPENREVIEW_PASSWORD, or OPENREVIEW_TOKEN): "
		    "files can be imported");
}

bool cmd_doctor(struct command_context *context, struct err *err)
{
	struct doctor doctor = {.context = context};
	bool is_adopted = cmd_flag(context, "--adopt");
	if (!cmd_operands(context, 0, 0, err))
		return false;
	buf_init(&doctor.buf, OUTPUT_BYTES);
	if (context->is_json)
		buf_put_byte(&doctor.buf, '[');
	look_at_state(&doctor);
	look_at_database(&doctor, is_adopted);
	look_at_credentials(&doctor);
	if (context->is_json)
		buf_put_text(&doctor.buf, "\n]\n");
	bool is_said = buf_check(&doctor.buf, "the findings", err) && cmd_output(buf_str(&doctor.buf), err);
	buf_done(&doctor.buf);
	context->exit_code = err_exit_code(&doctor.first);
	return is_said;
}
