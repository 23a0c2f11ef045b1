# SPDX-License-Identifier: PostgreSQL
"""psycopg_binary.py FILE: json.loads of each line, binary COPY by psycopg 3."""
import datetime
import json
import sys

import psycopg

TYPES = (
    ["text", "int4"] + ["text"] * 4 + ["int4", "text", "text", "text[]"] + ["text"] * 6
    + ["text[]"] + ["timestamptz"] * 6
)


def time(milliseconds):
    if milliseconds is None:
        return None
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)


def row(note):
    get = note.get
    content = {name: field.get("value") for name, field in note["content"].items()}.get
    return (
        note["id"], 2, get("domain"), (get("invitations") or [None])[0], get("forum"), None, get("number"),
        content("title"), content("abstract"), content("keywords") or None, content("primary_area"),
        content("venue"), content("venueid"), None, get("license"), content("paperhash"),
        get("externalIds") or None, time(get("cdate")), time(get("pdate")), time(get("odate")),
        time(get("ddate")), time(get("tcdate")), time(get("tmdate")),
    )


with psycopg.connect("") as connection, connection.cursor() as cursor:
    with cursor.copy("copy peer.notes from stdin (format binary)") as copy, open(sys.argv[1], "rb") as lines:
        copy.set_types(TYPES)
        for line in lines:
            copy.write_row(row(json.loads(line)))
