{{ config(database='working') }}

-- Everything that can be measured: each subject of each company, and what it is part of.
-- A generic segment (live_streaming) becomes one member for each company that has a figure of it.

with recursive subjects as (

    select * from {{ ref('stg_subjects') }}

),

companies as (

    select * from {{ ref('int_companies') }}
    {{ of_changed_companies() }}

),

figures as (

    select * from {{ ref('int_figures') }}
    {{ of_changed_companies() }}

),

stated as (

    select
        company_id,
        subject_id,
        min_by(subject_type, figure_id) as subject_type,
        min_by(subject_name, figure_id) as subject_name
    from figures
    group by all

),

known as (

    select
        company_id,
        company_id as subject_id
    from companies

    union

    select
        company_id,
        subject_id
    from subjects
    where
        (company_id is not null or subject_type = 'industry')
        {{ of_changed_companies('and') }}

    union

    select
        company_id,
        subject_id
    from stated

),

-- A generic parent belongs to the company of its child.
with_parents as (

    select
        company_id,
        subject_id,
        0 as steps
    from known

    union all

    select
        with_parents.company_id,
        parents.subject_id,
        with_parents.steps + 1 as steps
    from with_parents
    inner join subjects
        on with_parents.subject_id = subjects.subject_id
    inner join subjects as parents
        on subjects.parent_id = parents.subject_id
    where
        parents.company_id is null
        and parents.subject_type != 'industry'
        and with_parents.steps < 10

),

members as (

    select distinct
        company_id,
        subject_id
    from with_parents

),

described as (

    select
        members.company_id,
        members.subject_id,
        coalesce(companies.is_inferred, subjects.subject_id is null) as is_inferred,
        coalesce(subjects.is_residual, false) as is_residual,
        subjects.breakdown,
        case
            when companies.company_id is not null then 'company'
            else coalesce(subjects.subject_type, stated.subject_type)
        end as subject_type,
        coalesce(companies.company_name, subjects.subject_name, stated.subject_name)
            as subject_name,
        coalesce(companies.company_name_en, subjects.subject_name_en) as subject_name_en,
        subjects.parent_id
    from members
    left join companies
        on members.company_id = companies.company_id and members.subject_id = companies.company_id
    left join subjects
        on members.subject_id = subjects.subject_id
    left join stated
        on
            members.subject_id = stated.subject_id
            and members.company_id is not distinct from stated.company_id

),

final as (

    select
        described.*,
        case
            when described.subject_type = 'company' then null
            when parents.subject_type = 'industry' then null
            when parents.subject_id is not null
                then coalesce(parents.company_id, described.company_id)
            when parent_companies.company_id is not null then parent_companies.company_id
            else described.company_id
        end as parent_company_id,
        case
            when described.subject_type = 'company' then null
            when parents.subject_id is not null then parents.subject_id
            when parent_companies.company_id is not null then parent_companies.company_id
            else described.company_id
        end as parent_subject_id
    from described
    left join subjects as parents
        on described.parent_id = parents.subject_id
    left join companies as parent_companies
        on described.parent_id = parent_companies.company_id

)

select * from final
