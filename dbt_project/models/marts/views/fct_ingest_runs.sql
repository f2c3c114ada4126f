-- The runs that were published, so that each figure and each reject can be followed to its run.

with runs as (

    select * from {{ ref('stg_ingest_runs') }}

),

final as (

    select
        run_id,
        started_at,
        finished_at,
        duration_seconds,
        command,
        articles_read,
        articles_new,
        articles_unchanged,
        articles_rejected,
        figures_found,
        figures_rejected,
        figurehouse_version,
        polars_version,
        duckdb_version
    from runs

)

select * from final
