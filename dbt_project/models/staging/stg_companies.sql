with source as (

    select * from {{ ref('companies') }}

),

final as (

    select
        company_id,
        name_zh as company_name,
        name_en as company_name_en,
        industry,
        reporting_currency,
        cast(fiscal_year_end_month as integer) as fiscal_year_end_month
    from source

)

select * from final
