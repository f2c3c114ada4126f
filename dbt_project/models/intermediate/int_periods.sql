-- The calendar: every month, quarter, half-year and year that an article may speak of, and the
-- months from January on (the first eight, the first nine).

with figures as (

    select * from {{ ref('int_figures') }}

),

-- There are millions of figures, and of a few hundred periods.
stated_periods as (

    select distinct period_id
    from figures

),

stated_years as (

    select cast(nullif(regexp_extract(period_id, '^(19|20)[0-9]{2}', 0), '') as integer) as year
    from stated_periods

),

stated as (

    select
        min(year) as first_year,
        max(year) as last_year
    from stated_years

),

years as (

    -- One year more before the first stated one: growth points back to it. (least and greatest
    -- pass over a null, that is, over no stated year at all.)
    select cast(numbers.year as integer) as year
    from
        range(
            least(1899, {{ var('first_year') }}), greatest(2100, {{ var('last_year') }}) + 1
        ) as numbers (year)
    cross join stated
    where
        numbers.year >= least(stated.first_year - 1, {{ var('first_year') }})
        and numbers.year <= greatest(stated.last_year, {{ var('last_year') }})

),

-- The months in which it starts and ends; what follows a period is what starts where it ends.
shapes as (

    select
        part,
        period_type,
        starts_in,
        ends_in,
        label_zh,
        label_en
    from {{ ref('stg_calendar') }}

),

periods as (

    select
        years.year,
        shapes.period_type,
        shapes.ends_in - shapes.starts_in + 1 as months,
        years.year || case
            when shapes.part = 'FY' then ''
            when shapes.part like '%M' then '-' || shapes.part
            else shapes.part
        end as period_id,
        years.year || shapes.label_zh as period_label_zh,
        trim(coalesce(shapes.label_en, '') || ' ' || years.year) as period_label_en,
        make_date(years.year, shapes.starts_in, 1) as starts_on,
        last_day(make_date(years.year, shapes.ends_in, 1)) as ends_on
    from years
    cross join shapes

    union all

    -- A day of its own, which prices and balances have: only the days that figures are of.
    select
        cast(substr(period_id, 1, 4) as integer) as year,
        'day' as period_type,
        0 as months,
        period_id,
        period_id as period_label_zh,
        period_id as period_label_en,
        try_cast(period_id as date) as starts_on,
        try_cast(period_id as date) as ends_on
    from stated_periods
    where try_cast(period_id as date) is not null and length(period_id) = 10

),

final as (

    select
        periods.period_id,
        periods.period_type,
        periods.year as calendar_year,
        periods.months,
        periods.starts_on,
        periods.ends_on,
        prior_year.period_id as prior_year_period_id,
        prior_period.period_id as prior_period_id,
        periods.period_label_zh,
        periods.period_label_en
    from periods
    left join periods as prior_year
        on
            periods.period_type = prior_year.period_type
            and periods.starts_on = prior_year.starts_on + interval 1 year
    -- Months from January on have no period of their kind that ends where they start.
    left join periods as prior_period
        on
            periods.period_type = prior_period.period_type
            and periods.starts_on = prior_period.ends_on + 1

)

select * from final
