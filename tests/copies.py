"""`python -m tests.copies`: how many copies are found, and how many articles are taken for one.

Generated articles on few companies, so that several independent ones tell of one quarter; of some
there is a paraphrase beside them (sentences lost, clauses changed round, other words) and the first
half as it stands. Nothing is shared with the models that look for copies.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Annotated, NamedTuple

import duckdb
import typer

from tests.corpus.grammar import compose
from tests.corpus.world import World

OTHER_WORDS = {
    "同比增长": "较上年同期增长",
    "同比": "较上年同期",
    "环比": "较上一季度",
    "营收": "收入",
    "达到": "录得",
    "财报显示": "业绩报告称",
    "其中": "当中",
    "此外": "另外",
    "公司": "该公司",
}
FILLERS = ("据悉，", "可以看到，", "与此同时，", "值得一提的是，", "从数据来看，")
_WORDS = re.compile("|".join(OTHER_WORDS))


class Found(NamedTuple):
    """What was found among how many.

    Attributes:
        articles: Articles that are no copies.
        pairs: Pairs of them on one company and period.
        taken: Articles among them that were taken for a copy of another.
        paraphrases: Paraphrases, and how many were found.
        cuts: Copies of a first half, and how many were found.
    """

    articles: int
    pairs: int
    taken: int
    paraphrases: tuple[int, int]
    cuts: tuple[int, int]

    def lines(self) -> str:
        return (
            f"{self.articles} articles, {self.pairs} pairs on one company and period:"
            f" {self.taken} taken for a copy ({self.taken / self.articles:.2%})\n"
            f"{self.paraphrases[0]} paraphrases: {self.paraphrases[1]} found"
            f" ({self.paraphrases[1] / self.paraphrases[0]:.1%})\n"
            f"{self.cuts[0]} first halves: {self.cuts[1]} found"
            f" ({self.cuts[1] / self.cuts[0]:.1%})"
        )


def paraphrase(text: str, random: Random) -> str:
    """The article put differently: no sentence as it was, one in ten lost, clauses swapped."""
    told = []
    for paragraph in text.split("\n\n"):
        sentences = [part for part in paragraph.split("。") if random.random() > 0.1]
        for nr, sentence in enumerate(sentences):
            clauses = sentence.split("，")
            if len(clauses) > 2 and random.random() < 0.4:
                at = random.randrange(1, len(clauses) - 1)
                clauses[at : at + 2] = clauses[at + 1], clauses[at]
            said = _WORDS.sub(lambda word: OTHER_WORDS[word[0]], "，".join(clauses))
            sentences[nr] = random.choice(FILLERS) + said if said.strip() else said
        told.append("。".join(sentences))
    return "\n\n".join(told)


def measure(folder: Path, articles: int, companies: int, seed: int) -> Found:
    """Write articles, build a warehouse of them, hold what it calls copies against the truth.

    Args:
        folder: Where to, empty.
        articles: How many that are no copies; each third has a paraphrase, each third a cut copy.
        companies: On how many companies.
        seed: What all follows from.
    """
    world, texts = World(seed), folder / "articles"
    world.companies = world.companies[:companies]
    texts.mkdir()
    told: Counter[tuple[str, str]] = Counter()
    for nr in range(articles):
        random = Random(f"{seed}:{nr}")
        draft, company, period, _ = compose(world, random, traditional=False)
        told[company, period] += 1
        text = draft.text()
        (texts / f"{nr}-own.txt").write_text(text, encoding="utf-8")
        if nr % 3 == 1:
            (texts / f"{nr}-paraphrase.txt").write_text(paraphrase(text, random), encoding="utf-8")
        if nr % 3 == 2:
            (texts / f"{nr}-cut.txt").write_text(text[: len(text) // 2], encoding="utf-8")
    warehouse = folder / "copies.duckdb"
    command = [sys.executable, "-m", "ingest", "run", texts, "--warehouse", warehouse]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with duckdb.connect(warehouse, read_only=True) as con:
        # Both may have come on one day: which of the two is the original does not matter here.
        query = """
            select
                split_part(parse_filename(copies.source_path, true), '-', 1) as ours,
                split_part(parse_filename(copies.source_path, true), '-', 2) as what,
                split_part(parse_filename(originals.source_path, true), '-', 1) as theirs,
                split_part(parse_filename(originals.source_path, true), '-', 2) as of_what
            from marts.dim_article as copies
            inner join marts.dim_article as originals
                on copies.copy_of_article_key = originals.article_key
        """
        copies = con.sql(query).fetchall()
    rightly = Counter(
        what if what != "own" else of_what
        for ours, what, theirs, of_what in copies
        if ours == theirs
    )
    made = Counter(file.stem.split("-")[1] for file in texts.iterdir())
    return Found(
        articles=articles,
        pairs=sum(count * (count - 1) // 2 for count in told.values()),
        taken=sum(ours != theirs for ours, _, theirs, _ in copies),
        paraphrases=(made["paraphrase"], rightly["paraphrase"]),
        cuts=(made["cut"], rightly["cut"]),
    )


def main(
    articles: Annotated[int, typer.Option(min=3, help="How many that are no copies.")] = 1200,
    companies: Annotated[int, typer.Option(min=1, help="On how many companies.")] = 4,
    seed: Annotated[int, typer.Option(help="What all follows from.")] = 1,
) -> None:
    """Measure how well copies are found among generated articles."""
    with tempfile.TemporaryDirectory() as folder:
        typer.echo(measure(Path(folder), articles, companies, seed).lines())


if __name__ == "__main__":
    typer.run(main)
