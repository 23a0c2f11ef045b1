-- question: How many different people have published as employees of each group, up to each year?
-- reading: n_people counts the year's authors, n_people_to_date everybody up to that year; interns and students
--   of the group alone do not count.
select
    published_as_year.group_key,
    published_as_year.year,
    published_as_year.n_people,
    published_as_year.n_people_to_date
from mart.published_as_year
order by
    published_as_year.group_key collate "C",
    published_as_year.year;
