"""Frames → `raw.*`: one transaction for each run, over Arrow, idempotent by article."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

import duckdb
import polars as pl

from ingest import Trouble, __version__
from ingest.figures import ARTICLES, FIGURES, REJECTED_FIGURES, admit
from ingest.read import Reading
from ingest.resolve import extract

MODELS = Path(__file__).resolve().parent.parent / "dbt_project"
EXTRACTOR = ("numbers", "periods", "clauses", "events", "vocabulary", "resolve", "figures")
"""The modules that decide which figures an article has; the vocabulary is the seeds."""

BATCH = 2000
"""Articles that are extracted at a time: enough for whole columns, little enough for memory."""

_TIME = pl.Datetime("us")

REJECTED_ARTICLES = pl.Schema(
    {
        "run_id": pl.String(),
        "source_path": pl.String(),
        "reason": pl.String(),
        "detail": pl.String(),
        "rejected_at": _TIME,
    }
)

INGEST_RUNS = pl.Schema(
    {
        "run_id": pl.String(),
        "started_at": _TIME,
        "finished_at": _TIME,
        "duration_seconds": pl.Float64(),
        "command": pl.String(),
        "articles_read": pl.Int64(),
        "articles_new": pl.Int64(),
        "articles_unchanged": pl.Int64(),
        "articles_rejected": pl.Int64(),
        "figures": pl.Int64(),
        "rejected_figures": pl.Int64(),
        "figurehouse_version": pl.String(),
        "polars_version": pl.String(),
        "duckdb_version": pl.String(),
        "extractor_hash": pl.String(),
        "models_hash": pl.String(),
    }
)

_TABLES = {
    "articles": ARTICLES,
    "figures": FIGURES,
    "rejected_figures": REJECTED_FIGURES,
    "rejected_articles": REJECTED_ARTICLES,
    "ingest_runs": INGEST_RUNS,
}


def now() -> datetime:
    """The time in UTC, as the warehouse keeps it: without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass
class Run:
    """One run: what was asked for, and what came of it."""

    command: str
    started_at: datetime = field(default_factory=now)
    run_id: str = ""
    articles_read: int = 0
    articles_new: int = 0
    articles_unchanged: int = 0
    articles_rejected: int = 0
    figures: int = 0
    rejected_figures: int = 0
    changed: bool = False
    """Whether the marts have to be built again."""
    models_changed: bool = False
    """Whether they have to be built from nothing."""

    def __post_init__(self) -> None:
        self.run_id = self.run_id or f"{self.started_at:%Y%m%dT%H%M%S}-{token_hex(3)}"


def load(
    con: duckdb.DuckDBPyConnection,
    reading: Reading,
    run: Run,
    seen: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Write what was read and the figures in it, and fill the run's counts.

    An article that is there already adds nothing. Where the extractor or its vocabulary is another
    than in the last run, the articles that are there are read again by the new one, and its
    figures take the place of those that the old one found.

    Args:
        con: The warehouse, open for writing.
        reading: What was read.
        run: The run; its counts are filled.
        seen: Told after each batch how many articles are extracted, and of how many.
    """
    with _Transaction(con, run) as last:
        known = con.sql("select article_id, source_path, ingested_at from raw.articles").pl()
        fresh = reading.articles.unique("article_id", keep="first", maintain_order=True).join(
            known, on="article_id", how="anti"
        )
        run.articles_read = reading.articles.height + reading.rejected.height
        run.articles_new = fresh.height
        run.articles_unchanged = reading.articles.height - fresh.height
        run.articles_rejected = reading.rejected.height
        run.changed |= bool(fresh.height) | _bring_back(con, reading.articles, known)

        to_extract = fresh
        if last and last["extractor_hash"] != _extractor_hash():
            run.changed |= bool(known.height)
            for table in ("figures", "rejected_figures"):
                con.execute(f"delete from raw.{table} where origin = 'rules'")
            there = con.sql("select * exclude (run_id, ingested_at) from raw.articles").pl()
            to_extract = pl.concat([there, fresh], how="diagonal")
        _add(con, "articles", fresh.with_columns(ingested_at=pl.lit(now(), _TIME)), run)
        _add(
            con,
            "rejected_articles",
            reading.rejected.with_columns(rejected_at=pl.lit(now(), _TIME)),
            run,
        )
        for done in range(0, to_extract.height, BATCH):
            _add_figures(con, *extract(to_extract.slice(done, BATCH)), run)
            seen(min(done + BATCH, to_extract.height), to_extract.height)


def load_figures(
    con: duckdb.DuckDBPyConnection, candidates: pl.DataFrame, origin: str, run: Run
) -> None:
    """Admit figures that were made elsewhere; those of an earlier file of that name give way.

    Args:
        con: The warehouse, open for writing.
        candidates: One row a figure, as `ingest.figures.admit` takes them.
        origin: The name of the file they come from.
        run: The run; its counts are filled.

    Raises:
        Trouble: The warehouse holds no article yet.
    """
    with _Transaction(con, run):
        articles = con.sql("select * from raw.articles").pl()
        if articles.is_empty():
            cure = "Ingest the articles first: python -m ingest run PATH."
            raise Trouble(origin, "figures", "the warehouse holds no article", cure)
        figures, rejected = admit(candidates, articles, origin)
        before = _of_origin(con, origin)
        for table in ("figures", "rejected_figures"):
            con.execute(f"delete from raw.{table} where origin = $1", [origin])
        _add_figures(con, figures, rejected, run)
        run.changed |= not before.equals(_of_origin(con, origin))


def _of_origin(con: duckdb.DuckDBPyConnection, origin: str) -> pl.DataFrame:
    query = "select * exclude (run_id) from raw.figures where origin = $1 order by figure_id"
    return con.execute(query, [origin]).pl()


class _Transaction:
    """A run's transaction: tables made where they are missing, the run recorded at its end.

    Entering it gives the row of the last run, None before the first.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, run: Run):
        self.con, self.run = con, run

    def __enter__(self) -> dict[str, Any] | None:
        self.con.begin()
        _make_tables(self.con)
        query = "select * from raw.ingest_runs order by started_at desc limit 1"
        last = next(self.con.sql(query).pl().iter_rows(named=True), None)
        self.run.models_changed = last is not None and last["models_hash"] != _models_hash()
        self.run.changed = last is None or self.run.models_changed
        return last

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # A failed commit or a full disk may have ended the transaction already.
            if kind is not duckdb.FatalException:
                self.con.rollback()
            return
        finished = now()
        row = {name: getattr(self.run, name, None) for name in INGEST_RUNS} | {
            "finished_at": finished,
            "duration_seconds": (finished - self.run.started_at).total_seconds(),
            "figurehouse_version": __version__,
            "polars_version": pl.__version__,
            "duckdb_version": duckdb.__version__,
            "extractor_hash": _extractor_hash(),
            "models_hash": _models_hash(),
        }
        _insert(self.con, "ingest_runs", pl.DataFrame([row], schema=INGEST_RUNS))
        self.con.commit()


def _make_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The raw tables, and in those of an older version the columns that it did not know."""
    con.execute("create schema if not exists raw")
    for name, schema in _TABLES.items():
        empty = pl.DataFrame(schema=schema)
        con.register("incoming", empty)
        con.execute(f"create table if not exists raw.{name} as from incoming")
        there = set(con.table(f"raw.{name}").columns)
        for column, kind in zip(schema, con.table("incoming").types, strict=True):
            if column not in there:
                con.execute(f"alter table raw.{name} add column {column} {kind}")
        con.unregister("incoming")


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    con.register("incoming", rows)
    con.execute(f"insert into raw.{table} by name from incoming")
    con.unregister("incoming")


def _add(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame, run: Run) -> int:
    """Append rows as this run's, in the table's schema; how many there were."""
    schema = _TABLES[table]
    rows = rows.with_columns(run_id=pl.lit(run.run_id)).select(list(schema)).cast(schema)
    _insert(con, table, rows)
    return rows.height


def _add_figures(
    con: duckdb.DuckDBPyConnection, figures: pl.DataFrame, rejected: pl.DataFrame, run: Run
) -> None:
    """Append figures and rejects that are not there yet: rules and an analyst may find the same."""
    run.figures += _add(con, "figures", _not_there(con, "figures", figures, "figure_id"), run)
    run.rejected_figures += _add(
        con,
        "rejected_figures",
        _not_there(con, "rejected_figures", rejected, "rejected_id"),
        run,
    )


def _not_there(
    con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame, key: str
) -> pl.DataFrame:
    """Rows whose key is new. A key begins with its article's, so only theirs are looked at."""
    con.register("incoming", rows.select(pl.col("article_id").unique()))
    there = con.sql(f"select {key} from raw.{table} semi join incoming using (article_id)").pl()
    con.unregister("incoming")
    return rows.join(there, on=key, how="anti")


def _bring_back(
    con: duckdb.DuckDBPyConnection, articles: pl.DataFrame, known: pl.DataFrame
) -> bool:
    """Make the newest what a path holds again after it held another text; whether there was any.

    The newest article of a path is the one that counts; without this, a file that was changed
    and changed back would keep the figures of the text in between.
    """
    back = (
        known.filter(pl.col("ingested_at") < pl.col("ingested_at").max().over("source_path"))
        .join(articles, on=["article_id", "source_path"], how="semi")
        .select("article_id")
    )
    con.register("incoming", back)
    con.execute(
        "update raw.articles set ingested_at = $1 where article_id in (from incoming)", [now()]
    )
    con.unregister("incoming")
    return bool(back.height)


def _extractor_hash() -> str:
    modules = (
        file
        for name in EXTRACTOR
        for pattern in (f"{name}.py", f"{name}/*.py")
        for file in Path(__file__).parent.glob(pattern)
    )
    return _hash([*modules, *(MODELS / "seeds").glob("*.csv")])


def _models_hash() -> str:
    built = {"target", "logs", "dbt_packages"}
    files = (file for file in MODELS.rglob("*") if not built & set(file.relative_to(MODELS).parts))
    return _hash(file for file in files if file.is_file())


def _hash(files: Iterable[Path]) -> str:
    """One hash over names and contents."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]
