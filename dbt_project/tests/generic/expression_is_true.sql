{#- A statement that is true of every row; unknown (null) counts as true, as in a check. -#}
{% test expression_is_true(model, expression) %}
    select *
    from {{ model }}
    where not ({{ expression }})
{% endtest %}
