{#-
    DuckDB names a file's catalog after the file. A view that said "figurehouse"."marts"."dim_subject"
    would break once the file is published under another name or attached under an alias, so
    references leave the catalog out: schema and table are found in the view's own file. Only those
    to working tables, which no published view asks for, name theirs.
-#}
{% macro ref() -%}
    {%- set relation = builtins.ref(*varargs, **kwargs) -%}
    {{ return(relation if relation.database == 'working' else relation.include(database=false)) }}
{%- endmacro %}

{% macro source() -%}
    {{ return(builtins.source(*varargs, **kwargs).include(database=false)) }}
{%- endmacro %}
