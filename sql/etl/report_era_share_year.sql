-- Staff who joined in the current era.
select
    shares.group_key,
    shares.year,
    shares.headcount,
    shares.n_era,
    shares.n_known,
    shares.n_unknown,
    shares.era_share,
    shares.era_share_low,
    shares.era_share_high,
    shares.era_bound_low,
    shares.era_bound_high
from mart.era_share_year as shares
order by shares.group_key collate "C", shares.year;
