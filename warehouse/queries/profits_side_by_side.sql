-- Question: a company's profits side by side: net, attributable to its owners, adjusted?
-- Reading: one row a period; empty where no article states that profit.

select
    period_label_zh, currency,
    max(value_text) filter (where metric_id = 'net_profit') as net_profit,
    max(value_text) filter (where metric_id = 'net_profit_attributable') as attributable,
    max(value_text) filter (where metric_id = 'adjusted_net_profit') as adjusted
from marts.obt_values
where
    company_name = '阿里巴巴'
    and subject_type = 'company'
    and metric_id in ('net_profit', 'net_profit_attributable', 'adjusted_net_profit')
    and value is not null
group by period_label_zh, period_ends_on, currency
order by period_ends_on, currency
