"""What a run tells of itself: its log, counts that reconcile, dbt's results, and `status`."""

import json
import logging
from logging.handlers import RotatingFileHandler

import duckdb
import polars as pl
import pytest

from ingest import Trouble
from ingest.load import DBT_RESULTS, Run, add_dbt_results, load
from ingest.log import dbt_results, last_failures, log_of, logged
from ingest.resolve import extract, finish


@pytest.fixture
def article(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("快手2025年第三季度营收355.54亿元，同比增长14.2%，排名前三。\n", "utf-8")
    return file


def lines(warehouse) -> list[dict]:
    return [json.loads(line) for line in log_of(warehouse).read_text("utf-8").splitlines()]


def test_each_step_of_a_run_is_a_line(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        runs = con.sql("from raw.ingest_runs where articles_new > 0").pl().to_dicts()
    told = lines(warehouse)
    for run in runs:
        steps = {line["step"]: line for line in told if line["run_id"] == run["run_id"]}
        assert list(steps) == ["load", "build", "publish"]
        assert steps["load"]["files"] == run["articles_read"]
        for count in ("articles_new", "articles_rejected", "figures", "rejected_figures"):
            assert steps["load"][count] == run[count]
        assert steps["build"]["success"] > 20
        assert steps["publish"]["bytes"] > 0


def test_what_dbt_said_is_kept(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        nodes = con.sql("from raw.dbt_results").pl()
        runs = con.sql("select run_id from raw.ingest_runs").pl()
    assert nodes["run_id"].is_in(runs["run_id"].implode()).all()
    assert not nodes["status"].is_in(["error", "fail"]).any()
    assert nodes.filter(pl.col("node").str.starts_with("model.")).height > 20
    assert nodes.select("run_id", "node").is_unique().all()


def test_a_failure_is_told_with_its_step(tmp_path):
    warehouse = tmp_path / "w.duckdb"
    (tmp_path / ".build").mkdir()
    run = Run("test")
    with logged(warehouse, run) as log:
        with log.step("load") as told:
            told["files"] = 3
        with pytest.raises(Trouble), log.step("build"):
            raise Trouble("w", "dbt", "broke\x1b[31m", "Mend it.")
    with log_of(warehouse).open("a") as file:
        file.write('{"half": ')
    (failure,) = last_failures(warehouse)
    assert (failure["run_id"], failure["step"]) == (run.run_id, "build")
    assert failure["error"] == r"w: dbt: broke\x1b[31m. Mend it."
    handlers = logging.getLogger("ingest").handlers
    assert not [one for one in handlers if isinstance(one, RotatingFileHandler)]


def test_no_run_fails_for_want_of_its_log(tmp_path, capsys):
    log_of(tmp_path / "w.duckdb").mkdir(parents=True)
    with logged(tmp_path / "w.duckdb", Run("test")) as log, log.step("load"):
        pass
    assert capsys.readouterr().err == ""
    assert last_failures(tmp_path / "w.duckdb") == []


def test_status_tells_of_nodes_and_failures(ingest, published):
    failing = pl.DataFrame(
        [("later", "test.figurehouse.sums", "warn", 7, 0.5)], schema=DBT_RESULTS, orient="row"
    )
    add_dbt_results(published, failing)
    with duckdb.connect(published) as con:
        con.execute(
            "insert into raw.ingest_runs by name from (select * replace ('later' as run_id,"
            " started_at + interval 1 day as started_at) from raw.ingest_runs limit 1)"
        )
    log_of(published).parent.mkdir()
    raised = pytest.raises(OSError, match="room")
    with logged(published, Run("test")) as log, raised, log.step("publish"):
        raise OSError("no [red]room")
    status = ingest("status", "--warehouse", published).stdout
    assert "test sums" in status
    assert "warn" in status
    assert "no [red]room" in status
    with duckdb.connect(published) as con:
        con.execute("drop table raw.dbt_results")
    assert ingest("status", "--warehouse", published).returncode == 0


# --- counts ------------------------------------------------------------------------------------


def test_a_run_that_counts_wrong_is_taken_back(article, monkeypatch):
    with duckdb.connect() as con:
        monkeypatch.setattr("ingest.load._count", lambda run, table, rows: None)
        with pytest.raises(Trouble, match=r"raw\.figures"):
            load(con, [article], Run("test"))
        assert con.sql("from duckdb_tables() where schema_name = 'raw'").fetchall() == []
        monkeypatch.undo()
        run = Run("test")
        load(con, [article], run)
        assert (run.figures, run.rejected_figures) == (2, 1)


def test_a_number_that_goes_missing_is_told(article, monkeypatch):
    articles = pl.DataFrame(
        {"article_id": ["a"], "source_path": [""], "title": [""], "text": [article.read_text()]}
    ).with_columns(published_on=pl.lit(None, pl.Date))
    assert [frame.height for frame in extract(articles)] == [2, 1]
    lost = finish.to_rejected
    monkeypatch.setattr(finish, "to_rejected", lambda *frames: lost(*frames).clear())
    with pytest.raises(Trouble, match="3 numbers were found, and 2 are"):
        extract(articles)


def test_results_are_read_as_dbt_writes_them(tmp_path):
    file = tmp_path / "run_results.json"
    node = {"unique_id": "test.x.y", "status": "pass", "failures": 0, "execution_time": 0.25}
    file.write_text(json.dumps({"results": [node, node | {"failures": None}]}))
    frame = dbt_results(file, Run("test", run_id="r"))
    assert frame.schema == DBT_RESULTS
    assert frame.rows() == [
        ("r", "test.x.y", "pass", 0, 0.25),
        ("r", "test.x.y", "pass", None, 0.25),
    ]
