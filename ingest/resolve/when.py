"""Of which period a figure is, and whether that lies ahead of the article."""

import polars as pl

from ingest.events import between, code_of, has
from ingest.resolve.context import QUARTERS, follow

_PART_ORDER = {"Q1": 1, "H1": 2, "Q2": 2, "Q3": 3, "9M": 3, "Q4": 4, "H2": 4, "FY": 4}


def with_period(numbers: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Add period_id, period_basis, and whether the figure lies ahead (forecast or target)."""
    parts = ["year", "year_offset", "quarter_offset", "part", "fiscal", "start", "end", "match"]
    # A past period set apart by a comma (去年同期，净利润为…) holds unless another came since.
    aside = pl.when(pl.col("period_aside") > pl.col("period_sentence").fill_null(0)).then(
        "period_aside"
    )
    numbers = (
        numbers.with_columns(
            period_local=pl.coalesce(
                pl.when(pl.col("kind").is_in(["level", "share"])).then("listed_period"),
                "period_local",
                aside,
            )
        )
        .pipe(follow, events, "period_local", *parts, "is_base")
        .pipe(follow, events, "period_sentence", *parts)
        .pipe(follow, events, "period_paragraph", *parts)
        .pipe(follow, events, "period_heading", *parts)
    )
    states = pl.col("kind").is_in(["level", "share"])
    # 较去年同期增长至100亿 lands in the article's own period.
    since_local = between(pl.col("period_local_end"), pl.col("start"))
    use_local = pl.col("period_local").is_not_null() & (
        (states & ~has(since_local, "growth_noun"))
        | (
            (pl.col("kind") == "growth")
            & ~pl.col("period_local_is_base")
            & has(pl.col("lead"), "copula")
            & (pl.col("form") == "ratio")
        )
    )
    # 毛利率从29.9%降至16.8%: the first is of the time compared with, where that is known.
    starts_movement = (
        states
        & has(pl.col("before"), "from")
        & ~has(pl.col("metric_match"), "forecast_after")
        & (pl.col("sentence_nr") == pl.col("sentence_nr").shift(-1))
        & has(pl.col("lead").shift(-1), "move_to")
        & ~use_local
    ).fill_null(False)
    year_ago = code_of(pl.col("sentence_before"), "comparison") == "yoy"
    basis = (
        pl.when(has(pl.col("before"), "present"))
        .then(pl.lit("article"))
        .when(starts_movement & ~year_ago.fill_null(False))
        .then(pl.lit("unknown"))
        .when(use_local)
        .then(pl.lit("local"))
        .when(pl.col("period_sentence").is_not_null())
        .then(pl.lit("sentence"))
        .when(pl.col("period_paragraph").is_not_null())
        .then(pl.lit("paragraph"))
        .when(pl.col("period_heading").is_not_null())
        .then(pl.lit("heading"))
        .otherwise(pl.lit("article"))
    )

    def said(name: str) -> pl.Expr:
        return pl.coalesce(
            pl.when(pl.col("basis") == scope).then(f"period_{scope}_{name}")
            for scope in ("local", "sentence", "paragraph", "heading")
        )

    open_part = pl.coalesce(
        "period_sentence_part", "period_paragraph_part", "period_heading_part", "default_part"
    )
    return (
        numbers.with_columns(basis=basis, year_ago=starts_movement & year_ago.fill_null(False))
        .with_columns(
            said_year=said("year"),
            year_offset=said("year_offset").fill_null(0),
            quarter_offset=said("quarter_offset").fill_null(0),
            part=said("part"),
            fiscal=said("fiscal").fill_null(False),
            said_period=said("match"),
            open_part=open_part,
        )
        .with_columns(
            part=pl.when(pl.col("quarter_offset") != 0)
            .then(pl.when(pl.col("open_part").is_in(QUARTERS)).then("open_part").otherwise(None))
            .when((pl.col("part") == "SAME") | pl.col("part").is_null())
            .then("open_part")
            .otherwise("part"),
            ahead=(has(pl.col("clause_before"), "forecast") & ~has(pl.col("before"), "present"))
            | has(pl.col("after"), "forecast_after"),
        )
        .with_columns(
            # The year inferred: the article's own; a later part of it than the article's, looked
            # back on, is last year's.
            late=pl.col("said_year").is_null()
            & (pl.col("year_offset") == 0)
            & ~has(pl.col("sentence_before"), "forecast")
            & (
                pl.col("part").replace_strict(_PART_ORDER, default=0, return_dtype=pl.Int32)
                > pl.col("default_part").replace_strict(
                    _PART_ORDER, default=4, return_dtype=pl.Int32
                )
            )
            & (pl.col("part") != "FY")
        )
        .with_columns(
            year=pl.when(pl.col("basis") != "unknown").then(
                pl.coalesce("said_year", pl.col("default_year") + pl.col("year_offset"))
            )
            - pl.col("late").cast(pl.Int32)
            - pl.col("year_ago").cast(pl.Int32),
        )
        .with_columns(_shift_quarter())
        .with_columns(_calendar_period())
        .with_columns(
            period_basis=pl.when(pl.col("period_id").is_null())
            .then(pl.lit("unknown"))
            .when(pl.col("basis") == "article")
            .then(pl.lit("article"))
            .when(pl.col("said_year").is_null())
            .then(pl.lit("year_inferred"))
            .otherwise(pl.lit("stated")),
            # What lies after the article's own period is expected, not reported.
            ahead=pl.col("kind").is_in(["level", "share"])
            & (
                has(pl.col("metric_match"), "forecast_after")
                | (pl.col("ahead") & ~_is_before_article())
                | (_is_after_article() & pl.col("basis").is_in(["local", "sentence"]))
                | (_is_after_article() & pl.col("heading_ahead") & (pl.col("basis") == "heading"))
            ),
        )
        .with_columns(kind=pl.when("ahead").then(pl.lit("target")).otherwise("kind"))
        .with_columns(
            period_id=pl.when(pl.col("ahead") & pl.col("basis").is_in(["article", "paragraph"]))
            .then(None)
            .otherwise("period_id")
        )
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


def _is_after_article() -> pl.Expr:
    order = {"part": pl.col("part"), "default": pl.col("default_part")}
    now, own = (
        part.replace_strict(_PART_ORDER, default=4, return_dtype=pl.Int32)
        for part in order.values()
    )
    return (pl.col("year") > pl.col("default_year")) | (
        (pl.col("year") == pl.col("default_year")) & (now > own) & (pl.col("part") != "FY")
    )


def _is_before_article() -> pl.Expr:
    return (pl.col("year") < pl.col("default_year")).fill_null(False)


def _calendar_period() -> pl.Expr:
    """The period's code: 2025Q3, 2025H1, 2025-9M, 2024."""
    year = pl.col("year").cast(pl.String)
    part = pl.col("part")
    return (
        # A fiscal half or year that is none of the calendar's has no code here.
        pl.when(part.is_null() | pl.col("year").is_null() | pl.col("fiscal"))
        .then(None)
        .when(part == "FY")
        .then(year)
        .when(part == "9M")
        .then(year + "-9M")
        .otherwise(year + part)
        .alias("period_id")
    )
