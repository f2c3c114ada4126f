-- Question: which businesses grow fastest, over all companies?
-- Reading: revenue growth on the year before as stated, companies beside their parts, the
-- hundred fastest. `qualifier` gt means "over" that growth, so such a row may belong higher up.

with fastest as (

    -- Chosen before anything is joined: a large warehouse has millions of figures.
    select * from marts.fct_figures
    where
        metric_id = 'revenue'
        and kind = 'growth'
        and comparison = 'yoy'
        and period_id is not null
    order by value desc, figure_id asc
    limit 100

)

select
    companies.company_name,
    subjects.subject_name,
    subjects.subject_type,
    fastest.period_id,
    cast(fastest.value as double) as revenue_growth,
    fastest.qualifier,
    fastest.quote
from fastest
inner join marts.dim_company as companies
    on fastest.company_key = companies.company_key
inner join marts.dim_subject as subjects
    on fastest.subject_key = subjects.subject_key
order by fastest.value desc, companies.company_name asc, subjects.subject_name asc
