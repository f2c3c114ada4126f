"""Spark gives the marts that DuckDB gives, row for row.

Both read the same generated articles from their files and build everything; then each table is
compared by what either has that the other has not, decimals exact, lists and structs too.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb
import jinja2
import pytest

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "dbt_project" / "models"
COUNT = os.environ.get("FIGUREHOUSE_SPARK_ARTICLES", "120")
TABLES = [
    *(f"raw.{name}" for name in ("articles", "figures", "rejected_articles", "rejected_figures")),
    *(f"{path.relative_to(MODELS).parts[0]}.{path.stem}" for path in sorted(MODELS.rglob("*.sql"))
      # Of the runs themselves nothing is the same.
      if path.parent.name != "staging" and path.stem != "fct_ingest_runs"),
]  # fmt: skip
# What differs from run to run.
OF_THE_RUN = {"run_id", "ingested_at", "rejected_at", "rejected_article_key"}

MISSING = [
    *([] if shutil.which("java") else ["Java"]),
    *([] if find_spec("pyspark") else ["pyspark"]),
]

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(
        bool(MISSING) and os.environ.get("FIGUREHOUSE_REQUIRE_SERVERS") != "1",
        reason=f"{' and '.join(MISSING)} not installed",
    ),
]


def run(*arguments: object, status: int = 0, **environment: str) -> str:
    """Run Python in the house; what it said, where it ends with this status."""
    process = subprocess.run(
        [sys.executable, "-W", "ignore", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert process.returncode == status, process.stdout[-6000:] + process.stderr[-3000:]
    return process.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Both engines' builds: a connection that has DuckDB's attached, and the folder of Spark's."""
    folder = tmp_path_factory.mktemp("spark")
    run("-m", "tests.corpus", "make", folder / "corpus", "--articles", COUNT, "--seed", "7")
    articles, warehouse = folder / "corpus" / "articles", folder / "warehouse.duckdb"
    working = folder / "working.duckdb"
    options = {"status": 1, "FIGUREHOUSE_WORKING": str(working)}  # some are broken
    run("-m", "ingest", "run", articles, "--warehouse", warehouse, **options)
    said = run("-m", "ingest.spark", articles, "--target", folder / "tables")
    with duckdb.connect() as con:
        con.execute(f"attach '{warehouse}' as warehouse (read_only)")
        con.execute(f"attach '{working}' as working (read_only)")
        yield con, folder / "tables", said


@pytest.mark.parametrize("table", TABLES)
def test_spark_has_the_rows_that_duckdb_has(built, table):
    con, tables, _ = built
    schema, name = table.split(".")
    if schema == "intermediate" and not (tables / "intermediate.db" / name).exists():
        pytest.skip("a view: what is made of it is compared")
    where = "where database_name = 'working' and schema_name = $1 and table_name = $2"
    counted = con.execute(f"select count(*) from duckdb_tables() {where}", [schema, name])
    database = "working" if counted.fetchall() == [(1,)] else "warehouse"
    con.execute(f"create or replace view ours as from {database}.{table}")
    con.execute(f"create or replace view theirs as from '{tables}/{schema}.db/{name}/*.parquet'")
    # Spark's readers do not see a file of no bytes.
    where = "where reason != 'empty'" if name.endswith("rejected_articles") else ""
    ours, theirs = (
        {row[0]: row[1] for row in con.sql(f"describe {view}").fetchall()}
        for view in ("ours", "theirs")
    )
    # Counts and row numbers are int in Spark; the marts' types are in their contracts.
    assert list(ours) == list(theirs)
    assert schema != "marts" or ours == theirs
    columns = ", ".join(f'"{name}"' for name in ours if name not in OF_THE_RUN)
    only = f"select {{0}} from {{1}} {where} except all select {{0}} from {{2}} {where}"
    assert con.sql(only.format(columns, "ours", "theirs")).fetchall() == []
    assert con.sql(only.format(columns, "theirs", "ours")).fetchall() == []


def test_there_is_something_to_compare(built):
    con, _, said = built
    assert "Completed successfully" in said
    for name in ("fct_figures", "fct_figure_checks", "fct_segment_performance"):
        assert con.sql(f"select count(*) from warehouse.marts.{name}").fetchall() > [(20,)]


WRITE = """
import sys
from pyspark.sql import SparkSession
source, target, query = sys.argv[1:]
builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
builder = builder.config("spark.sql.decimalOperations.allowPrecisionLoss", "false")
spark = builder.getOrCreate()
spark.read.parquet(source).createOrReplaceTempView("numbers")
spark.sql(query).write.parquet(target)
"""


def test_the_macros_give_the_same_numbers_and_texts(tmp_path):
    """On halves, powers of ten, and doubles of every size: what engines may round their own way."""
    source = (ROOT / "dbt_project" / "macros" / "engines.sql").read_text(encoding="utf-8")
    macros = jinja2.Environment(autoescape=False).from_string(source).module  # noqa: S701
    queries = {}
    for engine in ("default", "spark"):
        amount, significant, rounded = (
            getattr(macros, f"{engine}__{name}")
            for name in ("amount", "significant", "round_to_width")
        )
        queries[engine] = f"""
            select
                n, w,
                {amount("n")} as amount,
                {significant("n", 6)} as six,
                {significant("n", 8)} as eight,
                {amount(rounded("n", "w"))} as rounded
            from numbers
        """
    con = duckdb.connect()
    con.execute("select setseed(0.5)")
    con.execute("""
        create table numbers as
        select
            -- Whole and half units of every power of ten, and what lies between.
            case i % 3
                when 0 then (random() - 0.5) * pow(10, i % 30 - 8)
                when 1 then round((random() - 0.5) * 1e9) / pow(10, i % 14)
                else (round(random() * 1e8) * 10 + 5) / pow(10, i % 17)
            end as n,
            cast(case i % 2
                when 0 then pow(10, i % 20 - 8)
                else greatest(1e-8, random() * pow(10, i % 20 - 8))
            end as decimal(38, 8)) as w
        from range(30000) as numbers (i)
    """)
    con.execute(f"copy numbers to '{tmp_path}/numbers.parquet'")
    run("-c", WRITE, tmp_path / "numbers.parquet", tmp_path / "spark", queries["spark"])
    differ = con.sql(f"""
        select * from ({queries["default"]}) except all from '{tmp_path}/spark/*.parquet'
    """).fetchall()
    assert differ == []
