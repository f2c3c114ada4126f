-- Each figure of a current article is in the fact once, and no other figure is: the incremental
-- model must also have let go of what a newer text superseded.
-- Returns the figures that are on one side only.

with expected as (

    select figures.figure_id
    from {{ ref('stg_figures') }} as figures
    inner join {{ ref('stg_articles') }} as articles
        on figures.article_id = articles.article_id
    where articles.is_current

)

select
    expected.figure_id as missing_figure_id,
    facts.figure_id as surplus_figure_id
from expected
full outer join {{ ref('fct_figures') }} as facts
    on expected.figure_id = facts.figure_id
where
    expected.figure_id is null
    or facts.figure_id is null
