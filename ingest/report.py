"""The built warehouse, shown in the terminal: what came in, what it says, what does not add up."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple

import duckdb
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ingest import __version__, in_plain_sight
from ingest.load import Run, now
from ingest.log import last_failures

ROWS = 20
"""Rows that a table of the report shows; of more, it says how many."""

Row = dict[str, Any]


class Column(NamedTuple):
    """A column of a table that a reader sees."""

    heading: str
    justify: Literal["left", "right"]
    cell: Callable[[Row], str | Text]
    """What of a row stands below the heading."""
    field: str = ""
    """The column of the mart that it shows, where that is a number."""


# --- values as a reader would write them --------------------------------------------------------


def plain(number: Decimal) -> str:
    """A decimal without an exponent or trailing zeros."""
    return f"{number.normalize():,f}"


def amount(value: Decimal, unit: str | None = "CNY") -> str:
    """355.54亿, 4,500万, 26.9%, 2.3pp; a unit that is not the usual one is named."""
    if unit == "ratio":
        return f"{plain(value * 100)}%"
    if unit == "pp":
        return f"{plain(value)}pp"
    named = "" if unit in {None, "CNY", "people", "minutes"} else f" {unit}"
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if abs(value) >= size:
            return f"{plain(round(value / size, 4))}{name}{named}"
    return plain(round(value, 4)) + named


def bounded(row: Row, name: str, unit: str | None = "CNY") -> str:
    """A value with the sign of its open or one-sided bounds: >4,500万, ≈30%, 10亿–12亿.

    Args:
        row: Holds `name`, `name_low` and `name_high`.
        name: The column.
        unit: Its unit.
    """
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return ""
    text = amount(value, unit)
    if low is None and high is None:
        return f"≈{text}"
    if low is None or high is None:
        return f"{'<' if low is None else '>'}{text}"
    if low < high and value == low:
        return f"{text}–{amount(high, unit)}"
    return f"≈{text}" if low < high and value == high else text


def change(row: Row, name: str) -> Text:
    """A growth with its sign, red where it falls."""
    value = row[name]
    if value is None:
        return Text("")
    return Text(
        f"{'+' if value > 0 else ''}{plain(value * 100)}%", style="red" if value < 0 else ""
    )


# --- tables -------------------------------------------------------------------------------------


_GROWTH = "YoY"


def _field(name: str) -> Callable[[Row], str]:
    return lambda row: "" if row[name] is None else in_plain_sight(str(row[name]))


def _value(heading: str, name: str, unit: str | None = None) -> Column:
    return Column(
        heading, "right", lambda row: bounded(row, name, unit or row.get("unit_id")), name
    )


def _growth(name: str) -> Column:
    return Column(_GROWTH, "right", lambda row: change(row, name), name)


def share(row: Row) -> str:
    """A segment's share; what the article says goes before what can be computed."""
    stated = row["revenue_share"] is not None
    return bounded(row, "revenue_share" if stated else "revenue_share_computed", "ratio")


_LEFT: Literal["left"] = "left"
_RIGHT: Literal["right"] = "right"
_COMPANY = Column("Company", _LEFT, _field("company_name"))
_PERIOD = Column("Period", _LEFT, _field("period_id"))
_SUBJECT = Column("", _LEFT, _field("subject_name"))

OF_COMPANIES = (
    "($companies::varchar[] is null"
    " or list_contains($companies, coalesce(facts.company_id, 'none')))"
)
"""Which companies' rows a query gives: those of the list $companies, or all where it is null."""

_NAMED = """
    from marts.{table} as facts
    left join marts.dim_company as companies using (company_key)
    left join marts.dim_subject as subjects using (subject_key)
    left join marts.dim_period as periods using (period_key)
    where {filled} and {of_companies}
    -- The companies that the articles say most of come first, and of each the newest period.
    order by
        count(*) over (partition by company_key) desc,
        company_name,
        periods.ends_on desc nulls last,
        facts.period_id,
        {order}
"""

SEGMENTS = "select facts.*, company_name, subject_name, subject_name_en" + _NAMED.format(
    table="fct_segment_performance",
    filled="coalesce(revenue, revenue_growth_yoy, gmv, gmv_growth_yoy) is not null",
    of_companies=OF_COMPANIES,
    order="revenue desc nulls last, gmv desc nulls last, subject_name",
)
SEGMENT_COLUMNS: list[Column] = [
    _COMPANY,
    _PERIOD,
    _SUBJECT._replace(heading="Segment"),
    _value("Revenue", "revenue"),
    _growth("revenue_growth_yoy"),
    Column("Share", _RIGHT, share, "revenue_share"),
    _value("Year before", "revenue_implied_prior_year"),
    _value("GMV", "gmv"),
    _growth("gmv_growth_yoy"),
]

USERS = "select facts.*, company_name, subject_name, subject_name_en" + _NAMED.format(
    table="fct_user_metrics",
    filled="coalesce(dau, mau, daily_minutes, paying_users) is not null",
    of_companies=OF_COMPANIES,
    order="mau desc nulls last, dau desc nulls last, subject_name",
)
USER_COLUMNS: list[Column] = [
    _SUBJECT._replace(heading="App"),
    _PERIOD,
    _value("DAU", "dau", "people"),
    _growth("dau_growth_yoy"),
    _value("Qtr before", "dau_implied_prior_quarter", "people"),
    _value("MAU", "mau", "people"),
    _growth("mau_growth_yoy"),
    _value("DAU/MAU", "dau_mau", "ratio"),
    _value("Min/day", "daily_minutes", "minutes"),
    _value("Paying", "paying_users", "people"),
]

INDUSTRIES = """
    with industries as (
        select
            facts.*, subject_name, periods.ends_on,
            row_number() over (order by periods.ends_on desc nulls last, subject_name) as place
        from marts.fct_live_commerce_industry as facts
        left join marts.dim_subject as subjects using (subject_key)
        left join marts.dim_period as periods using (period_key)
    ),
    beside as (
        select place, unnest(platform_gmv) as platform from industries
    ),
    sources as (
        select subject_key, period_id, list(figure_id) as figure_ids
        from marts.fct_figures
        where metric_id = 'gmv'
        group by subject_key, period_id
    )
    select
        place, 0 as beside, subject_name, period_id, unit_id, transaction_value,
        transaction_value_low, transaction_value_high, transaction_value_growth_yoy,
        transaction_value_implied_prior_year, transaction_value_implied_prior_year_low,
        transaction_value_implied_prior_year_high, penetration_rate, penetration_rate_low,
        penetration_rate_high, penetration_rate_growth_yoy, figure_ids
    from industries
    union all by name
    select
        place, 1 as beside,
        '  ' || concat_ws(' ', company_name, nullif(subject_name, company_name)) || ' GMV'
            as subject_name,
        platform.period_id, platform.unit_id, platform.gmv as transaction_value,
        platform.gmv_low as transaction_value_low, platform.gmv_high as transaction_value_high,
        platform.gmv_growth_yoy as transaction_value_growth_yoy, sources.figure_ids
    from beside
    left join marts.dim_company as companies on platform.company_id = companies.company_id
    left join marts.dim_subject as subjects
        on platform.subject_id = subjects.subject_id
        and platform.company_id is not distinct from subjects.company_id
    left join sources
        on subjects.subject_key = sources.subject_key and platform.period_id = sources.period_id
    order by place, beside, transaction_value desc nulls last, subject_name, period_id
"""
INDUSTRY_COLUMNS: list[Column] = [
    _SUBJECT._replace(heading="Industry, and platforms beside it"),
    _PERIOD,
    _value("Transactions", "transaction_value"),
    _growth("transaction_value_growth_yoy"),
    _value("Year before", "transaction_value_implied_prior_year"),
    _value("Penetration", "penetration_rate", "ratio"),
    _growth("penetration_rate_growth_yoy"),
]

FINANCIALS = """
    select
        facts.*, company_name,
        {net} as net,
        case when {net} is not distinct from net_profit_attributable
            then net_profit_attributable_low else net_profit_low end as net_low,
        case when {net} is not distinct from net_profit_attributable
            then net_profit_attributable_high else net_profit_high end as net_high
    from marts.fct_company_financials as facts
    left join marts.dim_company as companies using (company_key)
    left join marts.dim_period as periods using (period_key)
    where
        coalesce(revenue, operating_profit, {net}, adjusted_net_profit) is not null
        and {of_companies}
    order by periods.ends_on desc nulls last, revenue desc nulls last, company_name
""".format(net="coalesce(net_profit_attributable, net_profit)", of_companies=OF_COMPANIES)
FINANCIAL_COLUMNS: list[Column] = [
    _COMPANY,
    _PERIOD,
    _value("Revenue", "revenue"),
    _growth("revenue_growth_yoy"),
    _value("Operating", "operating_profit"),
    _growth("operating_profit_growth_yoy"),
    _value("Net", "net"),
    _value("Adj. net", "adjusted_net_profit"),
    _growth("adjusted_net_profit_growth_yoy"),
    _value("Margin", "operating_margin", "ratio"),
]

CHECKS = """
    select
        verdict,
        concat_ws(
            ' ',
            left_text,
            case
                when relation = '>=' then '≥'
                when relation = '<=' then '≤'
                when verdict in ('contradicts', 'unproved') then '≠'
                when verdict = 'rounding' then '≈'
                else '='
            end,
            right_text
        ) as relation,
        concat_ws(' ', subject_name, metric_name, first.period_id) as what,
        quotes, figure_ids
    from (
        select * from marts.fct_figure_checks as facts
        {only}
        order by {order}, check_type, description
        limit {rows}
    ) as first
    left join marts.dim_subject as subjects using (subject_key)
    left join marts.dim_metric as metrics using (metric_key)
    order by {order}, check_type, description
""".replace("{order}", "verdict = 'holds', verdict = 'rounding', verdict = 'unproved'")
"""The first checks: they are put in order before anything is joined, for there may be millions."""
COUNTED_CHECKS = """
    select verdict, count(*) from marts.fct_figure_checks as facts
    {only}
    group by verdict
"""
VERDICTS = {
    "contradicts": "bold red",
    "unproved": "magenta",
    "rounding": "yellow",
    "holds": "green",
}
CHECK_COLUMNS: list[Column] = [
    Column("Verdict", _LEFT, lambda row: Text(row["verdict"], style=VERDICTS[row["verdict"]])),
    Column("Of", _LEFT, _field("what")),
    Column("Relation", _LEFT, _field("relation")),
]

_TRUST = """
    count(*) as figures,
    count(*) filter (where trust in ('sure', 'reviewed')) as sure,
    count(*) filter (where trust = 'unsure') as unsure,
    count(*) filter (where trust = 'implausible') as implausible
"""
_TRUST_OF_COMPANIES = f"""
    select company_name as name, {_TRUST}
    from marts.fct_figures inner join marts.dim_company using (company_key)
    group by company_key, company_name
    order by unsure + implausible desc, name
"""
_TRUST_OF_ARTICLES = f"""
    select coalesce(any_value(title), any_value(source_path)) as name, {_TRUST}
    from marts.fct_figures inner join marts.dim_article using (article_key)
    group by article_key
    order by unsure + implausible desc, name
"""
_TRUST_COLUMNS: list[Column] = [
    Column("Figures", _RIGHT, _field("figures")),
    Column("Sure", _RIGHT, _field("sure")),
    Column("", _RIGHT, lambda row: f"{row['sure'] / max(row['figures'], 1):.0%}"),
    Column("Unsure", _RIGHT, _field("unsure")),
    Column("Implausible", _RIGHT, _field("implausible")),
]
_LOOK_FIRST = """
    with shown as (
        select unnest(figure_ids) as figure_id from marts.fct_company_financials
        union select unnest(figure_ids) from marts.fct_segment_performance
        union select unnest(figure_ids) from marts.fct_user_metrics
        union select unnest(figure_ids) from marts.fct_live_commerce_industry
    )
    select
        confidence,
        coalesce(implausible_because, 'unsure') as why,
        concat_ws(' ', subject_name, metric_name, facts.period_id) as what,
        replace(quote, chr(10), ' ') as quote
    from marts.fct_figures as facts
    left join marts.dim_subject as subjects using (subject_key)
    left join marts.dim_metric as metrics using (metric_key)
    where
        trust = 'implausible'
        or (trust = 'unsure' and figure_id in (select figure_id from shown))
    order by trust, confidence, figure_id
"""
"""What cannot be, and of what the marts show the least sure."""
_LOOK_COLUMNS: list[Column] = [
    Column("Confidence", _RIGHT, lambda row: f"{row['confidence']:.2f}"),
    Column("Why", _LEFT, _field("why")),
    Column("Read as", _LEFT, _field("what")),
    Column("Words", _LEFT, _field("quote")),
]

_ARTICLES = """
    select
        coalesce(title, left(text, 20) || '…') as title, source_path,
        (select count(*) from raw.figures where figures.article_id = articles.article_id) as figures
    from raw.articles as articles
    where run_id = $1
    order by source_path
"""
_ARTICLE_COLUMNS: list[Column] = [
    Column("Article", _LEFT, _field("title")),
    Column("File", _LEFT, _field("source_path")),
    Column("Figures", _RIGHT, _field("figures")),
]

REJECTS = """
    select reason, count(*) as rows, string_agg(distinct quote, ' · ' order by quote) as samples
    from (
        select
            reason, replace(quote, chr(10), ' ') as quote,
            row_number() over (partition by reason order by length(quote), quote) as nr
        from raw.rejected_figures
        where
            {only}
            and (
                article_id in (select article_id from marts.dim_article where is_current)
                or article_id is null
            )
    )
    group by reason
    order by rows desc, reason
"""
REJECT_COLUMNS: list[Column] = [
    Column("Reason", _LEFT, _field("reason")),
    Column("Numbers", _RIGHT, _field("rows")),
    Column("Such as", _LEFT, _field("samples")),
]


class Rows(NamedTuple):
    """The first rows of what a query gives, and how many it gives."""

    first: list[Row]
    total: int


def first_rows(
    con: duckdb.DuckDBPyConnection,
    query: str,
    values: list[Any] | dict[str, Any] | None = None,
    limit: int = ROWS,
) -> Rows:
    """The rows that a table shows; the rest are counted where they are, and not brought here."""
    first = rows_of(con, f"select * from ({query}) limit {limit}", values)
    if len(first) < limit:
        return Rows(first, len(first))
    return Rows(first, con.execute(f"select count(*) from ({query})", values).fetchall()[0][0])


def _first_checks(
    con: duckdb.DuckDBPyConnection, only: str, values: dict[str, Any] | None = None
) -> tuple[dict[str, int], Rows]:
    """Of the checks that a where clause leaves, how many have each verdict, and the first rows."""
    verdicts = dict(con.execute(COUNTED_CHECKS.format(only=only), values).fetchall())
    first = rows_of(con, CHECKS.format(only=only, rows=ROWS), values)
    return verdicts, Rows(first, sum(verdicts.values()))


def print_table(console: Console, title: str, columns: Sequence[Column], rows: Rows) -> None:
    """A table of the first rows; columns that are empty throughout are left out.

    No number is ever cut: columns for which there is no room follow in a table below, beside the
    same names and periods.
    """
    if not rows.first:
        return
    cells = [[column.cell(row) for column in columns] for row in rows.first]
    filled = [nr for nr in range(len(columns)) if any(str(row[nr]) for row in cells)]
    widths = {
        nr: max(cell_len(columns[nr].heading), *(cell_len(str(row[nr])) for row in cells))
        for nr in filled
    }
    console.print(Text(title, style="bold"))
    for shown in _side_by_side(columns, widths, console.width):
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        for nr in shown:
            width = None if _folds(columns[nr], widths[nr]) else widths[nr]
            heading, justify = columns[nr][:2]
            table.add_column(heading, justify=justify, overflow="fold", min_width=width)
        numbers = [nr for nr in shown if columns[nr].justify == _RIGHT]
        for row in cells:
            if not numbers or any(str(row[nr]) for nr in numbers):
                table.add_row(*(row[nr] for nr in shown))
        console.print(Padding(table, (0, 0, 1, 1)))
    if rows.total > len(rows.first):
        console.print(f" … and {counted(rows.total - len(rows.first), 'more row')}\n", style="dim")


FOLDED = 14
"""The least width of a column of words, which fold where there is no room."""


def _folds(column: Column, width: int) -> bool:
    """Whether a column may be made narrower: words may, numbers and periods never."""
    return column.justify == _LEFT and column is not _PERIOD and width > FOLDED


def _groups(columns: Sequence[Column], numbers: list[int]) -> list[list[int]]:
    """Columns of numbers that stay together: a growth with the value that it is of."""
    groups: list[list[int]] = []
    for nr in numbers:
        if groups and columns[nr].heading == _GROWTH:
            groups[-1].append(nr)
        else:
            groups.append([nr])
    return groups


def _side_by_side(columns: Sequence[Column], widths: dict[int, int], room: int) -> list[list[int]]:
    """Which columns stand side by side, table by table: words in each, numbers as they fit."""
    words = [nr for nr in widths if columns[nr].justify == _LEFT]
    # A column has a blank and a line beside it; the table is set in by one.
    taken = 1 + sum(2 + (FOLDED if _folds(columns[nr], widths[nr]) else widths[nr]) for nr in words)
    tables: list[list[int]] = [[]]
    left = room - taken
    for group in _groups(columns, [nr for nr in widths if nr not in words]):
        needed = sum(widths[nr] + 2 for nr in group)
        if tables[-1] and left < needed:
            tables.append([])
            left = room - taken
        tables[-1] += group
        left -= needed
    return [sorted([*words, *numbers]) for numbers in tables]


# --- reports ------------------------------------------------------------------------------------


def wide_console() -> Console:
    """Standard output; 100 columns wide where it is no terminal. Text is text: no markup in it."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        return console
    return Console(highlight=False, markup=False, emoji=False, width=100)


def print_report(warehouse: Path, console: Console, run: Run | None = None) -> None:
    """Print what the warehouse holds, or what a run brought in: its articles and their companies.

    Raises:
        duckdb.Error: The file is no warehouse.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        companies = None
        if run:
            _print_run(con, console, run)
            companies = _companies_of(con, run)
        of = {"companies": companies}
        print_table(console, "Companies", FINANCIAL_COLUMNS, first_rows(con, FINANCIALS, of))
        print_table(console, "Segments", SEGMENT_COLUMNS, first_rows(con, SEGMENTS, of))
        print_table(console, "Users", USER_COLUMNS, first_rows(con, USERS, of))
        if companies is None or "none" in companies:
            rows = first_rows(con, INDUSTRIES)
            print_table(console, "Live commerce", INDUSTRY_COLUMNS, rows)
        verdicts, checks = _first_checks(con, f"where {OF_COMPANIES}", of)
        counts = ", ".join(f"{verdicts.get(verdict, 0)} {verdict}" for verdict in VERDICTS)
        title = f"Do the figures agree? {counts}"
        print_table(console, title, CHECK_COLUMNS, checks)
        rejects = REJECTS.format(only="run_id = $run" if run else "true")
        values = {"run": run.run_id} if run else None
        print_table(console, "Numbers left out", REJECT_COLUMNS, first_rows(con, rejects, values))
        articles, figures, known = con.sql(
            "select count(distinct article_id), count(*), count(distinct company_id)"
            " from marts.fct_figures"
        ).fetchall()[0]
        trusted = trust_of(con)
    console.print(
        f"{counted(figures, 'figure')} of {counted(known, 'company', 'companies')}"
        f" in {counted(articles, 'article')}, in {_nearby(warehouse)}"
    )
    console.print(trusted)
    console.print(f"Open it: {_open_line(warehouse)}", soft_wrap=True)


def trust_of(con: duckdb.DuckDBPyConnection) -> str:
    """How many of the figures are sure, in words."""
    (row,) = rows_of(con, f"select {_TRUST} from marts.fct_figures")
    share = row["sure"] / max(row["figures"], 1)
    return (
        f"{row['sure']:,} of {row['figures']:,} figures are sure ({share:.0%}),"
        f" {row['unsure']:,} unsure, {row['implausible']:,} implausible"
    )


def _companies_of(con: duckdb.DuckDBPyConnection, run: Run) -> list[str] | None:
    """The companies of which a run brought figures, `none` for the industries; None for all."""
    query = "select distinct coalesce(company_id, 'none') from marts.fct_figures where run_id = $1"
    companies = [company for (company,) in con.execute(query, [run.run_id]).fetchall()]
    return companies or None


def _print_run(con: duckdb.DuckDBPyConnection, console: Console, run: Run) -> None:
    console.print(
        Text(
            f"figurehouse {__version__}: {counted(run.articles_read, 'file')} read"
            f" ({run.articles_new} new, {run.articles_unchanged} known,"
            f" {run.articles_rejected} rejected);"
            f" {counted(run.figures, 'new figure')}, {run.rejected_figures} numbers left out\n",
            style="bold",
        )
    )
    if not run.changed:
        console.print("Nothing has changed, so the marts stand as they were.\n")
    rows = first_rows(con, _ARTICLES, [run.run_id])
    print_table(console, "Ingested", _ARTICLE_COLUMNS, rows)
    of_run = "select count(*) from marts.dim_article where run_id = $1 and published_on is null"
    ((undated,),) = con.execute(of_run, [run.run_id]).fetchall()
    if run.articles_foreign:
        console.print(f"{foreign(run)}\n", soft_wrap=True)
    if undated:
        console.print(
            f"{undated} of {counted(run.articles_new, 'new article')} without a date: give each a"
            " line 发布时间：2025-11-20 or front matter (docs/articles.md).\n",
            soft_wrap=True,
        )


def foreign(run: Run) -> str:
    """How many files of a run are in a language that is not read, and what to do."""
    files = f"{run.articles_foreign} of {counted(run.articles_read, 'file')}"
    return f"{files} in a language that is not read: only Chinese is. Give Chinese texts."


# What an older version built has no results; the table comes with the next run.
_HAS_NODES = "from duckdb_tables() where schema_name = 'raw' and table_name = 'dbt_results'"
_NODES = """
    select
        regexp_replace(node, '^([a-z_]+)[.][^.]+[.]', '\\1 ') as node, status, failures, seconds
    from raw.dbt_results
    where run_id = (
        select run_id from raw.dbt_results join raw.ingest_runs using (run_id)
        order by started_at desc limit 1
    )
    qualify
        status in ('warn', 'error', 'fail')
        or row_number() over (order by seconds desc, node) <= 5
    order by status in ('warn', 'error', 'fail') desc, seconds desc, node
"""
_NODE_COLUMNS: list[Column] = [
    Column("Node", _LEFT, _field("node")),
    Column("Status", _LEFT, _field("status")),
    Column("Failures", _RIGHT, _field("failures")),
    Column(
        "Seconds",
        _RIGHT,
        lambda row: "" if row["seconds"] is None else f"{row['seconds']:.2f}",
    ),
]
_FAILURE_COLUMNS: list[Column] = [
    Column("When (UTC)", _LEFT, lambda row: str(row.get("time", ""))[:19].replace("T", " ")),
    Column("Step", _LEFT, lambda row: in_plain_sight(str(row.get("step", "")))),
    Column("Error", _LEFT, lambda row: in_plain_sight(str(row["error"]))),
]


def print_status(warehouse: Path, console: Console) -> None:
    """Print the last runs, dbt's slowest and failed nodes, checks that fail, and freshness.

    Raises:
        duckdb.Error: The file is no warehouse.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        query = "select * from raw.ingest_runs order by started_at desc"
        columns: list[Column] = [
            Column("Started (UTC)", _LEFT, lambda row: f"{row['started_at']:%Y-%m-%d %H:%M:%S}"),
            Column("Seconds", _RIGHT, lambda row: f"{row['duration_seconds']:.1f}"),
            Column("Files", _RIGHT, _field("articles_read")),
            Column("New", _RIGHT, _field("articles_new")),
            Column("Known", _RIGHT, _field("articles_unchanged")),
            Column("Rejected", _RIGHT, _field("articles_rejected")),
            Column("Figures", _RIGHT, _field("figures")),
            Column("Left out", _RIGHT, _field("rejected_figures")),
            Column("Command", _LEFT, _field("command")),
        ]
        print_table(console, "Last runs", columns, first_rows(con, query, limit=5))
        newest = con.sql("select max(ingested_at) from raw.articles").fetchall()[0][0]
        if con.execute(_HAS_NODES).fetchall():
            nodes = first_rows(con, _NODES)
            print_table(console, "Slowest and failed nodes", _NODE_COLUMNS, nodes)
        trusted = trust_of(con)
        for heading, query in (
            ("Company", _TRUST_OF_COMPANIES),
            ("Article", _TRUST_OF_ARTICLES),
        ):
            named = [Column(heading, _LEFT, _field("name")), *_TRUST_COLUMNS]
            title = f"How sure, by {heading.lower()}"
            print_table(console, title, named, first_rows(con, query, limit=10))
        look = first_rows(con, _LOOK_FIRST, limit=10)
        print_table(console, "What to look at first", _LOOK_COLUMNS, look)
        _, failing = _first_checks(con, "where verdict = 'contradicts'")
        print_table(console, "Figures that contradict", CHECK_COLUMNS, failing)
    failures = last_failures(warehouse)
    failed = Rows(failures[:5], len(failures))
    print_table(console, "Steps that failed", _FAILURE_COLUMNS, failed)
    fresh = f"{(now() - newest).days} days old" if newest else "none"
    console.print(f"Newest article: {fresh}; {counted(failing.total, 'contradiction')}")
    console.print(trusted)
    console.print(f"Warehouse: {_nearby(warehouse)}", soft_wrap=True)


def rows_of(
    con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | dict[str, Any] | None = None
) -> list[Row]:
    """What a query gives; `values` stand for its parameters."""
    return list(con.execute(query, values).pl().iter_rows(named=True))


def counted(number: int, one: str, many: str = "") -> str:
    """1 figure, 2 figures."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _nearby(file: Path) -> str:
    """The way to the file from here where that is shorter than the whole path."""
    return min(str(file.absolute()), os.path.relpath(file), key=len)


def _open_line(warehouse: Path) -> str:
    file = _nearby(warehouse)
    if shutil.which("duckdb"):
        return f"duckdb -readonly {file}"
    query = f"duckdb.connect('{file}', read_only=True).sql('from marts.obt_figures').show()"
    return f'{_nearby(Path(sys.executable))} -c "import duckdb; {query}"'
