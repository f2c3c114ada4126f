{{ config(materialized='view') }}

{%- set target = [
    'company_id', 'subject_id', 'metric_id', 'target_kind', 'comparison', 'period_id', 'unit_id'
] -%}

-- Targets, plans, guidance and forecasts: of each the latest statement, with the first beside it. A
-- growth that is expected is a target too.

with figures as (

    select * from {{ ref('int_trusted_figures') }}
    where
        measure in ('target', 'outlook')
        and period_id is not null

),

units as (

    select * from {{ ref('stg_units') }}

),

stated as (

    select
        figures.figure_id,
        figures.article_id,
        figures.company_id,
        figures.subject_id,
        figures.metric_label,
        figures.kind,
        figures.comparison,
        figures.period_id,
        figures.unit_id,
        figures.value,
        figures.value_low,
        figures.value_high,
        figures.qualifier,
        figures.trust,
        figures.confidence,
        figures.quote,
        figures.sentence,
        figures.char_start,
        figures.published_on,
        figures.ingested_at,
        -- What revenue_target is a target of is revenue.
        regexp_replace(figures.metric_id, '_target$', '') as metric_id,
        case when figures.measure = 'outlook' then figures.kind else 'value' end as target_kind,
        coalesce(units.unit_name, figures.unit_id) as unit_name,
        coalesce(units.dimension, 'other') as unit_dimension,
        {{ value_text(
            'figures.value', 'figures.value_low', 'figures.value_high', 'figures.qualifier',
            'figures.unit_id', 'coalesce(units.unit_name, figures.unit_id)',
            'figures.measure'
        ) }} as target_text
    from figures
    left join units
        on figures.unit_id = units.unit_id

),

-- Where two articles are equally late, the one that states more than one value knows of a revision,
-- and states the new one last.
dated as (

    select
        *,
        max(value) over in_article != min(value) over in_article as states_revision
    from stated
    window
        in_article as (partition by {{ target | join(', ') }}, article_id)

),

-- A target that was revised is the last one stated, with the first beside it.
ordered as (

    select
        *,
        count(*) over (partition by {{ target | join(', ') }}) as times_stated,
        first_value(value) over earliest as first_target,
        first_value(target_text) over earliest as first_target_text
    from dated
    window
        earliest as (
            partition by {{ target | join(', ') }}
            order by
                published_on asc nulls first, states_revision asc, ingested_at asc, article_id desc,
                char_start asc, figure_id desc
        )

),

final as (

    select * from ordered
    qualify
        row_number() over (
            partition by {{ target | join(', ') }}
            order by
                published_on desc nulls last, states_revision desc, ingested_at desc,
                article_id asc, char_start desc, figure_id asc
        ) = 1

)

select * from final
