/* SPDX-License-Identifier: PostgreSQL
 *
 * Every limit on what one piece of input may take, with its reason. The sum of what is alive at once
 * stays under 64 MiB resident.
 */
#ifndef TENURE_CAPS_H
#define TENURE_CAPS_H

#define CAP_RECORD_BYTES                                                                                     \
	((size_t)2 * 1024 * 1024) /* largest OpenReview note seen with replies: below 1 MiB */
#define CAP_RECORD_ARENA   ((size_t)12 * 1024 * 1024)	      /* decoded tree of such a record */
#define CAP_JSON_DEPTH	   64				      /* PostgreSQL takes more, real records use 6 */
#define CAP_CHUNK_BYTES	   ((size_t)64 * 1024)		      /* one read of a spool, one PQputCopyData */
#define CAP_SKELETON_BYTES ((size_t)1024 * 1024)	      /* what stands around the records of a page */
#define CAP_ROW_BYTES	   ((size_t)4 * 1024 * 1024)	      /* one encoded COPY row */
#define CAP_PAGE_BYTES	   ((uint64_t)4 * 1024 * 1024 * 1024) /* decoded page: ten times the largest venue */
#define CAP_HEADER_BYTES   ((size_t)64 * 1024)		      /* all response headers */
#define CAP_REQUEST_BYTES  ((size_t)256 * 1024)		      /* 1,000 profile ids of 200 bytes */
#define CAP_SQL_BYTES	   ((size_t)1024 * 1024)	      /* one embedded statement or parameter */
#define CAP_REJECT_RAW_BYTES                                                                                 \
	((size_t)64 * 1024) /* raw text kept with a reject; above: hash and length only */
#define CAP_COMMAND_ARENA   ((size_t)16 * 1024 * 1024) /* settings, plans, small results of one command */
#define CAP_TEXT_CHARACTERS 100000 /* longest text a column takes; core.rule max_text_chars */

#endif
