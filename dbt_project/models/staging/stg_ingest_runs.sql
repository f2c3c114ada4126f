with source as (

    select * from {{ source('raw', 'ingest_runs') }}

),

final as (

    select
        run_id,
        started_at,
        finished_at,
        cast(duration_seconds as decimal(18, 3)) as duration_seconds,
        command,
        articles_read,
        articles_new,
        articles_unchanged,
        articles_rejected,
        figures as figures_found,
        rejected_figures as figures_rejected,
        figurehouse_version,
        polars_version,
        duckdb_version
    from source

)

select * from final
