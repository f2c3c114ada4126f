"""What a reviewer works on: the figures in their order, decisions as they are made, and undo."""

from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import polars as pl

from ingest.review.choices import in_words, name_of, number
from ingest.review.decisions import (
    KEY,
    REVIEWS,
    SLOTS,
    as_text,
    merge,
    parse,
    plain,
    read_reviews,
    stamp,
    write_reviews,
)
from ingest.review.listing import to_review

Row = dict[str, Any]

AT_ONCE = 100
"""How many figures the page is given at once."""


class Desk:
    """The figures of a warehouse, and the file that decisions on them go to, one by one."""

    def __init__(self, warehouse: Path, file: Path, who: str):
        self.file, self.who = file, who
        with duckdb.connect(warehouse, read_only=True) as con:
            listed = to_review(con, read_reviews(file))
        values = [plain("value"), plain("read_value")]
        rows = listed.with_columns(values).iter_rows(named=True)
        self.rows: dict[str, Row] = {row["figure_id"]: row for row in rows}
        self._lock = Lock()
        self._before: list[tuple[str, pl.DataFrame]] = []

    def queue(self, article: str = "", company: str = "", undecided: bool = False) -> list[Row]:
        """The figures of an article and a company, in their order."""
        return [
            row
            for row in self.rows.values()
            if article in ("", row["article_id"])
            and company in ("", row["company_id"])
            and not (undecided and row["verdict"])
        ]

    def filters(self) -> dict[str, list[Row]]:
        """The articles and the companies that there are: id and name."""
        rows = self.rows.values()
        articles = {row["article_id"]: row["title"] for row in rows}
        companies = {row["company_id"]: "" for row in rows if row["company_id"]}
        return {
            "articles": [{"id": key, "name": name} for key, name in articles.items()],
            "companies": sorted(
                ({"id": key, "name": name_of("subject", key)} for key in companies),
                key=lambda entry: str(entry["name"]),
            ),
        }

    def choices(self, article: str) -> dict[str, list[Row]]:
        """What figures of the article are read as, most often first: subject, metric, period."""
        rows = [row for row in self.rows.values() if row["article_id"] == article]
        found: dict[str, list[Row]] = {}
        for slot in ("subject", "metric", "period"):
            counts = Counter(row[f"read_{slot}"] for row in rows if row[f"read_{slot}"])
            said = [one for one, _ in counts.most_common()]
            named = slot != "period"
            found[slot] = [
                {"id": one, "name": name_of(slot, one) if named else one} for one in said
            ]
        return found

    def decide(self, figure_id: str, verdict: str, slots: Row) -> Row:
        """Settle a figure and write it down.

        Raises:
            KeyError: There is no such figure.
            Trouble: The slots say something that cannot be, or the file cannot be written.
        """
        with self._lock:
            row = self.rows[figure_id]
            # To accept or to reject is about what was read.
            said = {name: row[f"read_{name}"] for name in SLOTS}
            if verdict == "mend":
                said |= {name: slots.get(name) or None for name in SLOTS if name in slots}
                said["value"] = number(said["value"] or "")
            told = row | said | {"verdict": verdict, "who": self.who, "when": stamp()}
            new = parse(Path("this figure"), as_text(told))
            there = read_reviews(self.file)
            write_reviews(self.file, merge(there, new))
            self._before.append((figure_id, there.join(new, on=KEY, how="semi")))
            kept = new.select(*SLOTS, "verdict", "who", "when").with_columns(plain("value"))
            row.update(kept.row(0, named=True))
            return row

    def undo(self) -> str | None:
        """Take back the last decision that was made here; the figure that it was on."""
        with self._lock:
            if not self._before:
                return None
            figure_id, before = self._before[-1]
            row = self.rows[figure_id]
            key = pl.DataFrame(
                {name: [row[name]] for name in KEY}, schema={name: REVIEWS[name] for name in KEY}
            )
            there = read_reviews(self.file).join(key, on=KEY, how="anti", maintain_order="left")
            write_reviews(self.file, merge(there, before))
            self._before.pop()
            was = before.with_columns(plain("value")).to_dicts()
            read = {name: row[f"read_{name}"] for name in SLOTS}
            nothing = {"verdict": None, "who": None, "when": None}
            row.update(read | nothing)
            if was:
                row.update({name: was[0][name] for name in nothing})
                if was[0]["kind"]:
                    row.update({name: was[0][name] for name in SLOTS})
            return figure_id

    def progress(self) -> dict[str, int]:
        """How many figures are settled, and of how many."""
        return {
            "done": sum(row["verdict"] is not None for row in self.rows.values()),
            "all": len(self.rows),
        }


def for_page(row: Row) -> Row:
    """A figure as the page shows it: its sentence in three parts, what was read in words."""
    sentence, start = row["sentence"] or "", row["sentence_start"] or 0
    at, until = row["number_start"] - start, row["number_end"] - start
    stands = sentence and 0 <= at < until <= len(sentence)
    parts = [sentence[:at], sentence[at:until], sentence[until:]]
    return {
        "id": row["figure_id"],
        "article": row["article_id"],
        "title": row["title"],
        "parts": parts if stands else ["", row["quote"], ""],
        "verdict": row["verdict"],
        "who": row["who"],
        "when": row["when"],
        "confidence": row["confidence"],
        "consequence": row["consequence"],
        "words": in_words(row),
        "slots": {name: row[name] for name in SLOTS},
        "names": {slot: name_of(slot, row[slot]) for slot in ("subject", "metric")},
    }
