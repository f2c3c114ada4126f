"""The same extraction and the same models on Apache Spark: `python -m ingest.spark`.

Spark hands each worker batches of articles over Arrow, and the worker calls the Polars code that
the rest of the house calls; raw tables are Parquet, and dbt builds the marts from them. pyspark and
dbt-spark are extras (`spark`), which nothing else needs.

It is a batch: every article is read, and every table is written again.
"""

import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import pyarrow as pa
import typer
from dbt.cli.main import dbtRunner
from pyspark import SparkConf, StorageLevel
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as sf
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from ingest import Trouble, __version__
from ingest.documents import (
    ARTICLES,
    READ,
    REJECTED,
    SIZE_LIMIT,
    SUFFIXES,
    read_contents,
)
from ingest.documents.paths import place_of
from ingest.figures import FIGURES, REJECTED_FIGURES
from ingest.load import INGEST_RUNS, MODELS, REJECTED_ARTICLES, Run, now
from ingest.places import ARTICLE_PLACES
from ingest.resolve import extract
from ingest.review.settle import REPLACED

BATCH = 1000
"""Articles that a worker extracts at a time."""

SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH),
    # Sums and differences of decimal(38, 8) keep their eight digits, as in DuckDB.
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
}
"""What the rows depend on; a Thrift server that dbt is to use needs them too."""

_LOCAL = {
    "spark.master": "local[*]",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Little data and hundreds of queries: to compile them would take longer than to run them.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "4",
    # A task has one core, and so have the threads of its Polars.
    "spark.executorEnv.POLARS_MAX_THREADS": "1",
    "spark.executorEnv.PYTHONPATH": str(MODELS.parent),
}


_TIMES = ["ingested_at", "rejected_at", "first_seen_at", "last_seen_at"]
"""Columns that hold the time of the run."""

_Batches = Iterator[pa.RecordBatch]


def open_session(target: Path | None) -> SparkSession:
    """The cluster's session where Spark's settings name a cluster, else one on this machine.

    Args:
        target: Where a session on this machine keeps its tables (`marts.db/fct_figures/*.parquet`
            and so on); what an earlier run left there gives way.

    Raises:
        Trouble: There is neither a cluster nor a folder, or the folder holds something else.
    """
    settings = dict(SETTINGS)
    if "SPARK_REMOTE" not in os.environ and not SparkConf().contains("spark.master"):
        if target is None:
            cure = "Give --target FOLDER, or a cluster: docs/spark.md."
            raise Trouble("spark", "--target", "nothing says where the tables go", cure)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings |= _LOCAL | {"spark.sql.warehouse.dir": _emptied(target).as_uri()}
    builder = SparkSession.builder.appName("figurehouse")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _emptied(target: Path) -> Path:
    """The folder without the databases of an earlier run: this session's catalog knows none."""
    target = target.absolute()
    there = list(target.iterdir()) if target.exists() else []
    if any(path.suffix != ".db" for path in there):
        raise Trouble(target, "folder", "holds something else", "Give a new or an empty folder.")
    for database in there:
        shutil.rmtree(database)
    return target


def load_raw(spark: SparkSession, paths: list[str], run: Run) -> None:
    """Files → `raw.*`, Parquet tables that are written again; the run's counts are filled.

    Args:
        spark: The session.
        paths: Files, and folders that are searched at any depth; anything that Spark can read from
            (`s3a://…`). Or one path that ends in `.parquet`: articles that were read already, in
            the columns of `ingest.documents.READ`.
        run: The run.
    """
    spark.sql("create schema if not exists raw")
    loaded_at = now()
    if paths[0].endswith(".parquet"):
        read = spark.read.parquet(*paths).select(list(READ))
        rejected = spark.createDataFrame([], _spark_schema(REJECTED))
    else:
        both = _read_files(spark, paths, run.base).persist(StorageLevel.DISK_ONLY)
        read = both.where("reason is null").select(list(READ))
        rejected = both.where("reason is not null").select(list(REJECTED))
    # One article a text: that of its first place, as `ingest.places` takes it.
    first = Window.partitionBy("article_id").orderBy(
        sf.asc_nulls_last("published_on"), "source_path"
    )
    articles = (
        read.withColumn("nr", sf.row_number().over(first)).where("nr = 1").drop("nr")
    ).persist(StorageLevel.DISK_ONLY)
    found = _map(articles, _extract, _FOUND).persist(StorageLevel.DISK_ONLY)
    rows = {
        "articles": (articles, ARTICLES),
        "article_places": (read, ARTICLE_PLACES),
        "rejected_articles": (rejected, REJECTED_ARTICLES),
        "figures": (found.where("figure_id is not null"), FIGURES),
        "rejected_figures": (found.where("rejected_id is not null"), REJECTED_FIGURES),
        "replaced_figures": (spark.createDataFrame([], _spark_schema(REPLACED)), REPLACED),
    }
    count = {}
    for name, (frame, schema) in rows.items():
        added: dict[str, Any] = {"run_id": run.run_id, "gone_at": None, "gone_because": None}
        added |= dict.fromkeys(_TIMES, loaded_at)
        types = _spark_schema(schema)
        for column, value in added.items():
            if column in schema:
                literal = sf.lit(value) if value else sf.lit(None).cast(types[column].dataType)
                frame = frame.withColumn(column, literal)  # noqa: PLW2901
        _save(frame.select(list(schema)).to(types), name)
        count[name] = spark.table(f"raw.{name}").count()
    run.articles_new = count["articles"]
    run.articles_rejected = count["rejected_articles"]
    run.articles_read = read.count() + run.articles_rejected
    run.articles_unchanged = run.articles_read - run.articles_new - run.articles_rejected
    run.figures, run.rejected_figures = count["figures"], count["rejected_figures"]
    finished = now()
    row = {name: getattr(run, name, None) for name in INGEST_RUNS} | {
        "finished_at": finished,
        "duration_seconds": (finished - run.started_at).total_seconds(),
        "figurehouse_version": __version__,
        "polars_version": pl.__version__,
    }
    runs = _arrow(pl.DataFrame([row], schema=INGEST_RUNS), INGEST_RUNS)
    columns = [sf.col(field.name).cast(field.dataType) for field in _spark_schema(INGEST_RUNS)]
    _save(spark.createDataFrame(runs).select(columns), "ingest_runs")
    spark.catalog.clearCache()


def _save(frame: DataFrame, table: str) -> None:
    frame.write.mode("overwrite").format("parquet").saveAsTable(f"raw.{table}")


def _read_files(spark: SparkSession, paths: list[str], base: Path) -> DataFrame:
    """Files → one row an article (READ), or one a file that is none (REJECTED)."""
    # A glob knows no case: *.[tT][xX][tT]
    endings = ("".join(f"[{c}{c.upper()}]" for c in suffix[1:]) for suffix in sorted(SUFFIXES))
    files = (
        spark.read.format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", f"*.{{{','.join(endings)}}}")
        .load(paths)
        .select(
            "path",
            "length",
            sf.when(sf.col("length") <= SIZE_LIMIT, sf.col("content")).alias("content"),
        )
    )

    def read(files: pl.DataFrame) -> pl.DataFrame:
        named = files.with_columns(
            source_path=pl.col("path").map_elements(partial(_source_path, base=base), pl.String)
        )
        return pl.concat(read_contents(named), how="diagonal")

    return _map(files, read, pl.Schema({**READ, **REJECTED}))


def _source_path(path: str, base: Path) -> str:
    """A file's URI; on this machine its place (`documents.paths.place_of`)."""
    if not path.startswith("file:"):
        return path
    return place_of(Path(f"/{path.removeprefix('file:').lstrip('/')}"), base)


_FOUND = pl.Schema({**FIGURES, **REJECTED_FIGURES})


def _extract(articles: pl.DataFrame) -> pl.DataFrame:
    """Articles → their figures and rejected figures, distinguished by the id that they have."""
    return pl.concat(extract(articles), how="diagonal")


def _map(
    frame: DataFrame, step: Callable[[pl.DataFrame], pl.DataFrame], schema: pl.Schema
) -> DataFrame:
    """A step on Polars frames, on each batch of rows where it lies."""

    def on_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows:
                yield from _arrow(step(pl.DataFrame(batch)), schema).to_batches()

    return frame.mapInArrow(on_batches, _spark_schema(schema))


def _arrow(frame: pl.DataFrame, schema: pl.Schema) -> pa.Table:
    """A frame in this schema, in the types of Arrow that Spark knows; a missing column is null."""
    full = (
        pl.concat([pl.DataFrame(schema=schema), frame], how="diagonal_relaxed")
        .select(list(schema))
        .cast(schema)
    )
    return full.to_arrow().cast(_arrow_schema(schema))


def _arrow_schema(schema: pl.Schema) -> pa.Schema:
    types = pl.DataFrame(schema=schema).to_arrow().schema
    return pa.schema([pa.field(f.name, _plain(f.type)) for f in types])


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type with Arrow's plain strings and lists for its large ones and views."""
    if kind in (pa.large_string(), pa.string_view()):
        return pa.string()
    if pa.types.is_large_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _plain(f.type)) for f in kind])
    return kind


def _spark_schema(schema: pl.Schema) -> StructType:
    return from_arrow_schema(_arrow_schema(schema))


def build(target: str = "spark") -> None:
    """Run dbt in this process, whose session its target joins: seeds, models and tests.

    Raises:
        Trouble: A model or a test failed.
    """
    # dbt makes rows of unit tests in DuckDB's words; the same models pass them there.
    arguments = ["build", "--full-refresh", "--target", target]
    arguments += ["--exclude-resource-type", "unit_test"]
    arguments += ["--project-dir", str(MODELS), "--profiles-dir", str(MODELS)]
    with tempfile.TemporaryDirectory() as folder:
        arguments += ["--target-path", folder, "--log-path", folder]
        result = dbtRunner().invoke(arguments)
    if not result.success:
        raise Trouble(
            "spark", "dbt", str(result.exception or "a model or a test failed"), "See above."
        )


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def run_command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders or URIs.")],
    target: Annotated[
        Path | None, typer.Option(help="Where a session on this machine keeps its tables.")
    ] = None,
) -> None:
    """Ingest articles, then build and test the marts, on Apache Spark."""
    base = target.absolute().parent if target else Path.cwd()
    run = Run(shlex.join(["python", "-m", "ingest.spark", *paths]), base=base)
    spark = open_session(target)
    load_raw(spark, paths, run)
    typer.echo(
        f"{run.articles_new} articles of {run.articles_read} files"
        f" ({run.articles_rejected} rejected); {run.figures} figures,"
        f" {run.rejected_figures} numbers left out"
    )
    build()
    spark.stop()


def main() -> None:
    """Run the command line; a trouble is one line on standard error and exit status 1."""
    try:
        app()
    except Trouble as trouble:
        print(f"error: {trouble}", file=sys.stderr, flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
