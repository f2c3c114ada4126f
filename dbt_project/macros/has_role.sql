{#- Whether the vocabulary gives a metric this role (metrics.csv, column roles). -#}
{% macro has_role(roles, role) -%}
    ('|' || coalesce({{ roles }}, '') || '|' like '%|{{ role }}|%')
{%- endmacro %}
