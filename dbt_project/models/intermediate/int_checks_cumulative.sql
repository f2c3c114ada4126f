{{ config(database='working') }}

-- A longer period has at least what a shorter one within it has, of all that cannot be negative.

with measures as (

    select * from {{ ref('int_measures') }}
    where
        measure = 'value'
        {{ of_changed_companies('and') }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}
    where additivity = 'additive' and not can_be_negative and not is_generic

),

periods as (

    select * from {{ ref('int_periods') }}

),

dated as (

    select
        measures.*,
        periods.starts_on,
        periods.ends_on
    from measures
    inner join metrics
        on measures.metric_id = metrics.metric_id
    inner join periods
        on measures.period_id = periods.period_id

),

final as (

    select
        'cumulative_at_least_part' as check_type,
        longer.company_id,
        longer.subject_id,
        longer.metric_id,
        longer.period_id,
        '>=' as relation,
        'the longer period has at least what a period within it has' as statement,
        longer.period_id || ' ' || longer.shown as left_text,
        longer.point as left_value,
        longer.low as left_low,
        longer.high as left_high,
        {{ list_of(['longer.figure_id']) }} as left_figure_ids,
        shorter.period_id || ' ' || shorter.shown as right_text,
        shorter.point as right_value,
        shorter.low as right_low,
        shorter.high as right_high,
        {{ list_of(['shorter.figure_id']) }} as right_figure_ids
    from dated as longer
    inner join dated as shorter
        on
            longer.subject_id = shorter.subject_id
            and longer.company_id is not distinct from shorter.company_id
            and longer.metric_id = shorter.metric_id
            and longer.unit_id = shorter.unit_id
            and longer.period_id != shorter.period_id
            and longer.starts_on <= shorter.starts_on
            and longer.ends_on >= shorter.ends_on

)

select * from final
