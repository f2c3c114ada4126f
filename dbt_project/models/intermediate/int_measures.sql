{{ config(materialized='incremental') }}

-- One value for each measure of a subject and period: what the calculations take.
-- Where articles state a measure more than once: the company's reporting currency first, then
-- the value told most often, the exact before the loose, the later article, the earlier place; or a
-- closer statement of the same (营收超355亿 … 355.54亿), but nothing that the first choice excludes.
-- That the others agree is checked in int_checks_restated.

with figures as (

    select * from {{ ref('int_figures') }}
    {{ of_changed_companies() }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

units as (

    select * from {{ ref('stg_units') }}

),

dated as (

    select
        figures.* {{ without(['comparison']) }},
        -- Only a movement is measured against something.
        case when figures.measure in ('growth', 'change') then figures.comparison end as comparison,
        -- A change of a ratio is told in points: 2.3 points of a margin are 0.023 of it.
        figures.measure = 'change' and units.dimension = 'points' as is_in_points,
        coalesce(figures.unit_id != companies.reporting_currency, true) as is_foreign,
        case figures.qualifier
            when 'eq' then 1 when 'range' then 2 when 'approx' then 3 else 9
        end as looseness,
        count(*) over (
            partition by
                figures.company_id,
                figures.subject_id,
                figures.metric_id,
                figures.measure,
                figures.comparison,
                figures.period_id,
                figures.unit_id,
                figures.value
        ) as times_told
    from figures
    left join companies
        on figures.company_id = companies.company_id
    left join units
        on figures.unit_id = units.unit_id
    where
        figures.period_id is not null
        -- Larger ones (a misread number; nothing is counted so high) would overflow in sums.
        and abs(figures.value) < 1e24

),

anchored as (

    select
        *,
        first_value(unit_id) over choices as first_unit_id,
        first_value(value_low) over choices as first_low,
        first_value(value_high) over choices as first_high
    from dated
    window
        choices as (
            partition by company_id, subject_id, metric_id, measure, comparison, period_id
            order by
                is_foreign asc,
                times_told desc,
                looseness asc,
                {{ latest_article_first() }},
                char_start asc,
                figure_id asc
        )

),

compared as (

    select
        *,
        -- A null bound is open: it takes in everything on its side.
        coalesce(
            unit_id != first_unit_id
            or value < first_low
            or value > first_high,
            false
        ) as is_other_thing
    from anchored

),

ranked as (

    select
        *,
        row_number() over (
            partition by company_id, subject_id, metric_id, measure, comparison, period_id
            order by
                is_foreign,
                is_other_thing,
                looseness,
                value_high - value_low nulls last,
                {{ latest_article_first() }},
                char_start,
                figure_id
        ) as preference
    from compared

),

final as (

    select
        company_id,
        subject_id,
        subject_type,
        metric_id,
        measure,
        comparison,
        period_id,
        case when is_in_points then 'ratio' else unit_id end as unit_id,
        qualifier,
        case when is_in_points then {{ hundredth('value') }} else value end as value,
        case when is_in_points then {{ hundredth('point') }} else point end as point,
        case when is_in_points then {{ hundredth('value_low') }} else value_low end as low,
        case when is_in_points then {{ hundredth('value_high') }} else value_high end as high,
        shown,
        figure_id,
        article_id,
        confidence
    from ranked
    where preference = 1

)

select * from final
order by company_id, period_id, subject_id, metric_id
