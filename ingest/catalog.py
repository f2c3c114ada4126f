"""What the marts hold: tables and columns as the file has them, descriptions and keys as dbt does.

The file knows names and types; dbt's YAML beside the models knows what they mean, and its tests
prove the keys. The YAML is read as it is, since dbt needs seconds to turn it into a manifest; a
test holds that both say the same.
"""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb
import yaml

from ingest.load import MODELS

_REF = re.compile(r"ref\(['\"](\w+)['\"]\)")
_DOC = re.compile(r"{{ *doc\(['\"](\w+)['\"]\) *}}")
_DOCS = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """A column: its type is DuckDB's; required where a test says that it is never null."""

    name: str
    type: str
    description: str = ""
    required: bool = False


@dataclass(frozen=True)
class Mart:
    """A table or view of `marts`; to publish it, it is a table in any case."""

    name: str
    description: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()
    """Columns that are unique and never null; the first is the primary key."""
    references: tuple[tuple[str, str, str], ...] = ()
    """Foreign keys: (column, table, that table's key)."""


@dataclass(frozen=True)
class Version:
    """Which run built the warehouse, when it ended (UTC), and by which figurehouse."""

    run_id: str
    built_at: str
    figurehouse_version: str


def read_version(con: duckdb.DuckDBPyConnection) -> Version:
    """The version of the warehouse that a connection has open."""
    query = """
        select run_id, strftime(finished_at, '%Y-%m-%dT%H:%M:%SZ'), figurehouse_version
        from raw.ingest_runs order by finished_at desc, run_id desc limit 1
    """
    rows = con.sql(query).fetchall()
    if not rows:
        raise duckdb.CatalogException("no run is recorded in it")
    return Version(*rows[0])


def read_marts(con: duckdb.DuckDBPyConnection) -> list[Mart]:
    """The marts of the warehouse that a connection has open, by name.

    A key or description that names what the file does not hold is left out, so a file that other
    models built is described as far as they agree.

    Raises:
        duckdb.CatalogException: The file holds no marts.
    """
    query = """
        select table_name, column_name, data_type
        from duckdb_columns() where schema_name = 'marts' and database_name = current_database()
        order by table_name, column_index
    """
    rows = con.sql(query).fetchall()
    if not rows:
        raise duckdb.CatalogException("no schema marts")
    described = _described()
    marts = {}
    for name, columns in groupby(rows, key=lambda row: row[0]):
        marts[name] = _mart(described.get(name, {}), name, {row[1]: row[2] for row in columns})
    return [_with_known_references(mart, marts) for mart in marts.values()]


def _described() -> dict[str, dict[str, Any]]:
    """What the YAML says of each mart, by name, with the words of the doc blocks that it names."""
    docs = dict(_DOCS.findall((MODELS / "models" / "columns.md").read_text(encoding="utf-8")))
    files = sorted((MODELS / "models" / "marts").rglob("*.yml"))
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) or {} for file in files]
    models = [model for content in read for model in content.get("models", [])]
    for column in (column for model in models for column in model.get("columns", [])):
        said = column.get("description", "")
        column["description"] = _DOC.sub(lambda match: docs[match[1]], said)
    return {model["name"]: model for model in models}


def _mart(described: dict[str, Any], name: str, types: dict[str, str]) -> Mart:
    columns, keys, references = [], [], []
    about = {column["name"]: column for column in described.get("columns", [])}
    for column, type_ in types.items():
        said = about.get(column, {})
        tests = said.get("data_tests", [])
        required = "not_null" in tests or {"type": "not_null"} in said.get("constraints", [])
        columns.append(Column(column, type_, _line(said.get("description")), required))
        if required and "unique" in tests:
            keys.append(column)
        for test in tests:
            if isinstance(test, dict) and "relationships" in test:
                to = test["relationships"]["arguments"]
                if match := _REF.fullmatch(to["to"]):
                    references.append((column, match[1], to["field"]))
    description = _line(described.get("description"))
    return Mart(name, description, tuple(columns), tuple(keys), tuple(references))


def _with_known_references(mart: Mart, marts: dict[str, Mart]) -> Mart:
    """The mart with those foreign keys that lead to a key of another mart."""
    known = tuple(to for to in mart.references if to[1] in marts and to[2] in marts[to[1]].keys)
    return Mart(mart.name, mart.description, mart.columns, mart.keys, known)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
