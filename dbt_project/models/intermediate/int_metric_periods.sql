{{ config(materialized=grows_with_articles()) }}

-- All that is known of one metric of a subject in a period, on one row: its value, how it moved,
-- and what that implies for the periods before.

with units as (

    select * from {{ ref('stg_units') }}

),

measures as (

    select * from {{ ref('int_measures') }}
    where
        measure in ('value', 'growth', 'change')
        {{ of_changed_companies('and') }}

),

-- A margin, or a share of its company, recomputed from its parts. What is more than its whole is no
-- part of it: one of the two is somebody else's figure.
ratios as (

    select * from {{ ref('int_ratios') }}
    where
        is_main
        and (scope = 'self' or coalesce(low, 0) <= 1)
        {{ of_changed_companies('and') }}

),

reported as (

    select
        measures.company_id,
        measures.subject_id,
        measures.subject_type,
        measures.metric_id,
        measures.period_id,
        measures.measure,
        measures.comparison,
        measures.unit_id,
        measures.value,
        measures.point,
        measures.low,
        measures.high,
        {{ value_text(
            'measures.value', 'measures.low', 'measures.high', 'measures.qualifier',
            'measures.unit_id', 'units.unit_name', 'measures.measure'
        ) }} as value_text,
        measures.figure_id,
        measures.trust
    from measures
    left join units
        on measures.unit_id = units.unit_id

    union all

    select
        company_id,
        subject_id,
        subject_type,
        metric_id,
        period_id,
        'computed' as measure,
        null as comparison,
        'ratio' as unit_id,
        value,
        null as point,
        low,
        high,
        {{ readable('value', "'ratio'") }} as value_text,
        null as figure_id,
        null as trust
    from ratios

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
        any_value(value_text) filter (where measure = 'value') as value_text,
        any_value(point) filter (where measure = 'value') as point,
        any_value(low) filter (where measure = 'value') as low,
        any_value(high) filter (where measure = 'value') as high,
        any_value(unit_id) filter (where measure = 'value') as unit_id,
        any_value(figure_id) filter (where measure = 'value') as value_figure_id,
        {%- for movement in ['growth', 'change'] %}
        {%- for comparison in ['yoy', 'qoq'] %}
        {%- set name = movement ~ '_' ~ comparison %}
        {%- set of = "where measure = '" ~ movement ~ "' and comparison = '" ~ comparison ~ "'" %}
        any_value(value) filter ({{ of }}) as {{ name }},
        any_value(value_text) filter ({{ of }}) as {{ name }}_text,
        {%- endfor %}
        {%- endfor %}
        any_value(value) filter (where measure = 'computed') as computed,
        any_value(value_text) filter (where measure = 'computed') as computed_text,
        any_value(low) filter (where measure = 'computed') as computed_low,
        any_value(high) filter (where measure = 'computed') as computed_high,
        coalesce(
            array_sort(array_agg(figure_id) filter (where figure_id is not null)), {{ list_of([]) }}
        ) as figure_ids,
        min(case
            when figure_id is null then null
            when trust in ('sure', 'reviewed') then 1
            else 0
        end) as all_sure
    from reported
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
