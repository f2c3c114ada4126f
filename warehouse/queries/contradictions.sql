-- Question: which figures contradict each other?
-- Reading: what should hold and, within all that rounding and words such as "over" allow, does not.
-- `quotes` are the words on both sides; the hundred surest. May be empty, and best is.

select
    company_name, subject_name, metric_name, period_label_zh, statement, check_type, quotes
from marts.obt_checks
where verdict = 'contradicts'
order by confidence desc, check_key asc
limit 100
