/* SPDX-License-Identifier: PostgreSQL
 *
 * The sources that are compiled in.
 */
#include "source/source.h"

extern const struct source source_openreview;
extern const struct source source_papercopilot;

const struct source *const source_all[] = {&source_openreview, &source_papercopilot, NULL};

const struct source *source_find(struct str name)
{
	for (size_t i = 0; source_all[i] != NULL; i++) {
		if (str_equal_text(name, source_all[i]->name))
			return source_all[i];
	}
	return NULL;
}
