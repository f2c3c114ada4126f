-- Question: what does an article state, number by number?
-- Reading: one row a figure in the order of the text, with its words and the sentence around them.

select
    subject_name, metric_name, comparison_label_zh, period_label_zh, value_text, quote, sentence
from marts.obt_figures
where article_title = '百度一季度营收331亿元 智能云大增四成'
order by char_start, figure_id
