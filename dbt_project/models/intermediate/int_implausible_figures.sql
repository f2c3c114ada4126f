{{ config(materialized='incremental', slices=4) }}

{#- A part may be counted more finely than its whole, and rounded up. -#}
{%- set more_than_whole = 1.05 -%}
{#- Periods of one kind differ, but not by two digits; 万 read as 亿 is four. -#}
{%- set other_size = 100 -%}
{#- 10,000 %: what begins from next to nothing grows so, and a misread number. -#}
{%- set growth_beyond_reason = 100 -%}
{%- set far_from_net = 5 -%}

-- Figures that cannot be: by themselves, or beside another of the same company that is sure. Of two
-- sure ones that cannot both be, the less sure one; of two as sure, both.

with figures as (

    select
        *,
        cast(coalesce(value_low, value) as double) as low,
        cast(coalesce(value_high, value) as double) as high
    from {{ ref('int_figures') }}
    {{ of_changed_companies() }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}

),

units as (

    select * from {{ ref('stg_units') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

bound as (

    select * from {{ ref('stg_confidence') }}

),

known as (

    select
        figures.figure_id,
        figures.company_id,
        figures.subject_id,
        figures.subject_type,
        figures.metric_id,
        figures.kind,
        figures.measure,
        figures.unit_id,
        figures.period_id,
        figures.low,
        figures.high,
        figures.confidence,
        figures.published_on,
        periods.period_type,
        periods.starts_on,
        metrics.additivity,
        metrics.can_be_negative,
        metrics.numerator_metric_id = metrics.denominator_metric_id
        or metrics.metric_id in ('gross_margin', 'operating_margin') as is_part_of_one,
        units.dimension as unit_dimension,
        own_units.dimension as metric_dimension
    from figures
    left join metrics
        on figures.metric_id = metrics.metric_id
    left join units
        on figures.unit_id = units.unit_id
    left join units as own_units
        on metrics.unit_id = own_units.unit_id
    left join periods
        on figures.period_id = periods.period_id

),

alone as (

    select
        figure_id,
        company_id,
        case
            when
                kind = 'level'
                and metric_dimension in ('currency', 'ratio')
                and unit_dimension not in ('currency', 'ratio', 'points')
                -- 回购2210万份 says of the same thing how much of it.
                and metric_id != 'share_buyback'
                then 'unit_of_another_metric'
            when kind = 'share' and unit_id = 'ratio' and is_part_of_one and low > 1
                then 'part_above_one'
            when kind = 'growth' and unit_id = 'ratio' and high < -1 and not can_be_negative
                then 'falls_by_more_than_all'
            when kind = 'growth' and unit_id = 'ratio' and low > {{ growth_beyond_reason }}
                then 'grows_beyond_reason'
            when measure in ('value', 'growth', 'change') and starts_on > published_on
                then 'not_yet_reported'
        end as reason
    from known

),

-- What is said of an amount, with the surest of those that say it.
told as (

    select
        company_id,
        subject_id,
        subject_type,
        metric_id,
        unit_id,
        period_id,
        period_type,
        min(low) as low,
        max(high) as high,
        max(confidence) as confidence
    from known
    where kind = 'level'
    group by
        company_id,
        subject_id,
        subject_type,
        metric_id,
        unit_id,
        period_id,
        period_type

),

beside_another as (

    select
        known.figure_id,
        known.company_id,
        case
            when
                known.metric_id = 'dau'
                and told.metric_id = 'mau'
                and known.subject_id = told.subject_id
                and known.low > told.high
                or known.metric_id = 'mau'
                and told.metric_id = 'dau'
                and known.subject_id = told.subject_id
                and known.high < told.low
                then 'daily_above_monthly'
            when
                known.metric_id = told.metric_id
                and known.additivity = 'additive'
                and not known.can_be_negative
                and known.subject_type in ('segment', 'product')
                and told.subject_id = told.company_id
                and known.low > {{ more_than_whole }} * told.high
                or known.metric_id = told.metric_id
                and known.additivity = 'additive'
                and not known.can_be_negative
                and told.subject_type in ('segment', 'product')
                and known.subject_id = known.company_id
                and told.low > {{ more_than_whole }} * known.high
                then 'part_above_whole'
            when
                known.metric_id in ('net_profit', 'net_profit_attributable')
                and told.metric_id in ('net_profit', 'net_profit_attributable')
                and known.metric_id != told.metric_id
                and known.subject_id = told.subject_id
                and known.low > 0
                and told.low > 0
                and (
                    known.low > {{ far_from_net }} * told.high
                    or told.low > {{ far_from_net }} * known.high
                )
                then 'attributable_far_from_net'
        end as reason
    from known
    inner join told
        on
            known.company_id = told.company_id
            and known.period_id = told.period_id
            and known.unit_id = told.unit_id
    cross join bound
    where
        known.kind = 'level'
        and known.confidence <= told.confidence
        and told.confidence >= bound.sure_from

),

-- Beside two periods of its kind at least, all of another size.
beside_periods as (

    select
        known.figure_id,
        known.company_id,
        'another_size_than_other_periods' as reason
    from known
    inner join told
        on
            known.subject_id = told.subject_id
            and known.company_id is not distinct from told.company_id
            and known.metric_id = told.metric_id
            and known.unit_id = told.unit_id
            and known.period_type = told.period_type
            and known.period_id != told.period_id
    where
        known.kind = 'level'
        and known.additivity is not null
        and known.low > 0
        and told.low > 0
    group by known.figure_id, known.company_id
    having
        count(*) >= 2
        and min(case
            when known.low > {{ other_size }} * told.high then 1
            when known.high * {{ other_size }} < told.low then 1
            else 0
        end) = 1

),

final as (

    select
        figure_id,
        company_id,
        min(reason) as reason
    from (
        select * from alone
        union all
        select * from beside_another
        union all
        select * from beside_periods
    ) as found
    where reason is not null
    group by figure_id, company_id

)

select * from final
