{%- set first = var('first_year') ~ '-01-01' -%}
{%- set last = var('last_year') ~ '-12-31' -%}

-- The days that MetricFlow lays figures over.

select cast(range as date) as day
from range(date '{{ first }}', date '{{ last }}' + 1, interval 1 day)
