{{ config(database='working') }}

-- Everything that can be measured, as a tree: a subject of a company under all that it is part of.

with recursive parented as (

    select * from {{ ref('int_subject_parents') }}
    {{ of_changed_companies() }}

),

-- Each subject with all that stand above it, itself (distance 0) included.
lineage as (

    select
        company_id,
        subject_id,
        company_id as ancestor_company_id,
        subject_id as ancestor_subject_id,
        0 as distance
    from parented

    union all

    select
        lineage.company_id,
        lineage.subject_id,
        parented.parent_company_id as ancestor_company_id,
        parented.parent_subject_id as ancestor_subject_id,
        lineage.distance + 1 as distance
    from lineage
    inner join parented
        on
            lineage.ancestor_subject_id = parented.subject_id
            and lineage.ancestor_company_id is not distinct from parented.company_id
    -- Ten levels are deeper than any company reports; the limit stops a circle in the vocabulary.
    where parented.parent_subject_id is not null and lineage.distance < 10

),

ancestry as (

    select
        company_id,
        subject_id,
        cast(max(distance) as integer) as depth,
        {{ collect(
            struct_of({
                'company_id': 'ancestor_company_id',
                'subject_id': 'ancestor_subject_id',
                'distance': 'distance',
            }),
            ['distance'],
            'distance > 0'
        ) }} as ancestors
    from lineage
    group by company_id, subject_id

),

final as (

    select
        parented.company_id,
        parented.subject_id,
        parented.subject_type,
        parented.subject_name,
        parented.subject_name_en,
        parented.parent_company_id,
        parented.parent_subject_id,
        ancestry.depth,
        ancestry.ancestors,
        parented.breakdown,
        parented.is_residual,
        parented.is_inferred
    from parented
    inner join ancestry
        on
            parented.subject_id = ancestry.subject_id
            and parented.company_id is not distinct from ancestry.company_id

)

select * from final
