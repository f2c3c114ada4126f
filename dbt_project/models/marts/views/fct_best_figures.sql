with history as (

    select * from {{ ref('fct_figure_history') }}
    where is_current

),

final as (

    select
        measure_key,

        company_key,
        subject_key,
        metric_key,
        period_key,
        unit_key,

        company_id,
        subject_id,
        metric_id,
        measure,
        comparison,
        period_id,

        figure_id,
        unit_id,
        value,
        value_low,
        value_high,
        qualifier,
        source_tier,
        trust,
        chosen_because,
        valid_from as believed_from,

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

select * from final
