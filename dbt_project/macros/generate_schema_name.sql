{#- Schemas are called what the folder says (staging, marts, …), without the target's name before it. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}

{#-
    A build's working tables are in a database of their own (profiles.yml), which is not published.
    Other engines have none: there they are beside the rest.
-#}
{% macro generate_database_name(custom_database_name=none, node=none) -%}
    {{ default__generate_database_name(custom_database_name if target.type == 'duckdb' else none, node) }}
{%- endmacro %}
