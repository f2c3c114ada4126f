{{ config(materialized=grows_with_articles(), slices=8) }}

with checks as (

    select * from {{ ref('int_checks') }}
    {{ of_changed_companies() }}

),

cited as (

    select * from {{ ref('int_check_citations') }}
    {{ of_changed_companies() }}

),

subjects as (

    select * from {{ ref('int_subjects') }}
    {{ of_changed_companies() }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}

),

judged as (

    select
        *,

        -- Do the points agree as stated? Of two bounds without a point no more can be asked than
        -- that they meet.
        case
            when relation = '=' and left_value is not null
                then
                    left_value >= coalesce(right_low, left_value)
                    and left_value <= coalesce(right_high, left_value)
            when relation = '=' and right_value is not null
                then
                    right_value >= coalesce(left_low, right_value)
                    and right_value <= coalesce(left_high, right_value)
            when relation = '>=' then left_value >= right_value
            when relation = '<=' then left_value <= right_value
        end as points_agree,

        -- Can both be true within what their words allow?
        case relation
            when '='
                then
                    coalesce(left_low <= right_high, true)
                    and coalesce(right_low <= left_high, true)
            when '>=' then coalesce(left_high >= right_low, true)
            when '<=' then coalesce(left_low <= right_high, true)
        end as bounds_meet
    from checks

),

final as (

    select
        judged.check_key,
        judged.check_type,
        {{ surrogate_key(["coalesce(judged.company_id, 'none')"]) }} as company_key,
        {{ surrogate_key(['judged.company_id', 'judged.subject_id']) }} as subject_key,
        {{ surrogate_key(['judged.metric_id']) }} as metric_key,
        {{ surrogate_key(["coalesce(judged.period_id, 'unstated')"]) }} as period_key,
        judged.company_id,
        judged.subject_id,
        judged.metric_id,
        judged.period_id,
        concat_ws(
            ' ',
            subjects.subject_name,
            coalesce(metrics.metric_name, judged.metric_id),
            judged.period_id
        ) || ': ' || judged.statement as description,
        judged.left_text,
        cast(judged.left_value as decimal(38, 8)) as left_value,
        cast(judged.left_low as decimal(38, 8)) as left_low,
        cast(judged.left_high as decimal(38, 8)) as left_high,
        judged.relation,
        judged.right_text,
        cast(judged.right_value as decimal(38, 8)) as right_value,
        cast(judged.right_low as decimal(38, 8)) as right_low,
        cast(judged.right_high as decimal(38, 8)) as right_high,
        cast(judged.left_value - judged.right_value as decimal(38, 8)) as difference,
        {{ amount(
            'cast(judged.left_high - judged.left_low as double) / 2'
            ~ ' + cast(judged.right_high - judged.right_low as double) / 2'
        ) }} as tolerance,
        case
            when not judged.bounds_meet and cited.is_sure then 'contradicts'
            -- One of the figures may well be misread.
            when not judged.bounds_meet then 'unproved'
            when coalesce(judged.points_agree, true) then 'holds'
            else 'rounding'
        end as verdict,
        judged.figure_ids,
        cited.quotes,
        cited.article_ids,
        cited.confidence,
        case when cited.is_sure then 'sure' else 'unsure' end as trust
    from judged
    inner join cited
        on judged.check_key = cited.check_key
    inner join subjects
        on
            judged.subject_id = subjects.subject_id
            and judged.company_id is not distinct from subjects.company_id
    left join metrics
        on judged.metric_id = metrics.metric_id
    -- A sentence that states two such figures may hold the one that fits: nothing is proven.
    where judged.bounds_meet or not coalesce(cited.is_contested, false)

)

-- A company's checks lie together, what contradicts before the rest.
select * from final
order by company_id, verdict, period_id, check_key
