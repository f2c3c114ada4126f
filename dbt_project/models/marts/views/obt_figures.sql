with figures as (

    select * from {{ ref('fct_figures') }}

),

articles as (

    select * from {{ ref('dim_article') }}

),

companies as (

    select * from {{ ref('dim_company') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

fiscal_periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

units as (

    select * from {{ ref('dim_unit') }}

),

final as (

    select
        -- where it stands
        figures.figure_id,
        figures.article_id,
        articles.title as article_title,
        articles.source_path,
        articles.published_on,
        figures.quote,
        figures.char_start,
        figures.char_end,
        figures.sentence,

        -- who
        figures.company_id,
        companies.company_name,
        companies.company_name_en,
        companies.exchange,
        companies.ticker,
        figures.subject_id,
        subjects.subject_name,
        subjects.subject_name_en,
        subjects.subject_type,
        subjects.parent_subject_id,

        -- what
        figures.metric_id,
        metrics.metric_name,
        metrics.metric_name_en,
        figures.metric_label,
        metrics.additivity,
        metrics.better_is,
        figures.kind,
        figures.comparison,
        {{ comparison_label_zh('figures.comparison') }} as comparison_label_zh,
        {{ comparison_label_en('figures.comparison') }} as comparison_label_en,

        -- how much
        figures.value,
        {{ value_text(
            'figures.value', 'figures.value_low', 'figures.value_high', 'figures.qualifier',
            'figures.unit_id', 'units.unit_name', 'figures.kind'
        ) }} as value_text,
        figures.value_low,
        figures.value_high,
        figures.unit_id,
        units.unit_name,
        units.dimension as unit_dimension,
        case when units.dimension = 'currency' then figures.unit_id end as currency,
        figures.qualifier,

        -- when
        figures.period_id,
        periods.period_type,
        periods.period_label_zh,
        periods.period_label_en,
        coalesce(fiscal_periods.starts_on, periods.starts_on) as period_starts_on,
        coalesce(fiscal_periods.ends_on, periods.ends_on) as period_ends_on,
        fiscal_periods.fiscal_period,
        figures.period_basis,

        -- how we know
        figures.attributed_to,
        figures.row_head,
        figures.column_head,
        figures.page,
        figures.rule_id,
        figures.trust,
        figures.implausible_because,
        figures.confidence,
        figures.subject_confidence,
        figures.metric_confidence,
        figures.period_confidence,
        figures.origin,
        subjects.is_inferred as is_subject_inferred,
        metrics.is_inferred as is_metric_inferred
    from figures
    inner join articles
        on figures.article_key = articles.article_key
    inner join subjects
        on figures.subject_key = subjects.subject_key
    inner join metrics
        on figures.metric_key = metrics.metric_key
    inner join units
        on figures.unit_key = units.unit_key
    inner join periods
        on figures.period_key = periods.period_key
    inner join companies
        on figures.company_key = companies.company_key
    left join fiscal_periods
        on
            periods.period_id = fiscal_periods.period_id
            and coalesce(companies.fiscal_year_end_month, 12) = fiscal_periods.year_ends_in

)

select * from final
