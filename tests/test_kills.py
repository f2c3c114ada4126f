"""Machines fail: processes are killed, locks and caches are left behind, clocks are set back."""

import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import Trouble, batches
from ingest import load as loading
from ingest.documents import find_articles
from ingest.load import Run, load
from ingest.publish import new_version
from tests.kills import Killed, Place, draw, kill_runs, table

TEXT = "快手2025年第三季度收入{}亿元，同比增长14.2%。\n"


@pytest.mark.nightly
def test_300_kills(tmp_path):
    killed: list[Killed] = []
    rng = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID"))
    drawn = iter(lambda: draw(rng) if len(killed) < 300 else None, None)
    kill_runs(Place(tmp_path / "place"), drawn, rng, killed.append)
    print(table(killed))
    assert [one for one in killed if one.failures] == []
    assert {one.step for one in killed} == {"start", "read", "load", "dbt", "publish", "after"}


# --- what a killed run had started --------------------------------------------------------------


def children(of: int) -> list[int]:
    """The processes that a process has started, and those that these have."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == of and state != "Z":
            pid = int(stat.parent.name)
            found += [pid, *children(pid)]
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


BUILDING = """if True:
    import sys, time
    from pathlib import Path
    from ingest.publish import new_version
    with new_version(Path(sys.argv[1])):
        print("under way", flush=True)
        time.sleep(60)
"""
READING = """if True:
    import sys, time
    import polars as pl
    from pathlib import Path
    from ingest.batches import in_batches
    if __name__ == "__main__":
        files = [[Path(sys.argv[1])]] * 9
        for _ in in_batches(files, pl.Series([], dtype=pl.String), alone=False):
            print("under way", flush=True)
            time.sleep(60)
"""


@pytest.mark.parametrize("code", [BUILDING, READING], ids=["dbt", "pool"])
def test_what_a_killed_run_had_started_ends(tmp_path, code):
    script, file = tmp_path / "script.py", tmp_path / "a.txt"
    script.write_text(code, "utf-8")
    if code == READING:
        file.write_text(TEXT.format(1), "utf-8")
    with subprocess.Popen(
        [sys.executable, str(script), str(file)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "under way\n"
        started = children(process.pid)
        process.kill()
    assert started
    give_up = time.monotonic() + 20
    while any(map(alive, started)):
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_process_of_the_pool_is_killed(tmp_path, monkeypatch):
    for number in range(9):
        (tmp_path / f"{number}.txt").write_text(TEXT.format(number), "utf-8")
    monkeypatch.setattr(batches, "FILES", 1)
    monkeypatch.setattr(loading, "ALONE", 0)

    def kill(_: pl.DataFrame) -> None:
        for process in multiprocessing.active_children():
            os.kill(process.pid, signal.SIGKILL)

    with duckdb.connect() as con:
        load(con, find_articles([tmp_path / "0.txt"]), Run("before"))
        with pytest.raises(Trouble, match="process that reads articles was killed"):
            load(con, find_articles([tmp_path]), Run("killed"), refused=kill)
        query = "select command from raw.ingest_runs join raw.articles using (run_id)"
        assert con.sql(query).fetchall() == [("before",)]


def test_dbt_is_killed(tmp_path):
    warehouse = tmp_path / "w.duckdb"
    with (
        pytest.raises(Trouble, match=r"dbt: was killed \(signal 9\)"),
        new_version(warehouse) as new,
    ):
        with duckdb.connect(new.file) as con:
            run = Run("test")
            (tmp_path / "a.txt").write_text(TEXT.format(1), "utf-8")
            load(con, find_articles([tmp_path / "a.txt"]), run)
        os.kill(new._dbt.pid, signal.SIGKILL)
        new.transform(run)
    assert not warehouse.exists()


# --- what it left -------------------------------------------------------------------------------


def test_the_lock_of_a_dead_process(tmp_path):
    warehouse = tmp_path / "w.duckdb"
    lock = tmp_path / ".build" / warehouse.name / "lock"
    lock.parent.mkdir(parents=True)
    lock.write_text("4194304")
    with new_version(warehouse):
        assert lock.read_text() == str(os.getpid())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        pytest.param(lambda data: b"", marks=pytest.mark.nightly),
        pytest.param(lambda data: b"\x80", marks=pytest.mark.nightly),
        pytest.param(lambda data: bytes(reversed(data)), marks=pytest.mark.nightly),
    ],
    ids=["truncated", "empty", "another object", "rubbish"],
)
def test_what_dbt_had_parsed_is_damaged(ingest, warehouse, published, tmp_path, damage):
    name = "partial_parse.msgpack"
    parsed = warehouse.parent / ".build" / warehouse.name / name
    builds = published.parent / ".build" / published.name
    builds.mkdir(parents=True)
    (builds / name).write_bytes(damage(parsed.read_bytes()))
    (tmp_path / "a.txt").write_text(TEXT.format(1), "utf-8")
    done = ingest("run", tmp_path / "a.txt", "--warehouse", published)
    assert (done.returncode, done.stderr) == (0, "")
    assert len((builds / name).read_bytes()) > 100_000


# --- the machine --------------------------------------------------------------------------------


def test_two_runs_at_once_take_turns(published, tmp_path):
    processes = []
    for number in range(2):
        file = tmp_path / f"{number}.txt"
        file.write_text(TEXT.format(number + 1), "utf-8")
        command = [sys.executable, "-m", "ingest", "run", file, "--warehouse", published]
        processes.append(subprocess.Popen([*command, "--wait", "200"], stdout=subprocess.DEVNULL))
    assert [process.wait(240) for process in processes] == [0, 0]
    with duckdb.connect(published, read_only=True) as con:
        query = """
            select count(distinct run_id) from marts.dim_article
            where regexp_matches(source_path, '/[01].txt$') and is_current
        """
        assert con.sql(query).fetchall() == [(2,)]
        query = """
            select finished_at <= lead(started_at) over (order by started_at)
            from raw.ingest_runs qualify lead(started_at) over (order by started_at) is not null
        """
        gaps = con.sql(query).fetchall()
    # The warehouse was there, and then both in turn.
    assert len(gaps) >= 2
    assert all(after for (after,) in gaps)


def test_a_folder_for_reading_only(ingest, published, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    (tmp_path / "a.txt").write_text(TEXT.format(1), "utf-8")
    mount = ["mount", "-t", "tmpfs", "none", str(disk)]
    mounted = os.getuid() == 0
    if mounted and subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("to root every folder can be written to, and it may not mount one")
    try:
        shutil.copyfile(published, disk / published.name)
        if mounted:
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        disk.chmod(0o555) if not mounted else None
        done = ingest("run", tmp_path / "a.txt", "--warehouse", disk / published.name)
        assert done.returncode == 1
        assert done.stderr.startswith(f"error: {disk / published.name}: ")
        assert done.stderr.count("\n") == 1
        assert "give another --warehouse" in done.stderr
        # Reading takes no more than reading.
        done = ingest("status", "--warehouse", disk / published.name)
        assert (done.returncode, done.stderr) == (0, "")
    finally:
        if mounted:
            subprocess.run(["umount", str(disk)], check=True)
        else:
            disk.chmod(0o755)


def test_a_clock_that_was_set_back(tmp_path, monkeypatch):
    """The newest text of a path and the last run stay what they are."""
    file = tmp_path / "a.txt"
    today = loading.now()
    with duckdb.connect() as con:
        for number, days in enumerate([0, -3, -2, -900]):
            clock = today + timedelta(days=days)
            # It is set back again while the run goes on.
            monkeypatch.setattr(loading, "now", lambda clock=clock: clock - timedelta(hours=1))
            file.write_text(TEXT.format(number), "utf-8")
            load(con, find_articles([tmp_path]), Run(f"run {number}", started_at=clock))
            query = """
                select text from raw.articles join raw.article_places using (article_id)
                where gone_at is null
            """
            assert con.sql(query).fetchall() == [(TEXT.format(number).strip(),)]
        query = "select command from raw.ingest_runs order by started_at"
        assert con.sql(query).fetchall() == [(f"run {number}",) for number in range(4)]
        query = "from raw.ingest_runs where finished_at < started_at or duration_seconds < 0"
        assert con.sql(query).fetchall() == []
        # The first text again, by a clock that still lags behind.
        file.write_text(TEXT.format(0), "utf-8")
        load(con, find_articles([tmp_path]), Run("again", started_at=clock))
        query = """
            select text from raw.articles join raw.article_places using (article_id)
            where gone_at is null
        """
        assert con.sql(query).fetchall() == [(TEXT.format(0).strip(),)]
