-- Each period in the calendar of a company whose year ends in a given month: its name for it (April
-- to June 2025 is FY2026Q1 where the year ends in March), and the dates of a company's own year and
-- halves (FY2026, FY2026H1), which dim_period cannot give.

with periods as (

    select * from {{ ref('dim_period') }}

),

years as (

    select distinct coalesce(fiscal_year_end_month, 12) as year_ends_in
    from {{ ref('dim_company') }}

),

-- A company's own year and its parts: how many months of the year go before each.
own as (

    select
        period_id,
        try_cast(substr(period_id, 3, 4) as integer) as year,
        substr(period_id, 7) as part
    from periods
    where period_id like 'FY____%'

),

own_parts as (

    select
        period_id,
        year,
        case part
            when '' then 12 when 'H1' then 6 when 'H2' then 6
            when 'Q1' then 3 when 'Q2' then 3 when 'Q3' then 3 when 'Q4' then 3
        end as months,
        case part
            when 'H2' then 6 when 'Q2' then 3 when 'Q3' then 6 when 'Q4' then 9 else 0
        end as months_gone
    from own

),

-- Months are counted from January of the year 0.
counted as (

    select
        periods.period_id,
        periods.starts_on,
        periods.ends_on,
        years.year_ends_in,
        coalesce(
            year(periods.starts_on) * 12 + month(periods.starts_on) - 1,
            (own_parts.year - 1) * 12 + years.year_ends_in + own_parts.months_gone
        ) as first_month,
        case
            when periods.period_type = 'day' then 0
            else coalesce(
                    (year(periods.ends_on) - year(periods.starts_on)) * 12
                    + month(periods.ends_on) - month(periods.starts_on) + 1,
                    own_parts.months
                )
        end as months
    from periods
    cross join years
    left join own_parts
        on periods.period_id = own_parts.period_id

),

placed as (

    select
        *,
        first_month + months as past_month,
        -- How many months of the company's year have gone when it begins.
        (first_month - year_ends_in + 12) % 12 as months_gone
    from counted

),

final as (

    select
        period_id,
        year_ends_in,
        coalesce(
            starts_on,
            make_date(
                cast(floor(first_month / 12) as integer), cast(first_month % 12 as integer) + 1, 1
            )
        ) as starts_on,
        coalesce(
            ends_on,
            make_date(
                cast(floor(past_month / 12) as integer), cast(past_month % 12 as integer) + 1, 1
            ) - 1
        ) as ends_on,
        'FY' || cast(floor((first_month - months_gone + 11) / 12) as integer) || case
            when months = 12 and months_gone = 0 then ''
            when months = 9 and months_gone = 0 then '-9M'
            when months = 6 and months_gone in (0, 6)
                then 'H' || cast(floor(months_gone / 6) + 1 as integer)
            when months = 3 and months_gone in (0, 3, 6, 9)
                then 'Q' || cast(floor(months_gone / 3) + 1 as integer)
        end as fiscal_period
    from placed

)

select * from final
order by period_id, year_ends_in
