-- Question: how many people use each app, by day and by month, and how sticky is it?
-- Reading: one row an app and period. DAU ÷ MAU is as stated or, where both are stated and it is
-- not, computed from them.

select
    company_name, subject_name, period_label_zh,
    max(value_text) filter (where metric_id = 'dau') as dau,
    max(value_text) filter (where metric_id = 'mau') as mau,
    max(coalesce(value_text, computed_text)) filter (where metric_id = 'dau_mau') as dau_mau
from marts.obt_values
where metric_id in ('dau', 'mau', 'dau_mau')
group by company_name, subject_name, period_label_zh, period_ends_on
having count(coalesce(value_text, computed_text)) > 0
order by company_name, subject_name, period_ends_on
