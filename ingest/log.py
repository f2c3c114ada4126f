"""What a run did, for machines: a line of JSON for each step, and dbt's results in a table.

`.build/NAME.log` beside the warehouse NAME has of each step what went in, what came out and how
long it took, under the run's id, those of runs that failed too; `raw.dbt_results` has what dbt
said of each model and test in the runs that were published.
"""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import polars as pl

from ingest.load import DBT_RESULTS, Run

_LOG = logging.getLogger("ingest")
_LOG.setLevel(logging.INFO)
_LOG.propagate = False
_SIZE = 2**20  # of a log, before it is put by in the place of the one before it


def log_of(warehouse: Path) -> Path:
    """Where the log of a warehouse's runs is."""
    return warehouse.absolute().parent / ".build" / f"{warehouse.name}.log"


class _Lines(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, step, and what the step reports."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = getattr(record, "told", {})
        line = {"time": at, "level": record.levelname, "step": record.getMessage(), **told}
        return json.dumps(line, ensure_ascii=False, default=str)


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """No run fails for want of its log: the disk may be full, which the run itself reports."""


class RunLog:
    """The log of one run."""

    def __init__(self, run: Run):
        self._run = run

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Log a step when it is over; gives a dictionary for its counts."""
        told: dict[str, Any] = {"run_id": self._run.run_id}
        begun = time.monotonic()
        try:
            yield told
        except BaseException as error:
            told["error"] = str(error) or type(error).__name__
            raise
        finally:
            told["seconds"] = round(time.monotonic() - begun, 3)
            level = logging.ERROR if "error" in told else logging.INFO
            _LOG.log(level, name, extra={"told": told})


@contextmanager
def logged(warehouse: Path, run: Run) -> Iterator[RunLog]:
    """Log a run's steps in the warehouse's log, whose folder is there."""
    handler = _File(log_of(warehouse), maxBytes=_SIZE, backupCount=1, delay=True, encoding="utf-8")
    handler.setFormatter(_Lines())
    _LOG.addHandler(handler)
    try:
        yield RunLog(run)
    finally:
        _LOG.removeHandler(handler)
        handler.close()


def last_failures(warehouse: Path) -> list[dict[str, Any]]:
    """The steps that failed, as the log has them, the newest first."""
    try:
        lines = log_of(warehouse).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    told = []
    for line in reversed(lines):
        try:
            entry = json.loads(line)
        except ValueError:  # half a line, of a process that was killed
            continue
        if isinstance(entry, dict) and "error" in entry:
            told.append(entry)
    return told


def dbt_results(file: Path, run: Run) -> pl.DataFrame:
    """What dbt said of each node in a run, from its run_results.json (`load.DBT_RESULTS`)."""
    results = json.loads(file.read_text(encoding="utf-8"))["results"]
    rows = [
        (run.run_id, node["unique_id"], node["status"], node["failures"], node["execution_time"])
        for node in results
    ]
    return pl.DataFrame(rows, schema=DBT_RESULTS, orient="row")
