"""The command line: make a corpus, score a warehouse against it."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from .score import score
from .write import Corpus, write_corpus

app = typer.Typer(add_completion=False, no_args_is_help=True)
_SHARE = {"min": 0.0, "max": 1.0}


@app.command()
def make(
    folder: Annotated[Path, typer.Argument(help="Where to; made if it is not there.")],
    articles: Annotated[int, typer.Option(min=1, help="How many files.")] = 1000,
    seed: Annotated[int, typer.Option(help="What all follows from.")] = 1,
    broken: Annotated[float, typer.Option(**_SHARE, help="Share that cannot be read.")] = 0.03,
    traditional: Annotated[float, typer.Option(**_SHARE, help="Share in traditional.")] = 0.1,
    markup: Annotated[float, typer.Option(**_SHARE, help="Share in HTML or Markdown.")] = 0.06,
    encoded: Annotated[float, typer.Option(**_SHARE, help="Share not in UTF-8.")] = 0.1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Write articles with gold for each."""
    start, done = time.monotonic(), 0

    def seen(more: int) -> None:
        nonlocal done
        done += more
        typer.echo(f"\r{done} of {articles} articles", nl=False, err=True)

    write_corpus(
        folder, articles, Corpus(seed, broken, traditional, markup, encoded), workers, seen
    )
    typer.echo(f"\r{done} articles in {time.monotonic() - start:.1f} s", err=True)


@app.command("score")
def score_command(
    warehouse: Annotated[Path, typer.Argument(help="A built warehouse.")],
    folder: Annotated[Path, typer.Argument(help="The corpus that it was built from.")],
    misses: Annotated[int, typer.Option(help="How many of what differs to list.")] = 0,
) -> None:
    """Precision, recall and F1 of a warehouse's figures on all .txt articles of a corpus."""
    result = score(warehouse, folder)
    for line in result.misses(misses):
        typer.echo(line)
    typer.echo(result.line())


if __name__ == "__main__":
    # `python -m tests.corpus FOLDER …` makes one.
    arguments = sys.argv[1:]
    if arguments and arguments[0] not in {"make", "score"} and "--help" not in arguments:
        arguments.insert(0, "make")
    app(arguments)
