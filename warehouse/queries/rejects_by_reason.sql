-- Question: which numbers were seen and not taken, and why?
-- Reading: reasons with how often and an example. May be empty where each number found its figure.

select
    reason,
    origin,
    count(*) as numbers,
    count(distinct article_id) as articles,
    min(quote) as example,
    min(detail) as detail
from marts.fct_rejected_figures
group by reason, origin
order by numbers desc, reason asc, origin asc
