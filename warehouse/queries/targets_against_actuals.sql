-- Question: how far along is a company to the targets that it set?
-- Reading: the latest hundred targets; `so_far` adds up what is stated of quarters within the
-- target's period, `quarters` how many those are. A target that was revised has a row for each
-- value, in the order told; `so_far` is a floor where one of the quarters is only "over" some
-- amount. May be empty: few articles state targets.

with latest as (

    select figure_id from marts.obt_figures
    where kind = 'target'
    order by published_on desc nulls last, figure_id asc
    limit 100

),

targets as (

    select
        company_id,
        subject_id,
        subject_name,
        -- revenue_target is the plan of revenue
        regexp_replace(metric_id, '_target$', '') as actual_metric_id,
        metric_name,
        period_id,
        period_starts_on,
        period_ends_on,
        unit_id,
        value,
        quote,
        article_id,
        char_start
    from marts.obt_figures
    where figure_id in (select latest.figure_id from latest)

),

-- One value a quarter, where several articles or sentences state it.
actuals as (

    select
        company_id,
        subject_id,
        metric_id,
        period_starts_on,
        period_ends_on,
        unit_id,
        max(value) as value,
        bool_or(qualifier = 'gt') as is_floor
    from marts.obt_figures
    where
        kind = 'level'
        and period_type = 'quarter'
        and company_id in (select targets.company_id from targets)
    group by all

),

reached as (

    select
        targets.*,
        count(actuals.value) as quarters,
        cast(sum(actuals.value) as double) as so_far,
        coalesce(bool_or(actuals.is_floor), false) as so_far_is_a_floor
    from targets
    left join actuals
        on
            targets.subject_id = actuals.subject_id
            and targets.company_id is not distinct from actuals.company_id
            and targets.actual_metric_id = actuals.metric_id
            and targets.unit_id = actuals.unit_id
            and targets.period_starts_on <= actuals.period_starts_on
            and targets.period_ends_on >= actuals.period_ends_on
    group by all

)

select
    company_id,
    subject_name,
    metric_name,
    period_id,
    unit_id,
    cast(value as double) as target,
    quarters,
    so_far,
    so_far_is_a_floor,
    round(so_far / nullif(cast(value as double), 0), 3) as progress,
    quote
from reached
order by company_id, subject_name, period_id, article_id, char_start
