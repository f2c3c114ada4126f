{#-
    Interval arithmetic on decimals. A figure is a point with bounds: what the words allow. A null
    bound is an open side ("over 300 million" has no upper bound); it stays open through every sum
    and quotient below. Quotients go through DOUBLE, which DuckDB's `/` gives, and come back as
    decimals: fifteen digits, many more than any stated figure has. One too large for the type is
    null, an open bound: an odd figure never stops a build.
-#}

{#- The amounts' type everywhere. -#}
{% macro amount(expression) -%}
    try_cast({{ expression }} as decimal(38, 8))
{%- endmacro %}

{#- numerator / denominator of two points; null unless the denominator is positive. -#}
{% macro quotient(numerator, denominator) -%}
    {{ amount('case when ' ~ denominator ~ ' > 0 then ' ~ numerator ~ ' / ' ~ denominator ~ ' end') }}
{%- endmacro %}

{#- Lower bound of a quotient by a positive interval: the far end of it for a gain, the near for a loss. -#}
{% macro quotient_low(numerator_low, denominator_low, denominator_high) -%}
    case
        when {{ numerator_low }} >= 0 then {{ quotient(numerator_low, denominator_high) }}
        else {{ quotient(numerator_low, denominator_low) }}
    end
{%- endmacro %}

{#- Upper bound of a quotient by a positive interval. -#}
{% macro quotient_high(numerator_high, denominator_low, denominator_high) -%}
    case
        when {{ numerator_high }} >= 0 then {{ quotient(numerator_high, denominator_low) }}
        else {{ quotient(numerator_high, denominator_high) }}
    end
{%- endmacro %}

{#-
    A point rounded to what its bounds support: to the coarsest power of ten no wider than the
    interval. A finer one would claim digits that the inputs do not give; where even so the point
    is rounded out of its bounds (it lies near one of them), the nearer bound is as good a point.
    No point where a side is open.
-#}
{% macro round_to_bounds(point, low, high) -%}
    case
        when {{ high }} > {{ low }} and {{ point }} is not null
            then
                least(greatest({{ amount(
                    'round(cast(' ~ point ~ ' as double), -cast(floor(log10(' ~ high ~ ' - ' ~ low ~ ')) as integer))'
                ) }}, {{ low }}), {{ high }})
        when {{ high }} = {{ low }} then {{ point }}
    end
{%- endmacro %}

{#- A figure as a reader would write it: 3.56亿, 26.9%, 2.3pp, 134.1. -#}
{% macro readable(value, unit_id) -%}
    case
        when {{ value }} is null then null
        when {{ unit_id }} = 'ratio' then format('{:.6g}%', cast({{ value }} as double) * 100)
        when {{ unit_id }} = 'pp' then format('{:.6g}pp', cast({{ value }} as double))
        when abs({{ value }}) >= 100000000 then format('{:.8g}亿', cast({{ value }} / 100000000 as double))
        when abs({{ value }}) >= 10000 then format('{:.8g}万', cast({{ value }} / 10000 as double))
        else format('{:.8g}', cast({{ value }} as double))
    end
{%- endmacro %}
