{{ config(materialized='view', database='working') }}

-- One claim for each measure of a subject and period, the one that is believed now: what the
-- calculations take. The rule is in int_measure_history; that the others agree is checked in
-- int_checks_restated.

with history as (

    select * from {{ ref('int_measure_history') }}
    where is_current

),

final as (

    select
        company_id,
        subject_id,
        subject_type,
        metric_id,
        measure,
        comparison,
        period_id,
        unit_id,
        qualifier,
        value,
        point,
        low,
        high,
        shown,
        figure_id,
        article_id,
        confidence,
        trust
    from history

)

select * from final
