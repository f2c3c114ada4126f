-- The long table of what is believed: a new metric is a row here, no column.

with metric_periods as (

    select * from {{ ref('int_metric_periods') }}

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

figures as (

    select * from {{ ref('fct_figures') }}

),

articles as (

    select * from {{ ref('dim_article') }}

),

final as (

    select
        {{ surrogate_key([
            'metric_periods.company_id', 'metric_periods.subject_id',
            'metric_periods.metric_id', 'metric_periods.period_id',
        ]) }} as value_key,

        -- who
        metric_periods.company_id,
        companies.company_name,
        companies.company_name_en,
        companies.exchange,
        companies.ticker,
        companies.industry,
        metric_periods.subject_id,
        subjects.subject_name,
        subjects.subject_name_en,
        subjects.subject_type,
        subjects.parent_subject_id,
        subjects.breakdown,
        subjects.depth,

        -- what
        metric_periods.metric_id,
        metrics.metric_name,
        metrics.metric_name_en,
        metrics.additivity,
        metrics.better_is,

        -- when
        metric_periods.period_id,
        periods.period_type,
        periods.period_label_zh,
        periods.period_label_en,
        coalesce(fiscal_periods.starts_on, periods.starts_on) as period_starts_on,
        coalesce(fiscal_periods.ends_on, periods.ends_on) as period_ends_on,
        fiscal_periods.fiscal_period,

        -- how much
        metric_periods.value,
        metric_periods.value_text,
        metric_periods.low as value_low,
        metric_periods.high as value_high,
        coalesce(
            metric_periods.unit_id,
            case when metric_periods.computed_text is not null then 'ratio' end
        ) as unit_id,
        case when units.dimension = 'currency' then metric_periods.unit_id end as currency,
        metric_periods.computed,
        metric_periods.computed_text,
        metric_periods.computed_low,
        metric_periods.computed_high,
        metric_periods.growth_yoy,
        metric_periods.growth_yoy_text,
        metric_periods.growth_qoq,
        metric_periods.growth_qoq_text,
        metric_periods.change_yoy,
        metric_periods.change_yoy_text,
        metric_periods.change_qoq,
        metric_periods.change_qoq_text,

        -- how we know
        case when metric_periods.all_sure = 1 then 'sure' else 'unsure' end as trust,
        figures.confidence,
        figures.quote,
        figures.sentence,
        articles.title as article_title,
        articles.published_on,
        metric_periods.value_figure_id,
        metric_periods.figure_ids
    from metric_periods
    inner join companies
        on coalesce(metric_periods.company_id, 'none') = companies.company_id
    inner join subjects
        on
            metric_periods.subject_id = subjects.subject_id
            and metric_periods.company_id is not distinct from subjects.company_id
    inner join metrics
        on metric_periods.metric_id = metrics.metric_id
    inner join periods
        on metric_periods.period_id = periods.period_id
    left join fiscal_periods
        on
            metric_periods.period_id = fiscal_periods.period_id
            and coalesce(companies.fiscal_year_end_month, 12) = fiscal_periods.year_ends_in
    left join units
        on metric_periods.unit_id = units.unit_id
    left join figures
        on metric_periods.value_figure_id = figures.figure_id
    left join articles
        on figures.article_key = articles.article_key
    -- A growth of which the article does not say on what is not here; obt_figures has it.
    where
        coalesce(
            metric_periods.value, metric_periods.computed_low, metric_periods.computed_high,
            metric_periods.growth_yoy, metric_periods.growth_qoq,
            metric_periods.change_yoy, metric_periods.change_qoq
        ) is not null

)

select * from final
