"""The benchmark: what it computes from what it measured. No test looks at a clock."""

import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.bench import cost, queries, reading, report
from tests.bench.__main__ import PARTS
from tests.bench.peers import Span
from tests.bench.quality import MONEY, Gold, Score, score
from tests.conftest import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"


def gold(start: int, value: str, units: str, is_range: bool = False) -> Gold:
    return Gold([(start, start + 10)], Decimal(value), set(units.split("/")), is_range)


def span(start: int, value: str, unit: str | None, upper: str | None = None) -> Span:
    return Span(start, start + 4, Decimal(value), unit, Decimal(upper) if upper else None)


# --- number and unit ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (span(2, "5300000000", "CNY"), True),
        (span(2, "-5.3E9", "CNY"), True),  # the sign is not asked for
        (span(2, "5300000000", None), True),  # nor a unit of who tells none
        (span(2, "1", "CNY", "5300000000"), True),  # either end of a range
        (span(2, "53", "CNY"), False),
        (span(2, "5300000000", "USD"), False),
        (span(20, "5300000000", "CNY"), False),
    ],
)
def test_value_and_unit_are_scored_where_the_quote_stands(found, right):
    assert score([gold(0, "5300000000", "CNY/CNY_per_share")], [found], None).right == right


def test_a_percentage_counts_where_gold_says_points():
    assert score([gold(0, "2.5", "pp")], [span(0, "0.025", "ratio")], None).right == 1


def test_gold_and_spans_pair_one_to_one():
    counted = score([gold(0, "3", "people")], [span(0, "3", None), span(5, "3", None)], None)
    assert counted == Score(gold=1, found=2, right=1, touching=2)


def test_the_other_end_of_a_range_is_not_held_against_anyone():
    ends = [span(0, "0.3", "ratio"), span(6, "0.35", "ratio")]
    assert score([gold(0, "0.3", "ratio", is_range=True)], ends, None).found == 1
    assert score([gold(0, "0.3", "ratio")], ends, None).found == 2


def test_a_peer_is_asked_for_what_it_claims_only():
    rows = [gold(0, "3", "people"), gold(20, "5", "CNY")]
    found = [span(0, "3", "people"), span(20, "5", "CNY"), span(40, "7", "CNY")]
    asked = score(rows, found, MONEY)
    assert asked == Score(gold=1, found=2, right=1, touching=1)
    assert asked.row()["precision"] == 0.5
    assert asked.row()["read_right"] == asked.row()["recall"] == 1


# --- queries ----------------------------------------------------------------------------------


def test_every_chart_is_asked_as_superset_asks(warehouse):
    asked = queries.dashboard()
    charts = {path.stem for path in (queries.ASSETS / "charts").glob("*.yaml")}
    assert {name.split("/")[1].split(",")[0].removesuffix(" b") for name in asked} >= charts
    assert " where (subject_type = 'segment' and " in asked["dashboard/segments_revenue"]
    assert "period in ('2025Q3') group by subject " in asked["dashboard/segments_revenue"]
    with duckdb.connect(warehouse, read_only=True) as con:
        rows = {name: len(con.execute(sql).fetchall()) for name, sql in asked.items()}
    assert [name for name, count in rows.items() if not count] == []


def test_percentiles():
    assert queries.percentiles([float(n) for n in range(1, 102)]) == {"p50": 51, "p95": 96}
    assert queries.percentiles([3.0]) == {"p50": 3, "p95": 3}


def test_the_table_says_how_many_queries_are_above_the_goal():
    def measured(*p95: float) -> dict:
        each = [{"query": f"q{n}", "rows": 1, "first": 1, "p50": 1, "p95": n} for n in p95]
        about = {"articles": 1, "figures": 1, "threads": 2, "first_p95": 1, "p50": 1, "p95": 1}
        return {"queries": about | {"queries": each}}

    (table,) = report.tables(measured(201, 200, 7))["queries"]
    assert "p95 above 200: 1;" in table.title
    (table,) = report.tables(measured(200, 7))["queries"]
    assert "p95 above 200: none;" in table.title


# --- reading ------------------------------------------------------------------------------------


def test_files_of_each_form_are_read_and_held_against_plain_text(tmp_path: Path):
    rows = reading.measure(tmp_path, 4, 1, 1)
    assert [(row["form"], row["files"]) for row in rows] == [("txt", 4), ("html", 4), ("pdf", 1)]
    assert all(row["paragraphs_whole"] == 1 for row in rows)
    assert rows[0]["characters"] == rows[1]["characters"] > rows[2]["characters"]
    made = [
        row | {"characters_per_second": speed} for row, speed in zip(rows, (8, 4, 2), strict=True)
    ]
    (table,) = report.tables({"reading": made})["reading"]
    assert [row[-2] for row in table.rows] == ["1", "2", "4"]


# --- the curve and the document -----------------------------------------------------------------


def rows_of(seconds: dict[int, float]) -> list[dict]:
    def run(taken: float) -> dict:
        return {"seconds": taken, "peak_mib": 400.0, "file_mib": 10.0, "steps": {"start": 1.0}}

    return [
        {
            "articles": size,
            "text_mib": size / 300,
            "first": run(taken),
            "no_change": run(2.0),
            "one_more": run(3.0) | {"share": 3.0 / taken},
        }
        for size, taken in seconds.items()
    ]


def test_a_straight_curve_is_on_its_line():
    line = cost.linear(rows_of({1: 10.002, 10: 10.02, 1000: 12.0, 100_000: 210.0}))
    assert line["start"] == pytest.approx(10)
    assert line["each"] == pytest.approx(0.002)
    assert line["off"] == pytest.approx([0, 0, 0, 0], abs=1e-6)
    assert line["marginal"][1:] == pytest.approx([0.002] * 3)


def test_a_curve_that_bends_is_off_its_line():
    line = cost.linear(rows_of({1: 10, 100: 10.2, 1000: 12, 10_000: 60}))
    assert line["marginal"][-1] > 2 * line["marginal"][-2]
    assert max(map(abs, line["off"])) > 0.1


def test_a_part_that_was_measured_stands_between_its_marks():
    text = "a\n<!-- bench: cost -->\nold\n<!-- end of cost -->\nb\n<!-- bench: queries -->\nold\n"
    text += "<!-- end of queries -->\n"
    new = report.fill(text, {"cost": rows_of({1: 10, 1000: 12})})
    assert new.startswith("a\n<!-- bench: cost -->\nThe line: 10.0 s + 2.00 ms an article:\n")
    assert "| 1,000 | 3.3 MiB | 12.0 s |" in new
    assert new.count("old") == 1  # that of the queries
    assert report.fill(new, {"cost": rows_of({1: 10, 1000: 12})}) == new


def test_the_document_shows_what_was_measured():
    text = DOCUMENT.read_text(encoding="utf-8")
    for part in ("machine", "throughput", "reading", "quality", "queries", "cost"):
        assert f"<!-- bench: {part} -->\n" in text
        assert f"<!-- end of {part} -->\n" in text
    results = json.loads(DOCUMENT.with_suffix(".json").read_text(encoding="utf-8"))
    assert report.fill(text, results) == text, "make bench writes it again"


@pytest.mark.bench
def test_the_benchmark_runs(tmp_path: Path):
    python = ROOT / os.environ.get("BENCH_VENV", ".venv-bench") / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "tests.bench", "--quick", "--into", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))
    assert results.keys() == {"machine", *PARTS}
    assert (tmp_path / "cost_curve.svg").read_text(encoding="utf-8").startswith("<svg")
