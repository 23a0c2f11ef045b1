/* SPDX-License-Identifier: PostgreSQL */
#include "migrate/migrate.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "pg/pg.h"

#define OUTPUT_BYTES ((size_t)1024 * 1024)

static bool show_status(struct command_context *context, struct pg *pg, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	return migrate_status(pg, context->is_json, &buf, err) && buf_check(&buf, "migration status", err) &&
	       cmd_output(buf_str(&buf), err);
}

static bool deploy(struct pg *pg, bool is_dry_run, struct err *err)
{
	struct migrate_counts counts = {0};
	if (!migrate_deploy(pg, is_dry_run, &counts, err))
		return false;
	log_event(LOG_INFO, is_dry_run ? "would migrate" : "migrated",
		  "migrations=%d definitions=%d reference_files=%d", counts.n_migrations,
		  counts.n_definitions, counts.n_reference);
	return true;
}

bool cmd_migrate(struct command_context *context, struct err *err)
{
	struct pg *pg = NULL;
	bool is_status = cmd_flag(context, "--status");
	bool is_dry_run = cmd_flag(context, "--dry-run");
	if (!cmd_operands(context, 0, 0, err) || !pg_open(&pg, context->conf, err))
		return false;
	bool is_done = is_status ? show_status(context, pg, err) : deploy(pg, is_dry_run, err);
	pg_close(pg);
	return is_done;
}
