import ast
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import Trouble, batches
from ingest import load as loading
from ingest.documents import find_articles
from ingest.load import EXTRACTOR, Run, load, load_forgotten

FIRST = "快手2025年第三季度收入355.54亿元，同比增长14.2%。\n"
CHANGED = "快手2025年第三季度收入360亿元，同比增长15%。\n"
OTHER = "腾讯2025年第三季度收入1928.69亿元，同比增长15%。\n"


@pytest.fixture
def con():
    with duckdb.connect() as con:
        yield con


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text(FIRST, encoding="utf-8")
    (tmp_path / "b.txt").write_text(OTHER, encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"\0")
    return tmp_path


def loaded(con: duckdb.DuckDBPyConnection, *paths: Path) -> Run:
    run = Run("test")
    load(con, find_articles(paths), run)
    return run


def one(con: duckdb.DuckDBPyConnection, query: str):
    return con.sql(query).fetchall()[0][0]


def current_text(con: duckdb.DuckDBPyConnection, name: str) -> str:
    return one(
        con,
        "select text from raw.articles join raw.article_places as places using (article_id)"
        f" where places.gone_at is null and parse_filename(places.source_path) = '{name}'",
    )


def test_a_warehouse_of_an_older_version_is_read_again(con, folder):
    before = loaded(con, folder)
    for column in ("blocks", "url", "publisher", "published_on_basis"):
        con.execute(f"alter table raw.articles drop column {column}")
    con.execute("update raw.ingest_runs set extractor_hash = 'an older one'")
    again = loaded(con, folder)
    assert again.figures == before.figures > 0
    assert {"blocks", "url"} <= set(con.table("raw.articles").columns)


def test_a_warehouse_of_an_older_version_gets_places(con, folder, monkeypatch):
    """Its newest text of a path counts, and paths were told from where a run was started."""
    monkeypatch.chdir(folder)
    loaded(con, Path())
    (folder / "a.txt").write_text(CHANGED, encoding="utf-8")
    loaded(con, Path())
    before = con.sql("select article_id, source_path, gone_because from raw.article_places").pl()
    con.execute("drop table raw.article_places")
    base = folder / "warehouse"
    run = Run("test", base=base)
    load(con, find_articles([folder]), run, paths=[folder])
    assert (run.articles_new, run.gone) == (0, [])
    query = "select article_id, source_path, gone_because from raw.article_places"
    after = con.sql(query).pl().with_columns(pl.col("source_path").str.strip_prefix("../"))
    assert set(con.sql("select source_path from raw.articles").fetchall()) == {
        ("../a.txt",), ("../b.txt",)
    }  # fmt: skip
    assert after.sort("article_id").equals(before.sort("article_id"))


def test_rules_that_were_not_used_are_not_recorded(con, folder):
    """Figures of others and forgetting read no article again: the next run still has to."""
    loaded(con, folder)
    con.execute("update raw.ingest_runs set extractor_hash = 'an older one'")
    load_forgotten(con, [str(folder / "b.txt")], Run("forget"))
    query = "select extractor_hash from raw.ingest_runs order by started_at desc limit 1"
    assert one(con, query) == "an older one"


def test_what_is_forgotten_cannot_be_forgotten_again(con, folder):
    loaded(con, folder)
    forgotten = load_forgotten(con, [str(folder)], Run("forget"))
    assert forgotten["is_kept"].to_list() == [False, False]
    with pytest.raises(Trouble, match=r"no article whose facts are there.*raw\.article_places"):
        load_forgotten(con, [forgotten["article_id"][0]], Run("forget"))
    assert one(con, "select count(*) from raw.ingest_runs") == 2
    assert loaded(con, folder).changed


def test_an_article_is_named_by_enough_of_its_characters(con, folder):
    loaded(con, folder)
    con.execute("update raw.article_places set article_id = 'cafecafe' || article_id")
    con.execute("update raw.articles set article_id = 'cafecafe' || article_id")
    with pytest.raises(Trouble, match="2 articles begin with it"):
        load_forgotten(con, ["cafecafe"], Run("forget"))


def test_counts_reconcile_with_the_rows(con, folder):
    run = loaded(con, folder)
    row = con.sql("select * from raw.ingest_runs").pl().row(0, named=True)
    assert (run.articles_read, run.articles_new, run.articles_rejected) == (3, 2, 1)
    assert row["articles_read"] == sum(
        row[f"articles_{outcome}"] for outcome in ("new", "unchanged", "rejected")
    )
    for column, table in {
        "articles_new": "articles",
        "articles_rejected": "rejected_articles",
        "figures": "figures",
        "rejected_figures": "rejected_figures",
    }.items():
        query = f"select count(*) from raw.{table} where run_id = '{run.run_id}'"
        assert row[column] == one(con, query), table
    assert row["figures"] >= 4
    assert row["duration_seconds"] > 0
    assert row["finished_at"] > row["started_at"]
    assert row["duckdb_version"] == duckdb.__version__


def test_the_same_article_twice_adds_nothing(con, folder):
    loaded(con, folder)
    tables = ("articles", "figures", "rejected_figures")
    before = [con.table(f"raw.{table}").pl() for table in tables]
    again = loaded(con, folder)
    assert (again.articles_new, again.articles_unchanged, again.figures) == (0, 2, 0)
    assert not again.changed
    for table, rows in zip(tables, before, strict=True):
        assert con.table(f"raw.{table}").pl().equals(rows)
    assert one(con, "select count(*) from raw.ingest_runs") == 2


def test_the_same_text_in_two_files_is_one_article(con, folder):
    (folder / "copy.txt").write_text(FIRST.strip(), encoding="utf-8")
    run = loaded(con, folder)
    assert (run.articles_read, run.articles_new, run.articles_unchanged) == (4, 2, 1)


def test_a_changed_file_is_a_new_article_of_its_path(con, folder):
    loaded(con, folder)
    (folder / "a.txt").write_text(CHANGED, encoding="utf-8")
    run = loaded(con, folder)
    assert run.articles_new == 1
    assert one(con, "select count(*) from raw.articles") == 3
    assert current_text(con, "a.txt") == CHANGED.strip()


def test_a_file_changed_back_counts_again(con, folder):
    loaded(con, folder)
    for text in (CHANGED, FIRST):
        (folder / "a.txt").write_text(text, encoding="utf-8")
        run = loaded(con, folder)
        assert run.changed
    assert run.articles_new == 0
    assert current_text(con, "a.txt") == FIRST.strip()


def test_another_extractor_reads_again_what_is_there(con, folder):
    loaded(con, folder)
    figures = con.table("raw.figures").pl()
    con.execute("update raw.ingest_runs set extractor_hash = 'an older one'")
    con.execute("update raw.figures set value = 1")
    con.execute("insert into raw.figures by name select 'analyst' as figure_id, 'a.csv' as origin")
    run = loaded(con, folder)
    assert run.changed
    assert run.figures == figures.height
    kept = con.sql("from raw.figures where origin = 'rules'").pl()
    key = ["figure_id", "value"]
    assert kept.select(key).sort(key).equals(figures.select(key).sort(key))
    assert one(con, "select count(*) from raw.figures where origin = 'a.csv'") == 1
    assert not loaded(con, folder).changed


def test_other_models_build_from_nothing(con, folder):
    assert not loaded(con, folder).models_changed
    con.execute("update raw.ingest_runs set models_hash = 'older ones'")
    assert loaded(con, folder).models_changed


def test_a_failure_leaves_no_trace(con, folder):
    loaded(con, folder)
    before = {
        table: con.table(f"raw.{table}").pl()
        for (table,) in con.sql("select table_name from duckdb_tables()").fetchall()
    }

    def fail(done: int, total: int) -> None:
        raise RuntimeError

    (folder / "a.txt").write_text(CHANGED, encoding="utf-8")
    with pytest.raises(RuntimeError):
        load(con, find_articles([folder]), Run("test"), fail)
    for table, rows in before.items():
        assert con.table(f"raw.{table}").pl().equals(rows), table


def test_columns_that_an_older_version_did_not_know_are_added(con, folder):
    loaded(con, folder)
    con.execute("alter table raw.ingest_runs drop column models_hash")
    loaded(con, folder)
    assert one(con, "select count(models_hash) from raw.ingest_runs") == 1


@pytest.mark.parametrize("alone", [300, 0], ids=["one process", "several processes"])
def test_many_batches_are_as_one(con, folder, monkeypatch, alone):
    loaded(con, folder)
    whole = con.sql("select * exclude (run_id) from raw.figures order by figure_id").pl()
    monkeypatch.setattr(batches, "FILES", 1)
    monkeypatch.setattr(loading, "ALONE", alone)
    with duckdb.connect() as other:
        loaded(other, folder)
        batched = other.sql("select * exclude (run_id) from raw.figures order by figure_id").pl()
    assert batched.equals(whole)


def test_the_extractors_hash_covers_every_module_that_it_uses():
    package = Path(loading.__file__).parent
    seen, ahead = set(), {"resolve", "figures"}
    while ahead:
        module = ahead.pop()
        seen.add(module)
        files = [*package.glob(f"{module}.py"), *package.glob(f"{module}/*.py")]
        used = {
            node.module.removeprefix("ingest.").split(".")[0]
            for file in files
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ingest.")
        }
        ahead |= used - seen
    assert seen <= set(EXTRACTOR)
