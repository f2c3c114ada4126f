"""The command line: `python -m ingest`."""

import getpass
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import duckdb
import polars as pl
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ingest import Trouble, __version__
from ingest.documents import find_articles
from ingest.documents.paths import file_of, shown
from ingest.load import LOADING, Run, load, load_figures, load_forgotten, load_reviews, read_ahead
from ingest.log import RunLog, logged
from ingest.publish import Build, new_version, told
from ingest.report import counted, foreign, print_report, print_status, wide_console
from ingest.review.decisions import FILE as REVIEWS
from ingest.review.decisions import merge, read_reviews, write_reviews

SHIPPED = Path(__file__).with_name("articles")
DEFAULT = Path("warehouse/figurehouse.duckdb")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Figures in Chinese financial prose → a tested star schema in DuckDB.",
)

Warehouse = Annotated[
    Path, typer.Option("--warehouse", envvar="WAREHOUSE", help="The DuckDB file.", dir_okay=False)
]
Wait = Annotated[
    float, typer.Option("--wait", min=0, help="Seconds to wait for another run to end.")
]


@app.command("run")
def run_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Files or folders; default: the shipped article."),
    ] = None,
    warehouse: Warehouse = DEFAULT,
    wait: Wait = 0,
) -> None:
    """Ingest articles, build and test the warehouse, publish it, and print a report."""
    run = Run(_command(), base=warehouse.absolute().parent)
    paths = paths or [SHIPPED]
    with _progress() as step:
        files = find_articles(paths)
        with new_version(warehouse, wait) as build, logged(warehouse, run) as log:
            with log.step("load") as told:
                told["files"] = len(files)
                batches = read_ahead(files, warehouse, build.folder)
                with duckdb.connect(build.file, config=LOADING) as con:
                    load(con, files, run, step("Reading"), _refuser(run.base), batches, paths)
                told.update(_counts(run))
            # With nothing to take in there is nothing to publish.
            if run.articles_read == run.articles_rejected:
                if run.articles_foreign:
                    _say(f"note: {foreign(run)}")
                raise typer.Exit(1)
            _finish(build, run, log, step("Building"))
    _say_gone(run)
    _say_lapsed(run)
    _report(warehouse, run)
    raise typer.Exit(1 if run.articles_rejected else 0)


@app.command("figures")
def figures_command(
    file: Annotated[Path, typer.Argument(help="CSV, JSONL or Parquet, one row a figure.")],
    warehouse: Warehouse = DEFAULT,
    wait: Wait = 0,
) -> None:
    """Admit figures that were made elsewhere, then build, test and publish as `run` does.

    A row is admitted if its quote stands in the article at its span, and its value can be read
    from that quote; the rest go to raw.rejected_figures with the reason.
    """
    run = Run(_command(), base=warehouse.absolute().parent)
    with _progress() as step:
        candidates = _read_figures(file)
        with new_version(warehouse, wait) as build, logged(warehouse, run) as log:
            with log.step("admit") as told, duckdb.connect(build.file, config=LOADING) as con:
                told["candidates"] = candidates.height
                load_figures(con, candidates, file.name, run)
                told.update(_counts(run))
            _finish(build, run, log, step("Building"))
    _say_lapsed(run)
    _report(warehouse, run)
    if run.rejected_figures:
        cause = f"{run.rejected_figures} of {candidates.height} were not admitted"
        cure = "Their reasons stand in raw.rejected_figures."
        raise Trouble(file, "figures", cause, cure)


@app.command("review")
def review_command(
    taken: Annotated[
        Path | None,
        typer.Option(
            "--import",
            metavar="FILE",
            help="Take in decisions from a CSV file, then build and publish.",
            dir_okay=False,
        ),
    ] = None,
    listed: Annotated[
        Path | None,
        typer.Option(
            "--export",
            metavar="FILE",
            help="Write the figures and what is decided on them, what to look at first on top.",
            dir_okay=False,
        ),
    ] = None,
    who: Annotated[
        str, typer.Option("--who", metavar="NAME", help="Who decides; default: the user.")
    ] = "",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The page's port; 0: any that is free.")
    ] = 0,
    warehouse: Warehouse = DEFAULT,
    wait: Wait = 0,
) -> None:
    """Settle figures by hand: a person's decisions win over what the rules read.

    Serves a page on this machine only; its address holds a token. Decisions are kept in reviews.csv
    beside the warehouse, and each run applies them. To work without the page, give --export, fill
    in the column verdict (accept, mend or reject), and give --import.
    """
    if taken and listed:
        cure = "Give --export FILE, or --import FILE."
        raise Trouble("review", "options", "it can do one at a time", cure)
    file = warehouse.absolute().parent / REVIEWS
    if taken:
        _take_reviews(taken, file, warehouse, wait)
    elif listed:
        from ingest.review.listing import write_list  # noqa: PLC0415 - nothing else needs it

        with _open(warehouse):
            figures = write_list(warehouse, file, listed)
        typer.echo(f"{counted(figures, 'figure')} in {listed}: fill in verdict, and --import it.")
    else:
        _serve_review(warehouse, file, who or getpass.getuser(), port)


@app.command("forget")
def forget_command(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|ARTICLE...",
            help="Files, folders (all their files), or articles' ids (the first characters do).",
        ),
    ],
    warehouse: Warehouse = DEFAULT,
    wait: Wait = 0,
) -> None:
    """Take the facts of a deleted or withdrawn article out of the marts.

    What was read stays in raw, with the time of forgetting (raw.article_places). An article that
    stands in another file too keeps its facts: only this place is forgotten. Of a file that held
    several articles the last is forgotten; give the others by their ids. To undo it, run the file
    again.
    """
    run = Run(_command(), base=warehouse.absolute().parent)
    if not warehouse.exists():
        raise Trouble(warehouse, "path", "does not exist", "Build it: python -m ingest run PATH.")
    with (
        _progress() as step,
        new_version(warehouse, wait) as build,
        logged(warehouse, run) as log,
    ):
        with log.step("forget") as told, duckdb.connect(build.file, config=LOADING) as con:
            places = load_forgotten(con, names, run)
            told["places"] = places.height
        _finish(build, run, log, step("Building"))
    _say_forgotten(places, run.base)


@app.command("publish")
def publish_command(
    target: Annotated[
        str, typer.Argument(help="postgresql://USER@HOST/DATABASE, or a folder for Parquet files.")
    ],
    warehouse: Warehouse = DEFAULT,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader",
            metavar="ROLE",
            help="PostgreSQL: a role that may read the marts; made if it is not there, and able to"
            " log in if FIGUREHOUSE_READER_PASSWORD holds its password.",
        ),
    ] = None,
) -> None:
    """Copy the marts to a PostgreSQL database or a folder of Parquet files, in one step.

    Whoever reads there sees the old ones or the new, never half of them.
    """
    if target.startswith(("postgresql://", "postgres://")):
        try:
            # The driver is an extra, which nothing else needs.
            from ingest.postgres import publish_postgres  # noqa: PLC0415
        except ImportError as error:
            cure = "Install it: pip install 'psycopg[binary]'."
            raise Trouble("publish", "PostgreSQL driver", str(error), cure) from error
        password = os.environ.get("FIGUREHOUSE_READER_PASSWORD")
        with _open(warehouse):
            done = publish_postgres(warehouse, target, reader, password)
        typer.echo(
            f"{done.tables} tables, {done.rows:,} rows of run {done.version.run_id} in {done.place}"
            f" ({done.written:,} written, {done.removed:,} removed)"
        )
        return
    folder = target.removeprefix("parquet:")
    if "://" in folder:
        cure = "Give postgresql://… or a folder."
        raise Trouble("publish", "target", f"{folder.split(':')[0]} is not known", cure)
    if reader:
        cure = "Leave it out, and set the folder's permissions."
        raise Trouble("publish", "--reader", "a folder has no roles", cure)
    from ingest.parquet import publish_parquet  # noqa: PLC0415 - nothing else needs it

    with _open(warehouse):
        manifest = publish_parquet(warehouse, Path(folder))
    rows = sum(table["rows"] for table in manifest["tables"])
    tables = len(manifest["tables"])
    typer.echo(f"{tables} tables, {rows:,} rows of run {manifest['run_id']} in {folder}")


@app.command("report")
def report_command(
    warehouse: Warehouse = DEFAULT,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write one page for a browser instead.", dir_okay=False),
    ] = None,
) -> None:
    """Print what the warehouse holds."""
    if html is None:
        _report(warehouse)
        return
    from ingest.html import write_html  # noqa: PLC0415 - nothing else needs it

    with _open(warehouse):
        write_html(warehouse, html)
    typer.echo(f"Open it in a browser: {html}")


@app.command("status")
def status_command(warehouse: Warehouse = DEFAULT) -> None:
    """Print the last runs, slow and failed nodes, checks that fail, and freshness."""
    with _open(warehouse):
        print_status(warehouse, wide_console())


@app.command("vocabulary")
def vocabulary_command(warehouse: Warehouse = DEFAULT) -> None:
    """Check the seeds, and list the most frequent words of a warehouse that no seed holds.

    Exits with status 1 where a seed has a fault.
    """
    from ingest.teach import faults, open_labels  # noqa: PLC0415 - nothing else needs it

    found = faults()
    for line in found:
        _say_error(line)
    if not found and warehouse.exists():
        with _open(warehouse):
            labels = open_labels(warehouse)
        for seed, rows in labels.items():
            typer.echo(f"{seed}.csv: the words that figures have most, and no row holds")
            for figures, row in rows:
                typer.echo(f"{figures:>7}  {row}")
    raise typer.Exit(1 if found else 0)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


# --- steps --------------------------------------------------------------------------------------


def _take_reviews(taken: Path, file: Path, warehouse: Path, wait: float) -> None:
    """Take a file's decisions into that of the warehouse, build and publish."""
    if not taken.is_file():
        raise Trouble(taken, "path", "is no file", "Give a CSV file: review --export writes one.")
    decisions = read_reviews(taken)
    with _open(warehouse):
        write_reviews(file, merge(read_reviews(file), decisions))
    run = Run(_command(), base=file.parent)
    with (
        _progress() as step,
        new_version(warehouse, wait) as build,
        logged(warehouse, run) as log,
    ):
        with log.step("review") as told, duckdb.connect(build.file, config=LOADING) as con:
            load_reviews(con, run)
            told["decisions"] = decisions.height
        _finish(build, run, log, step("Building"))
    _say_lapsed(run)
    typer.echo(f"{counted(decisions.height, 'decision')} taken in; {run.reviewed} settled in all.")


def _serve_review(warehouse: Path, file: Path, who: str, port: int) -> None:
    """Serve the page until it is interrupted."""
    from ingest.review.desk import Desk  # noqa: PLC0415 - nothing else needs them
    from ingest.review.serve import ReviewServer  # noqa: PLC0415

    with _open(warehouse):
        desk = Desk(warehouse, file, who)
    with ReviewServer(desk, port) as server:
        typer.echo(f"Open {server.address}")
        typer.echo("Ctrl-C ends it. Decisions are kept at once; the next run applies them.")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            server.serve_forever()
    typer.echo(f"{desk.progress()['done']} of {desk.progress()['all']} figures settled: {file}")


def _finish(build: Build, run: Run, log: RunLog, seen: Callable[[int, int], None]) -> None:
    """Build the marts if anything changed, and publish."""
    if run.changed:
        with log.step("build") as told:
            build.transform(run, seen)
            told.update(run.nodes)
    with log.step("publish") as told:
        build.publish()
        told["bytes"] = build.warehouse.stat().st_size


def _counts(run: Run) -> dict[str, int]:
    """What came of the files, for the log."""
    return {name: count for name, count in vars(run).items() if type(count) is int}


def _report(warehouse: Path, run: Run | None = None) -> None:
    with _open(warehouse):
        print_report(warehouse, wide_console(), run)


@contextmanager
def _open(warehouse: Path) -> Iterator[None]:
    if not warehouse.exists():
        cure = "Build it: python -m ingest run PATH."
        raise Trouble(warehouse, "path", "does not exist", cure)
    with told(warehouse):
        yield


def _read_figures(file: Path) -> pl.DataFrame:
    """A file of figures as a frame, its columns as they stand there.

    Raises:
        Trouble: The file is missing, of another kind, or cannot be parsed.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": lambda path: pl.read_csv(path, infer_schema=False),
        ".jsonl": lambda path: pl.read_ndjson(path, infer_schema_length=None),
        ".ndjson": lambda path: pl.read_ndjson(path, infer_schema_length=None),
        ".parquet": pl.read_parquet,
    }
    reader = readers.get(file.suffix.lower())
    if not file.is_file():
        raise Trouble(file, "path", "is no file", "Give a CSV, JSONL or Parquet file.")
    if reader is None:
        cause = f"{file.suffix or 'no suffix'} is not known"
        raise Trouble(file, "name", cause, "Give a CSV, JSONL or Parquet file.")
    try:
        frame = reader(file)
    except (pl.exceptions.PolarsError, OSError, UnicodeError) as error:
        raise Trouble(file, "whole file", f"cannot be read ({error})", "Mend the file.") from error
    if frame.is_empty():
        raise Trouble(file, "whole file", "holds no figure", "Put one row a figure into it.")
    return frame


@contextmanager
def _progress() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """A progress bar on standard error; gives for each step a function that moves its bar."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )

    def step(name: str) -> Callable[[int, int], None]:
        task = bar.add_task(name, total=None)
        return lambda done, total: bar.update(task, completed=done, total=total)

    with bar:
        yield step


def _command() -> str:
    """What was asked for, without this machine's folders."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return shlex.join(["python", "-m", "ingest", *words])


def _refuser(base: Path) -> Callable[[pl.DataFrame], None]:
    """What says which files were refused, as a user names them from here."""

    def say(files: pl.DataFrame) -> None:
        for place, _, detail in files.iter_rows():
            _say_error(f"{shown(place, base)}: {detail}")

    return say


_NOTES = 10


def _say_gone(run: Run) -> None:
    """Say which files are gone or hold another article, while what they held is kept."""
    for gone in run.gone[:_NOTES]:
        _say(f"note: {gone.said(run.base)}")
    more = len(run.gone) - _NOTES
    if more > 0:
        _say(f"note: {more} more files: raw.article_places has them (gone_because).")


def _say_lapsed(run: Run) -> None:
    """Say which of a person's decisions do not apply."""
    for line in run.lapsed[:_NOTES]:
        _say(f"note: {line}")
    if run.lapsed[_NOTES:]:
        _say(f"note: {len(run.lapsed) - _NOTES} more decisions do not apply.")


def _say_forgotten(places: pl.DataFrame, base: Path) -> None:
    """Say what was forgotten, and what would bring it back by itself."""
    gone = places.filter(~pl.col("is_kept"))["article_id"].n_unique()
    kept = places.filter("is_kept")["article_id"].n_unique()
    stay = f"; {counted(kept, 'article stays', 'articles stay')} in other files" if kept else ""
    typer.echo(
        f"Forgotten: {counted(places.height, 'file')}, {counted(gone, 'article')}{stay}."
        " Running a file again brings it back."
    )
    there = [place for place in places["source_path"] if file_of(place, base).exists()]
    if there:
        what = shown(there[0], base) + (f" and {len(there) - 1} more" if there[1:] else "")
        _say(
            f"note: {what}: file: is still there. Remove it, or the next run of it brings it back."
        )


def _say_error(text: str) -> None:
    _say(f"error: {text}")


def _say(line: str) -> None:
    # Not through rich: a line is one line, however narrow the terminal is.
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Run the command line; a trouble is one line on standard error and exit status 1."""
    try:
        app()
    except Trouble as trouble:
        _say_error(str(trouble))
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read the report has seen enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except SystemExit as end:
        if end.code == 128 + signal.SIGINT:
            _say_error("run: interrupted before it was done. Nothing was published; run it again.")
        raise


if __name__ == "__main__":
    main()
