with subjects as (

    select * from {{ ref('dim_subject') }}

),

final as (

    select
        subject_key as segment_key,
        company_key,
        company_id,
        subject_id as segment_id,
        subject_name as segment_name,
        subject_name_en as segment_name_en,
        parent_subject_key,
        parent_subject_id,
        depth,
        breakdown,
        is_residual,
        is_inferred
    from subjects
    where subject_type = 'segment'

)

select * from final
