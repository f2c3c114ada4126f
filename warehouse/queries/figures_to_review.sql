-- Question: which figures should a person look at first?
-- Reading: the thirty that the rules are least sure of, each with its sentence. `period_basis`
-- unknown and an inferred subject or metric are other reasons to look.

with least_sure as (

    -- Chosen before anything is joined: a large warehouse has millions of figures.
    select figure_id from marts.fct_figures
    order by confidence asc, figure_id asc
    limit 30

)

select
    confidence,
    rule_id,
    subject_name,
    coalesce(metric_name, metric_label) as metric,
    kind,
    comparison,
    cast(value as double) as value,
    unit_id,
    qualifier,
    period_id,
    period_basis,
    is_subject_inferred or is_metric_inferred as is_inferred,
    quote,
    trim(sentence) as sentence
from marts.obt_figures
where figure_id in (select least_sure.figure_id from least_sure)
order by confidence asc, is_inferred desc, article_id asc, char_start asc
