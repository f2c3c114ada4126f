{%- set grain = ['facts.part', 'facts.company_key', 'facts.subject_id', 'facts.period_key'] -%}

-- What the metrics are made of, all facts side by side: one place that knows when a row is, what it
-- is part of and whether both sides of a ratio are there.

with company_financials as (

    select
        company_key,
        period_key,
        company_id as subject_id,
        unit_id,
        revenue,
        revenue_growth_yoy,
        operating_profit,
        adjusted_net_profit
    from {{ ref('fct_company_financials') }}

),

segment_performance as (

    select
        company_key,
        period_key,
        subject_id,
        unit_id,
        revenue,
        revenue_growth_yoy,
        operating_profit,
        gmv,
        gmv_growth_yoy
    from {{ ref('fct_segment_performance') }}

),

user_metrics as (

    select
        company_key,
        period_key,
        subject_id,
        dau,
        mau
    from {{ ref('fct_user_metrics') }}

),

unioned as (

    select
        company_key,
        period_key,
        subject_id,
        unit_id,
        revenue,
        revenue_growth_yoy,
        operating_profit,
        adjusted_net_profit,
        null as gmv,
        null as gmv_growth_yoy,
        null as dau,
        null as mau,
        'company' as part
    from company_financials
    union all
    select
        company_key,
        period_key,
        subject_id,
        unit_id,
        revenue,
        revenue_growth_yoy,
        operating_profit,
        null as adjusted_net_profit,
        gmv,
        gmv_growth_yoy,
        null as dau,
        null as mau,
        'segment' as part
    from segment_performance
    union all
    select
        company_key,
        period_key,
        subject_id,
        null as unit_id,
        null as revenue,
        null as revenue_growth_yoy,
        null as operating_profit,
        null as adjusted_net_profit,
        null as gmv,
        null as gmv_growth_yoy,
        dau,
        mau,
        'users' as part
    from user_metrics

),

final as (

    select
        {{ surrogate_key(grain) }} as subject_period_key,
        facts.part,
        companies.company_id,
        companies.company_name,
        facts.subject_id,
        facts.unit_id,
        periods.period_id,
        periods.period_type,
        periods.ends_on as period_ends_on,
        facts.revenue,
        facts.operating_profit,
        facts.adjusted_net_profit,
        facts.gmv,
        facts.dau,
        facts.mau,
        totals.revenue as company_revenue,
        cast(facts.revenue as double) / nullif(1 + facts.revenue_growth_yoy, 0) as revenue_before,
        cast(facts.gmv as double) / nullif(1 + facts.gmv_growth_yoy, 0) as gmv_before
    from unioned as facts
    inner join {{ ref('dim_company') }} as companies
        on facts.company_key = companies.company_key
    inner join {{ ref('dim_period') }} as periods
        on facts.period_key = periods.period_key
    left join company_financials as totals
        on
            facts.part = 'segment'
            and facts.company_key = totals.company_key
            and facts.period_key = totals.period_key
            and facts.unit_id = totals.unit_id

)

select * from final
