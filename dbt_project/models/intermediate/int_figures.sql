{{ config(materialized='incremental') }}

-- depends_on: {{ ref('int_changes') }}

-- Figures of the current articles, with what only the figures beside them tell.

with resolved as (

    select * from {{ ref('int_resolved_figures') }}
    {%- if is_incremental() %}
    where article_id in (select changes.article_id from {{ ref('int_changes') }} as changes)

    union all by name

    -- Of the companies that changed, the figures of articles that did not.
    select * {{ without(['subject_type', 'is_contested']) }}
    from {{ this }}
    where
        {{ company_has_changed() }}
        and article_id not in (select changes.article_id from {{ ref('int_changes') }} as changes)
    {%- endif %}

),

final as (

    select
        *,

        -- An article may call a subject that the vocabulary does not know now a segment, now a
        -- product; it is one subject and has one type.
        first_value(own_subject_type) over (
            partition by company_id, subject_id
            order by
                own_subject_type != 'company', {{ latest_article_first() }}, char_start, figure_id
        ) as subject_type,

        -- One sentence tells several such figures that cannot be one ("9.8亿 for one concert, 6.72亿
        -- for the next"): what sets them apart is in its words, not in these columns.
        coalesce(kind != 'target' and max(value_low) over same > min(value_high) over same, false)
            as is_contested
    from resolved
    window
        same as (
            partition by
                article_id,
                sentence_start,
                company_id,
                subject_id,
                metric_id,
                kind,
                comparison,
                period_id,
                unit_id
        )

)

select * from final
order by company_id, period_id, subject_id, metric_id, figure_id
