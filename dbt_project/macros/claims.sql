{#- What the choice between claims is made of; the rule itself is in int_measure_history. -#}

{#- What distinguishes one measure from another. -#}
{% macro measure_columns() -%}
    {{ return(['company_id', 'subject_id', 'metric_id', 'measure', 'comparison', 'period_id']) }}
{%- endmacro %}

{#- The day from which an article's claims were known: its publication, or its coming in. -#}
{% macro known_on(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    coalesce({{ of }}published_on, cast({{ of }}ingested_at as date))
{%- endmacro %}

{#- Whether a title says that its article corrects an earlier one. -#}
{% macro says_correction(title) -%}
    (
        {%- for word in [
            '更正', '勘误', '勘誤', '订正', '訂正', '修订版', '修訂版', '修订稿', '修訂稿', '修订后', '修訂後',
            '（修订）', '（修訂）', '(修订)', '(修訂)', '【修订】', '【修訂】',
        ] %}
        {{ 'or ' if not loop.first }}contains(coalesce({{ title }}, ''), '{{ word }}')
        {%- endfor %}
    )
{%- endmacro %}

{#-
    Whether two claims in one unit can both be right: their bounds share more than an edge (4亿 and 5亿
    meet at 4.5 and are not the same), or one of them is a point and lies within the other's. An open
    side takes in everything.
-#}
{% macro agree(low, high, other_low, other_high) -%}
    coalesce(
        greatest({{ low }}, {{ other_low }}) < least({{ high }}, {{ other_high }})
        or (
            greatest({{ low }}, {{ other_low }}) = least({{ high }}, {{ other_high }})
            and ({{ low }} = {{ high }} or {{ other_low }} = {{ other_high }})
        ),
        true
    )
{%- endmacro %}
