{{ config(materialized='view', database='working') }}

-- All relations that the figures should satisfy, of every kind.

with checks as (

    select * from {{ ref('int_checks_parts') }}

    union all

    select * from {{ ref('int_checks_ratios') }}

    union all

    select * from {{ ref('int_checks_movements') }}

    union all

    select * from {{ ref('int_checks_cumulative') }}

    union all

    select * from {{ ref('int_checks_restated') }}

    union all

    select * from {{ ref('int_checks_identities') }}

),

final as (

    select
        *,
        {{ surrogate_key(['check_type', 'left_figure_ids', 'right_figure_ids']) }} as check_key,
        left_figure_ids || right_figure_ids as figure_ids
    from checks

)

select * from final
