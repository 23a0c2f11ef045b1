/* SPDX-License-Identifier: PostgreSQL
 *
 * The questions of the field that come with Tenure (sql/examples): listed, or asked and printed.
 */
#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "pg/embed.h"
#include "pg/pg.h"

#define OUTPUT_BYTES  ((size_t)32 * 1024 * 1024)
#define QUESTION_MARK "-- question: "
#define PREFIX	      "sql/examples/"
#define SUFFIX	      ".sql"

/* "sql/examples/headline.sql" -> "headline" */
static struct str example_name(const struct embedded_file *file)
{
	struct str path = str_from(file->name);
	return str_slice(path, sizeof PREFIX - 1, path.length - (sizeof PREFIX - 1) - (sizeof SUFFIX - 1));
}

/* The question stands in the first line of each file. */
static struct str example_question(const struct embedded_file *file)
{
	struct str text = {file->bytes, file->length};
	struct str line = str_slice(text, 0, str_find_byte(text, '\n'));
	struct str mark = STR(QUESTION_MARK);
	return str_starts_with(line, mark) ? str_slice(line, mark.length, line.length) : STR_NONE;
}

static bool list_examples(bool is_json, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	buf_init(&buf, OUTPUT_BYTES);
	for (const struct embedded_file *file = embed_examples; file->name != NULL; file++) {
		struct str name = example_name(file);
		struct str question = example_question(file);
		if (is_json) {
			buf_put_text(&buf, file == embed_examples ? "[\n{\"name\":" : ",\n{\"name\":");
			buf_put_json(&buf, name);
			buf_put_text(&buf, ",\"question\":");
			buf_put_json(&buf, question);
			buf_put_byte(&buf, '}');
		} else {
			buf_printf(&buf, "%-20.*s %.*s\n", (int)name.length, name.data, (int)question.length,
				   question.data != NULL ? question.data : "");
		}
	}
	if (is_json)
		buf_put_text(&buf, embed_examples->name == NULL ? "[]\n" : "\n]\n");
	return buf_check(&buf, "the list of questions", err) && cmd_output(buf_str(&buf), err);
}

static const struct embedded_file *find_example(const char *name)
{
	for (const struct embedded_file *file = embed_examples; file->name != NULL; file++) {
		if (str_equal_text(example_name(file), name))
			return file;
	}
	return NULL;
}

static bool ask(struct pg *pg, const struct embedded_file *file, enum table_format format, struct err *err)
{
	CLEANUP(buf_done) struct buf buf;
	CLEANUP(pg_rows_free) struct pg_rows *rows = NULL;
	buf_init(&buf, OUTPUT_BYTES);
	struct sql sql = {.name = file->name, .text = file->bytes};
	if (!pg_run(pg, &sql, 0, NULL, &rows, err))
		return false;
	table_put(rows, format, &buf);
	return buf_check(&buf, "the answer", err) && cmd_output(buf_str(&buf), err);
}

bool cmd_query(struct command_context *context, struct err *err)
{
	const char *format_text = NULL;
	enum table_format format = context->is_json ? TABLE_JSON : TABLE_ALIGNED;
	if (!cmd_option(context, "--format", &format_text, err) || !cmd_operands(context, 0, 1, err))
		return false;
	if (format_text != NULL && !table_format_parse(str_from(format_text), &format, err))
		return false;
	if (context->n_arguments == 0)
		return list_examples(context->is_json, err);
	const struct embedded_file *file = find_example(context->arguments[0]);
	if (file == NULL) {
		err_set(err, ERR_USAGE, "there is no question named %s", context->arguments[0]);
		return err_hint(err, "tenure query lists them");
	}
	struct pg *pg = NULL;
	if (!pg_open(&pg, context->conf, err))
		return false;
	bool is_done = ask(pg, file, format, err);
	pg_close(pg);
	return is_done;
}
