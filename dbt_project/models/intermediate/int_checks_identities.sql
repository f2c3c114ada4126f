{{ config(database='working') }}

-- What metrics of one subject and period add up to by definition, where all of them are stated.

with measures as (

    select * from {{ ref('int_measures') }}
    where
        measure = 'value'
        {{ of_changed_companies('and') }}

),

identities as (

    select * from {{ ref('stg_identities') }}

),

metrics as (

    select * from {{ ref('stg_metrics') }}

),

terms as (

    select
        identities.identity_id,
        identities.metric_id,
        identities.relation,
        identities.terms,
        identities.term_nr,
        measures.company_id,
        measures.subject_id,
        measures.period_id,
        measures.unit_id,
        measures.figure_id,
        case when identities.sign > 0 then measures.point else -measures.point end as point,
        case when identities.sign > 0 then measures.low else -measures.high end as low,
        case when identities.sign > 0 then measures.high else -measures.low end as high,
        case
            when identities.sign < 0 then '− '
            when identities.term_nr > 1 then '+ '
            else ''
        end
        || metrics.metric_name || ' ' || measures.shown as said
    from identities
    inner join measures
        on identities.term_metric_id = measures.metric_id
    left join metrics
        on measures.metric_id = metrics.metric_id

),

sums as (

    select
        identity_id,
        metric_id,
        relation,
        company_id,
        subject_id,
        period_id,
        unit_id,
        case when count(point) = count(*) then sum(point) end as point,
        case when count(low) = count(*) then sum(low) end as low,
        case when count(high) = count(*) then sum(high) end as high,
        {{ join_texts(collect('said', ['term_nr']), ' ') }} as said,
        {{ collect('figure_id', ['term_nr']) }} as figure_ids
    from terms
    group by
        identity_id,
        metric_id,
        relation,
        company_id,
        subject_id,
        period_id,
        unit_id
    having count(*) = min(terms)

),

final as (

    select
        'identity' as check_type,
        stated.company_id,
        stated.subject_id,
        stated.metric_id,
        stated.period_id,
        case sums.relation when '<=' then '>=' else sums.relation end as relation,
        case sums.relation
            when '<=' then 'it is no more than its whole'
            else 'it adds up by definition'
        end as statement,
        sums.said as left_text,
        sums.point as left_value,
        sums.low as left_low,
        sums.high as left_high,
        sums.figure_ids as left_figure_ids,
        stated.shown as right_text,
        stated.point as right_value,
        stated.low as right_low,
        stated.high as right_high,
        {{ list_of(['stated.figure_id']) }} as right_figure_ids
    from sums
    inner join measures as stated
        on
            sums.metric_id = stated.metric_id
            and sums.subject_id = stated.subject_id
            and sums.company_id is not distinct from stated.company_id
            and sums.period_id = stated.period_id
            and sums.unit_id = stated.unit_id

)

select * from final
