-- Question: whose word is each figure: a company officer's, a data provider's, the author's own?
-- Reading: figures by article and the person or house that the article names; 未注明 is where it
-- names none. The example is the first such figure.

select
    article_title,
    coalesce(attributed_to, '未注明') as said_by,
    count(*) as figures,
    count(distinct company_id) as companies,
    min_by(quote, char_start) as example
from marts.obt_figures
group by article_title, said_by
order by article_title asc, figures desc, said_by asc
