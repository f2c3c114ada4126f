with companies as (

    select * from {{ ref('int_companies') }}

),

listings as (

    select * from {{ ref('stg_listings') }}

),

final as (

    select
        {{ surrogate_key(['listings.exchange', 'listings.ticker']) }} as listing_key,
        {{ surrogate_key(['companies.company_id']) }} as company_key,
        companies.company_id,
        listings.exchange,
        listings.ticker,
        listings.short_name,
        listings.short_name_traditional,
        listings.registered_name,
        listings.industry_class,
        listings.marks,
        listings.is_primary
    from listings
    inner join companies
        on listings.company_id = companies.company_id

)

select * from final
