-- Question: which names did the articles use that the vocabulary does not know?
-- Reading: candidates for a row in dbt_project/seeds/, the most used first, each with an example.
-- May be empty where the vocabulary knows every name.

with unknown_names as (

    select
        'subjects' as seed,
        subjects.subject_name as name,
        figures.quote,
        figures.sentence
    from marts.fct_figures as figures
    inner join marts.dim_subject as subjects
        on figures.subject_key = subjects.subject_key
    where subjects.is_inferred

    union all

    select
        'metrics' as seed,
        figures.metric_label as name,
        figures.quote,
        figures.sentence
    from marts.fct_figures as figures
    inner join marts.dim_metric as metrics
        on figures.metric_key = metrics.metric_key
    where metrics.is_inferred

    union all

    select
        'units' as seed,
        units.unit_name as name,
        figures.quote,
        figures.sentence
    from marts.fct_figures as figures
    inner join marts.dim_unit as units
        on figures.unit_key = units.unit_key
    where units.dimension = 'other'

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
