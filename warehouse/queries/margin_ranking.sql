-- Question: which company has the best operating margin in a quarter, all on one basis?
-- Reading: operating profit ÷ revenue, recomputed for all; `stated` is what an article says of the
-- same margin, for comparison only.

select
    row_number() over (order by computed desc) as place,
    company_name, ticker, computed_text as margin, value_text as stated
from marts.obt_values
where
    metric_id = 'operating_margin'
    and subject_type = 'company'
    and period_id = '2025Q3'
    and computed is not null
order by place
