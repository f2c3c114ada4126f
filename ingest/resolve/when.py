"""Of which period a figure is, and whether that lies ahead of the article."""

import polars as pl

from ingest.events import Events
from ingest.periods import order_of, was_over
from ingest.resolve.context import QUARTERS, follow, head_says, lands_ahead, of_paragraph
from ingest.resolve.phrases import says
from ingest.rows import between, has, with_code
from ingest.vocabulary import balances, flows, metrics_in_role


def with_period(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add period_id and period_basis; what lies ahead (a forecast, a target) gets that kind.

    period_basis: stated | year_inferred (the words leave the year open) | article (no words: the
    article's own period) | unknown.
    """
    return (
        _follow_periods(numbers, events)
        .pipe(_with_nth_quarter)
        .pipe(_with_day_of_price)
        .pipe(_with_basis)
        .pipe(_with_date, events)
        .pipe(_with_outlook)
    )


def _follow_periods(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add what is asked of the periods that the number may be of, nearest scope first."""
    # A past period set apart by a comma (去年同期，净利润为…) holds unless another came since.
    aside = pl.when(pl.col("period_aside") > pl.col("period_sentence").fill_null(0)).then(
        "period_aside"
    )
    return (
        numbers.with_columns(period_local=pl.coalesce("listed_period", "period_local", aside))
        .pipe(follow, events.periods, "period_local", "end", "is_base")
        .pipe(follow, events.periods, "period_sentence", "end", "part")
        .pipe(_without_month_behind)
        .pipe(follow, events.periods, "period_moment", "end", "moment", "part", "is_closed")
        .pipe(follow, events.periods, "period_paragraph", "part")
        .pipe(follow, events.periods, "period_heading", "part")
    )


def _without_month_behind(numbers: pl.DataFrame) -> pl.DataFrame:
    """7月，销量为…；过去十二个月…: a month holds until clauses tell of another time."""
    month = pl.when(pl.col("period_sentence_part").str.starts_with("-"))
    behind = has(month.then(between(pl.col("period_sentence_end"), pl.col("start"))), "other_time")
    return numbers.with_columns(
        pl.when(~behind).then(name).alias(name)
        for name in ("period_sentence", "period_sentence_end", "period_sentence_part")
    )


def _with_nth_quarter(numbers: pl.DataFrame) -> pl.DataFrame:
    """前两个季度分别为1.5亿和2.5亿: the first is of Q1, the second of Q2.

    So it is of 第一至第四季度; and in the third quarter, without 分别 as well.
    """
    counted = {"两": 2, "二": 2, "2": 2, "三": 3, "3": 3, "四": 4, "4": 4}
    ordinal = {"一": 1, "二": 2, "三": 3}
    own = pl.col("default_part").str.extract("Q([1-4])").cast(pl.Int64)
    spread = (
        head_says("distribute")
        & (pl.col("chain_length") > 1)
        & pl.col("listed_period").is_null()
        & pl.col("listed_metric").is_null()
        & pl.col("listed_subject").is_null()
    )
    said = pl.when((pl.col("states") & own.is_not_null()) | spread).then("sentence_before")
    quarters = pl.coalesce(
        said.str.extract(r"前\s?([两二三23])\s?个?季度"),
        said.str.extract(r"[第前][一1]\s?(?:季度)?[至到-]\s?第?([二三四2-4])\s?季度"),
    ).replace_strict(counted, default=None, return_dtype=pl.Int64)
    nth = pl.coalesce(
        pl.when(pl.col("quarters").is_not_null())
        .then("before")
        .str.extract("其([一二三])")
        .replace_strict(ordinal, default=None, return_dtype=pl.Int64),
        pl.when(pl.col("chain_length") == pl.col("quarters")).then(pl.col("chain_order") + 1),
    )
    known = (own == pl.col("quarters") + 1) | pl.col("spread")
    return (
        numbers.with_columns(states=pl.col("kind").is_in(["level", "share"]), spread=spread)
        .with_columns(quarters=quarters)
        .with_columns(nth=nth)
        .with_columns(
            nth_quarter=pl.when(known & (pl.col("nth") <= pl.col("quarters"))).then("nth")
        )
        .drop("quarters", "nth", "spread")
    )


_WEEKDAY = "(?s)^.*(?:周|星期|礼拜)([一二三四五六日天])"
_FULL_DATE = r"(?s)^.*((?:19|20)[0-9]{2})年([01]?[0-9])月([0-3]?[0-9])日"
_DAY_OF_MONTH = "(?s)^(?:.*[^0-9月升跌涨连续近过前后第])?([0-3]?[0-9])日"


def _with_day_of_price(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add priced_on: the day of a price that its sentence tells, by its date or as seen from today.

    2024年4月23日上市，开盘价15元; and as seen from the article's day 昨日收报12元, 周四上涨3%,
    10日收在20元. The prices of the next two sentences are of that day.
    """
    dated = pl.col("sentence_before").str.contains(_FULL_DATE)
    rows = numbers.select(_is_price() & (_is_undated() | dated)).to_series().arg_true()
    days = pl.Series("priced_on", [None], pl.Date).new_from_index(0, len(numbers))
    if rows.is_empty():
        return numbers.with_columns(days)
    weekdays = {day: nr for nr, day in enumerate("一二三四五六日", 1)} | {"天": 7}
    published, said = pl.col("published_on"), pl.col("sentence_before")
    weekday = said.str.extract(_WEEKDAY).replace_strict(weekdays, default=None)
    ago = (published.dt.weekday().cast(pl.Int64) - weekday) % 7
    nth = said.str.extract(_DAY_OF_MONTH).cast(pl.Int64) - 1
    month = published.dt.month_start()
    of_month = month.dt.offset_by(nth.cast(pl.String) + "d")
    a_month_ago = month.dt.offset_by("-1mo").dt.offset_by(nth.cast(pl.String) + "d")
    near = (pl.col("sentence_nr") - pl.col("told_nr") <= 2) & (
        pl.col("article_nr") == pl.col("told_in")
    )
    prices = (
        numbers[rows]
        .pipe(with_code, "seen", pl.col("sentence_before"), "priced_on")
        .with_columns(
            told=pl.coalesce(
                _full_date(said),
                published.dt.offset_by("-" + ago.cast(pl.String) + "d"),
                pl.when(of_month <= published).then(of_month).otherwise(a_month_ago),
                pl.when(pl.col("seen") == "yesterday").then(published.dt.offset_by("-1d")),
                pl.when(pl.col("seen") == "today").then(published),
            )
        )
        .with_columns(
            pl.when(pl.col("told").is_not_null()).then(name).forward_fill().alias(told)
            for name, told in (("sentence_nr", "told_nr"), ("article_nr", "told_in"))
        )
        .select(day=pl.when(near).then(pl.col("told").forward_fill()))
    )
    return numbers.with_columns(days.scatter(rows, prices["day"]))


def _full_date(text: pl.Expr) -> pl.Expr:
    """The last date of a text that has its year, month and day."""
    parts = [text.str.extract(_FULL_DATE, nr) for nr in (1, 2, 3)]
    return pl.concat_str(parts, separator="-").str.to_date("%Y-%m-%d", strict=False)


def _is_price() -> pl.Expr:
    """Whether the number is a price by the day or how one moved, and no target."""
    is_price = pl.col("metric_id").is_in(metrics_in_role("by_day"))
    return (is_price & ~has(pl.col("metric_match"), "forecast_after")).fill_null(False)


def _is_undated() -> pl.Expr:
    """Whether the sentence names no period before the number."""
    return pl.all_horizontal(
        pl.col(f"period_{scope}").is_null() for scope in ("local", "sentence", "moment")
    )


def _with_basis(numbers: pl.DataFrame) -> pl.DataFrame:
    """Add basis (where the period is taken from) and year_ago (the start of a movement)."""
    # 较去年同期增长至100亿 lands in the article's own period; 较二季度的5个基点 is of that quarter.
    since_local = between(pl.col("period_local_end"), pl.col("start"))
    use_local = pl.col("period_local").is_not_null() & (
        pl.col("listed_period").is_not_null()
        | (pl.col("states") & ~has(since_local, "growth_noun"))
        | has(pl.when(pl.col("form").is_in(["ratio", "points"])).then(since_local), "owns")
        | (
            (pl.col("kind") == "growth")
            & ~pl.col("period_local_is_base")
            & says("lead", "copula")
            & (pl.col("form") == "ratio")
        )
    )
    # 毛利率从29.9%降至16.8%: the first is of the time compared with, where that is known.
    starts_movement = (
        pl.col("states") & says("before", "from") & lands_ahead() & ~pl.col("use_local")
    ).fill_null(False)
    moving = pl.when("starts_movement")
    revised = has(moving.then("sentence_before"), "forecast")
    since = pl.coalesce("moved_since", pl.when(~revised).then(of_paragraph()))
    against_last_year = (since == "yoy").fill_null(False)
    return (
        numbers.with_columns(use_local=use_local)
        .with_columns(starts_movement=starts_movement)
        .with_columns(
            starts_movement=pl.col("starts_movement")
            & ~has(moving.then("metric_match"), "forecast_after"),
        )
        .pipe(with_code, "moved_since", moving.then("sentence_before"), "comparison")
        .with_columns(against_last_year=against_last_year)
        .with_columns(
            basis=pl.when(says("before", "present"))
            .then(pl.lit("article"))
            .when(pl.col("starts_movement") & ~pl.col("against_last_year"))
            .then(pl.lit("unknown"))
            .when(pl.col("nth_quarter").is_not_null())
            .then(pl.lit("nth"))
            .when(_at_moment())
            .then(pl.lit("moment"))
            .when(pl.col("priced_on").is_not_null())
            .then(pl.lit("day"))
            .when("use_local")
            .then(pl.lit("local"))
            .when(pl.col("period_sentence").is_not_null())
            .then(pl.lit("sentence"))
            .when(pl.col("period_paragraph").is_not_null())
            .then(pl.lit("paragraph"))
            .when(pl.col("period_heading").is_not_null())
            .then(pl.lit("heading"))
            .otherwise(pl.lit("article")),
            year_ago=pl.col("starts_movement") & pl.col("against_last_year"),
        )
        .drop("use_local", "starts_movement", "moved_since", "against_last_year")
    )


def _at_moment() -> pl.Expr:
    """Whether the number is a price or a balance on the day, or in the month, that was last said.

    The last day of a quarter is the quarter's.
    """
    said = pl.col("period_moment").is_not_null() & pl.col("period_moment_part").is_null()
    nearest = pl.col("period_moment_end") > pl.max_horizontal(
        pl.col("period_sentence_end").fill_null(-1), pl.col("period_local_end").fill_null(-1)
    )
    # A price has the day of its sentence; a balance only one that it is said to be of (截至).
    is_price = pl.col("metric_id").is_in(metrics_in_role("by_day"))
    is_read = is_price | (pl.col("metric_id").is_in(balances()) & pl.col("period_moment_is_closed"))
    return ((pl.col("states") | is_price) & said & nearest & is_read).fill_null(False)


def _is_sum() -> pl.Expr:
    return pl.col("before").str.contains("合计|总计|共计|合共|累计|加总").fill_null(False)


def _said(name: str) -> pl.Expr:
    """What the period that the number is of says."""
    return pl.col(f"said_{name}")


def _with_said(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add what the period that the number is of says; null where it is the article's own."""
    said = pl.coalesce(
        pl.when(pl.col("basis") == scope).then(f"period_{scope}")
        for scope in ("moment", "local", "sentence", "paragraph", "heading")
    )
    names = [
        "year",
        "years",
        "is_estimate",
        "is_foretold",
        "year_offset",
        "quarter_offset",
        "part",
        "fiscal",
        "at_end",
        "ends_list",
    ]
    return numbers.with_columns(said=said).pipe(follow, events.periods, "said", *names)


def _with_date(numbers: pl.DataFrame, events: Events) -> pl.DataFrame:
    """Add year, part and period_id: what is said, completed by what the article is about."""
    # A later quarter than the article's, looked back on, is last year's.
    other = pl.when(pl.col("part") != pl.col("default_part"))
    late = (
        pl.col("said_year").is_null()
        & (pl.col("year_offset") == 0)
        & (order_of(other.then("part")) > order_of(other.then("default_part")))
        & other.then("part").is_in(QUARTERS)
        & other.then("default_part").is_in(QUARTERS)
    ).fill_null(False)
    late &= ~has(pl.when(late).then("sentence_before"), "forecast")
    open_part = pl.coalesce(
        "period_sentence_part", "period_paragraph_part", "period_heading_part", "default_part"
    )
    ahead = pl.when("fiscal").then("fiscal_ahead").otherwise(0)
    year = pl.coalesce("said_year", pl.col("default_year") + pl.col("year_offset") + ahead)
    return (
        _with_said(numbers, events)
        .with_columns(
            # 2012年至2014年…依次为: a list as long as the span of years has one of each.
            said_year=pl.coalesce(pl.col("priced_on").dt.year(), _said("year"))
            + pl.when((_said("years") == pl.col("chain_length")).fill_null(False))
            .then(pl.col("chain_order").cast(pl.Int32))
            .otherwise(0),
            year_offset=_said("year_offset").fill_null(0),
            quarter_offset=_said("quarter_offset").fill_null(0),
            part=pl.when(pl.col("basis") == "moment")
            .then("period_moment_moment")
            .when(pl.col("basis") == "day")
            .then(pl.col("priced_on").dt.strftime("-%m-%d"))
            .otherwise(_said("part")),
            fiscal=_said("fiscal").fill_null(False),
            open_part=open_part,
        )
        # In a report on the company's own year, 去年 is one, too; 上半年 may be of either.
        .with_columns(
            fiscal=pl.col("fiscal")
            | (
                pl.col("default_fiscal")
                & pl.col("said_year").is_null()
                & pl.col("part").fill_null("FY").is_in(["FY", "SAME"])
            )
        )
        .with_columns(
            # Nor has what grew over a span of years one of them.
            is_open=(_said("years") > 1).fill_null(False)
            & (_said("years") != pl.col("chain_length"))
            # 2022年、2023年合计: a sum over several periods is of none of them.
            | (_said("ends_list").fill_null(False) & (pl.col("chain_length") == 1) & _is_sum())
            | pl.col("default_fiscal")
            & pl.col("said_year").is_null()
            & pl.col("part").is_in(["H1", "H2"])
            & ~pl.col("fiscal")
        )
        .with_columns(
            part=pl.when(pl.col("nth_quarter").is_not_null())
            .then("Q" + pl.col("nth_quarter").cast(pl.String))
            .when(pl.col("quarter_offset") != 0)
            .then(pl.when(pl.col("open_part").is_in(QUARTERS)).then("open_part"))
            .when((pl.col("part") == "SAME") | pl.col("part").is_null())
            .then("open_part")
            .otherwise("part"),
        )
        .with_columns(
            year=pl.when(pl.col("basis") != "unknown").then(year)
            - late.cast(pl.Int32)
            - pl.col("year_ago").cast(pl.Int32)
        )
        .with_columns(_shift_quarter())
        .pipe(_with_end_of_stretch)
        .with_columns(_calendar_period())
        .with_columns(
            period_basis=pl.when(pl.col("period_id").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("basis") == "article")
            .then(pl.lit("article"))
            .when(pl.col("said_year").is_null())
            .then(pl.lit("year_inferred"))
            .otherwise(pl.lit("stated"))
        )
    )


def _with_outlook(numbers: pl.DataFrame) -> pl.DataFrame:
    """Levels and shares that lie ahead are targets; without words for when, of no known period.

    Adds is_expected: whether a growth or change lies ahead.
    """
    text = pl.when("states")
    stated = pl.col("states")
    # What lies after the article's own period is expected, not reported.
    dated = stated & pl.col("is_after") & pl.col("basis").is_in(["local", "sentence"])
    another_year = _year_of_calendar() > pl.col("default_year")
    foretold = (
        (has(text.then("clause_before"), "forecast") & ~says("before", "present"))
        | (
            pl.col("said_is_foretold").fill_null(False)
            & pl.col("basis").is_in(["local", "sentence"])
        )
        | says("after", "forecast_after")
    ) & ~(pl.col("year") < pl.col("default_year")).fill_null(False)
    ahead = stated & (
        pl.col("said_is_estimate").fill_null(False)
        | has(text.then("metric_match"), "forecast_after")
        | foretold
        | (
            pl.col("dated")
            & ~has(pl.when("dated").then("clause_before"), "done")
            & (another_year | has(pl.when("dated").then("sentence_before"), "forecast"))
        )
        | (pl.col("is_after") & pl.col("heading_ahead") & (pl.col("basis") == "heading"))
    )
    undated = pl.col("ahead") & pl.col("basis").is_in(["article", "paragraph"])
    # So is a growth, which stays one, but is none of what was reported.
    grows = pl.col("moves") & pl.col("is_after") & pl.col("basis").is_in(["local", "sentence"])
    expected = pl.col("grows") & (
        another_year | has(pl.when("grows").then("sentence_before"), "forecast")
    )
    return (
        numbers.with_columns(is_after=_is_after_article())
        .with_columns(dated=dated, grows=grows)
        .with_columns(ahead=ahead, is_expected=expected.fill_null(False))
        .with_columns(
            kind=pl.when("ahead").then(pl.lit("target")).otherwise("kind"),
            period_id=pl.when(undated).then(None).otherwise("period_id"),
            period_basis=pl.when(undated).then(pl.lit("unknown")).otherwise("period_basis"),
        )
        .drop("is_after", "dated", "grows", "ahead", "states")
    )


def _shift_quarter() -> list[pl.Expr]:
    """Year and part moved by quarter_offset (上季度)."""
    number = pl.col("part").str.extract("Q([1-4])").cast(pl.Int32) - 1 + pl.col("quarter_offset")
    moves = pl.col("quarter_offset") != 0
    return [
        pl.when(moves).then(pl.col("year") + number // 4).otherwise("year").alias("year"),
        pl.when(moves)
        .then(pl.lit("Q") + (number % 4 + 1).cast(pl.String))
        .otherwise("part")
        .alias("part"),
    ]


def _with_end_of_stretch(numbers: pl.DataFrame) -> pl.DataFrame:
    """The part of the year; for a balance the end of the months that flows are added up over.

    前三季度…总资产: of the third quarter; 前8个月…余额: of August. But an average is over all of
    them, and so is a count that the same clause says to be (前三季度有300万人获得收入). 截至9月末
    makes a balance of all that months do not add up to.
    """
    rows = numbers["part"].str.ends_with("M").arg_true()
    if rows.is_empty():
        return numbers
    is_balance = pl.col("metric_id").is_in(balances()) & ~has(pl.col("metric_match"), "average")
    said_of_all = (pl.col("basis") == "sentence") & (
        pl.col("period_sentence_end") > pl.col("clause_start")
    )
    is_count = ~pl.col("metric_metric_dimension").is_in(["currency", "ratio"])
    at_end = pl.col("said_at_end") & ~pl.col("metric_id").is_in(flows())
    months = pl.col("part").str.extract("^([0-9]+)M$")
    ends = pl.when(months == "9").then(pl.lit("Q3")).otherwise("-" + months.str.zfill(2))
    stands = (is_balance & ~(said_of_all & is_count).fill_null(False)) | at_end.fill_null(False)
    parts = numbers[rows].select(pl.when(stands).then(ends).otherwise("part"))
    return numbers.with_columns(numbers["part"].scatter(rows, parts.to_series()))


def _year_of_calendar() -> pl.Expr:
    """The year, if need be the company's own, as one that compares with the article's."""
    return pl.col("year") - pl.when("fiscal").then("fiscal_ahead").otherwise(0)


def _is_after_article() -> pl.Expr:
    other = pl.when(pl.col("part").ne_missing(pl.col("default_part")))
    is_later = order_of(other.then(pl.col("part").fill_null("FY"))) > order_of(
        other.then("default_part")
    )
    year = _year_of_calendar()
    after = (year > pl.col("default_year")) | (
        (year == pl.col("default_year")) & is_later.fill_null(False)
    )
    # What was over when the article was published is after it only if nobody knew the day.
    return after & ~was_over(year, pl.col("part"), pl.col("published_on"))


def _calendar_period() -> pl.Expr:
    """The period's code: 2025Q3, 2025H1, 2025-9M, 2024; FY2025, FY2025H1 of a company's own."""
    part = pl.col("part")
    year = pl.col("year").cast(pl.String)
    code = (
        # A stretch that is none of the calendar's has no code here.
        pl.when(part.is_null() | (part == "OWN") | pl.col("year").is_null() | pl.col("is_open"))
        .then(None)
        .when(part == "FY")
        .then(year)
        .when(part.str.ends_with("M"))
        .then(year + "-" + part)
        .otherwise(year + part)
    )
    own = pl.lit("FY") + pl.when(pl.col("fiscal") & part.is_in(["FY", "H1", "H2"])).then(code)
    return pl.coalesce(own, pl.when(~pl.col("fiscal")).then(code)).alias("period_id")
