-- Question: where articles disagree, which figure is taken, why, and how far apart are they?
-- Reading: one row a measure that independent articles state differently, of the company of which
-- most is stated (name another one in the first lines), the hundred of which most speak: the figure
-- that is taken with its words, how many independent articles agree out of how many, the range of
-- what is claimed, and why this one (fct_best_figures.chosen_because). A metric of which a subject
-- may have several that are different things is left out. May be empty where no two articles speak
-- of one thing.

with told_of as (

    select company_id from marts.fct_figures
    where company_id is not null
    group by company_id
    order by count(*) desc, company_id asc
    limit 1

),

disputed as (

    select best.*
    from marts.fct_best_figures as best
    inner join marts.dim_metric as metrics
        on best.metric_key = metrics.metric_key
    where
        best.agreeing_articles < best.independent_articles
        and best.company_id = (select told_of.company_id from told_of)
        and not metrics.is_generic
    order by
        best.independent_articles desc, abs(best.relative_spread) desc, best.measure_key asc
    limit 100

)

select
    companies.company_name,
    subjects.subject_name,
    metrics.metric_name,
    disputed.measure,
    disputed.comparison,
    disputed.period_id,
    figures.quote,
    cast(disputed.value as double) as value,
    disputed.unit_id,
    disputed.agreeing_articles,
    disputed.independent_articles,
    disputed.articles,
    cast(disputed.lowest_value as double) as lowest_value,
    cast(disputed.highest_value as double) as highest_value,
    round(cast(disputed.relative_spread as double), 4) as relative_spread,
    disputed.source_tier,
    disputed.chosen_because
from disputed
inner join marts.fct_figures as figures
    on
        disputed.figure_id = figures.figure_id
        and disputed.company_id = figures.company_id
inner join marts.dim_company as companies
    on disputed.company_key = companies.company_key
inner join marts.dim_subject as subjects
    on disputed.subject_key = subjects.subject_key
inner join marts.dim_metric as metrics
    on disputed.metric_key = metrics.metric_key
order by
    disputed.independent_articles desc, abs(disputed.relative_spread) desc,
    disputed.measure_key asc
