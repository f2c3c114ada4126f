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

months as (

    select cast(numbers.nr as integer) as month
    from range(1, 13) as numbers (nr)

),

-- The months in which it starts and ends; what follows a period is what starts where it ends.
shapes as (

    select
        spans.suffix,
        spans.period_type,
        spans.starts_in,
        spans.ends_in,
        spans.label_zh,
        spans.label_en
    from
        (
            values
            ('Q1', 'quarter', 1, 3, '年第一季度', 'Q1 '),
            ('Q2', 'quarter', 4, 6, '年第二季度', 'Q2 '),
            ('Q3', 'quarter', 7, 9, '年第三季度', 'Q3 '),
            ('Q4', 'quarter', 10, 12, '年第四季度', 'Q4 '),
            ('H1', 'half_year', 1, 6, '年上半年', 'H1 '),
            ('H2', 'half_year', 7, 12, '年下半年', 'H2 '),
            ('-2M', 'two_months', 1, 2, '年前两个月', '2M '),
            ('-4M', 'four_months', 1, 4, '年前四个月', '4M '),
            ('-5M', 'five_months', 1, 5, '年前五个月', '5M '),
            ('-7M', 'seven_months', 1, 7, '年前七个月', '7M '),
            ('-8M', 'eight_months', 1, 8, '年前八个月', '8M '),
            ('-9M', 'nine_months', 1, 9, '年前九个月', '9M '),
            ('-10M', 'ten_months', 1, 10, '年前十个月', '10M '),
            ('-11M', 'eleven_months', 1, 11, '年前十一个月', '11M '),
            ('', 'year', 1, 12, '年', '')
        ) as spans (suffix, period_type, starts_in, ends_in, label_zh, label_en)

    union all

    select
        '-' || lpad(cast(month as string), 2, '0') as suffix,
        'month' as period_type,
        month as starts_in,
        month as ends_in,
        '年' || month || '月' as label_zh,
        'M' || lpad(cast(month as string), 2, '0') || ' ' as label_en
    from months

),

periods as (

    select
        years.year,
        shapes.period_type,
        shapes.ends_in - shapes.starts_in + 1 as months,
        years.year || shapes.suffix as period_id,
        years.year || shapes.label_zh as period_label_zh,
        shapes.label_en || years.year as period_label_en,
        make_date(years.year, shapes.starts_in, 1) as starts_on,
        last_day(make_date(years.year, shapes.ends_in, 1)) as ends_on
    from years
    cross join shapes

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
