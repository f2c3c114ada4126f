import errno
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

import duckdb
import pytest

from ingest import Trouble, publish
from ingest.publish import _Copy, new_version


def numbers(file: Path) -> list[int]:
    with duckdb.connect(file, read_only=True) as con:
        return [number for (number,) in con.sql("from numbers order by all").fetchall()]


def add_number(file: Path, number: int) -> None:
    with duckdb.connect(file) as con:
        con.execute("create table if not exists numbers (number integer)")
        con.execute("insert into numbers values ($1)", [number])


@pytest.fixture
def warehouse(tmp_path):
    file = tmp_path / "w.duckdb"
    add_number(file, 1)
    return file


def builds(warehouse: Path) -> list[Path]:
    return [
        path for path in (warehouse.parent / ".build" / warehouse.name).iterdir() if path.is_dir()
    ]


def test_dbt_takes_what_it_parsed_before(warehouse, tmp_path, monkeypatch):
    """For this warehouse, else for any: reading the models takes dbt longer than building a few."""
    monkeypatch.setattr(publish, "_PARSED_BY_ANY", tmp_path / "shared" / "parsed")

    def taken() -> bytes | None:
        with new_version(warehouse) as build:
            file = build.folder / "parsed" / publish._PARSED
            return file.read_bytes() if file.exists() else None

    assert taken() is None
    publish._PARSED_BY_ANY.parent.mkdir()
    publish._PARSED_BY_ANY.write_bytes(b"of any")
    assert taken() == b"of any"
    (tmp_path / ".build" / warehouse.name / publish._PARSED).write_bytes(b"its own")
    assert taken() == b"its own"


def test_a_build_starts_from_what_is_published_and_replaces_it(warehouse):
    with new_version(warehouse) as build:
        add_number(build.file, 2)
        assert numbers(warehouse) == [1]
        build.publish()
    assert numbers(warehouse) == [1, 2]
    assert builds(warehouse) == []


def test_the_first_build_starts_from_nothing(tmp_path):
    warehouse = tmp_path / "new" / "folder" / "w.duckdb"
    with new_version(warehouse) as build:
        add_number(build.file, 1)
        assert not warehouse.exists()
        build.publish()
    assert numbers(warehouse) == [1]


def test_a_failed_build_changes_nothing(warehouse):
    before = warehouse.read_bytes()
    with pytest.raises(RuntimeError), new_version(warehouse) as build:
        add_number(build.file, 2)
        raise RuntimeError
    assert warehouse.read_bytes() == before
    assert builds(warehouse) == []


def test_a_reader_keeps_its_version_until_it_opens_the_file_again(warehouse):
    with duckdb.connect(warehouse, read_only=True) as reader:
        with new_version(warehouse) as build:
            add_number(build.file, 2)
            build.publish()
        assert reader.sql("select count(*) from numbers").fetchall() == [(1,)]
    assert numbers(warehouse) == [1, 2]


def test_permissions_stay(warehouse):
    warehouse.chmod(0o640)
    with new_version(warehouse) as build:
        add_number(build.file, 2)
        build.publish()
    assert warehouse.stat().st_mode & 0o777 == 0o640


def test_one_run_at_a_time(warehouse):
    with new_version(warehouse):
        with pytest.raises(Trouble, match=f"process {os.getpid()}"), new_version(warehouse):
            pass
        # Another warehouse in the same folder is another matter.
        with new_version(warehouse.with_name("other.duckdb")):
            pass
    with new_version(warehouse):
        pass


HOLD = """
import sys, time
from pathlib import Path
from ingest.publish import new_version
with new_version(Path(sys.argv[1])) as build:
    build.file.with_name("half").write_bytes(b"half a file")
    print("building", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(warehouse: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(warehouse), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "building\n"
    return process


def test_a_run_waits_for_another_if_it_is_told_to(warehouse):
    with hold(warehouse, 0.5) as other, new_version(warehouse, wait=60):
        assert other.wait() == 0


def test_what_a_killed_run_left_behind_is_removed(warehouse):
    before = warehouse.read_bytes()
    with hold(warehouse, 60) as process:
        os.kill(process.pid, signal.SIGKILL)
    assert len(builds(warehouse)) == 1
    assert warehouse.read_bytes() == before
    with new_version(warehouse) as build:
        assert builds(warehouse) == [build.folder]


def test_a_warehouse_that_is_being_written_to_is_not_replaced(warehouse):
    with duckdb.connect(warehouse) as writer:
        writer.execute("insert into numbers values (2)")
        with pytest.raises(Trouble, match="writing to the warehouse"), new_version(warehouse):
            pass
    assert numbers(warehouse) == [1, 2]


PAGE = 2**12


@pytest.mark.parametrize("past_the_cache", [True, False])
@pytest.mark.parametrize("length", [0, 1, PAGE, 2**23 - PAGE, 2**23 + PAGE, 2**23 + 1])
def test_a_copy_is_whole_however_it_is_made(tmp_path, monkeypatch, length, past_the_cache):
    if not past_the_cache:
        monkeypatch.delattr(os, "O_DIRECT", raising=False)
    source = tmp_path / "source"
    source.write_bytes(os.urandom(length))
    copy = _Copy(source, tmp_path / "copy")
    copy.wait()
    assert copy.target.read_bytes() == source.read_bytes()


def test_a_copy_that_cannot_be_made_is_told_to_who_waits(tmp_path):
    (tmp_path / "source").write_bytes(bytes(PAGE))
    copy = _Copy(tmp_path / "source", tmp_path / "no folder" / "copy")
    with pytest.raises(FileNotFoundError):
        copy.wait()


def test_a_copy_that_is_given_up_is_not_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "_AT_ONCE", PAGE)
    (tmp_path / "source").write_bytes(bytes(2**28))
    copy = _Copy(tmp_path / "source", tmp_path / "copy")
    copy.stop()
    assert copy.target.stat().st_size < 2**28
    assert not copy.is_alive()


READ = "import sys; file = open(sys.argv[1]); print(flush=True); sys.stdin.read()"


def inode(file: Path) -> int:
    return file.stat().st_ino


def traded(warehouse: Path) -> bool:
    """Whether a build is made in the file that was published, and the copy is published."""
    before, was = inode(warehouse), warehouse.read_bytes()
    with new_version(warehouse) as build:
        built_in = inode(build.file)
        assert build.file.read_bytes() == warehouse.read_bytes() == was
        add_number(build.file, 2)
        assert warehouse.read_bytes() == was
    assert {before} < {built_in, inode(warehouse)}
    return built_in == before


@pytest.fixture
def trades(warehouse):
    if not traded(warehouse):
        pytest.skip("the file system shares blocks, or Linux gives no leases on it")


@pytest.mark.usefixtures("trades")
def test_a_build_is_made_in_the_file_that_the_system_holds_if_nobody_else_does(warehouse):
    was = warehouse.stat()
    assert traded(warehouse)
    assert numbers(warehouse) == [1]
    now = warehouse.stat()
    assert (now.st_mtime_ns, now.st_mode) == (was.st_mtime_ns, was.st_mode)


@pytest.mark.usefixtures("trades")
def test_a_file_that_somebody_has_open_or_names_is_never_built_in(warehouse, tmp_path):
    with duckdb.connect(warehouse, read_only=True):
        assert not traded(warehouse)
    with warehouse.open("rb"):
        assert not traded(warehouse)
    reader = [sys.executable, "-c", READ, str(warehouse)]
    with subprocess.Popen(reader, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        assert not traded(warehouse)
        process.communicate()
    os.link(warehouse, tmp_path / "backup.duckdb")
    assert not traded(warehouse)
    assert numbers(tmp_path / "backup.duckdb") == [1]


@pytest.mark.usefixtures("trades")
def test_who_opens_the_file_while_places_are_traded_keeps_it(warehouse, monkeypatch):
    readers, named = [], publish._named

    def opened_too(file, name):
        readers.append(duckdb.connect(file, read_only=True))
        return named(file, name)

    monkeypatch.setattr(publish, "_named", opened_too)
    with new_version(warehouse) as build:
        add_number(build.file, 2)
        build.publish()
    assert readers[0].sql("from numbers").fetchall() == [(1,)]
    readers[0].close()
    assert numbers(warehouse) == [1, 2]


@pytest.mark.usefixtures("trades")
@pytest.mark.parametrize("step", range(7))
def test_a_trade_that_fails_at_any_step_leaves_what_is_published(warehouse, monkeypatch, step):
    before, steps = warehouse.read_bytes(), count()
    calls = [(os, "link"), (os, "fsync"), (os, "replace"), (shutil, "copystat")]

    def failing(call):
        def fails(*arguments, **options):
            if next(steps) == step:
                raise OSError(errno.EIO, "the disk is broken")
            return call(*arguments, **options)

        return fails

    for module, name in calls:
        monkeypatch.setattr(module, name, failing(getattr(module, name)))
    with suppress(Trouble), new_version(warehouse) as build:
        assert build.file.read_bytes() == before
    monkeypatch.undo()
    assert warehouse.read_bytes() == before
    assert builds(warehouse) == []


def test_copies_hold_what_they_are_copied_from(warehouse):
    with new_version(warehouse) as build:
        assert build.file.read_bytes() == warehouse.read_bytes()
