-- Companies that the vocabulary describes, those listed ones that articles have figures of, and
-- those that only an article knows.

with companies as (

    select * from {{ ref('stg_companies') }}

),

listings as (

    select * from {{ ref('stg_listings') }}
    where is_primary

),

figures as (

    select * from {{ ref('int_figures') }}

),

stated as (

    select
        company_id,
        -- A company's own figures carry its name; its segments' figures only its id.
        min(subject_name) filter (where subject_type = 'company') as company_name
    from figures
    where company_id is not null
    group by company_id

),

current_names as (

    select distinct figures.company_id
    from figures
    inner join companies
        on
            figures.company_id = companies.company_id
            and figures.subject_name = companies.company_name

),

known as (

    select
        companies.company_id,
        -- A company that has changed its name is called as its articles call it.
        case
            when
                companies.is_described
                or current_names.company_id is not null
                or stated.company_name is null
                then companies.company_name
            else stated.company_name
        end as company_name,
        companies.company_name_en,
        companies.industry,
        companies.reporting_currency,
        companies.fiscal_year_end_month
    from companies
    left join stated
        on companies.company_id = stated.company_id
    left join current_names
        on companies.company_id = current_names.company_id
    where companies.is_described or stated.company_id is not null

),

final as (

    select
        known.company_id,
        known.company_name,
        known.company_name_en,
        known.industry,
        listings.industry_class,
        known.reporting_currency,
        known.fiscal_year_end_month,
        listings.exchange,
        listings.ticker,
        false as is_inferred
    from known
    left join listings
        on known.company_id = listings.company_id

    union all

    select
        stated.company_id,
        coalesce(stated.company_name, stated.company_id) as company_name,
        null as company_name_en,
        null as industry,
        null as industry_class,
        null as reporting_currency,
        null as fiscal_year_end_month,
        null as exchange,
        null as ticker,
        true as is_inferred
    from stated
    left join companies
        on stated.company_id = companies.company_id
    where companies.company_id is null

)

select * from final
