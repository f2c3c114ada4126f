-- Question: how much of what the articles say was checked, and how did it come out?
-- Reading: `holds` agrees as precisely as it is stated, `rounding` only within the bounds of both
-- sides, `contradicts` not at all. `example` shows one relation of the kind.

select
    check_type,
    count(*) as checks,
    count(*) filter (where verdict = 'holds') as holds,
    count(*) filter (where verdict = 'rounding') as rounding,
    count(*) filter (where verdict = 'contradicts') as contradicts,
    min(left_text || ' ' || relation || ' ' || right_text) as example
from marts.fct_figure_checks
group by check_type
order by checks desc, check_type asc
