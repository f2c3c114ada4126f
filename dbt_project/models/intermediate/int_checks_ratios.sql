{{ config(database='working') }}

-- A stated margin or share is its part over its whole. Of several that are stated of one period
-- (another article's, or last year's that was not seen as such) the one that fits best is held to
-- it; that they agree with each other is for int_checks_restated.

with figures as (

    select * from {{ ref('int_figures') }}
    where
        measure = 'value'
        and abs(value) < 1e24
        {{ of_changed_companies('and') }}

),

ratios as (

    select * from {{ ref('int_ratios') }}
    {{ of_changed_companies() }}

),

compared as (

    select
        ratios.*,
        figures.point as stated_point,
        figures.value_low as stated_low,
        figures.value_high as stated_high,
        figures.shown as stated_shown,
        figures.figure_id as stated_figure_id,
        -- "Of revenue" may mean a nested segment's parent or the whole company: the nearer one.
        row_number() over (
            partition by ratios.company_id, ratios.subject_id, ratios.metric_id, ratios.period_id
            order by
                abs(ratios.exact_value - figures.value) nulls last,
                ratios.distance,
                {{ latest_article_first('figures') }},
                figures.char_start,
                figures.figure_id
        ) as preference
    from ratios
    inner join figures
        on
            ratios.subject_id = figures.subject_id
            and ratios.company_id is not distinct from figures.company_id
            and ratios.metric_id = figures.metric_id
            and ratios.period_id = figures.period_id

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
        {{ list_of(['stated_figure_id']) }} as right_figure_ids
    from compared
    where preference = 1

)

select * from final
