{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='figure_id',
        on_schema_change='append_new_columns',
        post_hook="
            delete from {{ this }}
            where figure_id not in (select figure_id from {{ ref('int_figures') }})
        ",
    )
}}

-- A figure is written when it is new or differs from what is here (the vocabulary may have learnt
-- its subject since); one that the current articles no longer have is deleted by the hook.

with figures as (

    select * from {{ ref('int_figures') }}

),

keyed as (

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
        quote,
        char_start,
        char_end,
        sentence,
        sentence_start,
        sentence_end,
        rule_id,
        confidence,
        origin,
        run_id
    from figures

),

final as (

    select
        *,
        md5({{ row_text('keyed') }}) as row_hash
    from keyed

)

select * from final
{% if is_incremental() %}
where row_hash not in (select written.row_hash from {{ this }} as written)
{% endif %}
