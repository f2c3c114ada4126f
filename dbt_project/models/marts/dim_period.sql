with periods as (

    select * from {{ ref('int_periods') }}

),

figures as (

    select * from {{ ref('int_figures') }}

),

members as (

    select
        *,
        false as is_inferred
    from periods

    union all

    -- Figures whose period the article leaves open point here.
    select
        'unstated' as period_id,
        'unstated' as period_type,
        null as calendar_year,
        null as months,
        null as starts_on,
        null as ends_on,
        null as prior_year_period_id,
        null as prior_period_id,
        '未说明' as period_label_zh,
        'Not stated' as period_label_en,
        false as is_inferred

    union all

    select distinct
        figures.period_id,
        'other' as period_type,
        null as calendar_year,
        null as months,
        null as starts_on,
        null as ends_on,
        null as prior_year_period_id,
        null as prior_period_id,
        figures.period_id as period_label_zh,
        figures.period_id as period_label_en,
        true as is_inferred
    from figures
    left join periods
        on figures.period_id = periods.period_id
    where
        figures.period_id is not null
        and periods.period_id is null

),

final as (

    select
        {{ surrogate_key(['period_id']) }} as period_key,
        period_id,
        period_type,
        calendar_year,
        cast(months as integer) as months,
        starts_on,
        ends_on,
        prior_year_period_id,
        prior_period_id,
        period_label_zh,
        period_label_en,
        is_inferred
    from members

)

select * from final
