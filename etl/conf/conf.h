/* SPDX-License-Identifier: PostgreSQL
 *
 * Every setting is one row of conf/settings.def: name, type, default as text, whether secret, help. The
 * help text, `tenure config show`, docs/reference/settings.md and the parser all come from these rows.
 *
 * Order, later wins: default < settings file (INI, libinih: $TENURE_CONFIG, else
 * $XDG_CONFIG_HOME/tenure/tenure.conf, ~/.config/tenure/tenure.conf) < environment (TENURE_<SECTION>_<NAME>,
 * or the row's own environment name such as OPENREVIEW_TOKEN) < --set section.name=value. A secret is taken
 * from the environment, from a 0600 file named by <ENVIRONMENT>_FILE, or from systemd's
 * $CREDENTIALS_DIRECTORY/<section>.<name>; never from the settings file when others can read it, never from
 * argv. An unknown name anywhere is an error that names the nearest known one; in the environment only
 * one that is nearly a setting's (other TENURE_… variables are somebody else's). An empty environment
 * variable counts as not set.
 *
 * Numbers are whole and not negative, durations 90, 90s, 15m, 6h, 7d, sizes 64k, 64m, 2g, booleans
 * true/false, yes/no, on/off, 1/0. A value of the wrong type is ERR_CONFIG, wherever it comes from, with
 * setting and origin. Within the environment the more specific wins: TENURE_<SECTION>_<NAME>, the own name,
 * the same two with _FILE (secrets only), then the credential.
 */
#ifndef TENURE_CONF_H
#define TENURE_CONF_H

#include "base/base.h"
#include "base/str.h"

struct err;
struct conf;
struct buf;

enum conf_type { CONF_TEXT, CONF_INTEGER, CONF_SECONDS, CONF_BYTES, CONF_BOOLEAN };

enum conf_id {
#define SETTING(id, section, name, type, environment, default_text, is_secret, help) CONF_##id,
#include "conf/settings.def"
#undef SETTING
	CONF_COUNT
};

MUST_USE bool conf_new(struct conf **ret, struct err *err); /* defaults, file, environment, credentials */
void conf_free(struct conf *conf);			    /* wipes secrets */
/* --set section.name=value. ERR_USAGE for unknown names and for secrets. */
MUST_USE bool conf_set(struct conf *conf, struct str assignment, struct err *err);

const char *conf_text(const struct conf *conf, enum conf_id id); /* never NULL; "" when unset */
bool conf_is_set(const struct conf *conf, enum conf_id id);	 /* non-empty */
int64_t conf_integer(const struct conf *conf, enum conf_id id);
int64_t conf_seconds(const struct conf *conf, enum conf_id id);
uint64_t conf_bytes(const struct conf *conf, enum conf_id id);
bool conf_boolean(const struct conf *conf, enum conf_id id);

/* "section.name = value  # origin" for each row, secrets as "(set)"; as a JSON array when is_json. A value
 * with a password in it (a connection string, a URL) is not shown either. */
void conf_show(const struct conf *conf, bool is_json, struct buf *buf);
void conf_reference(struct buf *buf); /* the Markdown reference page */

#endif
