with units as (

    select * from {{ ref('stg_units') }}

),

figures as (

    select * from {{ ref('int_figures') }}

),

members as (

    select
        *,
        false as is_inferred
    from units

    union all

    select distinct
        figures.unit_id,
        'other' as dimension,
        figures.unit_id as unit_name,
        figures.unit_id as unit_name_en,
        cast(1 as decimal(38, 8)) as multiplier,
        true as is_inferred
    from figures
    left join units
        on figures.unit_id = units.unit_id
    where units.unit_id is null

),

final as (

    select
        {{ surrogate_key(['unit_id']) }} as unit_key,
        unit_id,
        dimension,
        unit_name,
        unit_name_en,
        multiplier,
        is_inferred
    from members

)

select * from final
