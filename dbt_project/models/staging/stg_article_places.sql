with source as (

    select * from {{ source('raw', 'article_places') }}

),

-- When it was there last, and a file that is there now after all others.
ordered as (

    select
        *,
        coalesce(gone_at, timestamp '9999-12-31 00:00:00') as there_until
    from source

),

final as (

    select
        article_id,
        source_path,
        published_on,
        first_seen_at,
        last_seen_at,
        gone_at,
        gone_because,
        -- An article is where it stands; one that stands nowhere, where it stood last.
        there_until = max(there_until) over (partition by article_id) as is_latest,
        gone_because is null or gone_because in ('deleted', 'replaced') as keeps_facts
    from ordered

)

select * from final
