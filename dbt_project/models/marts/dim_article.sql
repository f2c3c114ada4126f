{{ config(materialized='incremental', unit='path') }}

with articles as (

    select * from {{ ref('stg_articles') }}
    {%- if is_incremental() %}
    where {{ path_has_changed() }}
    {%- endif %}

),

final as (

    select
        {{ surrogate_key(['article_id']) }} as article_key,
        article_id,
        coalesce(title, source_path) as title,
        source_path,
        published_on,
        language,
        encoding,
        char_count,
        is_current,
        run_id,
        ingested_at
    from articles

)

select * from final
