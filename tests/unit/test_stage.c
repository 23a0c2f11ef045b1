/* SPDX-License-Identifier: PostgreSQL */
#include "pg/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "database.h"
#include "migrate/migrate.h"
#include "pg/pg.h"

static struct pg *pg;
static struct stage *stage;
static struct err err;
static struct stage_counts counts;
static int64_t clock_ms = 1700000000000;

static const char *const paper_columns[] = {"paper_id", "title", "version_at"};
static const char *const author_columns[] = {"paper_id", "author_position", "author_name"};
static const char *const review_columns[] = {"review_id", "rating", "version_at"};
static const struct entity entities[] = {
    {"stg.test_papers", paper_columns, 3, 1, 1, true},
    {"stg.test_authors", author_columns, 3, 2, 1, false},
    {"stg.test_reviews", review_columns, 3, 1, 1, true},
};

static const char tables[] =
    "create table stg.test_papers (paper_id text not null, title text, version_at timestamptz,"
    " content_hash bytea not null, run_id bigint not null, first_seen_at timestamptz not null,"
    " changed_at timestamptz not null, constraint test_papers_pkey primary key (paper_id));"
    "create table stg.test_authors (paper_id text not null, author_position integer not null, author_name "
    "text,"
    " content_hash bytea not null, run_id bigint not null, first_seen_at timestamptz not null,"
    " changed_at timestamptz not null, constraint test_authors_pkey primary key (paper_id, author_position));"
    "create table stg.test_reviews (review_id text not null, rating integer, version_at timestamptz,"
    " content_hash bytea not null, run_id bigint not null, first_seen_at timestamptz not null,"
    " changed_at timestamptz not null, constraint test_reviews_pkey primary key (review_id));"
    "select fn.create_history('stg.test_papers', 'paper_id');"
    "select fn.create_history('stg.test_authors', 'paper_id');"
    "select fn.create_history('stg.test_reviews', 'review_id');";

static void ok(bool is_done)
{
	if (!is_done)
		fail_msg("%s [%s %s]", err.message, err.class_name, err.sqlstate);
}

static int create(void **state)
{
	(void)state;
	struct migrate_counts deployed;
	pg = database_create("test_stage");
	ok(migrate_deploy(pg, false, &deployed, &err));
	(void)database_value(pg, tables);
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
	(void)database_value(
	    pg, "truncate stg.test_papers, stg.test_authors, stg.test_reviews, stg.test_papers_history,"
		" stg.test_authors_history, stg.test_reviews_history");
	ok(stage_new(&stage, pg, entities, ARRAY_LENGTH(entities), "/tmp", &err));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stage_free(stage);
	stage = NULL;
	pg_rollback(pg);
	return 0;
}

/* ---- a page in words */

static int64_t run_id = 1;

static void begin(void)
{
	clock_ms += 1000;
	ok(pg_begin(pg, &err));
	ok(stage_begin(stage, run_id, clock_ms, &err));
}

static void end(void)
{
	ok(stage_merge(stage, &counts, &err));
	ok(pg_commit(pg, &err));
}

static struct cell text(const char *value)
{
	return (struct cell){.kind = CELL_TEXT, .text = str_from(value)};
}

static struct cell instant(int64_t ms)
{
	return ms == 0 ? (struct cell){.kind = CELL_NULL}
		       : (struct cell){.kind = CELL_INSTANT, .integer = ms};
}

static void put_paper(const char *id, const char *title, int64_t version_ms)
{
	size_t column = 0;
	const struct cell cells[] = {text(id), text(title), instant(version_ms)};
	ok(stage_put(stage, 0, cells, &column, &err));
}

static void put_author(const char *id, int64_t position, const char *name)
{
	size_t column = 0;
	const struct cell cells[] = {text(id), {.kind = CELL_INTEGER, .integer = position}, text(name)};
	ok(stage_put(stage, 1, cells, &column, &err));
}

/* authors: names separated by commas */
static void paper(const char *id, const char *title, int64_t version_ms, const char *authors)
{
	struct str rest = str_from(authors);
	struct str part;
	char name[64];
	stage_record_begin(stage);
	put_paper(id, title, version_ms);
	for (int position = 1; rest.length > 0 && str_next(&rest, ',', &part); position++) {
		snprintf(name, sizeof(name), "%.*s", (int)part.length, part.data);
		put_author(id, position, name);
	}
	ok(stage_record_keep(stage, &err));
}

static void review(const char *id, int64_t rating, int64_t version_ms)
{
	size_t column = 0;
	const struct cell cells[] = {
	    text(id), {.kind = CELL_INTEGER, .integer = rating}, instant(version_ms)};
	stage_record_begin(stage);
	ok(stage_put(stage, 2, cells, &column, &err));
	ok(stage_record_keep(stage, &err));
}

static void refuse(const char *id, int64_t version_ms)
{
	const struct cell cells[] = {text(id)};
	ok(stage_refuse(stage, cells, version_ms, &err));
}

static const char *papers(void)
{
	return database_value(
	    pg, "select string_agg(paper_id || '=' || coalesce(title, '') || '(' || (select"
		" coalesce(string_agg(author_name, ',' order by author_position), '') from"
		" stg.test_authors a where a.paper_id = p.paper_id) || ')', ' ' order by paper_id)"
		" from stg.test_papers p");
}

static const char *paper_history(void)
{
	return database_value(pg,
			      "select string_agg(paper_id || '=' || title, ' ' order by paper_id, valid_from)"
			      " from stg.test_papers_history");
}

static const char *author_history(void)
{
	return database_value(
	    pg, "select string_agg(paper_id || author_position || '=' || author_name, ' ' order by"
		" paper_id, author_position, valid_from) from stg.test_authors_history");
}

/* Every row's physical place and writer: unchanged = nothing was written. */
static void places(char *copy, size_t size)
{
	snprintf(copy, size, "%s",
		 database_value(
		     pg, "select md5(string_agg(t || ctid::text || xmin::text, ',' order by t, ctid)) from"
			 " (select 'p' as t, ctid, xmin from stg.test_papers union all"
			 " select 'a', ctid, xmin from stg.test_authors union all"
			 " select 'r', ctid, xmin from stg.test_reviews) s"));
}

static void counted(uint64_t inserted, uint64_t updated, uint64_t unchanged, uint64_t removed)
{
	assert_int_equal(counts.n_inserted, inserted);
	assert_int_equal(counts.n_updated, updated);
	assert_int_equal(counts.n_unchanged, unchanged);
	assert_int_equal(counts.n_removed, removed);
}

/* ---- tests */

static void first_load(void **state)
{
	(void)state;
	begin();
	paper("p1", "one", 10, "ann,bob");
	paper("p2", "two", 10, "");
	review("r1", 5, 10);
	end();
	counted(2, 0, 0, 0);
	assert_int_equal(counts.n_child_changes, 3);
	assert_string_equal(papers(), "p1=one(ann,bob) p2=two()");
	assert_int_equal(database_number(pg, "select rating from stg.test_reviews"), 5);
}

static void same_page_twice_writes_nothing(void **state)
{
	(void)state;
	char before[64];
	char after[64];
	for (int i = 0; i < 2; i++) {
		begin();
		paper("p1", "one", 10, "ann,bob");
		paper("p2", "two", 10, "cid");
		review("r1", 5, 10);
		end();
		if (i == 0)
			places(before, sizeof(before));
	}
	places(after, sizeof(after));
	assert_string_equal(before, after);
	counted(0, 0, 2, 0);
	assert_int_equal(counts.n_child_changes, 0);
	assert_string_equal(paper_history(), "");
}

static void changes_keep_history(void **state)
{
	(void)state;
	begin();
	paper("p1", "one", 10, "ann,bob,cid");
	paper("p2", "two", 10, "dan");
	end();
	begin();
	paper("p1", "uno", 20, "ann,rob");
	paper("p3", "three", 20, "eve");
	end();
	counted(1, 1, 0, 0);
	assert_string_equal(papers(), "p1=uno(ann,rob) p2=two(dan) p3=three(eve)");
	assert_string_equal(paper_history(), "p1=one");
	assert_string_equal(author_history(), "p12=bob p13=cid");
	/* ann's row was not touched, rob's keeps the time when position 2 was first seen */
	assert_int_equal(database_number(pg, "select count(*) from stg.test_authors where paper_id = 'p1' and"
					     " author_name = 'ann' and changed_at = first_seen_at"),
			 1);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_authors where paper_id = 'p1' and"
					     " author_name = 'rob' and changed_at > first_seen_at"),
			 1);
	assert_int_equal(
	    database_number(pg, "select count(*) from stg.test_papers_history where valid_from < valid_to"),
	    1);
}

static void changed_child_changes_the_parent(void **state)
{
	(void)state;
	begin();
	paper("p1", "one", 10, "ann");
	end();
	begin();
	paper("p1", "one", 20, "ann,bob");
	end();
	counted(0, 1, 0, 0);
	begin();
	paper("p1", "one", 20, "ann");
	end();
	/* same version: the greater hash wins, whichever came first */
	assert_int_equal(counts.n_updated + counts.n_unchanged, 1);
}

static void older_version_never_wins(void **state)
{
	(void)state;
	begin();
	paper("p1", "new", 20, "ann");
	end();
	begin();
	paper("p1", "old", 10, "bob,cid");
	end();
	counted(0, 0, 1, 0);
	begin();
	paper("p1", "unknown", 0, "bob,cid");
	end();
	counted(0, 0, 1, 0);
	assert_string_equal(papers(), "p1=new(ann)");
	assert_string_equal(author_history(), "");
}

/* Whatever the order, alone or on one page, in a first load or later. */
static void equal_versions_have_one_winner(void **state)
{
	(void)state;
	static const char *const titles[] = {"left", "right"};
	char winner[64] = "";
	for (int variant = 0; variant < 8; variant++) {
		(void)database_value(pg,
				     "truncate stg.test_papers, stg.test_authors, stg.test_papers_history,"
				     " stg.test_authors_history");
		begin();
		if ((variant & 4) != 0) {
			paper("p0", "makes the tables not empty", 10, "");
			end();
			begin();
		}
		paper("p1", titles[variant & 1], 10, titles[variant & 1]);
		if ((variant & 2) != 0) {
			end();
			begin();
		}
		paper("p1", titles[1 - (variant & 1)], 10, titles[1 - (variant & 1)]);
		end();
		const char *found = database_value(pg, "select title || author_name from stg.test_papers "
						       "natural join (select paper_id, author_name"
						       " from stg.test_authors) a");
		if (winner[0] == '\0')
			snprintf(winner, sizeof(winner), "%s", found);
		assert_string_equal(found, winner);
		assert_int_equal(database_number(pg, "select count(*) from stg.test_authors"), 1);
	}
}

static void same_key_twice_on_a_page(void **state)
{
	(void)state;
	for (int is_later = 0; is_later < 2; is_later++) {
		begin();
		paper("p1", "second", 20 + is_later * 100, "bob");
		paper("p1", "third", 30 + is_later * 100, "cid,dan");
		paper("p1", "first", 10 + is_later * 100, "ann");
		paper("p2", "two", 10, "eve");
		end();
		assert_string_equal(papers(), "p1=third(cid,dan) p2=two(eve)");
	}
	assert_string_equal(paper_history(), "p1=third");
	assert_string_equal(author_history(), "");
}

static void refused_records_leave(void **state)
{
	(void)state;
	begin();
	paper("p1", "one", 10, "ann,bob");
	paper("p2", "two", 10, "cid");
	paper("p3", "three", 10, "dan");
	end();
	begin();
	refuse("p1", 20);
	refuse("p2", 5); /* older than what is there */
	refuse("p3", 0); /* of unknown version */
	refuse("p9", 20);
	end();
	counted(0, 0, 0, 2);
	assert_string_equal(papers(), "p2=two(cid)");
	assert_string_equal(paper_history(), "p1=one p3=three");
	assert_string_equal(author_history(), "p11=ann p12=bob p31=dan");
	begin();
	paper("p1", "again", 30, "ann");
	end();
	assert_string_equal(papers(), "p1=again(ann) p2=two(cid)");
}

/* A fresh load and an incremental one agree. */
static void refusal_against_the_same_page(void **state)
{
	(void)state;
	for (int is_later = 0; is_later < 2; is_later++) {
		(void)database_value(pg,
				     "truncate stg.test_papers, stg.test_authors, stg.test_papers_history");
		begin();
		if (is_later == 1) {
			paper("p0", "zero", 10, "");
			end();
			begin();
		}
		paper("p1", "one", 10, "ann");
		refuse("p1", 20);
		refuse("p2", 10);
		paper("p2", "two", 20, "bob");
		paper("p3", "three", 20, "cid");
		refuse("p3", 0);
		end();
		assert_string_equal(papers(), is_later == 0 ? "p2=two(bob)" : "p0=zero() p2=two(bob)");
		assert_string_equal(paper_history(), "");
		assert_int_equal(database_number(pg, "select count(*) from stg.test_authors"), 1);
	}
}

static void dropped_record_leaves_nothing(void **state)
{
	(void)state;
	size_t column = 0;
	begin();
	stage_record_begin(stage);
	put_paper("p1", "one", 10);
	put_author("p1", 1, "ann");
	stage_record_drop(stage);
	stage_record_begin(stage);
	put_paper("p2", "two", 10);
	const struct cell bad[] = {text("p2"), {.kind = CELL_INTEGER, .integer = 5000000000}, text("x")};
	assert_false(stage_put(stage, 1, bad, &column, &err));
	assert_int_equal(err.kind, ERR_DATA);
	assert_string_equal(err.class_name, "E_DATA_NUMBER");
	assert_int_equal(column, 1);
	put_author("p2", 1, "bob");
	ok(stage_record_keep(stage, &err));
	end();
	assert_string_equal(papers(), "p2=two(bob)");
}

static void two_rows_of_one_child_key(void **state)
{
	(void)state;
	size_t column = 0;
	const struct cell again[] = {text("p1"), {.kind = CELL_INTEGER, .integer = 1}, text("eve")};
	const struct cell late[] = {text("p1"), {.kind = CELL_INTEGER, .integer = 70}, text("eve")};
	begin();
	stage_record_begin(stage);
	put_paper("p1", "one", 10);
	put_author("p1", 1, "ann");
	assert_false(stage_put(stage, 1, again, &column, &err));
	assert_string_equal(err.class_name, "E_DATA_CONFLICT");
	assert_string_equal(err.message, "stg.test_authors: the record has two rows of one key");
	for (int position = 2; position <= 100; position++)
		put_author("p1", position, "x");
	assert_false(stage_put(stage, 1, late, &column, &err));
	assert_string_equal(err.class_name, "E_DATA_CONFLICT");
	ok(stage_record_keep(stage, &err));
	end();
	assert_int_equal(database_number(pg, "select count(*) from stg.test_authors"), 100);
}

static void second_root_is_merged_by_key(void **state)
{
	(void)state;
	begin();
	review("r1", 5, 10);
	review("r2", 6, 10);
	review("r1", 7, 20);
	end();
	assert_int_equal(database_number(pg, "select sum(rating) from stg.test_reviews"), 13);
	begin();
	review("r1", 1, 15);
	review("r2", 8, 20);
	end();
	assert_int_equal(database_number(pg, "select sum(rating) from stg.test_reviews"), 15);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_reviews_history"), 1);
}

static void spooled_children(void **state)
{
	(void)state;
	char id[16];
	char name[2000];
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int round = 0; round < 2; round++) {
		begin();
		for (int i = 0; i < 2000; i++) {
			snprintf(id, sizeof(id), "p%05d", i);
			stage_record_begin(stage);
			put_paper(id, "t", 10 + round);
			put_author(id, 1, name);
			if (round == 1)
				put_author(id, 2, "new");
			ok(stage_record_keep(stage, &err));
		}
		end();
	}
	counted(0, 2000, 0, 0);
	assert_int_equal(counts.n_child_changes, 2000);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_authors"), 4000);
}

/* Past 2,000 records the stage knows what the tables hold: same results by another way. */
static void large_pages_are_filtered(void **state)
{
	(void)state;
	char id[16];
	char before[64];
	char after[64];
	for (int round = 0; round < 4; round++) {
		begin();
		for (int i = 0; i < 6000 + (round == 3 ? 500 : 0); i++) {
			snprintf(id, sizeof(id), "p%05d", i);
			bool is_changed = round >= 2 && i % 1000 == 7;
			paper(id, is_changed ? "new" : "t", is_changed ? 20 : 10,
			      i % 2 == 0 ? "ann,bob" : "cid");
			review(id, 5, is_changed ? 20 : 10);
		}
		if (round == 3) { /* again on the page: as it is, older, newer */
			paper("p05000", "t", 10, "ann,bob");
			paper("p05001", "older", 5, "dan");
			paper("p05002", "newer", 30, "dan");
			paper("p06400", "newer", 30, "dan");
			refuse("p05003", 40);
		}
		end();
		if (round == 0) {
			counted(6000, 0, 0, 0);
			places(before, sizeof(before));
		} else if (round == 1) {
			counted(0, 0, 6000, 0);
			assert_int_equal(counts.n_child_changes, 0);
			places(after, sizeof(after));
			assert_string_equal(before, after);
		} else if (round == 2) {
			counted(0, 6, 5994, 0);
			assert_int_equal(database_number(pg, "select count(*) from stg.test_reviews_history"),
					 6);
		}
	}
	assert_int_equal(counts.n_removed, 1);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_papers"), 6499);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_reviews"), 6500);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_papers where title = 'older'"),
			 0);
	assert_int_equal(
	    database_number(pg, "select count(*) from stg.test_authors where author_name = 'dan'"), 2);
	assert_int_equal(database_number(pg, "select count(*) from stg.test_papers_history"), 8);
}

static void abort_forgets(void **state)
{
	(void)state;
	begin();
	paper("p1", "one", 10, "ann");
	stage_abort(stage);
	pg_rollback(pg);
	begin();
	paper("p2", "two", 10, "bob");
	end();
	assert_string_equal(papers(), "p2=two(bob)");
}

static void wrong_declarations(void **state)
{
	(void)state;
	static const char *const columns[] = {"paper_id", "nothing"};
	static const char *const times[] = {"is_only", "created_at"};
	const struct entity unknown = {"stg.nowhere", columns, 1, 1, 1, false};
	const struct entity column = {"stg.test_papers", columns, 2, 1, 1, false};
	const struct entity keyless = {"stg.test_papers", columns, 1, 0, 0, false};
	const struct entity type = {
	    "meta.schedules", (const char *const[]){"source", "window_from"}, 2, 1, 1, false};
	struct stage *none = NULL;
	(void)times;
	assert_false(stage_new(&none, pg, &unknown, 1, "/tmp", &err));
	assert_string_equal(err.message, "there is no table stg.nowhere");
	assert_false(stage_new(&none, pg, &column, 1, "/tmp", &err));
	assert_string_equal(err.message, "table stg.test_papers has no column nothing");
	assert_int_equal(err_exit_code(&err), 78);
	assert_false(stage_new(&none, pg, &keyless, 1, "/tmp", &err));
	assert_string_equal(err.message, "the declaration of stg.test_papers is wrong");
	assert_false(stage_new(&none, pg, &type, 1, "/tmp", &err));
	assert_string_equal(err.message,
			    "column window_from of meta.schedules has type time without time zone, which "
			    "has no encoder");
	assert_null(none);
}

static void clock_that_goes_back(void **state)
{
	(void)state;
	begin();
	paper("p1", "one", 10, "ann");
	end();
	clock_ms -= 100000;
	run_id = 2;
	begin();
	paper("p1", "two", 20, "bob");
	end();
	run_id = 3;
	begin();
	paper("p1", "three", 30, "cid");
	end();
	run_id = 1;
	clock_ms += 200000;
	assert_string_equal(papers(), "p1=three(cid)");
	assert_int_equal(
	    database_number(pg, "select count(*) from stg.test_papers_history where valid_from <= valid_to"),
	    2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(first_load, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(same_page_twice_writes_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(changes_keep_history, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(changed_child_changes_the_parent, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(older_version_never_wins, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(equal_versions_have_one_winner, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(same_key_twice_on_a_page, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(refused_records_leave, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(refusal_against_the_same_page, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(dropped_record_leaves_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(two_rows_of_one_child_key, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(second_root_is_merged_by_key, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(spooled_children, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(large_pages_are_filtered, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(abort_forgets, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(wrong_declarations, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(clock_that_goes_back, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, create, drop);
}
