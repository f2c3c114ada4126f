"""Readers ask without pause while versions are published; nobody fails, nobody sees two at once."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingest.publish import new_version
from tests.readers import COUNTS, STAMPS

pytestmark = pytest.mark.bi

READERS = 8


class Readers:
    """Reader processes, from the first one's first answer to the last one's last."""

    def __init__(self, kinds: list[str], source: object, folder: Path, first: str):
        folder.mkdir()
        self.folder, self.kinds = folder, kinds
        self.say(first)
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.readers", kind, str(source), str(folder), str(nr)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for nr, kind in enumerate(kinds)
        ]
        while len(list(folder.glob("ready-*"))) < len(kinds):
            assert all(process.poll() is None for process in self.processes)
            time.sleep(0.05)

    def say(self, version: str) -> None:
        """Tell the readers what is published: whoever opens the source from now on must see it."""
        new = self.folder / "new"
        new.write_text(version)
        new.replace(self.folder / "published")

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
            process.stdout.close()

    def stop(self) -> list[dict]:
        # The last version has to be seen as well.
        time.sleep(1)
        (self.folder / "stop").touch()
        return [json.loads(process.communicate(timeout=60)[0]) for process in self.processes]


def check(tallies: list[dict], published: list[str], what: str, seconds: float) -> None:
    """Print what the readers saw, and hold it against what was published."""
    errors = [error for tally in tallies for error in tally["errors"]]
    seen = {version.split()[0] for tally in tallies for version in tally["versions"]}
    total = {key: sum(tally[key] for tally in tallies) for key in ("queries", "sessions", "late")}
    torn = sum(tally["torn"] for tally in tallies)
    print(
        f"\n{what}: {len(tallies)} readers, {len(published) - 1} publishes in {seconds:.0f} s;"
        f" {total['queries']:,} queries in {total['sessions']:,} sessions, {len(errors)} errors,"
        f" {torn} torn, {total['late']} late; {len(seen)} of {len(published)} versions seen"
    )
    assert not errors, errors[:3]
    assert (torn, total["late"]) == (0, 0)
    assert seen <= set(published)
    assert published[-1] in seen
    assert all(tally["sessions"] > 1 for tally in tallies)


def stamp(file: Path, version: str) -> None:
    """Publish a version that bears its name in every row of some tables, and changes no more."""
    with new_version(file) as build:
        with duckdb.connect(build.file) as con:
            con.execute("begin")
            con.execute("update raw.ingest_runs set run_id = $1", [version])
            for table, column in STAMPS.items():
                con.execute(f"update marts.{table} set {column} = $1", [version])
            con.execute("commit")
        build.publish()


def publish_often(
    readers: Readers, times: int, pause: float, publish: Callable[[str], None]
) -> tuple[list[str], float]:
    """Publish versions one after another; their names, the first one's too, and the seconds."""
    start = time.monotonic()
    names = [f"v{nr:04}" for nr in range(times + 1)]
    for name in names[1:]:
        publish(name)
        readers.say(name)
        time.sleep(pause)
    return names, time.monotonic() - start


def test_the_file_under_50_publishes(published, tmp_path):
    """Each publish is the pipeline's own, but for dbt: a build from what is published, a change in
    every row of four tables, and the atomic rename. `test_the_file_under_real_runs` has dbt too.
    """
    stamp(published, "v0000")
    with Readers(["duckdb"] * READERS, published, tmp_path / "readers", "v0000") as readers:
        names, seconds = publish_often(readers, 50, 0.1, lambda name: stamp(published, name))
        check(readers.stop(), names, "DuckDB file", seconds)


def test_the_file_under_real_runs(published, tmp_path, ingest):
    """Whole runs of the pipeline, each with a new article; rows of three tables are held against
    what the file holds after each run."""

    def counts() -> str:
        with duckdb.connect(published, read_only=True) as con:
            return " ".join(str(con.execute(query).fetchall()[0][0]) for query in COUNTS)

    states = [counts()]
    kinds = ["duckdb-counts"] * READERS
    start = time.monotonic()
    with Readers(kinds, published, tmp_path / "readers", states[0].split()[0]) as readers:
        for nr in range(2):
            article = tmp_path / f"article_{nr}.txt"
            article.write_text(f"快手2025年第三季度收入为{300 + nr}亿元，同比增长{nr + 2}%。\n")
            done = ingest("run", article, "--warehouse", published)
            assert done.returncode == 0, done.stderr
            states.append(counts())
            readers.say(states[-1].split()[0])
        tallies = readers.stop()
    runs = [state.split()[0] for state in states]
    check(tallies, runs, "DuckDB file, runs with dbt", time.monotonic() - start)
    assert len(set(states)) == 3
    assert {state for tally in tallies for state in tally["versions"]} <= set(states)


def test_postgresql_under_publishes(published, database, tmp_path):
    """Half of the readers take several tables in one transaction, half join them in a statement."""
    postgres = pytest.importorskip("ingest.postgres")
    stamp(published, "v0000")
    postgres.publish_postgres(published, database)

    def publish(name: str) -> None:
        stamp(published, name)
        postgres.publish_postgres(published, database)

    kinds = ["postgres", "postgres-join"] * (READERS // 2)
    with Readers(kinds, database, tmp_path / "readers", "v0000") as readers:
        names, seconds = publish_often(readers, 12, 0.2, publish)
        check(readers.stop(), names, "PostgreSQL", seconds)


def test_postgresql_when_the_structure_changes(published, database, tmp_path):
    """Tables are made again, under readers whose statements take all of them."""
    postgres = pytest.importorskip("ingest.postgres")
    stamp(published, "v0000")
    postgres.publish_postgres(published, database)

    def publish(name: str) -> None:
        stamp(published, name)
        with new_version(published) as build:
            with duckdb.connect(build.file) as con:
                con.execute(f"alter table marts.dim_company add column of_{name} integer")
            build.publish()
        postgres.publish_postgres(published, database)

    kinds = ["postgres-join"] * READERS
    with Readers(kinds, database, tmp_path / "readers", "v0000") as readers:
        names, seconds = publish_often(readers, 5, 0.2, publish)
        check(readers.stop(), names, "PostgreSQL, other structure", seconds)


def test_two_publishers_take_turns(published, database, ingest, tmp_path):
    other = tmp_path / "other.duckdb"
    shutil.copyfile(published, other)
    stamp(other, "v0001")
    command = [sys.executable, "-m", "ingest", "publish", database, "--warehouse"]
    both = [subprocess.Popen([*command, str(file)]) for file in (published, other) * 2]
    assert [process.wait(60) for process in both] == [0] * 4
