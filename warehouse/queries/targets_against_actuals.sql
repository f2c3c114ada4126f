-- Question: how far along is a company to the targets that it set?
-- Reading: the latest hundred targets; `so_far` adds up what is stated of quarters within the
-- target's period, `quarters` how many those are. A target that was revised has a row for each
-- value, in the order told; `so_far` is a floor where one of the quarters is only "over" some
-- amount. May be empty: few articles state targets.

with targets as (

    select
        figures.*,
        -- revenue_target is the plan of revenue
        regexp_replace(figures.metric_id, '_target$', '') as actual_metric_id
    from marts.fct_figures as figures
    inner join marts.dim_article as articles
        on figures.article_key = articles.article_key
    where figures.kind = 'target'
    order by articles.published_on desc nulls last, figures.figure_id asc
    limit 100

),

-- One value a quarter, where several articles or sentences state it.
actuals as (

    select
        figures.subject_key,
        figures.metric_id,
        figures.unit_id,
        quarters.starts_on,
        quarters.ends_on,
        max(figures.value) as value,
        bool_or(figures.qualifier = 'gt') as is_floor
    from marts.fct_figures as figures
    inner join marts.dim_period as quarters
        on figures.period_key = quarters.period_key
    where
        figures.kind = 'level'
        and quarters.period_type = 'quarter'
        and (figures.subject_key, figures.metric_id) in (
            select
                targets.subject_key,
                targets.actual_metric_id
            from targets
        )
    group by all

),

reached as (

    select
        targets.figure_id,
        count(actuals.value) as quarters,
        cast(sum(actuals.value) as double) as so_far,
        coalesce(bool_or(actuals.is_floor), false) as so_far_is_a_floor
    from targets
    inner join marts.dim_period as periods
        on targets.period_key = periods.period_key
    left join actuals
        on
            targets.subject_key = actuals.subject_key
            and targets.actual_metric_id = actuals.metric_id
            and targets.unit_id = actuals.unit_id
            and periods.starts_on <= actuals.starts_on
            and periods.ends_on >= actuals.ends_on
    group by targets.figure_id

)

select
    targets.company_id,
    subjects.subject_name,
    metrics.metric_name,
    targets.period_id,
    targets.unit_id,
    cast(targets.value as double) as target,
    reached.quarters,
    reached.so_far,
    reached.so_far_is_a_floor,
    round(reached.so_far / nullif(cast(targets.value as double), 0), 3) as progress,
    targets.quote
from targets
inner join reached
    on targets.figure_id = reached.figure_id
inner join marts.dim_subject as subjects
    on targets.subject_key = subjects.subject_key
inner join marts.dim_metric as metrics
    on targets.metric_key = metrics.metric_key
order by
    targets.company_id, subjects.subject_name, targets.period_id, targets.article_id,
    targets.char_start
