{#-
    DuckDB names a file's catalog after the file. A view that said "figurehouse"."marts"."dim_subject"
    would break once the file is published under another name or attached under an alias, so
    references leave the catalog out: schema and table are found in the view's own file.
-#}
{% macro ref() -%}
    {{ return(builtins.ref(*varargs, **kwargs).include(database=false)) }}
{%- endmacro %}

{% macro source() -%}
    {{ return(builtins.source(*varargs, **kwargs).include(database=false)) }}
{%- endmacro %}
