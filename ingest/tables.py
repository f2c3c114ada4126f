"""Cells of tables → figures, or rejects with a reason.

What a cell says stands around it: its metric at the head of its row (or column), its period or its
movement at the head of its column (or row), its unit in `unit_note`. Heads are few and come again,
so each is read once; the cells of all articles are then worked out on whole columns.
"""

import polars as pl

from ingest.clauses import normalise
from ingest.confidence import CLUED, NOT_YET, cell_clues
from ingest.documents.signs import AMOUNT, DOWN, UP
from ingest.documents.tables import BETWEEN
from ingest.events import SUBJECT_ROLES, Events, find_words_of_vocabulary, terms_of
from ingest.figures import REASONS, REJECTED_FIGURES, conform
from ingest.numbers import VALUE, find_tokens, read_tokens
from ingest.periods import (
    from_january,
    from_minguo,
    last_month,
    last_quarter,
    read_head_times,
    read_periods,
    without_head_times,
)
from ingest.rows import look_up
from ingest.units import without_unit
from ingest.vocabulary import companies, metrics

_QUALIFIERS = {"约": "approx", "近": "approx", "超": "gt", "逾": "gt", ">": "gt", "≥": "gt",
               "<": "lt", "≤": "lt"}  # fmt: skip

# --- what heads say -----------------------------------------------------------------------------

_MOVES = (
    r"同比|环比|增减|变动|变化|增幅|增速|增长|年增|季增|月增|年减|季减|涨跌|(?i:yoy|qoq|chg|change)"
)
_SAME_YEAR_AGO = r"同比|年增|年减|(?i:yoy)|[比较](?:上年|去年|上一年|同期|[12][0-9]{3})|同期"
_QUARTER_AGO = r"环比|季增|季减|(?i:qoq)|[比较](?:上季|上一季|前季|上个季)"
_FROM_YEAR_END = r"[比较](?:上年度?末|上年年末|年初|期初)"
_BASE = r"(?:相?比|较|与)(?:上|去|前|年初|期初|同期|[12][0-9]{3})[^/]*?(增|减|变|升|降|$)"
_SHARE = r"占比|比重|比例|占.{0,8}(?:收入|营收|总额)|^%$|/ %$|百分比"
_EXPECTED = r"预计|预测|预期|目标|指引|[0-9]E\b|\(E\)"

_FILLERS = (
    r"合计|总计|合并|集团|公司|本公司|其中|项目|指标|金额|数额|数值|数量|以上|小计|总额|净额|累计|合共|期内"
    r"|截[至止]|[\s:：,，、/\-–—()*%·]|的|或|和"
)
_TOTAL = r"^(?:合计|总计|小计|总额|合共|全部|整体|集团合计)$"
_NUMBERING = (
    r"^(?:[一二三四五六七八九十]{1,3}、|\(?[一二三四五六七八九十0-9]{1,2}[)、.]"
    r"|其中\s?[:：]?|加\s?[:：]|减\s?[:：]|\s)+"
)


def read_cells(articles: pl.DataFrame, events: Events) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The figures in the cells of tables, and the cells that are none.

    Args:
        articles: article_id, text, blocks (`documents.BLOCKS`).
        events: What the prose of the same articles holds: of whom and of when they are.

    Returns:
        Frames in the schemas `confidence.CLUED` and `REJECTED_FIGURES`, without run_id. A cell
        without a digit (—, 不适用) is in neither.
    """
    cells = _cells(articles)
    if cells.is_empty():
        return conform(_no(CLUED), CLUED), conform(_no(REJECTED_FIGURES), REJECTED_FIGURES)
    cells = (
        cells.pipe(_with_values)
        .pipe(_with_heads)
        .pipe(look_up, "article_nr", events.articles, **{name: name for name in _OF_ARTICLE})
        .pipe(_with_period)
        .pipe(_with_metric)
        .pipe(_with_kind)
        .pipe(_with_unit)
        .pipe(_with_subject)
        .pipe(_with_reason)
    )
    return _figures(cells), _rejected(cells)


_HEADS = ("column", "row", "section", "caption")
"""What may tell a cell's period, the nearest first."""
_OF_ARTICLE = [
    "default_company", "default_industry", "default_economy", "default_year", "default_part",
]  # fmt: skip


def _no(schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


def _cells(articles: pl.DataFrame) -> pl.DataFrame:
    """The cells that hold a digit: where they stand, their text, their row's, their caption."""
    blocks = articles.select("article_id", "blocks", article_nr=pl.int_range(pl.len())).filter(
        pl.col("blocks").list.eval(pl.element().struct.field("kind") == "cell").list.any()
    )
    if blocks.is_empty():
        return pl.DataFrame()
    place = ["article_nr", "table_nr"]
    parts_of_all = blocks.explode("blocks").unnest("blocks")
    parts = parts_of_all.filter(pl.col("table_nr").is_not_null())
    rows = (
        parts.filter(pl.col("row_nr").is_not_null())
        .group_by([*place, "row_nr"])
        .agg(row_start=pl.col("start").min(), row_end=pl.col("end").max())
    )
    texts = articles["text"].to_list()

    def cut(frame: pl.DataFrame, name: str, start: str, end: str) -> pl.DataFrame:
        spans = frame.select("article_nr", start, end).iter_rows()
        said = [texts[nr][one:other] for nr, one, other in spans]
        return frame.with_columns(pl.Series(name, said, dtype=pl.String))

    # The head over the names says what the rows are of: 分部收入（亿元）.
    in_first = (pl.col("row_nr") == 0) & (pl.col("kind") == "cell")
    corner = (pl.col("row_nr") == 0) & (pl.col("column_nr") == 0) & ~in_first.any().over(place)
    captions = (
        cut(parts.filter((pl.col("kind") == "caption") | corner), "caption", "start", "end")
        .group_by(place, maintain_order=True)
        .agg(pl.col("caption").str.join(" "))
    )
    titles = cut(parts_of_all.filter(pl.col("kind") == "title"), "title", "start", "end")
    titles = titles.unique("article_nr", keep="first").select("article_nr", "title")
    return (
        parts.filter(pl.col("kind") == "cell")
        .pipe(cut, "quote", "start", "end")
        .filter(pl.col("quote").str.contains(r"[0-9０-９]"))
        .join(cut(rows, "sentence", "row_start", "row_end"), on=[*place, "row_nr"], how="left")
        .join(captions, on=place, how="left")
        .join(titles, on="article_nr", how="left")
        .sort("article_nr", "table_nr", "row_nr", "column_nr", maintain_order=True)
    )


def _with_values(cells: pl.DataFrame) -> pl.DataFrame:
    """Add what the cells' own words say: value (signed), rounding, form, unit_id, …"""
    words = _with_signs(cells.select("quote", "unit_note").unique())
    with_unit = pl.when("bare").then(pl.col("token") + pl.col("unit_note").fill_null(""))
    words = words.with_columns(with_unit=with_unit.otherwise("token"))
    said = read_tokens(words["with_unit"]).select(
        "value", "upper", "rounding", "unit_id", "form", "qualifier", with_unit="token"
    )
    plain = read_tokens(words["token"]).select(
        "token", plain_value="value", plain_rounding="rounding"
    )
    words = (
        words.join(said, on="with_unit", how="left")
        .join(plain, on="token", how="left")
        .drop("with_unit")
    )
    return cells.join(
        words, on=["quote", "unit_note"], how="left", nulls_equal=True, maintain_order="left"
    )


def _with_signs(words: pl.DataFrame) -> pl.DataFrame:
    """Add token (the number without its sign), bare (it has no unit), minus, said_move, qualified.

    Args:
        words: quote and unit_note of distinct cells.
    """
    written = normalise(pl.col("quote")).str.strip_chars()
    core = (
        pl.col("written")
        .str.replace(rf"^(?:{UP}|{DOWN}|[约近超逾><≥≤])\s?", "")
        .str.replace(r"\s?(?:\*|\[[0-9]+\]|\([a-z0-9]\))$", "")
    )
    # (1,234)万元, (12.5%), (12.5)%
    bracketed = pl.col("core").str.contains(rf"^\(?\s?[-+]?[^0-9()]{{0,4}}{AMOUNT}[^()]*\)") & (
        pl.col("core").str.starts_with("(")
    )
    minus = pl.col("core").str.contains(r"^\(?\s?[-–—−]")
    token = (
        pl.col("core")
        .str.replace_all(r"[()\s]", "")
        .str.replace(r"^[-–—−+]", "")
        .str.replace(r"^([^0-9]{1,4})[-–—−]", "${1}")
    )
    return (
        words.with_columns(written=written)
        .with_columns(core=core)
        .with_columns(
            minus=bracketed | minus | pl.col("written").str.contains(rf"^(?:{DOWN})"),
            said_move=pl.col("written").str.contains(rf"^(?:{UP}|{DOWN})"),
            qualified=pl.col("written").str.slice(0, 1).replace_strict(_QUALIFIERS, default=None),
            token=token,
        )
        .with_columns(bare=pl.col("token").str.contains(rf"^{AMOUNT}$"))
        .drop("written", "core")
    )


# --- heads --------------------------------------------------------------------------------------


def _with_heads(cells: pl.DataFrame) -> pl.DataFrame:
    """Add what row, section, column and caption say, each under a prefix of its own."""
    parts = pl.col("row_head").str.split(BETWEEN)
    cells = cells.with_columns(
        row=parts.list.last(),
        section=parts.list.head(pl.max_horizontal(parts.list.len() - 1, 0)).list.join(BETWEEN),
        column="column_head",
    )
    heads = pl.concat([cells[name].drop_nulls() for name in (*_HEADS, "title")])
    read = _read_heads(heads.unique(maintain_order=True).rename("head"))
    for name in (*_HEADS, "title"):
        traits = ("year", "part") if name == "title" else read.drop("head").columns
        said = read.select("head", **{f"{name}_{trait}": trait for trait in traits})
        cells = cells.join(said, left_on=name, right_on="head", how="left", maintain_order="left")
    return cells


def _read_heads(heads: pl.Series) -> pl.DataFrame:
    """What distinct heads say.

    head; metric (the row of a term) and metric_words; subject (the row of a term) and
    subject_words; words (what the head says beside metric, time and movement, cut clean); year,
    year_offset, part (a code of `_TIMES` too); moves, comparison, is_share, is_sum (a movement in
    the unit of the metric), is_expected, is_total.
    """
    frame = (
        heads.to_frame()
        .with_columns(cut=pl.col("head").map_elements(without_unit, pl.String))
        .with_columns(norm=normalise(pl.col("cut")))
        .with_columns(
            norm=pl.col("norm")
            .str.replace_all(r"\([^()]*(?:审|填列|损|重列|调整)[^()]*\)", "")
            .str.replace(_NUMBERING, "")
            .str.strip_chars()
        )
        .with_row_index("sentence_nr")
    )
    compared = pl.col("norm").str.replace_all(_BASE, "${1}")
    frame = frame.with_columns(
        moves=pl.col("norm").str.contains(_MOVES),
        comparison=pl.when(pl.col("norm").str.contains(_FROM_YEAR_END))
        .then(pl.lit("none"))
        .when(pl.col("norm").str.contains(_QUARTER_AGO))
        .then(pl.lit("qoq"))
        .when(pl.col("norm").str.contains(_SAME_YEAR_AGO))
        .then(pl.lit("yoy")),
        is_share=pl.col("norm").str.contains(_SHARE),
        is_sum=pl.col("norm").str.contains(r"(?:增减|变动|变化|增长)(?:金?额|数)"),
        is_expected=pl.col("norm").str.contains(_EXPECTED),
        is_total=pl.col("norm").str.contains(_TOTAL),
        norm=compared,
    )
    return frame.pipe(_with_time).pipe(_with_terms).drop("sentence_nr", "norm", "cut")


def _with_time(heads: pl.DataFrame) -> pl.DataFrame:
    """Add year, year_offset, part and timeless (the head without words for a time)."""
    minguo = r"(?:民国\s?)?(1[01][0-9])\s?年"
    year = from_minguo(pl.col("norm").str.extract(rf"(?:^|[^0-9]){minguo}"))
    heads = heads.with_columns(
        timed=pl.when(year.is_not_null() & ~pl.col("norm").str.contains("[12][0-9]{3}年"))
        .then(pl.col("norm").str.replace(minguo, pl.format("{}年", year)))
        .otherwise("norm")
        .str.replace_all(r"([12][0-9]{3})[EAF]\b", "${1}年")
        .str.replace(r"^((?:19|20)[0-9]{2})$", "${1}年")
    )
    year_offset, part = read_head_times(pl.col("norm"))
    return (
        heads.join(_periods_in(heads), on="sentence_nr", how="left", maintain_order="left")
        .with_columns(
            year_offset=pl.when(pl.col("year").is_null()).then(year_offset),
            part=pl.coalesce("part", part),
            timeless=without_head_times(pl.col("timed")),
        )
        .drop("timed")
    )


def _periods_in(heads: pl.DataFrame) -> pl.DataFrame:
    """sentence_nr, year, part and times (the words) of the periods that heads name.

    The last day of a quarter is its part with DAY: before it. A plain month is one that was
    measured.
    """
    tokens = find_tokens(heads, "sentence_nr", "timed").filter(pl.col("token_class") == "period")
    read = tokens.select("token").unique().with_columns(read_periods(pl.col("token")))
    part = pl.when(last_month(pl.col("part")).is_not_null()).then("part")
    # 三季度末 stands for a day too, but 9月 alone is no end of anything.
    said = pl.coalesce("DAY:" + pl.col("closes"), part, "-" + pl.col("month"))
    return (
        tokens.join(read, on="token", how="left", maintain_order="left")
        .with_columns(part=said)
        # A part that is more than the year's counts before the whole year.
        .sort("sentence_nr", pl.col("part") == "FY", nulls_last=True, maintain_order=True)
        .group_by("sentence_nr", maintain_order=True)
        .agg(
            pl.col("year").drop_nulls().first(),
            pl.col("part").drop_nulls().first(),
            times=pl.col("token"),
        )
    )


def _with_terms(heads: pl.DataFrame) -> pl.DataFrame:
    """Add metric, metric_words, subject, subject_words and words."""
    found = find_words_of_vocabulary(heads.select("sentence_nr", "norm"))
    longest = pl.col("match").str.len_chars()
    metric = (
        found.filter(pl.col("role") == "metric")
        .sort("sentence_nr", longest, "start", descending=[False, True, True])
        .unique("sentence_nr", keep="first", maintain_order=True)
        .select("sentence_nr", metric="term_nr", metric_words="match", metric_end="end")
    )
    subject = (
        found.filter(pl.col("role").is_in(SUBJECT_ROLES), pl.col("role") != "self")
        .join(metric.select("sentence_nr", "metric_words"), on="sentence_nr", how="left")
        # A word inside the metric's is none by itself.
        .filter(
            ~pl.col("metric_words").str.contains(pl.col("match"), literal=True).fill_null(False)
        )
        .sort("sentence_nr", longest, descending=[False, True])
        .unique("sentence_nr", keep="first", maintain_order=True)
        .select("sentence_nr", subject="term_nr", subject_words="match")
    )
    lower = pl.col("timeless").str.to_lowercase()
    without = _less(_less(lower, "metric_words"), "subject_words")
    return (
        heads.join(metric, on="sentence_nr", how="left", maintain_order="left")
        .join(subject, on="sentence_nr", how="left", maintain_order="left")
        .with_columns(words=without)
        .pipe(_without_times)
        .with_columns(
            words=pl.col("words")
            .str.replace_all(rf"(?:{_MOVES})(?:率|幅度|金?额|数|情况)?", "")
            .str.replace_all(r"\(.*?\)", "")
            .str.replace_all(_SHARE, "")
            .str.replace_all(_FILLERS, "")
            .str.strip_chars(),
            label=pl.col("cut").str.replace(_NUMBERING, "").str.strip_chars(" :：-"),
        )
        .drop("timeless", "metric_end", "times")
    )


def _without_times(heads: pl.DataFrame) -> pl.DataFrame:
    """The words without those that name a period."""
    heads = heads.with_columns(
        first=pl.col("times").list.get(0, null_on_oob=True).str.to_lowercase(),
        second=pl.col("times").list.get(1, null_on_oob=True).str.to_lowercase(),
    )
    left = _less(_less(pl.col("words"), "first"), "second")
    return heads.with_columns(
        words=left.str.replace_all(r"[12][0-9]{3}年?(?:度)?|^[eaf]$", "")
    ).drop("first", "second")


def _less(text: pl.Expr, words: str) -> pl.Expr:
    """The text without the words of a column."""
    return (
        pl.when(pl.col(words).str.len_chars() > 0)
        .then(text.str.split(pl.col(words).fill_null("\x00")).list.join(""))
        .otherwise(text)
    )


# --- when ---------------------------------------------------------------------------------------


def _with_period(cells: pl.DataFrame) -> pl.DataFrame:
    """Add year, part, period_id and period_basis; a movement's is that of what moved."""
    is_year = pl.col("part") == "FY"
    is_stretch = pl.col("part").str.ends_with("M")
    year = pl.col("year").cast(pl.String)
    return (
        cells.pipe(_with_own_period)
        .pipe(_with_said_period)
        .pipe(_with_part)
        .pipe(_with_period_ago)
        .pipe(_with_period_of_level)
        .with_columns(
            period_id=pl.when(is_year)
            .then(year)
            .when(is_stretch)
            .then(year + "-" + pl.col("part"))
            .otherwise(year + pl.col("part"))
        )
        .with_columns(
            period_basis=pl.when(pl.col("period_id").is_null())
            .then(pl.lit("unknown"))
            .otherwise("period_basis")
        )
    )


def _with_own_period(cells: pl.DataFrame) -> pl.DataFrame:
    """Add own_year and own_part: the article's; its title's month where columns are of months."""
    table = ["article_nr", "table_nr"]
    by_month = pl.any_horizontal(
        pl.col(f"{name}_part").is_in(["MONTH", "MONTH_AGO"]).any().over(table)
        for name in ("column", "row")
    )
    is_month = (by_month & pl.col("title_part").str.starts_with("-")).fill_null(False)
    return cells.with_columns(
        own_year=pl.when(is_month)
        .then(pl.coalesce("title_year", "default_year"))
        .otherwise("default_year"),
        own_part=pl.when(is_month).then("title_part").otherwise("default_part"),
    )


def _with_said_period(cells: pl.DataFrame) -> pl.DataFrame:
    """Add said_year, said_offset and said_part, what heads say, the nearest first; only_year."""

    def nearest(trait: str, *names: str) -> pl.Expr:
        return pl.coalesce(f"{name}_{trait}" for name in names or _HEADS)

    # 2024年 below 截至6月30日止六个月 is that half.
    only_year = pl.col("column_part").fill_null("FY").is_in(["FY", "YEAR"])
    stretch = pl.coalesce(
        pl.when(~pl.col(f"{name}_part").is_in(["FY", "YEAR"])).then(f"{name}_part")
        for name in _HEADS
    )
    is_of_stretch = only_year & nearest("year").is_not_null() & stretch.is_not_null()
    return cells.with_columns(
        said_year=nearest("year"),
        said_offset=nearest("year_offset", "column", "row", "section"),
        said_part=pl.when(is_of_stretch).then(stretch).otherwise(nearest("part")),
        only_year=only_year,
    )


def _with_part(cells: pl.DataFrame) -> pl.DataFrame:
    """Add year, part, period_basis, moves, stated and ago from what heads say."""
    year, offset, said = (pl.col(name) for name in ("said_year", "said_offset", "said_part"))
    stated = year.is_not_null() | offset.is_not_null()
    basis = (
        pl.when(year.is_not_null())
        .then(pl.lit("stated"))
        .when(stated | said.is_not_null())
        .then(pl.lit("year_inferred"))
        .otherwise(pl.lit("article"))
    )
    moves = (
        pl.coalesce("column_moves", False) | pl.coalesce("row_moves", False) | pl.col("said_move")
    )
    return cells.with_columns(
        year=pl.coalesce(year, pl.col("own_year") + offset.fill_null(0)),
        part=_part(),
        moves=moves.fill_null(False),
        stated=stated | said.is_not_null(),
        period_basis=basis,
        ago=pl.when(said.is_in(["QUARTER_AGO", "MONTH_AGO"])).then(said),
    )


def _part() -> pl.Expr:
    """The part of the year that `said_part` stands for in this article."""
    year, offset, said = (pl.col(name) for name in ("said_year", "said_offset", "said_part"))
    own, table = pl.col("own_part"), ["article_nr", "table_nr"]
    last = pl.coalesce(last_quarter(own), own)
    # In a report on three quarters, 本报告期 beside 年初至报告期末 is the third alone.
    alone = pl.when((said == "YTD").any().over(table)).then(last).otherwise(own)
    # A year that is not over has no figures yet: 2025年 in the report on its half is that half.
    is_own_year = ((year == pl.col("own_year")) | (offset == 0)).any().over(table)
    in_progress = (pl.col("only_year") & (own != "FY") & is_own_year).fill_null(False)
    day = said.str.extract("^DAY:(.*)$")
    of_day = pl.when(day == last).then(own).when(day == "Q4").then(pl.lit("FY")).otherwise(day)
    said = said.fill_null(pl.when(year.is_not_null()).then(pl.lit("FY")))
    return (
        pl.when(day.is_not_null())
        .then(of_day)
        .when(said == "YTD")
        .then(from_january(own))
        .when(said.is_in(["OWN", "MONTH"]))
        .then(alone)
        .when(said == "END")
        .then(pl.when(own == "9M").then(pl.lit("Q3")).otherwise(own))
        .when((said == "FY") & (offset == -1))
        .then(pl.lit("FY"))
        .when(said.fill_null("FY").is_in(["FY", "YEAR"]) & in_progress)
        .then(own)
        .when(said == "YEAR")
        .then(pl.lit("FY"))
        .otherwise(pl.coalesce(said, own))
    )


def _with_period_ago(cells: pl.DataFrame) -> pl.DataFrame:
    """上季, 上月: the quarter or the month before the article's own."""
    month = last_month(pl.col("own_part"))
    is_quarter, is_ago = pl.col("ago") == "QUARTER_AGO", pl.col("ago").is_not_null()
    before = (month - pl.when(is_quarter).then(3).otherwise(1) + 11) % 12 + 1
    name = (
        pl.when(is_quarter)
        .then("Q" + ((before + 2) // 3).cast(pl.String))
        .otherwise("-" + before.cast(pl.String).str.zfill(2))
    )
    return cells.with_columns(
        part=pl.when(is_ago).then(name).otherwise("part"),
        year=pl.when(is_ago)
        .then(pl.col("year") - (before > month).cast(pl.Int32))
        .otherwise("year"),
    )


def _with_period_of_level(cells: pl.DataFrame) -> pl.DataFrame:
    """A movement is of the latest period of its row: of the nearest column before it, or after."""
    end = pl.col("year") * 100 + last_month(pl.col("part"))
    row = ["article_nr", "table_nr", "row_nr"]
    states = ~pl.col("moves") & pl.col("stated")
    cells = cells.with_columns(reach=pl.when(states).then(end)).with_columns(
        is_latest=(pl.col("reach") == pl.col("reach").max().over(row)).fill_null(False)
    )
    asks = pl.col("moves") & ~pl.col("stated")
    told = {
        name: pl.coalesce(
            pl.when("is_latest").then(name).forward_fill().over(row),
            pl.when("is_latest").then(name).backward_fill().over(row),
        )
        for name in ("year", "part", "period_basis")
    }
    return cells.with_columns(
        pl.when(asks).then(pl.coalesce(value, name)).otherwise(name).alias(name)
        for name, value in told.items()
    )


# --- what ---------------------------------------------------------------------------------------


_OF_WHOLE = "其他|其它|非|递延|应[付收交]|预[付收]|减值|调整|每股|人均|率|比$|前|后|除|占|毛|净"
"""Words in front of a metric that make another one of it, and no part of its whole."""


def _with_metric(cells: pl.DataFrame) -> pl.DataFrame:
    """Add metric (a term's row) and its traits, metric_label, and named: words for a part.

    A head names a metric only if nothing is left of it but a part of the whole in front
    (手机业务收入): 其他流动资产 are no 流动资产.
    """
    traits = terms_of()
    return (
        cells.pipe(_with_clear_metrics, traits)
        .with_columns(metric=_metric())
        .with_columns(named=pl.when(pl.col("metric").is_not_null()).then(_named()))
        .pipe(
            look_up,
            "metric",
            traits,
            metric_id="id",
            metric_unit="metric_unit",
            dimension="metric_dimension",
            value_kind="value_kind",
            level="subject_level",
            home_subject_id="home_subject_id",
        )
        .with_columns(metric_label=_label())
    )


def _label() -> pl.Expr:
    """The words of the head that names the metric: the row's, but where that says only when.

    A movement beside years (2023年 | 税利总额 | 同比) is of the column before it.
    """
    by_column = pl.col("row_metric").is_null() & pl.col("column_metric").is_not_null()
    is_time = (pl.col("row_left") == "") & (
        pl.col("row_year").is_not_null() | pl.col("row_part").is_not_null()
    )
    row = ["article_nr", "table_nr", "row_nr"]
    states = ~pl.col("moves") | (pl.col("column_left") != "")
    of_column = pl.when(states).then("column_label").forward_fill().over(row)
    return (
        pl.when(pl.col("metric").is_not_null() & by_column)
        .then("column_label")
        .when(pl.col("metric").is_null() & is_time)
        .then(pl.coalesce(of_column, "column_label", "caption"))
        .otherwise(pl.coalesce("row_label", "column_label", "caption"))
    )


def _with_clear_metrics(cells: pl.DataFrame, traits: pl.DataFrame) -> pl.DataFrame:
    """Add, of row and column, what their heads name clearly.

    NAME_left: the words beside the metric; NAME_is_part: they name a part of the whole; NAME_clear:
    the metric where nothing else is left.
    """
    for name in ("row", "column"):
        left = pl.col(f"{name}_words").fill_null("")
        level = {f"{name}_level": "subject_level"}
        is_part = (left != "") & (pl.col(f"{name}_level") == "any") & ~left.str.contains(_OF_WHOLE)
        cells = (
            cells.pipe(look_up, f"{name}_metric", traits, **level)
            .with_columns(left.alias(f"{name}_left"), is_part.alias(f"{name}_is_part"))
            .with_columns(
                pl.when((left == "") | pl.col(f"{name}_is_part"))
                .then(f"{name}_metric")
                .alias(f"{name}_clear")
            )
        )
    return cells


def _metric() -> pl.Expr:
    """The metric of a cell: its row's, its column's, that of the section or the caption."""
    section, caption = (pl.col(f"{name}_words").fill_null("") for name in ("section", "caption"))
    # 分产品收入: the caption of what the rows are parts of.
    grouped = pl.when(
        pl.col("section").str.contains("[分按各]|[:：]$") & (section.str.len_chars() <= 4)
    ).then("section_metric")
    of_caption = pl.when(caption.str.len_chars() <= 24).then("caption_metric")
    nameless = pl.col("row_metric").is_null() & pl.col("column_metric").is_null()
    found = pl.coalesce(
        "row_clear", "column_clear", pl.when(nameless).then(pl.coalesce(grouped, of_caption))
    )
    unclear = pl.col("row_metric").is_not_null() & pl.col("row_clear").is_null()
    row = ["article_nr", "table_nr", "row_nr"]
    before = pl.when(~pl.col("moves")).then("column_clear").forward_fill().over(row)
    return (
        pl.when(pl.col("moves") & pl.col("row_metric").is_null())
        .then(pl.coalesce(found, before))
        .when(~unclear)
        .then(found)
    )


def _named() -> pl.Expr:
    """The words of row or column that name a part of the whole."""
    no_metric = {name: pl.col(f"{name}_metric").is_null() for name in ("row", "column")}
    is_time = pl.col("row_year").is_not_null() | pl.col("row_part").is_not_null()
    names_row = no_metric["row"] & ~is_time & ~pl.col("row_is_total") & (pl.col("row_left") != "")
    column_names = no_metric["column"] & (pl.col("column_left") != "") & ~pl.col("column_moves")
    return pl.coalesce(
        pl.when(~no_metric["row"] & pl.col("row_is_part")).then("row_left"),
        pl.when(names_row).then("row_label"),
        pl.when(~no_metric["column"] & pl.col("column_is_part") & no_metric["row"]).then(
            "column_left"
        ),
        pl.when(column_names).then("column_left"),
    )


def _with_kind(cells: pl.DataFrame) -> pl.DataFrame:
    """Add kind, comparison; metric_id of a share of revenue; unclear where nothing tells."""
    is_ratio = pl.col("form") == "ratio"
    of_ratio = (pl.col("value_kind") == "share").fill_null(False)
    share = pl.coalesce("column_is_share", False) | pl.coalesce("row_is_share", False)
    is_sum = pl.coalesce("column_is_sum", False) | pl.coalesce("row_is_sum", False)
    expected = pl.coalesce("column_is_expected", False) | pl.coalesce("row_is_expected", False)
    composed = (
        metrics()
        .filter(pl.col("denominator_metric_id") == "revenue")
        .unique("numerator_metric_id", keep="first", maintain_order=True)
        .select(metric_id="numerator_metric_id", composed="metric_id")
    )
    kind = (
        pl.when(pl.col("form") == "points")
        .then(pl.lit("change"))
        .when(pl.col("moves") & is_ratio & ~of_ratio)
        .then(pl.lit("growth"))
        # 毛利率…增减1.2%: a rate of a rate or points, nobody can tell.
        .when(pl.col("moves") & is_ratio)
        .then(None)
        .when("moves")
        .then(pl.when(is_sum).then(pl.lit("change")))
        .when(is_ratio & of_ratio)
        .then(pl.lit("share"))
        .when(is_ratio & share & pl.col("composed").is_not_null())
        .then(pl.lit("share"))
        .when(is_ratio)
        .then(None)
        .when(expected)
        .then(pl.lit("target"))
        .otherwise(pl.lit("level"))
    )
    said = pl.coalesce("column_comparison", "row_comparison")
    to_year_end = pl.col("column_year_offset") == -1
    return (
        cells.join(composed, on="metric_id", how="left", maintain_order="left")
        .with_columns(kind=kind, expected=expected)
        .with_columns(
            metric_id=pl.when((pl.col("kind") == "share") & ~of_ratio)
            .then("composed")
            .otherwise("metric_id"),
            comparison=pl.when(pl.col("kind").is_in(["growth", "change"]))
            .then(pl.coalesce(said, pl.when(~to_year_end.fill_null(False)).then(_compared())))
            .replace("none", None),
        )
    )


def _compared() -> pl.Expr:
    """What a plain 增减 is against: the other period of the row, a year or a quarter ago."""
    row = ["article_nr", "table_nr", "row_nr"]
    ends = pl.col("reach")
    latest, first = ends.max().over(row), ends.min().over(row)
    gap = latest - first
    return pl.when(gap == 100).then(pl.lit("yoy")).when(gap.is_in([3, 91])).then(pl.lit("qoq"))


def _with_unit(cells: pl.DataFrame) -> pl.DataFrame:
    """Add the unit: the cell's, or the metric's; a table's unit of money is none of shops."""
    reporting = companies().select(default_company="company_id", reporting="reporting_currency")
    money = pl.col("form") == "currency"
    plain_yuan = (
        money
        & (pl.col("unit_id") == "CNY")
        & ~pl.coalesce("unit_note", "token").str.contains("人民币|RMB|CNY|¥")
    )
    # 单位：万元 over a row of shops, or of what each share earns, is not theirs.
    per_share = pl.col("metric_id").is_in(["eps", "diluted_eps", "dps"])
    large = pl.col("unit_note").str.contains("[万亿千]")
    foreign = pl.col("bare") & (
        (money & ~pl.col("dimension").is_in(["currency"]) & pl.col("metric").is_not_null())
        | (per_share & large)
    ).fill_null(False)
    local = pl.when(pl.col("reporting") == "TWD").then("reporting")
    own_unit = (
        pl.when(pl.col("dimension") == "currency")
        .then(pl.coalesce(local, "metric_unit"))
        .otherwise("metric_unit")
    )
    # A bare number of money in no unit may be in any; so may a rate without its sign.
    counts = ~pl.col("dimension").is_in(["currency", "ratio"]) | per_share
    classifier = pl.col("unit_id").is_in(
        ["items", "companies", "people", "units", "times", "rooms"]
    )
    return (
        cells.join(reporting, on="default_company", how="left", maintain_order="left")
        .with_columns(foreign=foreign)
        .with_columns(
            value=pl.when("foreign").then("plain_value").otherwise("value"),
            rounding=pl.when("foreign").then("plain_rounding").otherwise("rounding"),
            unit_id=pl.when("foreign")
            .then(pl.when(counts).then(own_unit))
            .when(plain_yuan & local.is_not_null())
            .then(local)
            .when(pl.col("unit_id").is_null() & (pl.col("form") == "none"))
            .then(
                pl.when(counts | ~pl.col("bare") | pl.col("unit_note").is_not_null()).then(own_unit)
            )
            .when(classifier & counts & pl.col("metric_unit").is_not_null())
            .then("metric_unit")
            .otherwise("unit_id"),
            kind=pl.when(pl.col("foreign") & (pl.col("dimension") == "ratio"))
            .then(None)
            .otherwise("kind"),
        )
    )


# --- who ----------------------------------------------------------------------------------------


def _with_subject(cells: pl.DataFrame) -> pl.DataFrame:
    """Add subject_id, subject_name, subject_type and company_id."""
    is_company = (pl.col("said_role") == "company").fill_null(False)
    whole_type = (
        pl.when(pl.col("home").is_not_null())
        .then(pl.lit("company"))
        .when(pl.col("default_industry").is_not_null())
        .then(pl.lit("industry"))
        .otherwise(pl.lit("unknown"))
    )
    return cells.pipe(_with_said_subject).with_columns(
        subject_id=pl.when("climbs")
        .then(pl.coalesce("home", "default_industry"))
        .when(~pl.col("unknown"))
        .then("said_id"),
        subject_name=pl.when("climbs")
        .then(pl.coalesce("home_name", "default_industry", "default_economy", pl.lit("未知")))
        .when("unknown")
        .then("named")
        .otherwise("said_name"),
        subject_type=pl.when("climbs")
        .then(whole_type)
        .when("unknown")
        .then(pl.lit("unknown"))
        .otherwise("said_role"),
        company_id=pl.when(pl.col("climbs") | is_company)
        .then("home")
        .otherwise(
            pl.coalesce(pl.when(~pl.col("unknown")).then("said_company"), "default_company")
        ),
    )


def _with_said_subject(cells: pl.DataFrame) -> pl.DataFrame:
    """Add what the heads say of whom a cell is.

    said_id, said_name, said_role, said_company: the term that they name; climbs: the cell is of the
    whole company; unknown: of a part that no dictionary holds, or of another company's; home and
    home_name: the company.
    """
    own = companies().select(home="company_id", home_name="name_zh")
    section = pl.when(pl.col("named").is_null()).then("section_subject")
    # A company has what only companies have.
    climbs = pl.col("said_id").is_null() & pl.col("named").is_null() | (
        (pl.col("level") == "company") & (pl.col("said_role") != "company")
    ).fill_null(False)
    foreign = (pl.col("said_role") != "company") & (
        pl.col("said_company") != pl.col("default_company")
    )
    of_company = pl.when(pl.col("said_role") == "company").then("said_company")
    return (
        cells.with_columns(subject=pl.coalesce("row_subject", "column_subject", section))
        .pipe(
            look_up,
            "subject",
            terms_of(),
            said_id="id",
            said_name="name",
            said_role="role",
            said_company="company_id",
        )
        .with_columns(
            climbs=climbs,
            unknown=pl.col("said_id").is_null() | foreign.fill_null(False),
            home=pl.coalesce(of_company, "default_company"),
        )
        .join(own, on="home", how="left", maintain_order="left")
        .with_columns(home_name=pl.coalesce("home_name", "home"))
    )


# --- figures and rejects ------------------------------------------------------------------------


def _with_reason(cells: pl.DataFrame) -> pl.DataFrame:
    """Add reason: why the cell is no figure; null where it is one."""
    year_like = (
        pl.col("bare")
        & pl.col("token").str.contains("^(?:19|20)[0-9]{2}$")
        & pl.col("unit_note").is_null()
    )
    return cells.with_columns(
        reason=pl.when(pl.col("value").is_null() | pl.col("plain_value").is_null() & pl.col("bare"))
        .then(pl.lit("unreadable"))
        .when(year_like & pl.col("metric").is_null())
        .then(pl.lit("name"))
        .when(pl.col("kind").is_null())
        .then(pl.lit("unclear_ratio"))
        .when(pl.col("unit_id").is_null())
        .then(pl.lit("no_unit"))
    )


def _figures(cells: pl.DataFrame) -> pl.DataFrame:
    sign = pl.when("minus").then(-1).otherwise(1)
    value = (pl.col("value").abs() * sign).cast(VALUE)
    exact = pl.col("qualifier") == "eq"
    return (
        cells.filter(pl.col("reason").is_null())
        .with_columns(qualifier=pl.coalesce("qualified", "qualifier"))
        .with_columns(
            figure_id=_key("figure"),
            char_start="start",
            char_end="end",
            number_start="start",
            number_end="end",
            sentence_start="row_start",
            sentence_end="row_end",
            value=value,
            value_low=pl.when(exact)
            .then(value - pl.col("rounding"))
            .when(pl.col("qualifier").is_in(["gt", "range"]))
            .then(value),
            value_high=pl.when(exact)
            .then(value + pl.col("rounding"))
            .when(pl.col("qualifier") == "lt")
            .then(value)
            .when(pl.col("qualifier") == "range")
            .then("upper"),
            rule_id=pl.concat_str(pl.lit("table"), "kind", separator="/"),
            clues=cell_clues(),
            **NOT_YET,
            attributed_to=pl.lit(None, pl.String),
            origin=pl.lit("rules"),
        )
        .pipe(conform, CLUED)
    )


def _key(kind: str) -> pl.Expr:
    digits = pl.col("start").cast(pl.String).str.zfill(6)
    parts = [pl.col("article_id").str.slice(0, 16), digits]
    return pl.concat_str([*parts, pl.lit("0")] if kind == "figure" else parts, separator="-")


def _rejected(cells: pl.DataFrame) -> pl.DataFrame:
    return (
        cells.filter(pl.col("reason").is_not_null())
        .with_columns(
            rejected_id=_key("rejected"),
            char_start="start",
            char_end="end",
            detail=pl.col("reason").replace_strict(REASONS),
            origin=pl.lit("rules"),
        )
        .pipe(conform, REJECTED_FIGURES)
    )
