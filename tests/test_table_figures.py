"""Tables like those of announcements, rebuilt with figures of their own: how many cells are right.

tests/tables holds each as a file with its gold beside it; a cell is wholly right where value, unit,
kind, comparison, subject, metric and period are.
"""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingest.documents import read_articles
from ingest.resolve import extract
from tests.scores import read_gold

TABLES = sorted(Path("tests/tables").glob("*.csv"))


def wanted(row: dict[str, str]) -> tuple[object, ...]:
    names = ["quote", "subject", "metric", "kind", "comparison", "unit", "period"]
    return (*(row[name] for name in names), Decimal(row["value"]))


def found(path: Path) -> list[tuple[object, ...]]:
    articles, rejected = read_articles([path])
    assert rejected.is_empty(), rejected
    figures = extract(articles)[0].filter(pl.col("rule_id").str.starts_with("table/"))
    rows = figures.iter_rows(named=True)
    names = ["metric_id", "kind", "comparison", "unit_id", "period_id"]
    return [
        (row["quote"], subject, *(row[name] or "" for name in names), row["value"])
        for row in rows
        for subject in [row["subject_id"] if row["subject_id"] in KNOWN else row["subject_name"]]
    ]


KNOWN = {row["subject"] for path in TABLES for row in read_gold(path)}


def read(gold: Path) -> tuple[int, int]:
    (path,) = (path for path in gold.parent.glob(f"{gold.stem}.*") if path != gold)
    rows, left = [wanted(row) for row in read_gold(gold)], found(path)
    cells, right = max(len(rows), len(left)), 0
    for row in rows:
        if row in left:
            left.remove(row)
            right += 1
        else:
            print(f"{gold.stem}: wanted {row}")
    for row in left:
        print(f"{gold.stem}: got {row}")
    return right, cells


def test_nearly_every_cell_is_wholly_right():
    counts = [read(gold) for gold in TABLES]
    right, cells = (sum(count[nr] for count in counts) for nr in (0, 1))
    assert right >= 0.95 * cells, f"{right} of {cells}"


@pytest.mark.parametrize("gold", TABLES, ids=lambda path: path.stem)
def test_a_figure_keeps_its_heads_and_its_place(gold: Path):
    (path,) = (path for path in gold.parent.glob(f"{gold.stem}.*") if path != gold)
    articles, _ = read_articles([path])
    text = articles["text"][0]
    for row in extract(articles)[0].iter_rows(named=True):
        assert text[row["char_start"] : row["char_end"]] == row["quote"]
        assert row["quote"] in row["sentence"]
        assert row["row_head"] or row["column_head"]


def test_beside_years_the_columns_head_names_what_no_dictionary_holds(tmp_path: Path):
    file = tmp_path / "years.md"
    file.write_text(
        "# 竹编行业年度数据\n\n"
        "| 年份 | 竹编税利合额(亿元) | 同比增长率(%) | 编工补贴(亿元) |\n"
        "| --- | --- | --- | --- |\n"
        "| 2021 | 310.5 | 4.2 | 28 |\n| 2022 | 322.1 | 3.7 | 31 |\n"
    )
    articles, _ = read_articles([file])
    columns = ["metric_label", "kind", "period_id"]
    assert extract(articles)[0].select(columns).rows() == [
        ("竹编税利合额", "level", "2021"),
        ("竹编税利合额", "growth", "2021"),
        ("编工补贴", "level", "2021"),
        ("竹编税利合额", "level", "2022"),
        ("竹编税利合额", "growth", "2022"),
        ("编工补贴", "level", "2022"),
    ]
