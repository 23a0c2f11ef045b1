/* SPDX-License-Identifier: PostgreSQL */
#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "conf/conf.h"

#define OUTPUT_BYTES ((size_t)256 * 1024)

bool cmd_config(struct command_context *context, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	if (!cmd_operands(context, 0, 1, err))
		return false;
	const char *what = context->n_arguments == 0 ? "show" : context->arguments[0];
	if (strcmp(what, "show") == 0)
		conf_show(context->conf, context->is_json, &buf);
	else if (strcmp(what, "reference") == 0)
		conf_reference(&buf);
	else
		return err_set(err, ERR_USAGE, "tenure config: %s is neither show nor reference", what);
	return buf_check(&buf, "settings", err) && cmd_output(buf_str(&buf), err);
}
