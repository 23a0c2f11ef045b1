-- Groups whose figures are published, largest staff of the data's end first where there is one.
select
    groups.group_key,
    groups.group_name,
    coalesce(groups.group_name_zh, groups.group_name) as group_name_zh,
    groups.kind,
    groups.size_class,
    groups.country_code
from mart.dim_group as groups
where groups.is_tracked
order by groups.group_key collate "C";
