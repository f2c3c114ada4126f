{{ config(database='working') }}

-- A stated growth or change is what two stated levels make it: this period against the one before,
-- or a target against the target that it replaces. A level of the article that states the movement
-- goes before another article's.

with metrics as (

    select * from {{ ref('stg_metrics') }}

),

-- Two figures of a generic metric (a price, a cost) may be of different things.
measures as (

    select measures.*
    from {{ ref('int_measures') }} as measures
    left join metrics
        on measures.metric_id = metrics.metric_id
    where
        not coalesce(metrics.is_generic, false)
        {{ of_changed_companies('and') }}

),

figures as (

    select figures.*
    from {{ ref('int_figures') }} as figures
    left join metrics
        on figures.metric_id = metrics.metric_id
    where
        not coalesce(metrics.is_generic, false)
        and abs(figures.value) < 1e24
        {{ of_changed_companies('and') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

levels_by_article as (

    select *
    from figures
    where measure = 'value' and period_id is not null
    qualify
        row_number() over (
            partition by article_id, company_id, subject_id, metric_id, period_id
            order by
                case qualifier when 'eq' then 1 when 'range' then 2 when 'approx' then 3 else 4 end,
                char_start,
                figure_id
        ) = 1

),

levels as (

    select
        article_id,
        company_id,
        subject_id,
        metric_id,
        period_id,
        unit_id,
        point,
        value_low as low,
        value_high as high,
        shown,
        figure_id,
        1 as preference
    from levels_by_article

    union all

    select
        null as article_id,
        company_id,
        subject_id,
        metric_id,
        period_id,
        unit_id,
        point,
        low,
        high,
        shown,
        figure_id,
        2 as preference
    from measures
    where measure = 'value'

),

-- What a movement is measured from, worked out before the levels are joined: so both of them are
-- found by their period, and not each by all of its subject's.
dated_movements as (

    select
        measures.*,
        case measures.comparison
            when 'yoy' then periods.prior_year_period_id
            else periods.prior_period_id
        end as earlier_period_id
    from measures
    inner join periods
        on measures.period_id = periods.period_id
    where
        measures.measure in ('growth', 'change')
        and measures.comparison in ('yoy', 'qoq')

),

across_periods as (

    select
        movements.company_id,
        movements.subject_id,
        movements.metric_id,
        movements.period_id,
        movements.measure,
        movements.point,
        movements.low,
        movements.high,
        movements.shown,
        movements.figure_id,
        later.unit_id,
        later.point as later_point,
        later.low as later_low,
        later.high as later_high,
        later.shown as later_shown,
        later.figure_id as later_figure_id,
        earlier.point as earlier_point,
        earlier.low as earlier_low,
        earlier.high as earlier_high,
        earlier.shown as earlier_shown,
        earlier.figure_id as earlier_figure_id
    from dated_movements as movements
    inner join levels as later
        on
            movements.subject_id = later.subject_id
            and movements.company_id is not distinct from later.company_id
            and movements.metric_id = later.metric_id
            and movements.period_id = later.period_id
            and (movements.measure = 'growth' or movements.unit_id = later.unit_id)
            and movements.article_id = coalesce(later.article_id, movements.article_id)
    inner join levels as earlier
        on
            movements.subject_id = earlier.subject_id
            and movements.company_id is not distinct from earlier.company_id
            and movements.metric_id = earlier.metric_id
            and movements.earlier_period_id = earlier.period_id
            and later.unit_id = earlier.unit_id
            and movements.article_id = coalesce(earlier.article_id, movements.article_id)
    qualify
        row_number() over (
            partition by movements.figure_id
            order by later.preference, earlier.preference
        ) = 1

),

-- The two targets nearest to the words that compare them; the one stated first is the old one.
nearest_targets as (

    select
        movements.figure_id,
        targets.figure_id as target_id,
        row_number() over (
            partition by movements.figure_id
            order by abs(targets.char_start - movements.char_start), targets.figure_id
        ) as nearness
    from figures as movements
    inner join figures as targets
        on
            movements.article_id = targets.article_id
            and movements.subject_id = targets.subject_id
            and movements.company_id is not distinct from targets.company_id
            and movements.metric_id = targets.metric_id
            and movements.period_id is not distinct from targets.period_id
    where
        movements.measure in ('growth', 'change')
        and movements.comparison = 'prior_target'
        and targets.measure = 'target'

),

across_targets as (

    select
        movements.company_id,
        movements.subject_id,
        movements.metric_id,
        movements.period_id,
        movements.measure,
        movements.point,
        movements.value_low as low,
        movements.value_high as high,
        movements.shown,
        movements.figure_id,
        later.unit_id,
        later.point as later_point,
        later.value_low as later_low,
        later.value_high as later_high,
        later.shown as later_shown,
        later.figure_id as later_figure_id,
        earlier.point as earlier_point,
        earlier.value_low as earlier_low,
        earlier.value_high as earlier_high,
        earlier.shown as earlier_shown,
        earlier.figure_id as earlier_figure_id
    from nearest_targets as one
    inner join nearest_targets as other
        on one.figure_id = other.figure_id
    inner join figures as movements
        on one.figure_id = movements.figure_id
    inner join figures as earlier
        on one.target_id = earlier.figure_id
    inner join figures as later
        on
            other.target_id = later.figure_id
            and earlier.char_start < later.char_start
            and earlier.unit_id = later.unit_id
            and (movements.measure = 'growth' or movements.unit_id = later.unit_id)
    where one.nearness <= 2 and other.nearness <= 2

),

compared as (

    select * from across_periods

    union all

    select * from across_targets

),

-- Growth of a loss is growth of its size: two losses are compared as sizes.
losses as (

    select
        *,
        measure = 'growth' and later_high <= 0 and earlier_high <= 0 as are_losses
    from compared

),

sized_levels as (

    select
        *,
        case when are_losses then -later_point else later_point end as later_size,
        case when are_losses then -later_high else later_low end as later_size_low,
        case when are_losses then -later_low else later_high end as later_size_high,
        case when are_losses then -earlier_point else earlier_point end as earlier_size,
        case when are_losses then -earlier_high else earlier_low end as earlier_size_low,
        case when are_losses then -earlier_low else earlier_high end as earlier_size_high
    from losses

),

moved as (

    select
        *,
        case measure
            when 'growth' then {{ quotient('later_size', 'earlier_size') }} - 1
            else later_point - earlier_point
        end as moved,
        case measure
            when 'growth'
                then {{ quotient_low('later_size_low', 'earlier_size_low', 'earlier_size_high') }}
                    - 1
            else later_low - earlier_high
        end as moved_low,
        case measure
            when 'growth'
                then {{ quotient_high('later_size_high', 'earlier_size_low', 'earlier_size_high') }}
                    - 1
            else later_high - earlier_low
        end as moved_high
    from sized_levels
    -- Growth from a loss to a gain, or from nothing, says nothing.
    where measure = 'change' or are_losses or (later_low >= 0 and earlier_low > 0)

),

final as (

    select
        measure || '_vs_levels' as check_type,
        company_id,
        subject_id,
        metric_id,
        period_id,
        '=' as relation,
        case measure
            when 'growth' then 'the stated growth is that between the two stated levels'
            else 'the stated change is that between the two stated levels'
        end as statement,
        earlier_shown || ' → ' || later_shown
        || case measure
            when 'growth' then coalesce(': ' || {{ readable('moved', "'ratio'") }}, '')
            else coalesce(': ' || {{ readable('moved', 'unit_id') }}, '')
        end as left_text,
        moved as left_value,
        moved_low as left_low,
        moved_high as left_high,
        {{ list_of(['earlier_figure_id', 'later_figure_id']) }} as left_figure_ids,
        shown as right_text,
        point as right_value,
        low as right_low,
        high as right_high,
        {{ list_of(['figure_id']) }} as right_figure_ids
    from moved

)

select * from final
