with source as (

    select * from {{ source('raw', 'rejected_articles') }}

),

final as (

    select
        run_id,
        source_path,
        reason,
        detail,
        rejected_at
    from source

)

select * from final
