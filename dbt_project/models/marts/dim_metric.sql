with metrics as (

    select * from {{ ref('stg_metrics') }}

),

figures as (

    select * from {{ ref('int_figures') }}

),

inferred as (

    select
        figures.metric_id,
        min(figures.metric_label) as metric_name,
        -- Growth is stated in ratios whatever grows; a level's unit is the metric's.
        min(figures.unit_id) filter (where figures.measure in ('value', 'target')) as unit_id,
        case
            when bool_or(figures.kind = 'share') then 'share'
            else 'level'
        end as value_kind
    from figures
    left join metrics
        on figures.metric_id = metrics.metric_id
    where metrics.metric_id is null
    group by figures.metric_id

),

members as (

    select
        *,
        false as is_inferred
    from metrics

    union all

    -- Nothing is known of these but what the article says: they are neither added up nor ranked.
    select
        metric_id,
        metric_name,
        null as metric_name_en,
        unit_id,
        value_kind,
        'any' as subject_level,
        'non_additive' as additivity,
        'neutral' as better_is,
        true as can_be_negative,
        true as is_generic,
        null as numerator_metric_id,
        null as denominator_metric_id,
        null as denominator_scope,
        null as parent_metric_id,
        null as roles,
        null as definition,
        true as is_inferred
    from inferred

),

final as (

    select
        {{ surrogate_key(['metric_id']) }} as metric_key,
        metric_id,
        metric_name,
        metric_name_en,
        unit_id,
        value_kind,
        subject_level,
        additivity,
        better_is,
        can_be_negative,
        is_generic,
        numerator_metric_id,
        denominator_metric_id,
        denominator_scope,
        parent_metric_id,
        definition,
        is_inferred
    from members

)

select * from final
