{#-
    Descriptions as comments in the file, for whoever opens it: of what this build made, and of `raw`,
    which dbt only reads. All in one statement at the end; dbt's own persist_docs asks the catalog for
    the columns of each table first.
-#}
{% macro comments(results) -%}
    {%- if execute and target.type == 'duckdb' -%}
    {#- What only the ingest makes may not be there where dbt runs by itself. -#}
    {%- set there = run_query("select distinct table_name from duckdb_tables() where schema_name = 'raw'").columns[0].values() -%}
    {%- set described = [] -%}
    {%- for source in graph.sources.values() if source.identifier in there and not in_increment() -%}
        {%- do described.append(source) -%}
    {%- endfor -%}
    {%- for result in results
        if result.node.resource_type in ['model', 'seed'] and result.node.database != 'working'
        and result.status == 'success' -%}
        {%- do described.append(graph.nodes[result.node.unique_id]) -%}
    {%- endfor -%}
    {#- Without a transaction each would be written to the disk by itself. #}
    begin transaction;
    {%- for node in described %}
        {%- set relation = relation_of(node) | string %}
        {%- set is_view = node.resource_type == 'model' and node.config.materialized == 'view' %}
        comment on {{ 'view' if is_view else 'table' }} {{ relation }} is {{ literal(node.description) }};
        {%- for column in node.columns.values() %}
        comment on column {{ relation }}.{{ column.name }} is {{ literal(column.description) }};
        {%- endfor %}
    {%- endfor %}
    commit;
    {%- endif -%}
{%- endmacro %}

{#- A description as SQL's text, on one line. -#}
{% macro literal(description) -%}
    '{{ description.split() | join(' ') | replace("'", "''") }}'
{%- endmacro %}
