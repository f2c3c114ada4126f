-- Question: where does a number in a mart come from?
-- Reading: the ten largest revenues in fct_segment_performance with the figures it was made
-- from, the words of the article and the sentence around them; `in_the_article` is cut from the
-- text at the figure's span and is always the quote.

with largest as (

    select * from marts.fct_segment_performance
    where revenue is not null
    order by revenue desc, segment_performance_key asc
    limit 10

),

numbers as (

    select
        company_id,
        subject_id,
        period_id,
        revenue,
        unnest(figure_ids) as figure_id
    from largest

)

select
    numbers.company_id,
    numbers.subject_id,
    numbers.period_id,
    cast(numbers.revenue as double) as revenue,
    figures.kind,
    cast(figures.value as double) as stated_value,
    figures.quote,
    articles.text[figures.char_start + 1:figures.char_end] as in_the_article,
    trim(figures.sentence) as sentence,
    articles.source_path,
    figures.rule_id,
    figures.confidence
from numbers
inner join marts.fct_figures as figures
    on
        numbers.figure_id = figures.figure_id
        and numbers.company_id = figures.company_id
inner join raw.articles as articles
    on figures.article_id = articles.article_id
order by numbers.company_id, numbers.subject_id, numbers.period_id, figures.char_start
