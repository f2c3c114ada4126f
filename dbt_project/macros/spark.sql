{#- How dbt itself works on Spark, where that differs from what this project takes for granted. -#}

{#- Contracts and seeds name types in DuckDB's words. -#}
{% macro spark_type(type) -%}
    {%- set type = type | trim | lower -%}
    {%- if type.endswith('[]') -%}
        array<{{ spark_type(type[:-2]) }}>
    {%- elif type.startswith('struct(') -%}
        struct<{{ type[7:-1] | replace('varchar', 'string') }}>
    {%- else -%}
        {{ {'varchar': 'string', 'integer': 'int', 'timestamp': 'timestamp_ntz'}.get(type, type) }}
    {%- endif -%}
{%- endmacro %}

{% macro spark__cast(field, type) -%}
    cast({{ field }} as {{ spark_type(type) }})
{%- endmacro %}

{#- dbt-spark puts a seed's text between quotes as it is; an apostrophe would end it. -#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set sql -%}
        create table {{ this.render() }} {{ file_format_clause() }} as
        select
            {%- for name in agate_table.column_names %}
            cast({{ name }} as {{ spark_type(types.get(name, adapter.convert_type(agate_table, loop.index0))) }})
                as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            values
            {%- for row in agate_table.rows %}
            (
                {%- for cell in row -%}
                    {%- if cell is none -%} null
                    {%- else -%} '{{ cell | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
                    {%- endif -%}
                    {{ ', ' if not loop.last }}
                {%- endfor -%}
            ){{ ',' if not loop.last }}
            {%- endfor %}
        ) as seed ({{ agate_table.column_names | join(', ') }})
    {%- endset -%}
    {% call statement('_') %}{{ sql }}{% endcall %}
    {{ return(sql) }}
{%- endmacro %}

{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return('') }}
{%- endmacro %}

{#- A Parquet table keeps no constraint; that none of its rows breaks one is looked up. -#}
{% macro spark__persist_constraints(relation, model) -%}
    {%- set broken = [] -%}
    {%- for column in model.columns.values() -%}
        {%- for constraint in column.constraints -%}
            {%- if constraint.type == 'not_null' -%}
                {%- do broken.append(column.name ~ ' is null') -%}
            {%- elif constraint.type == 'check' -%}
                {%- do broken.append('not (' ~ constraint.expression ~ ')') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if broken and execute -%}
        {%- set counts -%}
            select {% for condition in broken %}count_if({{ condition }}){{ ', ' if not loop.last }}{% endfor %} from {{ relation }}
        {%- endset -%}
        {%- set counts = run_query(counts).rows[0] -%}
        {%- for condition in broken -%}
            {%- if counts[loop.index0] > 0 -%}
                {{ exceptions.raise_compiler_error(relation ~ ': ' ~ counts[loop.index0] ~ ' rows in which ' ~ condition) }}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
