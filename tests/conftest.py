import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

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


# --- servers ------------------------------------------------------------------------------------


def lacking(what: str) -> NoReturn:
    """Skip a test for want of a server or a client; fail it where they have to be there."""
    if os.environ.get("CI") == "true" or os.environ.get("FIGUREHOUSE_REQUIRE_SERVERS") == "1":
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without its calls home."""
    sync = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking("Chromium (Debian: chromium)")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    with sync.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=quiet)
        yield running
        running.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the tests' own, on loopback; its address as the administrator."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name)
    found = shutil.which("initdb") or (programs and programs[-1] / "initdb")
    if not found:
        lacking("PostgreSQL's server (Debian: postgresql)")
    bin_folder = Path(found).resolve().parent
    # PostgreSQL refuses to run as root, and others cannot enter pytest's own folders.
    other = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="figurehouse-postgres-") as folder:
        password = Path(folder) / "password"
        password.write_text("secret")
        data = Path(folder) / "data"
        if other:
            for path in (folder, password):
                shutil.chown(path, "nobody", "nogroup")
        command = [bin_folder / "initdb", "--pgdata", data, "--username=admin"]
        command += ["--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", "--locale=C"]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, **other)
        command = [bin_folder / "postgres", "-D", data, "-k", folder, "-p", str(port)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=50"]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **other)
        try:
            ready = [bin_folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
            while subprocess.run(ready).returncode:
                assert server.poll() is None, (Path(folder) / "log").read_text()
                time.sleep(0.1)
            yield f"postgresql://admin:secret@127.0.0.1:{port}/postgres"
        finally:
            # Its fast shutdown: it does not wait for clients.
            server.send_signal(signal.SIGINT)
            server.wait(30)


@pytest.fixture
def database(postgres: str, tmp_path: Path) -> str:
    """An empty database of the test's own; its address as the administrator."""
    psycopg = pytest.importorskip("psycopg")
    name = f"test_{abs(hash(tmp_path)):x}"
    with psycopg.connect(postgres, autocommit=True) as con:
        con.execute(f"create database {name}")
    return postgres.removesuffix("postgres") + name
