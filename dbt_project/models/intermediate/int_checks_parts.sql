{{ config(database='working') }}

-- The segments of a company (or of a segment) add up to what it has: article by article, metric by
-- metric, one breakdown (business, region, …) at a time.
--
-- An article seldom states all segments, and some of those that it states lie within others
-- (smartphones within smartphones-and-AIoT). So the sum is held against the total as
--   '='   where stated segments reach it within rounding, all of them or a choice of them; or where
--         "others" is among them: a segment too small to have a name would have been counted there;
--   '<='  where they stay below it, and for the largest alone where they overlap and pass it.
-- Profits are only held to the first of these: head office costs and losses elsewhere are no
-- contradiction.

with figures as (

    select * from {{ ref('int_figures') }}
    where
        measure = 'value'
        and period_id is not null
        -- As in int_measures: sums of larger ones would overflow.
        and abs(value) < 1e24
        {{ of_changed_companies('and') }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}
    where additivity = 'additive' and not is_generic

),

subjects as (

    select * from {{ ref('int_subjects') }}
    {{ of_changed_companies() }}

),

-- One figure a subject, metric and period in each article, the exact before the loose.
stated as (

    select figures.*
    from figures
    inner join metrics
        on figures.metric_id = metrics.metric_id
    qualify
        row_number() over (
            partition by
                figures.article_id,
                figures.company_id,
                figures.subject_id,
                figures.metric_id,
                figures.period_id
            order by
                case figures.qualifier
                    when 'eq' then 1 when 'range' then 2 when 'approx' then 3 else 4
                end,
                figures.char_start,
                figures.figure_id
        ) = 1

),

lineage as (

    select
        company_id,
        subject_id,
        breakdown,
        is_residual,
        {{ each_of('ancestors') }} as ancestor
    from subjects
    -- Only segments of a known breakdown: what the vocabulary does not know may overlap anything.
    where breakdown is not null

),

-- A segment counts towards the nearest of its ancestors that the article states too.
placed as (

    select
        stated.*,
        lineage.breakdown,
        lineage.is_residual,
        whole.figure_id as whole_figure_id,
        whole.subject_id as whole_subject_id
    from stated
    inner join lineage
        on
            stated.subject_id = lineage.subject_id
            and stated.company_id is not distinct from lineage.company_id
    inner join stated as whole
        on
            lineage.ancestor.subject_id = whole.subject_id
            and lineage.ancestor.company_id is not distinct from whole.company_id
            and stated.article_id = whole.article_id
            and stated.metric_id = whole.metric_id
            and stated.period_id = whole.period_id
            and stated.unit_id = whole.unit_id
    qualify
        row_number() over (partition by stated.figure_id order by lineage.ancestor.distance) = 1

),

segments as (

    select
        *,
        row_number() over (
            partition by whole_figure_id, breakdown
            order by value desc, figure_id asc
        ) as size_rank
    from placed

),

sizes as (

    select
        whole_figure_id,
        breakdown,
        count(*) as parts,
        -- The largest ten: a thousand choices.
        least(count(*), 10) as choosable,
        -- Of the year before an article states some only.
        count(*) = max(count(*)) over (
            partition by article_id, company_id, whole_subject_id, metric_id, breakdown
        ) as are_most
    from segments
    group by
        whole_figure_id,
        breakdown,
        article_id,
        company_id,
        whole_subject_id,
        metric_id

),

-- What is stated of all breakdowns together. Where that still fits into the whole, they may be one:
-- hardware beside the cloud business.
stated_parts as (

    select
        whole_figure_id,
        count(distinct breakdown) as breakdowns,
        sum(value) as value
    from segments
    group by whole_figure_id

),

-- Every choice of segments, as the bits of a number; the largest number takes them all.
choices as (

    select
        whole_figure_id,
        breakdown,
        parts,
        are_most,
        {{ each_of(numbers(1, 'cast(pow(2, choosable) as bigint)')) }} as choice
    from sizes

),

summed as (

    select
        choices.whole_figure_id,
        choices.breakdown,
        choices.choice,
        any_value(choices.parts) as stated_parts,
        any_value(choices.are_most) as are_most,
        count(*) as parts,
        -- One open or missing side opens the sum's.
        case when count(segments.point) = count(*) then sum(segments.point) end as point,
        case when count(segments.value_low) = count(*) then sum(segments.value_low) end as low,
        case when count(segments.value_high) = count(*) then sum(segments.value_high) end as high,
        sum(segments.value) as value,
        sum(segments.value) filter (where segments.is_residual) as residual,
        {{ collect('segments.figure_id', ['segments.size_rank']) }} as figure_ids,
        {{ join_texts(
            collect("segments.subject_name || ' ' || segments.shown", ['segments.size_rank']), ' + '
        ) }} as parts_text
    from choices
    inner join segments
        on
            choices.whole_figure_id = segments.whole_figure_id
            and choices.breakdown = segments.breakdown
            and segments.size_rank <= 10
            and (choices.choice & cast(pow(2, segments.size_rank - 1) as bigint)) > 0
    group by choices.whole_figure_id, choices.breakdown, choices.choice

),

compared as (

    select
        whole.company_id,
        whole.subject_id,
        whole.metric_id,
        whole.period_id,
        whole.unit_id,
        whole.point as whole_point,
        whole.value as whole_value,
        whole.value_low as whole_low,
        whole.value_high as whole_high,
        whole.shown as whole_shown,
        whole.subject_name as whole_name,
        metrics.can_be_negative,
        summed.*,
        summed.parts = summed.stated_parts as is_all,
        stated_parts.breakdowns > 1
        and cast(stated_parts.value as double) <= 1.02 * cast(whole.value as double)
            as may_be_mixed,
        coalesce(summed.low <= whole.value_high, true)
        and coalesce(summed.high >= whole.value_low, true) as meets,
        -- How far the sum may be off; what is looser than a fiftieth meets by chance.
        coalesce((summed.high - summed.low) <= abs(cast(whole.value as double)) / 50, false)
            as is_tight
    from summed
    inner join stated as whole
        on summed.whole_figure_id = whole.figure_id
    inner join metrics
        on whole.metric_id = metrics.metric_id
    inner join stated_parts
        on summed.whole_figure_id = stated_parts.whole_figure_id

),

judged as (

    select
        *,
        case
            when is_all and parts > 1 and meets then 1
            when parts > 1 and meets and is_tight then 2
            when
                is_all
                and parts > 1
                and not can_be_negative
                and not may_be_mixed
                and are_most
                -- What is missing is less than "others", or more is there than can be.
                and residual > whole_high - low
                then 3
            when is_all and not can_be_negative and coalesce(low <= whole_high, true) then 4
            when parts = 1 and not can_be_negative then 5
        end as reading
    from compared

),

final as (

    select
        'parts_sum_to_total' as check_type,
        company_id,
        subject_id,
        metric_id,
        period_id,
        case when reading <= 3 then '=' else '<=' end as relation,
        case
            when reading <= 3 then 'the segments add up to the total'
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
        {{ list_of(['whole_figure_id']) }} as right_figure_ids
    from judged
    where reading is not null
    qualify
        row_number() over (
            partition by whole_figure_id, breakdown
            order by
                reading asc,
                parts desc,
                case when reading < 5 then abs(whole_value - value) else -value end asc,
                choice asc
        ) = 1

)

select * from final
