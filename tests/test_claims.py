"""Claims of several articles: copies found, the best figure chosen, what was believed when."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.copies import measure

HERE = Path(__file__).parent
COPIES = HERE / "copies"


@pytest.fixture(scope="module")
def told(ingest, tmp_path_factory):
    """Articles on one quarter: the founding one, a paraphrase, others, one of a year later."""
    folder = tmp_path_factory.mktemp("told")
    articles = folder / "articles"
    (articles / "filings").mkdir(parents=True)
    founding = (HERE / "articles" / "kuaishou_2025q3.txt").read_text(encoding="utf-8")
    texts = {
        "founding": f"2025年11月20日\n\n{founding}",
        "syndicated": f"2025年11月22日\n\n转载\n\n{founding[:1500]}",
        "brief": "2025年11月20日\n\n快手2025年第三季度总收入约356亿元，平均日活跃用户4.2亿。\n",
        "wrong": "2025年11月23日\n\n快手2025年第三季度总收入335.54亿元。\n",
        "filings/restated": "2026年11月19日\n\n快手2025年第三季度收入重列为354.12亿元。\n",
    }
    for name, text in texts.items():
        (articles / f"{name}.txt").write_text(text, encoding="utf-8")
    for file in COPIES.glob("*.txt"):
        shutil.copyfile(file, articles / file.name)
    warehouse = folder / "told.duckdb"
    done = ingest("run", articles, "--warehouse", warehouse)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(warehouse, read_only=True) as con:
        yield con


def rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> list[tuple]:
    return con.execute(query, values).fetchall()


def test_a_paraphrase_and_a_cut_copy_are_copies_of_the_earliest(told):
    query = """
        select parse_filename(copies.source_path, true), parse_filename(originals.source_path, true)
        from marts.dim_article as copies
        inner join marts.dim_article as originals
            on copies.copy_of_article_key = originals.article_key
        order by 1
    """
    assert rows(told, query) == [
        ("kuaishou_2025q3_paraphrased", "founding"),
        ("syndicated", "founding"),
    ]


def test_copies_are_claims_and_no_independent_agreement(told):
    query = """
        select articles, independent_articles, agreeing_claims, agreeing_articles, chosen_because
        from marts.fct_best_figures
        where subject_id = 'kuaishou' and metric_id = 'dau' and measure = 'value'
    """
    # The founding article, its paraphrase, the one of its own, and the one that rounds.
    assert rows(told, query) == [(4, 3, 4, 3, "all_agree")]


def test_what_was_believed_on_each_day(told):
    query = """
        select figures.quote, history.chosen_because
        from marts.fct_figure_history as history
        inner join marts.fct_figures as figures on history.figure_id = figures.figure_id
        where history.subject_id = 'kuaishou' and history.metric_id = 'revenue'
            and history.measure = 'value' and history.period_id = '2025Q3'
            and valid_from <= $1::date and (valid_to is null or valid_to > $1::date)
    """
    assert rows(told, query, "2025-11-19") == []
    # Two articles say it, one rounded, on one day; one that differs by a digit changes nothing.
    (told_first, why), *_ = rows(told, query, "2025-11-20")
    assert "355.54" in told_first
    assert why == "independent_articles"
    assert rows(told, query, "2026-11-18") == [(told_first, why)]
    # The company's own word, a year later.
    ((restated, why),) = rows(told, query, "2026-11-19")
    assert "354.12" in restated
    assert why == "source_tier"


def test_the_calculations_take_what_is_believed(told):
    query = """
        select revenue from marts.fct_company_financials
        where company_id = 'kuaishou' and period_id = '2025Q3'
    """
    assert rows(told, query) == [(35_412_000_000,)]
    query = "select count(*) from marts.fct_figures where value = 35554000000"
    assert rows(told, query)[0][0] >= 3


@pytest.mark.parametrize("name", ["as_of_a_date", "best_figures_that_others_dispute", "revisions"])
def test_the_documented_queries_show_the_dispute(told, name):
    path = HERE.parent / "warehouse" / "queries" / f"{name}.sql"
    found = told.sql(path.read_text(encoding="utf-8"))
    revenue = found.filter("subject_name = '快手' and metric_name = '收入' and measure = 'value'")
    if name == "as_of_a_date":
        then, now, changed = revenue.project("believed_then, believed_now, has_changed").fetchall()[
            0
        ]
        assert ("355.54" in then, "354.12" in now, changed) == (True, True, True)
    else:
        assert "354.12" in str(revenue.fetchall())


@pytest.mark.nightly
def test_copies_are_found_and_independent_articles_are_left_alone(tmp_path):
    found = measure(tmp_path, articles=240, companies=1, seed=3)
    assert found.pairs > 200
    assert found.taken == 0
    assert found.paraphrases[1] >= 0.95 * found.paraphrases[0]
    assert found.cuts[1] >= 0.95 * found.cuts[0]
