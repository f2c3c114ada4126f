"""The real pipeline on the shipped article, as a user runs it."""

import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

ARTICLE = Path("ingest/articles/kuaishou_2025q3.txt")
FILLED = [
    "dim_article",
    "dim_company",
    "dim_subject",
    "dim_segment",
    "dim_metric",
    "dim_period",
    "dim_unit",
    "fct_figures",
    "fct_segment_performance",
    "fct_user_metrics",
    "fct_live_commerce_industry",
    "fct_company_financials",
    "fct_figure_checks",
    "obt_figures",
]


def table(file: Path, query: str) -> pl.DataFrame:
    with duckdb.connect(file, read_only=True) as con:
        return con.sql(query).pl()


def run(ingest, *words: object) -> str:
    done = ingest(*words)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("name", FILLED)
def test_every_table_of_the_contract_is_filled(warehouse, name):
    assert table(warehouse, f"select count(*) as n from marts.{name}")["n"].item() > 0


def test_every_figure_stands_in_its_article(warehouse):
    figures = table(
        warehouse,
        "select figure_id, quote, char_start, char_end, text"
        " from marts.obt_figures inner join raw.articles using (article_id)",
    )
    # Python's own slices: offsets count Unicode characters, whoever counts them.
    wrong = [
        figure_id
        for figure_id, quote, start, end, text in figures.iter_rows()
        if text[start:end] != quote
    ]
    assert figures.height > 300
    assert wrong == []


def test_every_figure_lies_within_its_bounds(warehouse):
    outside = table(
        warehouse,
        "select quote from marts.obt_figures where value < value_low or value > value_high",
    )
    assert outside.is_empty()


def test_one_article_from_nothing_again_and_changed(ingest, tmp_path):
    warehouse = tmp_path / "new" / "folder" / "kuaishou.duckdb"
    file = tmp_path / "article.txt"
    shutil.copyfile(ARTICLE, file)
    text = file.read_text(encoding="utf-8")

    report = run(ingest, "run", file, "--warehouse", warehouse)
    assert "(1 new, 0 known, 0 rejected)" in report
    assert "355.54亿" in report
    revenue = "select revenue from marts.fct_company_financials where company_id = 'kuaishou'"
    assert [str(value) for (value,) in table(warehouse, revenue).iter_rows()] == [
        "35554000000.00000000"
    ]

    # The same again: nothing is added, nothing is built.
    marts = {name: table(warehouse, f"from marts.{name} order by all") for name in FILLED}
    report = run(ingest, "run", file, "--warehouse", warehouse)
    assert "(0 new, 1 known, 0 rejected); 0 new figures" in report
    for name, rows in marts.items():
        assert table(warehouse, f"from marts.{name} order by all").equals(rows), name
    assert table(warehouse, "from raw.ingest_runs").height == 2

    # The file has changed: what it says now counts, and what it said stays in raw.
    assert "355.54" in text
    file.write_text(text.replace("355.54", "365.54"), encoding="utf-8")
    report = run(ingest, "run", file, "--warehouse", warehouse)
    assert "(1 new, 0 known, 0 rejected)" in report
    assert [str(value) for (value,) in table(warehouse, revenue).iter_rows()] == [
        "36554000000.00000000"
    ]
    assert table(warehouse, "from raw.articles").height == 2
    assert table(warehouse, "select distinct article_id from marts.fct_figures").height == 1


@pytest.fixture
def analysts_rows(published):
    """Figures as an analyst would write them down: one that the article bears out, one not."""
    article_id, text = table(
        published, "select article_id, text from raw.articles where contains(text, '355.54 亿元')"
    ).row(0)
    start = text.index("355.54 亿元")
    row = {
        "article_id": article_id,
        "char_start": start,
        "char_end": start + len("355.54 亿元"),
        "quote": "355.54 亿元",
        "subject_id": "kuaishou",
        "company_id": "kuaishou",
        "subject_type": "company",
        "metric_id": "revenue",
        "kind": "level",
        "value": 35_554_000_000,
        "unit_id": "CNY",
        "period_id": "2025Q3",
    }
    return row, row | {"value": 99}


def test_figures_made_elsewhere(ingest, published, analysts_rows, tmp_path):
    good, invented = analysts_rows
    file = tmp_path / "analyst.jsonl"
    file.write_text(f"{json.dumps(good)}\n{json.dumps(invented)}\n", encoding="utf-8")
    done = ingest("figures", file, "--warehouse", published)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "1 of 2 were not admitted" in done.stderr
    query = "from {} where origin = 'analyst.jsonl'"
    admitted = table(published, query.format("marts.fct_figures"))
    assert admitted["quote"].to_list() == ["355.54 亿元"]
    rejected = table(published, query.format("raw.rejected_figures"))
    assert rejected["reason"].to_list() == ["value_not_in_quote"]

    # The file mended: it takes the place of what it said before, in another form as well.
    before = table(published, "from marts.fct_figures").height
    file.write_text(f"{json.dumps(good)}\n", encoding="utf-8")
    assert run(ingest, "figures", file, "--warehouse", published)
    assert table(published, query.format("raw.rejected_figures")).is_empty()
    assert table(published, "from marts.fct_figures").height == before
