-- Question: how far is a product on the way to its target?
-- Reading: one row a target and currency, for amounts of two currencies are not compared. `reached`
-- is the period's own value or, before that is stated, the sum of its quarters.

select
    subject_name, metric_name, period_label_zh, currency,
    first_target_text, target_text, reached_text, reached_quarters, progress, sentence
from marts.obt_targets
where
    subject_name = '可灵AI'
    and metric_id = 'revenue'
    and target_kind = 'value'
order by period_starts_on, currency
