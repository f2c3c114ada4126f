{#- One text key from natural key columns; a null and an empty text are the same member. -#}
{% macro surrogate_key(columns) -%}
    md5(concat_ws('|', {% for column in columns %}coalesce(cast({{ column }} as string), ''){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}
