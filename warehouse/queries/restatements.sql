-- Question: which values did a later article revise?
-- Reading: one row each time that another value was believed than before, not only a closer one of
-- the same; the words of both, and why the later one is believed. The hundred latest of the company
-- of which most is told (name another one in the first lines). May be empty.

with told_of as (

    select company_id from marts.fct_figures
    where company_id is not null
    group by company_id
    order by count(*) desc, company_id asc
    limit 1

),

restated as (

    select * from marts.fct_figure_history
    where
        opened_by = 'restatement'
        and company_id = (select told_of.company_id from told_of)
    order by valid_from desc, figure_history_key asc
    limit 100

),

-- The words of both, in one look at all figures.
figures as (

    select
        figure_id,
        quote
    from marts.fct_figures
    where
        company_id = (select told_of.company_id from told_of)
        and figure_id in (
            select restated.figure_id from restated
            union all
            select restated.previous_figure_id from restated
        )

)

select
    companies.company_name,
    subjects.subject_name,
    metrics.metric_name,
    restated.measure,
    restated.comparison,
    restated.period_id,
    restated.valid_from as restated_on,
    earlier.quote as believed_before,
    figures.quote as believed_since,
    cast(restated.value as double) as value_since,
    restated.unit_id,
    restated.chosen_because,
    restated.is_current
from restated
inner join figures as earlier
    on restated.previous_figure_id = earlier.figure_id
inner join figures
    on restated.figure_id = figures.figure_id
inner join marts.dim_company as companies
    on restated.company_key = companies.company_key
inner join marts.dim_subject as subjects
    on restated.subject_key = subjects.subject_key
inner join marts.dim_metric as metrics
    on restated.metric_key = metrics.metric_key
order by restated_on desc, restated.figure_history_key asc
