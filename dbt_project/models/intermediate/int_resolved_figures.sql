{{ config(materialized='view') }}

-- Figures of the current articles, each by itself: every name resolved to a member of a dimension.

with figures as (

    select * from {{ ref('stg_figures') }}

),

articles as (

    select * from {{ ref('stg_articles') }}
    where is_current

),

companies as (

    select * from {{ ref('stg_companies') }}

),

subjects as (

    select * from {{ ref('stg_subjects') }}

),

resolved as (

    select
        figures.figure_id,
        figures.article_id,
        figures.run_id,
        articles.published_on,
        articles.ingested_at,

        figures.char_start,
        figures.char_end,
        figures.quote,
        figures.sentence_start,
        figures.sentence_end,
        figures.sentence,

        -- What the vocabulary does not know keeps the article's own words for its id.
        coalesce(figures.subject_id, figures.subject_name, 'unknown') as subject_id,
        coalesce(figures.subject_name, figures.subject_id, 'unknown') as subject_name,
        case
            when companies.company_id is not null then 'company'
            else coalesce(subjects.subject_type, figures.subject_type, 'unknown')
        end as own_subject_type,
        coalesce(subjects.company_id, figures.company_id) as owner_company_id,
        coalesce(figures.metric_id, figures.metric_label, 'unknown') as metric_id,
        coalesce(figures.metric_label, figures.metric_id, 'unknown') as metric_label,
        figures.kind,
        figures.comparison,

        figures.value,
        figures.value_low,
        figures.value_high,
        coalesce(figures.unit_id, 'unknown') as unit_id,
        figures.qualifier,

        figures.period_id,
        figures.period_basis,

        figures.attributed_to,
        figures.row_head,
        figures.column_head,
        figures.page,
        figures.rule_id,
        figures.confidence,
        figures.subject_confidence,
        figures.metric_confidence,
        figures.period_confidence,
        figures.origin
    from figures
    inner join articles
        on figures.article_id = articles.article_id
    left join subjects
        on figures.subject_id = subjects.subject_id
    left join companies
        on figures.subject_id = companies.company_id

),

owned as (

    select
        * {{ without(['owner_company_id']) }},
        case own_subject_type
            when 'company' then subject_id
            when 'industry' then null
            else owner_company_id
        end as company_id
    from resolved

),

final as (

    select
        *,

        -- Levels and shares both say how much there is; the rest say how it moves or should be.
        case
            when kind in ('level', 'share') then 'value'
            -- A growth that is expected is not yet one; against an earlier target it is.
            when
                kind in ('growth', 'change')
                and rule_id like 'outlook/%'
                and coalesce(comparison, 'none') != 'prior_target'
                then 'outlook'
            else kind
        end as measure,

        -- "Over 300 million" has a bound and no point.
        case
            when qualifier = 'range'
                then {{ amount('cast(value_low as double) / 2 + cast(value_high as double) / 2') }}
            when qualifier not in ('gt', 'lt') then value
        end as point,

        case qualifier
            when 'gt' then '>'
            when 'lt' then '<'
            when 'approx' then '≈'
            when 'range' then '≥'
            else ''
        end
        || {{ readable('value', 'unit_id') }} as shown
    from owned

)

select * from final
