"""The marts in a real PostgreSQL server, read back through psycopg and psql."""

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingest import Trouble
from ingest.catalog import read_marts
from tests.conftest import lacking

psycopg = pytest.importorskip("psycopg")
from psycopg import sql  # noqa: E402
from psycopg.types.json import set_json_loads  # noqa: E402

from ingest.postgres import publish_postgres  # noqa: E402

pytestmark = pytest.mark.bi

EVIL = '\'; drop schema marts cascade; -- "$$ \\. \\N {1,"2",NULL} \t \r\n 快手 🦆'


def connect(address: str, **options: object) -> psycopg.Connection:
    con = psycopg.connect(address, **options)
    set_json_loads(lambda text: json.loads(text, parse_float=Decimal), con)
    return con


def ask(address: str, query: str) -> list[tuple]:
    with connect(address) as con:
        return con.execute(query).fetchall()


def marts_of(file: Path) -> list:
    with duckdb.connect(file, read_only=True) as con:
        return read_marts(con)


def as_user(address: str, user: str, password: str) -> str:
    return address.replace("admin:secret", f"{user}:{password}")


def assert_same(file: Path, address: str) -> None:
    """Every row of every mart is in the database, value for value."""
    with duckdb.connect(file, read_only=True) as con, connect(address) as server:
        for mart in read_marts(con):
            query = f'select * from marts."{mart.name}"'
            there = sorted(con.sql(query).fetchall(), key=lambda row: row[0])
            here = sorted(server.execute(query).fetchall(), key=lambda row: row[0])
            assert here == there, mart.name


def drop_role(address: str, role: str) -> None:
    with connect(address, autocommit=True) as con:
        con.execute(sql.SQL("drop owned by {}").format(sql.Identifier(role)))
        con.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


@pytest.fixture
def filled(warehouse, database) -> str:
    publish_postgres(warehouse, database)
    return database


# --- what arrives -------------------------------------------------------------------------------


def test_every_row_arrives(ingest, warehouse, database):
    done = ingest("publish", database, "--warehouse", warehouse)
    assert done.returncode == 0, done.stderr
    assert "secret" not in done.stdout + done.stderr
    assert_same(warehouse, database)
    with duckdb.connect(warehouse, read_only=True) as con:
        run, built = con.sql(
            "select run_id, finished_at from raw.ingest_runs order by finished_at desc limit 1"
        ).fetchall()[0]
    published = ask(database, "select run_id, built_at from marts.publication")
    assert published == [(run, built.replace(microsecond=0))]


def test_types(filled):
    types = dict(
        ask(
            filled,
            """
            select attname, format_type(atttypid, atttypmod) from pg_attribute
            where attrelid = 'marts.fct_live_commerce_industry'::regclass and attnum > 0
            """,
        )
    )
    assert types["transaction_value"] == "numeric(38,8)"
    assert types["figure_ids"] == "text[]"
    assert types["platform_gmv"] == "jsonb"
    assert types["period_id"] == "text"
    types = dict(
        ask(
            filled,
            "select column_name, data_type from information_schema.columns"
            " where table_name in ('dim_period', 'dim_article')",
        )
    )
    assert types["starts_on"] == "date"
    assert types["is_current"] == "boolean"
    assert types["char_count"] == "bigint"
    assert types["calendar_year"] == "integer"
    assert types["ingested_at"] == "timestamp without time zone"


def test_keys(warehouse, filled):
    keys = set(
        ask(
            filled,
            """
            select constraints.contype::text, tables.relname, attname, others.relname
            from pg_constraint as constraints
            join pg_class as tables on tables.oid = conrelid
            left join pg_class as others on others.oid = confrelid
            join pg_attribute on attrelid = conrelid and attnum = conkey[1]
            where connamespace = 'marts'::regnamespace and tables.relname <> 'publication'
            """,
        )
    )
    wanted = set()
    for mart in marts_of(warehouse):
        wanted |= {("p", mart.name, mart.keys[0], None)}
        wanted |= {("u", mart.name, key, None) for key in mart.keys[1:]}
        wanted |= {("f", mart.name, column, table) for column, table, _ in mart.references}
    assert keys == wanted
    assert ("f", "fct_figures", "period_key", "dim_period") in keys
    assert ("p", "dim_segment", "segment_key", None) in keys
    assert ask(filled, "select count(*) from pg_constraint where not convalidated") == [(0,)]


def test_comments(filled):
    bare = """
        select relname, attname from pg_class
        join pg_attribute on attrelid = pg_class.oid and attnum > 0
        where relnamespace = 'marts'::regnamespace and relkind = 'r' and (
            coalesce(col_description(pg_class.oid, attnum), '') = ''
            or coalesce(obj_description(pg_class.oid), '') = ''
        )
    """
    assert ask(filled, bare) == []
    grain = ask(filled, "select obj_description('marts.fct_figures'::regclass)")[0][0]
    assert "one stated figure in one current article" in grain


def test_psql(filled):
    program = shutil.which("psql")
    if not program:
        lacking("psql (Debian: postgresql-client)")
    command = [program, filled, "-XA", "-c"]
    query = (
        "select f.value from marts.fct_figures f join marts.dim_subject s using (subject_key)"
        " where s.subject_id = 'kuaishou' and metric_id = 'revenue' and value = 35554000000"
    )
    done = subprocess.run([*command, query], capture_output=True, text=True)
    assert done.stdout.splitlines()[1] == "35554000000.00000000", done.stderr
    done = subprocess.run([*command, r"\d+ marts.fct_figures"], capture_output=True, text=True)
    assert "PRIMARY KEY" in done.stdout
    assert "REFERENCES marts.dim_period(period_key)" in done.stdout


def test_awkward_and_hostile_values_are_values(published, database):
    with duckdb.connect(published) as con:
        con.execute("update marts.fct_figures set quote = $1, metric_label = ''", [EVIL])
        con.execute("update marts.fct_figures set value = 999999999999999999999999999999.12345678")
        con.execute("update marts.fct_figure_checks set quotes = [$1, null, '', 'NULL']", [EVIL])
        con.execute("update marts.fct_figure_checks set article_ids = []")
        con.execute("update marts.fct_user_metrics set figure_ids = null")
        con.execute(
            """
            update marts.fct_live_commerce_industry set platform_gmv = [struct_update(
                platform_gmv[1],
                company_id := $1,
                gmv := 999999999999999999999999999999.12345678::decimal(38, 8)
            ), null]
            where len(platform_gmv) > 0
            """,
            [EVIL],
        )
    publish_postgres(published, database)
    assert_same(published, database)


# --- one step -----------------------------------------------------------------------------------


def test_only_what_differs_is_written(published, database):
    publish_postgres(published, database)
    again = publish_postgres(published, database)
    assert (again.written, again.removed) == (0, 0)
    with duckdb.connect(published) as con:
        con.execute("update marts.dim_unit set unit_name_en = 'other' where unit_id = 'CNY'")
        # What is believed cites figures that go.
        con.execute("delete from marts.fct_figure_history")
        con.execute("delete from marts.fct_figures where char_start < 100")
        con.execute("delete from intermediate.int_figures where char_start < 100")
        tables = [mart.name for mart in read_marts(con)]
        after = sum(
            con.sql(f"select count(*) from marts.{table}").fetchall()[0][0] for table in tables
        )
    before = sum(ask(database, f"select count(*) from marts.{table}")[0][0] for table in tables)
    changed = publish_postgres(published, database)
    # The unit, and the sentences that obt_values shows of figures that went.
    assert 1 <= changed.written < after
    assert changed.removed - changed.written == before - after > 1
    assert_same(published, database)


def test_a_transaction_keeps_the_version_it_began_with(published, database):
    publish_postgres(published, database)
    rows = "select (select count(*) from marts.obt_figures), (select count(*) from marts.dim_unit)"
    with connect(database) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        before = reader.execute(rows).fetchall()
        with duckdb.connect(published) as con:
            con.execute("delete from marts.fct_figure_history")
            con.execute("delete from marts.fct_figures")
            con.execute("delete from intermediate.int_figures")
        publish_postgres(published, database)
        assert reader.execute(rows).fetchall() == before
    assert ask(database, rows)[0][0] == 0


def test_what_analysts_built_on_the_tables_stays(published, database):
    publish_postgres(published, database)
    with connect(database) as con:
        con.execute("create view public.mine as select unit_name from marts.dim_unit")
        con.execute("grant select on marts.dim_unit to public")
    with duckdb.connect(published) as con:
        con.execute("update marts.dim_unit set unit_name = 'other'")
    publish_postgres(published, database)
    assert ask(database, "select distinct unit_name from public.mine") == [("other",)]
    # A structure that changed cannot be had without its view being made again.
    with duckdb.connect(published) as con:
        con.execute("alter table marts.dim_unit add column more integer")
    with pytest.raises(Trouble, match=r"view mine depends on table marts\.dim_unit.*Drop it"):
        publish_postgres(published, database)
    assert ask(database, "select distinct unit_name from public.mine") == [("other",)]
    with connect(database) as con:
        con.execute("drop view public.mine")
    publish_postgres(published, database)
    assert_same(published, database)


def test_a_failed_publish_leaves_what_was_published(published, warehouse, database):
    publish_postgres(published, database)
    with duckdb.connect(published) as con:
        con.execute("delete from marts.fct_figures where char_start < 100")
        con.execute("insert into marts.dim_unit from marts.dim_unit limit 1")
        con.execute("update marts.fct_figures set period_key = 'none such'")
    with pytest.raises(Trouble, match=r"foreign key constraint.*Nothing was published"):
        publish_postgres(published, database)
    assert_same(warehouse, database)


def test_a_schema_of_someone_elses_is_not_touched(warehouse, database):
    with connect(database) as con:
        con.execute("create schema marts")
        con.execute("create table marts.mine as select 1 as one")
    with pytest.raises(Trouble, match="not figurehouse's"):
        publish_postgres(warehouse, database)
    assert ask(database, "select * from marts.mine") == [(1,)]


# --- the reader ---------------------------------------------------------------------------------


def test_the_reader_reads_the_marts_and_no_more(ingest, warehouse, database, monkeypatch):
    monkeypatch.setenv("FIGUREHOUSE_READER_PASSWORD", "p'ss\"wörd")
    done = ingest("publish", database, "--warehouse", warehouse, "--reader", "analyst")
    assert done.returncode == 0, done.stderr
    reader = as_user(database, "analyst", "p'ss%22w%C3%B6rd")
    assert ask(reader, "select count(*) > 0 from marts.fct_figures") == [(True,)]
    for statement in (
        "insert into marts.dim_unit (unit_key, unit_id) values ('a', 'b')",
        "update marts.dim_unit set unit_name = ''",
        "delete from marts.fct_figures",
        "truncate marts.fct_figures",
        "drop table marts.obt_figures",
        "create table marts.mine (a int)",
        "create schema mine",
        "comment on schema marts is ''",
        "alter role analyst superuser",
        "copy (select 1) to '/tmp/figurehouse-leak'",
        "select pg_read_file('/etc/passwd')",
    ):
        with pytest.raises(psycopg.Error, match=r"permission denied|must be|Only roles"):
            ask(reader, statement)
    schemas = "select nspname from pg_namespace where nspname not like 'pg\\_%' order by 1"
    assert ask(reader, schemas) == [("information_schema",), ("marts",), ("public",)]
    # A publish that makes the tables again, without naming the reader, does not lock it out.
    with connect(database) as con:
        con.execute("comment on schema marts is 'figurehouse: of another structure'")
    publish_postgres(warehouse, database)
    assert ask(reader, "select count(*) > 0 from marts.fct_figures") == [(True,)]
    drop_role(database, "analyst")


def test_a_reader_without_a_password_cannot_log_in(warehouse, database):
    role = 'group"; drop schema marts cascade; --'
    publish_postgres(warehouse, database, role)
    roles = ask(database, "select rolname, rolcanlogin from pg_roles where rolname ~ '^group'")
    assert roles == [(role, False)]
    assert_same(warehouse, database)
    drop_role(database, role)


def test_a_role_that_may_write_is_no_reader(warehouse, filled):
    before = ask(filled, "select relname, relacl::text from pg_class where relkind = 'r'")
    with pytest.raises(Trouble, match=r"role admin: may write"):
        publish_postgres(warehouse, filled, "admin")
    assert ask(filled, "select relname, relacl::text from pg_class where relkind = 'r'") == before


def test_no_cell_holds_an_article(warehouse, filled):
    with duckdb.connect(warehouse, read_only=True) as con:
        texts = [text for (text,) in con.sql("select text from raw.articles").fetchall()]
    rows = [
        str(row)
        for mart in marts_of(warehouse)
        for row in ask(filled, f'select * from marts."{mart.name}"')
    ]
    assert max(map(len, rows)) > 100
    for text in texts:
        assert not any(text[: len(text) // 2] in row for row in rows)


# --- errors -------------------------------------------------------------------------------------


def refused(ingest, warehouse: Path, address: str) -> str:
    done = ingest("publish", address, "--warehouse", warehouse)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr
    return done.stderr


def test_no_server(ingest, warehouse):
    said = refused(ingest, warehouse, "postgresql://me:hunter2@127.0.0.1:1/db")
    assert "postgresql://127.0.0.1:1/db: PostgreSQL: connection failed" in said
    assert "Is the server there" in said


def test_a_wrong_password(ingest, warehouse, database):
    said = refused(ingest, warehouse, as_user(database, "admin", "hunter2"))
    assert 'password authentication failed for user "admin"' in said


def test_no_such_database(ingest, warehouse, postgres):
    assert "does not exist" in refused(ingest, warehouse, postgres + "_none")


def test_no_warehouse(ingest, tmp_path):
    assert "Build it" in refused(ingest, tmp_path / "none.duckdb", "postgresql://127.0.0.1/none")


@pytest.mark.parametrize("rest", ["me:hunter%2@host/db", "me:x@hunter2@host/db", "h/db?hunter2"])
def test_an_address_that_is_none_is_not_repeated(ingest, warehouse, rest):
    said = refused(ingest, warehouse, f"postgresql://{rest}")
    assert "is no PostgreSQL address" in said
    assert "%40" in said


def test_no_driver(warehouse):
    program = "import sys; sys.modules['psycopg'] = None; from ingest.__main__ import main; main()"
    command = [sys.executable, "-c", program, "publish", "postgresql://host/db"]
    done = subprocess.run(
        command, env=os.environ | {"WAREHOUSE": str(warehouse)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: publish: PostgreSQL driver: ")
    assert "pip install 'psycopg[binary]'" in done.stderr
