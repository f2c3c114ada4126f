{{ config(database='working', slices=4) }}

{%- set measure = measure_columns() -%}
{%- set in_order_of_telling = 'known_on asc, ingested_at asc, article_id asc' %}

-- Claims: what an article says of a measure. One thing measured has one value, so claims of a
-- measure can be held against each other.

with figures as (

    select * from {{ ref('int_trusted_figures') }}
    {{ of_changed_companies() }}

),

places as (

    select
        article_id,
        source_path
    from {{ ref('stg_article_places') }}
    where is_latest

),

-- What says that it corrects something, whether that is here or not.
corrections as (

    select article_id
    from {{ ref('stg_articles') }}
    where {{ says_correction('title') }}

),

copies as (

    select * from {{ ref('int_article_copies') }}
    {{ of_changed_companies() }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

units as (

    select * from {{ ref('stg_units') }}

),

sources as (

    select * from {{ ref('stg_sources') }}

),

-- Whose word each is, looked up once for each name, origin and path.
named as (

    select distinct
        'attributed_to' as field,
        attributed_to as name
    from figures

    union all

    select distinct
        'origin' as field,
        origin as name
    from figures

    union all

    select distinct
        'path' as field,
        source_path as name
    from places

),

tiers as (

    select
        named.field,
        named.name,
        max(sources.source_tier) as source_tier
    from named
    inner join sources
        on
            named.field = sources.field
            and contains(named.name, sources.word)
    group by named.field, named.name

),

-- What stands in two files is as good as the better of them says.
article_tiers as (

    select
        places.article_id,
        min(coalesce(tiers.source_tier, 2)) as source_tier
    from places
    left join tiers
        on
            places.source_path = tiers.name
            and tiers.field = 'path'
    group by places.article_id

),

claims as (

    select
        figures.figure_id,
        figures.article_id,
        figures.company_id,
        figures.subject_id,
        figures.subject_type,
        figures.metric_id,
        figures.measure,
        -- Only a movement is measured against something.
        case
            when figures.measure in ('growth', 'change', 'outlook') then figures.comparison
        end as comparison,
        figures.period_id,
        figures.unit_id,
        figures.qualifier,
        figures.value,
        figures.point,
        figures.value_low,
        figures.value_high,
        figures.shown,
        figures.confidence,
        coalesce(figures.trust, 'unsure') as trust,
        figures.char_start,
        figures.ingested_at,
        {{ known_on('figures') }} as known_on,
        -- A change of a ratio is stated in points: 2.3 points of a margin are 0.023 of it.
        figures.measure in ('change', 'outlook') and units.dimension = 'points' as is_in_points,
        coalesce(figures.unit_id != companies.reporting_currency, true) as is_foreign,
        coalesce(said_by.source_tier, made_by.source_tier, article_tiers.source_tier, 2)
            as source_tier,
        coalesce(copies.is_correction, false)
        or corrections.article_id is not null as is_correction,
        case
            when copies.is_correction then figures.article_id
            else coalesce(copies.original_article_id, figures.article_id)
        end as story
    from figures
    left join companies
        on figures.company_id = companies.company_id
    left join units
        on figures.unit_id = units.unit_id
    left join tiers as said_by
        on
            figures.attributed_to = said_by.name
            and said_by.field = 'attributed_to'
    left join tiers as made_by
        on
            figures.origin = made_by.name
            and made_by.field = 'origin'
    left join article_tiers
        on figures.article_id = article_tiers.article_id
    left join copies
        on
            figures.article_id = copies.article_id
            and figures.company_id is not distinct from copies.company_id
    left join corrections
        on figures.article_id = corrections.article_id
    where
        figures.period_id is not null
        -- What cannot be is believed by nobody.
        and coalesce(figures.trust, 'unsure') != 'implausible'
        -- Larger ones (a misread number; nothing is counted so high) would overflow in sums.
        and abs(figures.value) < 1e24

),

ordered as (

    select
        *,
        dense_rank() over (
            partition by {{ measure | join(', ') }}
            order by {{ in_order_of_telling }}
        ) as article_nr,
        -- Two that came together are equally late.
        dense_rank() over (
            partition by {{ measure | join(', ') }}
            order by known_on, ingested_at
        ) as recency,
        row_number() over (
            partition by {{ measure | join(', ') }}
            order by {{ in_order_of_telling }}, char_start asc, figure_id asc
        ) as claim_nr
    from claims

),

final as (

    select
        figure_id,
        article_id,
        {%- for column in measure %}
        {{ column }},
        {%- endfor %}
        subject_type,
        case when is_in_points then 'ratio' else unit_id end as unit_id,
        qualifier,
        case when is_in_points then {{ hundredth('value') }} else value end as value,
        case when is_in_points then {{ hundredth('point') }} else point end as point,
        case when is_in_points then {{ hundredth('value_low') }} else value_low end as low,
        case when is_in_points then {{ hundredth('value_high') }} else value_high end as high,
        shown,
        confidence,
        trust,
        is_foreign,
        source_tier,
        is_correction,
        known_on,
        recency,
        article_nr,
        claim_nr,
        -- A story speaks once of each measure, in its earliest article that does; copies repeat it.
        article_nr = min(article_nr) over (
            partition by {{ measure | join(', ') }}, story
        ) as is_heard
    from ordered

)

select * from final
order by company_id, period_id, subject_id, metric_id
