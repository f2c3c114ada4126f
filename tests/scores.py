"""How well the extraction reads: every row of two sets of articles held against gold.

`make scores` prints it. A gold row and a figure pair up, one to one, where their spans overlap and
their values are equal; of several candidates the pair with most fields right is taken. A row is
*wholly right* if value, unit, kind, comparison, qualifier, subject, metric and period all are; it
is *core right* if all but the last three are. The sets:

- `articles`: whole articles of this project's own (tests/articles, gold in tests/gold);
- `cases`: small articles, one construction each (tests/cases). A case passes if every row is wholly
  right and nothing else came out.

`baseline.json` holds what each set reached, with the hash of its files. `tests/test_scores.py`
fails where a field falls below it by more than `epsilon`, or where the files are others than those
that the baseline was measured on. `python -m tests.scores --write` measures it again.
"""

import argparse
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from tests.score import CORE, LABELS, agrees, spans

TESTS = Path(__file__).resolve().parent
BASELINE = TESTS / "baseline.json"
FIELDS = [*CORE, *LABELS]
COLUMNS = [
    "quote", "char_start", "char_end", "subject_id", "subject_name", "metric_id", "metric_name",
    "metric_label", "kind", "comparison", "value", "unit_id", "qualifier", "period_id",
]  # fmt: skip
Row = dict[str, str]


@dataclass
class Score:
    """Counts over some gold rows and the figures of the same articles."""

    gold: int = 0
    figures: int = 0
    core: int = 0
    wholly_right: int = 0
    of_core: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.gold + other.gold,
            self.figures + other.figures,
            self.core + other.core,
            self.wholly_right + other.wholly_right,
            self.of_core + other.of_core,
            self.differences + other.differences,
        )

    def rates(self) -> dict[str, float]:
        """Share of rows wholly right, F1 of the core fields, and what is right among the core."""
        rows = max(self.gold, self.figures, 1)
        found = {
            "wholly_right": self.wholly_right / rows,
            "core_f1": 2 * self.core / max(self.gold + self.figures, 1),
        }
        found |= {name: self.of_core[name] / max(self.core, 1) for name in LABELS}
        return {name: round(rate, 4) for name, rate in found.items()}


def read_gold(path: Path) -> list[Row]:
    """The rows of a gold file."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def compare(gold: Row, figure: dict[str, object]) -> dict[str, bool]:
    """Field → whether the figure's is one that the gold row allows."""
    names = ("metric_id", "metric_name", "metric_label")
    return {
        "unit": agrees(gold["unit"], figure["unit_id"]),
        "kind": agrees(gold["kind"], figure["kind"]),
        "comparison": agrees(gold["comparison"], figure["comparison"] or ""),
        "qualifier": agrees(gold["qualifier"], figure["qualifier"]),
        "subject": agrees(gold["subject"], figure["subject_id"], figure["subject_name"]),
        "metric": agrees(gold["metric"], *(figure[name] for name in names)),
        "period": not gold["period"] or agrees(gold["period"], figure["period_id"]),
    }


def pairs(text: str, gold: list[Row], figures: list[dict[str, object]]) -> Iterator[tuple]:
    """(gold row, figure, what is right) of each pair, the best first; every row in one at most."""
    found = []
    for i, row in enumerate(gold):
        wanted = Decimal(row["value"])
        places = spans(text, row["quote"])
        for j, figure in enumerate(figures):
            near = abs(Decimal(str(figure["value"])) - wanted) <= abs(wanted) * Decimal("1e-9")
            start, end = figure["char_start"], figure["char_end"]
            if near and any(first < end and start < last for first, last in places):
                right = compare(row, figure)
                found.append((-sum(right.values()), i, j, right))
    used_gold, used_figures = set(), set()
    for _, i, j, right in sorted(found, key=lambda pair: pair[:3]):
        if i not in used_gold and j not in used_figures:
            used_gold.add(i)
            used_figures.add(j)
            yield i, j, right


def score(name: str, text: str, gold: list[Row], figures: list[dict[str, object]]) -> Score:
    """One article's figures against its gold; `differences` has a line for each thing wrong."""
    total = Score(len(gold), len(figures))
    missed, extra = set(range(len(gold))), set(range(len(figures)))
    for i, j, right in pairs(text, gold, figures):
        missed.discard(i)
        extra.discard(j)
        if all(right[core] for core in CORE):
            total.core += 1
            total.of_core += Counter(label for label in LABELS if right[label])
            total.wholly_right += all(right.values())
        total.differences += [
            f"{name}: {wrong}: {gold[i]['quote']}: wanted {gold[i][wrong] or 'none'},"
            f" got {figures[j].get(f'{wrong}_id', figures[j].get(wrong)) or 'none'}"
            for wrong in FIELDS
            if not right[wrong]
        ]
    total.differences += [
        f"{name}: missed: {gold[i]['quote']} = {gold[i]['value']}" for i in sorted(missed)
    ]
    total.differences += [
        f"{name}: extra: {figures[j]['quote']} = {figures[j]['value']}"
        f" {figures[j]['metric_id'] or figures[j]['metric_label']}"
        for j in sorted(extra)
    ]
    return total


@dataclass(frozen=True)
class Corpus:
    """A set of articles and their gold, each file of gold named like its article."""

    name: str
    articles: Path
    gold: Path

    def files(self) -> list[Path]:
        """The files of gold."""
        return sorted(self.gold.glob("*.csv"))

    def hash(self) -> str:
        """One hash over all that a score depends on: articles and gold."""
        digest = hashlib.sha256()
        for file in sorted({*self.articles.iterdir(), *self.files()}):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.hexdigest()[:16]

    def scores(self, warehouse: Path) -> dict[str, Score]:
        """Name → score of each article that has gold, on a warehouse of all of them."""
        query = f"select {', '.join(COLUMNS)} from marts.obt_figures where article_id = ?"
        with duckdb.connect(warehouse, read_only=True) as con:
            rows = con.sql("select source_path, article_id, text from raw.articles").fetchall()
            places = {Path(path).stem: (article, text) for path, article, text in rows}
            found = {}
            for file in self.files():
                article, text = places.get(file.stem, (None, ""))
                figures = con.execute(query, [article]).fetchall()
                named = [dict(zip(COLUMNS, figure, strict=True)) for figure in figures]
                found[file.stem] = score(file.stem, text, read_gold(file), named)
        return found


ARTICLES = Corpus("articles", TESTS / "articles", TESTS / "gold")
CASES = Corpus("cases", TESTS / "cases", TESTS / "cases")


def passes(scores: dict[str, Score]) -> dict[str, int]:
    """Kind of case → how many pass."""
    found: Counter[str] = Counter()
    for name, one in scores.items():
        found[re.sub(r"-\d+$", "", name)] += not one.differences
    return dict(sorted(found.items()))


def measure(corpus: Corpus, warehouse: Path) -> dict[str, object]:
    """What the baseline holds of a corpus."""
    scores = corpus.scores(warehouse)
    found: dict[str, object] = {"hash": corpus.hash()} | sum(scores.values(), Score()).rates()
    return found | ({"passes": passes(scores)} if corpus is CASES else {})


def build(corpus: Corpus, warehouse: Path) -> None:
    """Build a warehouse of a corpus, as a user would."""
    command = [sys.executable, "-m", "ingest", "run", corpus.articles, "--warehouse", warehouse]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def show(corpus: Corpus, warehouse: Path, *, differences: bool) -> None:
    """Print a line for each article (of cases: for each kind), and one for the whole set."""
    scores = corpus.scores(warehouse)
    if differences:
        print(*(line for one in scores.values() for line in one.differences), sep="\n")
    groups: dict[str, Score] = {}
    for name, one in scores.items():
        group = re.sub(r"-\d+$", "", name) if corpus is CASES else name
        groups[group] = groups.get(group, Score()) + one
    for name, one in [*groups.items(), ("all", sum(scores.values(), Score()))]:
        rates = " ".join(f"{key} {rate:.3f}" for key, rate in one.rates().items())
        print(f"{name:30} gold {one.gold:4} figures {one.figures:4} | {rates}")
    if corpus is CASES:
        print(f"cases: {sum(passes(scores).values())} of {len(scores)} pass")


def main() -> None:
    """Build both sets and print their scores; `--write` makes them the baseline."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="make these scores the baseline")
    parser.add_argument("--differences", action="store_true", help="print what is wrong, too")
    wanted = parser.parse_args()
    baseline = json.loads(BASELINE.read_text()) if BASELINE.exists() else {"epsilon": 0.002}
    with tempfile.TemporaryDirectory() as folder:
        for corpus in (ARTICLES, CASES):
            warehouse = Path(folder, corpus.name, "figurehouse.duckdb")
            build(corpus, warehouse)
            show(corpus, warehouse, differences=wanted.differences)
            baseline[corpus.name] = measure(corpus, warehouse)
    if wanted.write:
        BASELINE.write_text(json.dumps(baseline, indent=2) + "\n")


if __name__ == "__main__":
    main()
