{{ config(materialized=grows_with_articles()) }}

-- depends_on: {{ ref('int_changes') }}

-- Figures of the current articles, with what only the figures beside them show.

{%- if is_incremental() -%}
{%- set changed = changed_articles() -%}
{%- endif %}

with resolved as (

    select * from {{ ref('int_resolved_figures') }}
    {%- if is_incremental() %}
    where article_id in ({{ changed }})

    union all by name

    -- Of the companies that changed, the figures of articles that did not.
    select * {{ without(['subject_type', 'is_contested']) }}
    from {{ this }}
    where
        {{ company_has_changed() }}
        and article_id not in ({{ changed }})
    {%- endif %}

),

-- An article may call a subject that the vocabulary does not know now a segment, now a product; it
-- is one subject and has one type. (Few are called two things: only those are put in order, and no
-- window has to carry all the figures' words.)
called_differently as (

    select
        company_id,
        subject_id
    from resolved
    group by company_id, subject_id
    having min(own_subject_type) != max(own_subject_type)

),

subject_types as (

    select
        resolved.company_id,
        resolved.subject_id,
        resolved.own_subject_type as subject_type
    from resolved
    inner join called_differently
        on
            resolved.subject_id = called_differently.subject_id
            and resolved.company_id is not distinct from called_differently.company_id
    qualify
        row_number() over (
            partition by resolved.company_id, resolved.subject_id
            order by
                resolved.own_subject_type != 'company',
                {{ latest_article_first('resolved') }},
                resolved.char_start,
                resolved.figure_id
        ) = 1

),

-- One sentence states several such figures that cannot be one ("9.8亿 for one concert, 6.72亿 for the
-- next"): what sets them apart is in its words, not in these columns.
contested as (

    select
        article_id,
        sentence_start,
        company_id,
        subject_id,
        metric_id,
        kind,
        comparison,
        period_id,
        unit_id
    from resolved
    where kind != 'target'
    group by
        article_id,
        sentence_start,
        company_id,
        subject_id,
        metric_id,
        kind,
        comparison,
        period_id,
        unit_id
    having max(value_low) > min(value_high)

),

final as (

    select
        resolved.*,
        coalesce(subject_types.subject_type, resolved.own_subject_type) as subject_type,
        contested.article_id is not null as is_contested
    from resolved
    left join subject_types
        on
            resolved.subject_id = subject_types.subject_id
            and resolved.company_id is not distinct from subject_types.company_id
    left join contested
        on
            resolved.article_id = contested.article_id
            and resolved.sentence_start is not distinct from contested.sentence_start
            and resolved.company_id is not distinct from contested.company_id
            and resolved.subject_id = contested.subject_id
            and resolved.metric_id = contested.metric_id
            and resolved.kind = contested.kind
            and resolved.comparison is not distinct from contested.comparison
            and resolved.period_id is not distinct from contested.period_id
            and resolved.unit_id = contested.unit_id

)

-- By what queries choose: figures of a company, a metric and a kind lie together, and the rest need
-- not be read.
select * from final
order by company_id, metric_id, kind, period_id, subject_id, figure_id
