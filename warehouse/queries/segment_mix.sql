-- Question: what is a company's revenue made of?
-- Reading: of each company's latest period, one row a segment, product or app, the largest
-- first; amounts in 亿. `share` is what the article states, `share_computed` segment ÷ company
-- with its bounds (null where the company's own revenue is not stated). Rows of different
-- `breakdown` or `depth` overlap: do not add them up.

select
    companies.company_name,
    performance.period_id,
    subjects.subject_name,
    subjects.subject_type,
    subjects.breakdown,
    subjects.depth,
    performance.unit_id,
    cast(performance.revenue / 1e8 as double) as revenue,
    cast(performance.revenue_growth_yoy as double) as revenue_growth,
    cast(performance.revenue_share as double) as share,
    cast(performance.revenue_share_computed as double) as share_computed,
    cast(performance.revenue_share_computed_low as double) as share_at_least,
    cast(performance.revenue_share_computed_high as double) as share_at_most
from marts.fct_segment_performance as performance
inner join marts.dim_subject as subjects
    on performance.subject_key = subjects.subject_key
inner join marts.dim_company as companies
    on performance.company_key = companies.company_key
inner join marts.dim_period as periods
    on performance.period_key = periods.period_key
where performance.revenue is not null
qualify rank() over (partition by performance.company_id order by periods.ends_on desc) = 1
order by companies.company_name asc, performance.period_id asc, performance.revenue desc
