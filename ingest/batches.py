"""Files → batches of articles and figures, on all cores, in bounded memory.

A batch is read and extracted by one process from beginning to end, since Polars' own threads find
too little in one expression to share, and comes back as Parquet files, which DuckDB takes in by
itself. A few files are not worth another process.
"""

import multiprocessing
import os
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path

import polars as pl

from ingest import Trouble
from ingest.documents import REJECTED, Reading, read_files
from ingest.places import SEEN
from ingest.resolve import extract

FILES, BYTES = 1500, 6 * 2**20
"""What a batch holds at most: enough for whole columns, and little enough for memory."""

ALONE = 300
"""Files that one process has read and extracted before another one has started."""

Work = list[Path] | pl.DataFrame
"""Files to read, or articles that were read before (schema `documents.READ`)."""


def in_batches(
    work: Iterable[Work],
    known: pl.Series,
    *,
    alone: bool,
    beside: Path | None = None,
    base: Path | None = None,
) -> Iterator[Path]:
    """Read files and extract the articles in them that are new.

    Args:
        work: The batches, as `batches_of` makes them of files.
        known: article_id of the articles that need not be extracted.
        alone: Whether this process does it by itself.
        beside: A folder for the batches' own; the system's, where there is none.
        base: The folder that the files' places are relative to (`documents.read_files`).

    Yields:
        For each batch in its turn a folder of Parquet files, which is gone when the next one is
        asked for: `read` (every article that was read, columns `places.SEEN`),
        `rejected_articles` (the files that could not be taken in, schema `documents.REJECTED`),
        `articles` (those that are new, schema `documents.READ`), and `figures` and
        `rejected_figures` in them. An article that stands in two batches is in both.

    Raises:
        Trouble: A process was killed, as by a system without memory.
    """
    with tempfile.TemporaryDirectory(prefix="figurehouse-", dir=beside) as scratch:
        folders = (Path(scratch, str(number)) for number in count())
        if alone:
            _start(known, base)
            for one, folder in zip(work, folders, strict=False):
                _work(one, folder)
                yield folder
            return
        with _pool(known, base) as submit:
            under_way = (
                (folder, submit(one, folder)) for one, folder in zip(work, folders, strict=False)
            )
            # No more than one to each process, and one to wait.
            ahead = deque(islice(under_way, (os.cpu_count() or 1) + 1))
            while ahead:
                folder, done = ahead.popleft()
                done.result()
                ahead.extend(islice(under_way, 1))
                yield folder
                for file in folder.iterdir():
                    file.unlink()


def batches_of(files: list[Path]) -> Iterator[list[Path]]:
    """The files in batches that hold no more than they may: each costs something by itself."""
    batch: list[Path] = []
    size = 0
    for file in files:
        # What cannot be looked at is reported when it is read.
        length = file.stat().st_size if file.is_file() else 0
        if batch and (len(batch) == FILES or size + length > BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += length
    if batch:
        yield batch


# --- in each process ----------------------------------------------------------------------------

_known = pl.Series([], dtype=pl.String)
_base: Path | None = None
_NOTHING = pl.DataFrame(schema=REJECTED)


def _start(known: pl.Series, base: Path | None) -> None:
    global _known, _base
    _known, _base = known, base


def _start_another(known: pl.Series, base: Path | None) -> None:
    # An interrupt is for the process that asked; it ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _start(known, base)


def _end_with_parent() -> None:
    """Where the run is killed, nobody is left to have its processes end."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _work(work: Work, folder: Path) -> None:
    """Read and extract, and leave what was found in the folder."""
    reading = Reading(work, _NOTHING) if isinstance(work, pl.DataFrame) else read_files(work, _base)
    new = reading.articles.unique("article_id", keep="first", maintain_order=True).join(
        _known.to_frame("article_id"), on="article_id", how="anti", maintain_order="left"
    )
    figures, rejected_figures = extract(new)
    found = {
        "read": reading.articles.select(SEEN),
        "rejected_articles": reading.rejected,
        "articles": new,
        "figures": figures,
        "rejected_figures": rejected_figures,
    }
    folder.mkdir()
    for name, frame in found.items():
        frame.write_parquet(folder / name, compression="lz4", statistics=False)


# --- among processes ----------------------------------------------------------------------------

Submit = Callable[[Work, Path], "Future[None]"]


@contextmanager
def _pool(known: pl.Series, base: Path | None) -> Iterator[Submit]:
    """Processes, each with one thread of Polars; gives what hands them work."""
    threads = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"  # read by a process when it starts
    # A fork would take along locks that Polars' threads hold.
    pool = ProcessPoolExecutor(
        initializer=_start_another,
        initargs=(known, base),
        mp_context=multiprocessing.get_context("spawn"),
    )
    try:
        yield lambda work, folder: pool.submit(_work, work, folder)
    except BrokenProcessPool as error:
        # The pool ends those that it has and waits for all, also for one that it started meanwhile.
        for process in multiprocessing.active_children():
            process.kill()
        cause = "a process that reads articles was killed; was there too little memory?"
        raise Trouble("run", "reading", cause, "Run it again; nothing was published.") from error
    finally:
        pool.shutdown(cancel_futures=True)
        del os.environ["POLARS_MAX_THREADS"]
        if threads is not None:
            os.environ["POLARS_MAX_THREADS"] = threads
