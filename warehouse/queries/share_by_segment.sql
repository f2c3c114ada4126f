-- Question: what share of a company's revenue has each segment?
-- Reading: as stated, and recomputed from the segment's and the company's revenue where both are
-- stated. Segments of different breakdowns (business, region) overlap.

select
    subject_name, breakdown, value_text as stated, computed_text as computed, sentence
from marts.obt_values
where
    company_name = '快手'
    and metric_id = 'revenue_share'
    and period_id = '2025Q3'
    and depth = 1
    and coalesce(value, computed) is not null
order by coalesce(value, computed) desc
