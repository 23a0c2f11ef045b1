-- Views and tables of the public contract that this warehouse has. The report leaves out what is missing.
select names.view_name
from unnest(array[
    'age_year',
    'claim_reconciliation',
    'coverage_year',
    'dim_group',
    'dim_year',
    'direction_year',
    'era_share_year',
    'flow_year',
    'freshness',
    'headcount_year',
    'joiner_degree_year',
    'joiner_fresh_year',
    'joiner_origin_year',
    'leaver_destination_year',
    'output_year',
    'published_as_year',
    'retention',
    'school_rank',
    'sensitivity',
    'studied_abroad_year',
    'unit_headcount_year',
    'unit_leader',
    'unresolved_organisation'
]) as names (view_name)
where to_regclass('mart.' || names.view_name) is not null;
