-- The checks with names: what should hold between figures, and whether it does.

with checks as (

    select * from {{ ref('fct_figure_checks') }}

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

final as (

    select
        checks.check_key,
        checks.check_type,
        checks.verdict,
        checks.company_id,
        companies.company_name,
        companies.company_name_en,
        companies.exchange,
        companies.ticker,
        checks.subject_id,
        subjects.subject_name,
        subjects.subject_name_en,
        checks.metric_id,
        metrics.metric_name,
        metrics.metric_name_en,
        checks.period_id,
        periods.period_label_zh,
        periods.period_label_en,
        periods.starts_on as period_starts_on,
        periods.ends_on as period_ends_on,
        checks.description,
        concat_ws(
            ' ',
            checks.left_text,
            case
                when checks.relation = '>=' then '≥'
                when checks.relation = '<=' then '≤'
                when checks.verdict in ('contradicts', 'unproved') then '≠'
                when checks.verdict = 'rounding' then '≈'
                else '='
            end,
            checks.right_text
        ) as statement,
        checks.left_value,
        checks.right_value,
        checks.difference,
        checks.tolerance,
        checks.trust,
        checks.confidence,
        checks.quotes,
        checks.figure_ids,
        checks.article_ids
    from checks
    inner join companies
        on checks.company_key = companies.company_key
    inner join subjects
        on checks.subject_key = subjects.subject_key
    inner join periods
        on checks.period_key = periods.period_key
    left join metrics
        on checks.metric_key = metrics.metric_key

)

select * from final
