-- Question: what did the latest articles give?
-- Reading: the twenty latest; figures of each kind, the companies they are of, numbers that were
-- not taken, and how many of the figures are tied to others by a check.

with latest as not materialized (

    select
        article_id,
        article_key,
        title,
        published_on,
        language,
        char_count
    from marts.dim_article
    where is_current
    order by published_on desc nulls last, ingested_at desc, article_id asc
    limit 20

),

claimed as (

    select
        figures.figure_id,
        figures.article_id,
        figures.company_id,
        figures.company_key,
        figures.kind
    from marts.fct_figures as figures
    inner join latest
        on figures.article_key = latest.article_key

),

figures as (

    select
        article_id,
        count(*) as figures,
        count(*) filter (where kind = 'level') as levels,
        count(*) filter (where kind = 'growth') as growths,
        count(*) filter (where kind = 'change') as changes,
        count(*) filter (where kind = 'share') as shares,
        count(*) filter (where kind = 'target') as targets,
        count(distinct company_id) as companies
    from claimed
    group by article_id

),

rejected as (

    select
        article_id,
        count(*) as rejected
    from marts.fct_rejected_figures
    where article_id in (select latest.article_id from latest)
    group by article_id

),

checked as (

    select
        claimed.article_id,
        count(distinct claimed.figure_id) as checked
    from (
        select unnest(figure_ids) as figure_id
        from marts.fct_figure_checks
        -- (None is null; that there is a filter makes DuckDB read their rows only.)
        where
            company_key in (
                select claimed.company_key from claimed
                where claimed.company_key is not null
            )
    ) as checks
    inner join claimed
        on checks.figure_id = claimed.figure_id
    group by claimed.article_id

)

select
    articles.title,
    articles.published_on,
    articles.language,
    articles.char_count,
    coalesce(figures.figures, 0) as figures,
    coalesce(figures.levels, 0) as levels,
    coalesce(figures.growths, 0) as growths,
    coalesce(figures.changes, 0) as changes,
    coalesce(figures.shares, 0) as shares,
    coalesce(figures.targets, 0) as targets,
    coalesce(figures.companies, 0) as companies,
    coalesce(rejected.rejected, 0) as rejected,
    coalesce(checked.checked, 0) as checked
from latest as articles
left join figures
    on articles.article_id = figures.article_id
left join rejected
    on articles.article_id = rejected.article_id
left join checked
    on articles.article_id = checked.article_id
order by figures desc, articles.title asc
