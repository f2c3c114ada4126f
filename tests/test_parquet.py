import hashlib
import json
import resource
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ingest import Trouble
from ingest.parquet import publish_parquet

ROOT = Path(__file__).resolve().parent.parent


def whole(folder: Path) -> dict:
    """The manifest of a folder whose every file is there as the manifest says."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for table in manifest["tables"]:
        data = (folder / table["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == table["sha256"], table["name"]
        assert len(data) == table["bytes"]
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json",
        *(table["file"] for table in manifest["tables"]),
    }
    return manifest


def test_the_marts_are_read_back(ingest, warehouse, tmp_path):
    folder = tmp_path / "out" / "marts"
    done = ingest("publish", f"parquet:{folder}", "--warehouse", warehouse)
    assert done.returncode == 0, done.stderr
    manifest = whole(folder)
    with duckdb.connect(warehouse, read_only=True) as con:
        marts = con.sql("select table_name from duckdb_columns() where schema_name = 'marts'")
        assert {table["name"] for table in manifest["tables"]} == {n for (n,) in marts.fetchall()}
        # Runs that begin in one second have ids in no order.
        last = con.sql("from raw.ingest_runs order by finished_at desc limit 1").pl()
        assert manifest["run_id"] == last["run_id"][0]
        assert last["run_id"][0] in done.stdout
        for table in manifest["tables"]:
            file = folder / table["file"]
            there = con.sql(f"from marts.{table['name']}")
            again = con.sql(f"from read_parquet('{file}')")
            assert [(column["name"], column["type"]) for column in table["columns"]] == list(
                zip(again.columns, map(str, again.types), strict=True)
            )
            assert all(column["description"] for column in table["columns"])
            assert again.except_(there).fetchall() == there.except_(again).fetchall() == []
            frame = pl.read_parquet(file)
            assert frame.height == table["rows"] == len(there)
            key = table["keys"][0]
            assert frame.sort(key).equals(there.pl().sort(key))


def test_a_half_written_version_is_never_seen(warehouse, tmp_path):
    folder = tmp_path / "marts"
    publish_parquet(warehouse, folder)
    done, seen = threading.Event(), set()

    def read() -> None:
        while not done.is_set():
            # Resolved once: the version stays for those who read it, until the publish after next.
            version = folder.resolve()
            whole(version)
            seen.add(version)

    failed = []
    threading.excepthook, kept = (
        lambda thrown: failed.append(thrown.exc_value),
        (threading.excepthook),
    )
    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(8):
        before = len(seen)
        publish_parquet(warehouse, folder)
        while len(seen) == before and reader.is_alive():
            pass
    done.set()
    reader.join()
    threading.excepthook = kept
    assert failed == []
    assert len(seen) >= 8
    assert len(list((tmp_path / ".marts.versions").iterdir())) == 2


def test_a_failed_publish_leaves_what_was_published(warehouse, tmp_path):
    folder = tmp_path / "marts"
    publish_parquet(warehouse, folder)
    before = whole(folder)
    limit = max(table["bytes"] for table in before["tables"]) - 1
    failed = subprocess.run(
        [sys.executable, "-m", "ingest", "publish", str(folder), "--warehouse", str(warehouse)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"error: {folder}: folder: cannot be written")
    assert failed.stderr.count("\n") == 1
    assert whole(folder) == before
    assert len(list((tmp_path / ".marts.versions").iterdir())) == 1


def test_an_empty_folder_is_taken_and_anothers_is_not(warehouse, tmp_path):
    empty, full, file = tmp_path / "empty", tmp_path / "full", tmp_path / "file"
    elsewhere = tmp_path / "elsewhere"
    empty.mkdir()
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    file.write_text("mine")
    elsewhere.symlink_to(full)
    publish_parquet(warehouse, empty)
    whole(empty)
    for target in (full, file, elsewhere):
        with pytest.raises(Trouble, match="something else"):
            publish_parquet(warehouse, target)
    assert [path.name for path in full.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mysql://host/db"], "publish: target: mysql is not known"),
        (["folder", "--reader", "bi"], "publish: --reader: a folder has no roles"),
    ],
)
def test_other_targets(ingest, warehouse, words, said):
    done = ingest("publish", *words, "--warehouse", warehouse)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {said}")


def test_no_warehouse(ingest, tmp_path):
    done = ingest("publish", tmp_path / "marts", "--warehouse", tmp_path / "none.duckdb")
    assert done.returncode == 1
    assert "does not exist. Build it" in done.stderr
    assert list(tmp_path.iterdir()) == []
