"""Number and unit against gold: figurehouse and its peers, scored alike and gently.

The gold of the test articles also tells subject, metric, kind and period; no peer claims those, so
here only the value and its unit count. What is held against no one:

- the sign: that 下降30% is a fall is not part of the number;
- where a span begins and ends, if it overlaps the gold's quote;
- a unit in other words: each peer's units are mapped to ours (`peers.py`), gold may list several,
  and a percentage counts where the gold says percentage points;
- a unit that a reader does not claim to tell: a bare number needs the value only;
- either end of a range, and a second span for its other end.

Precision is told twice. Gold holds figures, which are not all numbers: a peer that reads a price in
an aside read rightly, but found no figure. `precision` counts it as wrong, as anyone would have to
throw it away; `read_right` leaves out whatever touches no gold quote.
"""

import csv
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ingest.documents import read_articles
from tests.bench import ARTICLES, GOLD
from tests.bench.peers import (
    Span,
    figurehouse_spans,
    jionlp_money,
    recognizers_spans,
)

MONEY = {"CNY", "USD", "HKD", "TWD", "EUR", "GBP", "JPY", "KRW"}
SHARES = {"ratio", "pp"}
SCOPES: dict[str, tuple[str, set[str] | None]] = {
    "money": ("amounts of money", MONEY),
    "shares": ("money and percentages", MONEY | SHARES),
    "all": ("every figure", None),
}
"""What is asked for: the gold's units that count, None for all."""

_EXACT = Decimal("1e-9")


class Gold(NamedTuple):
    """What a careful reader found: the places where its quote stands, its value and units."""

    places: list[tuple[int, int]]
    value: Decimal
    units: set[str]
    is_range: bool

    def touches(self, span: Span) -> bool:
        return any(start < span.end and span.start < end for start, end in self.places)

    def is_read_by(self, span: Span) -> bool:
        """Whether a span has this value and unit."""
        if span.unit == "ratio" and "pp" in self.units:
            span = span._replace(value=span.value and span.value * 100, unit="pp")
        if span.unit is not None and span.unit not in self.units:
            return False
        return any(
            abs(abs(value) - abs(self.value)) <= abs(self.value) * _EXACT
            for value in (span.value, span.upper)
            if value is not None
        )


class Score(NamedTuple):
    """Counts over articles; they add up."""

    gold: int
    found: int
    right: int
    touching: int
    """Found where some gold stands."""

    def __add__(self, other: tuple) -> "Score":
        return Score(*(one + another for one, another in zip(self, other, strict=True)))

    def row(self) -> dict[str, float]:
        precision = self.right / self.found if self.found else 0.0
        recall = self.right / self.gold if self.gold else 0.0
        both = precision + recall
        return {
            **self._asdict(),
            "precision": precision,
            "recall": recall,
            "f1": 2 * precision * recall / both if both else 0.0,
            "read_right": self.right / self.touching if self.touching else 0.0,
        }


def score(gold: Iterable[Gold], found: Iterable[Span], units: set[str] | None) -> Score:
    """Pair gold and spans one to one, in the order of the text.

    Args:
        gold: Of one article.
        found: Of the same article.
        units: Only gold of these units counts, and only spans of these or of none.
    """
    every = list(gold)
    asked = [row for row in every if units is None or row.units & units]
    there = (span for span in found if units is None or span.unit in {None, *units})
    spans = sorted(there, key=lambda span: (span.start, span.end))
    pairs: dict[int, int] = {}
    for nr, span in enumerate(spans):
        for row_nr, row in enumerate(asked):
            if row_nr not in pairs and row.touches(span) and row.is_read_by(span):
                pairs[row_nr] = nr
                break
    paired = set(pairs.values())
    ranges = [asked[row_nr] for row_nr in pairs if asked[row_nr].is_range]
    counted = [
        span
        for nr, span in enumerate(spans)
        if nr in paired or not any(row.touches(span) for row in ranges)
    ]
    touching = sum(any(row.touches(span) for row in every) for span in counted)
    return Score(len(asked), len(counted), len(pairs), touching)


def read_gold(name: str, text: str) -> list[Gold]:
    """The gold of a test article."""
    with (GOLD / f"{name}.csv").open(encoding="utf-8") as file:
        return [
            Gold(
                list(_places(text, row["quote"])),
                Decimal(row["value"]),
                set(row["unit"].split("/")),
                row["qualifier"] == "range",
            )
            for row in csv.DictReader(file)
        ]


Sample = tuple[pl.DataFrame, dict[str, list[Gold]]]


def hand_written() -> Sample:
    """The test articles, and their gold by article_id."""
    articles = read_articles([ARTICLES]).articles
    columns = articles.select("article_id", "source_path", "text").iter_rows()
    return articles, {key: read_gold(Path(path).stem, text) for key, path, text in columns}


def generated(corpus: Path) -> Sample:
    """The .txt articles of a generated corpus (`python -m tests.corpus`), and their gold."""
    gold = pl.read_parquet(corpus / "gold" / "*.parquet").drop_nulls("char_start")
    by_name: dict[str, list[Gold]] = {}
    columns = ["article", "char_start", "char_end", "value", "unit", "qualifier"]
    for article, start, end, value, unit, qualifier in gold.select(columns).iter_rows():
        row = Gold([(start, end)], Decimal(value), set(unit.split("/")), qualifier == "range")
        by_name.setdefault(Path(article).name, []).append(row)
    read = read_articles([corpus / "articles"]).articles
    names = read.with_columns(name=pl.col("source_path").str.extract("([^/]+)$"))
    articles = names.filter(pl.col("name").is_in(list(by_name))).unique("article_id")
    return articles, dict(
        zip(articles["article_id"], map(by_name.__getitem__, articles["name"]), strict=True)
    )


def _places(text: str, quote: str) -> Iterable[tuple[int, int]]:
    at = text.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def measure(articles: pl.DataFrame, gold: dict[str, list[Gold]]) -> list[dict[str, Any]]:
    """Score everyone on the same articles, in what each claims to read and in all.

    Args:
        articles: As the extraction takes them.
        gold: Of each, by its article_id.

    Returns:
        One row a scope and reader, with counts, precision, recall, F1, and precision among the
        spans that touch a gold quote.
    """
    texts = dict(articles.select("article_id", "text").iter_rows())
    ours: dict[str, list[Span]] = {key: [] for key in texts}
    for key, span in figurehouse_spans(articles):
        ours[key].append(span)

    def each(find: Callable[[str], Iterable[Span]]) -> dict[str, list[Span]]:
        return {key: list(find(text)) for key, text in texts.items()}

    readers = {
        "figurehouse": ours,
        "JioNLP, money": each(jionlp_money),
        "Recognizers-Text, currency": each(lambda text: recognizers_spans(text, "currency")),
        "Recognizers-Text, currency and percentage": each(
            lambda text: recognizers_spans(text, "currency", "percentage")
        ),
        "Recognizers-Text, currency, percentage and number": each(
            lambda text: recognizers_spans(text, "currency", "percentage", "number")
        ),
    }
    claims = {
        "money": ["figurehouse", "JioNLP, money", "Recognizers-Text, currency"],
        "shares": ["figurehouse", "Recognizers-Text, currency and percentage"],
        "all": list(readers),
    }
    return [
        {"scope": scope, "asked": about, "reader": reader}
        | sum(
            (score(gold[key], readers[reader][key], units) for key in texts),
            start=Score(0, 0, 0, 0),
        ).row()
        for scope, (about, units) in SCOPES.items()
        for reader in claims[scope]
    ]
