-- Question: whose advertising grew fastest in a quarter?
-- Reading: revenue growth on the year before, as stated, the fastest first. Companies call the
-- segment 广告, 营销服务 or 线上营销服务. A growth of ">+30%" may be any above it.

select
    company_name, ticker, subject_name, growth_yoy_text, value_text, growth_yoy, sentence
from marts.obt_values
where
    metric_id = 'revenue'
    and subject_type = 'segment'
    and regexp_matches(subject_name, '广告|营销')
    and period_id = '2025Q3'
    and growth_yoy is not null
order by growth_yoy desc, company_name asc
