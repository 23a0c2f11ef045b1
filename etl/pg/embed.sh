#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
#
# embed.sh DIRECTORY FILE...: writes DIRECTORY/sql.h and DIRECTORY/embed.c, which make statements (sql/etl),
# migrations, definitions and reference files part of the program. The bytes come in by the assembler's
# .incbin, in a file that the compiler writes, so that it carries the compiler's hardening notes.
set -eu

directory=$1
shift

symbol_of() {
	printf '%s' "$1" | tr -c 'A-Za-z0-9' '_'
}

blobs=
statements=
migrations=
definitions=
references=
examples=
report=
declarations=
newline='
'
for file in "$@"; do
	symbol="embed_bytes_$(symbol_of "$file")"
	length=$(wc -c <"$file")
	blobs="$blobs
__asm__(\".pushsection .rodata\\n.global $symbol\\n$symbol:\\n.incbin \\\"$file\\\"\\n.byte 0\\n.popsection\");
extern const char ${symbol}[];"
	stem=${file##*/}
	stem=${stem%.*}
	row="	{\"$file\", $symbol, $((length))},$newline"
	case $file in
	sql/etl/*)
		statements="${statements}const struct sql sql_$stem = {\"$stem\", $symbol};$newline"
		declarations="${declarations}extern const struct sql sql_$stem;$newline"
		;;
	migrations/*) migrations="$migrations$row" ;;
	sql/reference/*) references="$references$row" ;;
	sql/examples/*) examples="$examples$row" ;;
	etl/cmd/report/* | */node_modules/*) report="$report$row" ;;
	*) definitions="$definitions$row" ;;
	esac
done

table() {
	printf '\nconst struct embedded_file embed_%s[] = {\n%s\t{NULL, NULL, 0},\n};\n' "$1" "$2"
}

cat >"$directory/sql.h" <<END
/* Written by etl/pg/embed.sh. */
#ifndef TENURE_GEN_SQL_H
#define TENURE_GEN_SQL_H

#include "pg/embed.h"
#include "pg/pg.h"

$declarations
#endif
END

{
	printf '/* Written by etl/pg/embed.sh. */\n#include "gen/sql.h"\n%s\n\n%s' "$blobs" "$statements"
	table migrations "$migrations"
	table definitions "$definitions"
	table references "$references"
	table examples "$examples"
	table report "$report"
} >"$directory/embed.c"
