-- Papers of each tracked group and year.
select
    outputs.group_key,
    outputs.year,
    outputs.n_papers,
    outputs.n_accepted,
    outputs.n_known,
    outputs.n_unknown,
    outputs.n_first_author_papers,
    outputs.papers_per_head,
    outputs.accepted_share
from mart.output_year as outputs
order by outputs.group_key collate "C", outputs.year;
