with source as (

    select * from {{ source('raw', 'articles') }}

),

final as (

    select
        article_id,
        run_id,
        source_path,
        nullif(trim(title), '') as title,
        published_on,
        published_on_basis,
        url,
        publisher,
        language,
        encoding,
        text as article_text,
        char_count,
        ingested_at,
        -- A file that changed comes in as a new article of the same path: the newest one counts.
        row_number() over (
            partition by source_path
            order by ingested_at desc, article_id asc
        ) = 1 as is_current
    from source

)

select * from final
