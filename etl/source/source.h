/* SPDX-License-Identifier: PostgreSQL
 *
 * A source is a table of declarations with optional hooks. This is all that source/<name>.c includes.
 *
 *     struct source -> struct stream[] -> struct entity[] (staging tables) + fields (JSON path -> column)
 *
 * A stream turns partitions (a venue, a batch of ids, a file) into requests, requests into pages, pages into
 * records, records into rows. Plain columns come from the field map; the `record` hook adds what a path
 * cannot say (author shapes, child rows, status recipes).
 */
#ifndef TENURE_SOURCE_H
#define TENURE_SOURCE_H

#include "base/arena.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/num.h"
#include "base/str.h"
#include "conf/conf.h"
#include "http/retry.h"
#include "json/json.h"
#include "pg/row.h"
#include "pg/stage.h"
#include "run/private.h"

struct auth;
struct auth_context;
struct sql;

/* ---- records ---------------------------------------------------------------------------------------- */

/* How a JSON value becomes a cell. All accept null and missing (-> CELL_NULL) and unwrap {"value": x}. */
enum field_kind {
	FIELD_TEXT,    /* string or number; "" -> null; arrays: E_DATA_TYPE */
	FIELD_INTEGER, /* number or string holding one; "" -> null */
	FIELD_REAL,
	FIELD_BOOLEAN,
	FIELD_INSTANT_MS, /* epoch milliseconds */
	FIELD_DATE,	  /* "YYYY-MM-DD" */
	FIELD_TEXTS,	  /* array of strings, or one string -> one element; "" and null elements left out */
	FIELD_FIRST_TEXT, /* string, or the first string of an array */
	FIELD_HOOK	  /* left null by the map, set by the record hook */
};

struct field {
	const char *column; /* must be entities[0].columns[i]: same order, checked at bind time */
	const char *path;   /* dotted; NULL for FIELD_HOOK */
	enum field_kind kind;
};

/* One record being turned into rows; given to the record hook. */
struct record {
	const struct json *json; /* the record */
	struct arena *arena;	 /* lives until the record is done */
	struct cell
	    *cells; /* entity 0, filled by the field map, n_columns of them; the hook completes them */
	const char *partition_key;    /* venue id, file edition … */
	const char *const *arguments; /* further columns of the partition's row (see stream.partitions) */
	size_t n_arguments;
	const struct conf *conf;
	void *internal;
};

/* Adds a child row to entity index >= 1. A row that cannot be encoded becomes a row-level reject and true is
 * returned: the rest of the record stands. False only for failures of the machinery. */
MUST_USE bool record_put(struct record *record, size_t entity, const struct cell *cells, struct err *err);
/* Row-level reject written by the hook itself (the record stands): class E_DATA_…, JSON path, words without
 * the value. */
MUST_USE bool record_reject_row(struct record *record, const char *class_name, const char *json_path,
				const char *detail, struct err *err);

enum record_outcome {
	RECORD_KEEP,  /* rows are merged */
	RECORD_SKIP,  /* not for us (another kind of note): counted, nothing stored */
	RECORD_REFUSE /* bad: reject row, current version leaves; err holds class and path */
};

typedef enum record_outcome record_hook(struct record *record, struct err *err);

/* ---- streams ---------------------------------------------------------------------------------------- */

enum pager_kind {
	PAGER_NONE,	/* one request a partition */
	PAGER_AFTER_ID, /* sort by id, after=<last id> until an empty page */
	PAGER_OFFSET,	/* offset=…: only where nothing else works (v1 tmdate order) */
	PAGER_IDS	/* partitions are ids, batched into one body or parameter */
};

/* What the request hook is told and what it says. */
struct request_plan {
	const char *partition_key;
	const char *const *arguments; /* columns of the partition's row after the key; NULL = SQL null */
	size_t n_arguments;
	const struct str *ids; /* PAGER_IDS: the batch */
	size_t n_ids;
	size_t n_ids_at_first; /* PAGER_IDS: before other ways of asking gave some of them */
	const char *after;     /* PAGER_AFTER_ID: last id of the page before, or NULL */
	uint64_t offset;       /* PAGER_OFFSET */
	size_t page_size;      /* records to ask for */
	const char
	    *watermark; /* incremental: epoch ms as the last complete sweep left it, or NULL for a full one */
	uint64_t n_known;	/* current records of the partition in the warehouse (stream.known), else 0 */
	int mode;		/* which of the stream's ways of asking, see stream.n_modes */
	bool is_paged;		/* an answer with everything was refused or cut to a page: ask page by page */
	bool was_batch_ignored; /* PAGER_IDS: a batch gave nothing at all, so lists of ids are not understood
				 */
	size_t most_ids;	/* to set, PAGER_IDS: ask for fewer ids at once than given; 0 = all */
	const struct conf *conf;
	struct buf *url;       /* to fill: absolute URL; left empty: there is no such way of asking here */
	struct buf *body;      /* to fill for POST; empty = GET */
	const char *route;     /* to set: budget key, static text such as "notes" */
	enum pager_kind pager; /* set to the stream's; the hook may choose another one */
	bool is_all_in_one;    /* to set: the answer is the whole result whatever the pager (stream=true) */
	bool is_newest_first;  /* to set: pages go back in time; done once one is older than the watermark */
	bool is_full;	       /* to set: the whole result is asked for although there is a watermark */
	const char
	    *nested_path; /* to set: the records are not the answer's items but lie inside them, there */
};

typedef bool request_hook(struct request_plan *plan, struct err *err);

struct stream {
	const char *name; /* "notes" */
	const char *summary;
	const struct entity *entities;
	size_t n_entities;
	const struct field *fields; /* one per column of entities[0] */
	size_t n_fields;
	const char *item_key;	  /* member with the records; NULL: array or lines */
	const char *key_path;	  /* of the record's id, for rejects and paging */
	const char *version_path; /* of the modification time in ms, or NULL */
	record_hook *record;	  /* optional */
	int parser_version;	  /* raise when the same bytes give other rows */

	/* network streams only */
	enum pager_kind pager;
	const struct sql
	    *partitions; /* statement giving rows (partition_key, argument…), most important first */
	request_hook *request;
	size_t page_size;	  /* PAGER_AFTER_ID/OFFSET: records a full page has; 0 = setting */
	int64_t interval_seconds; /* default schedule */
	bool is_optional;	  /* a failure of this stream is a warning (institutions) */
	bool (*page_check)(const struct json *skeleton, uint64_t n_records,
			   struct err *err); /* optional: count, searchUnavailable */
	int n_modes;		      /* ways of asking, tried in turn until one gives records; 0 means 1 */
	enum conf_id endpoint;	      /* setting with the host its cursors belong to */
	const enum conf_id *settings; /* appended to the parameters of `partitions` from $9 on */
	size_t n_settings;
	const struct sql
	    *known; /* optional: current records of partition $1; guards against vanished answers */
	const char *nested_stream; /* optional: records of this other stream lie inside this one's, … */
	const char *nested_path;   /* … there ("details.directReplies"); same partition key and arguments */
	const struct sql
	    *vanished; /* optional, with known: in the last transaction of a complete full sweep; $1 source,
			* $2 stream, $3 partition, $4 all keys seen (text[] literal), $5 run id, $6 time */
	const struct sql *after_batch; /* PAGER_IDS, optional: in the page's transaction; $1 asked ids, $2
					* returned ids (texts as text[] literals), $3 run id, $4 batch time */
};

/* Parameters of `partitions`: $1 source, $2 stream, $3 selection (patterns, comma-separated), $4 is_full,
 * $5 begin of the pass (a record or partition done since then is not due again), $6 now, $7 limit, $8 offset,
 * $9… settings. */

/* A file to import, as far as it is known before it is loaded. */
struct file_claim {
	const char *path;
	struct str name;		       /* path without directories */
	const struct json *first;	       /* its first record that can be parsed, or NULL */
	bool is_array;			       /* one JSON array; false: values one after another */
	const char *venue, *year, *crawled_on; /* flags of tenure import, or NULL */
	struct arena *arena;		       /* for what the hook returns */
};

/* What the hook says; texts are static or in the claim's arena. */
struct file_partition {
	size_t stream; /* index into source.streams */
	const char *key;
	const char *const *arguments;
	size_t n_arguments;
};

typedef bool file_partition_hook(const struct file_claim *claim, struct file_partition *ret, struct err *err);

struct source {
	const char *name;
	const char *title;
	const char *licence;
	const char *terms;	 /* URL and one sentence */
	const char *credentials; /* what is wanted, in words */
	const struct stream *streams;
	size_t n_streams;
	const struct retry_policy *retry;
	enum conf_id selection; /* setting with the patterns that choose partitions */

	/* Gives the bearer token (static until the next call), logging in or reading the cache when needed;
	 * is_renewal: the last one was refused. NULL hook: no credentials. `exchange` does one POST. */
	struct auth *(*auth_new)(void);
	bool (*authorize)(struct auth *auth, struct auth_context *context, bool is_renewal,
			  const char **ret_bearer, struct err *err);
	void (*auth_free)(struct auth *auth);

	/* import only: says which partition of which stream a file is, from its name, its first record and
	 * the flags; or what is missing (ERR_USAGE). NULL: the source cannot be imported from files. */
	file_partition_hook *file_partition;
};

/* What authorize may use. */
struct auth_context {
	const struct conf *conf;
	const char *state_directory; /* token cache lives here, 0600 */
	int64_t now_ms;
	void *internal;
};
/* One JSON POST (secret: never recorded); any status is an answer. */
MUST_USE bool auth_post(struct auth_context *context, const char *url, struct str body, int *ret_status,
			struct buf *answer, struct err *err);

/* True for a JSON path that must never reach a column: reviewer identity, e-mail local parts, gender, birth,
 * relations … (source/deny.c). Every binder of field maps refuses such a path (CONTRACT, 78). */
bool source_path_is_denied(const char *path);
/* True for a member whose value is dropped from every page before it is kept (run/scrub.h): the denied ones
 * but e-mail addresses, whose domains are evidence. */
bool source_member_is_dropped(struct str name);

extern const struct source *const source_all[]; /* NULL-terminated; source/sources.c */
const struct source *source_find(struct str name);

#endif
