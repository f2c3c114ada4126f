"""Files → batches of articles and figures, on all cores, in bounded memory.

A batch is read and extracted by one process from beginning to end; Polars' own threads find too
little in one expression to share. What it found comes back as Arrow files, which are mapped and
not copied. A few files are not worth another process.
"""

import multiprocessing
import os
import signal
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingest import Trouble
from ingest.read import Reading, read_files
from ingest.resolve import extract

FILES, BYTES = 2000, 8 * 2**20
"""What a batch holds at most: enough for whole columns, and little enough for memory."""

ALONE = 300
"""Files that one process has read and extracted before another one has started."""


class Batch(NamedTuple):
    """What came of a batch.

    read: article_id and source_path of every article that was read.
    rejected_articles: the files that could not be taken in (schema `read.REJECTED`).
    articles: those that are new (schema `read.READ`); figures and rejected_figures are theirs.
    """

    read: pl.DataFrame
    rejected_articles: pl.DataFrame
    articles: pl.DataFrame
    figures: pl.DataFrame
    rejected_figures: pl.DataFrame


def batches_of_files(files: list[Path], known: pl.Series) -> Iterator[Batch]:
    """Read files, and extract the articles in them that are new.

    Args:
        files: The files, in the order in which they count.
        known: article_id of the articles that need not be extracted.

    Yields:
        Batches in the order of the files. An article that stands in two batches is in both.

    Raises:
        Trouble: A process was killed, as by a system without memory.
    """
    work = _in_sizes(files)
    if len(files) <= ALONE:
        for batch in work:
            yield _read_and_extract(batch, known)
        return
    with _pool(known) as submit:
        yield from _in_turn(submit, work)


def batches_of_articles(articles: Iterable[pl.DataFrame]) -> Iterator[Batch]:
    """Extract articles that were read before; as `batches_of_files`.

    Args:
        articles: Frames of articles (schema `read.READ`).
    """
    frames = iter(articles)
    first = next(frames, None)
    if first is None:
        return
    if first.height <= ALONE:
        for frame in chain([first], frames):
            yield _extract(Reading(frame, pl.DataFrame()), frame)
        return
    with _pool(pl.Series([], dtype=pl.String)) as submit:
        yield from _in_turn(submit, chain([first], frames))


# --- in each process ----------------------------------------------------------------------------

_known = pl.Series([], dtype=pl.String)


def _start(known: pl.Series) -> None:
    global _known  # noqa: PLW0603 - what every batch of this process is held against
    _known = known
    # An interrupt is for the process that asked; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(work: list[Path] | pl.DataFrame, folder: Path) -> None:
    """Read and extract, and leave what was found in the folder."""
    if isinstance(work, pl.DataFrame):
        batch = _extract(Reading(work, pl.DataFrame()), work)
    else:
        batch = _read_and_extract(work, _known)
    folder.mkdir()
    for name, frame in batch._asdict().items():
        frame.write_ipc(folder / name)


def _read_and_extract(files: list[Path], known: pl.Series) -> Batch:
    reading = read_files(files)
    new = reading.articles.unique("article_id", keep="first", maintain_order=True)
    return _extract(reading, new.join(known.to_frame("article_id"), on="article_id", how="anti"))


def _extract(reading: Reading, articles: pl.DataFrame) -> Batch:
    read = reading.articles.select("article_id", "source_path")
    return Batch(read, reading.rejected, articles, *extract(articles))


# --- among processes ----------------------------------------------------------------------------


def _in_sizes(files: list[Path]) -> Iterator[list[Path]]:
    """The files in batches that hold no more than they may."""
    batch: list[Path] = []
    size = 0
    for file in files:
        # What cannot be looked at is told when it is read.
        length = file.stat().st_size if file.is_file() else 0
        if batch and (len(batch) == FILES or size + length > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += length
    if batch:
        yield batch


Submit = Callable[[list[Path] | pl.DataFrame, Path], "Future[None]"]


@contextmanager
def _pool(known: pl.Series) -> Iterator[Submit]:
    """Processes, each with one thread of Polars; gives what hands them work."""
    threads = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by a process when it starts
    # A fork would take along locks that Polars' threads hold.
    pool = ProcessPoolExecutor(
        initializer=_start, initargs=(known,), mp_context=multiprocessing.get_context("spawn")
    )
    try:
        yield lambda work, folder: pool.submit(_work, work, folder)
    except BrokenProcessPool as error:
        cause = "a process that reads articles was killed; was there too little memory?"
        raise Trouble("run", "reading", cause, "Run it again; nothing was published.") from error
    finally:
        pool.shutdown(cancel_futures=True)
        del os.environ["POLARS_MAX_THREADS"]
        if threads is not None:
            os.environ["POLARS_MAX_THREADS"] = threads


def _in_turn(submit: Submit, work: Iterable[list[Path] | pl.DataFrame]) -> Iterator[Batch]:
    """The batches in order; no more are under way than there are processes, and one to wait."""
    with tempfile.TemporaryDirectory(prefix="figurehouse-") as scratch:
        folders = (Path(scratch, str(number)) for number, _ in enumerate(iter(int, 1)))
        pairs = ((folder, submit(one, folder)) for one, folder in zip(work, folders, strict=False))
        ahead = deque(islice(pairs, (os.cpu_count() or 1) + 1))
        while ahead:
            folder, done = ahead.popleft()
            done.result()
            ahead.extend(islice(pairs, 1))
            yield Batch(*(pl.read_ipc(folder / name) for name in Batch._fields))
            for file in folder.iterdir():
                file.unlink()
