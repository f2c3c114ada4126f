with source as (

    select * from {{ ref('units') }}

),

final as (

    select
        unit_id,
        dimension,
        name_zh as unit_name,
        name_en as unit_name_en,
        cast(multiplier as decimal(38, 8)) as multiplier
    from source

)

select * from final
