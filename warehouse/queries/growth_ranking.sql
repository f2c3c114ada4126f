-- Question: which businesses grow fastest, over all companies?
-- Reading: revenue growth on the year before as stated, companies beside their parts, the fastest
-- first. `qualifier` gt means "over" that growth, so such a row may belong higher up.

select
    figures.company_name,
    figures.subject_name,
    figures.subject_type,
    figures.period_id,
    cast(figures.value as double) as revenue_growth,
    figures.qualifier,
    figures.quote
from marts.obt_figures as figures
where
    figures.metric_id = 'revenue'
    and figures.kind = 'growth'
    and figures.comparison = 'yoy'
    and figures.period_id is not null
order by figures.value desc, figures.company_name asc, figures.subject_name asc
