-- What a later article revised: the value that was believed before beside the one that is since.

with history as (

    select * from {{ ref('fct_figure_history') }}
    where opened_by = 'restatement'

),

figures as (

    select * from {{ ref('obt_figures') }}

),

final as (

    select
        history.figure_history_key,

        -- who, what and when
        figures.company_id,
        figures.company_name,
        figures.company_name_en,
        figures.exchange,
        figures.ticker,
        figures.subject_id,
        figures.subject_name,
        figures.subject_name_en,
        figures.metric_id,
        figures.metric_name,
        figures.metric_name_en,
        history.measure,
        history.comparison,
        figures.comparison_label_zh,
        figures.comparison_label_en,
        history.period_id,
        figures.period_label_zh,
        figures.period_label_en,
        figures.period_starts_on,
        figures.period_ends_on,
        figures.fiscal_period,

        -- how much
        figures.unit_id,
        figures.currency,
        previous.value as value_before,
        previous.value_text as value_text_before,
        figures.value,
        figures.value_text,
        history.valid_from as revised_on,
        history.chosen_because,
        history.is_current,

        -- how we know
        figures.trust,
        figures.confidence,
        previous.sentence as sentence_before,
        figures.sentence,
        previous.article_title as article_title_before,
        figures.article_title,
        previous.figure_id as figure_id_before,
        figures.figure_id
    from history
    inner join figures
        on history.figure_id = figures.figure_id
    inner join figures as previous
        on history.previous_figure_id = previous.figure_id

)

select * from final
