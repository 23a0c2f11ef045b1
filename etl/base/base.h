/* SPDX-License-Identifier: PostgreSQL
 *
 * What every file of Tenure includes first: attributes, scope clean-up, and the list of functions
 * that may not be used because they overflow, truncate silently or depend on locale.
 */
#ifndef TENURE_BASE_H
#define TENURE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* Before the poison below, because they declare what it bans; a later include of them is then empty. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_index, first_argument)                                                            \
	__attribute__((format(printf, format_index, first_argument)))
#define CLEANUP(function)   __attribute__((cleanup(function)))
#define UNUSED		    __attribute__((unused))
#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Hands the pointer over and leaves NULL behind, so that a CLEANUP of the variable does nothing. */
#define TAKE(pointer)                                                                                        \
	__extension__({                                                                                      \
		__typeof__(pointer) taken_ = (pointer);                                                      \
		(pointer) = NULL;                                                                            \
		taken_;                                                                                      \
	})

#define TENURE_VERSION "0.1.0"

/* Banned: the compiler stops at any use. Replacements: buf_*, str_*, num_*, date_*. */
#ifndef TENURE_ALLOW_BANNED
#undef alloca
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets atoi atol atof
#pragma GCC poison gmtime localtime sscanf fscanf scanf alloca
#endif

#endif
