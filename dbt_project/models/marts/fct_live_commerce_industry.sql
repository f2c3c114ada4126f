{%- set columns = [
    'value', 'low', 'high', 'growth_yoy',
    'implied_prior_year', 'implied_prior_year_low', 'implied_prior_year_high',
] -%}

with metric_periods as (

    select * from {{ ref('int_metric_periods') }}
    where subject_type = 'industry' or metric_id = 'gmv'

),

periods as (

    select * from {{ ref('int_periods') }}

),

-- Industries that trade: what commerce does not pass through (cars, chips) has a penetration too,
-- but no platform's GMV belongs beside it.
commerce as (

    select subject_id
    from metric_periods
    where
        subject_type = 'industry'
        and (
            metric_id = 'transaction_value'
            or regexp_extract(subject_id, 'commerce|retail|电商|零售', 0) != ''
        )
    group by subject_id

),

industries as (

    select
        subject_id,
        period_id,
        {{ pivot_metric('transaction_value', columns) }},
        {{ pivot_metric('penetration_rate', columns) }},
        any_value(unit_id) filter (where metric_id = 'transaction_value') as unit_id,
        flatten({{ collect('figure_ids', ['metric_id']) }}) as figure_ids,
        case when min(all_sure) = 1 then 'sure' else 'unsure' end as trust
    from metric_periods
    where
        subject_type = 'industry'
        and metric_id in ('transaction_value', 'penetration_rate')
        and subject_id in (select commerce.subject_id from commerce)
    group by subject_id, period_id

),

dated as (

    select
        industries.*,
        periods.starts_on,
        periods.ends_on,
        periods.prior_year_period_id as implied_period_id
    from industries
    left join periods
        on industries.period_id = periods.period_id

),

platforms as (

    select
        metric_periods.*,
        periods.starts_on,
        periods.ends_on
    from metric_periods
    left join periods
        on metric_periods.period_id = periods.period_id
    where
        metric_periods.metric_id = 'gmv'
        and metric_periods.subject_type != 'industry'
        and metric_periods.value is not null

),

paired as (

    select
        platforms.*,
        dated.subject_id as industry_id,
        dated.period_id as industry_period_id,
        case
            when platforms.period_id = dated.period_id then 'same'
            when platforms.starts_on <= dated.ends_on and platforms.ends_on >= dated.starts_on
                then 'overlapping'
            when platforms.starts_on > dated.ends_on then 'later'
            else 'earlier'
        end as period_relation
    from dated
    -- What is stated of years further off is beside the point.
    inner join platforms
        on
            platforms.starts_on <= dated.ends_on + interval 1 year
            and platforms.ends_on >= dated.starts_on - interval 1 year

),

beside as (

    select
        paired.industry_id as subject_id,
        paired.industry_period_id as period_id,
        {{ collect(
            struct_of({
                'company_id': 'paired.company_id',
                'subject_id': 'paired.subject_id',
                'period_id': 'paired.period_id',
                'period_relation': 'paired.period_relation',
                'gmv': 'paired.value',
                'gmv_low': 'paired.low',
                'gmv_high': 'paired.high',
                'gmv_growth_yoy': 'paired.growth_yoy',
                'unit_id': 'paired.unit_id',
            }),
            [
                'paired.company_id', 'paired.subject_id', 'paired.starts_on', 'paired.ends_on',
                'paired.period_id',
            ]
        ) }} as platform_gmv
    from paired
    group by paired.industry_id, paired.industry_period_id

),

final as (

    select
        {{ surrogate_key(['dated.subject_id', 'dated.period_id']) }} as live_commerce_industry_key,
        {{ surrogate_key(['null', 'dated.subject_id']) }} as subject_key,
        {{ surrogate_key(['dated.period_id']) }} as period_key,
        dated.subject_id,
        dated.period_id,
        dated.unit_id,
        {%- for metric in ['transaction_value', 'penetration_rate'] %}
        {%- for column in columns %}
        dated.{{ metric }}{{ '' if column == 'value' else '_' ~ column }},
        {%- endfor %}
        {%- endfor %}
        dated.implied_period_id,
        beside.platform_gmv,
        dated.figure_ids,
        dated.trust
    from dated
    left join beside
        on
            dated.subject_id = beside.subject_id
            and dated.period_id = beside.period_id

)

select * from final
