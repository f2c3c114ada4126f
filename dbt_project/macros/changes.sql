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
    {#- A unit test has no table that could grow. -#}
    {%- if this is not none and is_incremental() or (model.config.database == 'working' and in_increment()) -%}
    {{ keyword }} {{ company_has_changed() }}
    {%- elif target.type == 'duckdb' and config.get('slices') -%}
    {%- set slice = 'hash(company_id) % ' ~ config.get('slices') -%}
    {{ keyword }} {{ slice }} = coalesce(getvariable('slice'), {{ slice }})
    {%- endif -%}
{%- endmacro %}

{#-
    The materialization of a model that takes the changed companies only. Parquet tables, which
    Spark has, have no rows that can be replaced: there all is built whole.
-#}
{% macro grows_with_articles() -%}
    {{ return('table' if target.type == 'spark' else 'incremental') }}
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
    may have come or gone: all copies, that were or are, are taken again.
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
    dbt's own way to add a strategy of incremental models (dbt_project.yml, incremental_strategy):
    what the model gives takes the place of all rows of the companies (or articles) that changed.
    A key would not do: rows of a company that has none any more have to go too.
-#}
{% macro get_incremental_replace_changed_sql(arg_dict) -%}
    {%- set copies = api.Relation.create(
        schema=generate_schema_name('intermediate'), identifier='int_article_copies'
    ) %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ article_has_changed(copies) if config.get('unit') == 'article' else company_has_changed() }};
    insert into {{ arg_dict['target_relation'] }} by name
    select * from {{ arg_dict['temp_relation'] }}
{%- endmacro %}

{#- Hooks of a model in slices (dbt_project.yml): the first slice is the model's own query. -#}
{% macro first_slice() -%}
    {%- if target.type == 'duckdb' and config.get('slices') -%} set variable slice = 0 {%- endif -%}
{%- endmacro %}

{% macro other_slices() -%}
    {%- if target.type == 'duckdb' and config.get('slices')
        and not is_incremental() and not in_increment() -%}
    {%- for slice in range(1, config.get('slices')) %}
        set variable slice = {{ slice }};
        insert into {{ this }} by name ({{ sql }});
    {%- endfor -%}
    {%- endif -%}
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
