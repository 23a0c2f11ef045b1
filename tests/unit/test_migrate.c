/* SPDX-License-Identifier: PostgreSQL */
#include "migrate/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "database.h"
#include "migrate/definition.h"
#include "pg/embed.h"
#include "pg/pg.h"

static struct pg *pg;
static struct err err;
static struct migrate_counts counts;

static void ok(bool is_done)
{
	if (!is_done)
		fail_msg("%s [%s %s] %s", err.message, err.class_name, err.sqlstate, err.hint);
}

static void deploy(void)
{
	ok(migrate_deploy(pg, false, &counts, &err));
}

static void refuses(const char *message)
{
	assert_false(migrate_deploy(pg, false, &counts, &err));
	assert_string_equal(err.message, message);
	assert_string_equal(err.class_name, "E_MIGRATION");
	assert_int_equal(err_exit_code(&err), 78);
}

static int create(void **state)
{
	(void)state;
	pg = database_create("test_migrate");
	return 0;
}

static int drop(void **state)
{
	(void)state;
	pg_close(pg);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	err_reset(&err);
	counts = (struct migrate_counts){-1, -1, -1};
	pg_rollback(pg);
	return 0;
}

/* Runs first: the database is empty. */
static void empty_database(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, 1000000);
	assert_false(migrate_verify(pg, &err));
	assert_string_equal(err.message, "the database holds no warehouse yet");
	assert_int_equal(err_exit_code(&err), 78);
	ok(migrate_deploy(pg, true, &counts, &err));
	assert_true(counts.n_migrations > 4);
	assert_string_equal(database_value(pg, "select to_regclass('meta.migrations')"), "");
	ok(migrate_status(pg, false, &buf, &err));
	assert_non_null(strstr(buf.data, "0001_schemas_and_roles                   pending"));
	int n_migrations = counts.n_migrations;
	deploy();
	assert_int_equal(counts.n_migrations, n_migrations);
	assert_int_equal(database_number(pg, "select count(*) from meta.migrations"), n_migrations);
	assert_int_equal(database_number(pg, "select max(migration_number) from meta.migrations"),
			 migrate_newest());
	assert_int_equal(database_number(pg, "select count(*) from meta.warehouse"), 1);
}

static void second_time_changes_nothing(void **state)
{
	(void)state;
	char before[128];
	static const char state_of[] = "select md5(string_agg(xmin::text, ',' order by definition_name)) from"
				       " meta.definitions";
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, 1000000);
	snprintf(before, sizeof(before), "%s", database_value(pg, state_of));
	deploy();
	assert_int_equal(counts.n_migrations, 0);
	assert_int_equal(counts.n_definitions, 0);
	assert_int_equal(counts.n_reference, 0);
	assert_string_equal(database_value(pg, state_of), before);
	ok(migrate_verify(pg, &err));
	ok(migrate_status(pg, true, &buf, &err));
	assert_non_null(strstr(buf.data, "{\"name\":\"0002_meta\",\"state\":\"20"));
	assert_non_null(strstr(buf.data, "{\"name\":\"meta.merge_records\",\"state\":\"deployed\"}"));
}

/* C05 */
static void edited_migration(void **state)
{
	(void)state;
	(void)database_value(pg, "update meta.migrations set content_sha256 = 'x' || content_sha256 where"
				 " migration_number = 3");
	refuses("migration 0003_staging_openreview was edited after it had run");
	assert_false(migrate_verify(pg, &err));
	assert_int_equal(err_exit_code(&err), 78);
	(void)database_value(pg, "update meta.migrations set content_sha256 = substr(content_sha256, 2) where"
				 " migration_number = 3");
	deploy();
}

static void edited_chain(void **state)
{
	(void)state;
	(void)database_value(pg, "update meta.migrations set chain_sha256 = 'x' || chain_sha256 where"
				 " migration_number = 4");
	refuses("migration 0004_staging_papercopilot has run after other migrations than it does in this "
		"program");
	(void)database_value(pg, "update meta.migrations set chain_sha256 = substr(chain_sha256, 2) where"
				 " migration_number = 4");
}

static void renamed_migration(void **state)
{
	(void)state;
	(void)database_value(pg, "update meta.migrations set name = '0003_other' where migration_number = 3");
	refuses("migration 0003_other has run here but is not part of this program");
	(void)database_value(pg, "update meta.migrations set name = '0003_staging_openreview' where"
				 " migration_number = 3");
}

static void missing_migration(void **state)
{
	(void)state;
	ok(pg_begin(pg, &err));
	(void)database_value(pg, "delete from meta.migrations where migration_number = 3");
	assert_false(migrate_verify(pg, &err));
	assert_string_equal(
	    err.message,
	    "migration 0003_staging_openreview is missing in the warehouse although later ones have run");
}

static void newer_warehouse(void **state)
{
	(void)state;
	(void)database_value(
	    pg, "insert into meta.migrations values (9999, '9999_future', 'a', 'b', now(), '9')");
	refuses("the warehouse is newer than this program: it has migration 9999_future");
	(void)database_value(pg, "delete from meta.migrations where migration_number = 9999");
}

static void lock_held(void **state)
{
	(void)state;
	struct pg *other = database_open("test_migrate");
	ok(pg_lock(other, str_from("warehouse"), &err));
	assert_false(migrate_deploy(pg, false, &counts, &err));
	assert_string_equal(err.class_name, "E_LOCKED");
	assert_int_equal(err_exit_code(&err), 75);
	pg_close(other);
}

static void changed_definition_is_deployed_again(void **state)
{
	(void)state;
	(void)database_value(pg, "update meta.definitions set content_sha256 = 'old' where definition_name ="
				 " 'meta.qualified'");
	(void)database_value(
	    pg, "create or replace function meta.qualified(alias_name text, names text) returns text"
		" language sql as 'select null::text'");
	assert_false(migrate_verify(pg, &err));
	assert_string_equal(err.message,
			    "the warehouse is older than this program: 0 migrations, 1 definitions and 0 "
			    "reference files are pending");
	deploy();
	assert_int_equal(counts.n_definitions, 1);
	assert_string_equal(database_value(pg, "select meta.qualified('x', 'a, b')"), "x.a, x.b");
}

/* Another result: create or replace refuses, so that it is dropped and made again. */
static void changed_signature(void **state)
{
	(void)state;
	(void)database_value(
	    pg, "update meta.definitions set content_sha256 = 'old' where definition_name ="
		" 'meta.qualified'; drop function meta.qualified(text, text); create function"
		" meta.qualified(alias_name text, names text) returns integer language sql as 'select 1'");
	deploy();
	assert_string_equal(database_value(pg, "select meta.qualified('x', 'a, b')"), "x.a, x.b");
	/* An overload that the old text made goes too. */
	(void)database_value(
	    pg, "update meta.definitions set content_sha256 = 'old', objects = objects ||"
		" array['function:meta.qualified(integer)'] where definition_name = 'meta.qualified';"
		"create function meta.qualified(integer) returns integer language sql as 'select 1'");
	deploy();
	assert_string_equal(database_value(pg, "select to_regprocedure('meta.qualified(integer)')"), "");
	assert_string_equal(database_value(pg, "select objects from meta.definitions where definition_name ="
					       " 'meta.qualified'"),
			    "{\"function:meta.qualified(pg_catalog.text,pg_catalog.text)\"}");
}

static void somebody_elses_view(void **state)
{
	(void)state;
	(void)database_value(
	    pg, "update meta.definitions set content_sha256 = 'old', objects ="
		" '{\"view:meta.test_view\"}' where definition_name = 'meta.qualified';"
		"create view meta.test_view as select 1 as a; create view public.mine as select * from"
		" meta.test_view");
	assert_false(migrate_deploy(pg, false, &counts, &err));
	assert_string_equal(err.sqlstate, "2BP01");
	assert_non_null(
	    strstr(err.message, "definition meta.qualified: view:meta.test_view: drop: cannot drop view"));
	assert_string_equal(err.hint, "drop or change what depends on it, then run `tenure migrate` again");
	assert_string_equal(
	    database_value(pg, "select content_sha256 from meta.definitions where definition_name ="
			       " 'meta.qualified'"),
	    "old");
	(void)database_value(pg, "drop view public.mine");
	deploy();
	assert_string_equal(database_value(pg, "select to_regclass('meta.test_view')"), "");
}

static void removed_definition(void **state)
{
	(void)state;
	(void)database_value(
	    pg, "create view meta.gone as select 1 as a; insert into meta.definitions values ('meta.gone',"
		" 'x', '{\"view:meta.gone\"}', now())");
	deploy();
	assert_int_equal(counts.n_definitions, 1);
	assert_string_equal(database_value(pg, "select to_regclass('meta.gone')"), "");
	assert_int_equal(
	    database_number(pg, "select count(*) from meta.definitions where definition_name = 'meta.gone'"),
	    0);
}

static void reference_rows_are_restored(void **state)
{
	(void)state;
	if (embed_references[0].name == NULL)
		return;
	int64_t n_rows = database_number(pg, "select count(*) from core.ref_units");
	assert_true(n_rows > 0);
	(void)database_value(
	    pg, "update core.ref_units set name = 'x' where unit_key = (select min(unit_key) from"
		" core.ref_units); delete from core.ref_units where unit_key = (select max(unit_key) from"
		" core.ref_units); update meta.definitions set content_sha256 = 'old' where definition_name"
		" = 'reference.units'");
	deploy();
	assert_int_equal(counts.n_reference, 1);
	assert_int_equal(database_number(pg, "select count(*) from core.ref_units"), n_rows);
	assert_int_equal(database_number(pg, "select count(*) from core.ref_units where name = 'x'"), 0);
}

static void order_of_definitions(void **state)
{
	(void)state;
	static const char a[] = "-- What it is.\n-- requires: mart.b, mart.c\nselect 1;";
	static const char b[] = "-- requires: mart.c\n\nselect 1;\n-- requires: mart.a\n";
	static const struct embedded_file files[] = {{"sql/mart/a.sql", a, sizeof(a) - 1},
						     {"sql/mart/b.sql", b, sizeof(b) - 1},
						     {"sql/mart/c.sql", "select 1;", 9},
						     {NULL, NULL, 0}};
	static const struct embedded_file circle[] = {{"sql/mart/a.sql", "-- requires: mart.b\n", 20},
						      {"sql/mart/b.sql", "-- requires: mart.a\n", 20},
						      {NULL, NULL, 0}};
	static const struct embedded_file unknown[] = {{"sql/mart/a.sql", "-- requires: mart.x\n", 20},
						       {NULL, NULL, 0}};
	struct arena arena;
	struct definitions definitions;
	arena_init(&arena, 1000000);
	ok(definitions_load(&definitions, files, &arena, &err));
	assert_string_equal(definitions.list[0].name, "mart.c");
	assert_string_equal(definitions.list[1].name, "mart.b");
	assert_string_equal(definitions.list[2].name, "mart.a");
	assert_false(definitions_load(&definitions, circle, &arena, &err));
	assert_string_equal(err.message, "definition mart.a requires itself by a circle");
	assert_false(definitions_load(&definitions, unknown, &arena, &err));
	assert_string_equal(err.message, "definition mart.a requires mart.x, which is no definition");
	arena_done(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
	    TEST(empty_database),
	    TEST(second_time_changes_nothing),
	    TEST(edited_migration),
	    TEST(edited_chain),
	    TEST(renamed_migration),
	    TEST(missing_migration),
	    TEST(newer_warehouse),
	    TEST(lock_held),
	    TEST(changed_definition_is_deployed_again),
	    TEST(changed_signature),
	    TEST(somebody_elses_view),
	    TEST(removed_definition),
	    TEST(reference_rows_are_restored),
	    TEST(order_of_definitions),
	};
	return cmocka_run_group_tests(tests, create, drop);
}
