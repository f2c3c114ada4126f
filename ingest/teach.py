"""What the vocabulary lacks and where it is wrong: `python -m ingest vocabulary`.

`faults` checks the seeds as files, before anything reads them as a vocabulary; `open_labels` lists
what a warehouse's figures are called that no seed holds, with the row that would teach it.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingest.characters import characters
from ingest.vocabulary import SEEDS

_KEYS = {"companies": "company_id", "metrics": "metric_id", "subjects": "subject_id",
         "units": "unit_id"}  # fmt: skip
"""Seed → the column that names a row; no two rows have the same."""
_NAMED = {"companies": "alias", "metrics": "alias"}
"""Seeds in which one alias may stand once only: a subject's name may be of several companies."""
_REFERENCES = [
    ("metrics", "unit_id", "units"),
    ("metrics", "parent_metric_id", "metrics"),
    ("metrics", "numerator_metric_id", "metrics"),
    ("metrics", "denominator_metric_id", "metrics"),
    ("metrics", "home_subject_id", "subjects"),
]
"""Seed, column and the seed whose key it holds."""

Row = tuple[int, dict[str, str]]


def faults(folder: Path = SEEDS) -> list[str]:
    """One line a fault of the seeds, with file and row (the header is row 1); empty if none.

    Looks for a wrong encoding, a row that is short or long, an id twice, an alias twice (across
    full and half width, case, traditional and simplified), and an id that no seed holds.

    Example: metrics.csv row 12: the alias '营收' is that of row 2, too.
    """
    found: list[str] = []
    seeds = {name: list(_rows(folder / f"{name}.csv", found)) for name in _KEYS}
    for name, key in _KEYS.items():
        found += _twice(name, ((row, line[key]) for row, line in seeds[name]), f"the {key}")
    for name in _NAMED:
        found += _twice(name, _aliases(seeds[name]), "the alias")
    for name, column, other in _REFERENCES:
        known = {line[_KEYS[other]] for _, line in seeds[other]}
        found += [
            f"{name}.csv row {row}: {column} {line[column]!r} is in no row of {other}.csv"
            for row, line in seeds[name]
            if line.get(column) and line[column] not in known
        ]
    return found


def _rows(file: Path, found: list[str]) -> Iterator[Row]:
    """The rows that are whole, by number; what is wrong with the others is added to `found`."""
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        found.append(f"{file.name} row {row}: is not UTF-8; save the file as UTF-8")
        return
    lines = csv.reader(io.StringIO(text))
    header = next(lines, [])
    for number, cells in enumerate(lines, start=2):
        if len(cells) == len(header):
            yield number, dict(zip(header, (cell.strip() for cell in cells), strict=True))
        else:
            found.append(f"{file.name} row {number}: has {len(cells)} cells, not {len(header)}")


def _aliases(rows: list[Row]) -> Iterator[tuple[int, str]]:
    """Every alias with its row, each once a row, as the search reads it."""
    reading = str.maketrans(characters())
    for number, line in rows:
        aliases = {
            alias.translate(reading).lower() for alias in line["aliases"].split("|") if alias
        }
        yield from ((number, alias) for alias in sorted(aliases))


def _twice(name: str, values: Iterator[tuple[int, str]], what: str) -> Iterator[str]:
    first: dict[str, int] = {}
    for row, value in values:
        if first.setdefault(value, row) != row:
            yield f"{name}.csv row {row}: {what} {value!r} is that of row {first[value]}, too"


_OPEN = """
    select {label} as label, count(*) as figures, mode(unit_id) as unit_id
    from fct_figures
    where {is_open}
    group by 1
    order by figures desc, label
    limit ?
"""


def open_labels(warehouse: Path, limit: int = 20) -> dict[str, list[tuple[int, str]]]:
    """The most frequent words of a warehouse that no seed holds: seed → (figures, the row for it).

    The row is a line of the seed with what can be known; the rest is for the reader to fill in.
    """
    with duckdb.connect(str(warehouse), read_only=True) as db:
        metrics = db.execute(
            _OPEN.format(
                label="metric_id",
                is_open="metric_id not in (select metric_id from dim_metric where not is_inferred)",
            ),
            [limit],
        ).fetchall()
        subjects = db.execute(
            _OPEN.format(
                label="subject_name",
                is_open="subject_id = subject_name and subject_type not in ('company', 'unknown')",
            ),
            [limit],
        ).fetchall()
    return {
        "metrics": [(n, _line("metrics", _metric(label, unit))) for label, n, unit in metrics],
        "subjects": [(n, _line("subjects", _subject(label))) for label, n, _ in subjects],
    }


def _metric(label: str, unit: str) -> dict[str, str]:
    share = unit == "ratio"
    return {
        "metric_id": label, "name_zh": label, "name_en": label, "aliases": label, "unit_id": unit,
        "value_kind": "share" if share else "level", "subject_level": "any",
        "additivity": "non_additive", "better_is": "neutral", "can_be_negative": "false",
        "is_generic": "false",
    }  # fmt: skip


def _subject(label: str) -> dict[str, str]:
    return {"subject_id": label, "subject_type": "segment", "name_zh": label, "aliases": label}


def _line(seed: str, cells: dict[str, str]) -> str:
    header = (SEEDS / f"{seed}.csv").read_text("utf-8").split("\n", 1)[0].split(",")
    text = io.StringIO()
    csv.DictWriter(text, header, restval="", lineterminator="").writerow(cells)
    return text.getvalue()
