-- The arguments of a page's partition, in their order.
-- $1 page
select arguments.argument
from meta.pages as pages
cross join unnest(pages.arguments) with ordinality as arguments (argument, position)
where pages.page_id = $1::bigint
order by arguments.position;
