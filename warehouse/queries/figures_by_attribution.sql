-- Question: whose word is each figure: a company officer's, a data provider's, the author's own?
-- Reading: of the twenty latest articles, figures by article and the person or house that the
-- article names; 未注明 is where it names none. The example is the first such figure.

with latest as (

    select
        article_id,
        title
    from marts.dim_article
    where is_current
    order by published_on desc nulls last, ingested_at desc, article_id asc
    limit 20

)

select
    latest.title as article_title,
    coalesce(figures.attributed_to, '未注明') as said_by,
    count(*) as figures,
    count(distinct figures.company_id) as companies,
    min_by(figures.quote, figures.char_start) as example
from marts.fct_figures as figures
inner join latest
    on figures.article_id = latest.article_id
group by latest.title, said_by
order by article_title asc, figures desc, said_by asc
