"""What a slot may be: the vocabulary by its first characters, codes, amounts; readings in words."""

from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import polars as pl

from ingest.figures import CODES
from ingest.numbers import read_numbers
from ingest.report import amount
from ingest.vocabulary import metric_terms, subject_terms, units

Row = dict[str, Any]

SEARCHED = 12
"""How many entries of the vocabulary a search gives."""

_KINDS = {"growth": "growth", "change": "change", "share": "share of the whole", "target": "target"}
_COMPARISONS = {
    "yoy": "on the year before",
    "qoq": "on the period before",
    "cagr": "a year, over years",
    "prior_version": "on the version before",
    "prior_target": "on the earlier target",
}
_QUALIFIERS = {"gt": "over ", "lt": "under ", "approx": "about ", "range": "from "}


@cache
def _terms(slot: str) -> pl.DataFrame:
    if slot == "metric":
        return metric_terms().select("alias", "id", "name")
    return subject_terms().filter(pl.col("role") != "self").select("alias", "id", "name")


@cache
def _names(slot: str) -> dict[str, str]:
    terms = _terms(slot).unique("id", keep="first", maintain_order=True)
    return dict(terms.select("id", "name").iter_rows())


def name_of(slot: str, said: str | None) -> str:
    """The vocabulary's name of a subject or metric, or the words themselves."""
    return _names(slot).get(said or "", said or "?")


def search(slot: str, words: str) -> list[Row]:
    """Subjects or metrics whose id or one of whose names begins with these characters."""
    words = words.strip().lower()
    if not words or slot not in {"subject", "metric"}:
        return []
    found = (
        _terms(slot)
        .filter(pl.col("alias").str.starts_with(words) | pl.col("id").str.starts_with(words))
        .sort(pl.col("alias").str.len_chars(), maintain_order=True)
        .unique("id", keep="first", maintain_order=True)
        .head(SEARCHED)
    )
    return [{"id": key, "name": name} for key, name in found.select("id", "name").iter_rows()]


def codes() -> dict[str, list[str]]:
    """The codes of the slots that have a few, kind for example."""
    return CODES | {"unit": units()["unit_id"].unique(maintain_order=True).to_list()}


def in_words(row: Row) -> str:
    """A reading as a person would say it: 快手, 收入, 2025Q3, growth on the year before: 14.2%."""
    moved = " ".join(
        filter(None, [_KINDS.get(row["kind"]), _COMPARISONS.get(row["comparison"] or "")])
    )
    what = [
        name_of("subject", row["subject"]),
        name_of("metric", row["metric"]),
        row["period"] or "no period",
        moved,
    ]
    shown = amount(Decimal(row["value"]), row["unit"])
    unit = "" if row["unit"] in {"ratio", "pp"} or row["unit"] in shown else f" {row['unit']}"
    return f"{', '.join(filter(None, what))}: {_QUALIFIERS.get(row['qualifier'], '')}{shown}{unit}"


def number(text: str) -> str:
    """A value as a person writes it (355.54亿, 14.2%, 3000) as a plain decimal; else as it came."""
    text = text.strip().replace(",", "")
    try:
        return f"{Decimal(text):f}"
    except InvalidOperation:
        read = read_numbers(pl.Series([text])).drop_nulls("value")
        return text if read.height != 1 else f"{read['value'][0].normalize():f}"
