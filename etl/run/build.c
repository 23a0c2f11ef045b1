/* SPDX-License-Identifier: PostgreSQL */
#include "run/build.h"

#include "base/err.h"
#include "run/run.h"

bool build_run(struct run *run, bool is_full, struct build_counts *ret, struct err *err)
{
	(void)run, (void)is_full;
	*ret = (struct build_counts){0};
	return err == NULL || err->kind == ERR_NONE;
}
