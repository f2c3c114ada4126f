-- Question: what do the articles say that cannot be true together?
-- Reading: each row is a relation that should hold and, within all that rounding and words such
-- as "over" allow, does not. `quotes` are the words on both sides; the fifty surest. May be
-- empty, and best is.

select
    description,
    left_text,
    relation,
    right_text,
    difference,
    tolerance,
    confidence,
    quotes
from marts.fct_figure_checks
where verdict = 'contradicts'
order by confidence desc, check_key asc
limit 50
