-- A figure is only as good as its quote: the article has those words at that place.
-- Returns the figures that it does not.

select
    figures.figure_id,
    figures.quote,
    substring(articles.article_text, figures.char_start + 1, figures.char_end - figures.char_start) as found
from {{ ref('stg_figures') }} as figures
inner join {{ ref('stg_articles') }} as articles
    on figures.article_id = articles.article_id
where substring(articles.article_text, figures.char_start + 1, figures.char_end - figures.char_start) != figures.quote
