-- The companies that the vocabulary describes, then those that it only knows from an exchange.

with described as (

    select * from {{ ref('companies') }}

),

listings as (

    select * from {{ ref('stg_listings') }}
    where is_primary

),

delisted as (

    select * from {{ ref('former_names') }}
    where kind = 'delisted'

),

listed as (

    select
        listings.company_id,
        listings.company_name,
        listings.company_name_en,
        listings.reporting_currency,
        listings.fiscal_year_end_month
    from listings
    left join described
        on listings.company_id = described.company_id
    where described.company_id is null

),

final as (

    select
        company_id,
        name_zh as company_name,
        name_en as company_name_en,
        industry,
        reporting_currency,
        cast(fiscal_year_end_month as integer) as fiscal_year_end_month,
        true as is_described
    from described

    union all

    select
        company_id,
        company_name,
        company_name_en,
        null as industry,
        reporting_currency,
        fiscal_year_end_month,
        false as is_described
    from listed

    union all

    select
        delisted.company_id,
        delisted.name as company_name,
        null as company_name_en,
        null as industry,
        null as reporting_currency,
        null as fiscal_year_end_month,
        false as is_described
    from delisted
    left join described
        on delisted.company_id = described.company_id
    where described.company_id is null

)

select * from final
