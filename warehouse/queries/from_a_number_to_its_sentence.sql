-- Question: where does a number in a mart come from?
-- Reading: each revenue in fct_segment_performance with the figures it was made from, the words of
-- the article and the sentence around them; `in_the_article` is cut from the text at the figure's
-- span and is always the quote.

select
    performance.company_id,
    performance.subject_id,
    performance.period_id,
    cast(performance.revenue as double) as revenue,
    figures.kind,
    cast(figures.value as double) as stated_value,
    figures.quote,
    articles.text[figures.char_start + 1:figures.char_end] as in_the_article,
    trim(figures.sentence) as sentence,
    articles.source_path,
    figures.rule_id,
    figures.confidence
from marts.fct_segment_performance as performance
inner join marts.fct_figures as figures
    on list_contains(performance.figure_ids, figures.figure_id)
inner join raw.articles as articles
    on figures.article_id = articles.article_id
where performance.revenue is not null
order by
    performance.company_id, performance.subject_id, performance.period_id, figures.char_start
