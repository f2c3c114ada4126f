-- Question: when a file came in again with another text, which of its figures changed?
-- Reading: figures that only the earlier text (`before`) or only the newest one (`now`) has. May be
-- empty: most files come in once.

with versions as (

    select
        article_id,
        source_path,
        row_number() over (
            partition by source_path
            order by gone_at desc nulls first, last_seen_at desc, article_id asc
        ) as age
    from raw.article_places
    where gone_at is null or gone_because = 'edited'
    qualify count(*) over (partition by source_path) > 1

),

figures as (

    select
        versions.source_path,
        versions.age,
        figures.subject_name,
        figures.metric_label,
        figures.kind,
        figures.comparison,
        figures.period_id,
        figures.unit_id,
        figures.value,
        figures.quote
    from raw.figures as figures
    inner join versions
        on figures.article_id = versions.article_id
    where versions.age <= 2

),

newest as (

    select * from figures
    where age = 1

),

earlier as (

    select * from figures
    where age = 2

)

select
    coalesce(earlier.source_path, newest.source_path) as source_path,
    case when newest.value is null then 'before' else 'now' end as stands,
    coalesce(newest.subject_name, earlier.subject_name) as subject_name,
    coalesce(newest.metric_label, earlier.metric_label) as metric_label,
    coalesce(newest.kind, earlier.kind) as kind,
    coalesce(newest.period_id, earlier.period_id) as period_id,
    cast(coalesce(newest.value, earlier.value) as double) as value,
    coalesce(newest.quote, earlier.quote) as quote
from newest
full outer join earlier
    on
        newest.source_path = earlier.source_path
        and newest.subject_name is not distinct from earlier.subject_name
        and newest.metric_label is not distinct from earlier.metric_label
        and newest.kind = earlier.kind
        and newest.comparison is not distinct from earlier.comparison
        and newest.period_id is not distinct from earlier.period_id
        and newest.unit_id is not distinct from earlier.unit_id
        and newest.value = earlier.value
where
    (newest.value is null or earlier.value is null)
    and coalesce(newest.source_path, earlier.source_path) in (
        select versions.source_path from versions
        where versions.age = 2
    )
order by source_path, subject_name, metric_label, stands
