with companies as (

    select * from {{ ref('int_companies') }}

),

members as (

    select * from companies

    union all

    -- An industry's figures are no company's; they point here.
    select
        'none' as company_id,
        '无' as company_name,
        'No company' as company_name_en,
        null as industry,
        null as industry_class,
        null as reporting_currency,
        null as fiscal_year_end_month,
        null as exchange,
        null as ticker,
        false as is_inferred

),

final as (

    select
        {{ surrogate_key(['company_id']) }} as company_key,
        company_id,
        company_name,
        company_name_en,
        industry,
        industry_class,
        reporting_currency,
        fiscal_year_end_month,
        exchange,
        ticker,
        is_inferred
    from members

)

select * from final
