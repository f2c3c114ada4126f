-- Question: how much of what the articles say was checked, and how did it come out?
-- Reading: `holds` agrees as precisely as it is stated, `rounding` only within the bounds of both
-- sides, `contradicts` not at all; `unproved` neither, but one of its figures is not sure.
-- `example` shows one relation of the kind.

with kinds as (

    select
        check_type,
        count(*) as checks,
        count(*) filter (where verdict = 'holds') as holds,
        count(*) filter (where verdict = 'rounding') as rounding,
        count(*) filter (where verdict = 'contradicts') as contradicts,
        count(*) filter (where verdict = 'unproved') as unproved,
        min(check_key) as example_key
    from marts.fct_figure_checks
    group by check_type

)

select
    kinds.check_type,
    kinds.checks,
    kinds.holds,
    kinds.rounding,
    kinds.contradicts,
    kinds.unproved,
    examples.left_text || ' ' || examples.relation || ' ' || examples.right_text as example
from kinds
inner join marts.fct_figure_checks as examples
    on kinds.example_key = examples.check_key
order by kinds.checks desc, kinds.check_type asc
