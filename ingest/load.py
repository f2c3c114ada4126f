"""Batches → `raw.*`: one transaction for each run, over Arrow, idempotent by article."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any

import duckdb
import polars as pl

from ingest import Trouble, __version__, in_plain_sight
from ingest.batches import ALONE, FILES, batches_of, in_batches
from ingest.documents import ARTICLES, READ, blocks_anew
from ingest.documents.paths import place_of
from ingest.figures import FIGURES, REJECTED_FIGURES, admit
from ingest.places import ARTICLE_PLACES, HEAD, Gone, Settled, begin, forget, matching, see, settle
from ingest.review.decisions import FILE as REVIEWS_FILE
from ingest.review.decisions import read_reviews
from ingest.review.settle import LAPSED, ORIGIN, REPLACED, settle_numbers

MODELS = Path(__file__).resolve().parent.parent / "dbt_project"
EXTRACTOR = [
    "boundaries",
    "characters",
    "units",
    "documents",
    "clauses",
    "periods",
    "spellings",
    "numbers",
    "vocabulary",
    "names",
    "parts",
    "movements",
    "rows",
    "lexicon",
    "words",
    "frame",
    "dating",
    "events",
    "confidence",
    "tables",
    "resolve",
    "figures",
]
"""The modules that decide which figures an article has; the vocabulary is the seeds."""

LOADING: dict[str, str | bool | int | float | list[str]] = {
    # What a run's transaction grows beyond this goes to the file.
    "memory_limit": "400MB",
    # Of a new file: the first version that keeps words in a quarter less.
    "storage_compatibility_version": "v1.3.0",
}
"""How DuckDB is opened to load."""

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

DBT_RESULTS = pl.Schema(
    {
        "run_id": pl.String(),
        "node": pl.String(),
        "status": pl.String(),
        "failures": pl.Int64(),
        "seconds": pl.Float64(),
    }
)

CHANGED_ARTICLES = pl.Schema({"article_id": pl.String()})
"""Articles of which anything has come, gone or changed since the models were built."""

_TABLES = {
    "articles": ARTICLES,
    "article_places": ARTICLE_PLACES,
    "figures": FIGURES,
    "rejected_figures": REJECTED_FIGURES,
    "rejected_articles": REJECTED_ARTICLES,
    "ingest_runs": INGEST_RUNS,
    "dbt_results": DBT_RESULTS,
    "changed_articles": CHANGED_ARTICLES,
    "replaced_figures": REPLACED,
}


_KEYS = {"figures": "figure_id", "rejected_figures": "rejected_id"}


def now() -> datetime:
    """The time in UTC, as the warehouse keeps it: without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass
class Run:
    """One run: what was asked for, and what came of it."""

    command: str
    started_at: datetime = field(default_factory=now)
    clock: float = field(default_factory=time.monotonic, repr=False)
    """When it started by the clock that nobody sets."""
    run_id: str = ""
    base: Path = field(default_factory=Path.cwd)
    """The folder that places are relative to: the warehouse's."""
    extractor_hash: str = ""
    """The rules that all articles there are read by; those of the last run where it is empty."""
    articles_read: int = 0
    articles_new: int = 0
    articles_unchanged: int = 0
    articles_rejected: int = 0
    articles_foreign: int = 0
    """Those of them that are in a language that is not read."""
    figures: int = 0
    rejected_figures: int = 0
    changed: bool = False
    """Whether the marts have to be built again."""
    models_changed: bool = False
    """Whether they have to be built from nothing."""
    nodes: dict[str, int] = field(default_factory=dict)
    """How many of dbt's nodes ended with each status."""
    reviewed: int = 0
    """Figures that a person's decisions settle, those that are rejected too."""
    lapsed: list[str] = field(default_factory=list)
    """The decisions that do not apply, each in one line."""
    gone: list[Gone] = field(default_factory=list)
    """The places that do not hold any more what they held, although its facts are kept."""

    def __post_init__(self) -> None:
        self.run_id = self.run_id or f"{self.started_at:%Y%m%dT%H%M%S}-{token_hex(3)}"


def load(
    con: duckdb.DuckDBPyConnection,
    files: list[Path],
    run: Run,
    seen: Callable[[int, int], None] = lambda done, total: None,
    refused: Callable[[pl.DataFrame], None] = lambda files: None,
    batches: Iterator[Path] | None = None,
    paths: Iterable[Path] = (),
) -> None:
    """Read files, write their articles and the figures in them, and fill the run's counts.

    An article that is there already adds nothing. Where the extractor or its vocabulary is another
    than in the last run, the articles that are there are read again by the new one, and its
    figures take the place of those that the old one found.

    Args:
        con: The warehouse, open for writing.
        files: The files, as `documents.find_articles` finds them.
        run: The run; its counts are filled.
        seen: Told after each batch how many files and articles are done, and of how many.
        refused: Told of each batch's files that could not be taken in (`documents.REJECTED`).
        batches: What `read_ahead` has begun to read of these files.
        paths: What was asked for: what is gone from its folders is noted.
    """
    with _Transaction(con, run) as last:
        known = con.sql("select article_id from raw.articles").pl()
        total = len(files)
        if last and last["extractor_hash"] != _extractor_hash():
            total += known.height
            run.changed |= bool(known.height)
            _extract_again(con, run, known.height, lambda done: seen(done, total))
        run.extractor_hash = _extractor_hash()
        begin(con)
        for folder in batches or _read(files, known["article_id"], _folder_of(con), run.base):
            read = pl.read_parquet(folder / "read")
            rejected = pl.read_parquet(folder / "rejected_articles")
            refused(rejected)
            run.articles_read += read.height + rejected.height
            run.articles_rejected += rejected.height
            run.articles_foreign += rejected.filter(pl.col("reason") == "language").height
            see(con, read)
            rejected = rejected.with_columns(rejected_at=_at(run.started_at))
            _add(con, "rejected_articles", rejected, run)
            _add_batch(con, folder, run)
            seen(total - len(files) + run.articles_read, total)
        run.articles_unchanged = run.articles_read - run.articles_rejected - run.articles_new
        run.changed |= bool(run.articles_new)
        _take(con, run, settle(con, run.started_at, run.base, paths))
        _settle_numbers(con, run)


def load_reviews(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Apply the decisions of the file beside the warehouse, and nothing else.

    Args:
        con: The warehouse, open for writing.
        run: The run; its counts are filled.
    """
    with _Transaction(con, run):
        _settle_numbers(con, run)


def load_forgotten(con: duckdb.DuckDBPyConnection, names: list[str], run: Run) -> pl.DataFrame:
    """Forget places: an article that stands nowhere else has no facts any more.

    What was read and found stays in `raw`. Reading the file again brings the facts back.

    Args:
        con: The warehouse, open for writing.
        names: Files, folders or articles, as `places.matching` takes them.
        run: The run.

    Returns:
        The places that were forgotten: article_id, source_path, and is_kept: whether the article
        stands elsewhere.

    Raises:
        Trouble: One names nothing that could be forgotten, or several articles.
    """
    with _Transaction(con, run):
        found = pl.concat(_to_forget(con, name, run.base) for name in names)
        places = found.unique(["article_id", "source_path"]).sort("source_path")
        _take(con, run, forget(con, places, run.started_at))
        stands = con.sql("select article_id from raw.article_places where gone_at is null").pl()
        is_kept = pl.col("article_id").is_in(stands["article_id"].implode())
        return places.select("article_id", "source_path", is_kept=is_kept)


def _to_forget(con: duckdb.DuckDBPyConnection, name: str, base: Path) -> pl.DataFrame:
    places = matching(con, name, base)
    if places.is_empty():
        cure = "The places are in raw.article_places: give a source_path or an article_id."
        raise Trouble(name, "forget", "is no file and no article whose facts are there", cure)
    articles = places["article_id"]
    if articles.n_unique() > 1 and articles.str.starts_with(name.lower()).all():
        cause = f"{articles.n_unique()} articles begin with it"
        raise Trouble(name, "article", cause, "Give more of its characters.")
    return places


def read_ahead(files: list[Path], published: Path, beside: Path) -> Iterator[Path] | None:
    """Begin to read files and to extract what is new in them, while the warehouse is copied.

    Args:
        files: The files, as `documents.find_articles` finds them.
        published: The warehouse as it stands.
        beside: A folder for the batches' own.

    Returns:
        What `load` takes for its batches, the first of which is there. None where there is no
        warehouse yet, or what it holds is to be read again first.
    """
    if not published.exists():
        return None
    with duckdb.connect(published, read_only=True) as con:
        try:
            last = con.sql("from raw.ingest_runs order by started_at desc limit 1").pl()
            known = con.sql("select article_id from raw.articles").pl()["article_id"]
        except duckdb.CatalogException:
            return None
    if last.is_empty() or last["extractor_hash"][0] != _extractor_hash():
        return None
    batches = _read(files, known, beside, published.absolute().parent)
    return chain([next(batches)], batches)


def _read(files: list[Path], known: pl.Series, beside: Path | None, base: Path) -> Iterator[Path]:
    alone = len(files) <= ALONE
    return in_batches(batches_of(files), known, alone=alone, beside=beside, base=base)


def _extract_again(
    con: duckdb.DuckDBPyConnection, run: Run, articles: int, seen: Callable[[int], None]
) -> None:
    """Let the figures that rules found give way to those that today's rules find."""
    _drop(con, "rules")
    done = 0
    for _ in _add_anew(con, run, _articles_there(con), articles):
        done += min(FILES, articles - done)
        seen(done)


def _add_anew(
    con: duckdb.DuckDBPyConnection, run: Run, batches: Iterator[pl.DataFrame], articles: int
) -> Iterator[None]:
    """Extract articles that are there and add what is found, a batch at a time."""
    nothing_known = pl.Series([], dtype=pl.String)
    alone = articles <= ALONE
    for folder in in_batches(batches, nothing_known, alone=alone, beside=_folder_of(con)):
        for table, key in _KEYS.items():
            # An analyst's figure may be the one that the rules find.
            added = _add_file(
                con, table, folder / table, run, f"anti join raw.{table} using ({key})"
            )
            _count(run, table, added)
        yield


def _take(con: duckdb.DuckDBPyConnection, run: Run, settled: Settled) -> None:
    """Take what came of the places: have the models know, and read again what says otherwise."""
    run.gone = settled.gone
    run.changed |= bool(settled.changed)
    _note_changes(con, "select unnest($1) as article_id", settled.changed)
    if not settled.read_anew:
        return
    for table in _KEYS:
        gone = con.execute(
            f"delete from raw.{table} where origin = 'rules' and article_id in (select unnest($1))"
            " returning run_id",
            [settled.read_anew],
        ).pl()
        _count(run, table, -gone.filter(run_id=run.run_id).height)
    batches = _named(con, settled.read_anew)
    for _ in _add_anew(con, run, batches, len(settled.read_anew)):
        pass


def _named(con: duckdb.DuckDBPyConnection, articles: list[str]) -> Iterator[pl.DataFrame]:
    """Articles of the warehouse as they are in this run, a batch at a time."""
    query = f"select {', '.join(READ)} from raw.articles where article_id in (select unnest($1))"
    for start in range(0, len(articles), FILES):
        batch = con.execute(query, [articles[start : start + FILES]]).pl()
        yield blocks_anew(pl.concat([_NO_ARTICLES, batch], how="diagonal"))


def _folder_of(con: duckdb.DuckDBPyConnection) -> Path | None:
    """The folder of the database: what a killed run leaves there goes with its build."""
    query = "select path from duckdb_databases() where database_name = current_database()"
    ((path,),) = con.sql(query).fetchall()
    return Path(path).parent if path else None


_NO_ARTICLES = pl.DataFrame(schema=READ)


def _articles_there(con: duckdb.DuckDBPyConnection) -> Iterator[pl.DataFrame]:
    """The articles of the warehouse, a batch at a time."""
    # A cursor of its own, since others are used while this one is read. It sees the table as it was
    # before this run; an older version's lacks columns.
    with con.cursor() as reading:
        there = reading.table("raw.articles").columns
        columns = ", ".join(name for name in READ if name in there)
        for batch in reading.execute(f"select {columns} from raw.articles").to_arrow_reader(FILES):
            yield blocks_anew(pl.concat([_NO_ARTICLES, pl.DataFrame(batch)], how="diagonal"))


def _add_batch(con: duckdb.DuckDBPyConnection, folder: Path, run: Run) -> None:
    """Append the articles that are new, and what is in them."""
    # Another batch of this run may have held the same text.
    con.execute(
        "create temp table new_articles as select article_id"
        f" from {_rows_of(folder / 'articles')} anti join raw.articles using (article_id)"
    )
    of_new = "semi join new_articles using (article_id)"
    stamp = f"cast('{run.started_at}' as timestamp) as ingested_at"
    run.articles_new += _add_file(con, "articles", folder / "articles", run, of_new, stamp)
    for table in _KEYS:
        _count(run, table, _add_file(con, table, folder / table, run, of_new))
    con.execute("drop table new_articles")


def _count(run: Run, table: str, rows: int) -> None:
    setattr(run, table, getattr(run, table) + rows)


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
        _drop(con, origin)
        _add_figures(con, figures, rejected, run)
        run.changed |= not before.equals(_of_origin(con, origin))
        _settle_numbers(con, run)


_OF_NUMBERS = {
    "figures": FIGURES,
    "rejected_figures": REJECTED_FIGURES,
    "replaced_figures": REPLACED,
}


def _settle_numbers(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Have a person's decisions win over files from outside, and those over the rules.

    What came of them is worked out from nothing, and only the articles of which it is another than
    before are written and noted.
    """
    decisions = read_reviews(run.base / REVIEWS_FILE)
    articles = con.execute(_TOLD_TWICE, [decisions["article_id"].unique().to_list()]).pl()
    query = "select * from raw.figures where origin != $1 and article_id in (select unnest($2))"
    figures = con.execute(query, [ORIGIN, articles["article_id"].to_list()]).pl()
    settled = settle_numbers(decisions, articles, figures)
    now_there = dict(zip(_OF_NUMBERS, settled[:3], strict=True))
    before = {name: _settled_before(con, name) for name in _OF_NUMBERS}
    changed = sorted(
        {
            article
            for name, rows in now_there.items()
            for article in _differing(rows, before[name])["article_id"]
        }
    )
    run.reviewed = settled.figures.height + settled.rejected.height
    run.lapsed = [_said(row, run.base) for row in settled.lapsed.iter_rows(named=True)]
    run.changed |= bool(changed)
    _note_changes(con, "select unnest($1) as article_id", changed)
    for name, rows in now_there.items():
        which = "" if name == "replaced_figures" else f"origin = '{ORIGIN}' and "
        con.execute(
            f"delete from raw.{name} where {which}article_id in (select unnest($1))", [changed]
        )
        added = rows.filter(pl.col("article_id").is_in(changed))
        if name in _KEYS:
            _count(run, name, _add(con, name, added, run))
        else:
            _insert(con, name, added)


_TOLD_TWICE = """
    select
        articles.article_id,
        articles.text,
        articles.blocks,
        coalesce(places.is_changed, false) as is_changed
    from raw.articles
    left join (
        select
            article_id,
            bool_and(gone_at is not null) and bool_or(gone_because = 'edited') as is_changed
        from raw.article_places
        group by article_id
    ) as places using (article_id)
    where article_id in (
        select unnest($1) union all select article_id from raw.figures where origin != 'rules'
    )
"""
"""The articles of decisions and of files from outside."""


def _settled_before(con: duckdb.DuckDBPyConnection, table: str) -> pl.DataFrame:
    query = f"select {', '.join(_OF_NUMBERS[table])} from raw.{table}"
    if table in _KEYS:
        query += f" where origin = '{ORIGIN}'"
    return con.sql(query).pl()


def _differing(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The rows that only one of two frames has."""
    columns = one.columns
    both = [one, other.select(columns).cast(one.schema)]
    return pl.concat(
        left.join(right, on=columns, how="anti", nulls_equal=True)
        for left, right in (both, both[::-1])
    )


def _said(lapsed: dict[str, Any], base: Path) -> str:
    """A decision that does not apply, in one line: file, place, cause, cure."""
    file = os.path.relpath(base / REVIEWS_FILE)
    quote = in_plain_sight(lapsed["quote"][:40])
    cause = f"{LAPSED[lapsed['reason']]} ({quote})"
    return f"{file}: row {lapsed['row']}: {cause}. Review the figure again, or remove the row."


def _drop(con: duckdb.DuckDBPyConnection, origin: str) -> None:
    """Let go of the figures and rejects of an origin; others may follow, or none."""
    _note_changes(con, "select article_id from raw.figures where origin = $1", origin)
    for table in _KEYS:
        con.execute(f"delete from raw.{table} where origin = $1", [origin])


def _note_changes(con: duckdb.DuckDBPyConnection, articles: str, value: Any) -> None:
    """Note the articles that a query with a value gives for the models to take again."""
    con.execute(
        f"insert into raw.changed_articles ({articles} except from raw.changed_articles)", [value]
    )


def _of_origin(con: duckdb.DuckDBPyConnection, origin: str) -> pl.DataFrame:
    query = "select * exclude (run_id) from raw.figures where origin = $1 order by figure_id"
    return con.execute(query, [origin]).pl()


class _Transaction:
    """A run's transaction: tables made where they are missing, the run recorded at its end.

    Entering it gives the row of the last run, None before the first. Times decide which run is
    the last and which text of a path is the newest, so they never run backwards: where the clock
    was set back, a run begins just after the last one's end.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, run: Run):
        self.con, self.run = con, run
        self.rules: str | None = None

    def __enter__(self) -> dict[str, Any] | None:
        self.con.begin()
        _make_tables(self.con, self.run.base)
        query = "select * from raw.ingest_runs order by started_at desc limit 1"
        last = next(self.con.sql(query).pl().iter_rows(named=True), None)
        if last:
            self.rules = last["extractor_hash"]
            after = last["finished_at"] + timedelta(microseconds=1)
            self.run.started_at = max(self.run.started_at, after)
        self.run.models_changed = last is not None and last["models_hash"] != _models_hash()
        self.run.changed = last is None or self.run.models_changed
        return last

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # A failed commit or a full disk may have ended the transaction already.
            if kind is not duckdb.FatalException:
                self.con.rollback()
            return
        try:
            _reconcile(self.con, self.run)
        except Trouble:
            self.con.rollback()
            raise
        for table in ("articles", "figures"):
            of_run = f"select article_id from raw.{table} where run_id = $1"
            _note_changes(self.con, of_run, self.run.run_id)
        row = {name: getattr(self.run, name, None) for name in INGEST_RUNS} | {
            "finished_at": max(now(), self.run.started_at),
            "duration_seconds": time.monotonic() - self.run.clock,
            "figurehouse_version": __version__,
            "polars_version": pl.__version__,
            "duckdb_version": duckdb.__version__,
            "extractor_hash": self.run.extractor_hash or self.rules,
            "models_hash": _models_hash(),
        }
        _insert(self.con, "ingest_runs", pl.DataFrame([row], schema=INGEST_RUNS))
        self.con.commit()


def _reconcile(con: duckdb.DuckDBPyConnection, run: Run) -> None:
    """Hold what a run says that it wrote against what stands there under its id.

    Raises:
        Trouble: They differ; the transaction is taken back.
    """
    told = {
        "articles": run.articles_new,
        "rejected_articles": run.articles_rejected,
        "figures": run.figures,
        "rejected_figures": run.rejected_figures,
    }
    for table, count in told.items():
        query = f"select count(*) from raw.{table} where run_id = $1"
        ((there,),) = con.execute(query, [run.run_id]).fetchall()
        if there != count:
            cause = f"{count} rows were counted and {there} are there"
            raise Trouble("run", f"raw.{table}", cause, "Nothing was published; run it again.")
    if run.articles_read != run.articles_new + run.articles_unchanged + run.articles_rejected:
        cause = "not every file that was read is new, known or rejected"
        raise Trouble("run", "counts", cause, "Nothing was published; run it again.")


def add_dbt_results(file: Path, results: pl.DataFrame) -> None:
    """Keep what dbt said of each node in a run (schema `DBT_RESULTS`): the models are built."""
    with duckdb.connect(file) as con:
        _insert(con, "dbt_results", results)
        con.execute("delete from raw.changed_articles")


def _make_tables(con: duckdb.DuckDBPyConnection, base: Path) -> None:
    """The raw tables, and in those of an older version the columns that it did not know."""
    con.execute("create schema if not exists raw")
    query = (
        "select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'article_places'"
    )
    has_places = con.execute(query).fetchall()
    for name, schema in _TABLES.items():
        empty = pl.DataFrame(schema=schema)
        con.register("incoming", empty)
        con.execute(f"create table if not exists raw.{name} as from incoming")
        there = set(con.table(f"raw.{name}").columns)
        for column, kind in zip(schema, con.table("incoming").types, strict=True):
            if column not in there:
                con.execute(f"alter table raw.{name} add column {column} {kind}")
        con.unregister("incoming")
    if not has_places:
        _place_articles(con, base)


def _place_articles(con: duckdb.DuckDBPyConnection, base: Path) -> None:
    """Give the articles of an older version's warehouse their places.

    It named them from the folder that a run was started in; the newest text of a path counted.
    """
    paths = con.sql("select distinct source_path from raw.articles order by 1").pl()
    places = [
        place_of(Path(path), base) if os.path.lexists(path) else path
        for path in paths["source_path"]
    ]
    con.register("incoming", paths.with_columns(place=pl.Series(places, dtype=pl.String)))
    con.execute(
        "update raw.articles as articles set source_path = place from incoming"
        " where articles.source_path = incoming.source_path"
    )
    con.unregister("incoming")
    con.execute(f"""
        insert into raw.article_places by name
        select
            article_id, source_path, {", ".join(HEAD)},
            ingested_at as first_seen_at,
            lead(ingested_at) over (partition by source_path order by ingested_at, article_id desc)
                as gone_at,
            coalesce(gone_at, ingested_at) as last_seen_at,
            case when gone_at is not null then 'edited' end as gone_because
        from raw.articles
    """)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    con.register("incoming", rows)
    con.execute(f"insert into raw.{table} by name from incoming")
    con.unregister("incoming")


def _at(time: datetime) -> pl.Expr:
    return pl.lit(time, _TIME)


def _add(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame, run: Run) -> int:
    """Append rows as this run's, in the table's schema; how many there were."""
    schema = _TABLES[table]
    rows = rows.with_columns(run_id=pl.lit(run.run_id)).select(list(schema)).cast(schema)
    _insert(con, table, rows)
    return rows.height


def _add_file(
    con: duckdb.DuckDBPyConnection, table: str, file: Path, run: Run, which: str, *more: str
) -> int:
    """Append those rows of a Parquet file that a join leaves, as this run's; how many."""
    columns = ", ".join(["*", f"'{run.run_id}' as run_id", *more])
    rows = f"select {columns} from {_rows_of(file)} {which}"
    (inserted,) = con.execute(f"insert into raw.{table} by name {rows}").fetchall()
    return int(inserted[0])


def _rows_of(file: Path) -> str:
    path = str(file).replace("'", "''")
    return f"read_parquet('{path}')"


def _add_figures(
    con: duckdb.DuckDBPyConnection, figures: pl.DataFrame, rejected: pl.DataFrame, run: Run
) -> None:
    """Append figures and rejects that are not there yet: rules and an analyst may find the same."""
    for (table, key), rows in zip(_KEYS.items(), (figures, rejected), strict=True):
        con.register("incoming", rows.select("article_id").unique())
        there = con.sql(f"select {key} from raw.{table} semi join incoming using (article_id)").pl()
        con.unregister("incoming")
        new = rows.join(there, on=key, how="anti", maintain_order="left")
        _count(run, table, _add(con, table, new, run))


def _extractor_hash() -> str:
    modules = (
        file
        for name in EXTRACTOR
        for pattern in (f"{name}.py", f"{name}/*.py", f"{name}/*.csv")
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
