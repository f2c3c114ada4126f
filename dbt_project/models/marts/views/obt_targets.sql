-- Targets, plans, guidance and forecasts in one form, with names, each beside what was reached.

with targets as (

    select * from {{ ref('int_targets') }}

),

progress as (

    select * from {{ ref('int_target_progress') }}

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

articles as (

    select * from {{ ref('dim_article') }}

),

final as (

    select
        targets.figure_id,

        -- who
        targets.company_id,
        companies.company_name,
        companies.company_name_en,
        companies.exchange,
        companies.ticker,
        targets.subject_id,
        subjects.subject_name,
        subjects.subject_name_en,
        subjects.subject_type,

        -- what
        targets.metric_id,
        coalesce(metrics.metric_name, targets.metric_label) as metric_name,
        metrics.metric_name_en,
        targets.target_kind,
        targets.comparison,
        {{ comparison_label_zh('targets.comparison') }} as comparison_label_zh,
        {{ comparison_label_en('targets.comparison') }} as comparison_label_en,

        -- when
        targets.period_id,
        periods.period_type,
        periods.period_label_zh,
        periods.period_label_en,
        coalesce(fiscal_periods.starts_on, periods.starts_on) as period_starts_on,
        coalesce(fiscal_periods.ends_on, periods.ends_on) as period_ends_on,
        fiscal_periods.fiscal_period,

        -- how much
        targets.unit_id,
        case when targets.unit_dimension = 'currency' then targets.unit_id end as currency,
        targets.value as target,
        targets.target_text,
        targets.first_target,
        targets.first_target_text,
        targets.times_stated,
        progress.reached,
        progress.reached_text,
        progress.reached_quarters,
        case
            when
                targets.target_kind = 'value'
                then {{ quotient('progress.reached', 'targets.value') }}
        end as progress,

        -- how we know
        targets.trust,
        targets.confidence,
        targets.quote,
        targets.sentence,
        articles.title as article_title,
        articles.published_on
    from targets
    inner join progress
        on targets.figure_id = progress.figure_id
    inner join companies
        on coalesce(targets.company_id, 'none') = companies.company_id
    inner join subjects
        on
            targets.subject_id = subjects.subject_id
            and targets.company_id is not distinct from subjects.company_id
    inner join periods
        on targets.period_id = periods.period_id
    inner join articles
        on targets.article_id = articles.article_id
    left join metrics
        on targets.metric_id = metrics.metric_id
    left join fiscal_periods
        on
            targets.period_id = fiscal_periods.period_id
            and coalesce(companies.fiscal_year_end_month, 12) = fiscal_periods.year_ends_in

)

select * from final
