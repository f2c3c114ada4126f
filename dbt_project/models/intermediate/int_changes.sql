{%- set standing = adapter.get_relation(this.database, this.schema, 'int_figures') if execute -%}

-- Articles of which the run changed anything, with the companies of which they have or had figures.
-- The models take these companies anew; see macros/changes.sql. That nothing else has changed is
-- tested: facts_hold_current_articles_only.

with articles as (  -- noqa: ST03

    select * from {{ ref('stg_articles') }}

),

resolved as (

    select * from {{ ref('int_resolved_figures') }}

),

{%- if standing and standing.is_table and not flags.FULL_REFRESH %}

changed as (

    select article_id
    from articles
    where {{ path_has_changed() }}

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
