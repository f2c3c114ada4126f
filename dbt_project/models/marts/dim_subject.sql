{{ config(materialized=grows_with_articles()) }}

with subjects as (

    select * from {{ ref('int_subjects') }}
    {{ of_changed_companies() }}

),

final as (

    select
        {{ surrogate_key(['company_id', 'subject_id']) }} as subject_key,
        {{ surrogate_key(["coalesce(company_id, 'none')"]) }} as company_key,
        company_id,
        subject_id,
        subject_type,
        subject_name,
        subject_name_en,
        case
            when parent_subject_id is not null
                then {{ surrogate_key(['parent_company_id', 'parent_subject_id']) }}
        end as parent_subject_key,
        parent_subject_id,
        depth,
        breakdown,
        is_residual,
        is_inferred
    from subjects

)

select * from final
