"""`make train`: learns the weights of `ingest/confidence.py` from first readings.

It reads tests/first_sight/*.csv (`tests/first_sight.py` makes them), writes the seed, and writes
what held-out articles show into docs/quality.md.

Each slot of a figure has a logistic model over clues. Whether all of a figure is right is told by
the product of its slots' probabilities, which two more weights bring to what is seen: slots err
together, and the more so in a new article. Two things keep so few articles from
teaching nonsense: a clue that speaks against a reading can only lower its probability (the sign of
its weight is bounded), and weights are drawn to nothing (ridge). What is said of held-out articles
is said by models that saw no figure of the same article.

It is Newton's method with bounded coordinates, in plain Python: a thousand rows and fifty clues
need no numerical library, and the rounded weights are the same on every machine.
"""

import argparse
import math
from collections.abc import Iterable, Iterator, Sequence
from operator import mul
from pathlib import Path
from typing import NamedTuple

import polars as pl

from ingest.confidence import OF_ARTICLE, READING, SLOTS
from ingest.vocabulary import SEEDS
from tests.first_sight import FOLDER, MARKS

SEED = SEEDS / "confidence_weights.csv"
QUALITY = Path(__file__).resolve().parent.parent / "docs" / "quality.md"
RIDGE = 4.0
FOLDS = 7
BEGIN, END = "<!-- make train -->", "<!-- end of make train -->"
SURE = 0.95
"""The least precision of the figures that are called sure."""
LEAST = 0.01
"""The least share of all figures that shows a precision: six right ones of six may be luck."""

CLUES_OF = {
    "number": "n_ x_ a_ is_ m_open m_gap p_rivals s_rivals",
    "subject": "s_ x_ a_ is_ m_open m_head n_gap",
    "metric": "m_ x_ a_ is_ n_list n_bare n_gap n_many n_form",
    "period": "p_ x_ a_ is_ n_list n_many n_target n_no_base",
}
"""Slot → the clues, or beginnings of clues, that its model has."""
EITHER_WAY = ["is_cell", "n_growth", "n_change"]
"""Clues that may speak for a reading as well as against it."""
SUPPORT = ["x_same", "all_slots"]
"""Clues that can only speak for a reading."""

Column = list[float]


class Model(NamedTuple):
    """A logistic model: the weight of its intercept and of each clue."""

    intercept: float
    weights: dict[str, float]

    def of(self, columns: dict[str, Column]) -> Column:
        """The probability of each row."""
        total = [self.intercept] * len(next(iter(columns.values())))
        for name, weight in self.weights.items():
            if weight:
                total = [a + weight * b for a, b in zip(total, columns[name], strict=True)]
        return [_logistic(value) for value in total]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _bounds(clue: str) -> tuple[float, float]:
    if clue in EITHER_WAY:
        return -math.inf, math.inf
    return (0, math.inf) if clue in SUPPORT else (-math.inf, 0)


def fit(columns: dict[str, Column], right: Column, ridge: float = RIDGE) -> Model:
    """The weights of a logistic model, each within the bounds of its clue.

    Args:
        columns: Clue → its value in each row.
        right: 1 for each row that is right, else 0.
        ridge: How strongly weights are drawn to nothing.
    """
    names = list(columns)
    rows = [[1.0] * len(right), *columns.values()]
    bounds = [(-math.inf, math.inf), *(_bounds(name) for name in names)]
    penalty = [1e-6, *[ridge] * len(names)]
    at = [0.0] * len(rows)
    for _ in range(40):
        total = [0.0] * len(right)
        for weight, row in zip(at, rows, strict=True):
            if weight:
                total = [a + weight * b for a, b in zip(total, row, strict=True)]
        chance = [_logistic(value) for value in total]
        off = [a - b for a, b in zip(right, chance, strict=True)]
        slope = [
            sum(map(mul, row, off)) - p * w for row, p, w in zip(rows, penalty, at, strict=True)
        ]
        step = _step(rows, [max(p * (1 - p), 1e-4) for p in chance], penalty, slope, at, bounds)
        at = [a + b for a, b in zip(at, step, strict=True)]
        if max(map(abs, step)) < 1e-5:
            break
    return Model(at[0], dict(zip(names, at[1:], strict=True)))


def _step(
    rows: list[Column],
    spread: Column,
    penalty: Column,
    slope: Column,
    at: Column,
    bounds: Sequence[tuple[float, float]],
) -> Column:
    """Newton's step within the bounds, one coordinate after the other until none moves."""
    spread_rows = [list(map(mul, row, spread)) for row in rows]
    curve = [[sum(map(mul, one, other)) for other in rows] for one in spread_rows]
    for nr, p in enumerate(penalty):
        curve[nr][nr] += p
    step, bent = [0.0] * len(rows), [0.0] * len(rows)
    for _ in range(1000):
        most = 0.0
        for nr, (low, high) in enumerate(bounds):
            wanted = step[nr] + (slope[nr] - bent[nr]) / curve[nr][nr]
            wanted = min(max(wanted, low - at[nr]), high - at[nr])
            moved = wanted - step[nr]
            if moved:
                step[nr] = wanted
                bent = [a + moved * b for a, b in zip(bent, curve[nr], strict=True)]
                most = max(most, abs(moved))
        if most < 1e-9:
            break
    return step


def clues_of(slot: str) -> list[str]:
    """The clues that a slot's model has."""
    begins = tuple(CLUES_OF[slot].split())
    return [name for name in [*READING, *OF_ARTICLE] if name.startswith(begins)]


def _columns(rows: pl.DataFrame, names: list[str]) -> dict[str, Column]:
    return {name: rows[name].cast(pl.Float64).to_list() for name in names}


def _right(rows: pl.DataFrame, slot: str) -> Column:
    return rows[slot].cast(pl.Float64).to_list()


class Lesson(NamedTuple):
    """What there is to learn from: rows of first readings, and of readings of known articles."""

    first: pl.DataFrame
    known: pl.DataFrame

    def folds(self) -> Iterator[tuple["Lesson", pl.DataFrame]]:
        """(lesson without some articles, their rows): each article is held out once."""
        articles = self.first.select("round", "group").unique(maintain_order=True)
        dealt = self.first.join(
            articles.with_columns(fold=pl.int_range(pl.len()) % FOLDS),
            on=["round", "group"],
            maintain_order="left",
        )
        for fold in range(min(FOLDS, articles.height)):
            held = pl.col("fold") == fold
            yield Lesson(dealt.filter(~held), self.known), dealt.filter(held)


def read_rounds() -> Lesson:
    """The files of tests/first_sight; in `known/` are articles that rules were mended on."""

    def rows(folder: Path) -> pl.DataFrame:
        files = sorted(folder.glob("*.csv"))
        return pl.concat(pl.read_csv(file).with_columns(round=pl.lit(file.stem)) for file in files)

    return Lesson(rows(FOLDER), rows(FOLDER / "known"))


def _slots(lesson: Lesson) -> dict[str, Model]:
    """Slot → its model, learned from all rows."""
    rows = pl.concat([lesson.first, lesson.known], how="diagonal")
    return {slot: fit(_columns(rows, clues_of(slot)), _right(rows, slot)) for slot in SLOTS}


def _weighed(models: dict[str, Model], rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the probability of each slot, and all_slots: the log odds of their product."""
    chances = {slot: models[slot].of(_columns(rows, clues_of(slot))) for slot in SLOTS}
    products = [math.prod(row) for row in zip(*chances.values(), strict=True)]
    together = [math.log(chance / (1 - chance)) for chance in products]
    return rows.with_columns(
        *(pl.Series(f"p_{slot}", values) for slot, values in chances.items()),
        pl.Series("all_slots", together),
    )


def _of_figure(rows: pl.DataFrame) -> Model:
    """The model of all of a figure: two weights, hardly drawn to nothing."""
    return fit(_columns(rows, ["all_slots"]), _right(rows, "figure"), ridge=0.01)


def train(lesson: Lesson) -> tuple[dict[str, Model], pl.DataFrame]:
    """What `make train` learns, and what it is worth.

    The slots learn from all rows. How sure a figure is learns from first readings only, and from
    the slots' probabilities for held-out articles: for the others they are too good.

    Returns:
        Slot (and figure, for all of it) → its model. And of each first reading round, group, what
        is right, and its probabilities by models that did not learn from its article.
    """
    held = pl.concat(_weighed(_slots(learn), rows) for learn, rows in lesson.folds())
    models = {**_slots(lesson), "figure": _of_figure(held)}
    found = []
    for fold in range(FOLDS):
        rows = held.filter(pl.col("fold") == fold)
        if rows.height:
            chance = _of_figure(held.filter(pl.col("fold") != fold)).of(
                _columns(rows, ["all_slots"])
            )
            found.append(rows.with_columns(pl.Series("p_figure", chance)))
    columns = ["round", "group", *MARKS, *(f"p_{mark}" for mark in MARKS)]
    return models, pl.concat(found).select(columns).with_columns(pl.col("^p_.*$").round(3))


# --- what held-out articles show ----------------------------------------------------------------


def auc(chance: Column, right: Column) -> float:
    """The chance that of a right row and a wrong one the right one is told as more probable."""
    ranks = pl.Series(chance).rank("average")
    count = sum(right)
    total = sum(map(mul, ranks, right))
    return (total - count * (count + 1) / 2) / (count * (len(right) - count))


def calibration_error(chance: Column, right: Column, bands: int = 10) -> float:
    """How far the probabilities are from what is right, mean over bands of as many rows."""
    rows = sorted(zip(chance, right, strict=True))
    error = 0.0
    for nr in range(bands):
        band = rows[len(rows) * nr // bands : len(rows) * (nr + 1) // bands]
        error += abs(sum(chance - ok for chance, ok in band))
    return error / len(rows)


def risk_coverage(held: pl.DataFrame) -> pl.DataFrame:
    """threshold, coverage (share of rows at or above it) and precision, the surest first."""
    return (
        held.group_by(threshold="p_figure")
        .agg(rows=pl.len(), right=pl.col("figure").sum())
        .sort("threshold", descending=True)
        .with_columns(pl.col("rows", "right").cum_sum())
        .select(
            "threshold",
            coverage=pl.col("rows") / held.height,
            precision=pl.col("right") / pl.col("rows"),
        )
    )


def _sure(held: pl.DataFrame) -> pl.DataFrame:
    """Where on the curve `SURE` of the held-out rows are right, of enough of them to show it."""
    enough = (pl.col("precision") >= SURE) & (pl.col("coverage") >= LEAST)
    return risk_coverage(held).filter(enough)


def sure_from(held: pl.DataFrame) -> float:
    """The lowest probability from which on `SURE` of the held-out rows are right; 1 if none is."""
    enough = _sure(held)
    return enough["threshold"].min() if enough.height else 1.0


def _table(head: list[str], rows: Iterable[Iterable[object]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]


def report(held: pl.DataFrame) -> str:
    """What held-out articles show, in Markdown."""
    rounds = ", ".join(sorted(set(held["round"])))
    articles = held.select("round", "group").n_unique()
    enough = _sure(held)
    share = enough["coverage"].max() if enough.height else 0.0
    of = f"Rounds: {rounds}; {held.height} figures of {articles} articles, each weighed by models"
    sure = f"A figure is `sure` from {sure_from(held):.3f} on: {share:.1%} of these, of which at"
    lines = [
        f"{of} that saw nothing of its article.",
        "",
        *_table(["right", "share", "AUC", "calibration error"], _quality(held)),
        "",
        *_table(["confidence", "figures", "mean", "wholly right"], _reliability(held)),
        "",
        *_table(["surest", "confidence from", "wholly right"], _curve(held)),
        "",
        f"{sure} least {SURE:.0%} are wholly right.",
    ]
    return "\n".join(lines)


def _quality(held: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    for name in MARKS:
        chance, right = held[f"p_{name}"].to_list(), held[name].to_list()
        measured = (sum(right) / len(right), auc(chance, right), calibration_error(chance, right))
        yield name, *(f"{number:.3f}" for number in measured)


def _reliability(held: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    band = (pl.col("p_figure") * 10).floor().clip(0, 9).cast(pl.Int32)
    bands = held.group_by(band=band).agg(pl.len(), pl.col("p_figure", "figure").mean())
    for nr, count, said, right in bands.sort("band").iter_rows():
        yield f"{nr / 10:.1f}–{nr / 10 + 0.1:.1f}", str(count), f"{said:.3f}", f"{right:.3f}"


def _curve(held: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    curve = risk_coverage(held)
    for share in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0):
        surest = curve.filter(pl.col("coverage") >= share - 1e-9)
        yield f"{share:.0%}", *(f"{surest[name][0]:.3f}" for name in ("threshold", "precision"))


def as_seed(models: dict[str, Model], threshold: float) -> pl.DataFrame:
    """The rows of the seed; weights that are nothing are left out."""
    rows = [
        (name, clue, round(weight, 3))
        for name, model in models.items()
        for clue, weight in [("intercept", model.intercept), *model.weights.items()]
    ]
    rows = [row for row in rows if row[2] or row[1] == "intercept"]
    schema = {"model": pl.String, "clue": pl.String, "weight": pl.Float64}
    return pl.DataFrame([*rows, ("sure", "threshold", threshold)], schema, orient="row")


def main() -> None:
    """Learn the weights, write the seed and what held-out articles show."""
    argparse.ArgumentParser(description=main.__doc__).parse_args()
    models, held = train(read_rounds())
    as_seed(models, sure_from(held)).write_csv(SEED)
    shown = report(held)
    text = QUALITY.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    QUALITY.write_text(f"{head}{BEGIN}\n{shown}\n{END}{tail}", encoding="utf-8")
    print(shown)


if __name__ == "__main__":
    main()
