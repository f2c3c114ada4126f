{#-
    The declared tests in a build of ours (selectors.yml). As nodes of their own they take dbt much
    longer than the database: here those of a table are one query, asked when all models stand. It
    says in the log how each test ended, and the build fails where one found a row. A plain
    `dbt build` has them as nodes.
-#}
{% macro test_all_at_once(results) -%}
    {%- set failed = results | selectattr('status', 'in', ['error', 'fail', 'skipped']) | list -%}
    {%- if execute and (in_increment() or invocation_args_dict.get('selector') == 'rebuild') and not failed -%}
    {%- set built = graph.sources.keys() | list -%}
    {%- for result in results if result.node.resource_type in ['model', 'seed'] -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set tests = {} -%}
    {%- for test in graph.nodes.values()
        if test.resource_type == 'test' and test.test_metadata and test.config.severity | lower == 'error' -%}
        {%- set tested = tested_relation(test, test.test_metadata.kwargs['model']) -%}
        {%- if tested.unique_id in built -%}
            {%- do tests.setdefault(tested.unique_id, []).append((test, tested)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set ended = [] -%}
    {%- set broken = [] -%}
    {%- for of_table in tests.values() -%}
        {%- for row in run_query(all_at_once(of_table)).rows -%}
            {%- do ended.append({
                'unique_id': row[0],
                'status': 'fail' if row[1] else 'pass',
                'failures': row[1],
                'execution_time': none,
                'message': 'Got ' ~ row[1] ~ ' results, where there should be none',
            }) -%}
            {%- if row[1] -%}
                {%- do broken.append(row[0].split('.')[2] ~ ' (' ~ row[1] ~ ' rows)') -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do log('tested: ' ~ tojson(ended)) -%}
    {%- if broken -%}
    select error({{ dbt.string_literal(dbt.escape_single_quotes('tests failed: ' ~ broken | join(', '))) }})
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- The model or source of a test that a reference in its declaration names. -#}
{% macro tested_relation(test, reference) -%}
    {%- set name = modules.re.findall("'([^']+)'", reference)[-1] -%}
    {%- for id in test.depends_on.nodes if id.split('.')[-1] == name -%}
        {{ return(graph.nodes.get(id) or graph.sources[id]) }}
    {%- endfor -%}
{%- endmacro %}

{#- The table of a model, seed or source, as `ref` and `source` name it. -#}
{% macro relation_of(node) -%}
    {%- set database = 'working' if node.database == 'working' else none -%}
    {{ return(api.Relation.create(database=database, schema=node.schema, identifier=node.alias or node.identifier)) }}
{%- endmacro %}

{#- One query for tests of one table, read once: each test's name and how many rows it finds. -#}
{% macro all_at_once(tests) -%}
    {%- set table = tests[0][1] -%}
    {%- set relation = relation_of(table) -%}
    {#- Of a few rows DuckDB keeps them for all tests; all rows are read for each, a column or two. -#}
    with changed_rows as {{ 'not materialized' if flags.FULL_REFRESH }} (

        select * from {{ get_where_subquery(relation) }}
        {%- if table.resource_type == 'source' and table.config.meta.changed_rows and not flags.FULL_REFRESH %}
        where {{ table.config.meta.changed_rows }}
        {%- endif %}

    )
    {%- for test, _ in tests %}
    {%- set arguments = {} -%}
    {%- for name, value in test.test_metadata.kwargs.items() if name != 'model' -%}
        {%- if name == 'to' -%}
            {%- set to = tested_relation(test, value) -%}
            {%- set value = relation_of(to) -%}
        {%- endif -%}
        {%- do arguments.update({name: value}) -%}
    {%- endfor %}

    {{ 'union all' if not loop.first }}

    select '{{ test.unique_id }}' as test, count(*) as failures
    from (
        {{ context['test_' ~ test.test_metadata.name](model='changed_rows', **arguments) }}
    )
    {%- endfor %}
{%- endmacro %}
