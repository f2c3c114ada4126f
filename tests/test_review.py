"""A person's decisions: kept in a file, applied in each run, they win over the rules."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import Trouble
from ingest.documents import find_articles
from ingest.load import Run, load, load_figures, load_reviews
from ingest.review.decisions import (
    FILE,
    REVIEWS,
    as_text,
    merge,
    read_reviews,
    write_reviews,
)
from ingest.review.settle import ORIGIN

TEXT = "快手2025年第三季度收入355.54亿元，同比增长14.2%。其中直播收入96亿元。\n"
OTHER = "腾讯2025年第三季度收入1928.69亿元，同比增长15%。\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text(OTHER, encoding="utf-8")
    return tmp_path


@pytest.fixture
def con():
    with duckdb.connect() as con:
        yield con


def loaded(con: duckdb.DuckDBPyConnection, folder: Path) -> Run:
    run = Run("test", base=folder)
    load(con, find_articles([folder / "in"]), run, paths=[folder / "in"])
    return run


def facts(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What the models see: stg_figures."""
    return con.sql("""
        select * from raw.figures
        where figure_id not in (select figure_id from raw.replaced_figures)
        order by article_id, number_start, figure_id
    """).pl()


def decision(con: duckdb.DuckDBPyConnection, words: str, verdict: str, **slots: object):
    """A decision on the figure whose quote holds these words, with its slots as they were read."""
    read = con.execute(
        "select * from raw.figures where contains(quote, $1) and origin = 'rules'", [words]
    ).pl()
    (row,) = read.iter_rows(named=True)
    said = {
        "subject": row["subject_id"] or row["subject_name"],
        "metric": row["metric_id"] or row["metric_label"],
        "unit": row["unit_id"],
        "period": row["period_id"],
        "nth": 0,
        "verdict": verdict,
        "who": "Li",
        "when": "2026-01-02T03:04:05Z",
    }
    return row | said | slots


def frame_of(decisions: Iterable[dict[str, object]]) -> pl.DataFrame:
    return pl.concat(as_text(decision) for decision in decisions).cast(REVIEWS)


def decide(folder: Path, *decisions: dict[str, object]) -> None:
    write_reviews(folder / FILE, frame_of(decisions))


def noted(con: duckdb.DuckDBPyConnection) -> set[str]:
    """The articles that the models would take anew, which are then taken for built."""
    articles = con.sql("select article_id from raw.changed_articles").fetchall()
    con.execute("delete from raw.changed_articles")
    return {article for (article,) in articles}


def article_of(con: duckdb.DuckDBPyConnection, name: str) -> str:
    query = "select article_id from raw.articles where contains(source_path, $1)"
    return con.execute(query, [name]).fetchall()[0][0]


def test_a_mended_figure_takes_the_place_of_what_was_read(con, folder):
    loaded(con, folder)
    before, built = facts(con), noted(con)
    assert len(built) == 2
    decide(folder, decision(con, "355.54", "mend", subject="腾讯", period="2024Q3", qualifier="gt"))
    run = loaded(con, folder)
    after = facts(con)
    assert (run.changed, run.reviewed, run.figures) == (True, 1, 1)
    assert after.height == before.height
    (row,) = after.filter(origin=ORIGIN).iter_rows(named=True)
    assert (row["subject_id"], row["company_id"], row["subject_type"]) == (
        "tencent",
        "tencent",
        "company",
    )
    assert (row["metric_id"], row["period_id"], row["value_high"]) == ("revenue", "2024Q3", None)
    assert row["value"] == row["value_low"] == 35554000000
    assert row["confidence"] == row["subject_confidence"] == 1
    assert TEXT[row["char_start"] : row["char_end"]] == row["quote"]
    assert TEXT[row["number_start"] : row["number_end"]] == "355.54亿元"
    assert noted(con) == {article_of(con, "a.txt")}, "only that article is built again"

    again = loaded(con, folder)
    assert (again.changed, again.reviewed, again.figures) == (False, 1, 0)

    # Taken back.
    (folder / FILE).unlink()
    assert loaded(con, folder).changed
    assert facts(con).equals(before)


def test_a_rejected_figure_leaves_the_facts(con, folder):
    loaded(con, folder)
    before = facts(con)
    decide(folder, decision(con, "96亿元", "reject"))
    loaded(con, folder)
    assert facts(con).height == before.height - 1
    rejected = con.sql("from raw.rejected_figures where reason = 'reviewed'").pl()
    assert rejected["origin"].to_list() == [ORIGIN]
    assert "96亿元" in rejected["quote"][0]


def test_decisions_hold_when_the_rules_read_otherwise(con, folder):
    loaded(con, folder)
    decide(folder, decision(con, "355.54", "accept"), decision(con, "96亿元", "reject"))
    loaded(con, folder)
    settled = facts(con)
    # Rules that read another period, in other quotes, and no revenue at all.
    con.execute("delete from raw.figures where contains(quote, '355.54') and origin = 'rules'")
    con.execute("update raw.figures set period_id = '2019Q1', char_start = number_start")
    loaded(con, folder)
    figures = facts(con)
    assert figures.filter(origin=ORIGIN)["period_id"].to_list() == ["2025Q3"]
    assert not figures["quote"].str.contains("96亿元").any()
    con.execute("update raw.ingest_runs set extractor_hash = 'other rules'")
    (folder / "in" / "a.txt").rename(folder / "in" / "renamed.txt")
    loaded(con, folder)
    assert facts(con).drop("run_id").equals(settled.drop("run_id"))


def test_a_number_read_in_the_wrong_size_keeps_its_digits(con, folder):
    loaded(con, folder)
    decide(folder, decision(con, "355.54", "mend", value="3555400"))
    loaded(con, folder)
    (row,) = facts(con).filter(origin=ORIGIN).iter_rows(named=True)
    assert (row["value_low"], row["value_high"]) == (3555350, 3555450)


def test_an_accepted_row_without_slots_takes_what_is_read(con, folder):
    loaded(con, folder)
    empty = dict.fromkeys(
        ["subject", "company_id", "metric", "kind", "comparison", "value", "unit", "qualifier"]
    )
    decide(folder, decision(con, "14.2%", "accept", **empty, period=None))
    loaded(con, folder)
    columns = ["kind", "comparison", "value", "value_low", "period_id", "subject_id", "metric_id"]
    accepted = facts(con).filter(origin=ORIGIN).select(columns)
    read = con.sql("from raw.figures where origin = 'rules' and contains(quote, '14.2%')").pl()
    assert accepted.equals(read.select(columns))


def test_a_figure_that_no_rule_found_is_added(con, folder):
    loaded(con, folder)
    row = decision(con, "355.54", "mend", char_start=0, char_end=2, quote="快手", value=7)
    decide(folder, row | {"number_start": None, "number_end": None})
    loaded(con, folder)
    (added,) = facts(con).filter(origin=ORIGIN).iter_rows(named=True)
    assert (added["quote"], added["value"], added["subject_id"]) == ("快手", 7, "kuaishou")
    assert added["sentence"].startswith("快手2025年第三季度收入")


def test_what_does_not_apply_any_more_is_said(con, folder):
    loaded(con, folder)
    decide(
        folder,
        decision(con, "355.54", "accept"),
        decision(con, "1928.69", "accept", quote="收入1928.60亿元"),
        decision(con, "15%", "reject", article_id="0" * 64),
    )
    (said,) = loaded(con, folder).lapsed
    assert FILE in said
    assert "this span is not the quote (收入1928.60亿元)" in said
    changed = TEXT.replace("355.54", "355.55")
    (folder / "in" / "a.txt").write_text(changed, encoding="utf-8")
    run = loaded(con, folder)
    assert sorted("text has changed" in line for line in run.lapsed) == [False, True]
    assert run.reviewed == 0


def test_a_file_from_outside_doubles_nothing(con, folder):
    loaded(con, folder)
    before = facts(con)
    theirs = before.filter(pl.col("quote").str.contains("96亿元")).with_columns(
        period_id=pl.lit("2025Q2")
    )
    run = Run("test", base=folder)
    load_figures(con, theirs, "theirs.csv", run)
    after = facts(con)
    assert after.height == before.height
    assert after.filter(origin="theirs.csv")["period_id"].to_list() == ["2025Q2"]
    # A person's word counts more.
    decide(folder, decision(con, "96亿元", "mend", period="2025H1"))
    load_reviews(con, Run("test", base=folder))
    assert facts(con).height == before.height
    assert facts(con).filter(origin=ORIGIN)["period_id"].to_list() == ["2025H1"]


def test_of_two_decisions_the_later_one_counts(con, folder):
    loaded(con, folder)
    later = decision(con, "355.54", "reject", when="2026-03-01T00:00:00Z")
    decide(folder, later, decision(con, "355.54", "accept"))
    assert read_reviews(folder / FILE)["verdict"].to_list() == ["reject"]


GOOD = {
    "article_id": "a" * 64,
    "char_start": 3,
    "char_end": 9,
    "quote": "收入,3亿元",
    "verdict": "mend",
    "subject": "netease",
    "metric": "revenue",
    "kind": "level",
    "value": "300000000",
    "unit": "CNY",
    "period": "2025-9M",
}


def test_what_is_written_is_read(tmp_path):
    one = frame_of([GOOD])
    write_reviews(tmp_path / FILE, one)
    read = read_reviews(tmp_path / FILE)
    assert read.drop("row", "nth").equals(one.drop("nth"))
    assert read["nth"].to_list() == [0]
    assert ",300000000," in (tmp_path / FILE).read_text(encoding="utf-8")
    newer = frame_of([GOOD | {"verdict": "reject", "nth": 0}])
    assert merge(read, newer).equals(newer)
    assert read.drop("row").schema == REVIEWS


@pytest.mark.parametrize(
    "fault",
    [
        {"verdict": "maybe"},
        {"kind": "rumour"},
        {"kind": None},
        {"comparison": "then"},
        {"value": "a lot"},
        {"unit": "shells"},
        {"qualifier": "about"},
        {"period": "autumn"},
        {"article_id": "a.txt"},
        {"char_end": 3},
        {"quote": None},
    ],
)
def test_a_row_that_cannot_be_is_named(tmp_path, fault):
    (column,) = fault
    row = {name: (GOOD | fault).get(name) for name in REVIEWS}
    pl.DataFrame([row], schema=list(REVIEWS), infer_schema_length=None).write_csv(tmp_path / FILE)
    with pytest.raises(Trouble, match=f"row 2, {column}"):
        read_reviews(tmp_path / FILE)


def quarters(name: str, scale: float) -> str:
    """A made-up article on a company: six quarters, each with revenue, its growth and profit."""
    told = [
        f"{name}{2024 + n // 4}年第{'一二三四'[n % 4]}季度收入{scale + n:.1f}亿元，"
        f"同比增长{5 + n}.{n}%，净利润{scale / 8 + n / 5:.2f}亿元。"
        for n in range(6)
    ]
    return f"{name}六个季度\n\n" + "\n".join(told) + "\n"


COMPANIES = {"快手": 310, "网易": 262, "腾讯": 1602, "京东": 2604}


@pytest.fixture(scope="module")
def built(ingest, tmp_path_factory) -> Path:
    """A warehouse of four articles, for reading only."""
    folder = tmp_path_factory.mktemp("reviewed")
    for name, scale in COMPANIES.items():
        text = quarters(name, scale)
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    done = ingest("run", folder, "--warehouse", folder / "w.duckdb")
    assert done.returncode == 0, done.stderr
    return folder


def test_csv_out_and_in_changes_the_marts(ingest, built, tmp_path):
    house, listed = tmp_path / "w.duckdb", tmp_path / "list.csv"
    shutil.copyfile(built / "w.duckdb", house)
    done = ingest("review", "--export", listed, "--warehouse", house)
    assert done.returncode == 0, done.stderr
    cells = pl.read_csv(listed, infer_schema=False)
    assert cells["verdict"].null_count() == cells.height == 18 * len(COMPANIES)
    level = (pl.col("kind") == "level") & pl.col("company").is_in(["kuaishou", "netease"])
    row = pl.int_range(pl.len())
    cells.filter(level).head(20).with_columns(
        verdict=pl.when(row % 5 == 0).then(pl.lit("reject")).otherwise(pl.lit("mend")),
        period=pl.lit("2031"),
    ).write_csv(listed)
    done = ingest("review", "--import", listed, "--warehouse", house)
    assert done.returncode == 0, done.stderr
    with duckdb.connect(house, read_only=True) as con:
        facts = con.sql("from marts.fct_figures where origin = 'review'").pl()
        assert facts.height == 16
        assert set(facts["period_id"]) == {"2031"}
        assert set(facts["trust"]) == {"reviewed"}
        assert one(con, "count(*) from marts.fct_figures") == cells.height - 4
        assert one(con, "count(*) from raw.rejected_figures where reason = 'reviewed'") == 4
        taken = con.sql("select distinct company_id from intermediate.int_changes").fetchall()
    assert sorted(taken) == [("kuaishou",), ("netease",)], "the others are left as they were"
    done = ingest("review", "--export", listed, "--warehouse", house)
    assert done.returncode == 0, done.stderr
    assert pl.read_csv(listed, infer_schema=False)["verdict"].drop_nulls().len() == 20


def one(con: duckdb.DuckDBPyConnection, what: str) -> int:
    return con.sql(f"select {what}").fetchall()[0][0]
