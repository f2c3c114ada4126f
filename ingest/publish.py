"""Build in a new file, publish by atomic rename; until then, and on any failure, the old one stays.

The published file is never written to: readers keep the version that they opened, and see the
next one when they open the file again.
"""

import errno
import fcntl
import json
import mmap
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import duckdb

from ingest import Trouble
from ingest.load import MODELS, Run, add_dbt_results
from ingest.log import dbt_results

_OUT_OF_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PARSED = "partial_parse.msgpack"
_PARSED_BY_ANY = MODELS / "target" / "parsed" / _PARSED  # by any warehouse's build
_FICLONE = 0x40049409  # Linux: have a file share another one's blocks
_AT_ONCE = 2**23  # bytes that are copied at once
_FILE = "build.duckdb"  # DuckDB names a database after its file, and main or temp are no such names
_SCHEMAS = {"raw", "seeds", "staging", "intermediate", "marts", "semantic"}
_DBT = Path(__file__).with_name("dbt.py")


class Build:
    """A version of the warehouse in the making, in a folder of its own."""

    def __init__(self, warehouse: Path, folder: Path, lock: int):
        self.warehouse, self.folder = warehouse, folder
        self._copy = _Copy(warehouse, folder / _FILE)
        self._log = folder / "logs" / "dbt.log"
        # What dbt made of the models the last time; the path from its folder is the same in every
        # build, or it would read them again.
        self._parsed = folder / "parsed" / _PARSED
        self._parsed.parent.mkdir()
        for parsed in (folder.parent / _PARSED, _PARSED_BY_ANY):
            with suppress(OSError):
                shutil.copyfile(parsed, self._parsed)
                break
        # Whoever wants to look at a build's working tables says where they are to stay. (Else the
        # path is the same in every build: with another profile dbt would read its models again.)
        kept = os.environ.get("FIGUREHOUSE_WORKING")
        working = Path(kept).absolute() if kept else Path("working.duckdb")
        options: list[str | Path] = ["--project-dir", MODELS, "--profiles-dir", MODELS]
        options += ["--no-use-colors", "--quiet", "--no-write-json", "--log-path", self._log.parent]
        # dbt takes its seconds to start while the articles are read. A process of its own can be
        # ended whatever it does. It holds the lock too: after a kill, the next run waits until both
        # are gone. (-P: nothing in its file's folder is to pass for a module of Python's.)
        self._dbt = subprocess.Popen(
            [sys.executable, "-P", _DBT, json.dumps([str(word) for word in options])],
            cwd=folder,
            env=os.environ
            | {
                "FIGUREHOUSE_WAREHOUSE": _FILE,
                "FIGUREHOUSE_WORKING": str(working),
                "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
                "DO_NOT_TRACK": "1",
                "DBT_VERSION_CHECK": "true",
                "PYTHONWARNINGS": "ignore",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[lock],
            text=True,
            encoding="utf-8",
        )

    @property
    def file(self) -> Path:
        """The new version's file, which is waited for until all that is published is in it."""
        self._copy.wait()
        return self._copy.target

    def transform(
        self, run: Run, seen: Callable[[int, int], None] = lambda done, total: None
    ) -> None:
        """Run dbt: seeds, models and tests, or of a standing warehouse what has changed.

        Args:
            run: The run; where the models changed, all but `raw` is built from nothing.
            seen: Told after each model and test how many are done, and of how many.

        Raises:
            Trouble: A model or a test failed.
        """
        command = ["build", *self._extent(run)]
        target = self.folder / "target"
        target.mkdir()
        tail: deque[str] = deque(maxlen=5)
        full = False
        process = self._dbt
        assert process.stdin  # noqa: S101 - both are pipes
        assert process.stdout  # noqa: S101
        try:
            with suppress(BrokenPipeError):
                print(json.dumps(command), file=process.stdin, flush=True)
            for line in process.stdout:
                full = full or _is_full(line)
                _follow(line, tail, seen)
            status = process.wait()
        finally:
            self.stop()
        if status:
            said = " ".join(tail) if status > 0 else f"was killed (signal {-status})"
            raise _full(self.warehouse) if full else self._failure(said)
        results = dbt_results(target / "run_results.json", run)
        add_dbt_results(self.file, results)
        run.nodes = dict(results["status"].value_counts().iter_rows())
        with suppress(OSError):
            _PARSED_BY_ANY.parent.mkdir(parents=True, exist_ok=True)
            written = _PARSED_BY_ANY.with_suffix(f".{os.getpid()}")
            shutil.copyfile(self._parsed, written)
            written.replace(_PARSED_BY_ANY)
        with suppress(OSError):
            self._parsed.replace(self.folder.parent / _PARSED)

    def _extent(self, run: Run) -> list[str]:
        """What dbt has to do: all of it, or what the run's companies need.

        Where more than a third of the companies changed, all at once is cheaper, and leaves the
        tables sorted.
        """
        with duckdb.connect(self.file) as con:
            query = "select schema_name from duckdb_schemas() where not internal"
            built = {schema for (schema,) in con.sql(query).fetchall()} - {"raw", "main"}
            query = """
                select
                    count(distinct company_id) filter (where run_id = $1),
                    count(distinct company_id)
                from raw.figures
            """
            changed, companies = con.execute(query, [run.run_id]).fetchall()[0]
            if built and not run.models_changed and changed * 3 <= max(companies, 30):
                # The models are small then: one is read by dbt while another is built.
                return ["--selector", "increment", "--threads", "2"]
            for schema in sorted(built):
                con.execute(f'drop schema "{schema}" cascade')
        return ["--full-refresh", "--selector", "rebuild"]

    def stop(self) -> None:
        """End dbt and the copy: where the run is interrupted, they must not write on."""
        self._copy.stop()
        self._dbt.kill()
        self._dbt.wait()
        for pipe in (self._dbt.stdin, self._dbt.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _failure(self, said: str) -> Trouble:
        """What dbt failed at: the first node and its message, or its last words if it ran none."""
        try:
            nodes = json.loads((self.folder / "target" / "run_results.json").read_text())["results"]
        except (OSError, ValueError):
            nodes = []
        failed = [node for node in nodes if node["status"] in {"error", "fail"}]
        # The operation that asks the tests of an increment fails after them, and says no more.
        failed.sort(key=lambda node: node["unique_id"].startswith("operation."))
        cure = "Nothing was published."
        kept = self.folder.parent / "dbt.log"
        with suppress(OSError):
            shutil.copyfile(self._log, kept)
            cure += f" dbt's log: {kept}"
        if not failed:
            return Trouble(self.warehouse, "dbt", said or "failed", cure)
        name = failed[0]["unique_id"].split(".", 2)[-1]
        more = f" (and {len(failed) - 1} more nodes)" if len(failed) > 1 else ""
        return Trouble(self.warehouse, f"dbt, {name}", f"{failed[0]['message']}{more}", cure)

    def publish(self) -> None:
        """Put the new file in the old one's place, whole on the disk before it has the name."""
        with duckdb.connect(self.file) as con:
            con.execute("checkpoint")
        if self.warehouse.exists():
            shutil.copymode(self.warehouse, self.file)
        sync(self.file)
        self.file.replace(self.warehouse)
        sync(self.warehouse.parent)


@contextmanager
def new_version(warehouse: Path, wait: float = 0) -> Iterator[Build]:
    """A build that starts from the published warehouse, or from nothing.

    One run at a time builds a warehouse; the folder of the build is gone at the end, published or
    not, and folders of runs that were killed go with it.

    Args:
        warehouse: The published file, which may not be there yet.
        wait: Seconds to wait for another run to end.

    Raises:
        Trouble: Another run is building, the folder cannot be written to, the disk is full, the
            file has a schema's name, or what is published is no DuckDB file or being written to.
    """
    warehouse = warehouse.absolute()
    if warehouse.stem.lower() in _SCHEMAS:
        cause = "would be opened as a database that is called like a schema in it, so that"
        cause += f" {warehouse.stem}.table could be either"
        raise Trouble(warehouse, "name", cause, "Give it another name.")
    builds = warehouse.parent / ".build" / warehouse.name
    with told(warehouse):
        builds.mkdir(parents=True, exist_ok=True)
        with _locked(builds / "lock", warehouse, wait) as lock:
            for dead in builds.iterdir():
                if dead.is_dir():
                    shutil.rmtree(dead, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(dir=builds))
            try:
                _refuse_if_written_to(warehouse)
                build = Build(warehouse, folder, lock)
                try:
                    yield build
                finally:
                    build.stop()
            finally:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Say what the system or DuckDB could not do with the file in one line."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        raise _explain(error, file) from error


def _explain(error: OSError | duckdb.Error, file: Path) -> Trouble:
    text = str(error)
    if _is_full(text):
        return _full(file)
    if isinstance(error, OSError):
        place = error.filename or file.parent
        cure = "Let it be written to, or give another --warehouse."
        return Trouble(file, str(place), error.strerror or text, cure)
    if "not a valid DuckDB database file" in text:
        cure = "Give another --warehouse, or move the file away."
        return Trouble(file, "whole file", "is no DuckDB file", cure)
    if isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        cure = "Build it: python -m ingest run PATH."
        return Trouble(file, "tables", f"holds no figurehouse warehouse ({text})", cure)
    return Trouble(file, "DuckDB", text, "Nothing was published.")


def _is_full(text: str) -> bool:
    """Whether the words of the system say that nothing more can be written."""
    return any(os.strerror(code).lower() in text.lower() for code in _OUT_OF_ROOM)


def _full(file: Path) -> Trouble:
    cure = "Free some space, or give another --warehouse; what was published is as it was."
    return Trouble(file, "disk", "is full", cure)


@contextmanager
def _locked(path: Path, warehouse: Path, wait: float) -> Iterator[int]:
    """Hold the warehouse's lock; the system lets go of it however the process ends.

    Gives the lock's file descriptor: a process that inherits it holds the lock as well.
    """
    with path.open("a+") as lock:
        # What a killed run has started needs a moment to end.
        give_up = time.monotonic() + max(wait, 1)
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= give_up:
                    lock.seek(0)
                    cause = f"another run is building it (process {lock.read().strip()})"
                    cure = "Try again when it is done, or wait for it: --wait SECONDS."
                    raise Trouble(warehouse, "lock", cause, cure) from None
                time.sleep(0.1)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _refuse_if_written_to(warehouse: Path) -> None:
    journal = warehouse.with_name(f"{warehouse.name}.wal")
    if warehouse.exists() and journal.exists():
        cure = "Close the program that writes to it; if none does, open it once in DuckDB."
        raise Trouble(warehouse, journal.name, "somebody is writing to the warehouse", cure)


class _Copy(threading.Thread):
    """Copies a file, which may be large or not there, while others have something to do.

    The blocks are shared where the file system can (XFS, Btrfs). Else they go to the disk as they
    lie in memory, past the system's cache: a fifth of the processor's time, and nothing is left to
    be synced at the end. docs/storage.md has the numbers.
    """

    def __init__(self, source: Path, target: Path):
        super().__init__(daemon=True)
        self.source, self.target = source, target
        self._given_up = threading.Event()
        self._error: OSError | None = None
        self.start()

    def run(self) -> None:
        if not self.source.exists():
            return
        try:
            with self.source.open("rb") as source:
                if self._shared(source):
                    return
                if not self._past_the_cache(source):
                    self._written(source)
                elif not self._given_up.is_set():
                    self._trade_places(source)
        except OSError as error:
            self._error = error

    def wait(self) -> None:
        """Wait until the copy is whole.

        Raises:
            OSError: It could not be made.
        """
        self.join()
        if self._error:
            raise self._error

    def stop(self) -> None:
        """Copy no further."""
        self._given_up.set()
        self.join()

    def _shared(self, source: BinaryIO) -> bool:
        with suppress(OSError), self.target.open("wb") as target:
            fcntl.ioctl(target.fileno(), _FICLONE, source.fileno())
            return True
        return False

    def _past_the_cache(self, source: BinaryIO) -> bool:
        """Write the file's pages from where the system holds them; False where that cannot be."""
        length = os.fstat(source.fileno()).st_size
        if not length or length % mmap.PAGESIZE or not hasattr(os, "O_DIRECT"):
            return False
        try:
            target = os.open(self.target, os.O_WRONLY | os.O_CREAT | os.O_DIRECT, 0o666)
        except OSError:
            return False
        try:
            with (
                mmap.mmap(source.fileno(), length, prot=mmap.PROT_READ) as pages,
                memoryview(pages) as view,
            ):
                # The system reads far ahead then, where it does not hold the file.
                pages.madvise(mmap.MADV_SEQUENTIAL)
                done = 0
                while done < length and not self._given_up.is_set():
                    some = os.pwrite(target, view[done : done + _AT_ONCE], done)
                    # They need not stay in this process's memory.
                    pages.madvise(mmap.MADV_DONTNEED, done, some)
                    done += some
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            return False
        finally:
            os.close(target)
        return True

    def _trade_places(self, source: BinaryIO) -> None:
        """Publish the copy and build in what was copied, if nobody else has that open.

        The two are the same to the byte, but the system holds the pages of the original only: what
        is built in it need not be read from the disk again, nor must the next run's copy.
        """
        original = self.target.with_suffix(".original")
        if not (_is_nobody_elses(source) and _named(self.source, original)):
            return
        shutil.copystat(self.source, self.target)
        sync(self.target)
        self.target.replace(self.source)
        sync(self.source.parent)
        # Somebody may have opened it just before it lost its name: then it is theirs.
        if _is_nobody_elses(source):
            original.replace(self.target)
        else:
            self._written(source)

    def _written(self, source: BinaryIO) -> None:
        with self.target.open("wb") as target:
            while not self._given_up.is_set() and (some := source.read(_AT_ONCE)):
                target.write(some)


def _is_nobody_elses(file: BinaryIO) -> bool:
    """Whether nobody else has the file open and it has no second name; False where none can say.

    Linux gives a lease for writing only to the one who has a file open.
    """
    if os.fstat(file.fileno()).st_nlink > 1 or not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        # Who opens it in this moment has the system tell us so, by a signal that we let pass.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError:
        return False
    return True


def _named(file: Path, name: Path) -> bool:
    """Give the file a second name; False where the file system has one name a file."""
    try:
        os.link(file, name)
    except OSError:
        return False
    return True


def sync(path: Path) -> None:
    """Have the disk hold a file, or a folder's names, before anything else is done."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _follow(line: str, tail: deque[str], seen: Callable[[int, int], None]) -> None:
    """Take from a line of dbt's process how far it is; keep it where it reports an error."""
    try:
        event = json.loads(line)
        if "error" in event:
            tail.append(event["error"])
        else:
            seen(event["done"], event["total"])
    except (ValueError, KeyError, TypeError):
        tail.append(line.strip())
