"""Periods as they are worded → periods as their article means them.

第四季度 is a quarter of some year, 去年 a year as seen from some day, 2026财年第一季度 a quarter of
a company's own year. Before the article's own period is known, `with_owner` and `read_in_context`
read what a period says by itself, by its company and by the day of publication; once it is known,
`by_own_period` completes the rest.
"""

from typing import Literal

import polars as pl

from ingest.lexicon import lexicon
from ingest.periods import from_january, last_quarter, order_of, read_periods, to_date, was_over
from ingest.rows import between, carried, has, look_up
from ingest.vocabulary import companies

_FIRST_WORDS = 200
"""Characters of an article in which it says which period it is about."""
_RESULTS_OUT = 4
"""The month by which a year's results are published."""
_SIDES: list[tuple[Literal["backward", "forward"], str]] = [
    ("backward", "earlier"),
    ("forward", "later"),
]


def with_owner(
    periods: pl.DataFrame, subjects: pl.DataFrame, company: pl.DataFrame
) -> pl.DataFrame:
    """Add owner: the company whose year a period counts by.

    It is the last one that the sentence names before the period, else the next one, else the
    article's. Adds default_company and published_on too.
    """
    named = (
        subjects.select("event_nr", "sentence_nr", "term_nr")
        .pipe(look_up, "term_nr", lexicon().terms, owner="company_id", is_short="is_short")
        .filter(pl.col("owner").is_not_null(), ~pl.col("is_short").fill_null(False))
        .select("event_nr", beside="owner", beside_nr="sentence_nr")
        .set_sorted("event_nr")
    )
    in_sentence = pl.when(pl.col("beside_nr") == pl.col("sentence_nr")).then("beside")
    periods = periods.pipe(
        look_up,
        "article_nr",
        company,
        default_company="default_company",
        published_on="published_on",
    )
    for strategy, name in _SIDES:
        periods = (
            periods.join_asof(named, on="event_nr", strategy=strategy)
            .with_columns(in_sentence.alias(name))
            .drop("beside", "beside_nr")
        )
    return periods.with_columns(owner=pl.coalesce("earlier", "later", "default_company")).drop(
        "earlier", "later"
    )


def with_metric_behind(periods: pl.DataFrame, metrics: pl.DataFrame) -> pl.DataFrame:
    """Add metric_gap: what stands between a period and the next metric of its own clause."""
    behind = metrics.select(
        "event_nr", metric_clause="clause_start", metric_nr="sentence_nr", metric_start="start"
    ).set_sorted("event_nr")
    is_own = (pl.col("metric_nr") == pl.col("sentence_nr")) & (
        pl.col("metric_clause") == pl.col("clause_start")
    )
    return (
        periods.join_asof(behind, on="event_nr", strategy="forward")
        .with_columns(
            metric_gap=pl.when(is_own).then(between(pl.col("end"), pl.col("metric_start")))
        )
        .drop("metric_clause", "metric_nr", "metric_start")
    )


def read_in_context(periods: pl.DataFrame) -> pl.DataFrame:
    """The periods and what they say, by the calendar.

    Adds the columns of `periods.read_periods`, weight (how much it counts as the article's own),
    is_ahead (the sentence has looked forward by the next number), is_foretold (its clause has, by
    then), is_compared (what precedes it compares with it), is_closed (截至), is_others (a year of
    another company's own), is_over (at publication), reports_last_year (去年, early in an article
    of the months in which results of the year before are published).
    """
    return (
        _read(periods)
        .pipe(_from_publication)
        .pipe(_with_own_year_end)
        .pipe(_in_calendar_quarters)
        .pipe(_from_before)
        .pipe(_with_months)
        .with_columns(
            is_over=~pl.col("fiscal").fill_null(False)
            & was_over(pl.col("year"), pl.col("part"), pl.col("published_on")),
            reports_last_year=_reports_last_year(),
            is_others=pl.col("fiscal")
            & (pl.col("owner") != pl.col("default_company")).fill_null(False),
        )
        .drop(
            "names_report", "this_year", "month", "day", "published_on", "default_company", "owner",
            "fiscal_year_end_month", "in_title", "metric_gap", "in_month",
        )
    )  # fmt: skip


def _read(periods: pl.DataFrame) -> pl.DataFrame:
    """Add what each period says by its own words and by those of its clause."""
    # 2021和2022年: the second stands in a list, and is compared with nothing.
    same = pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)
    gap = pl.when(same).then(between(pl.col("end").shift(1), pl.col("start")))
    is_listed = gap.str.contains(r"^\s*[、和与及]\s*$").fill_null(False)
    words = periods.select("match").unique()
    read = words.with_columns(read_periods(pl.col("match"))).with_columns(
        names_report=pl.col("match").str.contains("报|业绩"),
        this_year=has(pl.col("match"), "this_year"),
    )
    return periods.join(read, on="match", how="left", maintain_order="left").with_columns(
        # 中期业绩, 半年报 name the report itself.
        weight=pl.when("names_report")
        .then(10)
        .when("in_title")
        .then(5)
        .when(pl.col("year").is_not_null() & (pl.col("part") != "FY"))
        .then(3)
        .otherwise(1),
        is_ahead=has(pl.col("norm").str.slice(0, pl.col("next_number")), "forecast"),
        is_compared=has(pl.col("head"), "relative_base") & ~is_listed,
        is_foretold=has(pl.col("head"), "forecast"),
        is_closed=pl.col("head").str.contains("截[至止]")
        | pl.col("match").str.contains("[1-9一二三四五六七八九十]\\s?月[底末]$"),
    )


def _reports_last_year() -> pl.Expr:
    """Whether 去年 is what the article may be about: in its first words, from January to April.

    Behind a number (毛利率为42%，去年为40%) it only compares.
    """
    return (
        pl.col("is_seen")
        & ~pl.col("norm").str.slice(0, "start").str.contains("[0-9]\\s?[%万亿元倍]")
        & (pl.col("year_offset") == -1)
        & ~pl.col("is_compared")
        & (pl.col("in_title") | (pl.col("place") < _FIRST_WORDS))
        & (pl.col("published_on").dt.month() <= _RESULTS_OUT)
    ).fill_null(False)


def _with_months(periods: pl.DataFrame) -> pl.DataFrame:
    """Mend part, and add moment and closes: what a plain month or 今年 is in its sentence.

    10月出口下降3%, 9月，甲的月活达到2亿: a month is measured where a number follows in its own
    clause or a metric right behind it (6月营收创新高), or where it closes months that were. 今年 is
    the whole year only where it is looked forward to. 截至11月15日 is when a price or a balance was
    read; 截至6月 closes a quarter.
    """
    # 1-9月 ends with a month too, and is none.
    plain_month = pl.col("month").is_not_null() & pl.col("part").is_null()
    until = pl.col("match").str.extract(r"[-–—~至到]\s?([0-9]{1,2})\s?月").str.zfill(2)
    in_article = pl.when(until.is_not_null()).then("article_nr").forward_fill()
    closes_stretch = (
        plain_month
        & (pl.col("month") == until.forward_fill())
        & (in_article == pl.col("article_nr"))
        & ~pl.col("is_closed")
    ).fill_null(False)
    # 5月底 is a month's, unless a quarter or the company's year ends with it.
    month_end = (
        pl.col("match").str.contains("月[底末]$")
        & pl.col("closes").is_null()
        & (pl.col("in_month") != pl.col("fiscal_year_end_month")).fill_null(True)
    )
    closed_month = (
        pl.when(plain_month & pl.col("is_closed"))
        .then("month")
        .when(month_end)
        .then(pl.col("in_month").cast(pl.String).str.zfill(2))
    )
    measured = pl.when(plain_month & ~pl.col("is_closed")).then(
        between(pl.col("end"), pl.col("next_number"))
    )
    # The more stands between, the more has to say that something was measured.
    is_said_of = (
        measured.str.contains("^份?[，,]?[^，,。；;：:]{0,20}$")
        | (measured.str.contains("^份?[，,]?[^，,。；;：:]{0,40}$") & has(measured, "growth_noun"))
    ) & (pl.col("next_number") < pl.col("norm").str.len_chars())
    # 至10月累计 is from January on.
    adds_up = (
        plain_month & pl.col("head").str.ends_with("至") & pl.col("tail").str.contains("^份?累计")
    )
    last_of = {f"{3 * nr:02}": f"Q{nr}" for nr in range(1, 5)}
    named = pl.when(plain_month & ~pl.col("is_closed")).then("metric_gap")
    is_said_of |= named.str.contains("^份?[^0-9]{0,8}$") & ~has(named, "announces")
    # 12月份，受寒潮影响，价格下降0.3%: the month, and not when something happened.
    is_said_of |= pl.col("match").str.ends_with("月份") & ~measured.str.contains("^[以起开之前后]")
    return periods.with_columns(
        part=pl.when(pl.col("this_year") & pl.col("part").is_null() & pl.col("is_ahead"))
        .then(pl.lit("FY"))
        .when(adds_up)
        .then(from_january("-" + pl.col("month")))
        .when((is_said_of.fill_null(False) | closes_stretch) & ~has(measured, "announces"))
        .then("-" + pl.col("month"))
        .otherwise("part"),
        moment=pl.coalesce("day", "-" + closed_month),
        closes=pl.coalesce("closes", closed_month.replace_strict(last_of, default=None)),
    )


def _from_publication(periods: pl.DataFrame) -> pl.DataFrame:
    """去年, 今年, 上季 and the like, as seen from the day of publication, where that is known.

    去年同期 is seen from the article's own period, and so are 上年 and a quarter compared with.
    """
    day = pl.col("published_on")
    sees_year = (
        pl.col("match").str.contains("^(?:去年|今年|前年|明年)")
        & pl.col("part").ne_missing("SAME")
        & day.is_not_null()
    )
    sees_quarter = (pl.col("quarter_offset") == -1) & ~pl.col("is_compared") & day.is_not_null()
    last = day.dt.offset_by("-1q")
    month = day.dt.month_start().dt.offset_by(pl.col("month_offset").cast(pl.String) + "mo")
    year = (
        pl.when(sees_year)
        .then(day.dt.year() + pl.col("year_offset"))
        .when(sees_quarter)
        .then(last.dt.year())
        .when(pl.col("month_offset").is_not_null())
        .then(month.dt.year())
        .otherwise("year")
    )
    return periods.with_columns(
        year=year.cast(pl.Int32),
        part=pl.when(sees_quarter)
        .then(pl.lit("Q") + last.dt.quarter().cast(pl.String))
        .otherwise("part"),
        month=pl.coalesce(month.dt.strftime("%m"), "month"),
        quarter_offset=pl.when(sees_quarter).then(0).otherwise("quarter_offset"),
        # As seen from that day it is a quarter of the calendar, 上一财季 too.
        fiscal=pl.col("fiscal") & ~sees_quarter,
        is_seen=sees_year,
    ).drop("month_offset")


def _from_before(periods: pl.DataFrame) -> pl.DataFrame:
    """What speaks of a period said before: 这一年 and 当年三季度, 当月, 期内, 本季.

    A year or month holds for two sentences on; 期内 opens its clause and is the last reporting
    period of the article; 本季 is the quarter that its own sentence has said, if it has said one.
    """
    stands = pl.col("back").is_null() & ~pl.col("is_compared") & (pl.col("year_offset") == 0)
    is_part = stands & order_of(pl.col("part")).is_not_null()
    is_quarter = stands & pl.col("part").str.contains("^Q[1-4]$")
    month = pl.coalesce("month", pl.col("part").str.extract("^-([0-9]{2})$"))
    # 中期收入 is of the half-year; 中期票据 and 中期目标 are of none.
    no_half = (pl.col("match") == "中期") & ~has(pl.col("tail"), "of_half")
    opens = pl.col("head").str.contains(r"^\s*[在于]?$")

    back, sentence, article = pl.col("back"), pl.col("sentence_nr"), pl.col("article_nr")

    def last(mask: pl.Expr, sentences: int | None = None) -> pl.Expr:
        row = pl.when(mask).then(pl.int_range(pl.len(), dtype=pl.UInt32)).forward_fill().shift(1)
        near = article.gather(row) == article
        if sentences is not None:
            near &= sentence - sentence.gather(row) <= sentences
        return pl.when(near).then(row)

    said = (
        pl.when(back == "year")
        .then(last(stands & pl.col("year").is_not_null(), 2))
        .when(back == "month")
        .then(last(month.is_not_null(), 2))
        .when((back == "period") & opens)
        .then(last(is_part))
        .when(pl.col("part") == "QUARTER")
        .then(last(is_quarter, 0))
    )
    known = pl.col("said").is_not_null()
    whole = known & (back.is_null() | (back == "period"))
    of_said = {name: pl.col(name).gather("said") for name in ("year", "part", "fiscal")}
    return (
        periods.with_columns(said=said)
        .with_columns(
            year=pl.when(known).then(of_said["year"]).otherwise("year"),
            part=pl.when(no_half)
            .then(None)
            .when(whole)
            .then(of_said["part"])
            .when(known | (back.is_null() | (back != "year")))
            .then("part"),
            fiscal=pl.when(whole).then(of_said["fiscal"]).otherwise("fiscal"),
            month=pl.when(known & (back == "month")).then(month.gather("said")).otherwise("month"),
        )
        .drop("back", "said")
    )


def _with_year_held(periods: pl.DataFrame) -> pl.DataFrame:
    """2022年第一季度…，第二季度…: the year that a sentence has said holds on.

    It holds for the quarter that comes next, and for what does not lie after the article's own
    period (in a report on a first quarter, the fourth one is last year's).
    """
    order = order_of(pl.col("part"))
    same = pl.col("sentence_nr") == pl.col("sentence_nr").shift(1)
    says_year = (
        pl.col("year").is_not_null()
        & ~pl.col("is_compared")
        & ~pl.col("fiscal")
        & order.is_not_null()
        & (pl.col("part") != "FY")
    )
    held = carried(pl.when(says_year).then("year"), "sentence")
    since = carried(pl.when(says_year).then(order), "sentence")
    own = pl.col("default_year") * 4 + order_of(pl.col("default_part"))
    follows = pl.when(same).then(order - order.shift(1)).is_in([0, 1]).fill_null(False)
    holds = (
        pl.col("year").is_null()
        & (pl.col("year_offset") == 0)
        & ~pl.col("fiscal")
        & (pl.col("part") != "FY")
        & (order >= since)
        & (follows | (held * 4 + order <= own).fill_null(False))
    )
    return periods.with_columns(year=pl.when(holds).then(held).otherwise("year"))


def by_own_period(periods: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """当季 in the report of a half or a year is its last quarter; in a quarter's it says nothing.

    本季 that is looked forward to, after a quarter that is over, is the quarter of publication.
    What stands on a quarter's last day (截至2024年12月31日) is of that quarter, or of the article's
    own part of the year, if that ends with it: then it is at_end. A day without a year may be of
    the next one. Adds default_year too.
    """
    last = last_quarter(pl.col("default_part"))
    months = {f"Q{nr}": f"-{3 * nr:02}" for nr in range(1, 5)}
    is_current = (
        (pl.col("part") == "QUARTER")
        & pl.col("match").str.starts_with("本")
        & pl.col("is_ahead")
        & was_over(pl.col("default_year"), pl.col("default_part"), pl.col("published_on"))
    ).fill_null(False)
    ends_with_it = (pl.col("closes") == pl.coalesce(last, "default_part")).fill_null(False)
    is_of_year = pl.col("year").is_not_null() | ends_with_it
    on_last_day = (
        pl.col("part").is_null()
        & pl.col("closes").is_not_null()
        & (pl.col("is_closed") | pl.col("match").str.contains("[底末]$"))
        & is_of_year
    )
    return (
        periods.pipe(
            look_up,
            "article_nr",
            frame,
            default_year="default_year",
            default_part="default_part",
            published_on="published_on",
        )
        .with_columns(
            part=pl.when(is_current)
            .then(pl.lit("Q") + pl.col("published_on").dt.quarter().cast(pl.String))
            .when(pl.col("part") == "QUARTER")
            .then(last)
            .when(pl.col("part") == "TO_DATE")
            .then(to_date(pl.col("default_part")))
            .when(on_last_day)
            .then(
                pl.when(ends_with_it)
                .then("default_part")
                .when(pl.col("default_part").str.starts_with("-"))
                .then(pl.col("closes").replace_strict(months, default=None))
                .otherwise("closes")
            )
            .otherwise("part"),
            year=pl.when(is_current).then(pl.col("published_on").dt.year()).otherwise("year"),
            at_end=on_last_day & ends_with_it,
            # 2022年业绩要点 in the release of a quarter heads what that quarter brought.
            is_coarse=(pl.col("part") == "FY")
            & (pl.col("year") == pl.col("default_year"))
            & pl.col("default_part").ne_missing("FY")
            & ~pl.col("match").str.contains("全|年度"),
            # Seen from the day of publication, 去年 may be the year that the article is about.
            year_offset=pl.when("is_seen")
            .then(pl.col("year") - pl.col("default_year"))
            .otherwise("year_offset"),
        )
        .pipe(_with_year_held)
        .drop("default_part", "weight", "closes", "is_seen", "place", "published_on")
    )


_THROUGH = {f"Q{nr}": 3 * nr for nr in range(1, 5)} | {"H1": 6, "9M": 9, "FY": 12}
"""Months of a year until the end of its parts."""


def _with_closings(periods: pl.DataFrame) -> pl.DataFrame:
    """Add closing, year_end and own_year to what only says where the next period ends.

    截至今年3月底第二季 closes in September, 截至5月底止全年 in May: year_end; own_year is that
    in which that year ends.
    """
    same = (pl.col("sentence_nr") == pl.col("sentence_nr").shift(-1)).fill_null(False)
    gap = pl.when(same & pl.col("in_month").is_not_null() & pl.col("is_closed")).then(
        between(pl.col("end"), pl.col("start").shift(-1))
    )
    part = pl.col("part").shift(-1)
    closing = gap.str.contains(r"^[底末杪]?止的?\s?[，,]?\s?$") | (
        gap.str.contains(r"^[底末杪]?的?\s?$") & (part != "FY")
    )
    left = 12 - part.replace_strict(_THROUGH, default=None, return_dtype=pl.Int32)
    published = pl.col("published_on").dt
    year = pl.coalesce(
        "year", published.year() - (pl.col("in_month") > published.month()).cast(pl.Int32)
    )
    return periods.with_columns(
        closing=closing.fill_null(False) & left.is_not_null(),
        year_end=(pl.col("in_month") + left - 1) % 12 + 1,
        own_year=year + (pl.col("in_month") + left > 12).cast(pl.Int32),
    )


def _with_own_year_end(periods: pl.DataFrame) -> pl.DataFrame:
    """Add year_end: the month in which the article's own company closes its year, if it says so.

    Where that is none of the calendar's years, the article's quarters, halves and years are that
    company's own: fiscal. 去年度 is the company's last year, 去年 is the calendar's.
    """
    periods = _with_closings(periods)
    told = (
        periods.filter("closing", pl.col("year_end") != 12)
        .unique("article_nr", keep="first", maintain_order=True)
        .select("article_nr", "year_end", "own_year")
    )
    periods = periods.with_columns(
        *(pl.when(~pl.col("closing")).then(name).alias(name) for name in ("closes", "month")),
        is_seen=pl.col("is_seen") & ~pl.col("closing"),
        year_end=pl.lit(None, pl.Int32),
    ).drop("closing", "own_year")
    if told.is_empty():
        return periods
    is_own = (
        pl.col("year_end").is_not_null()
        & (pl.col("owner") == pl.col("default_company")).fill_null(True)
        & pl.col("part").is_in([*_THROUGH, "H2"])
        & ~pl.col("fiscal")
        & (
            (pl.col("year").is_null() & (pl.col("year_offset") == 0))
            | pl.col("match").str.contains("^去年度$")
        )
        & ~(pl.col("part").str.starts_with("Q") & (pl.col("year_end") % 3 != 0))
    ).fill_null(False)
    return (
        periods.drop("year_end")
        .join(told, on="article_nr", how="left", maintain_order="left")
        .with_columns(is_own=is_own)
        .with_columns(
            fiscal=pl.col("fiscal") | pl.col("is_own"),
            year=pl.when(pl.col("is_own") & pl.col("part").is_in(["FY", "H1"]))
            .then("own_year")
            .otherwise("year"),
            year_offset=pl.when("is_own").then(0).otherwise("year_offset"),
        )
        .drop("is_own", "own_year")
    )


def _in_calendar_quarters(periods: pl.DataFrame) -> pl.DataFrame:
    """Fiscal quarters (2026财年第一季度) by the calendar (2025Q2).

    Fiscal halves and years that are none of the calendar's stay fiscal.
    """
    year_end = pl.col("fiscal_year_end_month").cast(pl.Int32)
    quarter = pl.col("part").str.extract("Q([1-4])").cast(pl.Int32) + year_end // 3 - 1
    moves = pl.col("fiscal").fill_null(False) & quarter.is_not_null()
    return (
        periods.join(
            companies().select("fiscal_year_end_month", owner="company_id"),
            on="owner",
            how="left",
            maintain_order="left",
        )
        .with_columns(fiscal_year_end_month=pl.coalesce("year_end", year_end))
        .with_columns(
            part=pl.when(moves).then("Q" + (quarter % 4 + 1).cast(pl.String)).otherwise("part"),
            year=pl.when(moves).then(pl.col("year") - 1 + quarter // 4).otherwise("year"),
            fiscal=pl.col("fiscal") & ~moves & (pl.col("fiscal_year_end_month") != 12),
        )
        .drop("year_end")
    )
