"""The built warehouse on one page: no script, no network; each number leads to its sentence."""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from rich.text import Text

from ingest import Trouble, __version__
from ingest.charts import Bar, bar_chart
from ingest.report import (
    CHECKS,
    FINANCIAL_COLUMNS,
    FINANCIALS,
    INDUSTRIES,
    INDUSTRY_COLUMNS,
    REJECT_COLUMNS,
    REJECTS,
    ROWS,
    SEGMENT_COLUMNS,
    SEGMENTS,
    USER_COLUMNS,
    USERS,
    VERDICTS,
    Column,
    Row,
    bounded,
    change,
    counted,
    rows_of,
    share,
    trust_of,
)

COMPANIES, ARTICLES, BARS = 20, 60, 8
"""How many the page has at most: sections of companies, articles, bars of a chart."""

MINOR = 5
"""A company of which fewer figures are known has no section, but its line among the others."""

LONG = 100_000
"""An article of more characters is shown by the sentences that hold its figures."""

_TEMPLATES = Path(__file__).with_name("templates")

_CHINESE = {
    "Company": "公司",
    "Period": "期间",
    "Segment": "业务",
    "Revenue": "收入",
    "YoY": "同比",
    "Share": "占比",
    "Year before": "去年同期（推算）",
    "App": "应用",
    "DAU": "日活",
    "MAU": "月活",
    "Qtr before": "上季（推算）",
    "DAU/MAU": "黏性",
    "Min/day": "日均分钟",
    "Paying": "付费用户",
    "Industry, and platforms beside it": "行业与平台",
    "Transactions": "交易额",
    "Penetration": "渗透率",
    "Operating": "经营利润",
    "Net": "净利润",
    "Adj. net": "经调整净利润",
    "Margin": "经营利润率",
    "Verdict": "结论",
    "Of": "对象",
    "Relation": "关系",
    "Reason": "原因",
    "Numbers": "个数",
    "Such as": "例如",
    "GMV": "交易总额",
}
"""The headings of the tables, as a reader of Chinese would write them."""

_TILES = {
    "revenue": ("收入", "Revenue", "revenue_growth_yoy"),
    "operating_profit": ("经营利润", "Operating profit", "operating_profit_growth_yoy"),
    "adjusted_net_profit": (
        "经调整净利润",
        "Adjusted net profit",
        "adjusted_net_profit_growth_yoy",
    ),
    "net": ("净利润", "Net profit", ""),
    "operating_margin": ("经营利润率", "Operating margin", ""),
    "dau": ("日活跃用户", "DAU", "dau_growth_yoy"),
    "mau": ("月活跃用户", "MAU", "mau_growth_yoy"),
}
"""The headline numbers: name, English name, and the growth that stands below."""

_INDUSTRY_TILES = {
    "transaction_value": ("交易额", "Transactions", "transaction_value_growth_yoy"),
    "penetration_rate": ("渗透率", "Penetration", "penetration_rate_growth_yoy"),
}

_COMPANIES = """
    select company_id, company_name, company_name_en, count(*) as figures
    from marts.fct_figures
    inner join marts.dim_company using (company_key, company_id)
    group by all
    order by figures desc, company_name
"""

_TARGETS = """
    with targets as (
        select
            company_id, subject_id, subject_name, subject_name_en, metric_name,
            regexp_replace(metric_id, '_target$', '') as metric_id, value, value_low, value_high,
            unit_id, [figure_id] as figure_ids, period_id, period_starts_on, period_ends_on,
            char_start, true as is_target
        from marts.obt_figures
        where
            kind = 'target' and unit_id != 'ratio' and period_starts_on is not null
            and list_contains($companies, company_id)
    ),
    -- What was reached in the target's time, and in as much time before it.
    levels as (
        select distinct
            targets.company_id, targets.subject_id, subject_name, subject_name_en,
            targets.metric_id, facts.value, facts.low as value_low, facts.high as value_high,
            facts.unit_id, facts.figure_ids, facts.period_id, periods.starts_on as period_starts_on,
            periods.ends_on as period_ends_on, 0 as char_start, false as is_target
        from targets
        inner join intermediate.int_metric_periods as facts
            on targets.company_id = facts.company_id
            and targets.subject_id = facts.subject_id
            and targets.metric_id = facts.metric_id
            and targets.unit_id = facts.unit_id
        inner join marts.dim_period as periods on facts.period_id = periods.period_id
        where
            facts.value is not null
            and periods.ends_on <= targets.period_ends_on
            and periods.ends_on >= targets.period_starts_on
                - (targets.period_ends_on - targets.period_starts_on)::integer
    )
    select
        *, count(*) filter (where not is_target)
            over (partition by company_id, subject_id, metric_id) as levels
    from (from targets union all by name from levels)
    qualify levels > 0
    order by
        company_id, subject_id, metric_id, is_target, period_starts_on, period_ends_on, char_start
"""

_PEERS = """
    select facts.*, company_name, subject_name, subject_name_en
    from marts.fct_user_metrics as facts
    left join marts.dim_company as companies using (company_key)
    left join marts.dim_subject as subjects using (subject_key)
    where period_id = $period and coalesce(mau, dau) > 0
    order by greatest(mau, dau) desc
"""

_CITED = """
    select article_id, count(*) as cited
    from marts.fct_figures
    where figure_id in (select unnest($figures))
    group by article_id
    order by cited desc, article_id
"""

_FIGURES = """
    select
        facts.*, concat_ws(' ', subject_name, metric_name, facts.period_id) as what
    from marts.fct_figures as facts
    left join marts.dim_subject as subjects using (subject_key)
    left join marts.dim_metric as metrics using (metric_key)
    where article_id in (select unnest($articles))
    order by article_id, char_start, char_end, figure_id
"""

_ARTICLES = """
    select article_id, coalesce(title, left(text, 24) || '…') as title, source_path, text,
        published_on
    from raw.articles
    where article_id in (select unnest($articles))
"""


def write_html(warehouse: Path, file: Path) -> None:
    """Write what the warehouse holds to a file that any browser opens, from any place.

    Raises:
        Trouble: The file cannot be written, or the charts' library is not installed.
        duckdb.Error: The warehouse is none.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        page = _page(con)
    try:
        # Whole or not at all: a reader of an earlier page keeps that until this one is there.
        handle, new = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(page)
        Path(new).chmod(0o644)
        Path(new).replace(file)
    except OSError as error:
        cure = "Give another FILE, in a folder that can be written to."
        raise Trouble(file, "path", error.strerror or str(error), cure) from error


def _page(con: duckdb.DuckDBPyConnection) -> str:
    known = rows_of(con, _COMPANIES)
    major = [row for row in known if row["figures"] >= MINOR][:COMPANIES]
    chosen = {"companies": [row["company_id"] for row in major]}
    financials = rows_of(con, FINANCIALS, {"companies": None})
    segments, users = rows_of(con, SEGMENTS, chosen), rows_of(con, USERS, chosen)
    targets, industries = rows_of(con, _TARGETS, chosen), rows_of(con, INDUSTRIES)
    checks = rows_of(con, CHECKS.format(only="", rows=ROWS))
    peers = {
        period: rows_of(con, _PEERS, {"period": period})
        for period in {row["period_id"] for row in users}
    }
    every = [financials, segments, users, targets, industries, checks, *peers.values()]
    ids = {figure for rows in every for row in rows for figure in row["figure_ids"] or ()}
    cited = [row["article_id"] for row in rows_of(con, _CITED, {"figures": list(ids)})]
    shown = {"articles": cited[:ARTICLES]}
    sources = Sources(rows_of(con, _FIGURES, shown))
    sections = [
        _company(
            company,
            [row for row in financials if row["company_id"] == company["company_id"]],
            [row for row in segments if row["company_id"] == company["company_id"]],
            [row for row in users if row["company_id"] == company["company_id"]],
            [row for row in targets if row["company_id"] == company["company_id"]],
            peers,
            sources,
        )
        for company in major
    ]
    counts = con.sql(
        "select count(distinct article_id), count(*) from marts.fct_figures"
    ).fetchall()[0]
    verdicts = dict(
        con.sql("select verdict, count(*) from marts.fct_figure_checks group by 1").fetchall()
    )
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        version=__version__,
        articles_known=counts[0],
        figures_known=counts[1],
        companies_known=len(known),
        known=f"{counted(counts[1], 'figure')} of {counted(len(known), 'company', 'companies')}"
        f" in {counted(counts[0], 'article')}; {trust_of(con)}",
        verdicts={verdict: verdicts.get(verdict, 0) for verdict in VERDICTS},
        sections=sections,
        beside=_table(FINANCIAL_COLUMNS, financials, sources),
        industry_charts=_industries(industries, sources),
        industries=_table(INDUSTRY_COLUMNS, industries, sources),
        checks=[_check(row, sources) for row in checks],
        rejects=_table(REJECT_COLUMNS, rows_of(con, REJECTS.format(only="true")), sources),
        articles=list(_articles(rows_of(con, _ARTICLES, shown), shown["articles"], sources)),
    )


# --- from a number to its sentence --------------------------------------------------------------


class Sources:
    """The figures of the articles on the page, and which of them a number of a mart shows."""

    _METRICS = {  # noqa: RUF012 # never written to
        "net": ("net_profit_attributable", "net_profit"),
        "daily_minutes": ("avg_daily_time_spent_per_dau",),
        "transaction_value": ("transaction_value", "gmv"),
        "dau_mau": ("dau", "mau"),
        "revenue_share": ("revenue_share", "revenue"),
        "operating_margin": ("operating_margin", "operating_profit"),
    }
    """Of which metrics a column is made, the nearest first, where its name does not say it."""

    _MOVED = re.compile(r"(.+)_(growth_yoy|growth_qoq|implied_prior_year|implied_prior_quarter)")

    def __init__(self, figures: Sequence[Row]):
        self.figures = {row["figure_id"]: row for row in figures}
        self.of_article: dict[str, list[Row]] = {}
        for row in figures:
            self.of_article.setdefault(row["article_id"], []).append(row)

    def href(self, figure_id: str) -> str:
        """The anchor of a figure; empty where its article is not on the page."""
        return f"#f-{figure_id}" if figure_id in self.figures else ""

    def of(self, row: Row, field: str) -> str:
        """The anchor of the figure that a row's number shows, or is computed from."""
        moved = self._MOVED.fullmatch(field)
        base = moved[1] if moved else field
        comparison = None
        if moved:
            comparison = "qoq" if moved[2].endswith(("qoq", "quarter")) else "yoy"
        metrics = self._METRICS.get(base, (base, f"{base}_target"))

        def fit(figure: Row) -> tuple[bool, bool, bool, int]:
            return (
                (figure["kind"] in {"growth", "change"}) == bool(moved),
                figure["comparison"] == comparison,
                figure["value"] == row.get(field, row.get("value")),
                -metrics.index(figure["metric_id"]),
            )

        known = (self.figures.get(figure_id) for figure_id in row["figure_ids"] or ())
        behind = [figure for figure in known if figure and figure["metric_id"] in metrics]
        return self.href(max(behind, key=fit)["figure_id"]) if behind else ""


# --- tables -------------------------------------------------------------------------------------


class Cell(NamedTuple):
    """What stands in a table or a tile, and where it leads."""

    text: str
    href: str = ""
    falls: bool = False


class Table(NamedTuple):
    """Headings (Chinese, English, whether numbers stand below), rows, how many more there are."""

    headings: list[tuple[str, str, bool]]
    rows: list[list[Cell]]
    more: int


def _cell(column: Column, row: Row, sources: Sources) -> Cell:
    said = column.cell(row)
    href = sources.of(row, column.field) if column.field and str(said) else ""
    return Cell(str(said), href, isinstance(said, Text) and said.style == "red")


def _table(columns: Sequence[Column], rows: Sequence[Row], sources: Sources) -> Table | None:
    """The first rows, without the columns that are empty throughout; None where there is no row."""
    cells = [[_cell(column, row, sources) for column in columns] for row in rows[:ROWS]]
    filled = [nr for nr in range(len(columns)) if any(row[nr].text for row in cells)]
    if not cells:
        return None
    headings = [
        (_CHINESE[columns[nr].heading], columns[nr].heading, columns[nr].justify == "right")
        for nr in filled
    ]
    return Table(headings, [[row[nr] for nr in filled] for row in cells], len(rows) - len(cells))


def _check(row: Row, sources: Sources) -> dict[str, Any]:
    quotes = zip(row["quotes"], row["figure_ids"], strict=False)
    return row | {"cells": [Cell(quote, sources.href(figure)) for quote, figure in quotes]}


# --- a company ----------------------------------------------------------------------------------


class Tile(NamedTuple):
    """A headline number with its name in both languages, and its growth."""

    name: str
    name_en: str
    value: Cell
    growth: Cell


class Chart(NamedTuple):
    """A chart with its heading in both languages, and how to read it."""

    title: str
    title_en: str
    note: str
    svg: Markup


def _tiles(
    names: dict[str, tuple[str, str, str]], columns: Iterable[Column], row: Row, sources: Sources
) -> list[Tile]:
    """Those of the named numbers that the row has."""
    by_field = {column.field: column for column in columns}
    return [
        Tile(
            name,
            name_en,
            _cell(by_field[field], row, sources),
            _cell(by_field[growth], row, sources) if growth else Cell(""),
        )
        for field, (name, name_en, growth) in names.items()
        if row.get(field) is not None
    ]


def _company(
    company: Row,
    financials: list[Row],
    segments: list[Row],
    users: list[Row],
    targets: list[Row],
    peers: dict[str, list[Row]],
    sources: Sources,
) -> dict[str, Any]:
    """What the template shows of a company; each list holds its rows, the newest period first."""
    newest = next(
        (row for row in financials if row["revenue"]),
        next(iter(financials or segments or users), None),
    )
    period = newest["period_id"] if newest else None
    own = [row for row in users if row["period_id"] == period and (row["mau"] or row["dau"])]
    headline: Row = {"figure_ids": []}
    # The company's own app comes first; the company's figures go before it.
    for row in (*own[:1], *([newest] if newest in financials else [])):
        headline |= row | {"figure_ids": [*headline["figure_ids"], *row["figure_ids"]]}
    tiles = _tiles(_TILES, (*FINANCIAL_COLUMNS, *USER_COLUMNS), headline, sources)
    charts = [_segment_chart(segments, sources), *_target_charts(targets, sources)]
    if own:
        charts.append(_user_chart(company, peers[own[0]["period_id"]], sources))
    return company | {
        "period": period,
        "tiles": tiles,
        "charts": [chart for chart in charts if chart],
        "financials": _table(FINANCIAL_COLUMNS[1:], financials, sources)
        if len(financials) > 1
        else None,
        "segments": _table(SEGMENT_COLUMNS[1:], segments, sources),
        "users": _table(USER_COLUMNS, users, sources),
    }


def _segment_chart(segments: list[Row], sources: Sources) -> Chart | None:
    """Revenue by segment in the period of which most segments are known."""
    filled = [row for row in segments if (row["revenue"] or 0) > 0]
    periods = [row["period_id"] for row in filled]
    # The newest of those that have most: the rows come newest first.
    period = max(dict.fromkeys(periods), key=periods.count, default=None)
    bars = [
        Bar(
            row["subject_name"],
            _joined(
                bounded(row, "revenue", row["unit_id"]),
                change(row, "revenue_growth_yoy"),
                share(row),
            ),
            float(row["revenue"]),
            sources.of(row, "revenue"),
            mark=_number(row["revenue_implied_prior_year"]),
        )
        for row in filled
        if row["period_id"] == period and row["unit_id"] == filled[periods.index(period)]["unit_id"]
    ]
    note = "竖线为推算的去年同期 · the line is the year before, as implied"
    return _chart(f"分部收入 {period}", "Revenue by segment: value, growth, share", note, bars)


def _target_charts(targets: list[Row], sources: Sources) -> Iterator[Chart | None]:
    """What was reached, period by period, above what was aimed at."""
    for key in dict.fromkeys((row["subject_id"], row["metric_id"]) for row in targets):
        rows = [row for row in targets if (row["subject_id"], row["metric_id"]) == key]
        goal = rows[-1]
        # Of two targets for one period the article gives the earlier one first.
        lasting = {row["period_id"]: row for row in rows if row["is_target"]}
        bars = [
            Bar(
                row["period_id"]
                if not row["is_target"]
                else f"{row['period_id']} 目标 target"
                if row is lasting[row["period_id"]]
                else f"{row['period_id']} 原目标 earlier target",
                bounded(row, "value", row["unit_id"]),
                float(row["value"]),
                sources.of(row, row["metric_id"]),
                "goal" if row["is_target"] else "bar",
                mark=None if row["is_target"] else float(goal["value"]),
            )
            for row in rows
            if row["value"] > 0
        ]
        title = f"{goal['subject_name']} {goal['metric_name'].removesuffix('目标')}与目标"
        english = f"{goal['subject_name_en'] or goal['subject_name']} against its target"
        note = f"竖线为{goal['period_id']}目标 · the line is the target"
        yield _chart(title, english, note, bars)


def _user_chart(company: Row, peers: list[Row], sources: Sources) -> Chart | None:
    """Monthly users with the daily ones in them, the company's apps beside the others."""
    bars = []
    for row in peers:
        own = row["company_id"] == company["company_id"]
        field = "dau" if row["mau"] is None else "mau"
        both = row["dau"] is not None and row["mau"] is not None
        text = bounded(row, field, "people")
        if both:
            stickiness = bounded(row, "dau_mau", "ratio")
            text = _joined(f"{bounded(row, 'dau', 'people')} / {text}", stickiness)
        bars.append(
            Bar(
                row["subject_name"],
                text,
                float(row[field]),
                sources.of(row, field),
                "soft" if own else "other",
                inner=_number(row["dau"]),
            )
        )
    note = "深色日活，浅色月活，百分比为黏性 · dark: daily, light: monthly users; DAU ÷ MAU"
    return (
        _chart(f"用户 {peers[0]['period_id']}", "Users beside peers", note, bars) if bars else None
    )


def _industries(rows: list[Row], sources: Sources) -> list[tuple[Chart | None, list[Tile]]]:
    """Each industry's size and the year before with the platforms' GMV beside, and its numbers."""
    told = []
    for place in dict.fromkeys(row["place"] for row in rows):
        industry, *platforms = [row for row in rows if row["place"] == place]
        if not industry["transaction_value"]:
            continue
        unit = industry["unit_id"]
        name = industry["subject_name"]
        size = _number(industry["transaction_value_implied_prior_year"])
        bars = [_size_bar(industry, unit, sources, mark=size)]
        bars += [
            _size_bar(row, unit, sources, "soft")
            for row in platforms
            if row["unit_id"] == unit and row["transaction_value"] > 0
        ]
        note = "竖线为推算的上一年 · the line is the year before, as implied"
        chart = _chart(f"{name} {industry['period_id']}", "Industry and platforms", note, bars)
        tiles = _tiles(_INDUSTRY_TILES, INDUSTRY_COLUMNS, industry, sources)
        told.append((chart, tiles))
    return told[:BARS]


def _size_bar(
    row: Row, unit: str, sources: Sources, tone: str = "bar", mark: float | None = None
) -> Bar:
    """What was traded in an industry, or on a platform, and how it grew."""
    return Bar(
        f"{row['subject_name'].strip()} {row['period_id']}",
        _joined(
            bounded(row, "transaction_value", unit), change(row, "transaction_value_growth_yoy")
        ),
        float(row["transaction_value"]),
        sources.of(row, "transaction_value"),
        tone,
        mark=mark,
    )


def _chart(title: str, title_en: str, note: str, bars: Sequence[Bar]) -> Chart | None:
    if not bars:
        return None
    if len(bars) > BARS:
        note += f" · 另有 {len(bars) - BARS} 项 more in the warehouse"
    svg = bar_chart(f"{title} {title_en}", bars[:BARS])
    # Vega escapes what it writes, as the test with a hostile article holds it to.
    return Chart(title, title_en, note, Markup(svg))  # noqa: S704


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _joined(*parts: str | Text) -> str:
    return " · ".join(str(part) for part in parts if str(part))


# --- articles -----------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A stretch of an article's text that is highlighted throughout, or not at all."""

    text: str
    anchors: list[str]
    """Of the figures that begin here."""
    title: str
    """What the figures are; empty where no figure stands here."""


def _articles(rows: list[Row], order: list[str], sources: Sources) -> Iterator[dict[str, Any]]:
    by_id = {row["article_id"]: row for row in rows}
    for article_id in order:
        row = by_id[article_id]
        figures = sources.of_article[article_id]
        yield row | {"figures": len(figures), "sentences": list(_sentences(row["text"], figures))}


def _sentences(text: str, figures: Iterable[Row]) -> Iterator[tuple[bool, list[Piece]]]:
    """The text in order: sentences that hold figures (True), cut at them, and what stands between.

    Args:
        text: The article.
        figures: Its figures with their spans; spans may overlap, those of sentences too.
    """
    spans: list[tuple[int, int, list[Row]]] = []
    for figure in sorted(figures, key=lambda row: row["char_start"]):
        start = min(figure["sentence_start"], figure["char_start"])
        end = max(figure["sentence_end"], figure["char_end"])
        if spans and start < spans[-1][1]:
            first, last, held = spans.pop()
            spans.append((min(first, start), max(last, end), [*held, figure]))
        else:
            spans.append((start, end, [figure]))
    at = 0
    for start, end, held in spans:
        between = text[at:start]
        if between and len(text) > LONG:
            between = " … "
        if between:
            yield False, [Piece(between, [], "")]
        yield True, list(_pieces(text, start, end, held))
        at = end
    if at < len(text):
        yield False, [Piece(" …" if len(text) > LONG else text[at:], [], "")]


def _pieces(text: str, start: int, end: int, figures: list[Row]) -> Iterator[Piece]:
    edges = {
        start,
        end,
        *(row["char_start"] for row in figures),
        *(row["char_end"] for row in figures),
    }
    cuts = sorted(edges)
    for first, last in pairwise(cuts):
        here = [row for row in figures if row["char_start"] <= first and last <= row["char_end"]]
        begin = [f"f-{row['figure_id']}" for row in here if row["char_start"] == first]
        title = "; ".join(f"{row['what']}: {bounded(row, 'value', row['unit_id'])}" for row in here)
        yield Piece(text[first:last], begin, title)
