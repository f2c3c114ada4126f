{{ config(database='working', slices=8) }}

-- The words of the articles on both sides of each check. (A step of its own: lists of a million
-- checks and the checks themselves would not be in memory together.)

with checks as (

    select * from {{ ref('int_checks') }}
    {{ of_changed_companies() }}

),

figures as (

    select * from {{ ref('int_trusted_figures') }}
    {{ of_changed_companies() }}

),

citations as (

    select
        company_id,
        check_key,
        {{ each_of('figure_ids') }} as figure_id
    from checks

),

-- The places in order first: lists that have to keep text keys too would not fit into memory.
placed as (

    select
        citations.company_id,
        citations.check_key,
        figures.article_id,
        figures.quote,
        figures.confidence,
        figures.trust,
        figures.is_contested,
        row_number() over (
            partition by citations.check_key
            order by figures.article_id, figures.char_start, figures.figure_id
        ) as place
    from citations
    inner join figures
        on citations.figure_id = figures.figure_id

),

final as (

    select
        company_id,
        check_key,
        array_sort(array_distinct(array_agg(article_id))) as article_ids,
        {{ collect('quote', ['place']) }} as quotes,
        min(confidence) as confidence,
        min(case when trust in ('sure', 'reviewed') then 1 else 0 end) = 1 as is_sure,
        bool_or(is_contested) as is_contested
    from placed
    group by company_id, check_key

)

select * from final
