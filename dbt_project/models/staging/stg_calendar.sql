with source as (

    select * from {{ ref('calendar') }}

),

final as (

    select
        part,
        period_type,
        first_month as starts_in,
        last_month as ends_in,
        label_zh,
        label_en
    from source

)

select * from final
