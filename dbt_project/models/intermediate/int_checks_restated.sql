{{ config(database='working') }}

-- A measure that is stated more than once has one value.

with metrics as (

    select * from {{ ref('stg_metrics') }}
    where not is_generic

),

figures as (

    select
        figures.*,
        coalesce(metrics.unit_id in ('CNY', 'ratio'), false) as is_of_accounts
    from {{ ref('int_figures') }} as figures
    inner join metrics
        on figures.metric_id = metrics.metric_id
    where
        figures.period_id is not null
        and abs(figures.value) < 1e24
        {{ of_changed_companies('and') }}
        -- A growth whose base is not said may be measured from anywhere, as a compound rate is.
        and (
            figures.measure in ('value', 'target')
            or (figures.measure in ('growth', 'change') and figures.comparison != 'cagr')
        )

),

measures as (

    select * from {{ ref('int_measures') }}
    {{ of_changed_companies() }}

),

chosen as (

    select figures.*
    from figures
    inner join measures
        on figures.figure_id = measures.figure_id

),

final as (

    select
        'restated_agrees' as check_type,
        chosen.company_id,
        chosen.subject_id,
        chosen.metric_id,
        chosen.period_id,
        '=' as relation,
        'the same measure, stated twice, has one value' as statement,
        chosen.shown as left_text,
        chosen.point as left_value,
        chosen.value_low as left_low,
        chosen.value_high as left_high,
        {{ list_of(['chosen.figure_id']) }} as left_figure_ids,
        others.shown as right_text,
        others.point as right_value,
        others.value_low as right_low,
        others.value_high as right_high,
        {{ list_of(['others.figure_id']) }} as right_figure_ids
    from chosen
    inner join figures as others
        on
            chosen.subject_id = others.subject_id
            and chosen.company_id is not distinct from others.company_id
            and chosen.metric_id = others.metric_id
            and chosen.measure = others.measure
            and chosen.comparison is not distinct from others.comparison
            and chosen.period_id = others.period_id
            and chosen.unit_id = others.unit_id
            and chosen.figure_id != others.figure_id
            -- The same figure again is no other statement.
            and (
                chosen.value != others.value
                or chosen.value_low is distinct from others.value_low
                or chosen.value_high is distinct from others.value_high
            )
    where
        -- Two numbers of one measure in one sentence are a list ("9.8亿 for one concert, 6.72亿 for
        -- the next") or a revision, distinguished by the sentence itself.
        (
            chosen.article_id != others.article_id
            or chosen.sentence_start != others.sentence_start
        )
        -- Nearby it is the same thing in other words. Far apart it is so only under the same
        -- words, said both times: under others it is a thing that has no metric of its own in the
        -- vocabulary (大会员 2270万, 正式会员 2.58亿); words carried over may not fit. But what a
        -- company's accounts hold, and what differs by a sign or by 万 for 亿, another article has
        -- no other words for.
        and (
            (
                chosen.metric_label = others.metric_label
                and contains(chosen.sentence, chosen.metric_label)
                and contains(others.sentence, others.metric_label)
            )
            or (
                chosen.article_id != others.article_id
                and (
                    (chosen.is_of_accounts and chosen.company_id is not null)
                    or (
                        chosen.value_low <= -others.value_low
                        and chosen.value_high >= -others.value_high
                    )
                    or greatest(abs(chosen.value), abs(others.value))
                    between 9900 * cast(least(abs(chosen.value), abs(others.value)) as double)
                    and 10100 * cast(least(abs(chosen.value), abs(others.value)) as double)
                )
            )
            or abs(chosen.value - others.value)
            <= cast(greatest(abs(chosen.value), abs(others.value)) as double) / 10
        )
        -- What one article calls the target may have been revised when the next is written, or in
        -- its own next sentence (550万辆, 下调到466万辆).
        and (
            chosen.measure != 'target'
            or (
                chosen.article_id = others.article_id
                and abs(chosen.value - others.value)
                <= cast(greatest(abs(chosen.value), abs(others.value)) as double) / 10
            )
        )

)

select * from final
