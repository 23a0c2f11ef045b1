/* SPDX-License-Identifier: PostgreSQL
 *
 * What a failure means. The connection's state comes first: a lost server gives no SQLSTATE.
 */
#include "base/err.h"
#include "pg/pg_internal.h"

struct meaning {
	const char *sqlstate; /* whole code, or a class of two characters */
	enum err_kind kind;
	const char *class_name;
	const char
	    *words; /* for a failed connection, where only the code is asked for; NULL = not seen there */
};

/* Whole codes before their class. */
static const struct meaning meanings[] = {
    {"57014", ERR_DB_TRANSIENT, "E_DB_TIMEOUT", NULL},
    {"55P03", ERR_DB_TRANSIENT, "E_DB_TIMEOUT", NULL},
    {"40001", ERR_DB_TRANSIENT, "E_DB_CONFLICT", NULL},
    {"40P01", ERR_DB_TRANSIENT, "E_DB_CONFLICT", NULL},
    {"25006", ERR_DB_TRANSIENT, "E_DB_READONLY", NULL},
    {"25P03", ERR_DB_TRANSIENT, "E_DB_LOST", NULL},
    {"57P01", ERR_DB_TRANSIENT, "E_DB_LOST", "the server is shutting down"},
    {"57P02", ERR_DB_TRANSIENT, "E_DB_LOST", "the server has crashed and is restarting"},
    {"57P03", ERR_DB_TRANSIENT, "E_DB_LOST", "the server is starting up or shutting down"},
    {"57P05", ERR_DB_TRANSIENT, "E_DB_LOST", NULL},
    {"53100", ERR_IO, "E_DB_FULL", "the server's disk is full"},
    {"53400", ERR_IO, "E_DB_FULL", NULL},
    {"53300", ERR_DB_TRANSIENT, "E_DB_CLIENTS", "the server has too many clients"},
    {"53", ERR_DB_TRANSIENT, "E_DB_RESOURCE", "the server is short of memory"},
    {"08", ERR_DB_TRANSIENT, "E_DB_LOST", "the connection failed"},
    {"28", ERR_AUTH, "", "the server refuses this user or password"},
    {"42501", ERR_AUTH, "", "this user may not connect to the database"},
    {"3D000", ERR_CONFIG, "E_CONFIG", "the database does not exist"},
    {"58030", ERR_IO, "E_DB_FULL", NULL},
};

static const struct meaning *find_meaning(const char *sqlstate)
{
	static const struct meaning unknown = {"", ERR_DB_FINAL, "", NULL};
	for (size_t i = 0; i < ARRAY_LENGTH(meanings); i++)
		if (strncmp(meanings[i].sqlstate, sqlstate, strlen(meanings[i].sqlstate)) == 0)
			return &meanings[i];
	return &unknown;
}

static void set_sqlstate(struct err *err, const char *sqlstate)
{
	if (err != NULL)
		snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
}

static bool is_gone(const struct pg *pg)
{
	return pg->connection == NULL || PQstatus(pg->connection) == CONNECTION_BAD;
}

bool pg_fail_lost(struct pg *pg, const char *what, struct err *err)
{
	pg->is_lost = true;
	pg->is_copying = false;
	return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_LOST",
			     "%s: the connection to the database was lost", what);
}

bool pg_fail_result(struct pg *pg, const PGresult *result, const char *what, struct err *err)
{
	const char *sqlstate = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *text = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (is_gone(pg) || sqlstate == NULL) {
		/* Without a code the words are libpq's own: the server has gone or talks nonsense. */
		pg_fail_lost(pg, what, err);
		if (sqlstate != NULL)
			set_sqlstate(err, sqlstate);
		return false;
	}
	const struct meaning *meaning = find_meaning(sqlstate);
	if (strncmp(sqlstate, "22", 2) == 0)
		text = "the server refused a value"; /* its own words quote the value */
	err_set_class(err, meaning->kind, meaning->class_name, "%s: %s", what,
		      text == NULL ? sqlstate : text);
	set_sqlstate(err, sqlstate);
	return false;
}

/* libpq's message of a failed connection, on one line. */
static bool fail_without_code(const PGconn *connection, struct err *err)
{
	char line[ERR_MESSAGE_BYTES];
	snprintf(line, sizeof(line), "%s", connection == NULL ? "" : PQerrorMessage(connection));
	size_t length = strlen(line);
	while (length > 0 && line[length - 1] == '\n')
		line[--length] = '\0';
	for (char *newline = strchr(line, '\n'); newline != NULL; newline = strchr(newline, '\n'))
		*newline = ' ';
	if (connection != NULL && (PQconnectionNeedsPassword(connection) != 0)) {
		err_set(err, ERR_AUTH, "cannot connect to the database: a password is needed");
		return err_hint(err, "put it into ~/.pgpass (PGPASSFILE) or PGPASSWORD");
	}
	return err_set_class(err, ERR_DB_TRANSIENT, "E_DB_LOST", "cannot connect to the database: %s", line);
}

bool pg_fail_connect(const PGconn *connection, const char *sqlstate, struct err *err)
{
	if (sqlstate[0] == '\0')
		return fail_without_code(connection, err);
	const struct meaning *meaning = find_meaning(sqlstate);
	err_set_class(err, meaning->kind, meaning->class_name, "cannot connect to the database: %s",
		      meaning->words == NULL ? "the server refuses" : meaning->words);
	set_sqlstate(err, sqlstate);
	return false;
}
