-- A stated margin or share is its part over its whole.

with measures as (

    select * from {{ ref('int_measures') }}
    where measure = 'value'

),

ratios as (

    select * from {{ ref('int_ratios') }}

),

compared as (

    select
        ratios.*,
        measures.point as stated_point,
        measures.low as stated_low,
        measures.high as stated_high,
        measures.shown as stated_shown,
        measures.figure_id as stated_figure_id,
        -- "Of revenue" may mean a nested segment's parent or the whole company: the nearer one.
        row_number() over (
            partition by ratios.company_id, ratios.subject_id, ratios.metric_id, ratios.period_id
            order by
                abs(ratios.exact_value - measures.value) nulls last,
                ratios.distance
        ) as preference
    from ratios
    inner join measures
        on
            ratios.subject_id = measures.subject_id
            and ratios.company_id is not distinct from measures.company_id
            and ratios.metric_id = measures.metric_id
            and ratios.period_id = measures.period_id

),

final as (

    select
        case scope when 'self' then 'margin_vs_components' else 'share_of_whole' end as check_type,
        company_id,
        subject_id,
        metric_id,
        period_id,
        '=' as relation,
        case scope
            when 'self' then 'the stated ratio is its numerator over its denominator'
            else 'the stated share is the part over the whole'
        end as statement,
        part_shown || ' ÷ ' || whole_shown
        || coalesce(' = ' || {{ readable('value', "'ratio'") }}, '') as left_text,
        exact_value as left_value,
        low as left_low,
        high as left_high,
        figure_ids as left_figure_ids,
        stated_shown as right_text,
        stated_point as right_value,
        stated_low as right_low,
        stated_high as right_high,
        [stated_figure_id] as right_figure_ids
    from compared
    where preference = 1

)

select * from final
