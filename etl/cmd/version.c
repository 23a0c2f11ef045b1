/* SPDX-License-Identifier: PostgreSQL */
#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "migrate/migrate.h"
#include "pg/pg.h"

bool cmd_version(struct command_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, 4096);
	if (!cmd_operands(context, 0, 0, err))
		return false;
	int library = pg_library_version();
	if (context->is_json)
		buf_printf(&buf, "{\"version\":\"%s\",\"libpq\":\"%d.%d\",\"migration\":%d}\n",
			   TENURE_VERSION, library / 10000, library % 10000, migrate_newest());
	else
		buf_printf(&buf, "tenure %s (libpq %d.%d, migrations up to %04d)\n", TENURE_VERSION,
			   library / 10000, library % 10000, migrate_newest());
	return buf_check(&buf, "version", err) && cmd_output(buf_str(&buf), err);
}
