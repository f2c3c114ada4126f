{%- set standing = adapter.get_relation(this.database, this.schema, 'int_figures') if execute -%}

-- Articles of which the run changed anything, with the companies of which they have or had figures.
-- The models take these companies again; see macros/changes.sql. That nothing else has changed is
-- tested: facts_hold_current_articles_only.

with resolved as (  -- noqa: ST03

    select * from {{ ref('int_resolved_figures') }}

),

{%- if standing and standing.is_table and not flags.FULL_REFRESH %}
{%- set changed = changed_articles() %}

final as (

    select
        article_id,
        company_id
    from {{ standing }}
    where article_id in ({{ changed }})

    union

    select
        article_id,
        company_id
    from resolved
    where article_id in ({{ changed }})

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
