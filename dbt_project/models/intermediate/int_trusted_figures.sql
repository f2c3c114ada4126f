{{ config(materialized='view') }}

-- Figures of the current articles, with whether they are to be trusted.

with figures as (

    select * from {{ ref('int_figures') }}

),

implausible as (

    select * from {{ ref('int_implausible_figures') }}

),

bound as (

    select * from {{ ref('stg_confidence') }}

),

final as (

    select
        figures.*,
        case
            when figures.origin = 'review' then 'reviewed'
            when implausible.figure_id is not null then 'implausible'
            when figures.confidence >= bound.sure_from then 'sure'
            else 'unsure'
        end as trust,
        implausible.reason as implausible_because
    from figures
    cross join bound
    left join implausible
        on
            figures.figure_id = implausible.figure_id
            -- What a person has settled is so, however odd.
            and figures.origin is distinct from 'review'

)

select * from final
