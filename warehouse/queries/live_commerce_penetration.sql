-- Question: how far has live commerce come over the years?
-- Reading: its share of the market that it is part of, and its transactions beside it.

select
    period_label_zh,
    max(value_text) filter (where metric_id = 'penetration_rate') as penetration,
    max(value_text) filter (where metric_id = 'transaction_value') as transactions,
    max(growth_yoy_text) filter (where metric_id = 'transaction_value') as growth
from marts.obt_values
where
    subject_name = '直播电商'
    and metric_id in ('penetration_rate', 'transaction_value')
group by period_label_zh, period_starts_on, period_ends_on
order by period_ends_on, period_starts_on
