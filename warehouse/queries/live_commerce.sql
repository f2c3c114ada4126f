-- Question: how large is live commerce, how far has it come, and what do its platforms sell?
-- Reading: one row an industry, period and platform figure; amounts in 亿. The year before is
-- implied by the stated growth, with bounds. `platform_period` seldom is the industry's own:
-- `period_relation` says how the two lie to each other before anyone divides one by the other.
-- The latest two hundred rows.

with platforms as (

    select
        live_commerce_industry_key,
        unnest(platform_gmv) as at
    from marts.fct_live_commerce_industry

)

select
    subjects.subject_name as industry,
    industries.period_id,
    cast(industries.transaction_value / 1e8 as double) as transaction_value,
    cast(industries.transaction_value_growth_yoy as double) as growth,
    cast(industries.transaction_value_implied_prior_year / 1e8 as double) as a_year_before,
    cast(industries.transaction_value_implied_prior_year_low / 1e8 as double)
        as a_year_before_at_least,
    cast(industries.transaction_value_implied_prior_year_high / 1e8 as double)
        as a_year_before_at_most,
    cast(industries.penetration_rate as double) as penetration,
    cast(industries.penetration_rate_implied_prior_year as double) as penetration_a_year_before,
    platforms.at.company_id as platform_company,
    platforms.at.subject_id as platform,
    platforms.at.period_id as platform_period,
    platforms.at.period_relation,
    cast(platforms.at.gmv / 1e8 as double) as platform_gmv,
    cast(platforms.at.gmv_growth_yoy as double) as platform_gmv_growth
from marts.fct_live_commerce_industry as industries
inner join marts.dim_subject as subjects
    on industries.subject_key = subjects.subject_key
left join platforms
    on industries.live_commerce_industry_key = platforms.live_commerce_industry_key
order by
    industries.period_id desc, industry asc, platform_company asc, platform asc, platform_period asc
limit 200
