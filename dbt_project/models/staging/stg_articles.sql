with source as (

    select * from {{ source('raw', 'articles') }}

),

-- A text that a newer version took the place of in all its files counts no more, nor does one that
-- was forgotten.
counting as (

    select
        article_id,
        bool_and(keeps_facts) as is_current
    from {{ ref('stg_article_places') }}
    where is_latest
    group by article_id

),

final as (

    select
        source.article_id,
        source.run_id,
        source.source_path,
        nullif(trim(source.title), '') as title,
        source.published_on,
        source.published_on_basis,
        source.url,
        source.publisher,
        source.language,
        source.encoding,
        source.text as article_text,
        source.char_count,
        source.ingested_at,
        coalesce(counting.is_current, false) as is_current
    from source
    left join counting
        on source.article_id = counting.article_id

)

select * from final
