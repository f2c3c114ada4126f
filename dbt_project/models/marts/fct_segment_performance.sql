{{ config(materialized=grows_with_articles()) }}

{%- set level = ['value', 'low', 'high'] -%}
{%- set growth = ['growth_yoy', 'growth_qoq'] -%}
{%- set prior_year = ['implied_prior_year', 'implied_prior_year_low', 'implied_prior_year_high'] -%}
{%- set prior_quarter = [
    'implied_prior_quarter', 'implied_prior_quarter_low', 'implied_prior_quarter_high'
] -%}

with metric_periods as (

    select * from {{ ref('int_metric_periods') }}
    where
        subject_type not in ('company', 'industry')
        and metric_id in ('revenue', 'revenue_share', 'operating_profit', 'gmv')
        {{ of_changed_companies('and') }}

),

ratios as (

    select * from {{ ref('int_ratios') }}
    {{ of_changed_companies() }}

),

subjects as (

    select * from {{ ref('int_subjects') }}
    {{ of_changed_companies() }}

),

-- The total is the company's, however deep the segment lies.
computed_shares as (

    select ratios.*
    from ratios
    inner join subjects
        on
            ratios.subject_id = subjects.subject_id
            and ratios.company_id is not distinct from subjects.company_id
            and ratios.distance = subjects.depth
    where ratios.metric_id = 'revenue_share'

),

stated as (

    select
        company_id,
        subject_id,
        period_id,
        {{ pivot_metric('revenue', level + growth + prior_year + prior_quarter) }},
        {{ pivot_metric('revenue_share', level) }},
        {{ pivot_metric('operating_profit', level + ['growth_yoy']) }},
        {{ pivot_metric('gmv', level + ['growth_yoy'] + prior_year) }},
        max_by(unit_id, metric_id) filter (
            where metric_id != 'revenue_share' and unit_id is not null
        ) as unit_id,
        flatten({{ collect('figure_ids', ['metric_id']) }}) as figure_ids,
        case when min(all_sure) = 1 then 'sure' else 'unsure' end as trust
    from metric_periods
    group by company_id, subject_id, period_id

),

final as (

    select
        {{ surrogate_key(['stated.company_id', 'stated.subject_id', 'stated.period_id']) }}
            as segment_performance_key,
        {{ surrogate_key(["coalesce(stated.company_id, 'none')"]) }} as company_key,
        {{ surrogate_key(['stated.company_id', 'stated.subject_id']) }} as subject_key,
        {{ surrogate_key(['stated.period_id']) }} as period_key,
        stated.*,
        computed_shares.value as revenue_share_computed,
        computed_shares.low as revenue_share_computed_low,
        computed_shares.high as revenue_share_computed_high
    from stated
    left join computed_shares
        on
            stated.subject_id = computed_shares.subject_id
            and stated.company_id is not distinct from computed_shares.company_id
            and stated.period_id = computed_shares.period_id

)

select * from final
order by company_id, period_id, subject_id
