-- Question: which businesses grow fastest, over all companies?
-- Reading: revenue growth on the year before as stated, companies beside their parts, the
-- hundred fastest. `qualifier` gt means "over" that growth, so such a row may belong higher up.

with fastest as (

    select figure_id from marts.fct_figures
    where
        metric_id = 'revenue'
        and kind = 'growth'
        and comparison = 'yoy'
        and period_id is not null
    order by value desc, figure_id asc
    limit 100

)

select
    figures.company_name,
    figures.subject_name,
    figures.subject_type,
    figures.period_id,
    cast(figures.value as double) as revenue_growth,
    figures.qualifier,
    figures.quote
from marts.obt_figures as figures
where figures.figure_id in (select fastest.figure_id from fastest)
order by figures.value desc, figures.company_name asc, figures.subject_name asc
