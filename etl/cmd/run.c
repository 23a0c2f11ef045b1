/* SPDX-License-Identifier: PostgreSQL
 *
 * Extract, stage, build, publish:
 *
 *     arguments -> run_begin -> each source: its streams -> build (when something changed) -> summary ->
 * run_end
 *
 * A run that is parked or broke a data contract builds nothing: yesterday's figures stay. A venue that could
 * not be read today does not hold up the others, but the exit code says so.
 */
#include <inttypes.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/err.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "conf/conf.h"
#include "run/build.h"
#include "run/extract.h"
#include "run/run.h"
#include "source/source.h"

#define OUTPUT_BYTES ((size_t)64 * 1024)
#define MAX_STREAMS  64

struct job {
	struct command_context *context;
	struct extract_options options;
	const struct source *source;
	const char *stream_names[MAX_STREAMS];
	struct buf selection, streams_text, command;
	bool has_build;
	struct extract_result result;
	struct build_counts build;
	bool was_built;
};

/* ---- arguments ------------------------------------------------------------------------------------------
 */

static const struct stream *find_stream(const struct source *source, struct str name)
{
	for (size_t i = 0; i < source->n_streams; i++)
		if (str_equal_text(name, source->streams[i].name) && source->streams[i].request != NULL)
			return &source->streams[i];
	return NULL;
}

static bool has_network(const struct source *source)
{
	for (size_t i = 0; i < source->n_streams; i++)
		if (source->streams[i].request != NULL)
			return true;
	return false;
}

/* SOURCE or SOURCE/STREAM. */
static bool take_operand(struct job *job, const char *operand, struct err *err)
{
	struct str text = str_from(operand);
	size_t at = str_find_byte(text, '/');
	const struct source *source = source_find(str_slice(text, 0, at));
	if (source == NULL || !has_network(source)) {
		err_set(err, ERR_USAGE, "there is no source %.*s to run", (int)at, operand);
		return err_hint(err, source == NULL ? "`tenure sources` lists them"
						    : "its files come in by `tenure import`");
	}
	if (job->source != NULL && job->source != source)
		return err_set(err, ERR_USAGE, "one run takes one source: %s or %s", job->source->name,
			       source->name);
	job->source = source;
	if (at == text.length)
		return true;
	const struct stream *stream = find_stream(source, str_slice(text, at + 1, text.length));
	if (stream == NULL) {
		err_set(err, ERR_USAGE, "source %s has no stream %s to run", source->name, operand + at + 1);
		return err_hint(err, "`tenure sources` lists them");
	}
	if (job->options.n_streams == MAX_STREAMS)
		return err_set(err, ERR_USAGE, "more than %d streams", MAX_STREAMS);
	job->stream_names[job->options.n_streams++] = stream->name;
	if (job->streams_text.length > 0)
		buf_put_byte(&job->streams_text, ',');
	buf_put_text(&job->streams_text, stream->name);
	return true;
}

/* --venue may be repeated; each is an id or a pattern. */
static bool take_venues(struct job *job, struct err *err)
{
	for (;;) {
		const char *venue = NULL;
		if (!cmd_option(job->context, "--venue", &venue, err))
			return false;
		if (venue == NULL)
			break;
		if (str_is_blank(str_from(venue)))
			return err_set(err, ERR_USAGE, "--venue is empty");
		if (job->selection.length > 0)
			buf_put_byte(&job->selection, ',');
		buf_put_str(&job->selection, str_trim(str_from(venue)));
	}
	if (job->selection.length > 0)
		job->options.selection = job->selection.data;
	return buf_check(&job->selection, "the list of venues", err);
}

static bool take_numbers(struct job *job, struct err *err)
{
	const char *limit = NULL;
	const char *since = NULL;
	struct date date;
	if (!cmd_option(job->context, "--limit", &limit, err) ||
	    !cmd_option(job->context, "--since", &since, err))
		return false;
	if (limit != NULL && (!num_parse_i64(str_from(limit), &job->options.limit) || job->options.limit < 1))
		return err_set(err, ERR_USAGE, "--limit %s is not a positive number", limit);
	if (since == NULL)
		return true;
	if (date_parse(str_from(since), &date))
		job->options.since_ms = date_days_from_civil(date.year, date.month, date.day) * 86400000;
	else if (!date_parse_instant(str_from(since), &job->options.since_ms))
		return err_set(err, ERR_USAGE, "--since %s is no date such as 2026-08-31", since);
	return true;
}

static bool take_arguments(struct job *job, struct err *err)
{
	struct command_context *context = job->context;
	struct extract_options *options = &job->options;
	options->is_full = cmd_flag(context, "--full");
	options->is_dry_run = cmd_flag(context, "--dry-run");
	options->is_empty_allowed = cmd_flag(context, "--allow-empty");
	job->has_build = !cmd_flag(context, "--no-build");
	if (!cmd_option(context, "--record", &options->record_directory, err) ||
	    !cmd_option(context, "--replay", &options->replay_directory, err) || !take_venues(job, err) ||
	    !take_numbers(job, err) || !cmd_operands(context, 0, MAX_STREAMS, err))
		return false;
	if (context->n_arguments == 0 && !take_operand(job, "openreview", err))
		return false;
	for (int i = 0; i < context->n_arguments; i++)
		if (!take_operand(job, context->arguments[i], err))
			return false;
	/* Runs with the same words make a pass; others do not end it. */
	buf_put_text(&job->command, "run");
	if (options->is_full)
		buf_put_text(&job->command, " --full");
	if (options->is_dry_run)
		buf_put_text(&job->command, " --dry-run");
	if (options->limit > 0 || options->since_ms > 0)
		buf_printf(&job->command, " --limit %" PRId64 " --since %" PRId64, options->limit,
			   options->since_ms);
	if (options->selection != NULL)
		buf_printf(&job->command, " --venue %s", options->selection);
	options->streams = job->stream_names;
	options->streams_text = options->n_streams == 0 ? NULL : job->streams_text.data;
	options->command = job->command.data;
	return buf_check(&job->command, "the command", err) &&
	       buf_check(&job->streams_text, "the streams", err);
}

/* ---- summary --------------------------------------------------------------------------------------------
 */

static void put_text(struct buf *buf, const struct job *job, const struct run *run)
{
	const struct run_counts *counts = &run->counts;
	const struct extract_result *result = &job->result;
	bool is_new = counts->n_inserted + counts->n_updated + counts->n_removed > 0;
	buf_printf(buf,
		   "%s: %" PRIu64 " requests, %" PRIu64 " records: %" PRIu64 " new, %" PRIu64
		   " changed, %" PRIu64 " gone",
		   job->source->name, counts->n_requests, counts->n_records, counts->n_inserted,
		   counts->n_updated, counts->n_removed);
	if (counts->n_rejected > 0)
		buf_printf(buf, ", %" PRIu64 " refused (`tenure rejects`)", counts->n_rejected);
	if (!is_new)
		buf_put_text(buf, "; nothing new");
	buf_put_byte(buf, '\n');
	if (result->n_unreadable > 0)
		buf_printf(buf, "%" PRIu64 " could not be read and were skipped\n", result->n_unreadable);
	if (result->n_blocked > 0)
		buf_printf(buf,
			   "%" PRIu64
			   " are blocked for now: the source asks for a challenge in spite of the token\n",
			   result->n_blocked);
	if (result->n_failed > 0)
		buf_printf(buf, "%" PRIu64 " failed and stay as they were\n", result->n_failed);
	if (job->was_built)
		buf_printf(buf, "build %" PRId64 ": %" PRId64 " of %" PRId64 " people recomputed\n",
			   job->build.build_id, job->build.n_people_changed, job->build.n_people);
}

static void put_json(struct buf *buf, const struct job *job, const struct run *run)
{
	const struct run_counts *counts = &run->counts;
	const struct extract_result *result = &job->result;
	buf_printf(
	    buf,
	    "{\"source\":\"%s\",\"run_id\":%" PRId64 ",\"n_requests\":%" PRIu64 ",\"n_records\":%" PRIu64
	    ",\"n_inserted\":%" PRIu64 ",\"n_updated\":%" PRIu64 ",\"n_removed\":%" PRIu64
	    ",\"n_rejected\":%" PRIu64 ",\"n_unreadable\":%" PRIu64 ",\"n_blocked\":%" PRIu64
	    ",\"n_failed\":%" PRIu64 ",\"is_complete\":%s,\"is_built\":%s}\n",
	    job->source->name, run->run_id, counts->n_requests, counts->n_records, counts->n_inserted,
	    counts->n_updated, counts->n_removed, counts->n_rejected, result->n_unreadable, result->n_blocked,
	    result->n_failed, result->is_complete ? "true" : "false", job->was_built ? "true" : "false");
}

static bool report(const struct job *job, const struct run *run, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	if (job->context->is_json)
		put_json(&buf, job, run);
	else
		put_text(&buf, job, run);
	return buf_check(&buf, "the summary", err) && cmd_output(buf_str(&buf), err);
}

/* ---- the run --------------------------------------------------------------------------------------------
 */

/* Failures that leave whole, if older, partitions behind. */
static bool may_build(const struct err *err)
{
	return err->kind == ERR_NONE || err->kind == ERR_NET_FINAL || err->kind == ERR_NET_TRANSIENT;
}

static bool build(struct job *job, struct run *run, struct err *err)
{
	bool is_due = false;
	if (!job->has_build || job->options.is_dry_run)
		return true;
	if (!build_is_due(run, &is_due, err))
		return err_wrap(err, "building");
	if (!is_due)
		return true;
	log_progress("building");
	job->was_built = build_run(run, false, &job->build, err);
	log_progress_end();
	return job->was_built || err_wrap(err, "building");
}

static bool do_job(struct job *job, struct run *run, struct err *err)
{
	struct err later = {.kind = ERR_NONE};
	bool is_done = extract_source(run, job->source, &job->options, &job->result, err);
	if (may_build(err) && !build(job, run, &later)) {
		*err = later; /* a failed check is worse news than a venue that has to wait */
		is_done = false;
	}
	run->is_complete = is_done && job->result.is_complete;
	if (err->kind == ERR_CANCELLED)
		return false;
	struct err output = {.kind = ERR_NONE};
	if (!report(job, run, &output) && is_done) {
		*err = output;
		return false;
	}
	return is_done;
}

bool cmd_run(struct command_context *context, struct err *err)
{
	struct run *run = NULL;
	struct job job = {.context = context};
	bool is_done = false;
	buf_init(&job.selection, OUTPUT_BYTES);
	buf_init(&job.streams_text, OUTPUT_BYTES);
	buf_init(&job.command, OUTPUT_BYTES);
	if (take_arguments(&job, err) && run_begin(&run, context->conf, job.command.data, job.source->name,
						   job.options.streams_text, err)) {
		is_done = do_job(&job, run, err);
		run_end(&run, err);
	}
	buf_done(&job.selection);
	buf_done(&job.streams_text);
	buf_done(&job.command);
	return is_done && err->kind == ERR_NONE;
}
