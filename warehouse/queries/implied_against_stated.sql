-- Question: does the growth that a company states today fit what was stated of the year before?
-- Reading: values implied for an earlier period beside the level that an article states of that
-- period. `fits` is whether the stated level lies within the implied bounds, open ones taken as
-- endless. A level that misses them was restated since, or one of the two was misread. Five
-- hundred at most, those that do not fit first. May be empty: an article seldom states both.

with implied as (

    select
        company_id,
        'revenue' as metric_id,
        period_id,
        revenue_implied_prior_year as implied,
        revenue_implied_prior_year_low as implied_low,
        revenue_implied_prior_year_high as implied_high
    from marts.fct_company_financials

    union all

    select
        company_id,
        'operating_profit' as metric_id,
        period_id,
        operating_profit_implied_prior_year as implied,
        operating_profit_implied_prior_year_low as implied_low,
        operating_profit_implied_prior_year_high as implied_high
    from marts.fct_company_financials

),

stated as (

    select
        company_id,
        period_id,
        unnest(['revenue', 'operating_profit']) as metric_id,
        unnest([revenue, operating_profit]) as value
    from marts.fct_company_financials

),

compared as (

    select
        implied.*,
        stated.period_id as implied_for,
        stated.value,
        coalesce(stated.value >= implied.implied_low, true)
        and coalesce(stated.value <= implied.implied_high, true) as fits
    from implied
    inner join marts.dim_period as periods
        on implied.period_id = periods.period_id
    inner join stated
        on
            implied.company_id = stated.company_id
            and implied.metric_id = stated.metric_id
            and periods.prior_year_period_id = stated.period_id
    where
        stated.value is not null
        and (implied.implied_low is not null or implied.implied_high is not null)
    order by fits, implied.company_id, implied.metric_id, implied.period_id
    limit 500

)

select
    company_id,
    metric_id,
    period_id as told_of,
    implied_for,
    cast(implied as double) as implied,
    cast(implied_low as double) as at_least,
    cast(implied_high as double) as at_most,
    cast(value as double) as stated,
    fits
from compared
order by fits, company_id, metric_id, period_id
