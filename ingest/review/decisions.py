"""The file of decisions: `reviews.csv` beside the warehouse, one row a number that is settled."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ingest import Trouble
from ingest.figures import CODES
from ingest.numbers import VALUE
from ingest.vocabulary import calendar, units

FILE = "reviews.csv"
"""The name of the file, in the folder of the warehouse."""

REVIEWS = pl.Schema(
    {
        "article_id": pl.String(),
        "char_start": pl.Int64(),
        "char_end": pl.Int64(),
        "quote": pl.String(),
        "number_start": pl.Int64(),
        "number_end": pl.Int64(),
        "nth": pl.Int64(),
        "verdict": pl.String(),
        "subject": pl.String(),
        "company": pl.String(),
        "metric": pl.String(),
        "kind": pl.String(),
        "comparison": pl.String(),
        "value": VALUE,
        "unit": pl.String(),
        "qualifier": pl.String(),
        "period": pl.String(),
        "who": pl.String(),
        "when": pl.String(),
    }
)
"""One row a decision.

article_id: the hash of the article's text. char_start, char_end, quote: the figure's quote as in
`obt_figures`; number_start, number_end: the number in it, where known. nth: which of the number's
figures is meant, 0 for the first (one number may state two). verdict: accept | mend | reject.
subject, metric: an id of the vocabulary, a name that it holds, or other words; empty for none.
company: whose subject it is; empty where the subject says so. value: in the unit's base, of a range
its lower end. who, when: for the reader; of two decisions on one figure the later one counts.
"""

KEY = ["article_id", "char_start", "char_end", "nth"]
SLOTS = [
    "subject", "company", "metric", "kind", "comparison", "value", "unit", "qualifier", "period",
]  # fmt: skip
VERDICTS = ["accept", "mend", "reject"]
_REQUIRED = ["article_id", "char_start", "char_end", "quote", "verdict"]
_CURE = "Mend the row; docs/review.md says what it holds."


def read_reviews(file: Path) -> pl.DataFrame:
    """The decisions that a file holds, the last one on each figure; none where there is no file.

    Args:
        file: A CSV file with a header. Columns that are no slot are passed over, and rows without a
            verdict, so that a list that was written for review can be read back.

    Returns:
        A frame in the schema `REVIEWS` with the column row before: the row of the file, from 2 on.

    Raises:
        Trouble: The file cannot be read, or a row says something that cannot be.
    """
    if not file.exists():
        return pl.DataFrame(schema=pl.Schema({"row": pl.UInt32(), **REVIEWS}))
    try:
        cells = pl.read_csv(file, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError, UnicodeError) as error:
        raise Trouble(file, "whole file", f"cannot be read ({error})", "Mend the file.") from error
    missing = [name for name in _REQUIRED if name not in cells.columns]
    if missing:
        raise Trouble(file, "header", f"column {', '.join(missing)} is missing", _CURE)
    return (
        parse(file, cells)
        .sort(pl.col("when").fill_null(""), "row")
        .unique(KEY, keep="last", maintain_order=True)
        .sort("row")
    )


def parse(place: Path, cells: pl.DataFrame) -> pl.DataFrame:
    """Decisions as text → in the schema `REVIEWS`, with the column row before.

    Raises:
        Trouble: A row says something that cannot be; `place` is named.
    """
    given = _given(cells)
    typed = given.with_columns(
        pl.col(name).cast(kind, strict=False) for name, kind in REVIEWS.items()
    ).with_columns(pl.col("nth").fill_null(0))
    _check(place, given, typed)
    return typed


def _given(cells: pl.DataFrame) -> pl.DataFrame:
    """The rows that say a verdict, as text; what is empty is null."""
    lacking = [pl.lit(None, pl.String).alias(name) for name in REVIEWS if name not in cells.columns]
    return (
        cells.with_row_index("row", offset=2)
        .with_columns(lacking)
        .select("row", *REVIEWS)
        .with_columns(pl.col(name).str.strip_chars() for name in REVIEWS if name != "quote")
        .with_columns(pl.col(name).replace("", None) for name in REVIEWS)
        .filter(pl.col("verdict").is_not_null())
    )


def _check(file: Path, given: pl.DataFrame, typed: pl.DataFrame) -> None:
    """Refuse the first row that says something that cannot be."""
    settles = pl.col("verdict") != "reject"
    # An accepted row without slots accepts what the rules read.
    spelled = settles & (
        (pl.col("verdict") == "mend") | pl.any_horizontal(pl.col(SLOTS).is_not_null())
    )
    faults = {
        "article_id": ~pl.col("article_id").fill_null("").str.contains("^[0-9a-f]{64}$"),
        "char_start": pl.col("char_start").fill_null(-1) < 0,
        "char_end": (pl.col("char_end") <= pl.col("char_start")).fill_null(True),
        "quote": pl.col("quote").is_null(),
        "verdict": ~pl.col("verdict").is_in(VERDICTS),
        "kind": spelled & ~pl.col("kind").is_in(CODES["kind"]).fill_null(False),
        "comparison": spelled & ~pl.col("comparison").is_in(CODES["comparison"]),
        "value": spelled & pl.col("value").is_null(),
        "unit": spelled & ~pl.col("unit").is_in(units()["unit_id"].implode()).fill_null(False),
        "qualifier": spelled & ~pl.col("qualifier").is_in(CODES["qualifier"]),
        "period": spelled & ~pl.col("period").str.contains(period_pattern()),
    }
    for name, fault in faults.items():
        found = typed.filter(fault.fill_null(False))
        if found.height:
            row = found["row"][0]
            said = given.filter(pl.col("row") == row)[name][0]
            cause = f"{said!r} cannot be" if said is not None else "it is empty"
            raise Trouble(file, f"row {row}, {name}", cause, _CURE)


def period_pattern() -> str:
    """The regular expression of a period's id: 2025, 2025Q3, 2025H1, 2025-9M, 2025-09."""
    # The months so far are set off by a dash, which the months have themselves.
    parts = calendar()["part"].str.replace(r"^(\d+M)$", "-$1").filter(calendar()["part"] != "FY")
    return rf"^(?:19|20)\d\d(?:{'|'.join(parts)})?$"


def merge(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Decisions and newer ones, which take the place of those on the same figure."""
    kept = old.select(REVIEWS.names()).join(new, on=KEY, how="anti", maintain_order="left")
    return pl.concat([kept, new.select(REVIEWS.names())])


def write_reviews(file: Path, decisions: pl.DataFrame) -> None:
    """Write a file of decisions (schema `REVIEWS`) in one step, sorted, as git likes it."""
    lines = decisions.select(REVIEWS.names()).sort(KEY)
    scratch = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lines.with_columns(value=plain("value")).write_csv(scratch)
        scratch.replace(file)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise Trouble(file, "file", f"cannot be written ({error})", "Mend it.") from error


def plain(column: str) -> pl.Expr:
    """A decimal as text without zeros at its end: 0.142, 35554000000."""
    text = pl.col(column).cast(pl.String)
    return text.str.replace(r"(\.\d*?)0+$", "${1}").str.replace(r"\.$", "").alias(column)


def stamp() -> str:
    """Now, as decisions have it: UTC to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_text(row: Mapping[str, object]) -> pl.DataFrame:
    """One decision as a file's row has it: the columns of `REVIEWS` as text, for `parse`."""
    cells = {name: None if row.get(name) is None else str(row[name]) for name in REVIEWS}
    return pl.DataFrame([cells], schema=dict.fromkeys(REVIEWS, pl.String))
