with source as (

    select * from {{ source('raw', 'rejected_figures') }}

),

final as (

    select
        rejected_id,
        article_id,
        run_id,
        char_start,
        char_end,
        quote,
        sentence,
        reason,
        detail,
        origin
    from source

)

select * from final
