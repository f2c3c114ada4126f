"""A reader of published marts: asks without pause until it is told to stop, then says what it saw.

python tests/readers.py KIND SOURCE FOLDER NUMBER

KIND is one of SESSIONS, SOURCE a DuckDB file or a PostgreSQL address. FOLDER holds `published`,
the version that the publisher has finished publishing, and, when it is time to stop, `stop`. The
reader opens the source, reads tables in several statements, closes it, and begins again; at the end
it prints one JSON object.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

try:
    import psycopg
except ImportError:
    psycopg = None

STAMPS = {
    "dim_company": "industry",
    "dim_metric": "definition",
    "fct_figures": "attributed_to",
}
"""Columns in which a publisher of the tests writes its version into every row."""

STAMPED = STAMPS | {"obt_figures": "attributed_to"}
"""Columns in which it can be read: obt_figures is a view."""

COUNTS = (
    "select run_id from raw.ingest_runs order by finished_at desc limit 1",
    "select count(*) from marts.dim_article",
    "select count(*) from marts.fct_figures",
    "select count(*) from marts.obt_figures",
)

Ask = Callable[[str], list[tuple[Any, ...]]]


def stamped(ask: Ask) -> str:
    """The version that every row of every stamped table bears."""
    versions = set()
    for table, column in STAMPED.items():
        rows = ask(f"select {column}, count(*) from marts.{table} group by {column}")
        assert len(rows) == 1, f"{table} holds {len(rows)} versions: {rows[:3]}"
        versions.add(rows[0][0])
    assert len(versions) == 1, f"tables of several versions: {sorted(versions)}"
    return versions.pop()


def counted(ask: Ask) -> str:
    """The newest run and the sizes of three tables, as one text."""
    return " ".join(str(ask(query)[0][0]) for query in COUNTS)


def duckdb_session(source: str, look: Callable[[Ask], str]) -> list[str]:
    with duckdb.connect(source, read_only=True) as con:
        return [look(lambda query: con.execute(query).fetchall()) for _ in range(3)]


def postgres_session(source: str, look: Callable[[Ask], str]) -> list[str]:
    with psycopg.connect(source) as con:
        # What a BI tool does to take several tables of one version.
        con.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return [look(lambda query: con.execute(query).fetchall()) for _ in range(3)]


def postgres_join(source: str, look: Callable[[Ask], str]) -> list[str]:
    """One statement over all the tables, as a dashboard's query is, in no transaction."""
    tables = " union all ".join(
        f"select {column} from marts.{table} group by 1" for table, column in STAMPS.items()
    )
    with psycopg.connect(source, autocommit=True) as con:
        seen = []
        for _ in range(3):
            rows = con.execute(tables).fetchall()
            assert len(rows) == len(STAMPS), f"{len(rows)} versions in {len(STAMPS)} tables"
            assert len(set(rows)) == 1, f"several versions: {rows}"
            seen.append(rows[0][0])
        return seen


SESSIONS = {
    "duckdb": (duckdb_session, stamped, len(STAMPS)),
    "duckdb-counts": (duckdb_session, counted, len(COUNTS)),
    "postgres": (postgres_session, stamped, len(STAMPS)),
    "postgres-join": (postgres_join, stamped, 1),
}


def main(kind: str, source: str, folder: Path, number: str) -> None:
    # Eight that never pause would starve the publisher on a machine of two cores.
    os.nice(19)
    session, look, statements = SESSIONS[kind]
    queries = sessions = late = torn = 0
    versions: set[str] = set()
    errors: list[str] = []
    while not (folder / "stop").exists():
        published = (folder / "published").read_text()
        try:
            seen = session(source, look)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
            continue
        sessions += 1
        queries += statements * len(seen)
        versions.update(seen)
        # What was published before the source was opened has to be seen.
        late += seen[0].split()[0] < published
        torn += len(set(seen)) > 1 and kind != "postgres-join"
        if sessions == 1:
            (folder / f"ready-{number}").touch()
    told = {"queries": queries, "sessions": sessions, "late": late, "torn": torn}
    print(json.dumps(told | {"versions": sorted(versions), "errors": errors}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4])
