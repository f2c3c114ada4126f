{{ config(materialized=grows_with_articles()) }}

with history as (

    select * from {{ ref('int_measure_history') }}
    {{ of_changed_companies() }}

),

final as (

    select
        {{ surrogate_key(measure_columns() + ['valid_from']) }} as figure_history_key,
        {{ surrogate_key(measure_columns()) }} as measure_key,
        {{ surrogate_key(["coalesce(company_id, 'none')"]) }} as company_key,
        {{ surrogate_key(['company_id', 'subject_id']) }} as subject_key,
        {{ surrogate_key(['metric_id']) }} as metric_key,
        {{ surrogate_key(['period_id']) }} as period_key,
        {{ surrogate_key(['unit_id']) }} as unit_key,

        company_id,
        subject_id,
        metric_id,
        measure,
        comparison,
        period_id,

        valid_from,
        valid_to,
        is_current,
        opened_by,
        previous_figure_id,

        figure_id,
        unit_id,
        value,
        low as value_low,
        high as value_high,
        qualifier,
        source_tier,
        trust,
        chosen_because,

        claims,
        articles,
        independent_articles,
        agreeing_claims,
        agreeing_articles,
        lowest_value,
        highest_value,
        relative_spread
    from history

)

-- In the order of int_measure_history: by company and period.
select * from final
