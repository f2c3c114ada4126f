"""What was measured, as tables in the terminal and in docs/performance.md, and as a plot."""

import re
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table as RichTable

from tests.bench.cost import linear
from tests.bench.queries import GOAL
from tests.bench.throughput import AGAINST, SCAN, ratios

SLOWEST = 10
"""Queries that are shown."""

Results = dict[str, Any]


class Table(NamedTuple):
    """A table of strings; the first columns are words, the others numbers."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    words: int = 1


# --- the tables -----------------------------------------------------------------------------


def tables(results: Results) -> dict[str, list[Table]]:
    """The tables of each part that was measured."""
    makers = {
        "machine": _machine,
        "throughput": _throughput,
        "reading": _reading,
        "quality": _quality,
        "queries": _queries,
        "cost": _cost,
    }
    return {part: make(results[part]) for part, make in makers.items() if results.get(part)}


def _machine(machine: Results) -> list[Table]:
    return [Table("", ["", ""], [[key, str(value)] for key, value in machine.items()], 2)]


def _throughput(samples: Results) -> list[Table]:
    made = []
    for sample, about in _SAMPLES.items():
        if sample not in samples:
            continue
        measured = samples[sample]
        times = ratios(measured)
        columns = ["", "does", "characters read", "characters/s", *AGAINST.values(), SCAN]
        rows = []
        for name, row in measured.items():
            against = times.get(name, {})
            rows.append(
                [
                    row["name"],
                    row["does"],
                    f"{row['characters']:,}",
                    _round(row["characters_per_second"]),
                    *(_round(against[peer]) if against else "" for peer in AGAINST),
                    _round(against["scan"]) if against else "",
                ]
            )
        made.append(Table(about, columns, rows, 2))
    return made


_SAMPLES = {
    "hand_written": "The hand-written articles of tests/articles, repeated",
    "corpus": "A generated corpus",
}


def _reading(rows: list[Results]) -> list[Table]:
    plain = next(row["characters_per_second"] for row in rows if row["form"] == "txt")
    columns = ["", "files", "bytes", "characters of articles", "characters/s", "ms a file"]
    columns += ["plain text is × as fast", "paragraphs read whole"]
    body = [
        [
            row["name"],
            f"{row['files']:,}",
            _mib(row["bytes"] / 2**20),
            f"{row['characters']:,}",
            _round(row["characters_per_second"]),
            _round(1000 * row["characters"] / row["characters_per_second"] / row["files"]),
            _round(plain / row["characters_per_second"]),
            f"{row['paragraphs_whole']:.1%}",
        ]
        for row in rows
    ]
    return [Table("", columns, body)]


def _quality(samples: Results) -> list[Table]:
    return [_scores(about, samples[sample]) for sample, about in _GOLD.items() if sample in samples]


_GOLD = {
    "hand_written": "The hand-written articles, on the gold of tests/gold",
    "corpus": "A generated corpus, on its gold",
}


def _scores(title: str, rows: list[Results]) -> Table:
    columns = ["asked for", "", "gold", "found", "right", "precision", "recall", "F1", "read right"]
    shown = ("precision", "recall", "f1", "read_right")
    counts = ("gold", "found", "right")
    body = [
        [
            row["asked"],
            row["reader"],
            *(str(row[key]) for key in counts),
            *(f"{row[key]:.3f}" for key in shown),
        ]
        for row in rows
    ]
    return Table(title, columns, body, 2)


def _queries(measured: Results) -> list[Table]:
    columns = ["query", "rows", "first", "p50", "p95"]
    first = [measured["first_p95"], measured["p50"], measured["p95"]]
    body = [
        [row["query"], f"{row['rows']:,}", *(_ms(row[key]) for key in ("first", "p50", "p95"))]
        for row in measured["queries"][:SLOWEST]
    ]
    every = f"all {len(measured['queries'])} (first: p95)"
    above = sum(row["p95"] > GOAL for row in measured["queries"])
    title = (
        f"{measured['articles']:,} articles, {measured['figures']:,} figures,"
        f" {measured['threads']} threads, milliseconds; p95 above {GOAL:.0f}:"
        f" {above or 'none'}; the slowest {len(body)}"
    )
    return [Table(title, columns, [[every, "", *map(_ms, first)], *body])]


def _cost(rows: list[Results]) -> list[Table]:
    line = linear(rows)
    columns = ["articles", "text", "first run", "peak memory", "file", "off the line"]
    columns += ["one article costs", "nothing new", "one more", "of a rebuild", "one, named"]
    body = [
        [
            f"{row['articles']:,}",
            _mib(row["text_mib"]),
            _s(row["first"]["seconds"]),
            _mib(row["first"]["peak_mib"]),
            _mib(row["first"]["file_mib"]),
            f"{off:+.0%}",
            f"{marginal * 1000:.2f} ms" if marginal else "",
            _s(row["no_change"]["seconds"]),
            _s(row["one_more"]["seconds"]),
            f"{row['one_more']['share']:.0%}",
            _s(row["one_named"]["seconds"]) if "one_named" in row else "",
        ]
        for row, off, marginal in zip(rows, line["off"], line["marginal"], strict=True)
    ]
    title = f"The line: {line['start']:.1f} s + {line['each'] * 1000:.2f} ms an article"
    steps = ["start", "ingest", "dbt", "publish"]
    runs = {"first": "first", "no_change": "nothing new", "one_more": "one more"}
    parts = [
        [
            f"{row['articles']:,}",
            about,
            *(_s(row[run]["steps"][step]) if step in row[run]["steps"] else "" for step in steps),
        ]
        for row in rows
        for run, about in runs.items()
    ]
    split = Table("The steps of a run, seconds", ["articles", "run", *steps], parts, 2)
    return [Table(title, columns, body, 0), split]


def _round(value: float) -> str:
    """Three digits that count."""
    return f"{float(f'{value:.3g}'):,.10g}"


def _ms(value: float) -> str:
    return f"{value:.1f}"


def _s(value: float) -> str:
    return f"{value:.1f} s"


def _mib(value: float) -> str:
    return f"{value:,.1f} MiB" if value < 100 else f"{value:,.0f} MiB"


# --- where they go --------------------------------------------------------------------------


def show(part: str, results: Results, console: Console) -> None:
    """Print the tables of a part."""
    for table in tables(results).get(part, []):
        shown = RichTable(title=table.title.replace("`", ""), title_justify="left")
        for nr, column in enumerate(table.columns):
            shown.add_column(column, justify="left" if nr < table.words else "right")
        for row in table.rows:
            shown.add_row(*(cell.replace("`", "") for cell in row))
        console.print(shown)


def fill(text: str, results: Results) -> str:
    """A document with the tables of each part between that part's two marks.

    What was not measured stays as it is.
    """
    for part, made in tables(results).items():
        body = "\n".join(_markdown(table) for table in made)
        between = re.compile(f"(<!-- bench: {part} -->\n).*?(<!-- end of {part} -->)", re.DOTALL)
        text = between.sub(lambda marks, body=body: f"{marks[1]}{body}{marks[2]}", text)
    return text


def _markdown(table: Table) -> str:
    rule = ["---" if nr < table.words else "---:" for nr in range(len(table.columns))]
    lines = [f"| {' | '.join(row)} |" for row in (table.columns, rule, *table.rows)]
    # A title without a full stop reads as the caption of what follows.
    head = [f"{table.title}:", ""] if table.title else []
    return "\n".join([*head, *lines]) + "\n"


# --- the plot -------------------------------------------------------------------------------


def plot(rows: list[Results], file: Path) -> None:
    """Draw the cost curve, on logarithmic axes: time on the left, memory and file on the right."""
    import vl_convert

    file.write_text(vl_convert.vegalite_to_svg(_spec(rows)) + "\n", encoding="utf-8")


def _spec(rows: list[Results]) -> dict[str, Any]:
    line = linear(rows)
    times = {"first run": "first", "one more": "one_more", "nothing new": "no_change"}
    seconds = [
        {"articles": row["articles"], "value": row[run]["seconds"], "what": about}
        for row in rows
        for about, run in times.items()
    ]
    # Straight, but not on these axes.
    most = rows[-1]["articles"]
    between = [most ** (step / 40) for step in range(41)]
    fitted = [{"articles": n, "value": line["start"] + line["each"] * n} for n in between]
    sizes = {"peak memory": "peak_mib", "file": "file_mib"}
    mib = [
        {"articles": row["articles"], "value": row["first"][key], "what": about}
        for row in rows
        for about, key in sizes.items()
    ] + [{"articles": row["articles"], "value": row["text_mib"], "what": "text"} for row in rows]

    def panel(values: list[Results], title: str, order: list[str]) -> dict[str, Any]:
        axis = {
            "type": "quantitative",
            "scale": {"type": "log", "nice": True},
            "axis": {"values": [10.0**n for n in range(-3, 8)], "format": ",~g"},
        }
        colours = {"domain": order, "range": ["#1f77b4", "#d64545", "#7f8c8d"]}
        legend = {"title": None, "orient": "top"}
        return {
            "data": {"values": values},
            "mark": {"type": "line", "point": True},
            "encoding": {
                "x": axis | {"field": "articles", "title": "articles"},
                "y": axis | {"field": "value", "title": title},
                "color": {"field": "what", "scale": colours, "legend": legend},
            },
        }

    time = panel(seconds, "seconds", list(times))
    ideal = panel(fitted, "seconds", list(times))
    ideal["mark"] = {"type": "line", "strokeDash": [4, 3], "color": "#888888"}
    del ideal["encoding"]["color"]
    return {
        "background": "white",
        "padding": 8,
        "hconcat": [
            {"width": 330, "height": 240, "layer": [time, ideal]},
            {"width": 330, "height": 240, **panel(mib, "MiB", [*sizes, "text"])},
        ],
        "resolve": {"scale": {"color": "independent"}},
    }
