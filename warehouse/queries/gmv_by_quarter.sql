-- Question: a company's GMV by quarter, and how fast does it grow?
-- Reading: one row a quarter and subject (the company, or its commerce segment where the articles
-- say so). `value` is in 元; a growth without a value is all that the articles state.

select
    subject_name, period_label_zh, value_text, growth_yoy_text, value, growth_yoy, sentence
from marts.obt_values
where
    company_name = '快手'
    and metric_id = 'gmv'
    and period_type = 'quarter'
order by subject_name, period_starts_on
