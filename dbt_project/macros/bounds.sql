{#-
    Interval arithmetic on decimals. A figure is a point with bounds: what the words allow. A null
    bound is an open side ("over 300 million" has no upper bound); it stays open through every sum
    and quotient below. Quotients go through DOUBLE, which DuckDB's `/` gives, and come back as
    decimals (`amount`): fifteen digits, many more than any stated figure has. One too large for the type is
    null, an open bound: an odd figure never stops a build.
-#}

{#- numerator / denominator of two points; null unless the denominator is positive. -#}
{% macro quotient(numerator, denominator) -%}
    {{ amount('case when ' ~ denominator ~ ' > 0 then cast(' ~ numerator ~ ' as double) / ' ~ denominator ~ ' end') }}
{%- endmacro %}

{#- An amount by a hundred: points as a ratio. -#}
{% macro hundredth(value) -%}
    {{ amount('cast(' ~ value ~ ' as double) / 100') }}
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
                least(greatest({{ amount(round_to_width(point, high ~ ' - ' ~ low)) }}, {{ low }}), {{ high }})
        when {{ high }} = {{ low }} then {{ point }}
    end
{%- endmacro %}

{#- A figure as a reader would write it: 3.56亿, 26.9%, 2.3pp, 134.1. -#}
{% macro readable(value, unit_id) -%}
    case
        when {{ value }} is null then null
        when {{ unit_id }} = 'ratio' then {{ significant('cast(' ~ value ~ ' as double) * 100', 6) }} || '%'
        when {{ unit_id }} = 'pp' then {{ significant('cast(' ~ value ~ ' as double)', 6) }} || 'pp'
        when abs({{ value }}) >= 100000000 then {{ significant('cast(' ~ value ~ ' as double) / 100000000', 8) }} || '亿'
        when abs({{ value }}) >= 10000 then {{ significant('cast(' ~ value ~ ' as double) / 10000', 8) }} || '万'
        else {{ significant('cast(' ~ value ~ ' as double)', 8) }}
    end
{%- endmacro %}
