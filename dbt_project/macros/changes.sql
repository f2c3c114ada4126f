{#-
    What a build has to do where a warehouse stands already. Nearly everything is worked out within
    one company, so the unit of work is the company: a model takes the rows of those that changed
    (int_changes says which), and they take the place of the rows that it had of them. Working tables,
    which begin empty in each build, hold no others. A full refresh, a first build, and an engine
    whose models are plain tables take all.
-#}

{#-
    The filter of a model's imports: the companies that changed, or nothing where all are taken. A
    model that would not fit into memory is then built in `slices`, a part of the companies at a time.
-#}
{% macro of_changed_companies(keyword='where') -%}
    {%- if is_incremental() or (model.config.database == 'working' and in_increment()) -%}
    {{ keyword }} {{ company_has_changed() }}
    {%- elif target.type == 'duckdb' and config.get('slices') -%}
    {%- set slice = 'hash(company_id) % ' ~ config.get('slices') -%}
    {{ keyword }} {{ slice }} = coalesce(getvariable('slice'), {{ slice }})
    {%- endif -%}
{%- endmacro %}

{#- Whether this build takes changes only (selectors.yml). -#}
{% macro in_increment() -%}
    {{ return(invocation_args_dict.get('selector') == 'increment') }}
{%- endmacro %}

{#-
    A condition on company_id. Spelled out as literals, so that row groups of other companies are
    not read at all (tables are sorted by company).
-#}
{% macro company_has_changed() -%}
    {%- set companies = [] -%}
    {%- if execute -%}
    {%- set changed -%}
        select distinct company_id from {{ changes() }} order by company_id
    {%- endset -%}
    {%- set companies = run_query(changed).columns[0].values() -%}
    {%- endif -%}
    {%- set named = [] -%}
    {%- for company in companies if company is not none -%}
        {%- do named.append(dbt.string_literal(dbt.escape_single_quotes(company))) -%}
    {%- endfor -%}
    {%- set conditions = [] -%}
    {%- if named -%}
        {%- do conditions.append('company_id in (' ~ named | join(', ') ~ ')') -%}
    {%- endif -%}
    {#- The industries' figures are no company's. -#}
    {%- if none in companies -%}
        {%- do conditions.append('company_id is null') -%}
    {%- endif -%}
    ({{ conditions | join(' or ') or 'false' }})
{%- endmacro %}

{#- The articles of which anything has come, gone or changed. -#}
{% macro articles_of_changes() -%}
    select changes.article_id from {{ source('raw', 'changed_articles') }} as changes
{%- endmacro %}

{#-
    These articles, for `article_id in (…)`. Few are spelled out, so that of all rows only the
    article is looked at, and the rest only where it is one of them.
-#}
{% macro changed_articles() -%}
    {%- set articles = articles_of_changes() -%}
    {%- set named = run_query(articles ~ ' limit 501').columns[0].values() if execute else [] -%}
    {%- if 0 < named | length <= 500 -%}
        '{{ named | join("', '") }}'
    {%- else -%}
        {{ articles }}
    {%- endif -%}
{%- endmacro %}

{#-
    A condition on the articles themselves. Whether one is a copy is its original's doing too, which
    may have come or gone: all copies, that were or are, are taken anew.
-#}
{% macro article_has_changed(copies) -%}
    (
        article_id in ({{ articles_of_changes() }})
        or article_id in (select copies.article_id from {{ copies }} as copies)
        or article_id in (
            select standing.article_id from {{ this }} as standing
            where standing.copy_of_article_key is not null
        )
    )
{%- endmacro %}

{#- int_changes. All that asks for it depends on int_figures, which comes after it. -#}
{% macro changes() -%}
    {{ api.Relation.create(schema=generate_schema_name('intermediate'), identifier='int_changes') }}
{%- endmacro %}

{#-
    Incremental models here replace companies (or articles): what the model gives takes the place of all
    rows of those that changed. dbt-duckdb's own materialization would compare the columns first, at a
    tenth of a second a model; here another model or column means that all is built from nothing.
-#}
{% materialization incremental, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set incoming = 'incoming_' ~ this.identifier -%}
    {%- set copies = api.Relation.create(
        schema=generate_schema_name('intermediate'), identifier='int_article_copies'
    ) -%}
    {% if is_incremental() %}
        {% call statement('main') %}
            create temporary table {{ incoming }} as (
                {{ compiled_code }}
            );
            delete from {{ target_relation }}
            where {{ article_has_changed(copies) if config.get('unit') == 'article' else company_has_changed() }};
            insert into {{ target_relation }} by name
            select * from {{ incoming }};
            drop table {{ incoming }};
        {% endcall %}
    {% else %}
        {{ create_in_slices(target_relation) }}
    {% endif %}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{#-
    Nothing reads a build before it is published, so a table need not be swapped in under its name,
    for which dbt-duckdb asks the catalog a dozen times.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {{ create_in_slices(target_relation) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro create_in_slices(target_relation) -%}
    {{ drop_relation_if_exists(load_cached_relation(this)) }}
    {% call statement('main') %}
        set variable slice = 0;
        {{ create_table_as(false, target_relation, model.compiled_code) }}
    {% endcall %}
    {% for slice in range(1, 1 if in_increment() else config.get('slices', 1)) %}
        {% call statement('slice') %}
            set variable slice = {{ slice }};
            insert into {{ target_relation }} by name ({{ model.compiled_code }});
        {% endcall %}
    {% endfor %}
{%- endmacro %}

{#-
    In a build that takes the changed companies only, tests of those models look at their rows only;
    the rest were tested when they were written.
-#}
{% macro get_where_subquery(relation) -%}
    {%- set conditions = [config.get('where')] if config.get('where') else [] -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {%- for node in graph.nodes.values() if node.name == relation.identifier
            and node.config.materialized == 'incremental' and node.config.get('unit') != 'article' -%}
            {%- do conditions.append(company_has_changed()) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if conditions -%}
    (select * from {{ relation }} where {{ conditions | join(' and ') }}) as dbt_subquery
    {%- else -%}
    {{ relation }}
    {%- endif -%}
{%- endmacro %}

{#- Which of two articles counts more: the later one. -#}
{% macro latest_article_first(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    {{ of }}published_on desc nulls last, {{ of }}ingested_at desc, {{ of }}article_id
{%- endmacro %}

{#- Rows as one number, whatever their order: it changes with any of them. -#}
{% macro fingerprint(columns) -%}
    {{ adapter.dispatch('fingerprint', 'figurehouse')(columns) }}
{%- endmacro %}

{% macro default__fingerprint(columns) -%}
    bit_xor(hash({{ columns | join(', ') }}))
{%- endmacro %}

{% macro spark__fingerprint(columns) -%}
    bit_xor(xxhash64({{ columns | join(', ') }}))
{%- endmacro %}
