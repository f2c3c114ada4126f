-- Question: which values did a later article revise?
-- Reading: what was believed before, and since; not where a later article only states the same more
-- closely. The day is that of publication; the latest hundred. May be empty.

select
    company_name, subject_name, metric_name, measure, period_label_zh, revised_on,
    value_text_before, value_text, sentence_before, sentence
from marts.obt_revisions
where is_current
order by revised_on desc, company_name asc, subject_name asc, metric_name asc
limit 100
