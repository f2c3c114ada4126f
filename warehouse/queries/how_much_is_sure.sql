-- Question: how much of what the articles say of each company can be taken without a look?
-- Reading: `sure` figures are right 95 times in 100 where articles were held out; `implausible`
-- ones cannot be and are never believed. The fifty companies with most figures.

select
    companies.company_name,
    count(*) as figures,
    count(*) filter (where figures.trust in ('sure', 'reviewed')) as sure,
    count(*) filter (where figures.trust = 'unsure') as unsure,
    count(*) filter (where figures.trust = 'implausible') as implausible,
    cast(avg(figures.confidence) as double) as mean_confidence
from marts.fct_figures as figures
inner join marts.dim_company as companies
    on figures.company_key = companies.company_key
group by companies.company_key, companies.company_name
order by figures desc, companies.company_name asc
limit 50
