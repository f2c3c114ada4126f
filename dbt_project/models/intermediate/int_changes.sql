{%- set standing = adapter.get_relation(this.database, this.schema, 'int_figures') if execute -%}

-- Articles whose figures are others than the last build took, with the companies of which they
-- have or had any. The models take these companies anew; see macros/changes.sql.

with articles as (  -- noqa: ST03

    select * from {{ ref('stg_articles') }}
    where is_current

),

resolved as (

    select * from {{ ref('int_resolved_figures') }}

),

{%- if standing and standing.is_table and not flags.FULL_REFRESH %}

-- Any figure that came, went, or was written anew changes its article's fingerprint.
found as (

    select
        figures.article_id,
        any_value(articles.ingested_at) as ingested_at,
        count(*) as figures,
        {{ fingerprint(['figures.figure_id', 'figures.run_id']) }} as fingerprint
    from {{ source('raw', 'figures') }} as figures
    inner join articles
        on figures.article_id = articles.article_id
    group by figures.article_id

),

taken as (

    select
        article_id,
        any_value(ingested_at) as ingested_at,
        count(*) as figures,
        {{ fingerprint(['figure_id', 'run_id']) }} as fingerprint
    from {{ standing }}
    group by article_id

),

changed as (

    select coalesce(found.article_id, taken.article_id) as article_id
    from found
    full outer join taken
        on found.article_id = taken.article_id
    where
        found.figures is distinct from taken.figures
        or found.fingerprint is distinct from taken.fingerprint
        or found.ingested_at is distinct from taken.ingested_at

),

final as (

    select
        article_id,
        company_id
    from {{ standing }}
    where article_id in (select changed.article_id from changed)

    union

    select
        article_id,
        company_id
    from resolved
    where article_id in (select changed.article_id from changed)

)
{%- else %}

final as (

    select distinct
        article_id,
        company_id
    from resolved

)
{%- endif %}

select * from final
