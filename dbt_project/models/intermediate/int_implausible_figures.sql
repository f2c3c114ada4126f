{{ config(materialized=grows_with_articles(), slices=4) }}

{#- A part may be counted more finely than its whole, and rounded up. -#}
{%- set more_than_whole = 1.05 -%}
{#- Periods of one kind differ, but not by two digits; 万 read as 亿 is four. -#}
{%- set other_size = 100 -%}
{#- 10,000 %: what begins from next to nothing grows so, and a misread number. -#}
{%- set growth_beyond_reason = 100 -%}
{%- set far_from_parent = 5 -%}

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

-- What is never more than another metric: daily users than monthly ones.
limits as (

    select
        metric_id,
        term_metric_id as limit_metric_id
    from {{ ref('stg_identities') }}
    where
        relation = '<='
        and terms = 1

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
        metrics.parent_metric_id,
        {{ has_role('metrics.roles', 'near_parent') }} as is_near_parent,
        {{ has_role('metrics.roles', 'paid_in_pieces') }} as is_paid_in_pieces,
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
                and not is_paid_in_pieces
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

-- What articles state of an amount, with the surest of those that do.
stated as (

    select
        company_id,
        subject_id,
        subject_type,
        metric_id,
        unit_id,
        period_id,
        period_type,
        parent_metric_id,
        is_near_parent,
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
        period_type,
        parent_metric_id,
        is_near_parent

),

beside_another as (

    select
        known.figure_id,
        known.company_id,
        case
            when
                own_limits.metric_id is not null
                and known.low > stated.high
                or their_limits.metric_id is not null
                and known.high < stated.low
                then 'above_its_limit'
            when
                known.metric_id = stated.metric_id
                and known.additivity = 'additive'
                and not known.can_be_negative
                and known.subject_type in ('segment', 'product')
                and stated.subject_id = stated.company_id
                and known.low > {{ more_than_whole }} * stated.high
                or known.metric_id = stated.metric_id
                and known.additivity = 'additive'
                and not known.can_be_negative
                and stated.subject_type in ('segment', 'product')
                and known.subject_id = known.company_id
                and stated.low > {{ more_than_whole }} * known.high
                then 'part_above_whole'
            when
                (
                    known.is_near_parent
                    and known.parent_metric_id = stated.metric_id
                    or stated.is_near_parent
                    and stated.parent_metric_id = known.metric_id
                )
                and known.subject_id = stated.subject_id
                and known.low > 0
                and stated.low > 0
                and (
                    known.low > {{ far_from_parent }} * stated.high
                    or stated.low > {{ far_from_parent }} * known.high
                )
                then 'far_from_its_parent'
        end as reason
    from known
    inner join stated
        on
            known.company_id = stated.company_id
            and known.period_id = stated.period_id
            and known.unit_id = stated.unit_id
    left join limits as own_limits
        on
            known.subject_id = stated.subject_id
            and known.metric_id = own_limits.metric_id
            and stated.metric_id = own_limits.limit_metric_id
    left join limits as their_limits
        on
            known.subject_id = stated.subject_id
            and stated.metric_id = their_limits.metric_id
            and known.metric_id = their_limits.limit_metric_id
    cross join bound
    where
        known.kind = 'level'
        and known.confidence <= stated.confidence
        and stated.confidence >= bound.sure_from

),

-- Beside two periods of its kind at least, all of another size.
beside_periods as (

    select
        known.figure_id,
        known.company_id,
        'another_size_than_other_periods' as reason
    from known
    inner join stated
        on
            known.subject_id = stated.subject_id
            and known.company_id is not distinct from stated.company_id
            and known.metric_id = stated.metric_id
            and known.unit_id = stated.unit_id
            and known.period_type = stated.period_type
            and known.period_id != stated.period_id
    where
        known.kind = 'level'
        and known.additivity is not null
        and known.low > 0
        and stated.low > 0
    group by known.figure_id, known.company_id
    having
        count(*) >= 2
        and min(case
            when known.low > {{ other_size }} * stated.high then 1
            when known.high * {{ other_size }} < stated.low then 1
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
