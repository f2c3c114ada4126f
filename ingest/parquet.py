"""The marts as a folder of Parquet files with a manifest; the folder changes in one step.

The folder is a link to a version beside it. A new version is written whole before the link turns
to it, and the one before stays, for those who resolved the link and are still reading there.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ingest import Trouble
from ingest.catalog import Mart, read_marts, read_version
from ingest.load import now
from ingest.publish import sync

MANIFEST = "manifest.json"


def publish_parquet(warehouse: Path, folder: Path) -> dict[str, Any]:
    """Write the marts of a warehouse to a folder of Parquet files.

    Args:
        warehouse: The published file.
        folder: A folder that an earlier call made, or one that is not there yet or is empty.

    Returns:
        The manifest: `figurehouse_version`, `run_id`, `built_at` and `created_at` (UTC), and
        `tables`, each with name, description, file, rows, bytes, sha256, keys and columns.

    Raises:
        Trouble: The folder holds something else, or cannot be written to.
        duckdb.Error: The file is no warehouse.
    """
    folder = folder.absolute()
    with duckdb.connect(warehouse, read_only=True) as con:
        version, marts = read_version(con), read_marts(con)
        with _new_version(folder) as new:
            manifest = {
                "figurehouse_version": version.figurehouse_version,
                "run_id": version.run_id,
                "built_at": version.built_at,
                "created_at": f"{now():%Y-%m-%dT%H:%M:%SZ}",
                "tables": [_write(con, mart, new) for mart in marts],
            }
            text = json.dumps(manifest, ensure_ascii=False, indent=2)
            (new / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
            sync(new / MANIFEST)
            sync(new)
    return manifest


def _write(con: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> dict[str, Any]:
    """Write one mart; what the manifest says of it."""
    file = folder / f"{mart.name}.parquet"
    con.sql(f'from marts."{mart.name}"').write_parquet(str(file), compression="zstd")
    sync(file)
    with file.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    rows = con.execute("select num_rows from parquet_file_metadata($1)", [str(file)]).fetchall()
    return {
        "name": mart.name,
        "description": mart.description,
        "file": file.name,
        "rows": rows[0][0],
        "bytes": file.stat().st_size,
        "sha256": digest,
        "keys": list(mart.keys),
        "references": [
            {"column": column, "table": table, "key": key} for column, table, key in mart.references
        ],
        "columns": [
            {"name": column.name, "type": column.type, "description": column.description}
            for column in mart.columns
        ],
    }


@contextmanager
def _new_version(folder: Path) -> Iterator[Path]:
    """A new version to fill; when it is filled the folder's link turns to it."""
    versions = folder.with_name(f".{folder.name}.versions")
    try:
        if folder.is_symlink():
            if folder.resolve().parent != versions.resolve():
                raise _anothers(folder)
        elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise _anothers(folder)
        versions.mkdir(parents=True, exist_ok=True)
        # The lock is the system's, so it ends with the process, and so does what it guards: any
        # version but the linked one is either done with or half-written by a process that died.
        with _locked(versions):
            linked = folder.resolve() if folder.is_symlink() else None
            new = Path(tempfile.mkdtemp(prefix=f"{now():%Y%m%dT%H%M%S}-", dir=versions))
            new.chmod(0o755)
            try:
                yield new
                link = versions / "link"
                link.unlink(missing_ok=True)
                link.symlink_to(Path(versions.name) / new.name)
                if folder.exists() and not folder.is_symlink():
                    folder.rmdir()
                link.replace(folder)
                sync(folder.parent)
            except BaseException:
                if folder.resolve() != new.resolve():
                    shutil.rmtree(new, ignore_errors=True)
                raise
            for other in versions.iterdir():
                if other.is_dir() and other not in {new, linked}:
                    shutil.rmtree(other, ignore_errors=True)
    except (OSError, duckdb.IOException) as error:
        cause = f"cannot be written ({error})"
        cure = "Let it be written to, or give another folder; what was published is as it was."
        raise Trouble(folder, "folder", cause, cure) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _anothers(folder: Path) -> Trouble:
    cause = "holds something else than published marts"
    return Trouble(folder, "folder", cause, "Give a new or an empty folder.")
