"""The marts in a PostgreSQL database: one transaction, so a reader sees the old ones or the new.

As long as their structure stays, the tables stay, and only rows that differ are written. Nobody
waits for a lock then, a reader's transaction keeps the rows that it began with, and what analysts
built on the tables (views, grants) stays. Where the structure changed, the tables are made again.
"""

import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pyarrow import csv

from ingest import Trouble
from ingest.catalog import Column, Mart, Version, read_marts, read_version

STAMP = "figurehouse"
"""How the comment on the schema begins if the schema is ours; the structure's hash follows."""

PUBLICATION = Mart(
    "publication",
    "Which version of the warehouse the tables hold. Grain: one row in all.",
    (
        Column("run_id", "VARCHAR", "The run that built the warehouse.", required=True),
        Column("built_at", "TIMESTAMP", "When it was built (UTC).", required=True),
        Column("figurehouse_version", "VARCHAR", "What built it.", required=True),
    ),
    ("run_id",),
)

_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(39,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}

_BATCH = 20_000
"""Rows that are handed over at a time."""

_LOCK = 0x66696768
"""The advisory lock that publishers take in turn: "figh"."""

_PATIENCE = 60
"""Seconds to wait for readers of tables whose structure changes."""

Server: TypeAlias = psycopg.Connection[Any]


@dataclass(frozen=True)
class Published:
    """What a publish did: tables there now, rows in them, rows written and rows removed."""

    place: str
    version: Version
    tables: int
    rows: int
    written: int
    removed: int


def publish_postgres(
    warehouse: Path, url: str, reader: str | None = None, password: str | None = None
) -> Published:
    """Make the schema `marts` of a PostgreSQL database what the warehouse's is.

    Args:
        warehouse: The published file.
        url: `postgresql://…`; what it leaves out comes from libpq's variables and files.
        reader: A role that may read `marts`, and is made if it is not there.
        password: What the role logs in with when it is made; without one it cannot log in.

    Raises:
        Trouble: No server, no leave, a schema `marts` that is another's, or a reader
            that may write. Nothing was changed then.
        duckdb.Error: The file is no warehouse.
    """
    conninfo, place = _address(url)
    with duckdb.connect(warehouse, read_only=True) as con, _told(place):
        version, marts = read_version(con), [*read_marts(con), PUBLICATION]
        # Leaving the block commits, and an error in it takes everything back.
        with closing(psycopg.connect(conninfo)) as server, server.transaction():
            server.execute("set local client_encoding to 'UTF8'")
            server.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            rows = {mart.name: _stage(server, mart, _rows(con, mart, version)) for mart in marts}
            _ensure_structure(server, marts, place)
            server.execute("set constraints all deferred")
            changes = [_merge(server, mart) for mart in marts]
            if reader:
                _let_read(server, reader, password, place)
    written, removed = (sum(counts) for counts in zip(*changes, strict=True))
    return Published(place, version, len(rows), sum(rows.values()), written, removed)


# --- connecting ---------------------------------------------------------------------------------


def _address(url: str) -> tuple[str, str]:
    """What to connect with, and what to call it: an address without user and password."""
    try:
        parts = conninfo_to_dict(url)
        # A password with a bare @ would go on as the host, and from there into messages.
        if "@" in str(parts.get("host", "")):
            raise ValueError
    except (psycopg.Error, ValueError):
        # Whatever libpq says of it may hold the password.
        cause = "is no PostgreSQL address"
        cure = "Write postgresql://USER@HOST:PORT/DATABASE, with a password's @ as %40, or put it"
        raise Trouble("publish", "target", cause, f"{cure} into PGPASSWORD.") from None
    port = f":{parts['port']}" if "port" in parts else ""
    place = f"postgresql://{parts.get('host', '')}{port}/{parts.get('dbname', '')}"
    limits: dict[str, Any] = {"connect_timeout": 10, "application_name": STAMP}
    return make_conninfo(url, **{key: limits[key] for key in limits if key not in parts}), place


@contextmanager
def _told(place: str) -> Iterator[None]:
    """Say what the server would not do in one line."""
    try:
        yield
    except psycopg.Error as error:
        cause = error.diag.message_primary or str(error)
        cure = "Nothing was published."
        if isinstance(error, psycopg.errors.DependentObjectsStillExist):
            cure = f"{error.diag.message_detail}. Drop it, publish, and make it again."
        elif isinstance(error, psycopg.errors.LockNotAvailable):
            cause = "the structure changed, and somebody is reading the old tables"
            cure = "Nothing was published; try again."
        elif isinstance(error, psycopg.errors.InsufficientPrivilege):
            cure = "Nothing was published; connect as a role that may (CREATE on the database)."
        elif isinstance(error, psycopg.OperationalError) and not error.sqlstate:
            cure = "Is the server there, and are user, password (PGPASSWORD) and database right?"
        raise Trouble(place, "PostgreSQL", cause, cure) from error


# --- structure ----------------------------------------------------------------------------------


def _ensure_structure(server: Server, marts: list[Mart], place: str) -> None:
    """Make the schema and its tables, empty, unless they are there with this very structure."""
    described = repr([asdict(mart) for mart in marts]).encode()
    stamp = f"{STAMP} marts, structure {hashlib.sha256(described).hexdigest()[:16]}"
    there = server.execute(
        """
        select obj_description(oid, 'pg_namespace'), array(
            select relname from pg_class where relnamespace = pg_namespace.oid and relkind = 'r'
        )
        from pg_namespace where nspname = 'marts'
        """
    ).fetchone()
    comment, tables = there or (None, [])
    if comment == stamp:
        return
    if tables and not (comment or "").startswith(STAMP):
        cause = "holds tables that are not figurehouse's"
        raise Trouble(place, "schema marts", cause, "Give another database. Nothing was published.")
    if tables:
        # All at once, since they refer to each other; not what others built on them.
        names = sql.SQL(", ").join(sql.Identifier("marts", table) for table in tables)
        _lock_out(server, names)
        server.execute(sql.SQL("drop table {}").format(names))
    server.execute("create schema if not exists marts")
    for mart in marts:
        server.execute(_create_table(mart))
    for mart in marts:
        for statement in [*_references(mart), *_comments(mart)]:
            server.execute(statement)
    server.execute(sql.SQL("comment on schema marts is {}").format(stamp))


def _lock_out(server: Server, names: sql.Composed) -> None:
    """Have tables to ourselves as soon as nobody reads them.

    Waiting in the server's queue would hold up all who come after us, and could deadlock with a
    reader of two of them, so each try takes all of the tables or none.
    """
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            with server.transaction():
                server.execute(
                    sql.SQL("lock table {} in access exclusive mode nowait").format(names)
                )
            return
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() >= give_up:
                raise
            time.sleep(0.05)


def _table(mart: Mart) -> sql.Identifier:
    return sql.Identifier("marts", mart.name)


def _staged(mart: Mart) -> sql.Identifier:
    return sql.Identifier("pg_temp", mart.name)


def _create_table(mart: Mart) -> sql.Composed:
    lines = [
        sql.SQL("{} {} {}").format(
            sql.Identifier(column.name),
            sql.SQL(_type(column.type)),
            sql.SQL("not null" if column.required else ""),
        )
        for column in mart.columns
    ]
    for place, key in enumerate(mart.keys):
        kind = sql.SQL("unique" if place else "primary key")
        lines.append(sql.SQL("{} ({})").format(kind, sql.Identifier(key)))
    return sql.SQL("create table {} ({})").format(_table(mart), sql.SQL(", ").join(lines))


def _references(mart: Mart) -> Iterator[sql.Composed]:
    """Foreign keys, and the indexes that joins and the keys' own checks want."""
    for column, table, key in mart.references:
        # Deferrable: tables are filled one after another, and are right when all are.
        yield sql.SQL("alter table {} add foreign key ({}) references {} ({}) deferrable").format(
            _table(mart),
            sql.Identifier(column),
            sql.Identifier("marts", table),
            sql.Identifier(key),
        )
        if column not in mart.keys:
            yield sql.SQL("create index on {} ({})").format(_table(mart), sql.Identifier(column))


def _comments(mart: Mart) -> Iterator[sql.Composed]:
    yield sql.SQL("comment on table {} is {}").format(_table(mart), mart.description)
    for column in mart.columns:
        name = sql.Identifier("marts", mart.name, column.name)
        yield sql.SQL("comment on column {} is {}").format(name, column.description)


def _type(type_: str) -> str:
    """PostgreSQL's type for DuckDB's: exact where it has one, else jsonb for a nested one, text."""
    if type_.startswith(("STRUCT", "MAP")) or type_.endswith("][]"):
        return "jsonb"
    if type_.endswith("[]"):
        return f"{_type(type_.removesuffix('[]'))}[]"
    if type_.startswith("DECIMAL"):
        return type_.replace("DECIMAL", "numeric")
    return _TYPES.get(type_, "text")


# --- rows ---------------------------------------------------------------------------------------


def _rows(con: duckdb.DuckDBPyConnection, mart: Mart, version: Version) -> duckdb.DuckDBPyRelation:
    """The rows of a mart, every column as the text that PostgreSQL reads its value from."""
    if mart is PUBLICATION:
        return con.sql("select $1, $2, $3", params=list(asdict(version).values()))
    columns = (_text(f'"{column.name}"', _type(column.type)) for column in mart.columns)
    return con.sql(f'select {", ".join(columns)} from marts."{mart.name}"')


def _text(column: str, type_: str) -> str:
    if type_ == "jsonb":
        return f"to_json({column})::varchar"
    if type_.endswith("[]"):
        escaped = r"""replace(replace(element::varchar, '\', '\\'), '"', '\"')"""
        quoted = f"""coalesce('"' || {escaped} || '"', 'NULL')"""
        listed = f"array_to_string(list_transform({column}, lambda element: {quoted}), ',')"
        return f"'{{' || {listed} || '}}'"
    return f"{column}::varchar"


def _stage(server: Server, mart: Mart, rows: duckdb.DuckDBPyRelation) -> int:
    """Copy rows to a table of this transaction's own; how many there are.

    They go as CSV in which every value is quoted and null is not, so that none is mistaken.
    """
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(_type(column.type)))
        for column in mart.columns
    )
    server.execute(
        sql.SQL("create temporary table {} ({}) on commit drop").format(
            sql.Identifier(mart.name), columns
        )
    )
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    cursor = server.cursor()
    with cursor.copy(sql.SQL("copy {} from stdin (format csv)").format(_staged(mart))) as copy:
        for batch in rows.to_arrow_reader(_BATCH):
            chunk = io.BytesIO()
            csv.write_csv(batch, chunk, options)
            copy.write(chunk.getvalue())
    server.execute(sql.SQL("analyze {}").format(_staged(mart)))
    return int(cursor.rowcount)


def _merge(server: Server, mart: Mart) -> tuple[int, int]:
    """Write the rows that are not there, remove those that are no more; how many of each."""
    names = {"there": _table(mart), "staged": _staged(mart)}
    # Without a key no row can be distinguished from another, so all of them are written again.
    gone, new = sql.SQL("delete from {there}"), sql.SQL("insert into {there} table {staged}")
    if mart.keys:
        names["key"] = sql.Identifier(mart.keys[0])
        gone = sql.SQL(
            "delete from {there} where {key} in"
            " (select {key} from (table {there} except table {staged}) as gone)"
        )
        new = sql.SQL("insert into {there} (table {staged} except table {there})")
    removed = server.execute(gone.format(**names)).rowcount
    written = server.execute(new.format(**names)).rowcount
    if written or removed:
        server.execute(sql.SQL("analyze {there}").format(**names))
    return written, removed


# --- the reader ---------------------------------------------------------------------------------


def _let_read(server: Server, reader: str, password: str | None, place: str) -> None:
    """Let a role read the marts, and make sure that it can do no more with them."""
    role = sql.Identifier(reader)
    known = server.execute("select from pg_roles where rolname = %s", [reader]).fetchone()
    if known is None:
        server.execute(sql.SQL("create role {} nologin").format(role))
        if password:
            # Hashed here, so that the server's log never holds it.
            secret = server.pgconn.encrypt_password(password.encode(), reader.encode()).decode()
            server.execute(sql.SQL("alter role {} login password {}").format(role, secret))
    server.execute(sql.SQL("grant usage on schema marts to {}").format(role))
    server.execute(sql.SQL("grant select on all tables in schema marts to {}").format(role))
    # And on those that a later publish makes when the structure changes.
    later = sql.SQL("alter default privileges in schema marts grant select on tables to {}")
    server.execute(later.format(role))
    may_write = server.execute(
        """
        select has_schema_privilege(%(role)s, 'marts', 'create') or bool_or(
            has_table_privilege(%(role)s, oid, 'insert, update, delete, truncate')
        )
        from pg_class where relnamespace = 'marts'::regnamespace and relkind = 'r'
        """,
        {"role": reader},
    ).fetchone()
    if may_write is None or may_write[0]:
        cause = "may write to marts, so it is no reader"
        cure = "Give a role of its own, which is made if it is not there. Nothing was published."
        raise Trouble(place, f"role {reader}", cause, cure)
