-- Question: how did the data's tests and the models fare, run after run?
-- Reading: one row a run that built the marts, the newest first: how many models, seeds and tests
-- dbt ran, how many tests warned and of how many rows, how long dbt's nodes took in all, and which
-- was the slowest. A run in which a test fails publishes nothing; `status` reports it.

with nodes as (

    select
        run_id,
        node,
        status,
        coalesce(failures, 0) as failures,
        seconds,
        split_part(node, '.', 1) as node_type
    from raw.dbt_results

)

select
    runs.run_id,
    runs.started_at,
    runs.figures_found as figures,
    runs.figures_rejected as rejected_figures,
    count(*) filter (where nodes.node_type = 'model') as models,
    count(*) filter (where nodes.node_type in ('test', 'unit_test')) as tests,
    count(*) filter (where nodes.status = 'warn') as warnings,
    sum(nodes.failures) filter (where nodes.status = 'warn') as rows_warned_of,
    round(sum(nodes.seconds), 2) as seconds,
    split_part(max_by(nodes.node, nodes.seconds), '.', 3) as slowest_node
from nodes
inner join marts.fct_ingest_runs as runs
    on nodes.run_id = runs.run_id
group by runs.run_id, runs.started_at, runs.figures_found, runs.figures_rejected
order by runs.started_at desc
