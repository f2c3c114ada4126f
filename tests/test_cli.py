import os
import shlex
import subprocess
import sys
from decimal import Decimal

import pytest
from rich.cells import cell_len

from ingest import __version__
from ingest.report import VERDICTS, amount, bounded


def test_help_names_every_command(ingest):
    done = ingest("--help")
    assert done.returncode == 0
    for command in ("run", "figures", "report", "status"):
        assert command in done.stdout
        help_text = ingest(command, "--help").stdout
        assert "--warehouse" in help_text


def test_version(ingest):
    assert ingest("--version").stdout.strip() == __version__


@pytest.mark.parametrize(
    "words", [["fly"], ["run", "--colour"], ["figures"], ["run", "--wait", "x"]]
)
def test_wrong_usage(ingest, words):
    done = ingest(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Error" in done.stderr


def test_report_fits_100_columns_when_it_is_piped(ingest, warehouse):
    report = ingest("report", "--warehouse", warehouse).stdout
    for heading in ("Companies", "Segments", "Users", "Live commerce", "Do the figures agree?"):
        assert f"\n{heading}" in f"\n{report}"
    # The line to copy is one line, however long.
    lines = [line for line in report.splitlines() if not line.startswith("Open it:")]
    too_wide = [line for line in lines if cell_len(line) > 100 and "figurehouse.duckdb" not in line]
    assert too_wide == []
    assert "\x1b" not in report


def test_contradictions_come_first(ingest, warehouse):
    lines = ingest("report", "--warehouse", warehouse).stdout.splitlines()
    verdicts = [line.split()[0] for line in lines if line.split() and line.split()[0] in VERDICTS]
    assert verdicts == sorted(verdicts, key=[*VERDICTS].index)
    assert {"contradicts", "unproved"} & {*verdicts}


def test_the_line_that_opens_the_warehouse_does(ingest, warehouse):
    report = ingest("report", "--warehouse", warehouse).stdout
    line = next(line for line in report.splitlines() if line.startswith("Open it: "))
    command = shlex.split(line.removeprefix("Open it: "))
    done = subprocess.run(command, capture_output=True, text=True, input="")
    assert done.returncode == 0, done.stderr


def test_status(ingest, warehouse):
    status = ingest("status", "--warehouse", warehouse)
    assert status.returncode == 0
    assert "Last runs" in status.stdout
    assert "0 days old" in status.stdout


def test_the_warehouse_may_come_from_the_environment(ingest, warehouse, monkeypatch):
    monkeypatch.setenv("WAREHOUSE", str(warehouse))
    assert ingest("report").stdout == ingest("report", "--warehouse", warehouse).stdout


def test_a_reader_who_has_seen_enough(warehouse):
    command = [sys.executable, "-m", "ingest", "report", "--warehouse", str(warehouse)]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("35554000000", "CNY", "355.54亿"),
        ("45000000", "people", "4,500万"),
        ("-11200000000", "CNY", "-112亿"),
        ("0.269", "ratio", "26.9%"),
        ("2.3", "pp", "2.3pp"),
        ("134.1", "minutes", "134.1"),
        ("25860000000", "TWD", "258.6亿 TWD"),
        ("0", "CNY", "0"),
    ],
)
def test_amounts_read_as_an_article_writes_them(value, unit, text):
    assert amount(Decimal(value), unit) == text


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        ("0.3", "0.295", "0.305", "30%"),
        ("0.3", "0.3", None, ">30%"),
        ("0.3", None, "0.3", "<30%"),
        ("0.3", "0.25", "0.3", "≈30%"),
        ("0.05", "0.05", "0.08", "5%–8%"),
        ("0.3", None, None, "≈30%"),
        (None, None, None, ""),
    ],
)
def test_bounds_show(value, low, high, text):
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    row = {"x": number(value), "x_low": number(low), "x_high": number(high)}
    assert bounded(row, "x", "ratio") == text
