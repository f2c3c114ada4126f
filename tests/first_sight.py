"""Marks what a first reading got right, as rows that `make train` learns from.

A round of articles that no rule has seen is read once and held against gold. What is kept of each
figure are its clues (`ingest/confidence.py`) and what of it is right, and nothing else: no text, no
name, no number. So the articles need not be part of this repository.

    python -m tests.first_sight WAREHOUSE GOLD_FOLDER --name b

writes `tests/first_sight/b.csv`. Run it with the rules that built the warehouse: the clues are
worked out again from its articles.
"""

import argparse
from pathlib import Path

import duckdb
import polars as pl

from ingest.confidence import OF_ARTICLE, READING, SLOTS, of_article
from ingest.resolve import read
from tests.score import CORE, LABELS
from tests.scores import COLUMNS, Row, pairs, read_gold

FOLDER = Path(__file__).resolve().parent / "first_sight"
CLUES = [*READING, *OF_ARTICLE]
MARKS = ["figure", *SLOTS]
"""What may be right: all of a figure, and each of its slots."""


def marks(text: str, gold: list[Row], figures: list[dict[str, object]]) -> list[dict[str, bool]]:
    """What of each figure is right. What no gold row tells of is wrong in all."""
    told = {j: right for _, j, right in pairs(text, gold, figures)}
    found = []
    for j in range(len(figures)):
        right = told.get(j, {})
        slots = {label: right.get(label, False) for label in LABELS}
        slots["number"] = bool(right) and all(right[core] for core in CORE)
        found.append({"figure": all(slots.values()), **slots})
    return found


def _marked(con: duckdb.DuckDBPyConnection, gold_folder: Path) -> pl.DataFrame:
    """figure_id, group (the article's place among the gold files) and what is right."""
    texts = con.sql("select article_id, text from raw.articles").fetchall()
    columns = [*COLUMNS, "figure_id"]
    query = f"select {', '.join(columns)} from marts.obt_figures where article_id = ?"
    rows = []
    for group, path in enumerate(sorted(gold_folder.glob("*.csv"))):
        gold = read_gold(path)
        article, text = max(texts, key=lambda held: sum(row["quote"] in held[1] for row in gold))
        figures = [
            dict(zip(columns, row, strict=True)) for row in con.execute(query, [article]).fetchall()
        ]
        for figure, right in zip(figures, marks(text, gold, figures), strict=True):
            rows.append({"figure_id": figure["figure_id"], "group": group, **right})
    return pl.DataFrame(rows)


def first_sight(warehouse: Path, gold_folder: Path) -> pl.DataFrame:
    """One row a figure: group, what is right (0 or 1), and its clues.

    Raises:
        SystemExit: Today's rules find other figures than the warehouse holds.
    """
    with duckdb.connect(warehouse, read_only=True) as con:
        marked = _marked(con, gold_folder)
        articles = con.sql("select * from raw.articles order by article_id").pl()
    figures, _ = read(articles)
    rows = marked.join(of_article(figures), on="figure_id", how="inner", maintain_order="left")
    if rows.height != marked.height:
        raise SystemExit(f"{warehouse}: not built by today's rules; build it again")
    return rows.sort("group", "figure_id").select(
        "group", pl.col(MARKS).cast(pl.Int8), pl.col(CLUES).cast(pl.Float64).round(3)
    )


def main() -> None:
    """Write the rows of a round."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("gold_folder", type=Path)
    parser.add_argument("--name", required=True, help="of the round, and so of its file")
    wanted = parser.parse_args()
    rows = first_sight(wanted.warehouse, wanted.gold_folder)
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{wanted.name}.csv"
    rows.write_csv(file)
    print(f"{file}: {rows.height} figures of {rows['group'].n_unique()} articles")


if __name__ == "__main__":
    main()
