-- Each figure of a current article is in the fact as its last run wrote it, and no other figure is:
-- an increment must have taken all that came and let go of all that went; what another row replaces
-- is in no fact. Counted and hashed by
-- article, so it is cheap enough to be asked of all articles each time.
-- Returns the articles of which the two sides differ.

with expected as (

    select
        figures.article_id,
        count(*) as figures,
        {{ fingerprint(['figures.figure_id', 'figures.run_id']) }} as fingerprint
    from {{ source('raw', 'figures') }} as figures
    inner join {{ ref('dim_article') }} as articles
        on figures.article_id = articles.article_id
    left join {{ source('raw', 'replaced_figures') }} as replaced
        on figures.figure_id = replaced.figure_id
    where
        articles.is_current
        and replaced.figure_id is null
    group by figures.article_id

),

facts as (

    select
        article_id,
        count(*) as figures,
        {{ fingerprint(['figure_id', 'run_id']) }} as fingerprint
    from {{ ref('fct_figures') }}
    group by article_id

)

select
    coalesce(expected.article_id, facts.article_id) as article_id,
    expected.figures as expected_figures,
    facts.figures as figures_there
from expected
full outer join facts
    on expected.article_id = facts.article_id
where
    expected.figures is distinct from facts.figures
    or expected.fingerprint is distinct from facts.fingerprint
