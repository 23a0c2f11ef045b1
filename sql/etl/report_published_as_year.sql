-- People who published as the group, in the year and up to it.
select
    published.group_key,
    published.year,
    published.n_people,
    published.n_people_to_date
from mart.published_as_year as published
order by published.group_key collate "C", published.year;
