{#-
    Columns of int_metric_periods for one metric, side by side under the metric's name: value as
    revenue, low as revenue_low, … For a query grouped by subject and period.
-#}
{% macro pivot_metric(metric_id, columns, name=none) -%}
    {%- for column in columns %}
    any_value({{ column }}) filter (where metric_id = '{{ metric_id }}')
        as {{ name or metric_id }}{{ '' if column == 'value' else '_' ~ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
