# A note as a line of COPY's text format with null ''. @tsv escapes as COPY reads it.
def list: if length > 0 then "{" + (map(tojson) | join(",")) + "}" else "" end;
def time: if . then . / 1000 | todate else "" end;
[.id, 2, .domain, .invitations[0], .forum, "", .number, .content.title.value, .content.abstract.value,
 (.content.keywords.value | list), .content.primary_area.value, .content.venue.value, .content.venueid.value,
 "", .license, .content.paperhash.value, (.externalIds | list), (.cdate | time), (.pdate | time),
 (.odate | time), (.ddate | time), (.tcdate | time), (.tmdate | time)] | @tsv
