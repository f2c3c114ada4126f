-- Question: which figures should a person look at first?
-- Reading: the thirty that are least likely to be right, each with its sentence.
-- `implausible_because` says why it cannot be; an inferred subject or metric is a reason, too.

with least_sure as (

    -- Chosen before anything is joined: a large warehouse has millions of figures.
    select * from marts.fct_figures
    order by confidence asc, figure_id asc
    limit 30

)

select
    figures.confidence,
    figures.trust,
    figures.implausible_because,
    figures.rule_id,
    subjects.subject_name,
    coalesce(metrics.metric_name, figures.metric_label) as metric,
    figures.kind,
    figures.comparison,
    cast(figures.value as double) as value,
    figures.unit_id,
    figures.qualifier,
    figures.period_id,
    figures.period_basis,
    subjects.is_inferred or metrics.is_inferred as is_inferred,
    figures.quote,
    trim(figures.sentence) as sentence
from least_sure as figures
inner join marts.dim_subject as subjects
    on figures.subject_key = subjects.subject_key
inner join marts.dim_metric as metrics
    on figures.metric_key = metrics.metric_key
order by figures.confidence asc, is_inferred desc, figures.article_id asc, figures.char_start asc
