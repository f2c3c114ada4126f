-- Question: what was believed on a day, from the articles that had been published by then?
-- Reading: set the day in the first lines. One row a measure of the company with most figures:
-- the claim that was believed on that day with its words, why, and what is believed now; what has
-- changed since comes first. A measure of which nobody had spoken yet has no row; may be empty
-- where the day is before all articles.

with as_of as (

    select date '2025-12-31' as day

),

told_of as (

    select company_id from marts.fct_figures
    where company_id is not null
    group by company_id
    order by count(*) desc, company_id asc
    limit 1

),

believed as (

    select
        history.*,
        as_of.day
    from marts.fct_figure_history as history
    inner join as_of
        on
            history.valid_from <= as_of.day
            and (history.valid_to is null or history.valid_to > as_of.day)
    where history.company_id = (select told_of.company_id from told_of)

)

select
    believed.day as as_of,
    subjects.subject_name,
    metrics.metric_name,
    believed.measure,
    believed.comparison,
    believed.period_id,
    figures.quote as believed_then,
    cast(believed.value as double) as value_then,
    believed.valid_from,
    believed.chosen_because,
    now_figures.quote as believed_now,
    cast(best.value as double) as value_now,
    best.figure_id != believed.figure_id as has_changed
from believed
inner join marts.fct_best_figures as best
    on
        believed.measure_key = best.measure_key
        and believed.company_id = best.company_id
inner join marts.fct_figures as figures
    on
        believed.figure_id = figures.figure_id
        and believed.company_id = figures.company_id
inner join marts.fct_figures as now_figures
    on
        best.figure_id = now_figures.figure_id
        and best.company_id = now_figures.company_id
inner join marts.dim_subject as subjects
    on believed.subject_key = subjects.subject_key
inner join marts.dim_metric as metrics
    on believed.metric_key = metrics.metric_key
order by
    has_changed desc, believed.period_id desc, subjects.subject_name asc,
    metrics.metric_name asc, believed.measure asc, believed.comparison asc
limit 200
