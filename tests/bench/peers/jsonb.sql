-- The lines as jsonb, then SQL. Control characters as quote and delimiter: no JSON line holds them.
create unlogged table peer.documents (document jsonb);
\copy peer.documents from pstdin (format csv, quote e'\x01', delimiter e'\x02')
insert into peer.notes
select
    document ->> 'id',
    2,
    document ->> 'domain',
    document -> 'invitations' ->> 0,
    document ->> 'forum',
    null,
    (document ->> 'number')::integer,
    document #>> '{content,title,value}',
    document #>> '{content,abstract,value}',
    (select array_agg(keyword) from jsonb_array_elements_text(document #> '{content,keywords,value}') as keyword),
    document #>> '{content,primary_area,value}',
    document #>> '{content,venue,value}',
    document #>> '{content,venueid,value}',
    null,
    document ->> 'license',
    document #>> '{content,paperhash,value}',
    (select array_agg(id) from jsonb_array_elements_text(document -> 'externalIds') as id),
    to_timestamp((document ->> 'cdate')::bigint / 1000.0),
    to_timestamp((document ->> 'pdate')::bigint / 1000.0),
    to_timestamp((document ->> 'odate')::bigint / 1000.0),
    to_timestamp((document ->> 'ddate')::bigint / 1000.0),
    to_timestamp((document ->> 'tcdate')::bigint / 1000.0),
    to_timestamp((document ->> 'tmdate')::bigint / 1000.0)
from peer.documents;
