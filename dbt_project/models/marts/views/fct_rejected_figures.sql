-- Numbers that became no figure, with the reason, each beside its article.

with rejected as (

    select * from {{ ref('stg_rejected_figures') }}

),

articles as (

    select * from {{ ref('dim_article') }}

),

final as (

    select
        rejected.rejected_id,
        articles.article_key,
        rejected.article_id,
        articles.title as article_title,
        articles.published_on,
        rejected.run_id,
        rejected.reason,
        rejected.detail,
        rejected.quote,
        rejected.sentence,
        rejected.char_start,
        rejected.char_end,
        rejected.origin
    from rejected
    -- What an edit replaced has its rejects still, but no row in dim_article.
    left join articles
        on rejected.article_id = articles.article_id

)

select * from final
