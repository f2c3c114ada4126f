-- Question: which figures contradict each other?
-- Reading: what should hold and, within all that rounding and words such as "over" allow, does not.
-- `quotes` are the words on both sides; `unproved`: one of the figures may well be misread.

select
    company_name, subject_name, metric_name, period_label_zh, statement, verdict,
    check_type, quotes
from marts.obt_checks
where verdict in ('contradicts', 'unproved')
order by confidence desc, check_key asc
limit 100
