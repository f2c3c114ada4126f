{{ config(materialized='incremental') }}

-- All that is known of one metric of a subject in a period, on one row: its value, how it moved,
-- and what that implies for the periods before.

with measures as (

    select * from {{ ref('int_measures') }}
    where
        measure in ('value', 'growth', 'change')
        {{ of_changed_companies('and') }}

),

implied as (

    select * from {{ ref('int_implied_values') }}
    where
        is_preferred
        {{ of_changed_companies('and') }}

),

stated as (

    select
        company_id,
        subject_id,
        any_value(subject_type) as subject_type,
        metric_id,
        period_id,
        any_value(value) filter (where measure = 'value') as value,
        any_value(point) filter (where measure = 'value') as point,
        any_value(low) filter (where measure = 'value') as low,
        any_value(high) filter (where measure = 'value') as high,
        any_value(unit_id) filter (where measure = 'value') as unit_id,
        any_value(value) filter (where measure = 'growth' and comparison = 'yoy') as growth_yoy,
        any_value(value) filter (where measure = 'growth' and comparison = 'qoq') as growth_qoq,
        any_value(value) filter (where measure = 'change' and comparison = 'yoy') as change_yoy,
        any_value(value) filter (where measure = 'change' and comparison = 'qoq') as change_qoq,
        array_sort(array_agg(figure_id)) as figure_ids
    from measures
    group by all

),

final as (

    select
        stated.*,
        prior_year.implied_value as implied_prior_year,
        prior_year.implied_low as implied_prior_year_low,
        prior_year.implied_high as implied_prior_year_high,
        prior_quarter.implied_value as implied_prior_quarter,
        prior_quarter.implied_low as implied_prior_quarter_low,
        prior_quarter.implied_high as implied_prior_quarter_high
    from stated
    left join implied as prior_year
        on
            stated.subject_id = prior_year.subject_id
            and stated.company_id is not distinct from prior_year.company_id
            and stated.metric_id = prior_year.metric_id
            and stated.period_id = prior_year.period_id
            and prior_year.comparison = 'yoy'
    left join implied as prior_quarter
        on
            stated.subject_id = prior_quarter.subject_id
            and stated.company_id is not distinct from prior_quarter.company_id
            and stated.metric_id = prior_quarter.metric_id
            and stated.period_id = prior_quarter.period_id
            and prior_quarter.comparison = 'qoq'

)

select * from final
order by company_id, period_id, subject_id, metric_id
