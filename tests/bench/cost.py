"""What a run costs by the number of articles: time, memory, and the file that it leaves.

Each run is the command as a user gives it, in a process of its own, watched from outside.
"""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from tests.bench import ROOT

SEED = 20250930
EVERY = 0.05
"""Seconds between two looks at a run's memory."""

FEW = 100
"""Articles below which a broken one would be a large part of them."""

MANY = 1000
"""Articles from which reading them again is felt."""

Row = dict[str, Any]


def corpus(folder: Path, articles: int, seed: int = SEED) -> Path:
    """Generate articles, with a few broken ones where there are enough; the folder of the files."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "tests.corpus", str(folder), "--articles", str(articles)]
    command += ["--seed", str(seed), *(["--broken", "0"] if articles < FEW else [])]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder / "articles"


class _Watch(threading.Thread):
    """Looks at a process and its children until it is stopped.

    peak: bytes that they held together at most; shared pages count once.
    dbt: when dbt's process was there, first and last, on time.time's clock.
    """

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        import psutil

        self.psutil, self.process = psutil, psutil.Process(pid)
        self.peak, self.dbt, self.over = 0, [], threading.Event()

    def run(self) -> None:
        while not self.over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        held = 0
        try:
            family = [self.process, *self.process.children(recursive=True)]
        except self.psutil.Error:
            return
        for one in family:
            try:
                held += one.memory_full_info().pss
                is_dbt = one is not self.process and any(
                    word.endswith("dbt.py") for word in one.cmdline()
                )
            except self.psutil.Error:
                continue  # it has just ended
            if is_dbt:
                self.dbt = [*self.dbt[:1], time.time()]
        self.peak = max(self.peak, held)


def run(warehouse: Path, *paths: Path) -> Row:
    """Run `python -m ingest run` once.

    Returns:
        seconds; peak_mib of the whole process tree; file_mib; what the run counted; and its steps
        in seconds: start (until it begins to read), ingest (read, extract, load), dbt, and publish
        (with the report). A step that did not take place is missing.

    Raises:
        RuntimeError: Nothing was published.
    """
    command = [sys.executable, "-m", "ingest", "run", *map(str, paths)]
    before, start = time.time(), time.perf_counter()
    process = subprocess.Popen(
        [*command, "--warehouse", str(warehouse)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    watch = _Watch(process.pid)
    watch.start()
    _, said = process.communicate()
    seconds, after = time.perf_counter() - start, time.time()
    watch.over.set()
    watch.join()
    # A corpus holds broken files, which a run reports by its exit status; it goes on without them.
    if process.returncode not in {0, 1} or not warehouse.exists():
        raise RuntimeError(f"{command} ended with {process.returncode}: {said[-500:]}")
    with duckdb.connect(warehouse, read_only=True) as con:
        query = "select * from raw.ingest_runs order by started_at desc limit 1"
        told = con.sql(query).pl().row(0, named=True)
    if told["started_at"].replace(tzinfo=UTC) < datetime.fromtimestamp(before, UTC):
        raise RuntimeError(f"{command} published nothing: {said[-500:]}")
    began, loaded = (told[key].replace(tzinfo=UTC).timestamp() for key in _INGEST)
    steps = {"start": began - before, "ingest": loaded - began}
    if watch.dbt:
        steps["dbt"] = watch.dbt[-1] - loaded
    steps["publish"] = after - (watch.dbt[-1] if watch.dbt else loaded)
    counts = ("articles_new", "articles_unchanged", "articles_rejected", "figures")
    return {
        "seconds": seconds,
        "steps": steps,
        "peak_mib": watch.peak / 2**20,
        "file_mib": warehouse.stat().st_size / 2**20,
        **{name: told[name] for name in counts},
        # Finer steps, where the run tells them itself.
        "told": {key: value for key, value in told.items() if key.endswith("_seconds")},
    }


_INGEST = ("started_at", "finished_at")


def measure(work: Path, sizes: list[int]) -> Iterator[Row]:
    """For each size: a first run, a run with nothing to do, and runs with one article more.

    Args:
        work: A folder for corpora and warehouses; the last size's are left there.
        sizes: Numbers of articles, ascending.

    Yields:
        A row a size. `one_more` reads the whole folder again with a file added to it, as a user
        does; `one_named` is given only the new file, which tells apart only where there are many.
    """
    for nr, size in enumerate(sizes):
        warehouse = _fresh(work, size)
        start = time.perf_counter()
        folder = corpus(work / f"corpus_{size}", size)
        row: Row = {"articles": size, "generated_seconds": time.perf_counter() - start}
        row["text_mib"] = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20
        row["first"] = run(warehouse, folder)
        row["no_change"] = run(warehouse, folder)
        _add(work, folder, nr, 1)
        row["one_more"] = run(warehouse, folder)
        row["one_more"]["share"] = row["one_more"]["seconds"] / row["first"]["seconds"]
        if size >= MANY:
            row["one_named"] = run(warehouse, _add(work, folder, nr, 2))
        yield row
        if size != sizes[-1]:
            shutil.rmtree(folder.parent)
            shutil.rmtree(warehouse.parent)


def _fresh(work: Path, size: int) -> Path:
    warehouse = work / f"warehouse_{size}" / "figurehouse.duckdb"
    shutil.rmtree(warehouse.parent, ignore_errors=True)
    warehouse.parent.mkdir(parents=True)
    return warehouse


def _add(work: Path, folder: Path, nr: int, which: int) -> Path:
    """Put an article that no corpus of `SEED` holds into the folder."""
    one = corpus(work / "one", 1, SEED + 10 * nr + which)
    source = next(file for file in sorted(one.rglob("*")) if file.is_file())
    return Path(shutil.copyfile(source, folder / f"added_{which}{source.suffix}"))


def linear(rows: list[Row]) -> dict[str, Any]:
    """Fit seconds = start + each × articles, every size weighing alike by its relative error.

    Returns:
        start (seconds), each (seconds an article), and for each size how far its time is from the
        line, and what an article more cost between the size before and it.
    """
    points = [(row["articles"], row["first"]["seconds"]) for row in rows]
    weights = [1 / seconds**2 for _, seconds in points]
    total = sum(weights)
    mean_n = sum(w * n for w, (n, _) in zip(weights, points, strict=True)) / total
    mean_s = sum(w * s for w, (_, s) in zip(weights, points, strict=True)) / total
    spread = sum(w * (n - mean_n) ** 2 for w, (n, _) in zip(weights, points, strict=True))
    both = sum(w * (n - mean_n) * (s - mean_s) for w, (n, s) in zip(weights, points, strict=True))
    each = both / spread if spread else 0.0
    start = mean_s - each * mean_n
    pairs = pairwise(points)
    return {
        "start": start,
        "each": each,
        "off": [seconds / (start + each * n) - 1 for n, seconds in points],
        "marginal": [None, *((s2 - s1) / (n2 - n1) for (n1, s1), (n2, s2) in pairs)],
    }
