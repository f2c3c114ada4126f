-- Question: which figures should a person look at first?
-- Reading: the thirty that the rules are least sure of, each with its sentence. `period_basis`
-- unknown and an inferred subject or metric are other reasons to look.

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
order by confidence asc, is_inferred desc, article_id asc, char_start asc
limit 30
