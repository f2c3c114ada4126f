{{ config(materialized=grows_with_articles()) }}

with figures as (

    select * from {{ ref('int_trusted_figures') }}
    {{ of_changed_companies() }}

),

final as (

    select
        figure_id,

        {{ surrogate_key(['article_id']) }} as article_key,
        {{ surrogate_key(["coalesce(company_id, 'none')"]) }} as company_key,
        {{ surrogate_key(['company_id', 'subject_id']) }} as subject_key,
        {{ surrogate_key(['metric_id']) }} as metric_key,
        {{ surrogate_key(["coalesce(period_id, 'unstated')"]) }} as period_key,
        {{ surrogate_key(['unit_id']) }} as unit_key,

        article_id,
        company_id,
        subject_id,
        metric_id,
        period_id,
        unit_id,

        kind,
        comparison,
        value,
        value_low,
        value_high,
        qualifier,

        metric_label,
        period_basis,
        attributed_to,
        row_head,
        column_head,
        page,
        quote,
        char_start,
        char_end,
        sentence,
        sentence_start,
        sentence_end,
        rule_id,
        trust,
        implausible_because,
        confidence,
        subject_confidence,
        metric_confidence,
        period_confidence,
        origin,
        run_id
    from figures

)

-- In the order of int_figures: by company, metric and kind.
select * from final
