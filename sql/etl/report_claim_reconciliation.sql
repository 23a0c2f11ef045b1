-- Each published claim beside what the warehouse measures.
select
    claims.claim_id,
    claims.subject,
    claims.metric,
    claims.period,
    claims.claimed_relation,
    claims.claimed_value,
    claims.measured_value,
    claims.measured_low,
    claims.measured_high,
    claims.holds,
    claims.reason,
    claims.unit,
    claims.n_known,
    claims.n_unknown,
    claims.agreement
from mart.claim_reconciliation as claims
order by claims.claim_id collate "C"
limit 1000;
