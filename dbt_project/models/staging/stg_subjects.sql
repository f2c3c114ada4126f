with source as (

    select * from {{ ref('subjects') }}

),

final as (

    select
        subject_id,
        subject_type,
        name_zh as subject_name,
        name_en as subject_name_en,
        -- Empty for what many companies have (a cloud segment, say), and for industries.
        nullif(trim(company_id), '') as company_id,
        nullif(trim(parent_id), '') as parent_id,
        nullif(trim(breakdown), '') as breakdown,
        -- "Other services" is what is left over: where it is stated, the parts are complete.
        subject_type = 'segment'
        and (
            regexp_extract(name_zh, '^(其他|其它|其余)', 0) != '' or name_en ilike 'other%'
        ) as is_residual
    from source

)

select * from final
