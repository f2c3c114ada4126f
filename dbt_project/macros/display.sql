{#- How a figure is written for a reader. -#}

{#-
    A figure with its sign, its bounds in words, and its unit: 355.54亿元, >3亿元, 约5%, +14.2%,
    8%–10%, -2.3个百分点. A growth that fell by more than a half reads <-50%.
-#}
{% macro value_text(value, low, high, qualifier, unit_id, unit_name, measure) -%}
    case
        when {{ qualifier }} = 'approx' then '约'
        when {{ qualifier }} in ('gt', 'lt') and {{ high }} is null then '>'
        when {{ qualifier }} in ('gt', 'lt') and {{ low }} is null then '<'
        else ''
    end
    || case when {{ measure }} in ('growth', 'change', 'outlook') and {{ value }} > 0 then '+' else '' end
    || {{ _number(value, unit_id, measure) }}
    || case
        when {{ qualifier }} = 'range' and {{ high }} != {{ value }} then '–' || {{ _number(high, unit_id, measure) }}
        else ''
    end
    || case
        when {{ measure }} = 'change' and {{ unit_id }} = 'ratio' then '个百分点'
        when {{ unit_id }} = 'pp' then '个百分点'
        when {{ unit_id }} = 'ratio' then ''
        when {{ unit_id }} = 'CNY' then '元'
        else coalesce({{ unit_name }}, {{ unit_id }})
    end
{%- endmacro %}

{#- Its number: a change of a ratio is one in points. -#}
{% macro _number(value, unit_id, measure) -%}
    case
        when {{ measure }} = 'change' and {{ unit_id }} = 'ratio'
            then {{ significant('cast(' ~ value ~ ' as double) * 100', 6) }}
        when {{ unit_id }} = 'pp' then {{ significant('cast(' ~ value ~ ' as double)', 6) }}
        else {{ readable(value, unit_id) }}
    end
{%- endmacro %}

{#- What a movement is measured against, in words; null where the article does not say. -#}
{% macro comparison_label_zh(comparison) -%}
    case {{ comparison }}
        when 'yoy' then '同比'
        when 'qoq' then '环比'
        when 'cagr' then '年均复合'
        when 'prior_version' then '较上一代'
        when 'prior_target' then '较原目标'
    end
{%- endmacro %}

{% macro comparison_label_en(comparison) -%}
    case {{ comparison }}
        when 'yoy' then 'on the year before'
        when 'qoq' then 'on the quarter before'
        when 'cagr' then 'a year, compound'
        when 'prior_version' then 'on the version before'
        when 'prior_target' then 'on the target before'
    end
{%- endmacro %}
