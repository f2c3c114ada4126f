{%- set first = var('first_year') ~ '-01-01' -%}
{%- set last = var('last_year') ~ '-12-31' -%}

-- The days that MetricFlow lays figures over.

select date '{{ first }}' + cast(days.nr as integer) as day
from range(0, 366 * ({{ var('last_year') }} - {{ var('first_year') }} + 1)) as days (nr)
where date '{{ first }}' + cast(days.nr as integer) <= date '{{ last }}'
