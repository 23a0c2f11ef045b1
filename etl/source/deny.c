/* SPDX-License-Identifier: PostgreSQL
 *
 * JSON paths that never become a column, whatever a field map says: who reviewed, what identifies a person
 * beyond their work, addresses, and what the terms call sensitive. A path is denied when one of its steps is.
 */
#include "source/source.h"

/* Lower case; compared without regard to case, '_' and '-'. */
static const struct {
	const char *name;
	bool has_domain; /* an address, of whose text the domain may stay */
} denied_steps[] = {
    /* who reviewed, who may see it */
    {"signatures", false},
    {"signature", false},
    {"readers", false},
    {"nonreaders", false},
    {"writers", false},
    {"tauthor", false},
    {"anonids", false},
    {"deanonymizers", false},
    {"impersonators", false},
    {"signatories", false},
    {"reviewer", false},
    {"reviewers", false},
    {"areachairs", false},
    {"anonreviewer", false},
    /* addresses: sources take domains from these by hand */
    {"email", true},
    {"emails", true},
    {"emailsconfirmed", true},
    {"confirmedemails", true},
    {"preferredemail", true},
    {"useremail", true},
    {"phone", false},
    {"address", false},
    /* what is nobody's business here */
    {"gender", false},
    {"pronouns", false},
    {"yearofbirth", false},
    {"dob", false},
    {"dateofbirth", false},
    {"birthdate", false},
    {"birthday", false},
    {"age", false},
    {"nationality", false},
    {"ethnicity", false},
    {"religion", false},
    {"relations", false},
    {"advisors", false},
    {"conflicts", false},
    {"photo", false},
    {"picture", false},
    /* of the account */
    {"password", false},
    {"lastlogin", false},
    {"termstimestamp", false},
    {"paststates", false},
    {"metacontent", false},
    {"token", false},
    {"secret", false},
};

static char fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static bool is_step_denied(struct str step, const char *denied)
{
	for (size_t i = 0; i < step.length; i++) {
		if (step.data[i] == '_' || step.data[i] == '-')
			continue;
		if (*denied == '\0' || fold(step.data[i]) != *denied)
			return false;
		denied++;
	}
	return *denied == '\0';
}

bool source_path_is_denied(const char *path)
{
	struct str rest = str_from(path);
	struct str step;
	while (str_next(&rest, '.', &step)) {
		for (size_t i = 0; i < ARRAY_LENGTH(denied_steps); i++)
			if (is_step_denied(step, denied_steps[i].name))
				return true;
	}
	return false;
}

bool source_member_is_dropped(struct str name)
{
	for (size_t i = 0; i < ARRAY_LENGTH(denied_steps); i++)
		if (!denied_steps[i].has_domain && is_step_denied(name, denied_steps[i].name))
			return true;
	return false;
}
