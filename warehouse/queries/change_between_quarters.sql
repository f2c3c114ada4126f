-- Question: what changed between two quarters?
-- Reading: every metric of a company that has a value in both; `change` is relative, and null for
-- ratios and other metrics that no growth is reckoned of.

select
    subject_name, metric_name,
    max(value_text) filter (where period_id = '2025Q1') as before,
    max(value_text) filter (where period_id = '2025Q2') as since,
    round(
        cast(max(value) filter (where period_id = '2025Q2') as double)
        / max(value) filter (where period_id = '2025Q1' and unit_id != 'ratio' and value > 0) - 1, 4
    ) as change
from marts.obt_values
where company_name = '哔哩哔哩' and period_id in ('2025Q1', '2025Q2') and value is not null
group by subject_name, metric_name, currency
having count(*) = 2
order by subject_name, metric_name
