{{ config(materialized=grows_with_articles()) }}

{%- set lines = [
    'revenue', 'gross_profit', 'operating_profit', 'adjusted_operating_profit',
    'net_profit', 'net_profit_attributable', 'adjusted_net_profit',
] -%}
{%- set margins = [
    'gross_margin', 'operating_margin', 'adjusted_operating_margin', 'net_margin',
    'adjusted_net_margin',
] -%}

with metric_periods as (

    select * from {{ ref('int_metric_periods') }}
    where
        subject_type = 'company'
        and metric_id in (
            {%- for metric in lines + margins %}
            '{{ metric }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
        {{ of_changed_companies('and') }}

),

ratios as (

    select * from {{ ref('int_ratios') }}
    where
        scope = 'self'
        {{ of_changed_companies('and') }}

),

stated as (

    select
        company_id,
        period_id,
        {%- for line in lines %}
        {{ pivot_metric(line, [
            'value', 'low', 'high', 'growth_yoy', 'growth_qoq',
            'implied_prior_year', 'implied_prior_year_low', 'implied_prior_year_high',
        ]) }},
        {%- endfor %}
        {%- for margin in margins %}
        {{ pivot_metric(margin, ['value', 'low', 'high'], margin ~ '_stated') }},
        {%- endfor %}
        max_by(unit_id, metric_id) filter (where unit_id != 'ratio') as unit_id,
        flatten({{ collect('figure_ids', ['metric_id']) }}) as figure_ids,
        case when min(all_sure) = 1 then 'sure' else 'unsure' end as trust
    from metric_periods
    group by company_id, period_id

),

computed as (

    select
        {%- for margin in margins %}
        {{ pivot_metric(margin, ['value', 'low', 'high'], margin ~ '_computed') }},
        {%- endfor %}
        company_id,
        subject_id,
        period_id
    from ratios
    group by company_id, subject_id, period_id

),

final as (

    select
        {{ surrogate_key(['stated.company_id', 'stated.period_id']) }} as company_financials_key,
        {{ surrogate_key(['stated.company_id']) }} as company_key,
        {{ surrogate_key(['stated.period_id']) }} as period_key,
        stated.company_id,
        stated.period_id,
        stated.unit_id,
        {%- for line in lines %}
        stated.{{ line }},
        stated.{{ line }}_low,
        stated.{{ line }}_high,
        stated.{{ line }}_growth_yoy,
        stated.{{ line }}_growth_qoq,
        stated.{{ line }}_implied_prior_year,
        stated.{{ line }}_implied_prior_year_low,
        stated.{{ line }}_implied_prior_year_high,
        {%- endfor %}
        {%- for margin in margins %}
        -- What the article says goes before what can be computed.
        case
            when stated.{{ margin }}_stated is not null then 'stated'
            when computed.{{ margin }}_computed is not null then 'computed'
        end as {{ margin }}_basis,
        {%- for bound in ['', '_low', '_high'] %}
        case
            when stated.{{ margin }}_stated is not null then stated.{{ margin }}_stated{{ bound }}
            else computed.{{ margin }}_computed{{ bound }}
        end as {{ margin }}{{ bound }},
        {%- endfor %}
        {%- endfor %}
        stated.figure_ids,
        stated.trust
    from stated
    left join computed
        on
            stated.company_id = computed.subject_id
            and stated.company_id = computed.company_id
            and stated.period_id = computed.period_id

)

select * from final
order by company_id, period_id
