{{ config(materialized='view') }}

-- What has been reached of each target: its period's own value, or what the quarters stated so far
-- add up to.

with latest as (

    select * from {{ ref('int_targets') }}

),

metric_periods as (

    select * from {{ ref('int_metric_periods') }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

-- What the quarters of a target's period add up to, where its own value is not stated yet.
quarters as (

    select
        latest.figure_id,
        count(*) as quarters,
        cast(sum(quarter.value) as decimal(38, 8)) as value,
        -- Of a quarter that is "over" some amount the sum is "over", too.
        case when not bool_or(quarter.high is null) then sum(quarter.high) end as high,
        case when bool_or(quarter.high is null) then 'gt' else 'eq' end as qualifier
    from latest
    inner join metrics
        on
            latest.metric_id = metrics.metric_id
            and metrics.additivity = 'additive'
    inner join periods
        on latest.period_id = periods.period_id
    inner join metric_periods as quarter
        on
            latest.subject_id = quarter.subject_id
            and latest.company_id is not distinct from quarter.company_id
            and latest.metric_id = quarter.metric_id
            and latest.unit_id = quarter.unit_id
    inner join periods as quarter_periods
        on
            quarter.period_id = quarter_periods.period_id
            and quarter_periods.period_type = 'quarter'
            and periods.starts_on <= quarter_periods.starts_on
            and periods.ends_on >= quarter_periods.ends_on
    where
        latest.target_kind = 'value'
        and periods.period_type != 'quarter'
        and quarter.value is not null
    group by latest.figure_id

),

final as (

    select
        latest.figure_id,
        case
            when latest.target_kind = 'growth' and latest.comparison = 'yoy' then own.growth_yoy
            when latest.target_kind = 'growth' and latest.comparison = 'qoq' then own.growth_qoq
            when latest.target_kind != 'value' then null
            when own.unit_id = latest.unit_id then own.value
            else quarters.value
        end as reached,
        case
            when
                latest.target_kind = 'growth' and latest.comparison = 'yoy'
                then own.growth_yoy_text
            when
                latest.target_kind = 'growth' and latest.comparison = 'qoq'
                then own.growth_qoq_text
            when latest.target_kind != 'value' then null
            when own.unit_id = latest.unit_id then own.value_text
            else {{ value_text(
                'quarters.value', 'quarters.value', 'quarters.high', 'quarters.qualifier',
                'latest.unit_id', 'latest.unit_name', "'value'"
            ) }}
        end as reached_text,
        case
            when latest.target_kind = 'value' and coalesce(own.unit_id != latest.unit_id, true)
                then quarters.quarters
        end as reached_quarters
    from latest
    left join metric_periods as own
        on
            latest.subject_id = own.subject_id
            and latest.company_id is not distinct from own.company_id
            and latest.metric_id = own.metric_id
            and latest.period_id = own.period_id
    left join quarters
        on latest.figure_id = quarters.figure_id

)

select * from final
