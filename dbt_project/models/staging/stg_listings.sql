with source as (

    select * from {{ ref('listings') }}

),

final as (

    select
        exchange,
        code as ticker,
        company_id,
        name as company_name,
        nullif(trim(name_en), '') as company_name_en,
        short_name,
        nullif(trim(short_name_trad), '') as short_name_traditional,
        nullif(trim(full_name), '') as registered_name,
        nullif(trim(industry), '') as industry_class,
        nullif(trim(reporting_currency), '') as reporting_currency,
        cast(fiscal_year_end_month as integer) as fiscal_year_end_month,
        nullif(trim(marks), '') as marks,
        is_primary
    from source

)

select * from final
