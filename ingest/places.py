"""Places → which file holds which article: files that come, change, move and go.

An article is a text; a place is a file that holds it (`raw.article_places`). Facts are those of the
articles that stand in a place or, where they stand in none, that nothing has superseded.
"""

import os
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from ingest.documents.paths import file_of, place_of, shown
from ingest.documents.schema import ARTICLES

HEAD = ["title", "published_on", "published_on_basis", "url", "publisher"]
"""What a file says of its article beside the text: another file may say it differently."""

SEEN = ["article_id", "source_path", *HEAD]
"""What is read of each file for its place."""

_TIME = pl.Datetime("us")
ARTICLE_PLACES = pl.Schema(
    {
        **{name: ARTICLES[name] for name in SEEN},
        "first_seen_at": _TIME,
        "last_seen_at": _TIME,
        "gone_at": _TIME,
        "gone_because": pl.String(),
    }
)
"""`raw.article_places`: one row an article and a file that holds or held it.

gone_because: edited (the file holds a newer version of the text) | replaced (it holds another
article) | moved (the file is gone, and the article stands elsewhere) | deleted (the file is gone,
and was the last one) | forgotten (`python -m ingest forget`); null where the file holds it.
"""

ALIKE = 0.5
"""From this share of equal runs of four characters on, one text is a version of another.

Of 120 articles (60 generated, the 60 of tests/articles) versions share 0.95 or more of the shorter
text (a number changed, a sentence in five put differently, a third cut, a paragraph added), and
other articles at most 0.25.
"""

SAME_VALUES = 0.8
"""From this share of equal values on it is a version under another company or period, too.

A form that is filled in again each time (收入…亿元，同比增长…) is as alike as a version, but it is
about another company or period, with other values.
"""


class Gone(NamedTuple):
    """A place that does not hold its article any more, although the article's facts stay."""

    article_id: str
    source_path: str
    because: str
    figures: int

    def said(self, base: Path) -> str:
        """It in one line: file, place, cause, cure."""
        file = shown(self.source_path, base)
        many = "figure is" if self.figures == 1 else "figures are"
        if self.because == "deleted":
            cause, which = "is gone", file
        else:
            cause, which = "holds another article now", self.article_id[:16]
        stay = f"{self.figures} {many} still there"
        return (
            f"{file}: file: {cause}; what it held is kept, and its {stay}."
            f" To take them out: python -m ingest forget {which}"
        )


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table that takes down what a run has seen, as `see` fills it."""
    types = {name: ARTICLE_PLACES[name] for name in SEEN}
    con.register("incoming", pl.DataFrame(schema=types))
    con.execute("create or replace temp table seen as from incoming")
    con.unregister("incoming")


def see(con: duckdb.DuckDBPyConnection, read: pl.DataFrame) -> None:
    """Take down a batch of what was read (columns SEEN)."""
    con.register("incoming", read.select(SEEN))
    con.execute("insert into seen by name from incoming")
    con.unregister("incoming")


class Settled(NamedTuple):
    """What came of the places of a run.

    changed: the articles that count otherwise than before, or say something else of themselves.
    read_anew: those of them that the rules may read otherwise, since their title, their day or the
        name of their file is another.
    gone: the places that are gone although what they held is kept.
    """

    changed: list[str]
    read_anew: list[str]
    gone: list[Gone]


def settle(
    con: duckdb.DuckDBPyConnection, at: datetime, base: Path, paths: Iterable[Path]
) -> Settled:
    """Bring the places up to what a run has seen.

    Args:
        con: The warehouse, in the run's transaction; `seen` is filled and the articles are there.
        at: The run's time.
        base: The folder that the places are relative to.
        paths: What was asked for; places in folders of it that were not seen may be gone.
    """
    con.execute(_HERE)
    left = _supersede(con, at)
    come = _stand(con, at)
    moved = _notice_gone(con, at, base, paths)
    con.execute("insert into here by name select unnest($1) as article_id", [left + moved])
    follow = _follow(con)
    gone = [Gone(*row) for row in con.execute(_NOTED, [at]).fetchall()]
    con.execute("drop table here")
    con.execute("drop table seen")
    changed = sorted({*left, *come, *moved, *follow})
    return Settled(changed, [article for article, anew in follow.items() if anew], gone)


_HERE = """
    create or replace temp table here as
    from seen qualify row_number() over (partition by source_path order by article_id) = 1
"""

_NOTED = """
    with noted as (
        select article_id, source_path, gone_because from raw.article_places
        where gone_at = $1
            and gone_because in ('deleted', 'replaced')
            and article_id not in (select article_id from raw.article_places where gone_at is null)
    )
    select article_id, source_path, gone_because, (
        select count(*) from raw.figures where figures.article_id = noted.article_id
    ) from noted order by source_path
"""


def _supersede(con: duckdb.DuckDBPyConnection, at: datetime) -> list[str]:
    """Note the places that hold another text than before, and whether it is a version of that."""
    left = con.sql("""
        select places.article_id, places.source_path, here.article_id as now_id
        from raw.article_places as places join here using (source_path)
        where places.gone_at is null and places.article_id != here.article_id
        order by source_path
    """).pl()
    if left.height:
        are_versions = pl.Series(_are_versions(con, left), dtype=pl.Boolean)
        because = pl.when(are_versions).then(pl.lit("edited")).otherwise(pl.lit("replaced"))
        _leave(con, left.with_columns(gone_because=because), at)
    return left["article_id"].to_list()


def _leave(con: duckdb.DuckDBPyConnection, places: pl.DataFrame, at: datetime) -> None:
    """Note places as gone (article_id, source_path, gone_because)."""
    con.register("incoming", places)
    con.execute(
        """
        update raw.article_places as places
        set gone_at = $1, gone_because = incoming.gone_because
        from incoming
        where places.article_id = incoming.article_id
            and places.source_path = incoming.source_path
        """,
        [at],
    )
    con.unregister("incoming")


def _stand(con: duckdb.DuckDBPyConnection, at: datetime) -> list[str]:
    """Have the articles stand where they were seen; those that did not stand there before."""
    come = con.sql("""
        select distinct here.article_id from here
        left join raw.article_places as places
            on here.article_id = places.article_id
            and here.source_path = places.source_path
            and places.gone_at is null
        where places.article_id is null
    """).pl()["article_id"]
    columns = ", ".join(f"{name} = here.{name}" for name in HEAD)
    con.execute(
        f"""
        update raw.article_places as places
        set last_seen_at = $1, gone_at = null, gone_because = null, {columns}
        from here
        where places.article_id = here.article_id and places.source_path = here.source_path
        """,
        [at],
    )
    con.execute(
        """
        insert into raw.article_places by name
        select *, $1 as first_seen_at, $1 as last_seen_at from here
        anti join raw.article_places using (article_id, source_path)
        """,
        [at],
    )
    return come.to_list()


def _notice_gone(
    con: duckdb.DuckDBPyConnection, at: datetime, base: Path, paths: Iterable[Path]
) -> list[str]:
    """Note the places whose file is gone; the articles of those that stand elsewhere."""
    folders = [Path(os.path.realpath(path)) for path in paths if path.is_dir()]
    # Of an article that has come to a place the others are looked at, wherever they are.
    unseen = con.execute(
        """
        with come as (
            select article_id from raw.article_places where first_seen_at = $1
        )
        select article_id, source_path, article_id in (from come) as has_come
        from raw.article_places anti join here using (source_path)
        where gone_at is null and ($2 or article_id in (from come))
        """,
        [at, bool(folders)],
    ).pl()
    is_gone = []
    for place, has_come in unseen.select("source_path", "has_come").iter_rows():
        file = file_of(place, base)
        asked = has_come or any(file.is_relative_to(folder) for folder in folders)
        is_gone.append(asked and not os.path.lexists(file))
    gone = unseen.filter(pl.Series(is_gone, dtype=pl.Boolean))
    if gone.is_empty():
        return []
    # All of them first: an article may have stood in several.
    _leave(con, gone.with_columns(gone_because=pl.lit("deleted")), at)
    con.register("incoming", gone)
    moved = con.sql("""
        select article_id, source_path, 'moved' as gone_because
        from incoming semi join (from raw.article_places where gone_at is null) using (article_id)
    """).pl()
    con.unregister("incoming")
    _leave(con, moved, at)
    return moved["article_id"].to_list()


def _follow(con: duckdb.DuckDBPyConnection) -> dict[str, bool]:
    """Have the articles in `here` say what their first places say: those dated the earliest.

    Returns:
        The articles of which anything changed, and whether the rules may read them otherwise.
    """
    columns = ["source_path", *HEAD]
    differ = [f"articles.{name} is distinct from first_places.{name}" for name in columns]
    con.execute(f"""
        create or replace temp table heads as
        with first_places as (
            select * from raw.article_places
            where gone_at is null and article_id in (select article_id from here)
            qualify row_number() over (
                partition by article_id
                order by published_on nulls last, first_seen_at, source_path
            ) = 1
        )
        select
            first_places.*,
            articles.title is distinct from first_places.title
            or articles.published_on is distinct from first_places.published_on
            or parse_filename(articles.source_path) != parse_filename(first_places.source_path)
                as is_read_anew
        from first_places join raw.articles as articles using (article_id)
        where {" or ".join(differ)}
    """)
    found = con.sql("select article_id, is_read_anew from heads order by article_id").fetchall()
    if found:
        con.execute(f"""
            update raw.articles as articles
            set {", ".join(f"{name} = heads.{name}" for name in columns)}
            from heads where articles.article_id = heads.article_id
        """)
    con.execute("drop table heads")
    return dict(found)


# --- one text and another -----------------------------------------------------------------------


class About(NamedTuple):
    """The company and the period that most of an article's figures are of, and their values."""

    company: str | None = None
    period: str | None = None
    values: Counter[Any] = Counter()  # noqa: RUF012 - never written to


def is_version(text: str, other: str, about: About, other_about: About) -> bool:
    """Whether a text is a version of another, and not another article in the same file.

    It is if the two share ALIKE of their characters' runs, and are about the same company and
    period or share SAME_VALUES of their values.

    Args:
        text: One text.
        other: The other.
        about: What the figures of the one are about.
        other_about: What those of the other are about.
    """
    if _share(_runs(text), _runs(other)) < ALIKE:
        return False
    same = all(
        one is None or another is None or one == another
        for one, another in zip(about[:2], other_about[:2], strict=True)
    )
    return same or _share(about.values, other_about.values) >= SAME_VALUES


def _runs(text: str) -> Counter[Any]:
    """Each four characters that follow one another, spaces left out."""
    words = "".join(text.split())
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def _share(one: Counter[Any], other: Counter[Any]) -> float:
    """How much of the smaller the larger has."""
    smaller = min(one.total(), other.total())
    return (one & other).total() / smaller if smaller else 0.0


def _are_versions(con: duckdb.DuckDBPyConnection, left: pl.DataFrame) -> list[bool]:
    """Of each pair (article_id, now_id) whether the one is a version of the other."""
    ids = {*left["article_id"], *left["now_id"]}
    query = "select article_id, text from raw.articles where article_id in (select unnest($1))"
    texts = dict(con.execute(query, [list(ids)]).fetchall())
    query = """
        select article_id, coalesce(company_id, subject_name), period_id, value
        from raw.figures where article_id in (select unnest($1))
    """
    figures: dict[str, list[Any]] = {article: [] for article in ids}
    for article, *figure in con.execute(query, [list(ids)]).fetchall():
        figures[article].append(figure)
    about = {article: _about(rows) for article, rows in figures.items()}
    return [
        is_version(texts[before], texts[now], about[before], about[now])
        for before, now in left.select("article_id", "now_id").iter_rows()
    ]


def _about(figures: list[Any]) -> About:
    """What figures (company, period, value) are about."""
    companies, periods, values = zip(*figures, strict=True) if figures else ((), (), ())
    return About(_most(companies), _most(periods), Counter(values))


def _most(names: Iterable[str | None]) -> str | None:
    """The name that comes most often; of several the first in the alphabet."""
    counts = Counter(name for name in names if name)
    return min(counts, key=lambda name: (-counts[name], name), default=None)


# --- to forget ----------------------------------------------------------------------------------

_KEPT = "(gone_at is null or gone_because in ('deleted', 'replaced'))"


def matching(con: duckdb.DuckDBPyConnection, what: str, base: Path) -> pl.DataFrame:
    """The places, of those that keep an article's facts, that a path or an article names.

    Args:
        con: The warehouse.
        what: A file or a folder, from the current folder or as the warehouse names it; or an
            article's id, or its first characters, eight or more.
        base: The folder that the places are relative to.

    Returns:
        article_id, source_path and gone_at. Of a file the last article that it held.
    """
    places = con.sql(f"""
        select article_id, source_path, gone_at from raw.article_places where {_KEPT}
    """).pl()
    of_article = places.filter(pl.col("article_id").str.starts_with(what.lower()))
    if len(what) >= 8 and of_article.height:
        return of_article
    asked = file_of(place_of(Path(what), base), base)
    named = [
        place == what or file_of(place, base).is_relative_to(asked)
        for place in places["source_path"]
    ]
    last = pl.col("gone_at").fill_null(pl.datetime(9999, 1, 1))
    return places.filter(pl.Series(named, dtype=pl.Boolean), last == last.max().over("source_path"))


def forget(con: duckdb.DuckDBPyConnection, places: pl.DataFrame, at: datetime) -> Settled:
    """Note places (article_id, source_path) as forgotten; `settle` says what it returns."""
    _leave(con, places.with_columns(gone_because=pl.lit("forgotten")), at)
    articles = places["article_id"].unique().to_list()
    con.execute("create or replace temp table here as select unnest($1) as article_id", [articles])
    follow = _follow(con)
    con.execute("drop table here")
    return Settled(articles, [article for article, anew in follow.items() if anew], [])
