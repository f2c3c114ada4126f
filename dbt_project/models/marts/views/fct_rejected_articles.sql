-- Files that became no article, with the reason.

with rejected as (

    select * from {{ ref('stg_rejected_articles') }}

),

final as (

    select distinct
        {{ surrogate_key(['run_id', 'source_path', 'reason', 'detail']) }} as rejected_article_key,
        run_id,
        source_path,
        reason,
        detail,
        rejected_at
    from rejected

)

select * from final
