with source as (

    select * from {{ ref('sources') }}

),

final as (

    select
        field,
        word,
        tier as source_tier
    from source

)

select * from final
