"""Bad input: a line for each (file, place, cause, cure), a bad exit, nothing published."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from ingest.publish import new_version

GOOD = "快手2025年第四季度收入{}亿元，同比增长15%。\n"


@pytest.fixture
def refused(ingest, published):
    """Run a command on the published warehouse; its error lines, once it has changed nothing."""

    def refused(*words: object, **options: object) -> list[str]:
        before = published.read_bytes()
        done = ingest(*words, "--warehouse", published, **options)
        assert done.returncode == 1, done
        assert published.read_bytes() == before
        builds = published.parent / ".build" / published.name
        assert not builds.exists() or [p for p in builds.iterdir() if p.is_dir()] == []
        return error_lines(done)

    return refused


def error_lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Standard error, which holds nothing but lines of the form that is promised."""
    lines = done.stderr.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"error: \S.*: .+?: .+\. \S.*\.?", line), line
    return lines


def one(lines: list[str], *parts: object) -> None:
    assert len(lines) == 1, lines
    for part in parts:
        assert str(part) in lines[0]


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("empty.txt", b"", "holds no text"),
        ("binary.txt", b"\x7fELF\2\1\1\0\0\0", "is no text"),
        ("japanese.txt", "売上高は前年同期比で増加した。".encode("shift_jis"), "neither UTF-8"),
        ("broken.txt", "收入十亿元".encode()[:-1] + b"\xff", "neither UTF-8"),
    ],
)
def test_a_file_that_is_no_article(refused, tmp_path, name, data, cause):
    file = tmp_path / name
    file.write_bytes(data)
    one(refused("run", file), name, cause)


def test_an_article_of_50_mb(refused, tmp_path):
    file = tmp_path / "long.txt"
    file.write_text(GOOD.format(1) * (50 * 2**20 // len(GOOD.format(1).encode())), "utf-8")
    one(refused("run", file), "long.txt", "50 MB", "Split it")


def test_a_missing_path(refused, tmp_path):
    one(refused("run", tmp_path / "nowhere"), "nowhere", "does not exist")


def test_a_folder_without_articles(refused, tmp_path):
    folder = tmp_path / "folder"
    (folder / "deeper").mkdir(parents=True)
    (folder / "table.csv").write_text("a,b\n")
    one(refused("run", folder), folder, "holds no article")


def test_an_unreadable_file(refused, tmp_path):
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    one(refused("run", tmp_path / "gone.txt"), "gone.txt", "cannot be read")
    os.mkfifo(tmp_path / "pipe.txt")
    one(refused("run", tmp_path / "pipe.txt"), "pipe.txt", "is no regular file")
    if os.geteuid():
        (tmp_path / "secret.txt").write_text(GOOD.format(1), "utf-8")
        (tmp_path / "secret.txt").chmod(0)
        one(refused("run", tmp_path / "secret.txt"), "secret.txt", "cannot be read")


def test_one_bad_article_is_told_and_the_others_go_in(ingest, published, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "bad.txt").write_bytes(b"\0")
    (folder / "good.txt").write_text(GOOD.format(1), "utf-8")
    (folder / "worse.txt").write_bytes(b"")
    done = ingest("run", folder, "--warehouse", published)
    assert done.returncode == 1
    lines = error_lines(done)
    assert [Path(line.split(": ")[1]).name for line in lines] == ["bad.txt", "worse.txt"]
    assert "(1 new, 0 known, 2 rejected)" in done.stdout
    with duckdb.connect(published, read_only=True) as con:
        query = "select count(*) from marts.dim_article where source_path like '%good.txt'"
        assert con.sql(query).fetchall() == [(1,)]
        query = "select reason from raw.rejected_articles order by reason"
        assert con.sql(query).fetchall() == [("binary",), ("empty",)]


def test_articles_in_another_language_are_counted(ingest, published, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "english.txt").write_text("Revenue rose by 5% to 3 billion yuan.", "utf-8")
    (folder / "japanese.txt").write_text("売上高は前年より増加した。", "utf-8")
    done = ingest("run", folder, "--warehouse", published)
    assert done.returncode == 1
    assert "2 of 2 files in a language that is not read: only Chinese is." in done.stderr
    (folder / "good.txt").write_text(GOOD.format(2), "utf-8")
    done = ingest("run", folder, "--warehouse", published)
    assert done.returncode == 1
    assert "2 of 3 files in a language that is not read: only Chinese is." in done.stdout
    assert len(error_lines(done)) == 2


def test_ten_thousand_files_in_a_folder(ingest, tmp_path):
    """They are read and extracted; the bad one among them is told. The build is not tried here."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05}.txt").write_text(GOOD.format(number), "utf-8")
    (folder / "05000.txt").write_bytes(b"\0")
    code = """if True:
        import sys
        from pathlib import Path
        import duckdb
        from ingest.load import Run, load
        from ingest.documents import find_articles
        run = Run("many")
        with duckdb.connect() as con:
            load(con, find_articles([Path(sys.argv[1])]), run)
        print(run.articles_new, run.articles_rejected, run.figures)
    """
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split()[:2] == ["9999", "1"], done.stderr
    assert int(done.stdout.split()[2]) >= 19_000


# --- the warehouse and the machine --------------------------------------------------------------


@pytest.fixture
def new_article(tmp_path):
    file = tmp_path / "new.txt"
    file.write_text(GOOD.format(1), "utf-8")
    return file


@pytest.mark.parametrize("room", [0.5, 1.0, 1.03], ids=["copying", "loading", "building"])
def test_a_full_disk(refused, published, new_article, room):
    """A limit on the size of files stands for the disk: it works for any user, on any machine."""
    limit = int(published.stat().st_size * room)

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    one(refused("run", new_article, preexec_fn=limit_files), published, "disk: is full")


@pytest.mark.parametrize("room", [1.5, 2.2], ids=["copying", "building"])
def test_a_disk_that_is_really_full(ingest, published, new_article, tmp_path, room):
    disk = tmp_path / "disk"
    disk.mkdir()
    size = int(published.stat().st_size * room)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root can make a small disk; test_a_full_disk has stood in for it")
    try:
        warehouse = disk / published.name
        shutil.copyfile(published, warehouse)
        done = ingest("run", new_article, "--warehouse", warehouse)
        assert done.returncode == 1
        one(error_lines(done), warehouse, "disk: is full")
        assert warehouse.read_bytes() == published.read_bytes()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_folder_that_cannot_be_written_to(ingest, new_article, tmp_path):
    (tmp_path / "file").write_text("no folder")
    done = ingest("run", new_article, "--warehouse", tmp_path / "file" / "w.duckdb")
    assert done.returncode == 1
    one(error_lines(done), "w.duckdb", "--warehouse")


def test_a_warehouse_that_is_none(ingest, new_article, tmp_path):
    warehouse = tmp_path / "w.duckdb"
    warehouse.write_text("this is no database, and long enough to be looked at\n" * 100)
    for command in (["run", new_article], ["report"], ["status"]):
        done = ingest(*command, "--warehouse", warehouse)
        assert done.returncode == 1
        one(error_lines(done), warehouse, "is no DuckDB file")
    with duckdb.connect(tmp_path / "other.duckdb") as con:
        con.execute("create table t (a integer)")
    done = ingest("report", "--warehouse", tmp_path / "other.duckdb")
    assert done.returncode == 1
    one(error_lines(done), "other.duckdb", "holds no figurehouse warehouse")


def test_a_warehouse_with_a_schemas_name(ingest, new_article, tmp_path):
    done = ingest("run", new_article, "--warehouse", tmp_path / "Marts.duckdb")
    assert done.returncode == 1
    one(error_lines(done), "Marts.duckdb", "name", "Give it another name")
    assert not (tmp_path / ".build").exists()


def test_a_warehouse_with_a_name_of_duckdbs_own(ingest, new_article, tmp_path):
    warehouse = tmp_path / "main.duckdb"
    assert ingest("run", new_article, "--warehouse", warehouse).returncode == 0
    with duckdb.connect(warehouse, read_only=True) as con:
        assert con.sql("select count(*) from marts.obt_figures").fetchall() == [(2,)]


def test_an_interrupted_run(published, new_article):
    before = published.read_bytes()
    builds = published.parent / ".build" / published.name
    command = [sys.executable, "-m", "ingest", "run", new_article, "--warehouse", published]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        while not list(builds.glob("*/target")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.startswith("error: ")
    assert errors.count("\n") == 1
    assert published.read_bytes() == before
    assert [path.name for path in builds.iterdir()] == ["lock"]


def test_another_run_is_building(ingest, published, new_article):
    before = published.read_bytes()
    with new_version(published) as build:
        done = ingest("run", new_article, "--warehouse", published)
        assert done.returncode == 1
        one(error_lines(done), published, "lock", f"process {os.getpid()}")
        assert build.folder.is_dir()
    assert published.read_bytes() == before


def test_figures_that_break_a_rule_of_the_models(ingest, refused, published, new_article):
    with duckdb.connect(published) as con:
        # Not the rules' own, so that a run with new rules would not mend it.
        con.execute("update raw.figures set kind = 'rumour', origin = 'analyst.csv'")
        con.execute("insert into raw.changed_articles select distinct article_id from raw.figures")
    lines = refused("run", new_article)
    one(lines, published, "dbt, fct_figures", "Nothing was published", "dbt.log")
    log = Path(lines[0].rsplit(" ", 1)[1])
    assert "constraint failed" in log.read_text(encoding="utf-8")


def test_figures_that_break_a_test_of_the_models(ingest, refused, published, new_article):
    with duckdb.connect(published) as con:
        con.execute("insert into raw.figures (from raw.figures where qualifier = 'eq' limit 2)")
        con.execute("insert into raw.changed_articles select distinct article_id from raw.figures")
    lines = refused("run", new_article)
    one(lines, published, "dbt, unique_", "_figure_id", "Got 2 results", "more nodes")
    log = Path(lines[0].rsplit(" ", 1)[1])
    assert "tests failed: " in log.read_text(encoding="utf-8")


# --- figures made elsewhere ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "cause"),
    [
        ("figures.csv", "quote,amount\n355.54亿元,1\n", "column"),
        ("figures.csv", "", "cannot be read"),
        ("figures.csv", "article_id,quote\n", "holds no figure"),
        ("figures.jsonl", '{"quote": "355.54亿元"\n', "cannot be read"),
        ("figures.jsonl", '{"quote": "355.54亿元"}\n', "column"),
        ("figures.parquet", "PAR1", "cannot be read"),
        ("figures.xlsx", "PK", ".xlsx is not known"),
    ],
)
def test_a_figures_file_that_is_none(refused, tmp_path, name, content, cause):
    file = tmp_path / name
    file.write_text(content, "utf-8")
    one(refused("figures", file), name, cause)


def test_a_missing_figures_file(refused, tmp_path):
    one(refused("figures", tmp_path / "nowhere.csv"), "nowhere.csv", "is no file")


def test_figures_without_a_warehouse(ingest, tmp_path):
    warehouse = tmp_path / "w.duckdb"
    done = ingest("report", "--warehouse", warehouse)
    assert done.returncode == 1
    one(error_lines(done), warehouse, "does not exist")
    assert not warehouse.exists()
