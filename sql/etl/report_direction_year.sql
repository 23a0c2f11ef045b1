-- Research directions of the papers of each tracked group and year.
select
    directions.group_key,
    directions.year,
    directions.direction_key,
    directions.direction_name,
    directions.n_people,
    directions.n_papers,
    directions.weight_share
from mart.direction_year as directions
where directions.n_papers > 0
order by directions.group_key collate "C", directions.year, directions.direction_key collate "C"
limit 40000;
