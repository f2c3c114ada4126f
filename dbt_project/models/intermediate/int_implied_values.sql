{{ config(database='working') }}

-- What a level and its growth or change say about the period before, with the bounds carried
-- through: 4.16亿 people, 800万 more than a quarter ago, were 4.08亿 then.

with measures as (

    select * from {{ ref('int_measures') }}
    {{ of_changed_companies() }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

levels as (

    select * from measures
    where measure = 'value'

),

movements as (

    select * from measures
    where measure in ('growth', 'change') and comparison in ('yoy', 'qoq')

),

paired as (

    select
        levels.company_id,
        levels.subject_id,
        levels.subject_type,
        levels.metric_id,
        levels.period_id,
        levels.unit_id,
        movements.comparison,
        movements.measure as basis,
        levels.point,
        levels.low,
        levels.high,
        case when movements.measure = 'growth' then 1 + movements.point end as growth_factor,
        case when movements.measure = 'growth' then 1 + movements.low end as growth_factor_low,
        case when movements.measure = 'growth' then 1 + movements.high end as growth_factor_high,
        case when movements.measure = 'change' then movements.point end as change,
        case when movements.measure = 'change' then movements.low end as change_low,
        case when movements.measure = 'change' then movements.high end as change_high,
        case movements.comparison
            when 'yoy' then periods.prior_year_period_id
            else periods.prior_period_id
        end as implied_period_id,
        {{ list_of(['levels.figure_id', 'movements.figure_id']) }} as figure_ids
    from levels
    inner join movements
        on
            levels.subject_id = movements.subject_id
            and levels.company_id is not distinct from movements.company_id
            and levels.metric_id = movements.metric_id
            and levels.period_id = movements.period_id
            and (movements.measure = 'growth' or levels.unit_id = movements.unit_id)
    left join periods
        on levels.period_id = periods.period_id

),

implied as (

    select
        *,
        case basis
            when 'growth' then {{ quotient('point', 'growth_factor') }}
            else point - change
        end as exact_value,
        case basis
            when 'growth'
                then {{ quotient_low('low', 'growth_factor_low', 'growth_factor_high') }}
            else low - change_high
        end as implied_low,
        case basis
            when 'growth'
                then {{ quotient_high('high', 'growth_factor_low', 'growth_factor_high') }}
            else high - change_low
        end as implied_high
    from paired

),

final as (

    select
        company_id,
        subject_id,
        subject_type,
        metric_id,
        period_id,
        comparison,
        basis,
        implied_period_id,
        unit_id,
        {{ round_to_bounds('exact_value', 'implied_low', 'implied_high') }} as implied_value,
        implied_low,
        implied_high,
        figure_ids,
        -- Growth and change may both be stated; the narrower answer is the one to use.
        row_number() over (
            partition by company_id, subject_id, metric_id, period_id, comparison
            order by implied_high - implied_low nulls last, basis
        ) = 1 as is_preferred
    from implied

)

select * from final
order by company_id, period_id, subject_id, metric_id
