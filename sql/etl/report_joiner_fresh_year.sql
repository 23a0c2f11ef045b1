-- Fresh graduates among the joiners of each tracked group and year.
select
    graduates.group_key,
    graduates.year,
    graduates.joiners,
    graduates.n_fresh,
    graduates.n_known,
    graduates.n_unknown,
    graduates.fresh_share,
    graduates.fresh_share_low,
    graduates.fresh_share_high,
    graduates.fresh_bound_low,
    graduates.fresh_bound_high,
    graduates.n_fresh_phd,
    graduates.fresh_phd_share
from mart.joiner_fresh_year as graduates
order by graduates.group_key collate "C", graduates.year;
