{{ config(materialized=grows_with_articles(), unit='article') }}

with articles as (

    select * from {{ ref('stg_articles') }}
    {%- if is_incremental() %}
    where {{ article_has_changed(ref('int_article_copies')) }}
    {%- endif %}

),

-- What it is a copy of is looked for within each company; where that gives several, the one that
-- more companies give.
companies_of_copies as (

    select
        article_id,
        original_article_id,
        count(*) as companies
    from {{ ref('int_article_copies') }}
    where not is_correction
    group by article_id, original_article_id

),

copies as (

    select
        article_id,
        original_article_id
    from companies_of_copies
    qualify
        row_number() over (
            partition by article_id
            order by companies desc, original_article_id asc
        ) = 1

),

final as (

    select
        {{ surrogate_key(['articles.article_id']) }} as article_key,
        articles.article_id,
        coalesce(articles.title, articles.source_path) as title,
        articles.source_path,
        articles.published_on,
        articles.published_on_basis,
        articles.url,
        articles.publisher,
        articles.language,
        articles.encoding,
        articles.char_count,
        articles.is_current,
        case
            when copies.original_article_id is not null
                then {{ surrogate_key(['copies.original_article_id']) }}
        end as copy_of_article_key,
        articles.run_id,
        articles.ingested_at
    from articles
    left join copies
        on articles.article_id = copies.article_id

)

select * from final
