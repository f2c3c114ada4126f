import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def ingest() -> Run:
    """`python -m ingest …` as a user runs it, from the repository's root."""

    def run(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ingest", *map(str, words)],
            cwd=options.pop("cwd", ROOT),
            env=os.environ | {"PYTHONPATH": _python_path(), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=240,
            **options,
        )

    return run


def _python_path() -> str:
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))


@pytest.fixture(scope="session")
def warehouse(ingest: Run, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The warehouse of all test articles, built once for the whole suite; for reading only.

    Where the suite runs on several cores, the run's own lock makes one of them build it; the
    others wait, and then find nothing new.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "warehouse"
    file = folder / "figurehouse.duckdb"
    done = ingest("run", "tests/articles", "--warehouse", file, "--wait", 200)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def published(warehouse: Path, tmp_path: Path) -> Path:
    """A warehouse of the test's own, as published by an earlier run."""
    file = tmp_path / "published" / "figurehouse.duckdb"
    file.parent.mkdir()
    shutil.copyfile(warehouse, file)
    return file
