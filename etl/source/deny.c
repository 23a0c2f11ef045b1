/* SPDX-License-Identifier: PostgreSQL
 *
 * JSON paths that never become a column, whatever a field map says: who reviewed, what identifies a person
 * beyond their work, addresses, and what the terms call sensitive. A path is denied when one of its steps is.
 */
#include "source/source.h"

/* Lower case; compared without regard to case, '_' and '-'. */
static const char *const denied_steps[] = {
    /* who reviewed, who may see it */
    "signatures",
    "signature",
    "readers",
    "nonreaders",
    "writers",
    "tauthor",
    "anonids",
    "deanonymizers",
    "impersonators",
    "signatories",
    "reviewer",
    "reviewers",
    "areachairs",
    "anonreviewer",
    /* addresses: sources take domains from these by hand */
    "email",
    "emails",
    "emailsconfirmed",
    "confirmedemails",
    "preferredemail",
    "useremail",
    "phone",
    "address",
    /* what is nobody's business here */
    "gender",
    "pronouns",
    "yearofbirth",
    "dob",
    "dateofbirth",
    "birthdate",
    "birthday",
    "age",
    "nationality",
    "ethnicity",
    "religion",
    "relations",
    "advisors",
    "conflicts",
    "photo",
    "picture",
    /* of the account */
    "password",
    "lastlogin",
    "termstimestamp",
    "paststates",
    "metacontent",
    "token",
    "secret",
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
			if (is_step_denied(step, denied_steps[i]))
				return true;
	}
	return false;
}
