with source as (

    select * from {{ ref('metrics') }}

),

final as (

    select
        metric_id,
        name_zh as metric_name,
        name_en as metric_name_en,
        unit_id,
        value_kind,
        subject_level,
        additivity,
        better_is,
        can_be_negative,
        is_generic,
        nullif(trim(numerator_metric_id), '') as numerator_metric_id,
        nullif(trim(denominator_metric_id), '') as denominator_metric_id,
        nullif(trim(denominator_scope), '') as denominator_scope,
        nullif(trim(parent_metric_id), '') as parent_metric_id,
        roles,
        definition
    from source

)

select * from final
