/* SPDX-License-Identifier: PostgreSQL
 *
 *     chain of migration n = SHA-256 over "chain of n-1 (hex), newline, name, newline, SHA-256 of its text
 * (hex)"
 *
 * A migration and its ledger row are one transaction. The ledger itself comes with 0002, so on an empty
 * database 0001 and 0002 are one transaction, and their rows are written at its end.
 */
#include "migrate/migrate.h"

#include <poll.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/caps.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/num.h"
#include "base/stop.h"
#include "base/str.h"
#include "gen/sql.h"
#include "migrate/definition.h"
#include "pg/pg.h"

#define MAX_MIGRATIONS 512
#define N_BOOTSTRAP    2
#define LOCK_ATTEMPTS  10 /* each waits database.lock_timeout, then pauses; readers go first */
#define LOCK_PAUSE_MS  500
#define WAREHOUSE_LOCK "warehouse"

struct migration {
	int number;
	struct str name; /* 0001_schemas_and_roles */
	const struct embedded_file *file;
	char content[HASH_SHA256_HEX];
	char chain[HASH_SHA256_HEX];
	struct str applied_at; /* none = pending */
};

struct deployment {
	struct pg *pg;
	struct arena arena;
	struct migration migrations[MAX_MIGRATIONS];
	size_t n_migrations;
	size_t n_applied;
	bool is_empty; /* no ledger yet */
	struct definitions definitions;
};

/* ---- what the program carries */

static bool read_name(struct migration *migration, struct err *err)
{
	int64_t number = 0;
	struct str text = str_from(migration->file->name);
	struct str part;
	while (str_next(&text, '/', &part))
		migration->name = part;
	migration->name.length -= sizeof(".sql") - 1;
	if (!num_parse_i64(str_slice(migration->name, 0, 4), &number))
		return err_set_class(err, ERR_CONTRACT, "E_MIGRATION", "%s does not begin with four digits",
				     migration->file->name);
	migration->number = (int)number;
	return true;
}

static void hash_text(struct str text, char hex[HASH_SHA256_HEX])
{
	unsigned char digest[HASH_SHA256_BYTES];
	hash_sha256(text, digest);
	hash_hex(digest, hex);
}

static bool hash_migration(struct migration *migration, const char *previous, struct err *err)
{
	CLEANUP(buf_done) struct buf link;
	buf_init(&link, 4096);
	hash_text((struct str){migration->file->bytes, migration->file->length}, migration->content);
	buf_printf(&link, "%s\n%.*s\n%s", previous, (int)migration->name.length, migration->name.data,
		   migration->content);
	if (!buf_check(&link, "migration chain", err))
		return false;
	hash_text(buf_str(&link), migration->chain);
	return true;
}

static bool load_migrations(struct deployment *deployment, struct err *err)
{
	const char *previous = "";
	for (const struct embedded_file *file = embed_migrations; file->name != NULL; file++) {
		if (deployment->n_migrations == MAX_MIGRATIONS)
			return err_set(err, ERR_BUG, "more than %d migrations", MAX_MIGRATIONS);
		struct migration *migration = &deployment->migrations[deployment->n_migrations];
		migration->file = file;
		if (!read_name(migration, err) || !hash_migration(migration, previous, err))
			return false;
		if (deployment->n_migrations > 0 && migration->number <= migration[-1].number)
			return err_set_class(err, ERR_CONTRACT, "E_MIGRATION",
					     "two migrations have number %04d", migration->number);
		previous = migration->chain;
		deployment->n_migrations++;
	}
	return true;
}

int migrate_newest(void)
{
	struct migration migration = {0};
	int newest = 0;
	for (const struct embedded_file *file = embed_migrations; file->name != NULL; file++) {
		migration.file = file;
		if (read_name(&migration, NULL))
			newest = migration.number;
	}
	return newest;
}

/* ---- what the warehouse has */

static bool fail_history(struct err *err, struct str name, const char *what)
{
	err_set_class(err, ERR_CONFIG, "E_MIGRATION", "migration %.*s %s", (int)name.length, name.data, what);
	return err_hint(
	    err, "applied migrations are never edited: restore its text, or build with the right version");
}

/* Row by row the ledger must be the beginning of what the program carries. */
static bool check_applied(struct deployment *deployment, const struct pg_rows *rows, size_t row,
			  struct err *err)
{
	struct str name = pg_rows_text(rows, row, 1);
	if (row >= deployment->n_migrations) {
		err_set_class(err, ERR_CONFIG, "E_MIGRATION",
			      "the warehouse is newer than this program: it has migration %.*s",
			      (int)name.length, name.data);
		return err_hint(err, "use the program that migrated it, or a newer one");
	}
	struct migration *migration = &deployment->migrations[row];
	if (pg_rows_integer(rows, row, 0) > migration->number)
		return fail_history(err, migration->name,
				    "is missing in the warehouse although later ones have run");
	if (!str_equal(name, migration->name))
		return fail_history(err, name, "has run here but is not part of this program");
	if (!str_equal_text(pg_rows_text(rows, row, 2), migration->content))
		return fail_history(err, name, "was edited after it had run");
	if (!str_equal_text(pg_rows_text(rows, row, 3), migration->chain))
		return fail_history(err, name, "has run after other migrations than it does in this program");
	migration->applied_at = arena_copy(&deployment->arena, pg_rows_text(rows, row, 4));
	return true;
}

static bool has_ledger(struct pg *pg, bool *ret_has, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_migrate_has_ledger, 0, NULL, &rows, err))
		return false;
	*ret_has = pg_rows_integer(rows, 0, 0) != 0;
	return true;
}

static bool compare_migrations(struct deployment *deployment, struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	bool has = false;
	if (!has_ledger(deployment->pg, &has, err))
		return false;
	deployment->is_empty = !has;
	if (!has)
		return true;
	if (!pg_run(deployment->pg, &sql_migrate_applied, 0, NULL, &rows, err))
		return false;
	for (size_t row = 0; row < pg_rows_count(rows); row++)
		if (!check_applied(deployment, rows, row, err))
			return false;
	deployment->n_applied = pg_rows_count(rows);
	return true;
}

static bool deployment_new(struct deployment **ret, struct pg *pg, struct err *err)
{
	struct deployment *deployment = calloc(1, sizeof(*deployment));
	if (deployment == NULL)
		return err_nomem(err, "migrations");
	deployment->pg = pg;
	arena_init(&deployment->arena, CAP_COMMAND_ARENA);
	*ret = deployment;
	return load_migrations(deployment, err) &&
	       definitions_load(&deployment->definitions, embed_definitions, &deployment->arena, err) &&
	       compare_migrations(deployment, err);
}

static void deployment_free(struct deployment **deployment)
{
	if (*deployment == NULL)
		return;
	arena_done(&(*deployment)->arena);
	free(*deployment);
	*deployment = NULL;
}

/* ---- migrations */

static bool record(struct deployment *deployment, const struct migration *migration, struct err *err)
{
	char number[16];
	char name[128];
	char when[32];
	snprintf(number, sizeof(number), "%d", migration->number);
	snprintf(name, sizeof(name), "%.*s", (int)migration->name.length, migration->name.data);
	date_format_instant(clock_realtime_ms(), when, sizeof(when));
	const char *params[] = {number, name, migration->content, migration->chain, when, TENURE_VERSION};
	return pg_run(deployment->pg, &sql_migrate_record, ARRAY_LENGTH(params), params, NULL, err);
}

/* Runs `count` migrations from `first` and their ledger rows in one transaction. */
static bool apply_together(struct deployment *deployment, size_t first, size_t count, struct err *err)
{
	struct pg *pg = deployment->pg;
	if (!pg_begin(pg, err) || !pg_run(pg, &sql_migrate_prologue, 0, NULL, NULL, err))
		return false;
	for (size_t i = first; i < first + count; i++) {
		const struct migration *migration = &deployment->migrations[i];
		if (!pg_run_text(pg, "applying", migration->file->bytes, err))
			return err_wrap(err, "migration %.*s", (int)migration->name.length,
					migration->name.data);
	}
	for (size_t i = first; i < first + count; i++)
		if (!record(deployment, &deployment->migrations[i], err))
			return false;
	return pg_commit(pg, err);
}

static bool is_lock_conflict(const struct err *err)
{
	return strcmp(err->sqlstate, "55P03") == 0 || strcmp(err->sqlstate, "40P01") == 0;
}

/* A reader in the way is let pass: the lock is asked for again, briefly each time, so that nobody queues
 * long. */
static bool apply_patiently(struct deployment *deployment, size_t first, size_t count, struct err *err)
{
	for (int attempt = 1;; attempt++) {
		struct err reason = {.kind = ERR_NONE};
		if (apply_together(deployment, first, count, &reason))
			return true;
		pg_rollback(deployment->pg);
		if (attempt == LOCK_ATTEMPTS || !is_lock_conflict(&reason)) {
			if (err != NULL)
				*err = reason;
			return false;
		}
		(void)poll(NULL, 0, LOCK_PAUSE_MS);
		if (stop_wanted(err))
			return false;
	}
}

static bool apply_pending(struct deployment *deployment, struct err *err)
{
	size_t next = deployment->n_applied;
	while (next < deployment->n_migrations) {
		size_t count = next == 0 ? N_BOOTSTRAP : 1;
		if (next + count > deployment->n_migrations)
			return err_set(err, ERR_BUG, "the first %d migrations are missing", N_BOOTSTRAP);
		if (!apply_patiently(deployment, next, count, err))
			return false;
		next += count;
		if (stop_wanted(err))
			return false;
	}
	return true;
}

static bool identify_warehouse(struct pg *pg, struct err *err)
{
	char when[32];
	const char *params[] = {when};
	date_format_instant(clock_realtime_ms(), when, sizeof(when));
	return pg_run(pg, &sql_migrate_warehouse, 1, params, NULL, err);
}

/* ---- reference files */

/* sql/reference/units.csv -> reference.units, core.ref_units */
static void reference_names(const struct embedded_file *file, char *name, char *table, size_t size)
{
	struct str stem = str_from(file->name);
	struct str part;
	struct str rest = stem;
	while (str_next(&rest, '/', &part))
		stem = part;
	stem.length -= sizeof(".csv") - 1;
	snprintf(name, size, "reference.%.*s", (int)stem.length, stem.data);
	snprintf(table, size, "core.ref_%.*s", (int)stem.length, stem.data);
}

static bool is_reference_current(struct pg *pg, const char *name, const char *hash, bool *ret,
				 struct err *err)
{
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	if (!pg_run(pg, &sql_migrate_references, 1, &name, &rows, err))
		return false;
	*ret = pg_rows_count(rows) > 0 && str_equal_text(pg_rows_text(rows, 0, 0), hash);
	return true;
}

static bool load_reference(struct pg *pg, const struct embedded_file *file, const char *name,
			   const char *table, const char *hash, struct err *err)
{
	static const struct str landing = STR("reference_landing");
	const char *tables[] = {table};
	const char *saved[] = {name, hash};
	return pg_begin(pg, err) && pg_run(pg, &sql_migrate_reference_begin, 1, tables, NULL, err) &&
	       pg_copy_csv(pg, landing, (struct str){file->bytes, file->length}, NULL, err) &&
	       pg_run(pg, &sql_migrate_reference_end, 1, tables, NULL, err) &&
	       pg_run(pg, &sql_migrate_save_definition, 2, saved, NULL, err) && pg_commit(pg, err);
}

/* Counts the files that differ; loads them unless it is a dry run. */
static bool handle_references(struct pg *pg, bool is_loading, int *ret_count, struct err *err)
{
	char name[128];
	char table[128];
	char hash[HASH_SHA256_HEX];
	bool is_current = false;
	for (const struct embedded_file *file = embed_references; file->name != NULL; file++) {
		reference_names(file, name, table, sizeof(name));
		hash_text((struct str){file->bytes, file->length}, hash);
		if (!is_reference_current(pg, name, hash, &is_current, err))
			return false;
		if (is_current)
			continue;
		(*ret_count)++;
		if (is_loading && !load_reference(pg, file, name, table, hash, err)) {
			pg_rollback(pg);
			return err_wrap(err, "reference file %s", file->name);
		}
	}
	return true;
}

/* ---- the public calls */

static int count_files(const struct embedded_file *files)
{
	int count = 0;
	while (files[count].name != NULL)
		count++;
	return count;
}

static bool count_pending(struct deployment *deployment, struct migrate_counts *counts, struct err *err)
{
	counts->n_migrations = (int)(deployment->n_migrations - deployment->n_applied);
	counts->n_definitions = (int)deployment->definitions.count;
	counts->n_reference = count_files(embed_references);
	if (deployment->is_empty)
		return true;
	if (!definitions_compare(&deployment->definitions, deployment->pg, &deployment->arena, err))
		return false;
	counts->n_definitions = (int)definitions_pending(&deployment->definitions);
	counts->n_reference = 0;
	return handle_references(deployment->pg, false, &counts->n_reference, err);
}

static bool deploy_locked(struct pg *pg, struct migrate_counts *counts, struct err *err)
{
	CLEANUP(deployment_free) struct deployment *deployment = NULL;
	if (!deployment_new(&deployment, pg, err))
		return false;
	counts->n_migrations = (int)(deployment->n_migrations - deployment->n_applied);
	if (!apply_pending(deployment, err) || !identify_warehouse(pg, err) ||
	    !definitions_compare(&deployment->definitions, pg, &deployment->arena, err))
		return false;
	counts->n_definitions = (int)definitions_pending(&deployment->definitions);
	if (counts->n_definitions > 0 && !definitions_deploy(&deployment->definitions, pg, err))
		return false;
	return handle_references(pg, true, &counts->n_reference, err);
}

bool migrate_deploy(struct pg *pg, bool is_dry_run, struct migrate_counts *ret_counts, struct err *err)
{
	static const struct str lock = STR(WAREHOUSE_LOCK);
	CLEANUP(deployment_free) struct deployment *deployment = NULL;
	struct migrate_counts counts = {0};
	bool is_done;
	if (is_dry_run) {
		is_done = deployment_new(&deployment, pg, err) && count_pending(deployment, &counts, err);
	} else {
		if (!pg_lock(pg, lock, err))
			return false;
		is_done = deploy_locked(pg, &counts, err);
		if (!is_done)
			pg_rollback(pg);
		if (!pg_is_lost(pg))
			is_done = pg_unlock(pg, lock, is_done ? err : NULL) && is_done;
	}
	if (is_done)
		*ret_counts = counts;
	return is_done;
}

bool migrate_verify(struct pg *pg, struct err *err)
{
	CLEANUP(deployment_free) struct deployment *deployment = NULL;
	struct migrate_counts counts = {0};
	if (!deployment_new(&deployment, pg, err) || !count_pending(deployment, &counts, err))
		return false;
	if (counts.n_migrations == 0 && counts.n_definitions == 0 && counts.n_reference == 0)
		return true;
	if (deployment->is_empty)
		err_set_class(err, ERR_CONFIG, "E_MIGRATION", "the database holds no warehouse yet");
	else
		err_set_class(
		    err, ERR_CONFIG, "E_MIGRATION",
		    "the warehouse is older than this program: %d migrations, %d definitions and %d "
		    "reference files are pending",
		    counts.n_migrations, counts.n_definitions, counts.n_reference);
	return err_hint(err, "run `tenure migrate`");
}

static void put_status_line(struct buf *buf, bool is_json, struct str name, struct str state, bool is_first)
{
	if (!is_json) {
		buf_printf(buf, "%-40.*s %.*s\n", (int)name.length, name.data, (int)state.length, state.data);
		return;
	}
	buf_put_text(buf, is_first ? "[{\"name\":" : ",\n {\"name\":");
	buf_put_json(buf, name);
	buf_put_text(buf, ",\"state\":");
	buf_put_json(buf, state);
	buf_put_byte(buf, '}');
}

bool migrate_status(struct pg *pg, bool is_json, struct buf *buf, struct err *err)
{
	static const struct str pending = STR("pending");
	CLEANUP(deployment_free) struct deployment *deployment = NULL;
	struct migrate_counts counts = {0};
	if (!deployment_new(&deployment, pg, err) || !count_pending(deployment, &counts, err))
		return false;
	for (size_t i = 0; i < deployment->n_migrations; i++) {
		const struct migration *migration = &deployment->migrations[i];
		put_status_line(buf, is_json, migration->name,
				str_is_none(migration->applied_at) ? pending : migration->applied_at, i == 0);
	}
	for (size_t i = 0; i < deployment->definitions.count; i++) {
		const struct definition *definition = &deployment->definitions.list[i];
		put_status_line(buf, is_json, str_from(definition->name),
				definition_is_current(definition) ? str_from("deployed") : pending, false);
	}
	if (is_json)
		buf_put_text(buf, deployment->n_migrations == 0 ? "[]\n" : "]\n");
	else
		buf_printf(buf, "pending: %d migrations, %d definitions, %d reference files\n",
			   counts.n_migrations, counts.n_definitions, counts.n_reference);
	return true;
}
