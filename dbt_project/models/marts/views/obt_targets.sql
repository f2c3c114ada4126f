{%- set target = [
    'company_id', 'subject_id', 'metric_id', 'target_kind', 'comparison', 'period_id', 'unit_id'
] -%}

-- Targets, plans, guidance and forecasts in one form, each beside what has been reached. A growth
-- that is expected is a target too.

with figures as (

    select * from {{ ref('int_trusted_figures') }}
    where
        measure in ('target', 'outlook')
        and period_id is not null

),

metric_periods as (

    select * from {{ ref('int_metric_periods') }}

),

companies as (

    select * from {{ ref('dim_company') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

metrics as (

    select * from {{ ref('dim_metric') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

fiscal_periods as (

    select * from {{ ref('int_fiscal_periods') }}

),

units as (

    select * from {{ ref('dim_unit') }}

),

articles as (

    select * from {{ ref('dim_article') }}

),

stated as (

    select
        figures.* {{ without(['metric_id']) }},
        -- What revenue_target is a target of is revenue.
        regexp_replace(figures.metric_id, '_target$', '') as metric_id,
        case when figures.measure = 'outlook' then figures.kind else 'value' end as target_kind,
        units.unit_name,
        units.dimension as unit_dimension,
        {{ value_text(
            'figures.value', 'figures.value_low', 'figures.value_high', 'figures.qualifier',
            'figures.unit_id', 'units.unit_name', 'figures.measure'
        ) }} as target_text
    from figures
    inner join units
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

latest as (

    select * from ordered
    qualify
        row_number() over (
            partition by {{ target | join(', ') }}
            order by
                published_on desc nulls last, states_revision desc, ingested_at desc,
                article_id asc, char_start desc, figure_id asc
        ) = 1

),

-- What the quarters of a target's period add up to, where its own value is not stated yet.
quarters as (

    select
        latest.figure_id,
        count(*) as quarters,
        cast(sum(quarter.value) as decimal(38, 8)) as value,
        -- Of a quarter that is "over" some amount the sum is "over", too.
        case when not bool_or(quarter.high is null) then sum(quarter.high) end as high,
        case when bool_or(quarter.high is null) then 'gt' else 'eq' end as qualifier
    from latest
    inner join metrics
        on
            latest.metric_id = metrics.metric_id
            and metrics.additivity = 'additive'
    inner join periods
        on latest.period_id = periods.period_id
    inner join metric_periods as quarter
        on
            latest.subject_id = quarter.subject_id
            and latest.company_id is not distinct from quarter.company_id
            and latest.metric_id = quarter.metric_id
            and latest.unit_id = quarter.unit_id
    inner join periods as quarter_periods
        on
            quarter.period_id = quarter_periods.period_id
            and quarter_periods.period_type = 'quarter'
            and periods.starts_on <= quarter_periods.starts_on
            and periods.ends_on >= quarter_periods.ends_on
    where
        latest.target_kind = 'value'
        and periods.period_type != 'quarter'
        and quarter.value is not null
    group by latest.figure_id

),

compared as (

    select
        latest.*,
        case
            when latest.target_kind = 'growth' and latest.comparison = 'yoy' then own.growth_yoy
            when latest.target_kind = 'growth' and latest.comparison = 'qoq' then own.growth_qoq
            when latest.target_kind != 'value' then null
            when own.unit_id = latest.unit_id then own.value
            else quarters.value
        end as reached,
        case
            when
                latest.target_kind = 'growth' and latest.comparison = 'yoy'
                then own.growth_yoy_text
            when
                latest.target_kind = 'growth' and latest.comparison = 'qoq'
                then own.growth_qoq_text
            when latest.target_kind != 'value' then null
            when own.unit_id = latest.unit_id then own.value_text
            else {{ value_text(
                'quarters.value', 'quarters.value', 'quarters.high', 'quarters.qualifier',
                'latest.unit_id', 'latest.unit_name', "'value'"
            ) }}
        end as reached_text,
        case
            when latest.target_kind = 'value' and coalesce(own.unit_id != latest.unit_id, true)
                then quarters.quarters
        end as reached_quarters
    from latest
    left join metric_periods as own
        on
            latest.subject_id = own.subject_id
            and latest.company_id is not distinct from own.company_id
            and latest.metric_id = own.metric_id
            and latest.period_id = own.period_id
    left join quarters
        on latest.figure_id = quarters.figure_id

),

final as (

    select
        compared.figure_id,

        -- who
        compared.company_id,
        companies.company_name,
        companies.company_name_en,
        companies.exchange,
        companies.ticker,
        compared.subject_id,
        subjects.subject_name,
        subjects.subject_name_en,
        subjects.subject_type,

        -- what
        compared.metric_id,
        coalesce(metrics.metric_name, compared.metric_label) as metric_name,
        metrics.metric_name_en,
        compared.target_kind,
        compared.comparison,
        {{ comparison_label_zh('compared.comparison') }} as comparison_label_zh,
        {{ comparison_label_en('compared.comparison') }} as comparison_label_en,

        -- when
        compared.period_id,
        periods.period_type,
        periods.period_label_zh,
        periods.period_label_en,
        coalesce(fiscal_periods.starts_on, periods.starts_on) as period_starts_on,
        coalesce(fiscal_periods.ends_on, periods.ends_on) as period_ends_on,
        fiscal_periods.fiscal_period,

        -- how much
        compared.unit_id,
        case when compared.unit_dimension = 'currency' then compared.unit_id end as currency,
        compared.value as target,
        compared.target_text,
        compared.first_target,
        compared.first_target_text,
        compared.times_stated,
        compared.reached,
        compared.reached_text,
        compared.reached_quarters,
        case
            when
                compared.target_kind = 'value'
                then {{ quotient('compared.reached', 'compared.value') }}
        end as progress,

        -- how we know
        compared.trust,
        compared.confidence,
        compared.quote,
        compared.sentence,
        articles.title as article_title,
        articles.published_on
    from compared
    inner join companies
        on coalesce(compared.company_id, 'none') = companies.company_id
    inner join subjects
        on
            compared.subject_id = subjects.subject_id
            and compared.company_id is not distinct from subjects.company_id
    inner join periods
        on compared.period_id = periods.period_id
    inner join articles
        on compared.article_id = articles.article_id
    left join metrics
        on compared.metric_id = metrics.metric_id
    left join fiscal_periods
        on
            compared.period_id = fiscal_periods.period_id
            and coalesce(companies.fiscal_year_end_month, 12) = fiscal_periods.year_ends_in

)

select * from final
