with source as (

    select * from {{ ref('confidence_weights') }}

),

final as (

    select max(weight) as sure_from
    from source
    where
        model = 'sure'
        and clue = 'threshold'

)

select * from final
