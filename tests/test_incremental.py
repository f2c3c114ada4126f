"""A warehouse that grew run by run holds what one built from nothing holds, row for row."""

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest.documents import find_articles
from ingest.load import Run, load, load_figures, load_forgotten
from ingest.publish import new_version
from tests.test_dbt import dbt

ARTICLES = Path(__file__).parent / "articles"

Build = tuple[Path, Path, set[str | None]]
"""The warehouse after a run, the same raw tables built from nothing, and the companies taken."""


def differences(one: Path, other: Path) -> dict[str, tuple[int, int]]:
    """Rows that only one or only the other has, by table."""
    found = {}
    with duckdb.connect() as con:
        con.execute(f"attach '{one}' as one (read_only)")
        con.execute(f"attach '{other}' as other (read_only)")
        query = """
            select schema_name || '.' || table_name from duckdb_tables()
            where database_name = 'one' and schema_name in ('intermediate', 'marts')
                and table_name != 'int_changes'
        """
        for (table,) in con.sql(query).fetchall():
            only = [
                con.sql(
                    f"select count(*) from (select {columns(con, one, table)} from {one}.{table}"
                    f" except all select {columns(con, one, table)} from {other}.{table})"
                ).fetchall()[0][0]
                for one, other in (("one", "other"), ("other", "one"))
            ]
            if any(only):
                found[table] = tuple(only)
        assert con.sql("select count(*) > 300 from one.marts.fct_figures").fetchall() == [(True,)]
    return found


def columns(con: duckdb.DuckDBPyConnection, database: str, table: str) -> str:
    return ", ".join(sorted(con.table(f"{database}.{table}").columns))


@pytest.fixture(scope="module")
def builds(tmp_path_factory) -> dict[str, Build]:
    folder = tmp_path_factory.mktemp("grown")
    warehouse, articles = folder / "w.duckdb", folder / "articles"
    articles.mkdir()
    builds: dict[str, Build] = {}

    def run(name: str, figures: pl.DataFrame | None = None, forgotten: Path | None = None) -> None:
        """Build on what is published, and beside it the same from nothing."""
        done = Run(name)
        with new_version(warehouse) as build:
            with duckdb.connect(build.file) as con:
                if figures is not None:
                    load_figures(con, figures, "figures.csv", done)
                elif forgotten:
                    load_forgotten(con, [str(forgotten)], done)
                else:
                    load(con, find_articles([articles]), done, paths=[articles])
            assert done.changed
            build.transform(done)
            build.publish()
        grown, anew = folder / f"{name} grown.duckdb", folder / f"{name} anew.duckdb"
        shutil.copyfile(warehouse, grown)
        shutil.copyfile(warehouse, anew)
        dbt(anew, "run", "--full-refresh")
        with duckdb.connect(grown, read_only=True) as con:
            query = "select distinct company_id from intermediate.int_changes"
            builds[name] = grown, anew, {company for (company,) in con.sql(query).fetchall()}

    def write(name: str, text: str) -> None:
        (articles / f"{name}.txt").write_text(text, encoding="utf-8")

    for file in ARTICLES.glob("[b-k]*.txt"):
        shutil.copyfile(file, articles / file.name)
    earlier = "网易2024年第三季度营收为262亿元，同比下降4%。\n"
    write("netease", earlier)
    # A company that no other article knows.
    write("unknown", "2025年第三季度，未闻科技公司营收为3亿元，同比增长5%。\n")
    run("first")

    write("kuaishou", "快手2025年第三季度收入为300亿元，同比增长12%，其中直播收入95亿元。\n")
    run("new")

    write("netease", "网易2024年第三季度营收为263亿元，同比下降3%。\n")
    write("unknown", "2025年第三季度，百度营收为312亿元。\n")
    run("changed")

    write("netease", earlier)
    run("brought back")

    with duckdb.connect(warehouse, read_only=True) as con:
        query = """
            select article_id, char_start, char_end, quote, kind, value, unit_id, subject_id,
                metric_id, company_id, period_id
            from raw.figures where company_id in ('jd', 'netease') and period_id is not null
            order by figure_id
        """
        figures = con.sql(query).pl()
    run("figures of others", figures)
    run("fewer of them", figures.head(3).with_columns(period_id=pl.lit("2019Q4")))

    founding = (ARTICLES / "kuaishou_2025q3.txt").read_text(encoding="utf-8")
    write("syndicated", f"转载\n\n{founding}")
    run("copied")

    run("original gone", forgotten=articles / "kuaishou_2025q3.txt")

    (articles / "rumours").mkdir()
    (articles / "netease.txt").rename(articles / "rumours" / "netease_2024.txt")
    (articles / "kuaishou.txt").unlink()
    write("unknown", "2025年第三季度，百度营收为312亿元，同比下降7%。\n")
    run("moved, deleted, edited")
    return builds


STAGES = [
    "first", "new", "changed", "brought back", "figures of others", "fewer of them", "copied",
    "original gone", "moved, deleted, edited",
]  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_what_grew_is_what_is_built_from_nothing(builds, stage):
    grown, anew, _ = builds[stage]
    assert differences(grown, anew) == {}


def test_only_the_companies_of_what_changed_are_taken(builds):
    assert len(builds["first"][2]) > 10
    assert builds["new"][2] == {"kuaishou"}
    assert {"netease", "baidu"} < builds["changed"][2]
    assert len(builds["changed"][2]) == 3
    assert builds["brought back"][2] == {"netease"}
    # All that their articles speak of, for an article is written anew as a whole.
    assert builds["figures of others"][2] >= {"jd", "netease"}


def test_a_copy_is_one_as_long_as_its_original_is_there(builds):
    for stage, companies in (("fewer of them", set()), ("copied", {"kuaishou", "jd"})):
        with duckdb.connect(builds[stage][0], read_only=True) as con:
            query = "select company_id from intermediate.int_article_copies"
            found = {company for (company,) in con.sql(query).fetchall()}
        assert found >= companies
        assert bool(found) == bool(companies)
    with duckdb.connect(builds["original gone"][0], read_only=True) as con:
        assert con.sql("from intermediate.int_article_copies").fetchall() == []
