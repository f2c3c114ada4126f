{{ config(database='working') }}

-- Ratios recomputed from their parts: margins (part and whole of one subject) and shares (a
-- subject's part of what any of its ancestors has), as the metric dimension says.

with measures as (

    select * from {{ ref('int_measures') }}
    where
        measure = 'value'
        {{ of_changed_companies('and') }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}
    where
        unit_id = 'ratio'
        and numerator_metric_id is not null
        and denominator_metric_id is not null
        and not is_generic

),

subjects as (

    select * from {{ ref('int_subjects') }}
    {{ of_changed_companies() }}

),

ancestors as (

    select
        company_id,
        subject_id,
        depth,
        {{ each_of('ancestors') }} as ancestor
    from subjects

),

wholes as (

    select
        company_id,
        subject_id,
        'self' as scope,
        company_id as whole_company_id,
        subject_id as whole_subject_id,
        0 as distance,
        true as is_main
    from subjects

    union all

    select
        company_id,
        subject_id,
        'parent' as scope,
        ancestor.company_id as whole_company_id,
        ancestor.subject_id as whole_subject_id,
        ancestor.distance,
        ancestor.distance = depth as is_main
    from ancestors

),

final as (

    select
        parts.company_id,
        parts.subject_id,
        parts.subject_type,
        metrics.metric_id,
        parts.period_id,
        wholes.scope,
        wholes.whole_company_id,
        wholes.whole_subject_id,
        wholes.distance,
        wholes.is_main,
        {{ quotient('parts.point', 'whole.point') }} as exact_value,
        {{ quotient_low('parts.low', 'whole.low', 'whole.high') }} as low,
        {{ quotient_high('parts.high', 'whole.low', 'whole.high') }} as high,
        parts.shown as part_shown,
        whole.shown as whole_shown,
        {{ list_of(['parts.figure_id', 'whole.figure_id']) }} as figure_ids
    from metrics
    inner join measures as parts
        on metrics.numerator_metric_id = parts.metric_id
    inner join wholes
        on
            coalesce(metrics.denominator_scope, 'self') = wholes.scope
            and parts.subject_id = wholes.subject_id
            and parts.company_id is not distinct from wholes.company_id
    inner join measures as whole
        on
            metrics.denominator_metric_id = whole.metric_id
            and wholes.whole_subject_id = whole.subject_id
            and wholes.whole_company_id is not distinct from whole.company_id
            and parts.period_id = whole.period_id
            and parts.unit_id = whole.unit_id

)

select
    *,
    {{ round_to_bounds('exact_value', 'low', 'high') }} as value
from final
