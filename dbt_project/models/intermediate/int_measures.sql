-- One value for each measure of a subject and period: what the calculations take.
-- Where articles state a measure more than once: the company's reporting currency first, then
-- exact before ranged before about before over or under, the narrower bounds, the later article,
-- the earlier place. That the others agree is checked in int_checks_restated.

with figures as (

    select * from {{ ref('int_figures') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

units as (

    select * from {{ ref('stg_units') }}

),

ranked as (

    select
        figures.*,
        -- A change of a ratio is told in points: 2.3 points of a margin are 0.023 of it.
        figures.measure = 'change' and units.dimension = 'points' as is_in_points,
        row_number() over (
            partition by
                figures.company_id,
                figures.subject_id,
                figures.metric_id,
                figures.measure,
                figures.comparison,
                figures.period_id
            order by
                coalesce(figures.unit_id != companies.reporting_currency, true),
                array_position(['eq', 'range', 'approx'], figures.qualifier) nulls last,
                figures.value_high - figures.value_low nulls last,
                figures.article_recency,
                figures.char_start,
                figures.figure_id
        ) as preference
    from figures
    left join companies
        on figures.company_id = companies.company_id
    left join units
        on figures.unit_id = units.unit_id
    where figures.period_id is not null

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
        case when is_in_points then {{ amount('value / 100') }} else value end as value,
        case when is_in_points then {{ amount('point / 100') }} else point end as point,
        case when is_in_points then {{ amount('value_low / 100') }} else value_low end as low,
        case when is_in_points then {{ amount('value_high / 100') }} else value_high end as high,
        shown,
        quote,
        figure_id,
        article_id,
        confidence
    from ranked
    where preference = 1

)

select * from final
