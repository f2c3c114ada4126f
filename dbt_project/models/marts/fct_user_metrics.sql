{{ config(materialized=grows_with_articles()) }}

{%- set level = ['value', 'low', 'high'] -%}
{%- set movements = ['growth_yoy', 'growth_qoq', 'change_yoy', 'change_qoq'] -%}
{%- set implied = [
    'implied_prior_year', 'implied_prior_year_low', 'implied_prior_year_high',
    'implied_prior_quarter', 'implied_prior_quarter_low', 'implied_prior_quarter_high',
] -%}

with metric_periods as (

    select * from {{ ref('int_metric_periods') }}
    where
        metric_id in (
            'dau', 'mau', 'paying_users', 'avg_daily_time_spent_per_dau', 'total_time_spent'
        )
        {{ of_changed_companies('and') }}

),

stated as (

    select
        company_id,
        subject_id,
        period_id,
        {{ pivot_metric('dau', level + movements + implied + ['point']) }},
        {{ pivot_metric('mau', level + movements + implied + ['point']) }},
        {{ pivot_metric('paying_users', level + movements + implied) }},
        {{ pivot_metric('avg_daily_time_spent_per_dau', level + ['growth_yoy'], 'daily_minutes') }},
        {{ pivot_metric('total_time_spent', ['growth_yoy']) }},
        flatten({{ collect('figure_ids', ['metric_id']) }}) as figure_ids,
        case when min(all_sure) = 1 then 'sure' else 'unsure' end as trust
    from metric_periods
    group by company_id, subject_id, period_id

),

engaged as (

    select
        *,
        {{ quotient('dau_point', 'mau_point') }} as dau_mau_exact,
        {{ quotient_low('dau_low', 'mau_low', 'mau_high') }} as dau_mau_low,
        {{ quotient_high('dau_high', 'mau_low', 'mau_high') }} as dau_mau_high
    from stated

),

final as (

    select
        {{ surrogate_key(['company_id', 'subject_id', 'period_id']) }} as user_metrics_key,
        {{ surrogate_key(["coalesce(company_id, 'none')"]) }} as company_key,
        {{ surrogate_key(['company_id', 'subject_id']) }} as subject_key,
        {{ surrogate_key(['period_id']) }} as period_key,
        * {{ without(['dau_point', 'mau_point', 'dau_mau_exact']) }},
        {{ round_to_bounds('dau_mau_exact', 'dau_mau_low', 'dau_mau_high') }} as dau_mau
    from engaged

)

select * from final
order by company_id, period_id, subject_id
