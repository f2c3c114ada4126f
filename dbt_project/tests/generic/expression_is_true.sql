{#- A statement about a row that never fails; unknown (null) counts as true, as in a check constraint. -#}
{% test expression_is_true(model, expression) %}
    select *
    from {{ model }}
    where not ({{ expression }})
{% endtest %}
