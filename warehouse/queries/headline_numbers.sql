-- Question: what are each company's headline numbers in a period, and how did they move?
-- Reading: amounts in hundred millions (亿) of `unit_id`. `revenue_a_year_before` is implied by the
-- stated growth and rounded to what its bounds allow. `margin_basis` says whether the article
-- states the margin or it was computed here. Of each company the latest sixteen periods.

select
    companies.company_name,
    financials.period_id,
    financials.unit_id,
    cast(financials.revenue / 1e8 as double) as revenue,
    cast(financials.revenue_growth_yoy as double) as revenue_growth,
    cast(financials.revenue_implied_prior_year / 1e8 as double) as revenue_a_year_before,
    cast(financials.operating_profit / 1e8 as double) as operating_profit,
    cast(financials.operating_profit_growth_yoy as double) as operating_profit_growth,
    cast(financials.operating_margin as double) as operating_margin,
    financials.operating_margin_basis as margin_basis,
    cast(financials.adjusted_net_profit / 1e8 as double) as adjusted_net_profit,
    cast(financials.adjusted_net_profit_growth_yoy as double) as adjusted_net_profit_growth
from marts.fct_company_financials as financials
inner join marts.dim_company as companies
    on financials.company_key = companies.company_key
inner join marts.dim_period as periods
    on financials.period_key = periods.period_key
where financials.revenue is not null
qualify
    row_number() over (
        partition by financials.company_key
        order by periods.ends_on desc, periods.months desc, periods.period_id desc
    ) <= 16
order by companies.company_name, periods.ends_on, periods.months
