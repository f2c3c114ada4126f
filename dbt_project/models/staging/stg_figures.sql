-- What a person or a file from outside states better is not counted twice.

with figures as (

    select * from {{ source('raw', 'figures') }}

),

replaced as (

    select * from {{ source('raw', 'replaced_figures') }}

),

source as (

    select figures.*
    from figures
    left join replaced
        on
            figures.article_id = replaced.article_id
            and figures.figure_id = replaced.figure_id
    where replaced.figure_id is null

),

final as (

    select
        -- ids
        figure_id,
        article_id,
        run_id,

        -- where it stands
        char_start,
        char_end,
        quote,
        number_start,
        number_end,
        sentence_start,
        sentence_end,
        sentence,

        -- who and what
        nullif(trim(company_id), '') as company_id,
        nullif(trim(subject_id), '') as subject_id,
        nullif(trim(subject_name), '') as subject_name,
        subject_type,
        nullif(trim(metric_id), '') as metric_id,
        nullif(trim(metric_label), '') as metric_label,
        kind,
        nullif(trim(comparison), '') as comparison,

        -- how much
        cast(value as decimal(38, 8)) as value,
        cast(value_low as decimal(38, 8)) as value_low,
        cast(value_high as decimal(38, 8)) as value_high,
        nullif(trim(unit_id), '') as unit_id,
        qualifier,

        -- when
        nullif(trim(period_id), '') as period_id,
        case
            when period_basis in ('stated', 'year_inferred', 'relative', 'article')
                then period_basis
            else 'unknown'
        end as period_basis,

        -- how we know
        nullif(trim(attributed_to), '') as attributed_to,
        row_head,
        column_head,
        page,
        rule_id,
        cast(confidence as decimal(4, 3)) as confidence,
        cast(subject_confidence as decimal(4, 3)) as subject_confidence,
        cast(metric_confidence as decimal(4, 3)) as metric_confidence,
        cast(period_confidence as decimal(4, 3)) as period_confidence,
        origin
    from source

)

select * from final
