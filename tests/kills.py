"""Kill runs at random points, and hold what is there afterwards against undisturbed runs.

python -m tests.kills --kills 300

A run takes a folder of articles, of which one changed and one is new, over a published warehouse.
SIGKILL goes to the run, to its whole group, to dbt or to a process of the pool: at times drawn
over the length of a run, and at what can be seen of it (files that appear in the build's folder,
the rename). After each kill the published file is opened: it holds the old version, byte for byte,
or the new one, row for row; and nothing that the run had started is still alive a moment later.
Some kills hit the run that cleans up after the last one. Then a run is left alone: it has to end
well, with the marts of an undisturbed run, and leave nothing behind.
"""

import argparse
import filecmp
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent

OLD = {
    "kuaishou": "快手2025年第三季度收入355.54亿元，同比增长14.2%，其中直播收入95.7亿元。\n",
    "tencent": "腾讯2025年第三季度收入1928.69亿元，同比增长15%。\n",
    "weibo": "微博2024年第四季度营收4.568亿美元，同比下降1%，月活跃用户5.9亿。\n",
}
NEW = {
    "kuaishou": "快手2025年第三季度收入356亿元，同比增长14.4%，其中直播收入95.7亿元。\n",
    "bilibili": "哔哩哔哩2025年第三季度营收76.9亿元，同比增长5%。\n",
}
COPIES = 301
"""Files that are more than one process reads by itself; they hold what is there already."""

OF_A_RUN = {"run_id", "ingested_at", "rejected_at", "seconds"}
"""Columns that tell one run from another, and not what it found."""

STEPS = ("start", "read", "load", "dbt", "publish", "after")
MODES = ("run", "group", "dbt", "worker")
GRACE = 10
"""Seconds in which what a killed run has started has to end."""

Fingerprint = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Kill:
    """Who is killed, and when: at a time (of a run's length), or at an event and then a pause."""

    mode: str
    at: float | str
    pause: float = 0
    pool: bool = False
    """Whether the run has files enough to start other processes."""


@dataclass
class Killed:
    kill: Kill
    step: str
    state: str = ""
    """Which version is published: the old one or the new one."""
    ended: str = ""
    lingered: float = 0
    """Seconds that the last process of the run was alive after the kill."""
    failures: list[str] = field(default_factory=list)


class Place:
    """A published warehouse, articles for the next run, and what can be seen of a run there."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.articles, self.copies = folder / "articles", folder / "copies"
        self.warehouse = folder / "published" / "w.duckdb"
        self.builds = self.warehouse.parent / ".build" / self.warehouse.name
        self.parsed = self.builds / "partial_parse.msgpack"
        self.scratch = folder / "tmp"
        self.kept, self.kept_parsed = folder / "old.duckdb", folder / "old.msgpack"
        for new in (self.articles, self.copies, self.scratch):
            new.mkdir(parents=True)
        for nr in range(COPIES):
            (self.copies / f"{nr}.txt").write_text(OLD["weibo"], "utf-8")
        self._write(OLD)
        self.run()
        shutil.copyfile(self.warehouse, self.kept)
        shutil.copyfile(self.parsed, self.kept_parsed)
        self.old = fingerprint(self.warehouse)
        self._write(NEW)
        self.lengths = deque([self.run()], maxlen=9)
        self.new = fingerprint(self.warehouse)
        assert self.new != self.old

    def _write(self, texts: dict[str, str]) -> None:
        for name, text in texts.items():
            (self.articles / f"{name}.txt").write_text(text, "utf-8")

    @property
    def seconds(self) -> float:
        """How long a run takes, as the last ones did."""
        return statistics.median(self.lengths)

    def reset(self) -> None:
        """The old version, as its run has left it."""
        shutil.rmtree(self.warehouse.parent)
        self.builds.mkdir(parents=True)
        shutil.copyfile(self.kept, self.warehouse)
        shutil.copyfile(self.kept_parsed, self.parsed)

    def start(self, *, pool: bool = False, wait: float = 0) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "ingest", "run", str(self.articles)]
        command += [str(self.copies)] * pool
        command += ["--warehouse", str(self.warehouse), "--wait", str(wait)]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            # Whatever it starts bears the mark, and is found by it.
            env=os.environ | {"KILLS": str(self.folder), "TMPDIR": str(self.scratch)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, **options: object) -> float:
        """An undisturbed run; its seconds."""
        began = time.monotonic()
        with self.start(**options) as process:
            _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors
        return time.monotonic() - began

    def processes(self) -> Iterator[tuple[int, str]]:
        """What is alive of the runs of this place: process and command."""
        mark = f"KILLS={self.folder}\0".encode()
        for process in Path("/proc").iterdir():
            if process.name.isdigit():
                with suppress(OSError):
                    if mark in (process / "environ").read_bytes():
                        yield (
                            int(process.name),
                            (process / "cmdline").read_text().replace("\0", " "),
                        )

    # What shows how far a run is; `*` is its build's folder.
    def there(self, pattern: str) -> bool:
        return any(self.builds.glob(pattern))

    def version(self) -> int:
        """What tells the published version from another: a run may put a copy in its place."""
        return self.warehouse.stat().st_mtime_ns

    def step(self, version: int) -> str:
        """How far a run is that found this version published."""
        if self.version() != version:
            return "after"
        if self.there("*/target/run_results.json"):
            return "publish"
        if self.there("*/target"):
            return "dbt"
        # A batch's folder is made when the batch has been read and extracted.
        if self.there("*/figurehouse-*/*"):
            return "load"
        return "read" if self.there("*/") else "start"

    def events(self, version: int, parsed: int) -> dict[str, Callable[[], bool]]:
        return {
            "build's folder": lambda: self.there("*/"),
            "copy": lambda: self.there("*/build.duckdb"),
            "reading": lambda: self.there("*/figurehouse-*"),
            "batch": lambda: self.there("*/figurehouse-*/*/rejected_figures"),
            "journal": lambda: self.there("*/build.duckdb.wal"),
            "dbt told": lambda: self.there("*/target"),
            "dbt parsed": lambda: self.there("*/parsed/partial_parse.msgpack"),
            "dbt begun": lambda: self.there("*/target/compiled"),
            "dbt done": lambda: self.there("*/target/run_results.json"),
            "parse kept": lambda: self.parsed.exists() and self.parsed.stat().st_ino != parsed,
            "renamed": lambda: self.version() != version,
        }


EVENTS = (
    *("build's folder", "copy", "reading", "batch", "journal", "dbt told", "dbt parsed"),
    *("dbt begun", "dbt done", "parse kept", "renamed"),
)


def fingerprint(file: Path) -> Fingerprint:
    """Rows and a checksum of every table and view of the marts, and of what they are made of."""
    found = {}
    with duckdb.connect(file, read_only=True) as con:
        query = """
            select table_schema || '.' || table_name, list(column_name order by column_name)
            from information_schema.columns
            where table_schema in ('raw', 'marts') and table_name != 'ingest_runs'
            group by all
            order by all
        """
        for table, columns in con.sql(query).fetchall():
            of_all = ", ".join(column for column in columns if column not in OF_A_RUN)
            query = f"select count(*), coalesce(sum(hash({of_all})), 0) from {table}"
            found[table] = con.sql(query).fetchall()[0]
    assert len([table for table in found if table.startswith("marts.")]) >= 10
    return found


def runs(file: Path) -> int:
    """How many runs the warehouse has had, once their counts agree with the rows."""
    with duckdb.connect(file, read_only=True) as con:
        of_a_run = ", ".join(
            f"(select count(*) from raw.{table} where run_id = runs.run_id) as {table}_there"
            for table in ("figures", "rejected_figures")
        )
        query = f"""
            from (
                select *, {of_a_run}, row_number() over (order by started_at desc) = 1 as is_last
                from raw.ingest_runs as runs
            )
            where articles_read != articles_new + articles_unchanged + articles_rejected
                or is_last and figures != figures_there
                or is_last and rejected_figures != rejected_figures_there
                or finished_at < started_at
        """
        wrong = con.sql(query).fetchall()
        assert not wrong, f"counts of runs: {wrong}"
        unknown = con.sql(
            "select run_id from (select run_id from raw.articles union all from"
            " (select run_id from raw.figures) union all from"
            " (select run_id from marts.dim_article)) anti join raw.ingest_runs using (run_id)"
        ).fetchall()
        assert not unknown, f"rows of runs that are not there: {unknown}"
        return int(con.sql("select count(distinct run_id) from raw.ingest_runs").fetchall()[0][0])


def strike(place: Place, kill: Kill) -> Killed | None:
    """Start a run and kill; None if the run was over before."""
    version = place.version()
    parsed = place.parsed.stat().st_ino if place.parsed.exists() else 0
    before, had = fingerprint(place.warehouse), runs(place.warehouse)
    began = time.monotonic()
    with place.start(pool=kill.pool) as process:
        try:
            due = _due(place, kill, began, version, parsed)
            while not due():
                if process.poll() is not None:
                    return None
                time.sleep(0.0005)
            time.sleep(kill.pause)
            while not (victims := _victims(place, process.pid, kill.mode)):
                if process.poll() is not None:
                    return None
                time.sleep(0.002)
            step = place.step(version)
            for victim in victims:
                (os.killpg if kill.mode == "group" else os.kill)(victim, signal.SIGKILL)
            struck = time.monotonic()
            _, errors = process.communicate(timeout=600)
        except ProcessLookupError:
            process.communicate(timeout=600)
            return None
        finally:
            process.kill()
    alone = kill.mode in {"run", "group"}
    done = Killed(kill, place.step(version) if alone else step)
    done.ended = "killed" if process.returncode == -signal.SIGKILL else f"exit {process.returncode}"
    if alone and process.returncode == 0:
        return None
    # Not by the clock: a machine that stands still gives nobody time to end.
    looks = 0
    while left := list(place.processes()):
        looks += 1
        if looks > GRACE * 100:
            done.failures.append(f"still alive: {left}")
            for pid, _ in left:
                os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    done.lingered = time.monotonic() - struck
    if not alone:
        lines = errors.splitlines()
        well = process.returncode == 0 and not lines
        told = process.returncode == 1 and len(lines) == 1 and "killed" in errors
        if not (well or (told and lines[0].startswith("error: "))):
            done.failures.append(f"exit {process.returncode}: {errors[-500:]}")
    replaced = place.version() != version
    try:
        now = fingerprint(place.warehouse)
        done.state = "old" if now == place.old else "new" if now == place.new else "another"
        if now != (place.new if replaced else before) or done.state == "another":
            done.failures.append(f"published is {done.state}, replaced: {replaced}")
        if done.state == "old" and not filecmp.cmp(place.warehouse, place.kept, shallow=False):
            done.failures.append("the old version is not byte for byte what it was")
        if runs(place.warehouse) != had + replaced:
            done.failures.append(f"{runs(place.warehouse)} runs after {had}, replaced: {replaced}")
    except (duckdb.Error, AssertionError) as error:
        done.failures.append(f"published: {error}")
    return done


def _due(place: Place, kill: Kill, began: float, version: int, parsed: int) -> Callable[[], bool]:
    if isinstance(kill.at, str):
        return place.events(version, parsed)[kill.at]
    moment = began + kill.at * place.seconds
    return lambda: time.monotonic() >= moment


def _victims(place: Place, run: int, mode: str) -> list[int]:
    if mode in {"run", "group"}:
        return [run]
    of = {"dbt": "ingest/dbt.py", "worker": "spawn_main"}[mode]
    return [pid for pid, command in place.processes() if of in command][:1]


def recover(place: Place) -> list[str]:
    """The run after a kill, left alone; what is not as after an undisturbed one."""
    try:
        had = runs(place.warehouse)
        place.lengths.append(place.run())
        failures = []
        if (now := fingerprint(place.warehouse)) != place.new:
            failures.append(f"other tables: {sorted(set(now.items()) ^ set(place.new.items()))}")
        if runs(place.warehouse) != had + 1:
            failures.append(f"{runs(place.warehouse)} runs after {had}")
    except (duckdb.Error, AssertionError, subprocess.TimeoutExpired) as error:
        return [f"the next run: {error}"]
    left = {path.name for path in place.builds.iterdir()} - {"lock", place.parsed.name, "dbt.log"}
    left |= {path.name for path in place.scratch.iterdir()}
    left |= {command for _, command in place.processes()}
    return failures + [f"left behind: {sorted(left)}"] * bool(left)


def draw(rng: random.Random) -> Kill:
    mode = rng.choices(MODES, (50, 20, 20, 10))[0]
    pause = rng.choice([0, 0, rng.uniform(0, 0.005), rng.uniform(0, 0.1)])
    if mode == "worker":
        return Kill(mode, "reading", rng.uniform(0, 2), pool=True)
    pool = rng.random() < 0.1
    if rng.random() < 0.5:
        return Kill(mode, rng.uniform(0, 1.02), pool=pool)
    return Kill(mode, rng.choice(EVENTS), pause, pool)


def kill_runs(
    place: Place, kills: Iterator[Kill], rng: random.Random, seen: Callable[[Killed], None]
) -> None:
    """Rounds of one to three kills in a row and a run that is left alone, until no kill is left."""
    after: list[Killed] = []
    in_a_row = 1
    place.reset()
    for kill in kills:
        done = strike(place, kill)
        if done:
            after.append(done)
            if len(after) < in_a_row and not done.failures:
                continue
        if after:
            after[-1].failures += recover(place)
        for one in after:
            seen(one)
        after, in_a_row = [], rng.choice([1, 2, 3])
        place.reset()


def table(killed: list[Killed]) -> str:
    """Kills by step and by who was killed, what was published, and failures."""
    heads = ["step", "kills", *MODES, "old", "new", "failures"]
    rows = [heads]
    for step in (*STEPS, "all"):
        of = [one for one in killed if step in {one.step, "all"}]
        modes, states = Counter(one.kill.mode for one in of), Counter(one.state for one in of)
        counts = [len(of), *(modes[mode] for mode in MODES), states["old"], states["new"]]
        rows.append([step, *map(str, counts), str(sum(bool(one.failures) for one in of))])
    lines = ["  ".join(f"{cell:>8}" for cell in row) for row in rows]
    ends = Counter(f"{one.kill.mode}: {one.ended}" for one in killed)
    longest = max((one.lingered for one in killed), default=0)
    lines.append("  ".join(f"{end} × {times}" for end, times in sorted(ends.items())))
    lines.append(f"the last process of a killed run ended within {longest:.2f} s")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    killed: list[Killed] = []

    def until_enough() -> Iterator[Kill]:
        while len(killed) < options.kills:
            yield draw(rng)

    def seen(one: Killed) -> None:
        killed.append(one)
        print(len(killed), one.step, one.kill, one.state, one.ended, *one.failures, flush=True)

    with tempfile.TemporaryDirectory(prefix="figurehouse-kills-") as folder:
        place = Place(Path(folder))
        print(f"an undisturbed run takes {place.seconds:.1f} s", flush=True)
        try:
            kill_runs(place, until_enough(), rng, seen)
        except KeyboardInterrupt:
            print("stopped early")
    print(table(killed))
    return int(any(one.failures for one in killed))


if __name__ == "__main__":
    sys.exit(main())
