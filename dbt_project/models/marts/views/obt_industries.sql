-- Industries and markets: any metric that an article states of one, by period. A new metric is a
-- row here, no column.

with figures as (

    select * from {{ ref('obt_values') }}
    where subject_type = 'industry'

),

final as (

    select
        value_key,

        -- what
        subject_id as industry_id,
        subject_name as industry_name,
        subject_name_en as industry_name_en,
        metric_id,
        metric_name,
        metric_name_en,

        -- when
        period_id,
        period_type,
        period_label_zh,
        period_label_en,
        period_starts_on,
        period_ends_on,

        -- how much
        value,
        value_text,
        value_low,
        value_high,
        unit_id,
        currency,
        growth_yoy,
        growth_yoy_text,
        growth_qoq,
        growth_qoq_text,
        change_yoy,
        change_yoy_text,
        change_qoq,
        change_qoq_text,

        -- how we know
        trust,
        confidence,
        quote,
        sentence,
        article_title,
        published_on,
        value_figure_id
    from figures

)

select * from final
