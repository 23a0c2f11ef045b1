/* SPDX-License-Identifier: PostgreSQL */
#include "database.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/num.h"
#include "conf/conf.h"
#include "pg/pg.h"

static struct pg *open_or_fail(const struct conf *conf)
{
	struct err err = {.kind = ERR_NONE};
	struct pg *pg = NULL;
	if (!pg_open(&pg, conf, &err))
		fail_msg("cannot open a test database: %s", err.message);
	return pg;
}

struct conf *database_conf(const char *database)
{
	char setting[1024];
	struct err err = {.kind = ERR_NONE};
	struct conf *conf = NULL;
	const char *dsn = getenv("TENURE_TEST_DSN");
	if (dsn == NULL)
		fail_msg("TENURE_TEST_DSN is not set: run the tests by `make unit`");
	snprintf(setting, sizeof(setting), "database.dsn=%s dbname=%s", dsn, database);
	if (!conf_new(&conf, &err) || !conf_set(conf, str_from(setting), &err))
		fail_msg("cannot make settings: %s", err.message);
	return conf;
}

struct pg *database_open(const char *database)
{
	struct conf *conf = database_conf(database);
	struct pg *pg = open_or_fail(conf);
	conf_free(conf);
	return pg;
}

struct pg *database_create(const char *database)
{
	char text[256];
	struct pg *pg = database_open("postgres");
	snprintf(text, sizeof(text), "drop database if exists %s with (force)", database);
	(void)database_value(pg, text);
	snprintf(text, sizeof(text), "create database %s", database);
	(void)database_value(pg, text);
	pg_close(pg);
	return database_open(database);
}

const char *database_value(struct pg *pg, const char *text)
{
	static char value[4096];
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	struct err err = {.kind = ERR_NONE};
	struct sql sql = {"test", text};
	value[0] = '\0';
	if (!pg_run(pg, &sql, 0, NULL, &rows, &err))
		fail_msg("%s: %s", text, err.message);
	if (pg_rows_count(rows) > 0) {
		struct str found = pg_rows_text(rows, 0, 0);
		snprintf(value, sizeof(value), "%.*s", (int)found.length,
			 str_is_none(found) ? "" : found.data);
	}
	return value;
}

int64_t database_number(struct pg *pg, const char *text)
{
	int64_t value = -1;
	if (!num_parse_i64(str_from(database_value(pg, text)), &value))
		fail_msg("%s: no number", text);
	return value;
}
