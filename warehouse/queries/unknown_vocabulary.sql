-- Question: which names did the articles use that the vocabulary does not know?
-- Reading: candidates for a row in dbt_project/seeds/, the most used first, each with an example.
-- May be empty where the vocabulary knows every name.

with unknown_names as (

    select
        'subjects' as seed,
        subject_name as name,
        quote,
        sentence
    from marts.obt_figures
    where is_subject_inferred

    union all

    select
        'metrics' as seed,
        metric_label as name,
        quote,
        sentence
    from marts.obt_figures
    where is_metric_inferred

    union all

    select
        'units' as seed,
        unit_name as name,
        quote,
        sentence
    from marts.obt_figures
    where unit_dimension = 'other'

)

select
    seed,
    name,
    count(*) as figures,
    min(quote) as example,
    trim(min(sentence)) as sentence
from unknown_names
group by seed, name
order by seed asc, figures desc, name asc
