"""The built warehouse, told in the terminal: what came in, what it says, what does not add up."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ingest import __version__
from ingest.load import Run, now

ROWS = 20
"""Rows that a table of the report shows; of more, it says how many."""

Row = dict[str, Any]
Column = tuple[str, Literal["left", "right"], Callable[[Row], str | Text]]
"""Heading, justification, and what of a row stands below it."""


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


def _field(name: str) -> Callable[[Row], str]:
    return lambda row: "" if row[name] is None else str(row[name])


def _value(name: str, unit: str | None = None) -> Callable[[Row], str]:
    return lambda row: bounded(row, name, unit or row.get("unit_id"))


def _growth(name: str) -> Callable[[Row], Text]:
    return lambda row: change(row, name)


def _share(row: Row) -> str:
    """What the article says goes before what can be computed."""
    stated = row["revenue_share"] is not None
    return bounded(row, "revenue_share" if stated else "revenue_share_computed", "ratio")


_LEFT: Literal["left"] = "left"
_RIGHT: Literal["right"] = "right"
_COMPANY: Column = ("Company", _LEFT, _field("company_name"))
_PERIOD: Column = ("Period", _LEFT, _field("period_id"))
_SUBJECT: Column = ("", _LEFT, _field("subject_name"))

_NAMED = """
    from marts.{table} as facts
    left join marts.dim_company as companies using (company_key)
    left join marts.dim_subject as subjects using (subject_key)
    left join marts.dim_period as periods using (period_key)
    where {filled}
    -- The companies that the articles say most of come first, and of each the newest period.
    order by
        count(*) over (partition by company_key) desc,
        company_name,
        periods.ends_on desc nulls last,
        facts.period_id,
        {order}
"""

_SEGMENTS = "select facts.*, company_name, subject_name" + _NAMED.format(
    table="fct_segment_performance",
    filled="coalesce(revenue, revenue_growth_yoy, gmv, gmv_growth_yoy) is not null",
    order="revenue desc nulls last, gmv desc nulls last, subject_name",
)
_SEGMENT_COLUMNS: list[Column] = [
    _COMPANY,
    _PERIOD,
    ("Segment", *_SUBJECT[1:]),
    ("Revenue", _RIGHT, _value("revenue")),
    ("YoY", _RIGHT, _growth("revenue_growth_yoy")),
    ("Share", _RIGHT, _share),
    ("Year before", _RIGHT, _value("revenue_implied_prior_year")),
    ("GMV", _RIGHT, _value("gmv")),
    ("YoY", _RIGHT, _growth("gmv_growth_yoy")),
]

_USERS = "select facts.*, company_name, subject_name" + _NAMED.format(
    table="fct_user_metrics",
    filled="coalesce(dau, mau, daily_minutes, paying_users) is not null",
    order="mau desc nulls last, dau desc nulls last, subject_name",
)
_USER_COLUMNS: list[Column] = [
    ("App", *_SUBJECT[1:]),
    _PERIOD,
    ("DAU", _RIGHT, _value("dau", "people")),
    ("YoY", _RIGHT, _growth("dau_growth_yoy")),
    ("Qtr before", _RIGHT, _value("dau_implied_prior_quarter", "people")),
    ("MAU", _RIGHT, _value("mau", "people")),
    ("YoY", _RIGHT, _growth("mau_growth_yoy")),
    ("DAU/MAU", _RIGHT, _value("dau_mau", "ratio")),
    ("Min/day", _RIGHT, _value("daily_minutes", "minutes")),
    ("Paying", _RIGHT, _value("paying_users", "people")),
]

_INDUSTRIES = """
    with industries as (
        select
            facts.*, subject_name, periods.ends_on,
            row_number() over (order by periods.ends_on desc nulls last, subject_name) as place
        from marts.fct_live_commerce_industry as facts
        left join marts.dim_subject as subjects using (subject_key)
        left join marts.dim_period as periods using (period_key)
    ),
    beside as (
        select place, unnest(platform_gmv) as gmv from industries
    )
    select
        place, 0 as beside, subject_name, period_id, unit_id, transaction_value,
        transaction_value_low, transaction_value_high, transaction_value_growth_yoy,
        transaction_value_implied_prior_year, transaction_value_implied_prior_year_low,
        transaction_value_implied_prior_year_high, penetration_rate, penetration_rate_low,
        penetration_rate_high, penetration_rate_growth_yoy
    from industries
    union all by name
    select
        place, 1 as beside,
        '  ' || concat_ws(' ', company_name, nullif(subject_name, company_name)) || ' GMV'
            as subject_name,
        gmv.period_id, gmv.unit_id, gmv.gmv as transaction_value,
        gmv.gmv_low as transaction_value_low, gmv.gmv_high as transaction_value_high,
        gmv.gmv_growth_yoy as transaction_value_growth_yoy
    from beside
    left join marts.dim_company as companies on gmv.company_id = companies.company_id
    left join marts.dim_subject as subjects
        on gmv.subject_id = subjects.subject_id
        and gmv.company_id is not distinct from subjects.company_id
    order by place, beside, transaction_value desc nulls last
"""
_INDUSTRY_COLUMNS: list[Column] = [
    ("Industry, and platforms beside it", *_SUBJECT[1:]),
    _PERIOD,
    ("Transactions", _RIGHT, _value("transaction_value")),
    ("YoY", _RIGHT, _growth("transaction_value_growth_yoy")),
    ("Year before", _RIGHT, _value("transaction_value_implied_prior_year")),
    ("Penetration", _RIGHT, _value("penetration_rate", "ratio")),
    ("YoY", _RIGHT, _growth("penetration_rate_growth_yoy")),
]

_FINANCIALS = """
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
    order by periods.ends_on desc nulls last, revenue desc nulls last, company_name
""".format(net="coalesce(net_profit_attributable, net_profit)")
_FINANCIAL_COLUMNS: list[Column] = [
    _COMPANY,
    _PERIOD,
    ("Revenue", _RIGHT, _value("revenue")),
    ("YoY", _RIGHT, _growth("revenue_growth_yoy")),
    ("Operating", _RIGHT, _value("operating_profit")),
    ("YoY", _RIGHT, _growth("operating_profit_growth_yoy")),
    ("Net", _RIGHT, _value("net")),
    ("Adj. net", _RIGHT, _value("adjusted_net_profit")),
    ("YoY", _RIGHT, _growth("adjusted_net_profit_growth_yoy")),
    ("Margin", _RIGHT, _value("operating_margin", "ratio")),
]

_CHECKS = """
    select
        verdict,
        concat_ws(
            ' ',
            left_text,
            case
                when relation = '>=' then '≥'
                when relation = '<=' then '≤'
                when verdict = 'contradicts' then '≠'
                when verdict = 'rounding' then '≈'
                else '='
            end,
            right_text
        ) as relation,
        concat_ws(' ', subject_name, metric_name, checks.period_id) as what
    from marts.fct_figure_checks as checks
    left join marts.dim_subject as subjects using (subject_key)
    left join marts.dim_metric as metrics using (metric_key)
    {only}
    order by array_position(['contradicts', 'rounding', 'holds'], verdict), check_type, what
"""
_VERDICTS = {"contradicts": "bold red", "rounding": "yellow", "holds": "green"}
_CHECK_COLUMNS: list[Column] = [
    ("Verdict", _LEFT, lambda row: Text(row["verdict"], style=_VERDICTS[row["verdict"]])),
    ("Of", _LEFT, _field("what")),
    ("Relation", _LEFT, _field("relation")),
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
    ("Article", _LEFT, _field("title")),
    ("File", _LEFT, _field("source_path")),
    ("Figures", _RIGHT, _field("figures")),
]

_REJECTS = """
    select reason, count(*) as rows, string_agg(distinct quote, ' · ' order by quote) as samples
    from (
        select
            reason, replace(quote, chr(10), ' ') as quote,
            row_number() over (partition by reason order by length(quote), quote) as nr
        from raw.rejected_figures
        where article_id in (select article_id from marts.dim_article where is_current)
            or article_id is null
    )
    group by reason
    order by rows desc, reason
"""
_REJECT_COLUMNS: list[Column] = [
    ("Reason", _LEFT, _field("reason")),
    ("Numbers", _RIGHT, _field("rows")),
    ("Such as", _LEFT, _field("samples")),
]


def _print_table(
    console: Console, title: str, columns: list[Column], rows: Iterable[Row], limit: int = ROWS
) -> None:
    """A table of the first rows; columns that are empty throughout are left out."""
    shown = list(rows)
    if not shown:
        return
    cells = [[cell(row) for _, _, cell in columns] for row in shown[:limit]]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    filled = [nr for nr in range(len(columns)) if any(str(row[nr]) for row in cells)]
    for nr in filled:
        heading, justify, _ = columns[nr]
        kept_whole = justify == _RIGHT or columns[nr] in {_COMPANY, _PERIOD}
        table.add_column(heading, justify=justify, overflow="fold", no_wrap=kept_whole)
    for row in cells:
        table.add_row(*(row[nr] for nr in filled))
    console.print(Text(title, style="bold"))
    console.print(Padding(table, (0, 0, 0, 1)))
    if len(shown) > limit:
        console.print(f" … and {_count(len(shown) - limit, 'more row')}", style="dim")
    console.print()


# --- reports ------------------------------------------------------------------------------------


def wide_console() -> Console:
    """Standard output; 100 columns wide where it is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=100)


def print_report(warehouse: Path, console: Console, run: Run | None = None) -> None:
    """Print what the warehouse holds, and first what a run brought in, if one is given.

    Raises:
        duckdb.Error: The file is no warehouse.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        if run:
            _print_run(con, console, run)
        articles, figures, companies = con.sql(
            "select count(distinct article_id), count(*), count(distinct company_id)"
            " from marts.fct_figures"
        ).fetchall()[0]
        verdicts = dict(
            con.sql("select verdict, count(*) from marts.fct_figure_checks group by 1").fetchall()
        )
        _print_table(console, "Companies", _FINANCIAL_COLUMNS, _rows(con, _FINANCIALS))
        _print_table(console, "Segments", _SEGMENT_COLUMNS, _rows(con, _SEGMENTS))
        _print_table(console, "Users", _USER_COLUMNS, _rows(con, _USERS))
        _print_table(console, "Live commerce", _INDUSTRY_COLUMNS, _rows(con, _INDUSTRIES))
        counts = ", ".join(f"{verdicts.get(verdict, 0)} {verdict}" for verdict in _VERDICTS)
        checks = _rows(con, _CHECKS.format(only=""))
        _print_table(console, f"Do the figures agree? {counts}", _CHECK_COLUMNS, checks)
        _print_table(console, "Numbers left out", _REJECT_COLUMNS, _rows(con, _REJECTS))
    console.print(
        f"{_count(figures, 'figure')} of {_count(companies, 'company', 'companies')}"
        f" in {_count(articles, 'article')}, in {_nearby(warehouse)}"
    )
    console.print(f"Open it: {_open_line(warehouse)}", soft_wrap=True)


def _print_run(con: duckdb.DuckDBPyConnection, console: Console, run: Run) -> None:
    console.print(
        Text(
            f"figurehouse {__version__}: {_count(run.articles_read, 'file')} read"
            f" ({run.articles_new} new, {run.articles_unchanged} known,"
            f" {run.articles_rejected} rejected);"
            f" {_count(run.figures, 'new figure')}, {run.rejected_figures} numbers left out\n",
            style="bold",
        )
    )
    if not run.changed:
        console.print("Nothing has changed, so the marts stand as they were.\n")
    rows = _rows(con, _ARTICLES, [run.run_id])
    _print_table(console, "Ingested", _ARTICLE_COLUMNS, rows)


def print_status(warehouse: Path, console: Console) -> None:
    """Print the last runs, how fresh the articles are, and the checks that fail.

    Raises:
        duckdb.Error: The file is no warehouse.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        query = "select * from raw.ingest_runs order by started_at desc"
        columns: list[Column] = [
            ("Started (UTC)", _LEFT, lambda row: f"{row['started_at']:%Y-%m-%d %H:%M:%S}"),
            ("Seconds", _RIGHT, lambda row: f"{row['duration_seconds']:.1f}"),
            ("Files", _RIGHT, _field("articles_read")),
            ("New", _RIGHT, _field("articles_new")),
            ("Known", _RIGHT, _field("articles_unchanged")),
            ("Rejected", _RIGHT, _field("articles_rejected")),
            ("Figures", _RIGHT, _field("figures")),
            ("Left out", _RIGHT, _field("rejected_figures")),
            ("Command", _LEFT, _field("command")),
        ]
        _print_table(console, "Last runs", columns, _rows(con, query), limit=5)
        newest = con.sql("select max(ingested_at) from raw.articles").fetchall()[0][0]
        failing = _rows(con, _CHECKS.format(only="where verdict = 'contradicts'"))
        _print_table(console, "Figures that contradict", _CHECK_COLUMNS, failing)
    fresh = f"{(now() - newest).days} days old" if newest else "none"
    console.print(f"Newest article: {fresh}; {_count(len(failing), 'contradiction')}")
    console.print(f"Warehouse: {_nearby(warehouse)}", soft_wrap=True)


def _rows(con: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> list[Row]:
    return list(con.execute(query, values).pl().iter_rows(named=True))


def _count(number: int, one: str, many: str = "") -> str:
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
