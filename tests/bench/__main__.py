"""`make bench`: measure, print, and write performance.json, performance.md and cost_curve.svg."""

import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import duckdb
import polars as pl
import typer
from rich.console import Console

from ingest.documents import read_articles
from tests.bench import ROOT, cost, quality, queries, reading, report, throughput

PARTS = ["throughput", "reading", "quality", "cost", "queries"]
"""In the order in which they run: the queries are asked of the largest warehouse."""

CORPUS = 4_000
"""Generated articles for the throughput."""

GENERATED = 150
"""Generated articles for the quality."""


def main(
    articles: Annotated[
        int, typer.Option(envvar="BENCH_ARTICLES", min=1, help="The largest size of the curve.")
    ] = 10_000,
    only: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(PARTS)}.")] = None,
    quick: Annotated[bool, typer.Option(help="On little, into a folder that git ignores.")] = False,
    warehouse: Annotated[
        Path | None, typer.Option(help="Ask the queries of this one, not of the largest built.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option(help="Where corpora and warehouses are made, and left.")
    ] = None,
    into: Annotated[Path | None, typer.Option(help="Where the results go.")] = None,
) -> None:
    """Measure speed and quality against peers, the cost of a run by size, and query latency."""
    if unknown := set(only or []) - set(PARTS):
        raise typer.BadParameter(f"no part is called {', '.join(sorted(unknown))}")
    into = into or ROOT / ("warehouse/bench" if quick else "docs")
    into.mkdir(parents=True, exist_ok=True)
    file = into / "performance.json"
    results = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    results["machine"] = machine()

    def save(part: str, measured: Any) -> None:
        results[part] = measured
        _write(into, file, results)

    console = Console(width=200 if not os.isatty(1) else None)
    folder = work or Path(tempfile.mkdtemp(prefix="figurehouse-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        for part in PARTS:
            if only and part not in only:
                continue
            start = time.perf_counter()
            save(part, _measure(part, folder, articles, quick, warehouse, partial(save, part)))
            report.show(part, results, console)
            console.print(f"{part}: {time.perf_counter() - start:.0f} s", style="dim")
    finally:
        if not work:
            shutil.rmtree(folder, ignore_errors=True)
    console.print(f"Written: {os.path.relpath(file)}")


def _measure(
    part: str,
    folder: Path,
    articles: int,
    quick: bool,
    warehouse: Path | None,
    save: Callable[[Any], None],
) -> Any:
    if part == "throughput":
        seconds, rounds = (0.2, 1) if quick else (1.5, 5)
        generated = cost.corpus(folder / "corpus_throughput", 40 if quick else CORPUS)
        samples = {
            "hand_written": throughput.hand_written(2 if quick else 200),
            "corpus": read_articles([generated]).articles,
        }
        return {
            name: throughput.measure(sample, seconds, rounds) for name, sample in samples.items()
        }
    if part == "reading":
        pages, pdfs, rounds = (20, 2, 1) if quick else (reading.PAGES, reading.PDFS, 3)
        return reading.measure(folder, pages, pdfs, rounds)
    if part == "quality":
        cost.corpus(folder / "corpus_quality", 10 if quick else GENERATED)
        return {
            "hand_written": quality.measure(*quality.hand_written()),
            "corpus": quality.measure(*quality.generated(folder / "corpus_quality")),
        }
    if part == "cost":
        rows = []
        for row in cost.measure(folder, _sizes(1 if quick else articles)):
            typer.echo(f"{row['articles']:,} articles: {row['first']['seconds']:.1f} s", err=True)
            rows.append(row)
            # The largest takes long; if it fails, those before it count.
            save(rows)
        return rows
    built = warehouse or folder / f"warehouse_{1 if quick else articles}" / "figurehouse.duckdb"
    if not built.exists():
        raise typer.BadParameter("give --warehouse, or let the cost be measured before the queries")
    return queries.measure(built, 5 if quick else 20)


def _sizes(most: int) -> list[int]:
    """1, 10, 100, … and the largest."""
    return [*(10**n for n in range(len(str(most))) if 10**n < most), most]


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "measured on": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory": f"{memory / 2**30:.0f} GiB",
        "Python": platform.python_version(),
        "Polars": pl.__version__,
        "DuckDB": duckdb.__version__,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _write(into: Path, file: Path, results: dict[str, Any]) -> None:
    file.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = into / "performance.md"
    if text.exists():
        text.write_text(report.fill(text.read_text(encoding="utf-8"), results), encoding="utf-8")
    if results.get("cost"):
        report.plot(results["cost"], into / "cost_curve.svg")


if __name__ == "__main__":
    typer.run(main)
