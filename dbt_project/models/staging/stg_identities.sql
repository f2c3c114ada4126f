with source as (

    select * from {{ ref('identities') }}

),

final as (

    select
        identity_id,
        metric_id,
        relation,
        term_nr,
        sign,
        term_metric_id,
        count(*) over (partition by identity_id) as terms
    from source

)

select * from final
