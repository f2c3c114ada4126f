-- Companies of the vocabulary, and those that only an article knows.

with companies as (

    select * from {{ ref('stg_companies') }}

),

figures as (

    select * from {{ ref('int_figures') }}

),

inferred as (

    select
        figures.company_id,
        -- A company's own figures carry its name; its segments' figures only its id.
        coalesce(
            min(figures.subject_name) filter (where figures.subject_type = 'company'),
            figures.company_id
        ) as company_name
    from figures
    left join companies
        on figures.company_id = companies.company_id
    where
        figures.company_id is not null
        and companies.company_id is null
    group by figures.company_id

),

final as (

    select
        company_id,
        company_name,
        company_name_en,
        industry,
        reporting_currency,
        fiscal_year_end_month,
        false as is_inferred
    from companies

    union all

    select
        company_id,
        company_name,
        null as company_name_en,
        null as industry,
        null as reporting_currency,
        null as fiscal_year_end_month,
        true as is_inferred
    from inferred

)

select * from final
