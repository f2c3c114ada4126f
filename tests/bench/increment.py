"""What a run costs on a warehouse that stands: `python -m tests.bench.increment WAREHOUSE`.

The warehouse, which these models must have built, is copied first. Each round adds an article of a
company that it knows, and then gives the same file again, of which nothing is new.
"""

import resource
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ingest.load import _models_hash
from tests.bench import cost

ARTICLE = "快手2025年第四季度收入为{}亿元，同比增长12%，其中直播收入95亿元。\n"


def main(
    warehouse: Annotated[Path, typer.Argument(help="A warehouse, which is left as it is.")],
    rounds: Annotated[int, typer.Option(min=1)] = 3,
    work: Annotated[Path | None, typer.Option(help="Where it is copied to.")] = None,
) -> None:
    """Print seconds, processor seconds and memory of a run with one article more, and with none."""
    with duckdb.connect(warehouse, read_only=True) as con:
        query = """
            select models_hash, (select count(*) from raw.articles)
            from raw.ingest_runs order by started_at desc limit 1
        """
        models, articles = con.sql(query).fetchall()[0]
        if models != _models_hash():
            raise typer.BadParameter("other models built it, so a run would build all anew")
    folder = Path(tempfile.mkdtemp(prefix="figurehouse-increment-", dir=work))
    try:
        copy = Path(shutil.copyfile(warehouse, folder / "figurehouse.duckdb"))
        size = copy.stat().st_size / 2**30
        print(f"{articles:,} articles, {size:.2f} GiB; seconds by step")
        for number in range(rounds + 1):
            new = folder / f"new {number}.txt"
            new.write_text(ARTICLE.format(300 + number), encoding="utf-8")
            for name in ("one more article", "nothing new"):
                _print(name if number else f"{name}, first", copy, new)
    finally:
        shutil.rmtree(folder)


def _print(name: str, warehouse: Path, file: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    row = cost.run(warehouse, file)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in row["steps"].items())
    print(
        f"{name:<24} {row['seconds']:6.1f} s, processor {cpu:5.1f} s,"
        f" {row['peak_mib']:5.0f} MiB: {steps}",
        flush=True,
    )


if __name__ == "__main__":
    typer.run(main)
