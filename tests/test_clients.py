"""The ways into the DuckDB file, each with its real client: they read, and none can write."""

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import lacking

pytestmark = pytest.mark.bi

REVENUE = """
    select f.quote from marts.fct_figures as f
    join marts.dim_subject as s using (subject_key)
    where s.subject_id = 'kuaishou' and f.metric_id = 'revenue' and f.value = 35554000000
"""
WRITE = "delete from marts.dim_unit"


def test_python(warehouse):
    with duckdb.connect(warehouse, read_only=True) as con:
        assert "355.54" in con.sql(REVENUE).fetchall()[0][0]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            con.execute(WRITE)


def duckdb_cli(file: Path, statement: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("duckdb", path=Path(sys.executable).parent) or shutil.which("duckdb")
    if not program:
        lacking("DuckDB's command line (duckdb-cli)")
    command = [program, "-readonly", "-csv", str(file), statement]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60)


def test_the_command_line(warehouse):
    done = duckdb_cli(warehouse, REVENUE)
    assert done.returncode == 0, done.stderr
    assert "355.54" in next(csv.DictReader(io.StringIO(done.stdout)))["quote"]
    refused = duckdb_cli(warehouse, WRITE)
    assert refused.returncode != 0
    assert "read-only" in refused.stderr


def test_sqlalchemy(warehouse):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_engine")
    engine = sqlalchemy.create_engine(
        f"duckdb:///{warehouse}", connect_args={"read_only": True}, poolclass=sqlalchemy.NullPool
    )
    with engine.connect() as con:
        assert "355.54" in con.execute(sqlalchemy.text(REVENUE)).scalar_one()
    with engine.connect() as con, pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        con.execute(sqlalchemy.text(WRITE))
    inspector = sqlalchemy.inspect(engine)
    named = {
        name.split(".")[-1]
        for names in (inspector.get_table_names, inspector.get_view_names)
        for name in names(schema="marts")
    }
    assert {"fct_figures", "dim_segment", "dim_period"} <= named
