-- Question: do articles that speak of the same thing give the same number?
-- Reading: one row a measure of the company of which most is stated that more than one article
-- states, with each article's words in the order of publication; `spread` is the largest over
-- the smallest value less one, the hundred widest. May be empty where the articles share no
-- subject.

with told_of as (

    select company_id from marts.fct_figures
    where company_id is not null
    group by company_id
    order by count(*) desc, company_id asc
    limit 1

)

select
    company_name,
    subject_name,
    metric_name,
    kind,
    comparison,
    period_id,
    unit_id,
    count(distinct article_id) as articles,
    cast(min(value) as double) as smallest,
    cast(max(value) as double) as largest,
    round(cast(max(value) as double) / nullif(cast(min(value) as double), 0) - 1, 4) as spread,
    list(quote order by published_on, article_id, char_start) as quotes
from marts.obt_figures
where
    period_id is not null
    and company_id = (select told_of.company_id from told_of)
group by all
having count(distinct article_id) > 1
order by abs(spread) desc nulls last, subject_name asc, metric_name asc
limit 100
