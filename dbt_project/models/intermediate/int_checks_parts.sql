-- The segments under one parent add up to what the parent has: metric by metric, level by level.

with measures as (

    select * from {{ ref('int_measures') }}
    where measure = 'value'

),

metrics as (

    select * from {{ ref('stg_metrics') }}
    where additivity = 'additive'

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

segments as (

    select
        subjects.parent_company_id,
        subjects.parent_subject_id,
        subjects.subject_name,
        subjects.is_residual,
        measures.*
    from measures
    inner join metrics
        on measures.metric_id = metrics.metric_id
    inner join subjects
        on
            measures.subject_id = subjects.subject_id
            and measures.company_id is not distinct from subjects.company_id
    where subjects.subject_type = 'segment'

),

summed as (

    select
        parent_company_id,
        parent_subject_id,
        metric_id,
        period_id,
        unit_id,
        count(*) as parts,
        string_agg(subject_name || ' ' || shown, ' + ' order by value desc) as parts_text,
        -- One open or missing side opens the sum's.
        case when count(point) = count(*) then sum(point) end as point,
        case when count(low) = count(*) then sum(low) end as low,
        case when count(high) = count(*) then sum(high) end as high,
        sum(value) filter (where is_residual) as residual,
        sum(value) as value,
        list(figure_id order by value desc) as figure_ids
    from segments
    group by all

),

compared as (

    select
        summed.*,
        whole.point as whole_point,
        whole.value as whole_value,
        whole.low as whole_low,
        whole.high as whole_high,
        whole.shown as whole_shown,
        whole.figure_id as whole_figure_id,
        subjects.subject_name as whole_name,
        -- Are the stated parts all there are? They are where they reach the total within rounding,
        -- or where "others" is among them and what is missing is less than "others": a segment too
        -- small to have a name would have been counted there.
        summed.parts > 1
        and (
            (
                coalesce(summed.low <= whole.high, true)
                and coalesce(summed.high >= whole.low, true)
            )
            or coalesce(abs(whole.value - summed.value) < summed.residual, false)
        ) as is_complete
    from summed
    inner join measures as whole
        on
            summed.parent_subject_id = whole.subject_id
            and summed.parent_company_id is not distinct from whole.company_id
            and summed.metric_id = whole.metric_id
            and summed.period_id = whole.period_id
            and summed.unit_id = whole.unit_id
    inner join subjects
        on
            whole.subject_id = subjects.subject_id
            and whole.company_id is not distinct from subjects.company_id

),

final as (

    select
        'parts_sum_to_total' as check_type,
        parent_company_id as company_id,
        parent_subject_id as subject_id,
        metric_id,
        period_id,
        case when is_complete then '=' else '<=' end as relation,
        case
            when is_complete then 'the segments add up to the total'
            else 'the stated segments are no more than the total'
        end as statement,
        parts_text
        || case when parts > 1 then ' = ' || {{ readable('value', 'unit_id') }} else '' end
            as left_text,
        point as left_value,
        low as left_low,
        high as left_high,
        figure_ids as left_figure_ids,
        whole_name || ' ' || whole_shown as right_text,
        whole_point as right_value,
        whole_low as right_low,
        whole_high as right_high,
        [whole_figure_id] as right_figure_ids
    from compared

)

select * from final
